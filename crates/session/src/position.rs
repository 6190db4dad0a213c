//! Whether the face is in position, and if not, which prompt helps.

use crate::policy::PositionRules;
use crate::types::Prompt;
use crate::view::{Seen, View};
use vouch_contract::face::{Face, Pose};

/// The prompt for the first broken rule; `None` when the face is in position. The order is what to
/// fix first: telling a person who is too far away about blur does not help.
pub fn fault(rules: &PositionRules, view: &View) -> Option<Prompt> {
    faults(rules, view).next()
}

/// The prompt for every broken rule, in the same order.
pub fn faults(rules: &PositionRules, view: &View) -> impl Iterator<Item = Prompt> + use<> {
    let (face, nobody) = match &view.seen {
        Seen::Nobody => (None, Some(Prompt::ComeIntoView)),
        Seen::Several => (None, Some(Prompt::OnePersonOnly)),
        Seen::One(face) => (Some(face), None),
    };
    let broken = face.map(|face| face_faults(rules, face, view.frame));
    nobody.into_iter().chain(broken.into_iter().flatten())
}

fn face_faults(
    rules: &PositionRules,
    face: &Face,
    [frame_width, frame_height]: [f32; 2],
) -> impl Iterator<Item = Prompt> + use<> {
    let width = face.bounds.width / frame_width;
    let off_x = (face.bounds.x + face.bounds.width / 2.0) / frame_width - 0.5;
    let off_y = (face.bounds.y + face.bounds.height / 2.0) / frame_height - 0.5;
    let quality = &face.quality;

    // Each rule states what must hold, so that a NaN (a frame of width zero) breaks it.
    let large_enough = width >= rules.width_min && face.eye_distance >= rules.eye_distance_min;
    let small_enough = width <= rules.width_max;
    let centred = off_x.abs() <= rules.centre_offset_max && off_y.abs() <= rules.centre_offset_max;
    // The middle of the tonal range separates a dark face from an overexposed one.
    let light = if face.brightness < 128.0 { Prompt::MoreLight } else { Prompt::LessLight };
    let open = eyes_open(rules, face) && quality.eyes_open >= rules.eyes_open_min;
    [
        (large_enough, Prompt::ComeCloser),
        (small_enough, Prompt::MoveBack),
        (centred, Prompt::MoveToTheMiddle),
        (quality.exposure >= rules.exposure_min, light),
        (open, Prompt::OpenEyes),
        (quality.occlusion >= rules.occlusion_min, Prompt::UncoverFace),
        (frontal(rules, &face.pose), Prompt::LookStraight),
        (quality.sharpness >= rules.sharpness_min, Prompt::HoldStill),
    ]
    .into_iter()
    .filter_map(|(holds, prompt)| (!holds).then_some(prompt))
}

/// Whether the head looks into the camera.
pub fn frontal(rules: &PositionRules, pose: &Pose) -> bool {
    pose.yaw.abs() <= rules.yaw_max
        && pose.pitch.abs() <= rules.pitch_max
        && pose.roll.abs() <= rules.roll_max
}

/// Whether both eyes are open.
pub fn eyes_open(rules: &PositionRules, face: &Face) -> bool {
    face.eyes.iter().all(|eye| *eye >= rules.eye_openness_min)
}
