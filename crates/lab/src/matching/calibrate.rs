//! Calibration: the thresholds of similarity for given false match rates, from
//! every picture compared with every other (ISO/IEC 19795-1).

use std::collections::BTreeMap;

use serde::Serialize;

use super::report::{MatchPoint, at};
use crate::curves::Scores;
use vouch_contract::face::Template;
use vouch_contract::similarity::{Incomparable, similarity};
use vouch_session::fuse::{FuseError, fuse};

/// The false match rates that a calibration has points for.
const RATES: [f64; 4] = [1e-2, 1e-3, 1e-4, 1e-5];
/// How many of the most similar pairs of two people are told.
const CLOSEST: usize = 12;
/// Pictures of a fused reference.
const REFERENCES: usize = 3;
/// Most pictures: 50 million comparisons.
pub const MAX_PICTURES: usize = 10_000;

/// Why pictures give no calibration.
#[derive(Debug, thiserror::Error)]
pub enum CalibrateError {
    /// No mated or no non-mated pair.
    #[error("pictures of two people at least are needed, and two of one of them at least")]
    TooFew,
    /// Templates that can't be compared.
    #[error(transparent)]
    Incomparable(#[from] Incomparable),
    /// References that can't be fused.
    #[error(transparent)]
    Fuse(#[from] FuseError),
}

/// One way to compare: a picture with a picture, or with a fused reference.
#[derive(Debug, Clone, Serialize)]
pub struct ComparisonFigures {
    /// Comparisons of one person's pictures.
    pub mated: u64,
    /// Comparisons of two persons' pictures.
    pub non_mated: u64,
    /// Equal error rate.
    pub eer: f64,
    /// At the rates 1e-2 to 1e-5 for which there are enough comparisons. Comparisons
    /// that share a picture depend on each other, so the intervals are too narrow.
    pub points: Vec<MatchPoint>,
}

/// Two people who look alike to the model, or one person under two names.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClosePair {
    /// Their names.
    pub people: [String; 2],
    /// Of two of their pictures.
    pub similarity: f32,
}

/// All figures of a calibration.
#[derive(Debug, Clone, Serialize)]
pub struct CalibrationReport {
    /// The embedding model.
    pub model: String,
    /// Its digest.
    pub model_sha256: String,
    /// Pictures with a template, and pictures in all.
    pub pictures: (u64, u64),
    /// The most similar pairs of two people: one person under two names is found here.
    pub closest: Vec<ClosePair>,
    /// One reference picture.
    pub one_reference: ComparisonFigures,
    /// Three of them fused; `None` when no person has four pictures.
    pub three_references: Option<ComparisonFigures>,
}

/// Every picture with every other: the figures, and the most similar pairs of two people, the most
/// similar first.
///
/// # Errors
/// [`CalibrateError`]: no mated or no non-mated pair, or templates of two models.
pub fn every_pair(
    known: &[(&str, &Template)],
) -> Result<(ComparisonFigures, Vec<ClosePair>), CalibrateError> {
    let (mut mated, mut non_mated) = (Vec::new(), Vec::new());
    let mut closest: Vec<ClosePair> = Vec::new();
    for (index, (who, template)) in known.iter().enumerate() {
        for (other, probe) in &known[index + 1..] {
            let similarity = similarity(template, probe)?;
            if who == other {
                mated.push(similarity);
                continue;
            }
            non_mated.push(similarity);
            let place = closest.partition_point(|pair| pair.similarity >= similarity);
            if place < CLOSEST {
                closest.insert(place, ClosePair { people: [*who, *other].map(str::to_owned), similarity });
                closest.truncate(CLOSEST);
            }
        }
    }
    Ok((figures(mated, non_mated).ok_or(CalibrateError::TooFew)?, closest))
}

/// The first three pictures of each person who has four, fused, with every picture
/// that is not among them.
///
/// # Errors
/// [`CalibrateError`]: templates of two models.
pub fn fused(known: &[(&str, &Template)]) -> Result<Option<ComparisonFigures>, CalibrateError> {
    let mut people: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, (who, _)) in known.iter().enumerate() {
        people.entry(who).or_default().push(index);
    }
    let (mut mated, mut non_mated) = (Vec::new(), Vec::new());
    for (who, own) in people.iter().filter(|(_, own)| own.len() > REFERENCES) {
        let first = &own[..REFERENCES];
        let references: Vec<Template> = first.iter().map(|&index| known[index].1.clone()).collect();
        let reference = fuse(&references, -1.0)?;
        for (index, (other, probe)) in known.iter().enumerate() {
            if first.contains(&index) {
                continue;
            }
            let score = similarity(&reference, probe)?;
            if who == other { &mut mated } else { &mut non_mated }.push(score);
        }
    }
    Ok(figures(mated, non_mated))
}

fn figures(mated: Vec<f32>, non_mated: Vec<f32>) -> Option<ComparisonFigures> {
    let scores = Scores::new(mated, non_mated)?;
    let reached = RATES.iter().filter(|fmr| scores.supports(**fmr));
    Some(ComparisonFigures {
        mated: scores.mated(),
        non_mated: scores.non_mated(),
        eer: scores.eer(),
        points: reached.map(|fmr| at(&scores, &scores.at_fmr(*fmr), true)).collect(),
    })
}

impl CalibrationReport {
    /// The figures as a page, the points in the manifest's form.
    pub fn page(&self) -> String {
        let mut page = format!(
            "# Calibration: {}\n\n{} of {} pictures gave a template.\n",
            self.model, self.pictures.0, self.pictures.1
        );
        let three = self.three_references.iter().map(|figures| ("points_three_references", figures));
        for (key, figures) in std::iter::once(("points", &self.one_reference)).chain(three) {
            let points: Vec<String> = RATES
                .iter()
                .zip(&figures.points)
                .map(|(fmr, at)| format!("[{fmr:e}, {:.4}]", at.threshold))
                .collect();
            page += &format!(
                "\n{} mated and {} non-mated comparisons, EER {:.2} %.\n\n    {key} = [{}]\n\n",
                figures.mated,
                figures.non_mated,
                figures.eer * 100.0,
                points.join(", ")
            );
            for (fmr, at) in RATES.iter().zip(&figures.points) {
                page += &format!("FMR {fmr:e}: FNMR {:.2} %\n", at.fnmr.rate * 100.0);
            }
        }
        page += "\nThe most similar pairs of two people:\n\n";
        for ClosePair { people: [one, other], similarity } in &self.closest {
            page += &format!("{similarity:.4} {one}, {other}\n");
        }
        page
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(angle: f32) -> Template {
        Template { model: [1; 8], values: [angle.cos(), angle.sin()].into_iter().collect() }
    }

    #[test]
    fn each_pair_is_compared_once_by_its_kind() {
        let own = [0.0, 0.1, 0.2, 0.3].map(template);
        let others = [1.0, 1.5].map(template);
        let mut known: Vec<(&str, &Template)> = own.iter().map(|t| ("a", t)).collect();
        known.extend([("b", &others[0]), ("c", &others[1])]);
        let (figures, closest) = every_pair(&known).unwrap();
        assert_eq!((figures.mated, figures.non_mated, figures.eer), (6, 9, 0.0));
        assert!(figures.points.is_empty(), "nine comparisons show no rate of 1 in 100");
        assert_eq!(closest.len(), 9);
        assert_eq!(closest[0].people, ["b", "c"].map(str::to_owned), "they are half a radian apart");
        let fused = fused(&known).unwrap().expect("a has four");
        assert_eq!((fused.mated, fused.non_mated), (1, 2));
        assert!(every_pair(&known[..4]).is_err() && super::fused(&known[1..]).unwrap().is_none());
    }
}
