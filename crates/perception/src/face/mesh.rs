//! 468 points on one face (Kartynnik et al. 2019), and where to look for the face in the next
//! frame.

use super::detect::Detection;
use super::geometry::{Point, Region};
use super::warp::warp;
use crate::camera::Frame;
use crate::runtime::RuntimeError;
use crate::runtime::model::Model;
use vouch_contract::face::Bounds;

/// Number of points.
pub const POINTS: usize = 468;
/// The crop's side relative to the longer side of the box around the face. The model was trained
/// with a margin of a quarter of the face's size.
const CROP_MARGIN: f32 = 1.5;

/// Point indices in MediaPipe's face mesh topology. Left and right are the picture's.
pub mod index {
    /// Outer corner of the left eye.
    pub const LEFT_EYE_OUTER: usize = 33;
    /// Inner corner of the left eye.
    pub const LEFT_EYE_INNER: usize = 133;
    /// Inner corner of the right eye.
    pub const RIGHT_EYE_INNER: usize = 362;
    /// Outer corner of the right eye.
    pub const RIGHT_EYE_OUTER: usize = 263;
    /// Inner edge of the upper lip.
    pub const UPPER_LIP: usize = 13;
    /// Inner edge of the lower lip.
    pub const LOWER_LIP: usize = 14;
    /// Inner left corner of the mouth.
    pub const MOUTH_LEFT: usize = 78;
    /// Inner right corner of the mouth.
    pub const MOUTH_RIGHT: usize = 308;
    /// Outer left corner of the mouth.
    pub const LIPS_LEFT: usize = 61;
    /// Outer right corner of the mouth.
    pub const LIPS_RIGHT: usize = 291;
    /// Tip of the nose.
    pub const NOSE_TIP: usize = 4;
    /// Base of the nose.
    pub const NOSE_BASE: usize = 2;
}

/// A point of the mesh in frame pixels. `z` increases away from the camera, in the same scale, and
/// is zero near the head's centre of mass.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Point3 {
    /// To the right.
    pub x: f32,
    /// Down.
    pub y: f32,
    /// Away from the camera.
    pub z: f32,
}

/// The points of one face in one frame.
#[derive(Debug, Clone)]
pub struct Landmarks {
    /// All points.
    pub points: Box<[Point3; POINTS]>,
    /// The network's confidence that its crop shows a face, 0 to 1.
    pub presence: f32,
    /// The region from which the crop was taken.
    pub region: Region,
}

impl Default for Landmarks {
    fn default() -> Self {
        Self {
            points: Box::new([Point3::default(); POINTS]),
            presence: 0.0,
            region: Region { centre: Point::default(), side: 0.0, angle: 0.0 },
        }
    }
}

impl Landmarks {
    /// Point `index` in the picture plane.
    pub fn at(&self, index: usize) -> Point {
        let p = self.points[index];
        Point::new(p.x, p.y)
    }

    /// Box around all points.
    pub fn bounds(&self) -> Bounds {
        let mut low = Point::new(f32::INFINITY, f32::INFINITY);
        let mut high = Point::new(f32::NEG_INFINITY, f32::NEG_INFINITY);
        for p in self.points.iter() {
            low = Point::new(low.x.min(p.x), low.y.min(p.y));
            high = Point::new(high.x.max(p.x), high.y.max(p.y));
        }
        Bounds { x: low.x, y: low.y, width: high.x - low.x, height: high.y - low.y }
    }

    /// Where to look for the face in the next frame.
    pub fn next_region(&self) -> Region {
        let bounds = self.bounds();
        Region {
            centre: Point::new(bounds.x + bounds.width / 2.0, bounds.y + bounds.height / 2.0),
            side: CROP_MARGIN * bounds.width.max(bounds.height),
            angle: self.at(index::LEFT_EYE_OUTER).angle_to(self.at(index::RIGHT_EYE_OUTER)),
        }
    }

    /// Lip opening over mouth width.
    pub fn mouth_ratio(&self) -> f32 {
        let width = self.at(index::MOUTH_LEFT).distance(self.at(index::MOUTH_RIGHT));
        if width > 0.0 { self.at(index::UPPER_LIP).distance(self.at(index::LOWER_LIP)) / width } else { 0.0 }
    }

    /// Centres of the left and the right eye, between their corners.
    pub fn eye_centres(&self) -> (Point, Point) {
        (
            self.at(index::LEFT_EYE_OUTER).middle(self.at(index::LEFT_EYE_INNER)),
            self.at(index::RIGHT_EYE_INNER).middle(self.at(index::RIGHT_EYE_OUTER)),
        )
    }
}

/// Where to look for a detected face.
pub fn region_of(detection: &Detection) -> Region {
    Region {
        centre: detection.from.middle(detection.to),
        side: CROP_MARGIN * detection.size(),
        angle: detection.left_eye.angle_to(detection.right_eye),
    }
}

/// The mesh network.
pub struct MeshNet {
    model: Model,
    size: usize,
}

impl MeshNet {
    /// Wraps a loaded model.
    ///
    /// # Errors
    /// [`RuntimeError::Contract`] if the outputs are not the face mesh's.
    pub fn new(model: Model) -> Result<Self, RuntimeError> {
        let entry = model.entry();
        let fits = entry.outputs.len() == 2
            && entry.input.width == entry.input.height
            && model.output(0).len() == POINTS * 3
            && model.output(1).len() == 1;
        if !fits {
            return Err(RuntimeError::role_needs(entry, "a square input and outputs of 1404 and 1 numbers"));
        }
        let size = entry.input.width as usize;
        Ok(Self { model, size })
    }

    /// Runs the network on the face in `region`.
    ///
    /// # Errors
    /// [`RuntimeError::Inference`].
    pub fn run(&mut self, frame: &Frame, region: Region) -> Result<(), RuntimeError> {
        let to_frame = region.from_crop(self.size, false);
        warp(frame, &to_frame, self.size, self.size, 0x80, self.model.input_mut());
        self.model.run()
    }

    /// Writes the points that the last run found in `region` to `landmarks`.
    pub fn read(&self, region: Region, landmarks: &mut Landmarks) {
        let to_frame = region.from_crop(self.size, false);
        let values = self.model.output(0);
        let depth = region.side / self.size as f32;
        for (index, point) in landmarks.points.iter_mut().enumerate() {
            let at = to_frame.apply(Point::new(values.value(index * 3), values.value(index * 3 + 1)));
            *point = Point3 { x: at.x, y: at.y, z: values.value(index * 3 + 2) * depth };
        }
        let logit = self.model.output(1).value(0);
        landmarks.presence = 1.0 / (1.0 + (-logit).exp());
        landmarks.region = region;
    }

    /// The crop of the last run: RGB, each byte XORed with 0x80.
    pub fn crop(&mut self) -> (&[u8], usize) {
        (self.model.input_mut(), self.size)
    }

    /// The model inside.
    pub fn model(&self) -> &Model {
        &self.model
    }
}
