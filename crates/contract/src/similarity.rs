//! How similar two faces are: the similarity of their templates, and the false match rate it stands
//! for (the model's calibration).

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use crate::face::Template;

/// Range of template lengths; others are clamped to it. Lengths count only for models that compare
/// by distance; dlib's network gives 0.8 to 1.2 on LFW. With shorter templates all faces would be
/// similar, whatever their direction.
pub const LENGTHS: RangeInclusive<f32> = 0.75..=1.35;

/// Why two templates have no similarity. Callers must not treat this as a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Incomparable {
    /// They come from different models, or one is truncated.
    #[error("templates of two embedding models can't be compared; embed both faces with the same model")]
    ModelMismatch,
    /// Empty, all zero, or with a value that is not finite.
    #[error("a template without usable values; the embedding model's output is broken")]
    Unsound,
}

/// Similarity of two templates a and b, -1 (opposite) to 1 (the same):
/// 1 - |a - b|^2 / 2, not below -1.
///
/// For templates of length 1 this is the cosine of the angle between them. A model that uses the
/// Euclidean distance gives lengths around 1, which count too (see [`Template`]).
///
/// # Errors
/// [`Incomparable`] if the templates are from different models or broken.
pub fn similarity(a: &Template, b: &Template) -> Result<f32, Incomparable> {
    if a.model != b.model || a.values.len() != b.values.len() {
        return Err(Incomparable::ModelMismatch);
    }
    let (mut dot, mut aa, mut bb) = (0.0_f64, 0.0_f64, 0.0_f64);
    for (&x, &y) in a.values.iter().zip(&b.values) {
        let (x, y) = (f64::from(x), f64::from(y));
        dot += x * y;
        aa += x * x;
        bb += y * y;
    }
    let (a, b) = (aa.sqrt(), bb.sqrt());
    let cosine = dot / (a * b);
    if !cosine.is_finite() {
        return Err(Incomparable::Unsound);
    }
    Ok(of_cosine(cosine as f32, a as f32, b as f32))
}

/// The similarity of two templates of these lengths, with this cosine of the angle between them.
pub fn of_cosine(cosine: f32, first: f32, second: f32) -> f32 {
    let [a, b] = [first, second].map(|length| length.clamp(*LENGTHS.start(), *LENGTHS.end()));
    // Written with half the squared difference of the lengths, so that two lengths of 1 give
    // exactly the cosine.
    let similarity = 1.0 - a * b * (1.0 - cosine) - (a - b) * (a - b) / 2.0;
    similarity.clamp(-1.0, 1.0)
}

/// Whether a template can be compared at all, even with itself.
pub fn is_sound(template: &Template) -> bool {
    similarity(template, template).is_ok()
}

/// Why a calibration can't be used.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum CalibrationError {
    /// It has no points.
    #[error("the calibration has no points; give at least one [fmr, threshold]")]
    Empty,
    /// A false match rate out of range.
    #[error("false match rate {0} is not in (0, 1]")]
    Rate(f32),
    /// A threshold that no similarity can reach.
    #[error("threshold {0} is not a similarity (-1 to 1)")]
    Threshold(f32),
    /// A lower rate has a lower threshold.
    #[error("threshold {} for rate {} is lower than {} for the higher rate {}", strict.1, strict.0, lax.1, lax.0)]
    Order {
        /// The point with the lower rate.
        strict: (f32, f32),
        /// The point with the higher rate.
        lax: (f32, f32),
    },
}

/// Measured points of an embedding model: at this threshold, this share of non-mated pairs still
/// matches (ISO/IEC 19795-1: FMR).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// `(false match rate, 0 to 1; threshold of the similarity, -1 to 1)`, in any order.
    pub points: Vec<(f32, f32)>,
}

impl Default for Calibration {
    /// SFace, as in models/manifest.toml: 1,220,477 non-mated pairs of 1,564 pictures
    /// (docs/evaluation/matching.md).
    fn default() -> Self {
        Self { points: vec![(1e-2, 0.321), (1e-3, 0.388), (1e-4, 0.449)] }
    }
}

impl Calibration {
    /// Upper bound of the false match rate at `similarity`: the smallest calibrated rate whose
    /// threshold is reached; 1 if none is, or if `similarity` is NaN.
    pub fn fmr_at(&self, similarity: f32) -> f32 {
        self.points
            .iter()
            .filter(|(_, threshold)| similarity >= *threshold)
            .map(|(fmr, _)| *fmr)
            .fold(1.0, f32::min)
    }

    /// The lowest calibrated threshold that keeps the false match rate at `fmr` or below; `None` if
    /// the calibration does not go that far.
    pub fn threshold_for(&self, fmr: f32) -> Option<f32> {
        self.points.iter().filter(|(rate, _)| *rate <= fmr).map(|(_, threshold)| *threshold).reduce(f32::min)
    }

    /// Checks that the points are plausible measurements.
    ///
    /// # Errors
    /// [`CalibrationError`] naming the point.
    pub fn check(&self) -> Result<(), CalibrationError> {
        if self.points.is_empty() {
            return Err(CalibrationError::Empty);
        }
        for &(fmr, threshold) in &self.points {
            if !(fmr > 0.0 && fmr <= 1.0) {
                return Err(CalibrationError::Rate(fmr));
            }
            if !(-1.0..=1.0).contains(&threshold) {
                return Err(CalibrationError::Threshold(threshold));
            }
        }
        let mut by_rate = self.points.clone();
        by_rate.sort_by(|a, b| a.0.total_cmp(&b.0));
        match by_rate.windows(2).find(|pair| pair[0].1 < pair[1].1) {
            Some(pair) => Err(CalibrationError::Order { strict: pair[0], lax: pair[1] }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(values: &[f32]) -> Template {
        Template { model: [7; 8], values: values.iter().copied().collect() }
    }

    #[test]
    fn of_unit_length_it_is_the_cosine() {
        let east = template(&[1.0, 0.0]);
        assert_eq!(similarity(&east, &east), Ok(1.0));
        assert_eq!(similarity(&east, &template(&[0.0, 1.0])), Ok(0.0));
        assert_eq!(similarity(&east, &template(&[-1.0, 0.0])), Ok(-1.0));
        let tilted = similarity(&east, &template(&[0.6, 0.8])).unwrap();
        assert!((tilted - 0.6).abs() < 1e-6);
    }

    #[test]
    fn lengths_near_one_count_as_in_a_distance() {
        let (a, b) = (template(&[1.1, 0.0]), template(&[0.54, 0.72]));
        let distance = ((1.1_f32 - 0.54).powi(2) + 0.72_f32.powi(2)).sqrt();
        assert!((similarity(&a, &b).unwrap() - (1.0 - distance * distance / 2.0)).abs() < 1e-6);
        assert!(similarity(&a, &template(&[0.9, 0.0])).unwrap() < 1.0);
        // A template near zero must not match everybody.
        let tiny = similarity(&template(&[1e-3, 0.0]), &template(&[0.0, 1e-3])).unwrap();
        assert!(tiny < 0.5, "{tiny}");
        assert!(similarity(&template(&[1e3, 0.0]), &template(&[0.0, 1e3])).unwrap() < 0.0);
    }

    #[test]
    fn what_cannot_be_compared_is_an_error() {
        let east = template(&[1.0, 0.0]);
        let mut other_model = east.clone();
        other_model.model = [8; 8];
        assert_eq!(similarity(&east, &other_model), Err(Incomparable::ModelMismatch));
        assert_eq!(similarity(&east, &template(&[1.0])), Err(Incomparable::ModelMismatch));
        for broken in [&[][..], &[0.0, 0.0], &[f32::NAN, 1.0], &[f32::INFINITY, 1.0]] {
            assert!(!is_sound(&template(broken)), "{broken:?}");
        }
    }

    #[test]
    fn the_rate_at_a_similarity_is_the_smallest_reached() {
        let calibration = Calibration::default();
        assert_eq!(calibration.fmr_at(0.30), 1.0);
        assert_eq!(calibration.fmr_at(0.321), 1e-2);
        assert_eq!(calibration.fmr_at(0.99), 1e-4);
        assert_eq!(calibration.fmr_at(f32::NAN), 1.0);
    }

    #[test]
    fn the_threshold_for_a_rate_is_the_lowest_that_keeps_it() {
        let calibration = Calibration::default();
        assert_eq!(calibration.threshold_for(1e-2), Some(0.321));
        assert_eq!(calibration.threshold_for(5e-3), Some(0.388));
        assert_eq!(calibration.threshold_for(1e-6), None);
    }

    #[test]
    fn a_table_that_cannot_be_right_is_refused() {
        let table = |points: &[(f32, f32)]| Calibration { points: points.to_vec() };
        assert!(Calibration::default().check().is_ok());
        for wrong in [&[][..], &[(0.0, 0.5)], &[(0.1, f32::NAN)], &[(0.01, 0.3), (0.001, 0.2)]] {
            assert!(table(wrong).check().is_err(), "{wrong:?}");
        }
    }
}
