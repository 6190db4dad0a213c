//! The presentations of one session. Each track of a face is one. The worst decides, so that losing
//! the track does not erase what was seen on it.

use super::fit::Fit;
use super::fusion::{LivenessRules, fuse};
use vouch_contract::liveness::AllMeasures;
use vouch_contract::verdict::Verdict;

/// Fewest frames of a presentation that counts: a third of a second at 30 frames/s. A shorter track
/// was lost again during a turn and is too short for any cue. No session can pass on such a track:
/// the one at the end of the session always counts.
const MIN_FRAMES: u32 = 10;

/// The current presentation, and the verdict on the worst one before it.
#[derive(Debug, Default)]
pub struct Presentations {
    current: Option<(u32, AllMeasures, u32)>,
    worst: Option<Verdict>,
}

impl Presentations {
    /// Takes the cues' measures of `track` so far.
    pub fn see(&mut self, rules: &LivenessRules, track: u32, measures: &AllMeasures) {
        match &mut self.current {
            Some((current, latest, frames)) if *current == track => {
                *latest = *measures;
                *frames = frames.saturating_add(1);
            }
            _ => {
                self.close(rules);
                self.current = Some((track, *measures, 1));
            }
        }
    }

    /// The verdict on all presentations so far; `None` before the first.
    pub fn verdict(&self, rules: &LivenessRules) -> Option<Verdict> {
        let current = self.current.as_ref().map(|(_, measures, _)| fuse(Fit::built_in(), rules, measures));
        match (current, &self.worst) {
            (Some(current), Some(worst)) if worst.attack.is_some() && worst.excess() > current.excess() => {
                Some(worst.clone())
            }
            (current, worst) => current.or_else(|| worst.clone()),
        }
    }

    /// The latest measures.
    pub fn latest(&self) -> Option<&AllMeasures> {
        self.current.as_ref().map(|(_, measures, _)| measures)
    }

    fn close(&mut self, rules: &LivenessRules) {
        let Some((_, measures, frames)) = self.current.take() else { return };
        if frames < MIN_FRAMES {
            return;
        }
        let verdict = fuse(Fit::built_in(), rules, &measures);
        if self.worst.as_ref().is_none_or(|worst| verdict.excess() > worst.excess()) {
            self.worst = Some(verdict);
        }
    }
}
