//! Checks a manifest's entry.

use super::{MAX_MODEL_BYTES, ModelEntry, Role, Similarity};
use vouch_contract::face::MAX_TEMPLATE;

/// Sides of an input picture, in pixels.
const PICTURE: std::ops::RangeInclusive<u32> = 1..=1024;
/// Most classes of a `pad` model; published ones have two to four.
const MAX_CLASSES: usize = 64;
/// Margin around the face as a fraction of its square.
const PADDING: std::ops::RangeInclusive<f32> = 0.0..=1.0;
/// Most extra paddings: each costs one run, or two with the mirror image.
const MAX_EXTRA_PADDINGS: usize = 3;
/// Size of a `pad` crop relative to the face box. Less than half the face shows no face; more than
/// eight faces is the whole frame.
const PAD_SCALE: std::ops::RangeInclusive<f32> = 0.5..=8.0;

/// What is wrong with a manifest's entry.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EntryFault {
    /// The SHA-256 is missing or malformed.
    #[error("sha256 must be 64 hexadecimal digits")]
    Digest,
    /// Empty, or too large to read.
    #[error("size must be between 1 and {MAX_MODEL_BYTES} bytes")]
    Size,
    /// Invalid input dimensions.
    #[error("input width and height must be between {} and {} pixels", PICTURE.start(), PICTURE.end())]
    Picture,
    /// No `[[model.output]]`.
    #[error("at least one [[model.output]] is needed")]
    NoOutput,
    /// A key that the role needs is missing.
    #[error("role {role} needs {key}")]
    Missing {
        /// The role.
        role: Role,
        /// The missing key.
        key: &'static str,
    },
    /// A template of that length can't be stored.
    #[error("dimensions must be between 1 and {MAX_TEMPLATE}")]
    Dimensions,
    /// Too many runs per face.
    #[error("at most {MAX_EXTRA_PADDINGS} extra_paddings are allowed")]
    ExtraPaddings,
    /// A padding out of range.
    #[error("padding {padding} is not between {} and {}", PADDING.start(), PADDING.end())]
    Padding {
        /// In the manifest.
        padding: f32,
    },
    /// Distances need a unit.
    #[error("calibration by `euclidean` needs `length`, the typical length of an embedding")]
    Length,
    /// A calibration without numbers.
    #[error("calibration needs at least one point")]
    NoPoints,
    /// The crop shows no face, or the whole frame.
    #[error("pad.scale must be between {} and {}", PAD_SCALE.start(), PAD_SCALE.end())]
    PadScale,
    /// The first output is not a list of classes.
    #[error("role pad needs a first output of 2 to {MAX_CLASSES} classes")]
    Classes,
    /// The live class is not among them.
    #[error("pad.live_index is {index}, but there are {classes} classes from 0")]
    LiveIndex {
        /// In the manifest.
        index: usize,
        /// Classes of the output.
        classes: usize,
    },
}

/// Checks that an entry is complete and its values are valid.
pub(super) fn check_entry(model: &ModelEntry) -> Result<(), EntryFault> {
    if model.sha256.len() != 64 || !model.sha256.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(EntryFault::Digest);
    }
    if model.size == 0 || model.size > MAX_MODEL_BYTES {
        return Err(EntryFault::Size);
    }
    if !PICTURE.contains(&model.input.width) || !PICTURE.contains(&model.input.height) {
        return Err(EntryFault::Picture);
    }
    let first = model.outputs.first().ok_or(EntryFault::NoOutput)?;
    match model.role {
        Role::Embed => check_embed(model),
        Role::Pad => check_pad(model, &first.shape),
        Role::Detect | Role::Mesh | Role::Iris | Role::Mrz => Ok(()),
    }
}

fn check_embed(model: &ModelEntry) -> Result<(), EntryFault> {
    let missing = |key: &'static str| EntryFault::Missing { role: model.role, key };
    let dimensions = model.dimensions.ok_or_else(|| missing("`dimensions`"))?;
    if dimensions == 0 || dimensions > MAX_TEMPLATE {
        return Err(EntryFault::Dimensions);
    }
    model.chip.ok_or_else(|| missing("`chip`"))?;
    if model.extra_paddings.len() > MAX_EXTRA_PADDINGS {
        return Err(EntryFault::ExtraPaddings);
    }
    if let Some(wrong) = model.padding.iter().chain(&model.extra_paddings).find(|p| !PADDING.contains(p)) {
        return Err(EntryFault::Padding { padding: *wrong });
    }
    let calibration = model.calibration.as_ref().ok_or_else(|| missing("[model.calibration]"))?;
    let length = calibration.length.filter(|length| length.is_finite() && *length > 0.0);
    if calibration.similarity == Similarity::Euclidean && length.is_none() {
        return Err(EntryFault::Length);
    }
    if calibration.points.is_empty() {
        return Err(EntryFault::NoPoints);
    }
    Ok(())
}

fn check_pad(model: &ModelEntry, first_output: &[usize]) -> Result<(), EntryFault> {
    let pad = model
        .pad
        .as_ref()
        .ok_or(EntryFault::Missing { role: model.role, key: "[model.pad] with `scale` and `live_index`" })?;
    if !PAD_SCALE.contains(&pad.scale) {
        return Err(EntryFault::PadScale);
    }
    // Shapes come from a file, so their product may overflow.
    let classes = first_output.iter().try_fold(1_usize, |all, &side| all.checked_mul(side)).unwrap_or(0);
    if !(2..=MAX_CLASSES).contains(&classes) {
        return Err(EntryFault::Classes);
    }
    if pad.live_index >= classes {
        return Err(EntryFault::LiveIndex { index: pad.live_index, classes });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(pad: &str) -> Result<ModelEntry, toml::de::Error> {
        toml::from_str(&format!(
            "name = \"x\"\nrole = \"pad\"\nfile = \"x\"\nsha256 = \"{}\"\nsize = 1\nlicence = \"\"\n\
             source = \"\"\n{pad}\n[input]\nwidth = 80\nheight = 80\ncolour = \"rgb\"\nlayout = \"nhwc\"\n\
             type = \"int8\"\nencoding = \"xor80\"\n[[output]]\nname = \"probs\"\nshape = [1, 3]\n\
             type = \"int8\"\n[golden]\nseed = 1\nfile = \"g\"\n",
            "0".repeat(64)
        ))
    }

    #[test]
    fn a_pad_model_says_its_crop_and_its_live_class() {
        assert_eq!(check_entry(&entry("pad = { scale = 2.7, live_index = 1 }").unwrap()), Ok(()));
        for (wrong, word) in [
            ("", "model.pad"),
            ("pad = { scale = 0.4, live_index = 1 }", "pad.scale"),
            ("pad = { scale = nan, live_index = 1 }", "pad.scale"),
            ("pad = { scale = 9.0, live_index = 1 }", "pad.scale"),
            ("pad = { scale = 2.7, live_index = 3 }", "live_index"),
        ] {
            let error = check_entry(&entry(wrong).unwrap()).unwrap_err().to_string();
            assert!(error.contains(word), "{wrong}: {error}");
        }
        assert!(entry("pad = { scale = 2.7 }").is_err());
    }
}
