//! The figures of an evaluation, as they are printed.

use std::collections::HashMap;

use serde::Serialize;

use super::folds::{Compared, folds_of, right_decisions, scores};
use super::templates::Acquired;
use crate::curves::{Operating, Scores};
use crate::interval::clopper_pearson;
use crate::pairs::Pair;
use vouch_contract::similarity::{Incomparable, similarity};

/// Confidence of every interval.
pub const CONFIDENCE: f64 = 0.95;
/// Most failures that are listed by name.
const MAX_LISTED: usize = 100;

/// A share with its interval.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct MatchRate {
    /// What was seen, 0 to 1.
    pub rate: f64,
    /// 95 % interval (Clopper-Pearson).
    pub ci95: (f64, f64),
    /// Cases.
    pub count: u64,
    /// Trials.
    pub n: u64,
}

impl MatchRate {
    /// `count` of `n`.
    pub fn of(count: u64, n: u64) -> Self {
        let rate = if n == 0 { 0.0 } else { count as f64 / n as f64 };
        Self { rate, ci95: clopper_pearson(count, n, CONFIDENCE), count, n }
    }
}

/// Both error rates at a threshold.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct MatchPoint {
    /// Smallest similarity that is a match.
    pub threshold: f32,
    /// False match rate.
    pub fmr: MatchRate,
    /// False non-match rate.
    pub fnmr: MatchRate,
    /// Whether there are at least 1/FMR non-mated pairs. If not, the measured FMR is 0.
    pub supported: bool,
}

/// The threshold that a policy would use.
#[derive(Debug, Clone, Serialize)]
pub struct PolicyPoint {
    /// The policy's name.
    pub name: String,
    /// The false match rate it asks for.
    pub fmr: f32,
    /// What its threshold gives here; none when the model's calibration does
    /// not reach that rate.
    pub measured: Option<MatchPoint>,
}

/// A file without a template.
#[derive(Debug, Clone, Serialize)]
pub struct AcquireFailure {
    /// As the table writes it.
    pub file: String,
    /// Why.
    pub reason: String,
}

/// A wrong decision at the best threshold.
#[derive(Debug, Clone, Serialize)]
pub struct WrongDecision {
    /// Whether both show one person.
    pub mated: bool,
    /// Similarity.
    pub score: f32,
    /// One file.
    pub file1: String,
    /// The other.
    pub file2: String,
}

/// All figures.
#[derive(Debug, Clone, Serialize)]
pub struct MatchReport {
    /// The embedding model.
    pub model: String,
    /// Its digest.
    pub model_sha256: String,
    /// Pairs in the table.
    pub pairs: u64,
    /// Pairs compared: both pictures gave a template.
    pub compared: u64,
    /// Of these, mated.
    pub mated: u64,
    /// Of these, non-mated.
    pub non_mated: u64,
    /// Pictures without a template, and pictures in all.
    pub failure_to_acquire: MatchRate,
    /// Only their number.
    pub failed_to_acquire: u64,
    /// Share of right decisions, the threshold chosen on the other folds.
    pub accuracy: f64,
    /// The same with its interval.
    pub accuracy_by_folds: MatchRate,
    /// The same when a pair that could not be compared is a wrong decision.
    pub accuracy_with_failures: MatchRate,
    /// Share of right decisions at the one threshold that is best here.
    pub best_accuracy: MatchRate,
    /// That threshold.
    pub best_threshold: f32,
    /// Equal error rate.
    pub eer: f64,
    /// FNMR at FMR 1e-2.
    pub fnmr_at_fmr_1e2: f64,
    /// FNMR at FMR 1e-3.
    pub fnmr_at_fmr_1e3: f64,
    /// FNMR at FMR 1e-4.
    pub fnmr_at_fmr_1e4: f64,
    /// The three with threshold and intervals, in that order.
    pub operating_points: [MatchPoint; 3],
    /// The policy's threshold.
    pub policy: Option<PolicyPoint>,
    /// Pictures that failed, by name.
    pub failures: Vec<AcquireFailure>,
    /// Wrong decisions at the best threshold.
    pub wrong: Vec<WrongDecision>,
}

/// Why pairs give no error rates.
#[derive(Debug, thiserror::Error)]
pub enum MatchError {
    /// Two templates can't be compared.
    #[error("{first} and {second}: {source}")]
    Incomparable {
        /// One file.
        first: String,
        /// The other.
        second: String,
        /// Why.
        source: Incomparable,
    },
    /// Accuracy by folds needs both kinds of pairs outside each fold.
    #[error("too few pairs could be compared: both mated and non-mated ones are needed in several folds")]
    TooFew,
}

/// Compares all pairs and counts.
///
/// # Errors
/// [`MatchError`].
pub fn measure(
    (model, model_sha256): (&str, &str),
    pairs: &[Pair],
    acquired: &HashMap<String, Acquired>,
) -> Result<(MatchReport, Scores), MatchError> {
    let mut compared = Vec::with_capacity(pairs.len());
    let mut who = Vec::with_capacity(pairs.len());
    for (pair, fold) in pairs.iter().zip(folds_of(pairs)) {
        let template = |name: &String| acquired.get(name).and_then(|found| found.as_ref().ok());
        let (Some(first), Some(second)) = (template(&pair.first), template(&pair.second)) else { continue };
        let score = similarity(first, second).map_err(|source| MatchError::Incomparable {
            first: pair.first.clone(),
            second: pair.second.clone(),
            source,
        })?;
        compared.push(Compared { mated: pair.mated, score, fold });
        who.push(pair);
    }
    let scores = scores(compared.iter()).ok_or(MatchError::TooFew)?;
    let right = right_decisions(&compared).ok_or(MatchError::TooFew)?;
    let best = scores.best();
    let wrong = compared.iter().zip(&who).filter(|(c, _)| (c.score >= best.threshold) != c.mated);
    let wrong = wrong.map(|(c, pair)| WrongDecision {
        mated: c.mated,
        score: c.score,
        file1: pair.first.clone(),
        file2: pair.second.clone(),
    });
    let failed: Vec<_> =
        acquired.iter().filter_map(|(file, got)| Some((file, got.as_ref().err()?))).collect();
    let mut failures: Vec<AcquireFailure> = failed
        .iter()
        .map(|(file, reason)| AcquireFailure { file: (*file).clone(), reason: reason.to_string() })
        .collect();
    failures.sort_by(|a, b| a.file.cmp(&b.file));
    failures.truncate(MAX_LISTED);
    let n = compared.len() as u64;
    let points = [1e-2, 1e-3, 1e-4].map(|fmr| at(&scores, &scores.at_fmr(fmr), scores.supports(fmr)));
    let accuracy_by_folds = MatchRate::of(right, n);
    let report = MatchReport {
        model: model.to_owned(),
        model_sha256: model_sha256.to_owned(),
        pairs: pairs.len() as u64,
        compared: n,
        mated: scores.mated(),
        non_mated: scores.non_mated(),
        failure_to_acquire: MatchRate::of(failed.len() as u64, acquired.len() as u64),
        failed_to_acquire: failed.len() as u64,
        accuracy: accuracy_by_folds.rate,
        accuracy_by_folds,
        accuracy_with_failures: MatchRate::of(right, pairs.len() as u64),
        best_accuracy: MatchRate::of(n - best.false_matches - best.false_non_matches, n),
        best_threshold: best.threshold,
        eer: scores.eer(),
        fnmr_at_fmr_1e2: points[0].fnmr.rate,
        fnmr_at_fmr_1e3: points[1].fnmr.rate,
        fnmr_at_fmr_1e4: points[2].fnmr.rate,
        operating_points: points,
        policy: None,
        failures,
        wrong: wrong.take(MAX_LISTED).collect(),
    };
    Ok((report, scores))
}

/// Both rates at an operating point.
pub fn at(scores: &Scores, point: &Operating, supported: bool) -> MatchPoint {
    MatchPoint {
        threshold: point.threshold,
        fmr: MatchRate::of(point.false_matches, scores.non_mated()),
        fnmr: MatchRate::of(point.false_non_matches, scores.mated()),
        supported,
    }
}
