//! `models/manifest.toml`: which model files may run, and what each must provide.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use vouch_contract::liveness::Cue;

use super::RuntimeError;

mod check;

pub use check::EntryFault;

/// The operator's own models, in the models folder. Written by `vouch models add`.
pub const OPERATOR_MANIFEST: &str = "operator/manifest.toml";
/// Largest manifest accepted, in bytes.
pub(super) const MAX_MANIFEST_BYTES: u64 = 1 << 20;
/// Largest model file accepted, in bytes.
pub const MAX_MODEL_BYTES: u64 = 256 << 20;

/// Why a manifest can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ManifestFault {
    /// The file can't be read.
    #[error("the model manifest can't be read ({0}); set `runtime.models_dir`")]
    Unreadable(#[from] std::io::Error),
    /// Larger than any manifest.
    #[error("{0} bytes is too large for a manifest")]
    TooLarge(u64),
    /// It is not TOML, or has unknown keys.
    #[error("{0}")]
    Syntax(Box<toml::de::Error>),
    /// An invalid entry.
    #[error("model {model}: {fault}")]
    Entry {
        /// Its name.
        model: String,
        /// What is wrong.
        fault: EntryFault,
    },
    /// Two entries have the same name.
    #[error("model {0} is listed twice; remove one of the two")]
    Twice(String),
    /// No entry has a role that is needed.
    #[error("no model has the role `{0}`; add one to the manifest")]
    NoModel(Role),
}

impl From<toml::de::Error> for ManifestFault {
    fn from(error: toml::de::Error) -> Self {
        Self::Syntax(Box::new(error))
    }
}

/// The purpose of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Finds faces in a whole frame.
    Detect,
    /// 468 points on one face.
    Mesh,
    /// Eye contour and iris of one eye.
    Iris,
    /// Face to template.
    Embed,
    /// Presentation-attack detection on a crop.
    Pad,
    /// Reads a line of a machine readable zone.
    Mrz,
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Detect => "detect",
            Self::Mesh => "mesh",
            Self::Iris => "iris",
            Self::Embed => "embed",
            Self::Pad => "pad",
            Self::Mrz => "mrz",
        })
    }
}

/// How a face is cut out for an embedding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Chip {
    /// dlib's five points: outer and inner eye corners and the nose's base.
    Dlib5,
    /// ArcFace's five points: eye centres, nose tip, mouth corners.
    Arcface5,
}

/// The picture a model takes. Only one form is supported so far. The field exists so that a
/// manifest with another form is refused instead of misread.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputContract {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// `rgb` or `bgr`.
    pub colour: Colour,
    /// `nhwc`.
    pub layout: Layout,
    /// `int8`.
    #[serde(rename = "type")]
    pub element: ElementName,
    /// `xor80`: each byte is the pixel XOR 0x80.
    pub encoding: Encoding,
}

/// Order of the colour planes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Colour {
    /// Red first.
    Rgb,
    /// Blue first.
    Bgr,
}

/// Order of the dimensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// Batch, row, column, colour.
    Nhwc,
}

/// Element type as the manifest writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ElementName {
    /// Signed 8-bit.
    Int8,
    /// 32-bit float.
    Float32,
}

/// How a pixel becomes an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// `pixel XOR 0x80`: the same bits as `pixel - 128` in int8.
    Xor80,
}

/// One output tensor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutputContract {
    /// Name inside the model file.
    pub name: String,
    /// Dimensions, outermost first.
    pub shape: Vec<usize>,
    /// Element type.
    #[serde(rename = "type")]
    pub element: ElementName,
    /// The meaning of the numbers, in words.
    #[serde(default)]
    pub meaning: String,
}

/// Measured relation between similarity and false match rate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalibrationEntry {
    /// `cosine` or `euclidean`.
    pub similarity: Similarity,
    /// Typical length of the network's output, needed for `euclidean`: the unit for templates and
    /// their distances.
    #[serde(default)]
    pub length: Option<f32>,
    /// Pairs of a false match rate and the threshold that gives it.
    pub points: Vec<(f32, f32)>,
    /// The same, with three fused references.
    #[serde(default)]
    pub points_three_references: Vec<(f32, f32)>,
    /// Equal error rate on the set named next to it in the manifest.
    #[serde(default)]
    pub eer: Option<f32>,
}

/// How a `pad` network sees a face.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PadContract {
    /// Size of the crop relative to the face box, 0.5 to 8. A crop that leaves the frame is shifted
    /// back into it, then cut off at its edges.
    pub scale: f32,
    /// Index of the live class in the first output: probabilities, or scores before a softmax.
    pub live_index: usize,
    /// Shape of the crop. Default: the face box's own.
    #[serde(default)]
    pub crop: Crop,
    /// Whose network it is. Default: the operator's.
    #[serde(default)]
    pub cue: PadCue,
}

/// Shape of a `pad` network's crop.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Crop {
    /// The face box enlarged; its sides keep their relation.
    #[default]
    Box,
    /// A square of the face box's mean side, enlarged; a pixel of it is nearly the mean of its area.
    Square,
}

/// The cue that a `pad` network belongs to. Each cue has a fit of its own, so networks of different
/// quality do not dilute each other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PadCue {
    /// The operator's networks.
    #[default]
    PassiveNetwork,
    /// Vouch's own.
    OwnNetwork,
    /// That of an open package.
    OpenNetwork,
}

impl PadCue {
    /// As the contract names it.
    pub fn cue(self) -> Cue {
        match self {
            Self::PassiveNetwork => Cue::PassiveNetwork,
            Self::OwnNetwork => Cue::OwnNetwork,
            Self::OpenNetwork => Cue::OpenNetwork,
        }
    }
}

/// How templates are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Similarity {
    /// Cosine of the angle between them: lengths are ignored.
    Cosine,
    /// 1 - d^2 / 2, where d is the Euclidean distance divided by the model's typical length. For
    /// templates of that length it equals the cosine.
    Euclidean,
}

/// The self-test of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoldenEntry {
    /// Seed of the test picture (see `golden.rs`).
    pub seed: u32,
    /// File with the expected numbers, relative to the manifest.
    pub file: PathBuf,
}

/// One model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelEntry {
    /// Unique name.
    pub name: String,
    /// Its purpose.
    pub role: Role,
    /// Model file, relative to the manifest or absolute.
    pub file: PathBuf,
    /// SHA-256 of the file, hex.
    pub sha256: String,
    /// Size of the file in bytes.
    pub size: u64,
    /// Licence of the weights.
    pub licence: String,
    /// Where it comes from, in words.
    pub source: String,
    /// Number of values in a template (role `embed`).
    #[serde(default)]
    pub dimensions: Option<usize>,
    /// How the face is cut out (role `embed`).
    #[serde(default)]
    pub chip: Option<Chip>,
    /// Margin on each side of the chip's template as a fraction of its square. Default: 0.25 for
    /// dlib, 0 for ArcFace.
    #[serde(default)]
    pub padding: Option<f32>,
    /// Extra paddings: the template is the mean over the chips cut with each of them.
    #[serde(default)]
    pub extra_paddings: Vec<f32>,
    /// Whether each chip's mirror image is also embedded and included in the mean.
    #[serde(default)]
    pub mirror: bool,
    /// The picture it takes.
    pub input: InputContract,
    /// The tensors it returns.
    #[serde(rename = "output")]
    pub outputs: Vec<OutputContract>,
    /// Measured relation between similarity and false match rate (role `embed`).
    #[serde(default)]
    pub calibration: Option<CalibrationEntry>,
    /// Crop and meaning of the classes (role `pad`).
    #[serde(default)]
    pub pad: Option<PadContract>,
    /// The self-test. A model without one is refused.
    pub golden: GoldenEntry,
}

impl ModelEntry {
    /// Checks that the entry is complete and its values are valid.
    ///
    /// # Errors
    /// [`EntryFault`] naming the key.
    pub fn check(&self) -> Result<(), EntryFault> {
        check::check_entry(self)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "model", default)]
    models: Vec<ModelEntry>,
}

/// A read manifest.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// The folder to which paths are relative.
    pub folder: PathBuf,
    /// All models, in the file's order.
    pub models: Vec<ModelEntry>,
}

impl Manifest {
    /// Reads and checks a manifest, then the operator's own in the same folder
    /// ([`OPERATOR_MANIFEST`]) if there is one.
    ///
    /// # Errors
    /// [`RuntimeError::Manifest`] naming line and key.
    pub fn read(path: &Path) -> Result<Self, RuntimeError> {
        let folder = path.parent().unwrap_or(Path::new(".")).to_path_buf();
        let mut models = Vec::new();
        add_entries(path, &mut models)?;
        let operators = folder.join(OPERATOR_MANIFEST);
        if operators.exists() {
            add_entries(&operators, &mut models)?;
        }
        Ok(Self { folder, models })
    }

    /// All models with a role, in order. The first is the one in use.
    pub fn with_role(&self, role: Role) -> impl Iterator<Item = &ModelEntry> {
        self.models.iter().filter(move |model| model.role == role)
    }

    /// Where a model's file is.
    pub fn path_of(&self, entry: &ModelEntry) -> PathBuf {
        self.folder.join(&entry.file)
    }
}

/// Reads and checks one file's entries and appends them.
fn add_entries(path: &Path, models: &mut Vec<ModelEntry>) -> Result<(), RuntimeError> {
    try_add_entries(path, models).map_err(|fault| RuntimeError::Manifest { path: path.into(), fault })
}

fn try_add_entries(path: &Path, models: &mut Vec<ModelEntry>) -> Result<(), ManifestFault> {
    let size = std::fs::metadata(path)?.len();
    if size > MAX_MANIFEST_BYTES {
        return Err(ManifestFault::TooLarge(size));
    }
    let file: File = toml::from_str(&std::fs::read_to_string(path)?)?;
    for model in file.models {
        if let Err(fault) = model.check() {
            return Err(ManifestFault::Entry { model: model.name, fault });
        }
        if models.iter().any(|other| other.name == model.name) {
            return Err(ManifestFault::Twice(model.name));
        }
        models.push(model);
    }
    Ok(())
}
