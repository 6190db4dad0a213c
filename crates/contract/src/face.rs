//! A face as numbers, without pixels.

use serde::{Deserialize, Serialize};

/// Most faces counted in a frame; one more is still "several".
pub const MAX_FACES: u8 = 8;

/// Most values of an embedding. MobileFaceNet and dlib give 128, the larger ArcFace networks 512.
pub const MAX_TEMPLATE: usize = 512;

/// An axis-parallel box in pixels of the frame.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Bounds {
    /// Left edge.
    pub x: f32,
    /// Upper edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

/// Head pose in degrees, in the picture as the camera sees it (not mirrored).
///
/// All zero is a face looking straight into the camera. A positive `yaw` moves
/// the nose towards the picture's right, which is the person's own left; a
/// positive `pitch` moves the nose up; a positive `roll` leans the head towards
/// the picture's right (clockwise in the picture).
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Pose {
    /// Turn to the side, -90 to 90.
    pub yaw: f32,
    /// Nod, -90 to 90.
    pub pitch: f32,
    /// Lean, -180 to 180.
    pub roll: f32,
}

/// Quality of a face picture in the spirit of ISO/IEC 29794-5: each component
/// 0 (useless) to 100 (perfect).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quality {
    /// One number for all components; `face/quality.rs` has the rule.
    pub unified: u8,
    /// Edges in the face region compared with its noise.
    pub sharpness: u8,
    /// Neither too dark nor overexposed.
    pub exposure: u8,
    /// How much of the tonal range the face uses.
    pub dynamic_range: u8,
    /// Distance between the eyes.
    pub size: u8,
    /// Looking straight into the camera.
    pub pose: u8,
    /// Both eyes open.
    pub eyes_open: u8,
    /// Mouth closed.
    pub mouth_closed: u8,
    /// Nothing covers the face.
    pub occlusion: u8,
    /// The whole head is inside the picture, near its centre.
    pub centring: u8,
}

/// A face as one frame shows it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Face {
    /// Number of the track; it changes when the face is lost and found again.
    pub track: u32,
    /// Box around the mesh.
    pub bounds: Bounds,
    /// The mesh network's probability that this is a face, 0 to 1.
    pub presence: f32,
    /// Head pose.
    pub pose: Pose,
    /// Eyelid opening over eye width, picture-left eye first: closed 0.02-0.06,
    /// open 0.13-0.36 (models/README.md, iris).
    pub eyes: [f32; 2],
    /// Lip opening over mouth width.
    pub mouth: f32,
    /// Distance between the eyes' centres in pixels.
    pub eye_distance: f32,
    /// Mean luma of the face, 0 (black) to 255. It shows whether a low
    /// [`Quality::exposure`] means too dark or too bright.
    pub brightness: f32,
    /// Picture quality.
    pub quality: Quality,
}

/// An embedding: the face as a point on the unit sphere, or near it if the model uses the Euclidean
/// distance. Two embeddings can be compared only if they come from the same model.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Template {
    /// First eight bytes of the model file's SHA-256.
    pub model: [u8; 8],
    /// The values. For a model that compares by the cosine, their length is 1. For one that
    /// compares by the distance, it is the embedding's length divided by the model's typical one
    /// (`length` in the manifest), within [`crate::similarity::LENGTHS`].
    pub values: heapless::Vec<f32, MAX_TEMPLATE>,
}
