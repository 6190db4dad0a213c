//! A sighting made safe: what the rules may see of it.

use vouch_contract::eye::sighting::Sighting;
use vouch_contract::face::Face;

/// What one frame shows, and its place among the session's frames.
#[derive(Debug, Clone, Copy)]
pub struct View {
    /// The source's number of the frame, used in asks.
    pub sequence: u64,
    /// The session's own count of frames. Unlike the source's number it always rises, even if the
    /// source was reopened.
    pub order: u64,
    /// Frame width and height in pixels.
    pub frame: [f32; 2],
    /// Who is there.
    pub seen: Seen,
}

/// Who is there.
#[derive(Debug, Clone, Copy)]
pub enum Seen {
    /// Nobody, or nothing that reliably is a face.
    Nobody,
    /// More than one person.
    Several,
    /// One face whose measures are all finite numbers.
    One(Face),
}

impl View {
    /// The view of the session's frame number `order`.
    pub fn of(sighting: &Sighting, order: u64, presence_min: f32) -> Self {
        let seen = match sighting.face {
            Some(face) if is_finite(&face) && face.presence >= presence_min => {
                if sighting.faces > 1 {
                    Seen::Several
                } else {
                    Seen::One(face)
                }
            }
            _ => Seen::Nobody,
        };
        Self {
            sequence: sighting.sequence,
            order,
            frame: [sighting.width.into(), sighting.height.into()],
            seen,
        }
    }
}

/// Whether every measure of the face is a finite number. A broken network or solver yields NaN, and
/// half of all rules would let a NaN pass.
pub fn is_finite(face: &Face) -> bool {
    let Face { track: _, bounds, presence, pose, eyes, mouth, eye_distance, brightness, quality: _ } = face;
    [
        bounds.x,
        bounds.y,
        bounds.width,
        bounds.height,
        *presence,
        pose.yaw,
        pose.pitch,
        pose.roll,
        eyes[0],
        eyes[1],
        *mouth,
        *eye_distance,
        *brightness,
    ]
    .iter()
    .all(|measure| measure.is_finite())
}
