//! One recognised character: the likeliest value and the alternatives.

/// The characters of an MRZ, in the order of the recogniser's classes.
pub const ALPHABET: &[u8; CLASSES] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<";
/// Number of characters in [`ALPHABET`].
pub const CLASSES: usize = 37;
/// The filler character.
pub const FILLER: u8 = b'<';

/// A character with the recogniser's probability for each possible value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Character {
    /// One of [`ALPHABET`].
    pub value: u8,
    /// Probability of each character of [`ALPHABET`], 0 to 1. The rest to 1 is "no character here".
    pub shares: [f32; CLASSES],
}

impl Character {
    /// Takes the likeliest of these probabilities as the value.
    pub fn likeliest(shares: [f32; CLASSES]) -> Self {
        let at = (0..CLASSES).max_by(|&a, &b| shares[a].total_cmp(&shares[b])).unwrap_or(CLASSES - 1);
        Self { value: ALPHABET[at], shares }
    }

    /// A character known with certainty; `None` if an MRZ can't contain it.
    pub fn certain(value: u8) -> Option<Self> {
        let mut shares = [0.0; CLASSES];
        *shares.get_mut(class(value)?)? = 1.0;
        Some(Self { value, shares })
    }

    /// Probability of the value, 0 to 1.
    pub fn confidence(&self) -> f32 {
        self.share(self.value)
    }

    /// Probability that the character is `value`.
    pub fn share(&self, value: u8) -> f32 {
        class(value).map_or(0.0, |at| self.shares[at])
    }

    /// Probability that it is another character which a check digit can't distinguish from this
    /// one, because their values are equal modulo 10 (ICAO 9303 part 3, section 4.9).
    pub fn blind_share(&self) -> f32 {
        let own = check_value(self.value) % 10;
        let others = ALPHABET.iter().zip(&self.shares);
        others
            .filter(|(c, _)| **c != self.value && check_value(**c) % 10 == own)
            .map(|(_, share)| share)
            .sum()
    }
}

/// Position in [`ALPHABET`].
fn class(value: u8) -> Option<usize> {
    ALPHABET.iter().position(|&c| c == value)
}

/// A character's value in a check digit: digits count as themselves, A to Z as 10 to 35, the filler
/// as 0.
fn check_value(value: u8) -> u32 {
    match value {
        b'0'..=b'9' => u32::from(value - b'0'),
        b'A'..=b'Z' => u32::from(value - b'A') + 10,
        _ => 0,
    }
}

/// The characters as text.
pub fn text(line: &[Character]) -> String {
    line.iter().map(|c| char::from(c.value)).collect()
}

#[cfg(test)]
mod tests {

    use super::*;

    #[test]
    fn what_check_digits_cannot_tell_apart_is_known() {
        let mut six = Character::certain(b'6').unwrap();
        six.shares[class(b'G').unwrap()] = 0.2;
        six.shares[class(b'8').unwrap()] = 0.1;
        assert!((six.blind_share() - 0.2).abs() < 1e-6, "G counts 16");
        assert_eq!(Character::certain(b'a'), None);
    }
}
