//! The presentations of one session: each track is one, and the worst of them
//! decides. Losing the track is no way to lose what was seen on it.

use super::fit::Fit;
use super::fusion::{LivenessRules, fuse};
use vouch_contract::liveness::Words;
use vouch_contract::verdict::Verdict;

/// Frames of a presentation from which on it counts: a third of a second at 30
/// frames/s. A shorter one is a track that was found and lost in a turn, and
/// shows too little for any cue; nothing can pass on it either, since a session
/// is settled on the track it ends with.
const COUNTS_FROM: u32 = 10;

/// See the module's words.
#[derive(Debug, Default)]
pub struct Presentations {
    current: Option<(u32, Words, u32)>,
    worst: Option<Verdict>,
}

impl Presentations {
    /// Takes in what the cues say of `track` so far.
    pub fn see(&mut self, rules: &LivenessRules, track: u32, words: &Words) {
        match &mut self.current {
            Some((current, latest, frames)) if *current == track => {
                *latest = *words;
                *frames = frames.saturating_add(1);
            }
            _ => {
                self.close(rules);
                self.current = Some((track, *words, 1));
            }
        }
    }

    /// The verdict on all presentations so far; none before the first.
    pub fn verdict(&self, rules: &LivenessRules) -> Option<Verdict> {
        let current = self.current.as_ref().map(|(_, words, _)| fuse(Fit::built_in(), rules, words));
        match (current, &self.worst) {
            (Some(current), Some(worst)) if worst.attack.is_some() && worst.excess() > current.excess() => {
                Some(worst.clone())
            }
            (current, worst) => current.or_else(|| worst.clone()),
        }
    }

    fn close(&mut self, rules: &LivenessRules) {
        let Some((_, words, frames)) = self.current.take() else { return };
        if frames < COUNTS_FROM {
            return;
        }
        let verdict = fuse(Fit::built_in(), rules, &words);
        if self.worst.as_ref().is_none_or(|worst| verdict.excess() > worst.excess()) {
            self.worst = Some(verdict);
        }
    }
}
