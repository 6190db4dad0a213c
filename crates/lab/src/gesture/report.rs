//! The figures, for people and for programs.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::score::{GestureCounts, ScoredGesture, count};
use vouch_contract::gesture::Gesture;
use vouch_contract::json_name::json_name;

/// One clip's account.
#[derive(Debug, Clone, Serialize)]
pub struct ClipFigures {
    /// As the table names it.
    pub file: String,
    /// Frames looked at, and how many of them showed one face.
    pub frames: usize,
    /// See `frames`.
    pub with_face: usize,
    /// Gestures judged here.
    pub judged: Vec<Gesture>,
    /// What was found, missed and falsely found, in order of time.
    pub lines: Vec<ScoredGesture>,
}

/// A gesture's figures over all clips.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct GestureFigures {
    /// The counts behind the rest.
    #[serde(flatten)]
    pub counts: GestureCounts,
    /// See [`GestureCounts::precision`].
    pub precision: Option<f64>,
    /// See [`GestureCounts::recall`].
    pub recall: Option<f64>,
    /// Clips in which it was judged.
    pub clips: usize,
}

/// The report of `vouch-lab eval gesture`.
#[derive(Debug, Clone, Serialize)]
pub struct GestureReport {
    /// F1 of each gesture; null where nothing is labelled.
    pub f1: BTreeMap<Gesture, Option<f64>>,
    /// The counts behind F1.
    pub gestures: BTreeMap<Gesture, GestureFigures>,
    /// Each clip.
    pub clips: Vec<ClipFigures>,
    /// Clips that could not be looked at, and why.
    pub unread: BTreeMap<String, String>,
}

impl GestureReport {
    /// The figures over `clips`.
    pub fn of(clips: Vec<ClipFigures>, unread: BTreeMap<String, String>) -> Self {
        let mut report = Self { f1: BTreeMap::new(), gestures: BTreeMap::new(), clips, unread };
        for gesture in Gesture::ALL {
            let judged = report.clips.iter().filter(|clip| clip.judged.contains(&gesture));
            let (counts, clips) = judged.fold((GestureCounts::default(), 0), |(counts, clips), clip| {
                (counts.plus(count(&clip.lines, gesture)), clips + 1)
            });
            report.f1.insert(gesture, counts.f1());
            let (precision, recall) = (counts.precision(), counts.recall());
            report.gestures.insert(gesture, GestureFigures { counts, precision, recall, clips });
        }
        report
    }
}

impl fmt::Display for GestureReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| gesture | clips | found | missed | false | precision | recall | F1 |")?;
        writeln!(f, "|---|---|---|---|---|---|---|---|")?;
        for (gesture, figures) in &self.gestures {
            let GestureCounts { found, missed, false_alarms } = figures.counts;
            let f1 = self.f1.get(gesture).copied().flatten();
            let [precision, recall, f1] = [figures.precision, figures.recall, f1]
                .map(|share| share.map_or("-".to_owned(), |share| format!("{share:.3}")));
            let (name, clips) = (json_name(gesture), figures.clips);
            writeln!(
                f,
                "| {name} | {clips} | {found} | {missed} | {false_alarms} | {precision} | {recall} | {f1} |"
            )?;
        }
        for (file, why) in &self.unread {
            writeln!(f, "\nnot looked at: {file}: {why}")?;
        }
        Ok(())
    }
}
