//! The light challenge, simulated: clips of people get the screen's light added, and the cue looks
//! at the result.
//!
//! The light is added to linear values (byte / 255 to the power 2.2): value x (1 + contrast x shade x
//! colour). Contrast is the white screen's light on a surface that faces it, divided by the room's.
//! A head's shade is the cosine to the screen on an ellipsoid through the face's mesh, and falls
//! with the square of the distance; the screen is [`DISTANCE`] half widths of the head away. A flat
//! picture's shade is 1 everywhere. A camera's own balancing of colours is not simulated.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::StdRng;
use serde::Serialize;

use vouch_contract::face::Face;
use vouch_contract::liveness::{AllMeasures, Cue};
use vouch_perception::camera::{CameraError, Frame, OpenOptions, RecordingOptions, open};
use vouch_perception::face::mesh::Landmarks;
use vouch_perception::face::perceive::Perception;
use vouch_perception::liveness::cue::{CueWatcher as _, Look};
use vouch_perception::liveness::light_challenge::{EDGES, LightChallenge, NEAR};
use vouch_perception::runtime::RuntimeError;
use vouch_session::lighting::{self, Colour};
use vouch_session::policy::LightRules;

/// Contrasts tried.
const CONTRASTS: [f32; 6] = [0.0, 0.01, 0.02, 0.05, 0.1, 0.2];
/// Colours of a challenge.
const COLOURS: u8 = 6;
/// Challenges for each clip and contrast.
const CHALLENGES: u64 = 10;
/// Before the first colour, and from showing a colour to the frame that has it.
const BEFORE: Duration = Duration::from_millis(300);
const LAG: Duration = Duration::from_millis(80);
/// From the head to the screen, in half widths of the head: about 45 cm.
const DISTANCE: f32 = 6.0;
const GAMMA: f32 = 2.2;
/// Half the side of a lit patch in eye distances; the cue looks at 0.1.
const PATCH: f32 = 0.12;
/// Larger frames are scaled down to this longer side.
const MAX_SIDE: u32 = 640;
/// Mesh points: top of the forehead, chin.
const TOP: usize = 10;
const CHIN: usize = 152;

/// What is before the camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shown {
    /// A head, lit by the screen.
    Head,
    /// A flat, matt picture, lit by the screen.
    Flat,
    /// A recording of a head that was lit by the colours of another session.
    OtherSession,
}

/// A frame of a clip, and the face in it.
struct Moment {
    frame: Frame,
    landmarks: Landmarks,
    face: Face,
}

/// How often one kind was taken to follow the colours.
#[derive(Debug, Serialize)]
pub struct LightFigure {
    /// What was shown.
    pub shown: Shown,
    /// The screen's light divided by the room's.
    pub contrast: f32,
    /// Challenges that the cue could measure.
    pub measured: u32,
    /// Of those, how many followed.
    pub follow: u32,
    /// Mean response at the ears relative to the nose.
    pub flatness: f32,
}

/// All figures.
#[derive(Debug, Serialize)]
pub struct LightReport {
    /// Clips used.
    pub clips: usize,
    /// One for each kind and contrast.
    pub figures: Vec<LightFigure>,
}

/// Why a clip can't be used.
#[derive(Debug, thiserror::Error)]
pub enum LightError {
    /// It can't be read.
    #[error(transparent)]
    Camera(#[from] CameraError),
    /// A network failed.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
    /// A face was not seen for long enough.
    #[error("shows a face for {0:.1} s; a challenge takes {1:.1} s")]
    Short(f32, f32),
}

impl Default for LightReport {
    /// No clip yet.
    fn default() -> Self {
        let figure = |shown, contrast| LightFigure { shown, contrast, measured: 0, follow: 0, flatness: 0.0 };
        let of_kind = |shown| CONTRASTS.map(|contrast| figure(shown, contrast));
        let kinds = [Shown::Head, Shown::Flat, Shown::OtherSession];
        Self { clips: 0, figures: kinds.into_iter().flat_map(of_kind).collect() }
    }
}

impl LightReport {
    /// Tries all contrasts and kinds on one clip.
    ///
    /// # Errors
    /// [`LightError`]; nothing of the clip counts then.
    pub fn add(&mut self, perception: &mut Perception, clip: &Path) -> Result<(), LightError> {
        let moments = moments(perception, clip)?;
        let length = BEFORE + each() * u32::from(COLOURS) + LAG;
        let seen = moments.last().map(|last| last.frame.at - moments[0].frame.at).unwrap_or_default();
        if seen < length {
            return Err(LightError::Short(seen.as_secs_f32(), length.as_secs_f32()));
        }
        self.clips += 1;
        for seed in 0..CHALLENGES {
            let mut rng = StdRng::seed_from_u64(seed);
            let (asked, other) = (lighting::draw(&mut rng, COLOURS), lighting::draw(&mut rng, COLOURS));
            for figure in &mut self.figures {
                let seen = if figure.shown == Shown::OtherSession { &other } else { &asked };
                let is_head = figure.shown != Shown::Flat;
                figure.take(&challenge(&moments, &asked, seen, figure.contrast, is_head));
            }
        }
        Ok(())
    }
}

impl LightFigure {
    fn take(&mut self, measures: &AllMeasures) {
        let Some(values) = measures.of(Cue::LightChallenge).values() else { return };
        self.flatness = (self.flatness * self.measured as f32 + values[2]) / (self.measured + 1) as f32;
        self.measured += 1;
        self.follow += u32::from(lighting::follows(measures));
    }
}

impl fmt::Display for LightReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "# Light challenge, simulated on {} clips of people\n", self.clips)?;
        writeln!(f, "| shown | screen's light / room's | follows | response at the ears / nose |")?;
        writeln!(f, "|---|---|---|---|")?;
        for figure in &self.figures {
            let share = 100.0 * figure.follow as f32 / figure.measured.max(1) as f32;
            let name = match figure.shown {
                Shown::Head => "head",
                Shown::Flat => "flat picture",
                Shown::OtherSession => "recording of another session",
            };
            writeln!(
                f,
                "| {name} | {:.0} % | {share:.1} % ({} of {}) | {:.2} |",
                100.0 * figure.contrast,
                figure.follow,
                figure.measured,
                figure.flatness
            )?;
        }
        Ok(())
    }
}

/// How long a terminal shows each colour, unless it is set up otherwise.
fn each() -> Duration {
    LightRules::default().each
}

/// The frames of a clip that show one face.
fn moments(perception: &mut Perception, clip: &Path) -> Result<Vec<Moment>, LightError> {
    let recording = RecordingOptions { max_side: MAX_SIDE, ..RecordingOptions::default() };
    let mut source = open(&clip.to_string_lossy(), &OpenOptions { recording, ..OpenOptions::default() })?;
    perception.reset();
    let mut found = Vec::new();
    let longest = BEFORE * 2 + each() * u32::from(COLOURS) + LAG;
    let mut frame = Frame::default();
    while source.next(&mut frame).is_ok() {
        let view = perception.look(&frame)?;
        let Some(face) = view.face.filter(|_| view.faces == 1) else { continue };
        let landmarks = perception.landmarks().clone();
        found.push(Moment { frame: frame.clone(), landmarks, face });
        if found.last().map(|last| last.frame.at) > found.first().map(|first| first.frame.at + longest) {
            break;
        }
    }
    Ok(found)
}

/// What the cue says of one challenge: `asked` was to be shown, `seen` lights the picture.
fn challenge(
    moments: &[Moment],
    asked: &[Colour],
    seen: &[Colour],
    contrast: f32,
    is_head: bool,
) -> AllMeasures {
    let each = each();
    let begin = moments.first().map(|first| first.frame.at).unwrap_or_default() + BEFORE;
    let mut cue = LightChallenge::new();
    for (number, colour) in (0_u32..).zip(asked) {
        cue.lit(*colour, begin + each * number);
    }
    let mut lit = Frame::default();
    for moment in moments {
        let since = moment.frame.at.checked_sub(begin + LAG);
        let number = since.map(|since| (since.as_secs_f32() / each.as_secs_f32()) as usize);
        lit.clone_from(&moment.frame);
        if let Some(colour) = number.and_then(|number| seen.get(number)) {
            light(&mut lit, moment, *colour, contrast, is_head);
        }
        let look =
            Look { frame: &lit, landmarks: &moment.landmarks, face: &moment.face, at: moment.frame.at };
        // This cue has no network that could fail.
        let _ = cue.see(&look);
    }
    let mut measures = AllMeasures::default();
    measures.set(Cue::LightChallenge, cue.measures());
    measures
}

/// Adds the screen's light to the patches of a frame that the cue looks at.
fn light(frame: &mut Frame, moment: &Moment, colour: Colour, contrast: f32, is_head: bool) {
    let landmarks = &moment.landmarks;
    let [left, right] = EDGES.map(|index| landmarks.at(index));
    let (top, chin) = (landmarks.at(TOP), landmarks.at(CHIN));
    let middle = [f32::midpoint(left.x, right.x), f32::midpoint(top.y, chin.y)];
    // The mesh ends before the ears.
    let half = [0.55 * left.distance(right), 0.6 * top.distance(chin)];
    let screen = colour.map(|byte| contrast * (f32::from(byte) / 255.0).powf(GAMMA));
    let bounded = |value: f32, most: u32| value.clamp(0.0, most as f32) as usize;
    let (width, patch) = (frame.width as usize, PATCH * moment.face.eye_distance);
    for at in NEAR.iter().chain(&EDGES).map(|&index| landmarks.at(index)) {
        let columns = bounded(at.x - patch, frame.width)..bounded(at.x + patch, frame.width);
        for y in bounded(at.y - patch, frame.height)..bounded(at.y + patch, frame.height) {
            for x in columns.clone() {
                let (dx, dy) = ((x as f32 - middle[0]) / half[0], (y as f32 - middle[1]) / half[1]);
                let facing = (1.0 - dx * dx - dy * dy).max(0.0).sqrt();
                let near = DISTANCE / (DISTANCE + 1.0 - facing);
                let shade = if is_head { facing * near * near } else { 1.0 };
                let pixel = &mut frame.rgb[(y * width + x) * 3..][..3];
                for (byte, light) in pixel.iter_mut().zip(screen) {
                    // Relative to the byte itself: the power of a product is the product of the powers.
                    let value = f32::from(*byte) * (1.0 + shade * light).powf(1.0 / GAMMA);
                    *byte = value.round().min(255.0) as u8;
                }
            }
        }
    }
}
