//! When a face is in position.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{PolicyError, millis, require, within};

/// What a face must be to start, and to become a best frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PositionRules {
    /// Least probability from the mesh network that this is a face, 0 to 1; below it nobody is
    /// seen. Default 0.5, the middle of its sigmoid.
    pub presence_min: f32,
    /// Least face width as a share of the frame's width. Default 0.18: twice
    /// what the detector needs (it misses faces under 9 % of the frame,
    /// models/README.md).
    pub width_min: f32,
    /// Greatest face width as a share of the frame's width. Default 0.65, chosen: above it, a
    /// turned head or an open mouth leaves the picture.
    pub width_max: f32,
    /// Least distance between the eyes in pixels. Default 40, chosen: a 150 px
    /// chip of such a face is enlarged about 1.5 times. ISO/IEC 19794-5 asks for
    /// 90 at enrolment, which a small camera does not reach at arm's length.
    pub eye_distance_min: f32,
    /// Greatest distance of the face's centre from the frame's, as a share of the frame's width and
    /// height. Default 0.2, chosen.
    pub centre_offset_max: f32,
    /// Greatest turn to either side, degrees. Default 15, chosen, like the next two. Wider than a
    /// passport's 5 degrees because the terminal's camera is rarely at eye height.
    pub yaw_max: f32,
    /// Greatest tilt up or down, degrees. Default 18.
    pub pitch_max: f32,
    /// Greatest lean to the side, degrees. Default 20.
    pub roll_max: f32,
    /// Least openness of each eye (eyelid opening over eye width). Default 0.12:
    /// open eyes measure 0.13 to 0.36, half-shut ones up to 0.12
    /// (models/README.md, iris).
    pub eye_openness_min: f32,
    /// Least exposure quality, 0 to 100. Default 50: stills darkened to a quarter reach 41, while
    /// 99 of 100 genuine ones reach 76 or more (docs/evaluation/quality.md).
    pub exposure_min: u8,
    /// Least sharpness quality, 0 to 100. Default 10: blurred test photographs reach 5, compressed
    /// phone clips 20 or more.
    pub sharpness_min: u8,
    /// Least occlusion quality (100: nothing in front of the face). Default 40: paper masks reach
    /// 33, while 98 of 100 genuine stills reach 38 or more (docs/evaluation/quality.md).
    pub occlusion_min: u8,
    /// Least open-eyes quality, 0 to 100. Default 30, chosen.
    pub eyes_open_min: u8,
    /// How long all rules must hold without a break. Default 500 ms, chosen.
    #[serde(rename = "steady_ms", with = "millis")]
    pub steady: Duration,
}

impl Default for PositionRules {
    fn default() -> Self {
        Self {
            presence_min: 0.5,
            width_min: 0.18,
            width_max: 0.65,
            eye_distance_min: 40.0,
            centre_offset_max: 0.2,
            yaw_max: 15.0,
            pitch_max: 18.0,
            roll_max: 20.0,
            eye_openness_min: 0.12,
            exposure_min: 50,
            sharpness_min: 10,
            occlusion_min: 40,
            eyes_open_min: 30,
            steady: Duration::from_millis(500),
        }
    }
}

impl PositionRules {
    pub(super) fn check(&self) -> Result<(), PolicyError> {
        within(self.presence_min, 0.0..=1.0, "position.presence_min")?;
        within(self.width_max, 0.0..=1.0, "position.width_max")?;
        within(self.width_min, 0.0..=self.width_max, "position.width_min")?;
        within(self.eye_distance_min, 0.0..=10_000.0, "position.eye_distance_min")?;
        within(self.centre_offset_max, 0.0..=0.5, "position.centre_offset_max")?;
        within(self.yaw_max, 1.0..=90.0, "position.yaw_max")?;
        within(self.pitch_max, 1.0..=90.0, "position.pitch_max")?;
        within(self.roll_max, 1.0..=180.0, "position.roll_max")?;
        within(self.eye_openness_min, 0.0..=1.0, "position.eye_openness_min")?;
        let minima = [self.exposure_min, self.sharpness_min, self.occlusion_min, self.eyes_open_min];
        require(minima.iter().all(|minimum| *minimum <= 100), "position", "a quality minimum is 0 to 100")
    }
}
