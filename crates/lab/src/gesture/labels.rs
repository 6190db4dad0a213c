//! What people do in the clips, labelled by hand.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::table;
use crate::table::TableError;
use vouch_contract::gesture::Gesture;

/// Suffixes of events that may be found or not: a small movement, a mouth or an eye
/// that opens or closes partly, a blink while the head is turned away.
const OPTIONAL: [&str; 3] = ["_slight", "_partial", "_off_axis"];

/// One movement that was seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Label {
    /// Which.
    pub gesture: Gesture,
    /// Its beginning in the clip, seconds.
    pub start: f64,
    /// Its end, seconds.
    pub end: f64,
    /// How far off both may be, seconds.
    pub tolerance: f64,
    /// Whether it must be found. A slight movement may be found or not.
    pub required: bool,
}

/// All labels of one clip.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Labels {
    /// The movements, in the table's order.
    pub seen: Vec<Label>,
    /// Gestures that are labelled everywhere in the clip, so that other findings are
    /// false alarms. Only these are judged.
    pub complete: Vec<Gesture>,
}

#[derive(Deserialize)]
struct LabelRow {
    file: String,
    event: String,
    start_s: Option<f64>,
    end_s: Option<f64>,
    tolerance_s: Option<f64>,
}

/// Reads a table with the columns file, event, `start_s`, `end_s`,
/// `tolerance_s`, and gives each file's labels.
///
/// Events are `blink`, `mouth_open`, `yaw_image_right` (the nose moves to the
/// picture's right, the person's own left), `yaw_image_left`, `pitch_up`,
/// `pitch_down`. An event with the suffix `_slight`, `_partial` or
/// `_off_axis` may be found or not. The prefix `no_` (`no_blink`) says that the clip
/// has none. A gesture is judged in a clip when the table has a row on it there; a
/// turn to one side counts for both sides. Other events are skipped.
///
/// # Errors
/// [`TableError`].
pub fn read(path: &Path) -> Result<BTreeMap<String, Labels>, TableError> {
    let mut files: BTreeMap<String, Labels> = BTreeMap::new();
    for (row, line) in table::read::<LabelRow>(path)?.into_iter().zip(2..) {
        let LabelRow { file, event, start_s, end_s, tolerance_s } = row;
        let seconds = |time: Option<f64>, column: &str| {
            time.filter(|seconds| seconds.is_finite() && *seconds >= 0.0).ok_or_else(|| TableError::Wrong {
                path: path.to_owned(),
                line,
                column: Some(column.to_owned()),
                reason: "seconds are needed, 0 or more".to_owned(),
            })
        };
        let (event, none) = event.strip_prefix("no_").map_or((event.as_str(), false), |event| (event, true));
        let full = OPTIONAL.iter().find_map(|suffix| event.strip_suffix(suffix)).unwrap_or(event);
        let Some(gesture) = gesture_of(full) else { continue };
        let labels = files.entry(file).or_default();
        for also in judged_with(gesture) {
            if !labels.complete.contains(also) {
                labels.complete.push(*also);
            }
        }
        if !none {
            labels.seen.push(Label {
                gesture,
                start: seconds(start_s, "start_s")?,
                end: seconds(end_s, "end_s")?,
                tolerance: seconds(tolerance_s, "tolerance_s")?,
                required: full == event,
            });
        }
    }
    Ok(files)
}

fn gesture_of(event: &str) -> Option<Gesture> {
    Some(match event {
        "blink" => Gesture::Blink,
        "mouth_open" => Gesture::OpenMouth,
        "yaw_image_right" => Gesture::TurnLeft,
        "yaw" | "yaw_image_left" => Gesture::TurnRight,
        "pitch" | "pitch_up" | "pitch_down" => Gesture::Nod,
        _ => return None,
    })
}

fn judged_with(gesture: Gesture) -> &'static [Gesture] {
    match gesture {
        Gesture::Blink => &[Gesture::Blink],
        Gesture::OpenMouth => &[Gesture::OpenMouth],
        Gesture::TurnLeft | Gesture::TurnRight => &[Gesture::TurnLeft, Gesture::TurnRight],
        Gesture::Nod => &[Gesture::Nod],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_labels_and_say_what_is_judged() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let text = "file,event,start_s,end_s,tolerance_s\na,yaw_image_right,1.6,2.7,0.4\n\
                    a,pitch_up_slight,3,4,0.4\na,bezel,0,1,0\nb,no_blink,0,3,0.1\n";
        std::fs::write(file.path(), text).unwrap();
        let files = read(file.path()).unwrap();
        assert_eq!(files["a"].complete, [Gesture::TurnLeft, Gesture::TurnRight, Gesture::Nod]);
        assert_eq!(files["a"].seen.iter().map(|label| label.required).collect::<Vec<_>>(), [true, false]);
        assert_eq!((files["b"].seen.len(), &files["b"].complete[..]), (0, &[Gesture::Blink][..]));
    }

    #[test]
    fn a_time_that_is_none_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        for time in ["x", "-1", ""] {
            let text = format!("file,event,start_s,end_s,tolerance_s\na,blink,{time},1,0\n");
            std::fs::write(file.path(), text).unwrap();
            let error = read(file.path()).unwrap_err().to_string();
            assert!(error.contains("line 2, column `start_s`"), "{error}");
        }
    }
}
