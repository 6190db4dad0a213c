//! The fit: how a cue's measures become evidence, and how much evidence makes an attack.
//! `scripts/fit_liveness.py` writes it, together with a report.
//!
//! The evidence of a cue is a log-likelihood ratio (natural logarithm, above 0 for
//! an attack). It comes from logistic regression on the cue's measures and their
//! squares: a print is paler than skin and a screen redder, so evidence may rise
//! on both sides. Both classes have the same weight, so no share of attacks is
//! assumed (Brümmer and du Preez 2006). The evidence is clamped, so that no cue
//! outweighs the others further than its sample supports.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use vouch_contract::liveness::{AllMeasures, Cue, MEASURES};
use vouch_contract::verdict::Level;

const BUILT_IN: &str = include_str!("fit.json");
/// The format written and read.
pub const VERSION: u32 = 3;
/// Largest deviation of a measure whose square counts, in scales. Without this limit, the squares
/// of a few unusual pictures dominate the fit.
const LARGEST_DEVIATION: f32 = 2.0;

/// The fit of one cue.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CueFit {
    /// Subtracted from each measure.
    pub mean: [f32; MEASURES],
    /// Each difference is then divided by this, above 0.
    pub scale: [f32; MEASURES],
    /// Weight of each scaled measure.
    pub weights: [f32; MEASURES],
    /// Weight of each square (cut off at two scales, minus 1, so that the average is 0).
    pub squares: [f32; MEASURES],
    /// Added to the weighted sum.
    pub bias: f32,
    /// Smallest evidence, 0 or below.
    pub floor: f32,
    /// Greatest evidence, 0 or above; 0 for a cue that may only support.
    pub ceiling: f32,
}

/// How the cues' evidence is added up, and how much of it makes an attack. Each belongs to one set of
/// networks. With fewer networks the other cues weigh more, and err more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fusion {
    /// The networks that must have measures; no others count.
    pub networks: Vec<Cue>,
    /// Weight of each cue in the sum, 0 or above. Cues that measure the same thing share it. A cue
    /// without a weight is reported but does not count.
    pub shares: BTreeMap<Cue, f32>,
    /// Added to the sum.
    pub bias: f32,
    /// From this sum on, the presentation counts as an attack.
    pub thresholds: BTreeMap<Level, f32>,
}

/// The whole fit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fit {
    /// [`VERSION`].
    pub version: u32,
    /// The sample it was fitted on, as a sentence.
    pub source: String,
    /// The cues that were fitted.
    pub cues: BTreeMap<Cue, CueFit>,
    /// The first whose networks have measures is used. The last needs none.
    pub fusions: Vec<Fusion>,
}

/// Why a fit can't be used.
#[derive(Debug, thiserror::Error)]
#[error("the liveness fit: {0}; write it with scripts/fit_liveness.py")]
pub struct FitError(#[from] FitFault);

/// What is wrong with a fit.
#[derive(Debug, thiserror::Error)]
pub enum FitFault {
    /// The text is not a fit.
    #[error("{0}")]
    Syntax(#[from] serde_json::Error),
    /// Another format.
    #[error("version {0}, this program reads {VERSION}")]
    Version(u32),
    /// A cue's numbers are not finite, or out of range.
    #[error("the numbers of {0:?} can't be right")]
    Cue(Cue),
    /// A level has no threshold.
    #[error("a threshold for each of strict, balanced, lenient is needed")]
    Threshold,
    /// No fusion for a presentation without measures of any network.
    #[error("the last of the fusions must need no network")]
    Last,
    /// A negative share, or thresholds in the wrong order.
    #[error("shares must be 0 or above, thresholds rise from strict to lenient")]
    Order,
}

impl Fit {
    /// The fit this program was built with.
    pub fn built_in() -> &'static Self {
        static FIT: OnceLock<Fit> = OnceLock::new();
        FIT.get_or_init(|| Self::read(BUILT_IN).expect("a test reads the built-in fit"))
    }

    /// Reads and checks a fit.
    ///
    /// # Errors
    /// [`FitError`].
    pub fn read(text: &str) -> Result<Self, FitError> {
        Ok(Self::try_read(text)?)
    }

    fn try_read(text: &str) -> Result<Self, FitFault> {
        let fit: Self = serde_json::from_str(text)?;
        if fit.version != VERSION {
            return Err(FitFault::Version(fit.version));
        }
        for (cue, part) in &fit.cues {
            let finite = [part.bias, part.floor, part.ceiling]
                .iter()
                .chain(&part.mean)
                .chain(&part.weights)
                .chain(&part.squares)
                .all(|number| number.is_finite());
            let sound = finite
                && part.scale.iter().all(|scale| scale.is_finite() && *scale > 0.0)
                && part.floor <= 0.0
                && part.ceiling >= 0.0;
            if !sound {
                return Err(FitFault::Cue(*cue));
            }
        }
        fit.fusions.iter().try_for_each(Fusion::check)?;
        match fit.fusions.last() {
            Some(last) if last.networks.is_empty() => Ok(fit),
            _ => Err(FitFault::Last),
        }
    }

    /// How to add the evidence of these measures up.
    ///
    /// # Panics
    /// Never: a fit that was read ends with a fusion that needs no network.
    pub fn fusion(&self, measures: &AllMeasures) -> &Fusion {
        let told = |cue: &Cue| measures.of(*cue).values().is_some();
        self.fusions.iter().find(|fusion| fusion.networks.iter().all(told)).expect("the last needs none")
    }
}

impl Fusion {
    fn check(&self) -> Result<(), FitFault> {
        let thresholds = Level::ALL.map(|level| self.thresholds.get(&level).copied());
        let [Some(strict), Some(balanced), Some(lenient)] = thresholds else {
            return Err(FitFault::Threshold);
        };
        let shares = self.shares.values().all(|share| share.is_finite() && *share >= 0.0);
        // Written so that a NaN fails.
        if shares && self.bias.is_finite() && strict <= balanced && balanced <= lenient {
            Ok(())
        } else {
            Err(FitFault::Order)
        }
    }
}

impl CueFit {
    /// The evidence from `measures`.
    pub fn evidence(&self, measures: &[f32; MEASURES]) -> f32 {
        let sum: f32 = (0..MEASURES)
            .map(|i| {
                let deviation = (measures[i] - self.mean[i]) / self.scale[i];
                let square = deviation.abs().min(LARGEST_DEVIATION).powi(2) - 1.0;
                self.weights[i] * deviation + self.squares[i] * square
            })
            .sum();
        (sum + self.bias).clamp(self.floor, self.ceiling)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_fit_is_sound() {
        Fit::read(BUILT_IN).expect("scripts/fit_liveness.py wrote it");
    }

    #[test]
    fn evidence_may_rise_on_both_sides() {
        let mut squares = [0.0; MEASURES];
        squares[0] = 0.5;
        let part = CueFit {
            mean: [10.0; MEASURES],
            scale: [2.0; MEASURES],
            weights: [0.0; MEASURES],
            squares,
            bias: 0.0,
            floor: -4.0,
            ceiling: 9.0,
        };
        let at = |first: f32| {
            let mut measures = [10.0; MEASURES];
            measures[0] = first;
            part.evidence(&measures)
        };
        assert_eq!((at(10.0), at(12.0), at(6.0), at(14.0)), (-0.5, 0.0, 1.5, 1.5));
        assert_eq!(at(1000.0), 1.5, "cut off at two scales");
    }

    #[test]
    fn nonsense_is_refused() {
        for (from, to) in [
            ("\"version\": 3", "\"version\": 9"),
            ("\"strict\"", "\"harsh\""),
            ("\"networks\": []", "\"networks\": [\"own-network\"]"),
        ] {
            assert!(BUILT_IN.contains(from), "{from}");
            assert!(Fit::read(&BUILT_IN.replacen(from, to, 1)).is_err(), "{to}");
        }
    }
}
