//! Whether a manifest's entry can be meant at all.

use super::{MAX_MODEL_BYTES, ModelEntry, Role, Similarity};
use vouch_contract::face::MAX_TEMPLATE;

/// Sides of an input picture, in pixels.
const PICTURE: std::ops::RangeInclusive<u32> = 1..=1024;
/// Most classes that a `pad` model tells apart: published ones have two to four.
const MAX_CLASSES: usize = 64;
/// Room around the face as a share of its square.
const PADDING: std::ops::RangeInclusive<f32> = 0.0..=1.0;
/// Most further paddings: each costs a run, or two with the mirror image.
const MAX_EXTRA_PADDINGS: usize = 3;
/// A `pad` crop as a multiple of the face box. A smaller one than half the face
/// shows no face; a larger one than eight faces is the whole frame.
const PAD_SCALE: std::ops::RangeInclusive<f32> = 0.5..=8.0;

/// Says what is wrong with an entry, if anything.
pub(super) fn check_entry(model: &ModelEntry) -> Result<(), String> {
    if model.sha256.len() != 64 || !model.sha256.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err("sha256 must be 64 hexadecimal digits".into());
    }
    if model.size == 0 || model.size > MAX_MODEL_BYTES {
        return Err(format!("size must be between 1 and {MAX_MODEL_BYTES} bytes"));
    }
    if !PICTURE.contains(&model.input.width) || !PICTURE.contains(&model.input.height) {
        return Err(format!(
            "input width and height must be between {} and {} pixels",
            PICTURE.start(),
            PICTURE.end()
        ));
    }
    let first = model.outputs.first().ok_or("at least one [[model.output]] is needed")?;
    match model.role {
        Role::Embed => check_embed(model),
        Role::Pad => check_pad(model, &first.shape),
        Role::Detect | Role::Mesh | Role::Iris | Role::Mrz => Ok(()),
    }
}

fn check_embed(model: &ModelEntry) -> Result<(), String> {
    let dimensions = model.dimensions.ok_or("role embed needs `dimensions`")?;
    if dimensions == 0 || dimensions > MAX_TEMPLATE {
        return Err(format!("dimensions must be between 1 and {MAX_TEMPLATE}"));
    }
    model.chip.ok_or("role embed needs `chip`")?;
    if model.extra_paddings.len() > MAX_EXTRA_PADDINGS {
        return Err(format!("at most {MAX_EXTRA_PADDINGS} extra_paddings are taken"));
    }
    if let Some(wrong) = model.padding.iter().chain(&model.extra_paddings).find(|p| !PADDING.contains(p)) {
        return Err(format!("padding {wrong} is not between {} and {}", PADDING.start(), PADDING.end()));
    }
    let calibration = model.calibration.as_ref().ok_or("role embed needs [model.calibration]")?;
    let length = calibration.length.filter(|length| length.is_finite() && *length > 0.0);
    if calibration.similarity == Similarity::Euclidean && length.is_none() {
        return Err("calibration by `euclidean` needs `length`, the typical length of an embedding".into());
    }
    if calibration.points.is_empty() {
        return Err("calibration needs at least one point".into());
    }
    Ok(())
}

fn check_pad(model: &ModelEntry, first_output: &[usize]) -> Result<(), String> {
    let pad = model.pad.as_ref().ok_or("role pad needs [model.pad] with `scale` and `live_index`")?;
    if !PAD_SCALE.contains(&pad.scale) {
        return Err(format!("pad.scale must be between {} and {}", PAD_SCALE.start(), PAD_SCALE.end()));
    }
    // Shapes come from a file: their product may be any number.
    let classes = first_output.iter().try_fold(1_usize, |all, &side| all.checked_mul(side)).unwrap_or(0);
    if !(2..=MAX_CLASSES).contains(&classes) {
        return Err(format!("role pad needs a first output of 2 to {MAX_CLASSES} classes"));
    }
    if pad.live_index >= classes {
        return Err(format!("pad.live_index is {}, but there are {classes} classes from 0", pad.live_index));
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
            let error = check_entry(&entry(wrong).unwrap()).unwrap_err();
            assert!(error.contains(word), "{wrong}: {error}");
        }
        assert!(entry("pad = { scale = 2.7 }").is_err());
    }
}
