//! The figures, for people and for programs.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::score::{Counts, Line, count};
use vouch_contract::gesture::Gesture;
use vouch_contract::word::word;

/// One clip's account.
#[derive(Debug, Clone, Serialize)]
pub struct Clip {
    /// As the table names it.
    pub file: String,
    /// Frames looked at, and how many of them showed one face.
    pub frames: usize,
    /// See `frames`.
    pub with_face: usize,
    /// Gestures judged here.
    pub judged: Vec<Gesture>,
    /// What was found, missed and imagined, in the order of time.
    pub lines: Vec<Line>,
}

/// A gesture's figures over all clips.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Figures {
    /// The counts behind the rest.
    #[serde(flatten)]
    pub counts: Counts,
    /// See [`Counts::precision`].
    pub precision: Option<f64>,
    /// See [`Counts::recall`].
    pub recall: Option<f64>,
    /// Clips in which it was judged.
    pub clips: usize,
}

/// What `vouch-lab eval gesture` gives.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// F1 of each gesture; null where nothing is labelled.
    pub f1: BTreeMap<Gesture, Option<f64>>,
    /// What F1 comes from.
    pub gestures: BTreeMap<Gesture, Figures>,
    /// Each clip.
    pub clips: Vec<Clip>,
    /// Clips that could not be looked at, and why.
    pub unread: BTreeMap<String, String>,
}

impl Report {
    /// The figures over `clips`.
    pub fn of(clips: Vec<Clip>, unread: BTreeMap<String, String>) -> Self {
        let mut report = Self { f1: BTreeMap::new(), gestures: BTreeMap::new(), clips, unread };
        for gesture in Gesture::ALL {
            let judged = report.clips.iter().filter(|clip| clip.judged.contains(&gesture));
            let (counts, clips) = judged.fold((Counts::default(), 0), |(counts, clips), clip| {
                (counts.plus(count(&clip.lines, gesture)), clips + 1)
            });
            report.f1.insert(gesture, counts.f1());
            let (precision, recall) = (counts.precision(), counts.recall());
            report.gestures.insert(gesture, Figures { counts, precision, recall, clips });
        }
        report
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| gesture | clips | found | missed | false | precision | recall | F1 |")?;
        writeln!(f, "|---|---|---|---|---|---|---|---|")?;
        for (gesture, figures) in &self.gestures {
            let Counts { found, missed, false_alarms } = figures.counts;
            let f1 = self.f1.get(gesture).copied().flatten();
            let [precision, recall, f1] = [figures.precision, figures.recall, f1]
                .map(|share| share.map_or("-".to_owned(), |share| format!("{share:.3}")));
            let (name, clips) = (word(gesture), figures.clips);
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
