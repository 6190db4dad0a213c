//! Face detection in a whole frame: BlazeFace short range (Bazarevsky et al. 2019), decoded as in
//! its model card.

use super::geometry::Point;
use super::warp::letterbox;
use crate::camera::Frame;
use crate::runtime::RuntimeError;
use crate::runtime::model::Model;

/// Numbers per anchor: box centre and size, six key points.
const VALUES: usize = 16;
/// Limit on the sigmoid's argument: the network's logits reach -28,000.
const LOGIT_LIMIT: f32 = 100.0;
/// Boxes that overlap more than this count as one face.
const SAME_FACE_IOU: f32 = 0.3;
/// Anchor grids: cells per side, anchors per cell.
const GRIDS: [(usize, usize); 2] = [(16, 2), (8, 6)];

/// A face found by the detector, in frame pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Detection {
    /// 0 to 1.
    pub score: f32,
    /// Upper left corner of the box.
    pub from: Point,
    /// Lower right corner.
    pub to: Point,
    /// Eye on the picture's left.
    pub left_eye: Point,
    /// Eye on the picture's right.
    pub right_eye: Point,
}

impl Detection {
    /// Longer side of the box.
    pub fn size(&self) -> f32 {
        (self.to.x - self.from.x).max(self.to.y - self.from.y)
    }
}

#[derive(Clone, Copy)]
struct Candidate {
    score: f32,
    // from, to, left eye, right eye: x and y each, as fractions of the input.
    values: [f32; 8],
    merged: bool,
}

/// The detector and its buffers.
pub struct Detector {
    model: Model,
    anchors: Vec<Point>,
    candidates: Vec<Candidate>,
    found: Vec<Detection>,
    threshold: f32,
}

impl Detector {
    /// Wraps a loaded model; `threshold` is the least score, 0 to 1.
    ///
    /// # Errors
    /// [`RuntimeError::Contract`] if the outputs are not BlazeFace's.
    pub fn new(model: Model, threshold: f32) -> Result<Self, RuntimeError> {
        let anchors: Vec<Point> = GRIDS
            .iter()
            .flat_map(|&(cells, each)| {
                (0..cells * cells * each).map(move |index| {
                    let cell = index / each;
                    let centre = |at: usize| (at as f32 + 0.5) / cells as f32;
                    Point::new(centre(cell % cells), centre(cell / cells))
                })
            })
            .collect();
        let entry = model.entry();
        let fits = entry.outputs.len() == 2
            && entry.input.width == entry.input.height
            && model.output(0).len() == anchors.len() * VALUES
            && model.output(1).len() == anchors.len();
        if !fits {
            return Err(RuntimeError::role_needs(
                entry,
                "a square input and the outputs 896 x 16 and 896 x 1",
            ));
        }
        let count = anchors.len();
        Ok(Self {
            model,
            anchors,
            candidates: Vec::with_capacity(count),
            found: Vec::with_capacity(count),
            threshold,
        })
    }

    /// All faces in `frame`, best score first.
    ///
    /// # Errors
    /// [`RuntimeError::Inference`].
    pub fn detect(&mut self, frame: &Frame) -> Result<&[Detection], RuntimeError> {
        let size = self.model.entry().input.width as usize;
        let fit = letterbox(frame, size, 0x80, self.model.input_mut());
        self.model.run()?;
        self.collect(size as f32);
        self.merge();
        let to_frame = |share: f32, border: f32| (share * size as f32 - border) / fit.scale;
        for detection in &mut self.found {
            for point in
                [&mut detection.from, &mut detection.to, &mut detection.left_eye, &mut detection.right_eye]
            {
                *point = Point::new(to_frame(point.x, fit.left), to_frame(point.y, fit.top));
            }
        }
        Ok(&self.found)
    }

    /// The model inside.
    pub fn model(&self) -> &Model {
        &self.model
    }

    fn collect(&mut self, size: f32) {
        let (values, scores) = (self.model.output(0), self.model.output(1));
        self.candidates.clear();
        for (index, anchor) in self.anchors.iter().enumerate() {
            let logit = scores.value(index).clamp(-LOGIT_LIMIT, LOGIT_LIMIT);
            let score = 1.0 / (1.0 + (-logit).exp());
            if score < self.threshold {
                continue;
            }
            let value = |k: usize| values.value(index * VALUES + k) / size;
            let (cx, cy) = (value(0) + anchor.x, value(1) + anchor.y);
            let (half_width, half_height) = (value(2) / 2.0, value(3) / 2.0);
            self.candidates.push(Candidate {
                score,
                values: [
                    cx - half_width,
                    cy - half_height,
                    cx + half_width,
                    cy + half_height,
                    value(4) + anchor.x,
                    value(5) + anchor.y,
                    value(6) + anchor.x,
                    value(7) + anchor.y,
                ],
                merged: false,
            });
        }
        // An unstable sort allocates nothing.
        self.candidates.sort_unstable_by(|a, b| b.score.total_cmp(&a.score));
    }

    /// Weighted non-maximum suppression: each face is the mean of its boxes,
    /// weighted by their scores.
    fn merge(&mut self) {
        self.found.clear();
        for first in 0..self.candidates.len() {
            if self.candidates[first].merged {
                continue;
            }
            let best = self.candidates[first];
            let mut sum = [0.0; 8];
            let mut weight = 0.0;
            for other in &mut self.candidates[first..] {
                if !other.merged && overlap(&best.values, &other.values) > SAME_FACE_IOU {
                    other.merged = true;
                    weight += other.score;
                    for (total, value) in sum.iter_mut().zip(other.values) {
                        *total += value * other.score;
                    }
                }
            }
            if weight <= 0.0 {
                // A box without area overlaps nothing, not even itself.
                continue;
            }
            let mean = sum.map(|total| total / weight);
            self.found.push(Detection {
                score: best.score,
                from: Point::new(mean[0], mean[1]),
                to: Point::new(mean[2], mean[3]),
                left_eye: Point::new(mean[4], mean[5]),
                right_eye: Point::new(mean[6], mean[7]),
            });
        }
    }
}

/// Intersection over union of two boxes.
fn overlap(a: &[f32; 8], b: &[f32; 8]) -> f32 {
    let width = (a[2].min(b[2]) - a[0].max(b[0])).max(0.0);
    let height = (a[3].min(b[3]) - a[1].max(b[1])).max(0.0);
    let area = |v: &[f32; 8]| (v[2] - v[0]).max(0.0) * (v[3] - v[1]).max(0.0);
    let shared = width * height;
    let all = area(a) + area(b) - shared;
    if all > 0.0 { shared / all } else { 0.0 }
}
