//! The manifest: which file is which presentation.

use std::path::Path;

use serde::Deserialize;

use crate::table;
use crate::table::TableError;

/// Kinds in the manifest that are presentations to a camera. Left out are press
/// photographs and old collections (`face_still`), which no terminal's camera took,
/// and pictures that were degraded on purpose.
pub const KINDS: [&str; 9] = [
    "still",
    "webcam_still",
    "webcam_sequence",
    "video_active",
    "video_headpose",
    "video_misc",
    "video_replay_attack",
    "video_talking",
    "clip",
];
/// How the label of an attack begins; its species follows.
const ATTACK: &str = "attack_";

/// One presentation.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// The file, below the root.
    pub file: String,
    /// What kind of recording.
    pub kind: String,
    /// The attack's species (`print`, `replay`, …); none: bona fide.
    pub species: Option<String>,
    /// Who is shown, if the manifest says.
    pub identity: String,
    /// The collection it comes from, if the manifest says. Pictures of one collection share cameras,
    /// rooms and people.
    pub source: String,
    /// Cut the picture to so many face boxes, as when a screen fills the view.
    pub cut: Option<f32>,
}

#[derive(Deserialize)]
struct CaseRow {
    file: String,
    kind: String,
    label: String,
    #[serde(default)]
    identity: String,
    #[serde(default)]
    source_repo: String,
}

impl Case {
    /// The class that it is counted in: the attack's species, or the kind of a bona fide recording.
    /// What was cut is a class of its own.
    pub fn class(&self) -> String {
        let class = self.species.as_ref().unwrap_or(&self.kind);
        match self.cut {
            Some(factor) => format!("{class} cut to {factor} faces"),
            None => class.clone(),
        }
    }

    /// The same picture, cut to `factor` face boxes. Only stills before a webcam are cut: a clip's
    /// face moves.
    pub fn cut(&self, factor: f32) -> Option<Self> {
        (self.kind == "webcam_still").then(|| Self { cut: Some(factor), ..self.clone() })
    }
}

/// Reads the cases of these kinds; rows with other labels are skipped.
///
/// # Errors
/// [`TableError`].
pub fn read(path: &Path, kinds: &[String]) -> Result<Vec<Case>, TableError> {
    let mut cases = Vec::new();
    for row in table::read::<CaseRow>(path)? {
        let wanted =
            if kinds.is_empty() { KINDS.contains(&row.kind.as_str()) } else { kinds.contains(&row.kind) };
        let species = match row.label.as_str() {
            "genuine" => None,
            label if label.len() > ATTACK.len() && label.starts_with(ATTACK) => {
                Some(label[ATTACK.len()..].to_owned())
            }
            _ => continue,
        };
        if wanted {
            let source = row.source_repo;
            cases.push(Case {
                file: row.file,
                kind: row.kind,
                species,
                identity: row.identity,
                source,
                cut: None,
            });
        }
    }
    if cases.is_empty() {
        let reason = "no row is labelled `genuine` or `attack_…` and of a kind that is presented to a camera; \
                      name kinds with --kinds";
        return Err(TableError::Empty { path: path.to_owned(), reason: reason.into() });
    }
    Ok(cases)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Vec<Case>, TableError> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("manifest.csv");
        std::fs::write(&path, text).expect("written");
        read(&path, &[])
    }

    #[test]
    fn rows_become_presentations() {
        let cases = of("file,kind,label,extra\na.jpg,webcam_still,genuine,\"x, y\"\n\
                        b.mp4,video_replay_attack,attack_replay,\nc.jpg,face_still,genuine,\n\
                        d.jpg,webcam_still,blurred,\n")
        .expect("cases");
        assert_eq!(cases.len(), 2);
        assert_eq!(cases[1].species.as_deref(), Some("replay"));
        assert_eq!(cases[0].cut(2.0).map(|cut| cut.class()).as_deref(), Some("webcam_still cut to 2 faces"));
        assert_eq!(cases[1].cut(2.0), None);
    }

    #[test]
    fn what_is_no_manifest_is_told() {
        assert!(matches!(of("file,label\na,genuine\n"), Err(TableError::Wrong { .. })));
        assert!(matches!(of("file,kind,label\na,face_still,genuine\n"), Err(TableError::Empty { .. })));
        assert!(of("\u{0}\u{1}").is_err());
    }
}
