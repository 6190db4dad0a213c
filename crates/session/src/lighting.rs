//! The light challenge: the screen shows random colours, and the eye watches whether the face
//! reflects them. Drawn outside the machine, so that a session can be replayed.

use std::time::Duration;

use rand::{CryptoRng, Rng as _};

use crate::policy::{LightRules, MAX_COLOURS};
use vouch_contract::liveness::{AllMeasures, Cue};

/// A colour: red, green, blue.
pub type Colour = [u8; 3];

/// The colours of one challenge, in their order.
pub type Colours = heapless::Vec<Colour, MAX_COLOURS>;

/// The colours to draw from. Each differs from the others in both directions of chroma that the
/// cue compares, and none is dark.
pub const PALETTE: [Colour; 6] =
    [[255, 48, 48], [48, 255, 48], [48, 48, 255], [255, 255, 48], [255, 48, 255], [48, 255, 255]];

/// Draws `count` colours, at most [`MAX_COLOURS`], never the same twice in a row. `rng` must be
/// cryptographically secure: who can predict the colours can film them beforehand.
pub fn draw<R: CryptoRng + ?Sized>(rng: &mut R, count: u8) -> Colours {
    let mut colours = Colours::new();
    let mut last = PALETTE.len();
    for _ in 0..usize::from(count).min(MAX_COLOURS) {
        let others = if last < PALETTE.len() { PALETTE.len() - 1 } else { PALETTE.len() };
        let drawn = rng.random_range(0..others);
        // Those from the last one on move up by one.
        last = if drawn < last { drawn } else { drawn + 1 };
        // There is room: `count` was limited.
        let _ = colours.push(PALETTE[last]);
    }
    colours
}

/// The colour as pages write it: `#rrggbb`.
pub fn written([red, green, blue]: Colour) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// Greatest mismatch of light and skin (measure 0 of the cue) that counts as following: a correlation
/// of 0.5. docs/evaluation/light.md says how often chance reaches it.
const MOST_MISMATCH: f32 = 0.25;
/// Greatest response at the ears' edges relative to the nose (measure 2). On a head the edges face
/// away from the screen; on a flat picture both respond alike.
const MOST_FLATNESS: f32 = 0.7;

/// Whether the face followed the colours as a head does, as far as the cue could tell.
pub fn follows(measures: &AllMeasures) -> bool {
    let values = measures.of(Cue::LightChallenge).values();
    values.is_some_and(|values| values[0] <= MOST_MISMATCH && values[2] <= MOST_FLATNESS)
}

/// The step Light.
#[derive(Debug)]
pub(crate) struct Lighting {
    /// When it began.
    pub since: Duration,
    /// Number of the colour, from 0.
    pub index: u8,
    asked_at: Duration,
    shown_at: Option<Duration>,
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    /// Wait.
    Wait,
    /// Show the next colour.
    Next,
    /// The screen does not show it.
    GiveUp,
}

impl Lighting {
    pub(crate) fn new(now: Duration) -> Self {
        Self { since: now, index: 0, asked_at: now, shown_at: None }
    }

    /// The screen shows the colour.
    pub(crate) fn shown(&mut self, now: Duration) {
        self.shown_at.get_or_insert(now);
    }

    /// What to do at `now`.
    pub(crate) fn then(&self, rules: &LightRules, now: Duration) -> Then {
        let longer = |since: Duration, limit: Duration| now.saturating_sub(since) >= limit;
        match self.shown_at {
            Some(at) if longer(at, rules.each) => Then::Next,
            None if longer(self.asked_at, rules.shown) => Then::GiveUp,
            _ => Then::Wait,
        }
    }

    /// The next colour was asked for.
    pub(crate) fn next(&mut self, now: Duration) {
        self.index = self.index.saturating_add(1);
        (self.asked_at, self.shown_at) = (now, None);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    #[test]
    fn every_colour_is_drawn_as_often_and_none_twice_in_a_row() {
        let mut rng = StdRng::seed_from_u64(3);
        let mut seen: HashMap<Colour, u32> = HashMap::new();
        for _ in 0..2000 {
            let colours = draw(&mut rng, 6);
            assert_eq!(colours.len(), 6);
            assert!(colours.windows(2).all(|pair| pair[0] != pair[1]), "{colours:?}");
            for colour in colours {
                *seen.entry(colour).or_default() += 1;
            }
        }
        assert_eq!(seen.len(), PALETTE.len());
        assert!(seen.values().all(|count| (1800..2200).contains(count)), "{seen:?}");
        assert_eq!(draw(&mut rng, 200).len(), MAX_COLOURS);
        assert!(draw(&mut rng, 0).is_empty());
    }

    #[test]
    fn a_colour_stays_its_time_and_a_screen_that_does_not_answer_is_given_up() {
        let rules = LightRules { colours: 3, ..LightRules::default() };
        let at = Duration::from_millis;
        let mut lighting = Lighting::new(at(1000));
        assert_eq!(lighting.then(&rules, at(2900)), Then::Wait);
        assert_eq!(lighting.then(&rules, at(3000)), Then::GiveUp);
        lighting.shown(at(1100));
        lighting.shown(at(1400));
        assert_eq!(lighting.then(&rules, at(1499)), Then::Wait, "told twice, it counts from the first");
        assert_eq!(lighting.then(&rules, at(1500)), Then::Next);
        lighting.next(at(1500));
        assert_eq!((lighting.index, lighting.then(&rules, at(3499))), (1, Then::Wait));
    }
}
