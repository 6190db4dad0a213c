//! Makes one reference template from several pictures of a person.

use vouch_contract::face::Template;
use vouch_contract::similarity::{Calibration, Incomparable, similarity};

/// Most pictures for one reference.
pub const MAX_REFERENCES: usize = 5;

/// Templates that don't match at this false match rate are not of one person.
const ONE_PERSON_FMR: f32 = 1e-2;

/// The least similarity of two templates of one person, for [`fuse`]. Without a calibration for the
/// rate, any.
pub fn least_similarity(model: &Calibration) -> f32 {
    model.threshold_for(ONE_PERSON_FMR).unwrap_or(-1.0)
}

/// Why there is no fused template.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum FuseError {
    /// No picture, or more than [`MAX_REFERENCES`].
    #[error("a reference has 1 to {MAX_REFERENCES} pictures, not {0}")]
    Count(usize),
    /// Two pictures don't show the same person.
    #[error(
        "pictures {first} and {second} don't show the same person (similarity {similarity:.3}, at least {least:.3} is needed); remove one of them"
    )]
    Inconsistent {
        /// Position of one picture, from 0.
        first: usize,
        /// Position of the other.
        second: usize,
        /// Their similarity.
        similarity: f32,
        /// The least similarity allowed.
        least: f32,
    },
    /// They can't be compared.
    #[error(transparent)]
    Incomparable(#[from] Incomparable),
}

/// The mean direction of the templates, with the mean of their lengths, so that each picture counts
/// the same. Each pair must have a similarity of at least `least`: with a stranger's picture among
/// them, both people would match.
///
/// # Errors
/// [`FuseError`].
pub fn fuse(references: &[Template], least: f32) -> Result<Template, FuseError> {
    let first = references.first().ok_or(FuseError::Count(0))?;
    if references.len() > MAX_REFERENCES {
        return Err(FuseError::Count(references.len()));
    }
    for (a, one) in references.iter().enumerate() {
        // Compare each with itself too, which finds broken templates.
        for (b, other) in references.iter().enumerate().skip(a) {
            let alike = similarity(one, other)?;
            if a != b && alike < least {
                return Err(FuseError::Inconsistent { first: a, second: b, similarity: alike, least });
            }
        }
    }
    let norm = |values: &[f32]| values.iter().map(|value| value * value).sum::<f32>().sqrt();
    let mut fused = Template { model: first.model, values: first.values.iter().map(|_| 0.0).collect() };
    let mut lengths = 0.0;
    for template in references {
        let length = norm(&template.values);
        lengths += length;
        for (sum, value) in fused.values.iter_mut().zip(&template.values) {
            *sum += value / length;
        }
    }
    let length = norm(&fused.values);
    if length <= f32::EPSILON {
        return Err(Incomparable::Unsound.into());
    }
    let scale = lengths / references.len() as f32 / length;
    fused.values.iter_mut().for_each(|value| *value *= scale);
    Ok(fused)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(values: &[f32]) -> Template {
        Template { model: [7; 8], values: values.iter().copied().collect() }
    }

    #[test]
    fn each_picture_counts_the_same() {
        let fused = fuse(&[template(&[5.0, 0.0]), template(&[0.0, 1.0])], -1.0).unwrap();
        assert!((fused.values[0] - fused.values[1]).abs() < 1e-6);
        let length = fused.values[0].hypot(fused.values[1]);
        assert!((length - 3.0).abs() < 1e-5, "the mean of 5 and 1, not {length}");
    }

    #[test]
    fn a_strangers_picture_is_refused() {
        let own = template(&[1.0, 0.1]);
        let error = fuse(&[own.clone(), own.clone(), template(&[0.0, 1.0])], 0.5).unwrap_err();
        assert!(matches!(error, FuseError::Inconsistent { first: 0, second: 2, .. }), "{error}");
        assert_eq!(fuse(&[], 0.5), Err(FuseError::Count(0)));
        assert_eq!(fuse(&vec![own; 6], 0.5), Err(FuseError::Count(6)));
        assert!(fuse(&[template(&[0.0, 0.0])], 0.5).is_err());
        assert!(fuse(&[template(&[1.0, 0.0]), template(&[-1.0, 0.0])], -1.0).is_err(), "no direction");
    }
}
