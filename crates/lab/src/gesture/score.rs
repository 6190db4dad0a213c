//! Matches findings with labels, one to one.

use serde::Serialize;

use super::free::FoundGesture;
use super::labels::{Label, Labels};
use vouch_contract::gesture::Gesture;

/// How often a gesture was found, missed, and found where there was none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct GestureCounts {
    /// Labelled and found.
    pub found: u32,
    /// Labelled and not found.
    pub missed: u32,
    /// Found and not labelled.
    pub false_alarms: u32,
}

impl GestureCounts {
    /// The same with `other` added.
    pub fn plus(self, other: Self) -> Self {
        Self {
            found: self.found + other.found,
            missed: self.missed + other.missed,
            false_alarms: self.false_alarms + other.false_alarms,
        }
    }

    /// Share of what was found that is labelled; none when nothing was found.
    pub fn precision(self) -> Option<f64> {
        share(self.found, self.found + self.false_alarms)
    }

    /// Share of what is labelled that was found; none when nothing is labelled.
    pub fn recall(self) -> Option<f64> {
        share(self.found, self.found + self.missed)
    }

    /// Harmonic mean of precision and recall: none when nothing is labelled.
    pub fn f1(self) -> Option<f64> {
        self.recall()?;
        share(2 * self.found, 2 * self.found + self.missed + self.false_alarms)
    }
}

fn share(part: u32, whole: u32) -> Option<f64> {
    (whole > 0).then(|| f64::from(part) / f64::from(whole))
}

/// The result for one label or one finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// Labelled and found.
    Found,
    /// Labelled and not found.
    Missed,
    /// Found and not labelled.
    FalseAlarm,
    /// A slight movement, found.
    Slight,
    /// A slight movement, not found.
    SlightMissed,
}

/// One labelled or found gesture of a clip.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ScoredGesture {
    /// Which gesture.
    pub gesture: Gesture,
    /// The result.
    pub fate: Fate,
    /// Beginning in the clip, seconds: the finding's, or the missed label's.
    pub start: f64,
    /// End, seconds.
    pub end: f64,
}

/// Matches what was found in a clip with its labels: a finding and a label of
/// the same gesture that overlap within the label's tolerance, each used once,
/// in the order of time, required labels first. Gestures that are not completely
/// labelled are left out.
pub fn lines(labels: &Labels, found: &[FoundGesture]) -> Vec<ScoredGesture> {
    let mut lines = Vec::new();
    for &gesture in &labels.complete {
        let mut seen: Vec<&Label> = labels.seen.iter().filter(|label| label.gesture == gesture).collect();
        seen.sort_by(|a, b| b.required.cmp(&a.required).then(a.start.total_cmp(&b.start)));
        let mut left: Vec<&FoundGesture> = found.iter().filter(|one| one.gesture == gesture).collect();
        for label in seen {
            match left.iter().position(|one| overlap(label, one)) {
                Some(at) => {
                    let fate = if label.required { Fate::Found } else { Fate::Slight };
                    lines.push(line(left.remove(at), fate));
                }
                None => {
                    let fate = if label.required { Fate::Missed } else { Fate::SlightMissed };
                    lines.push(ScoredGesture { gesture, fate, start: label.start, end: label.end });
                }
            }
        }
        lines.extend(left.into_iter().map(|one| line(one, Fate::FalseAlarm)));
    }
    lines.sort_by(|a, b| a.start.total_cmp(&b.start));
    lines
}

/// Counts one gesture's lines.
pub fn count(lines: &[ScoredGesture], gesture: Gesture) -> GestureCounts {
    let of = |fate| lines.iter().filter(|line| line.gesture == gesture && line.fate == fate).count();
    let number = |fate| u32::try_from(of(fate)).unwrap_or(u32::MAX);
    GestureCounts {
        found: number(Fate::Found),
        missed: number(Fate::Missed),
        false_alarms: number(Fate::FalseAlarm),
    }
}

fn overlap(label: &Label, found: &FoundGesture) -> bool {
    found.start.as_secs_f64() <= label.end + label.tolerance
        && found.end.as_secs_f64() >= label.start - label.tolerance
}

fn line(found: &FoundGesture, fate: Fate) -> ScoredGesture {
    ScoredGesture {
        gesture: found.gesture,
        fate,
        start: found.start.as_secs_f64(),
        end: found.end.as_secs_f64(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn label(start: f64, required: bool) -> Label {
        Label { gesture: Gesture::Blink, start, end: start + 0.2, tolerance: 0.1, required }
    }

    fn found(start: f64) -> FoundGesture {
        let at = Duration::from_secs_f64(start);
        FoundGesture { gesture: Gesture::Blink, start: at, end: at + Duration::from_millis(100) }
    }

    #[test]
    fn each_finding_and_each_label_counts_once() {
        let labels = Labels {
            seen: vec![label(1.0, true), label(2.0, true), label(5.0, false)],
            complete: vec![Gesture::Blink],
        };
        let lines = lines(&labels, &[found(1.0), found(1.15), found(5.0), found(9.0)]);
        let counts = count(&lines, Gesture::Blink);
        assert_eq!(counts, GestureCounts { found: 1, missed: 1, false_alarms: 2 });
        assert_eq!(counts.f1(), Some(0.4));
        assert_eq!(count(&lines, Gesture::Nod).f1(), None);
    }

    #[test]
    fn what_is_not_labelled_is_not_judged() {
        assert!(lines(&Labels::default(), &[found(1.0)]).is_empty());
    }
}
