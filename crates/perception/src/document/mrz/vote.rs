//! Combines many frames of one MRZ into one reading: a weighted vote on every character.

use jiff::civil::Date;

use super::characters::{CLASSES, Character};
use super::reading::MrzReading;
use vouch_contract::document::fields::Format;

/// Frames of one document look alike, and so do their errors. Any number of them counts as at most
/// this many independent ones.
const MOST_INDEPENDENT: f32 = 3.0;
/// Least probability of a character, so that one frame can't overrule all others.
const LEAST_SHARE: f32 = 1e-3;
/// Largest fraction of characters in which a frame may differ from the vote so far and still count
/// as the same document.
const MOST_DIFFERENT: f32 = 0.25;
/// Limit on documents followed in one stream. A new one replaces the weakest.
const MOST_GROUPS: usize = 4;

/// Least sum of a character's probabilities for a clear look. Below it the character may be covered
/// or its line misread. Such looks count only if there is no clear one.
const WHOLE: f32 = 0.75;

/// Looks at one character.
#[derive(Debug, Clone, Copy, Default)]
struct Looks {
    /// Sums of log probabilities, weighted per frame.
    sums: Sums,
    weight: f32,
    frames: u32,
    /// The largest sum of probabilities in one frame.
    together: f32,
}

#[derive(Debug, Clone, Copy)]
struct Sums([f32; CLASSES]);

impl Default for Sums {
    fn default() -> Self {
        Self([0.0; CLASSES])
    }
}

/// Votes on the characters of one document's MRZ.
#[derive(Debug, Clone)]
struct Group {
    format: Format,
    /// Per character: clear looks and doubtful ones.
    looks: Vec<Vec<[Looks; 2]>>,
    weight: f32,
    frames: u32,
    last: MrzReading,
}

/// The readings of a stream so far.
#[derive(Debug, Clone)]
pub struct Vote {
    groups: Vec<Group>,
    today: Date,
}

impl Vote {
    /// An empty vote. `today` decides the century of dates.
    pub fn new(today: Date) -> Self {
        Self { groups: Vec::new(), today }
    }

    /// Adds a frame's reading, weighted by its mean confidence.
    pub fn add(&mut self, reading: &MrzReading) {
        let at = self.groups.iter().position(|group| group.is_like(reading)).unwrap_or_else(|| {
            if self.groups.len() >= MOST_GROUPS
                && let Some(weakest) = self.strongest(std::cmp::Reverse)
            {
                self.groups.swap_remove(weakest);
            }
            self.groups.push(Group::empty(reading));
            self.groups.len() - 1
        });
        if let Some(group) = self.groups.get_mut(at) {
            group.add(reading);
        }
    }

    /// The reading that most frames support; `None` before the first.
    pub fn result(&self) -> Option<MrzReading> {
        self.groups.get(self.strongest(|weight| weight)?)?.voted(self.today)
    }

    /// The combined reading of the frames that show the same document as `reading`; `None` if none
    /// does.
    pub fn result_like(&self, reading: &MrzReading) -> Option<MrzReading> {
        self.groups.iter().find(|group| group.is_like(reading))?.voted(self.today)
    }

    /// Number of frames behind the result.
    pub fn frames(&self) -> u32 {
        self.strongest(|weight| weight).and_then(|at| self.groups.get(at)).map_or(0, |group| group.frames)
    }

    fn strongest<K: Ord>(&self, key: impl Fn(u32) -> K) -> Option<usize> {
        // Weights are sums of probabilities: thousandths are fine enough to order them.
        (0..self.groups.len()).max_by_key(|&at| key((self.groups[at].weight * 1e3) as u32))
    }
}

impl Group {
    fn empty(reading: &MrzReading) -> Self {
        let (lines, width) = reading.format.shape();
        Self {
            format: reading.format,
            looks: vec![vec![[Looks::default(); 2]; width]; lines],
            weight: 0.0,
            frames: 0,
            last: reading.clone(),
        }
    }

    fn voted(&self, today: Date) -> Option<MrzReading> {
        let voted = MrzReading::of(&self.characters(), today)?;
        Some(MrzReading { quads: self.last.quads.clone(), upside_down: self.last.upside_down, ..voted })
    }

    fn is_like(&self, reading: &MrzReading) -> bool {
        let own = self.characters();
        let pairs = own.iter().flatten().zip(reading.characters.iter().flatten());
        let different = pairs.filter(|(a, b)| a.value != b.value).count();
        let (lines, width) = self.format.shape();
        self.format == reading.format && (different as f32) <= MOST_DIFFERENT * (lines * width) as f32
    }

    fn add(&mut self, reading: &MrzReading) {
        let weight = reading.mean_confidence();
        let looks = self.looks.iter_mut().flatten().zip(reading.characters.iter().flatten());
        for ([whole, doubtful], character) in looks {
            let together: f32 = character.shares.iter().sum();
            let looks = if together >= WHOLE { whole } else { doubtful };
            for (sum, share) in looks.sums.0.iter_mut().zip(&character.shares) {
                *sum += weight * share.max(LEAST_SHARE).ln();
            }
            looks.weight += weight;
            looks.frames += 1;
            looks.together = looks.together.max(together);
        }
        self.weight += weight;
        self.frames += 1;
        self.last = reading.clone();
    }

    /// The voted characters.
    fn characters(&self) -> Vec<Vec<Character>> {
        if self.frames == 0 {
            return self.last.characters.clone();
        }
        let voted = |[whole, doubtful]: &[Looks; 2]| if whole.frames > 0 { whole } else { doubtful }.voted();
        self.looks.iter().map(|line| line.iter().map(voted).collect()).collect()
    }
}

impl Looks {
    /// The probabilities raised to a power, so that many frames count as few.
    fn voted(&self) -> Character {
        let power = (self.frames as f32).min(MOST_INDEPENDENT) / self.weight.max(f32::MIN_POSITIVE);
        let most = self.sums.0.iter().copied().fold(f32::MIN, f32::max);
        let mut shares = self.sums.0.map(|sum| ((sum - most) * power).exp());
        let all: f32 = shares.iter().sum();
        shares.iter_mut().for_each(|share| *share *= self.together.min(1.0) / all);
        Character::likeliest(shares)
    }
}

#[cfg(test)]
mod tests {

    use super::*;

    const CARD: [&str; 3] = [
        "I<UTOD231458907<<<<<<<<<<<<<<<",
        "7408122F1204159UTO<<<<<<<<<<<6",
        "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
    ];

    fn today() -> Date {
        jiff::civil::date(2026, 11, 25)
    }

    fn read(lines: &[&str]) -> MrzReading {
        MrzReading::of_text(lines, today()).unwrap()
    }

    #[test]
    fn frames_with_different_errors_vote_for_what_is_printed() {
        let mut vote = Vote::new(today());
        assert_eq!(vote.result(), None);
        vote.add(&read(&["I<UTOD231458907<<<<<<<<<<<<<<<", CARD[1], "ERIKSS0N<<ANNA<MARIA<<<<<<<<<<"]));
        vote.add(&read(&["I<UTOD2B1458907<<<<<<<<<<<<<<<", CARD[1], CARD[2]]));
        vote.add(&read(&["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UT0<<<<<<<<<<<6", CARD[2]]));
        let voted = vote.result().unwrap();
        assert_eq!(voted.lines, CARD);
        assert_eq!(vote.frames(), 3);
    }

    #[test]
    fn what_was_covered_in_every_frame_stays_doubtful_and_one_clear_look_settles_it() {
        let covered = |name: &str| {
            let mut lines = read(&[CARD[0], CARD[1], name]).characters;
            lines[2][4].shares.iter_mut().for_each(|share| *share *= 0.5);
            MrzReading::of(&lines, today()).unwrap()
        };
        let mut vote = Vote::new(today());
        for _ in 0..5 {
            vote.add(&covered("ERIKFSON<<ANNA<MARIA<<<<<<<<<<"));
        }
        assert!(!vote.result().unwrap().accepted);
        vote.add(&read(&CARD));
        let voted = vote.result().unwrap();
        assert_eq!(voted.lines, CARD);
        assert!(voted.accepted, "{:?}", voted.doubts);
    }

    #[test]
    fn another_document_does_not_mix_in() {
        let other = [
            "I<UTOX987654321<<<<<<<<<<<<<<<",
            "8001014M2501017UTO<<<<<<<<<<<7",
            "SPECIMEN<<SVEN<ERIK<<<<<<<<<<<",
        ];
        let mut vote = Vote::new(today());
        vote.add(&read(&other));
        for _ in 0..3 {
            vote.add(&read(&CARD));
        }
        assert_eq!(vote.result().unwrap().lines, CARD);
        assert_eq!(vote.frames(), 3);
    }
}
