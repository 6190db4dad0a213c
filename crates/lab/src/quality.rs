//! Which quality gates reject which kinds of stills: the first fault that the
//! position rules find in each labelled picture, and each gate on its own.

use std::collections::BTreeMap;
use std::fmt;
use std::fmt::Write as _;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::gesture::clip::ClipError;
use super::table;
use super::table::TableError;
use vouch_contract::eye::sighting::Sighting;
use vouch_contract::face::Face;
use vouch_contract::json_name::json_name;
use vouch_perception::camera::{Frame, OpenOptions, Source, open};
use vouch_perception::face::perceive::Perception;
use vouch_session::policy::PositionRules;
use vouch_session::position;
use vouch_session::types::Prompt;
use vouch_session::view::View;

/// Kinds of stills that are read.
const KINDS: [&str; 4] = ["face_quality", "face_still", "face_still_condition", "face_still_occlusion"];
/// The gates that judge the picture, not where the person stands. A cropped still is
/// often too small or off centre, and that fault would hide the others.
const OF_QUALITY: [Prompt; 5] =
    [Prompt::MoreLight, Prompt::LessLight, Prompt::OpenEyes, Prompt::UncoverFace, Prompt::HoldStill];

/// A labelled still.
#[derive(Debug, Clone)]
pub struct LabelledStill {
    /// Below the root.
    pub file: String,
    /// `kind/label`.
    pub label: String,
}

#[derive(Deserialize)]
struct Listed {
    file: String,
    kind: String,
    label: String,
}

/// Reads the stills from a manifest with the columns file, kind, label.
///
/// # Errors
/// [`TableError`].
pub fn read(path: &Path) -> Result<Vec<LabelledStill>, TableError> {
    let stills = table::read::<Listed>(path)?.into_iter().filter_map(|Listed { file, kind, label }| {
        let still = LabelledStill { file, label: format!("{kind}/{label}") };
        KINDS.contains(&kind.as_str()).then_some(still)
    });
    Ok(stills.collect())
}

/// What was seen in a still.
#[derive(Debug, Clone)]
pub struct SeenStill {
    face: Option<Face>,
    // The session's prompt: the first fault.
    said: Option<Prompt>,
    // Every quality gate that rejects the still, checked on its own.
    gates: Vec<Prompt>,
}

/// Examines one still, independently of the one before.
///
/// # Errors
/// [`ClipError`].
pub fn look(perception: &mut Perception, rules: &PositionRules, path: &Path) -> Result<SeenStill, ClipError> {
    perception.reset();
    let mut frame = Frame::default();
    open(&path.to_string_lossy(), &OpenOptions::default())?.next(&mut frame)?;
    let view = perception.look(&frame)?;
    let sighting = Sighting {
        width: frame.width.try_into().unwrap_or(u16::MAX),
        height: frame.height.try_into().unwrap_or(u16::MAX),
        faces: view.faces,
        face: view.face,
        ..Sighting::default()
    };
    let view = View::of(&sighting, 0, rules.presence_min);
    let faults = view_faults(rules, &view);
    Ok(SeenStill {
        face: sighting.face,
        said: faults.first().copied(),
        gates: faults.into_iter().filter(|fault| OF_QUALITY.contains(fault)).collect(),
    })
}

fn view_faults(rules: &PositionRules, view: &View) -> Vec<Prompt> {
    position::faults(rules, view).collect()
}

/// Gathers what was seen.
#[derive(Debug, Default)]
pub struct QualityTally {
    labels: BTreeMap<String, LabelCounts>,
    measures: String,
    unread: BTreeMap<String, String>,
}

#[derive(Debug, Default)]
struct LabelCounts {
    stills: u32,
    no_face: u32,
    none: u32,
    gates: BTreeMap<String, u32>,
    said: BTreeMap<String, u32>,
}

impl QualityTally {
    /// Counts one still.
    pub fn add(&mut self, still: &LabelledStill, seen: &SeenStill) {
        let counts = self.labels.entry(still.label.clone()).or_default();
        counts.stills += 1;
        *counts.said.entry(seen.said.as_ref().map_or("none".into(), json_name)).or_default() += 1;
        if seen.said == Some(Prompt::ComeIntoView) {
            counts.no_face += 1;
        } else if seen.gates.is_empty() {
            counts.none += 1;
        }
        for gate in &seen.gates {
            *counts.gates.entry(json_name(gate)).or_default() += 1;
        }
        if let Some(face) = &seen.face {
            let q = &face.quality;
            // Writing into a string can't fail.
            let _ = writeln!(
                self.measures,
                "{},{},{},{},{},{},{:.3},{:.3},{:.3},{:.0},{:.0},{:.1},{:.1},{:.1},{:.1},{:.1},{:.1},{:.1}",
                still.file,
                still.label,
                q.unified,
                q.sharpness,
                q.exposure,
                q.occlusion,
                face.eyes[0],
                face.eyes[1],
                face.mouth,
                face.eye_distance,
                face.brightness,
                face.pose.yaw,
                face.pose.pitch,
                face.pose.roll,
                face.bounds.x,
                face.bounds.y,
                face.bounds.width,
                face.bounds.height
            );
        }
    }

    /// A still that could not be looked at.
    pub fn skip(&mut self, still: &LabelledStill, why: String) {
        self.unread.insert(still.file.clone(), why);
    }

    /// Every face's measures as comma-separated values.
    pub fn csv(&self) -> String {
        let header = "file,label,unified,sharpness,exposure,occlusion,eye_left,eye_right,mouth,eye_distance,\
                      brightness,yaw,pitch,roll,x,y,width,height";
        format!("{header}\n{}", self.measures)
    }

    /// The shares.
    pub fn report(self) -> QualityReport {
        let shares = |counts: BTreeMap<String, u32>, stills: u32| {
            counts.into_iter().map(|(name, count)| (name, share(count, stills))).collect()
        };
        let labels = self.labels.into_iter().map(|(label, counts)| {
            let mut gates: BTreeMap<String, f64> = shares(counts.gates, counts.stills);
            gates.insert("no-face".into(), share(counts.no_face, counts.stills));
            gates.insert("none".into(), share(counts.none, counts.stills));
            let said = shares(counts.said, counts.stills);
            (label, QualityRow { stills: counts.stills, gates, said })
        });
        QualityReport { labels: labels.collect(), unread: self.unread }
    }
}

fn share(count: u32, of: u32) -> f64 {
    if of == 0 { 0.0 } else { f64::from(count) / f64::from(of) }
}

/// One label's line.
#[derive(Debug, Clone, Serialize)]
pub struct QualityRow {
    /// Stills with this label.
    pub stills: u32,
    /// Share of them that each quality gate rejects, whatever else is wrong; `none`
    /// when no gate does, `no-face` when no face was found.
    pub gates: BTreeMap<String, f64>,
    /// Share of them for which the session would give this prompt (the first fault).
    pub said: BTreeMap<String, f64>,
}

/// The report of `vouch-lab eval quality`.
#[derive(Debug, Clone, Serialize)]
pub struct QualityReport {
    /// By `kind/label`.
    pub labels: BTreeMap<String, QualityRow>,
    /// Stills that could not be looked at, and why.
    pub unread: BTreeMap<String, String>,
}

impl fmt::Display for QualityReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut columns: Vec<String> = OF_QUALITY.each_ref().map(json_name).into();
        columns.extend(["none".into(), "no-face".into()]);
        writeln!(f, "| label | stills | {} |", columns.join(" | "))?;
        writeln!(f, "|---|---{}|", "|---".repeat(columns.len()))?;
        for (label, row) in &self.labels {
            let cell = |name: &String| match row.gates.get(name) {
                Some(share) if *share > 0.0 => format!("{share:.3}"),
                _ => "-".to_owned(),
            };
            let cells: Vec<String> = columns.iter().map(cell).collect();
            writeln!(f, "| {label} | {} | {} |", row.stills, cells.join(" | "))?;
        }
        for (file, why) in &self.unread {
            writeln!(f, "\nnot looked at: {file}: {why}")?;
        }
        Ok(())
    }
}
