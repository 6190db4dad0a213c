//! Runs the networks on each frame in order: detect or track, mesh, eyes, pose, quality.

use super::detect::{Detection, Detector};
use super::embed::EmbedNet;
use super::eyelids::IrisNet;
use super::geometry::{Point, Region};
use super::mesh::{Landmarks, MeshNet, region_of};
use super::pose::pose_of;
use super::quality::{Look, quality_of};
use crate::camera::Frame;
use crate::runtime::RuntimeError;
use crate::runtime::library::Runtime;
use crate::runtime::manifest::{Manifest, ManifestFault, ModelEntry, Role};
use crate::runtime::model::{Model, RunOptions};
use vouch_contract::face::{Face, MAX_FACES, Template};
use vouch_contract::runtime::{ModelReport, RuntimeReport};

/// Tuning of perception. Each field says where its default comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tuning {
    /// Least detector score of a face, 0 to 1. 0.5 is from the model card.
    pub detection_score: f32,
    /// Least presence for starting or keeping a track. The mesh network's logit is never below 0,
    /// so a presence of 0.5 means "no face at all".
    pub presence: f32,
    /// Frames between two searches of the whole frame while a face is tracked: two per second at 30
    /// frames/s, to catch additional faces and a drifting track.
    pub scan_every: u32,
    /// Which of several faces is tracked.
    pub subject: Subject,
}

/// Which of several faces a frame is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Subject {
    /// The nearest (largest): the person in front of the terminal.
    #[default]
    Nearest,
    /// The one nearest to the picture's centre: the person to whom a photograph was cropped.
    Central,
}

impl Default for Tuning {
    fn default() -> Self {
        Self { detection_score: 0.5, presence: 0.6, scan_every: 15, subject: Subject::Nearest }
    }
}

/// Passes of the mesh on its own region, after the one on the detector's box, before a face counts
/// as found. The detector's box is rough. Eyes and templates depend on the points, which still move
/// by 1.5 % of the eye distance in the second pass. Templates from stills made with fewer passes
/// gave a tenth more false non-matches (docs/evaluation/matching.md). A tracked face has already
/// had many passes.
const REFINEMENTS: u32 = 2;

/// What perception saw in a frame.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct View {
    /// Number of faces in the last full search.
    pub faces: u8,
    /// The tracked face.
    pub face: Option<Face>,
}

/// All face networks, with the state from the last frame.
pub struct Perception {
    detector: Detector,
    mesh: MeshNet,
    iris: IrisNet,
    embed: Option<EmbedNet>,
    tuning: Tuning,
    landmarks: Landmarks,
    report: RuntimeReport,
    tracking: bool,
    track: u32,
    faces: u8,
    since_scan: u32,
}

impl Perception {
    /// Loads and tests every model that perception needs.
    ///
    /// # Errors
    /// Any [`RuntimeError`]. The roles detect, mesh and iris are required; without embed no
    /// templates can be made.
    pub fn load(
        runtime: Runtime,
        manifest: &Manifest,
        options: &RunOptions,
        tuning: Tuning,
    ) -> Result<Self, RuntimeError> {
        let load = |entry: &ModelEntry, options: &RunOptions| Model::load(runtime, manifest, entry, options);
        let required = |role: Role| {
            manifest.with_role(role).next().ok_or_else(|| RuntimeError::Manifest {
                path: manifest.folder.clone(),
                fault: ManifestFault::NoModel(role),
            })
        };
        let detector = Detector::new(load(required(Role::Detect)?, options)?, tuning.detection_score)?;
        let mesh = MeshNet::new(load(required(Role::Mesh)?, options)?)?;
        let eye = required(Role::Iris)?;
        let iris = if options.threads > 1 {
            let one = RunOptions { threads: 1, ..options.clone() };
            IrisNet::new(load(eye, &one)?, Some(load(eye, &one)?))?
        } else {
            IrisNet::new(load(eye, options)?, None)?
        };
        let embed = manifest
            .with_role(Role::Embed)
            .next()
            .map(|entry| EmbedNet::new(load(entry, options)?))
            .transpose()?;
        let mut models: Vec<ModelReport> =
            [detector.model(), mesh.model(), iris.model()].iter().map(|m| m.report().clone()).collect();
        models.extend(embed.iter().map(|net| net.model().report().clone()));
        let report =
            RuntimeReport { runtime: runtime.name().into(), library_sha256: runtime.sha256_hex(), models };
        Ok(Self {
            detector,
            mesh,
            iris,
            embed,
            tuning,
            landmarks: Landmarks::default(),
            report,
            tracking: false,
            track: 0,
            faces: 0,
            since_scan: 0,
        })
    }

    /// What runs where.
    pub fn report(&self) -> &RuntimeReport {
        &self.report
    }

    /// Whether templates can be made.
    pub fn can_embed(&self) -> bool {
        self.embed.is_some()
    }

    /// Processes one frame. Allocates nothing after the first frame of a given size.
    ///
    /// # Errors
    /// [`RuntimeError::Inference`].
    pub fn look(&mut self, frame: &Frame) -> Result<View, RuntimeError> {
        let scan_is_due = self.since_scan >= self.tuning.scan_every;
        if self.tracking {
            let region = self.landmarks.next_region();
            self.tracking = region.is_plausible() && self.follow(frame, region, !scan_is_due)?;
        }
        if !self.tracking {
            self.acquire(frame)?;
        } else if scan_is_due {
            self.scan(frame)?;
        } else {
            self.since_scan += 1;
        }
        if !self.tracking {
            return Ok(View { faces: self.faces, face: None });
        }
        // The detector misses some faces that the track still holds (turned or dark ones).
        self.faces = self.faces.max(1);
        let face = self.describe(frame)?;
        Ok(View { faces: self.faces, face: Some(face) })
    }

    /// Drops the track: the next frame is searched for faces again.
    pub fn reset(&mut self) {
        self.tracking = false;
    }

    /// The template of the last seen face, which must have been in `frame`.
    ///
    /// # Errors
    /// [`RuntimeError::Inference`].
    pub fn embed(&mut self, frame: &Frame, landmarks: &Landmarks) -> Result<Option<Template>, RuntimeError> {
        self.embed.as_mut().map_or(Ok(None), |net| net.embed(frame, landmarks))
    }

    /// The points of the last seen face.
    pub fn landmarks(&self) -> &Landmarks {
        &self.landmarks
    }

    /// Time spent in each network so far, for the bench.
    pub fn spent(&self) -> [(&'static str, std::time::Duration, u64); 4] {
        let of = |model: &Model| model.spent();
        let (detect, mesh, iris) = (of(self.detector.model()), of(self.mesh.model()), of(self.iris.model()));
        let embed = self.embed.as_ref().map_or((std::time::Duration::ZERO, 0), |net| of(net.model()));
        [
            ("detect", detect.0, detect.1),
            ("mesh", mesh.0, mesh.1),
            ("iris", iris.0, iris.1),
            ("embed", embed.0, embed.1),
        ]
    }

    /// Finds the points in `region`; returns whether it shows a face. `eyes_next` means that the
    /// eye networks run next.
    fn follow(&mut self, frame: &Frame, region: Region, eyes_next: bool) -> Result<bool, RuntimeError> {
        self.mesh.run(frame, region)?;
        if eyes_next {
            self.iris.rouse();
        }
        self.mesh.read(region, &mut self.landmarks);
        Ok(self.landmarks.presence >= self.tuning.presence && self.landmarks.next_region().is_plausible())
    }

    fn acquire(&mut self, frame: &Frame) -> Result<(), RuntimeError> {
        let Some(detection) = self.scan(frame)? else { return Ok(()) };
        let mut region = region_of(&detection);
        for pass in 0..=REFINEMENTS {
            if !region.is_plausible() || !self.follow(frame, region, pass == REFINEMENTS)? {
                return Ok(());
            }
            region = self.landmarks.next_region();
        }
        self.tracking = true;
        self.track = self.track.wrapping_add(1);
        Ok(())
    }

    /// Counts the faces and returns the subject's.
    fn scan(&mut self, frame: &Frame) -> Result<Option<Detection>, RuntimeError> {
        self.since_scan = 0;
        let found = self.detector.detect(frame)?;
        self.faces = u8::try_from(found.len()).unwrap_or(u8::MAX).min(MAX_FACES);
        let middle = Point::new(frame.width as f32 / 2.0, frame.height as f32 / 2.0);
        let rank = |face: &Detection| match self.tuning.subject {
            Subject::Nearest => face.size(),
            Subject::Central => -face.from.middle(face.to).distance(middle),
        };
        Ok(found.iter().copied().max_by(|a, b| rank(a).total_cmp(&rank(b))))
    }

    fn describe(&mut self, frame: &Frame) -> Result<Face, RuntimeError> {
        let Self { iris, mesh, landmarks, .. } = self;
        let (eyes, (look, mut face)) = iris.openness(frame, landmarks, || {
            let (left, right) = landmarks.eye_centres();
            let face = Face {
                bounds: landmarks.bounds(),
                presence: landmarks.presence,
                pose: pose_of(landmarks),
                mouth: landmarks.mouth_ratio(),
                eye_distance: left.distance(right),
                ..Face::default()
            };
            let (crop, side) = mesh.crop();
            (Look::of(crop, side, landmarks), face)
        })?;
        (face.track, face.eyes, face.brightness) = (self.track, eyes, look.brightness());
        face.quality = quality_of(&look, &face, frame.width, frame.height);
        Ok(face)
    }
}
