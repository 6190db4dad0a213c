//! What was measured in a clip, frame by frame, as a table and as a picture.

use std::fmt::Write as _;
use std::time::Duration;

use super::score::{Fate, ScoredGesture};
use vouch_contract::face::Face;

/// One frame's measures.
pub type TraceSample = (Duration, Option<Face>);

/// Size of the picture and of each of its strips, in pixels.
const WIDTH: f64 = 1200.0;
const STRIP: f64 = 120.0;

/// The measures as comma-separated values: time, eyes, mouth, pose, box, track.
pub fn csv(samples: &[TraceSample]) -> String {
    let mut text = String::from(
        "at_s,track,eye_left,eye_right,mouth,yaw,pitch,roll,eye_distance,x,y,width,height,brightness\n",
    );
    for (at, face) in samples {
        let at = at.as_secs_f64();
        // Writing into a string can't fail.
        let _ = match face {
            None => writeln!(text, "{at:.3},,,,,,,,,,,,,"),
            Some(f) => writeln!(
                text,
                "{at:.3},{},{:.4},{:.4},{:.4},{:.2},{:.2},{:.2},{:.1},{:.1},{:.1},{:.1},{:.1},{:.0}",
                f.track,
                f.eyes[0],
                f.eyes[1],
                f.mouth,
                f.pose.yaw,
                f.pose.pitch,
                f.pose.roll,
                f.eye_distance,
                f.bounds.x,
                f.bounds.y,
                f.bounds.width,
                f.bounds.height,
                f.brightness
            ),
        };
    }
    text
}

/// A strip of the picture: its name, the values at its lower and upper edge, and
/// the measure.
type Strip = (&'static str, f32, f32, fn(&Face) -> f32);

/// The measures over time as SVG, what was found and missed as bands behind.
pub fn svg(samples: &[TraceSample], lines: &[ScoredGesture]) -> String {
    let strips: [Strip; 4] = [
        ("eyes, 0 to 0.4", 0.0, 0.4, |face| f32::midpoint(face.eyes[0], face.eyes[1])),
        ("mouth, 0 to 0.8", 0.0, 0.8, |face| face.mouth),
        ("yaw, -45 to 45", -45.0, 45.0, |face| face.pose.yaw),
        ("pitch, -30 to 30", -30.0, 30.0, |face| face.pose.pitch),
    ];
    let length = samples.last().map_or(1.0, |(at, _)| at.as_secs_f64().max(0.1));
    let x = |seconds: f64| seconds / length * WIDTH;
    let height = STRIP * strips.len() as f64;
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
         font-family=\"sans-serif\" font-size=\"12\"><rect width=\"100%\" height=\"100%\" fill=\"white\"/>"
    );
    // Writing into a string can't fail.
    for line in lines {
        let colour = match line.fate {
            Fate::Found => "#cfc",
            Fate::Slight | Fate::SlightMissed => "#eee",
            Fate::Missed => "#fcc",
            Fate::FalseAlarm => "#fda",
        };
        let (from, to) = (x(line.start), x(line.end));
        let _ = write!(
            text,
            "<rect x=\"{from:.1}\" width=\"{:.1}\" height=\"100%\" fill=\"{colour}\"/>",
            (to - from).max(2.0)
        );
    }
    for (row, (name, low, high, measure)) in (0_u8..).zip(strips) {
        let top = STRIP * f64::from(row);
        let points: String = samples
            .iter()
            .filter_map(|(at, face)| face.map(|face| (at.as_secs_f64(), measure(&face))))
            .map(|(at, value)| {
                let share = f64::from(((value - low) / (high - low)).clamp(0.0, 1.0));
                format!("{:.1},{:.1} ", x(at), top + STRIP * (1.0 - share))
            })
            .collect();
        let _ = write!(
            text,
            "<text x=\"4\" y=\"{:.0}\">{name}</text><polyline points=\"{points}\" fill=\"none\" stroke=\"#046\"/>",
            top + 14.0
        );
    }
    text.push_str("</svg>\n");
    text
}
