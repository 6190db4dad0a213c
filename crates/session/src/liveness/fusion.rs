//! Turns the cues' measures into one verdict: compares the sum of their evidence with the threshold
//! of the policy's level. Pure.

use serde::{Deserialize, Serialize};

use super::fit::{Fit, Fusion};
use vouch_contract::codes::LivenessCode;
use vouch_contract::liveness::{AllMeasures, Cue, CueMeasures, Unavailable};
use vouch_contract::verdict::Level;
use vouch_contract::verdict::{Part, Verdict};

/// What a scheme demands of passive liveness.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LivenessRules {
    /// How strict the verdict is. docs/EVALUATION.md gives the measured error rates
    /// of each level. Default `balanced`.
    pub level: Level,
    /// Cues that must have measures before a session may pass; no duplicates. Empty
    /// by default: which cues exist depends on the operator's models and on whether
    /// there is a screen. An unattended gate should name `passive-network` and
    /// `motion`.
    pub required: Vec<Cue>,
}

/// Decides on the measures.
pub fn fuse(fit: &Fit, rules: &LivenessRules, measures: &AllMeasures) -> Verdict {
    let fusion = fit.fusion(measures);
    let threshold = fusion.thresholds.get(&rules.level).copied().map_or(f64::MIN, rounded);
    let parts: Vec<Part> = Cue::ALL.iter().map(|&cue| part(fit, fusion, cue, measures.of(cue))).collect();
    let counted = parts.iter().filter_map(|part| part.evidence.map(|evidence| (part.cue, evidence)));
    let evidence = rounded(fusion.bias) + counted.clone().map(|(_, evidence)| evidence).sum::<f64>();
    // Written so that a NaN is an attack, not a pass.
    let bona_fide = evidence < threshold;
    let strongest = counted.max_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, evidence)| *evidence > 0.0);
    let attack = (!bona_fide)
        .then(|| strongest.map_or(LivenessCode::OTHER_ATTACK, |(cue, _)| LivenessCode::of_attack(cue)));
    let missing = rules.required.iter().copied().find(|&cue| measures.of(cue).values().is_none());
    // Adding numbers with four digits yields more; thresholds have four.
    let evidence = (evidence * 1e4).round() / 1e4;
    Verdict { level: rules.level, evidence, threshold, attack, missing, parts }
}

fn part(fit: &Fit, fusion: &Fusion, cue: Cue, measures: &CueMeasures) -> Part {
    let evidence = match (fit.cues.get(&cue), fusion.shares.get(&cue), measures.values()) {
        (Some(fitted), Some(share), Some(values)) => Some(rounded(share * fitted.evidence(values))),
        _ => None,
    };
    let unavailable = match measures {
        CueMeasures::Unavailable(why) => Some(*why),
        CueMeasures::Measured { .. } if measures.values().is_none() => Some(Unavailable::Failed),
        CueMeasures::Measured { .. } => None,
    };
    Part { cue, evidence, unavailable }
}

/// Rounds to four digits, so that the parts in a result add up to the sum the verdict is based on.
fn rounded(value: f32) -> f64 {
    (f64::from(value) * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use vouch_contract::liveness::MEASURES;

    fn with_measure(cue: Cue, first: f32) -> AllMeasures {
        let mut all = AllMeasures::default();
        let mut measures = [0.0; MEASURES];
        measures[0] = first;
        all.set(cue, CueMeasures::Measured { measures, quality: 1.0 });
        all
    }

    #[test]
    fn a_required_cue_without_measures_is_missing() {
        let rules = LivenessRules { required: vec![Cue::Motion], ..LivenessRules::default() };
        let verdict = fuse(Fit::built_in(), &rules, &AllMeasures::default());
        assert_eq!(verdict.missing, Some(Cue::Motion));
        assert!(!verdict.is_bona_fide());
        let verdict = fuse(Fit::built_in(), &rules, &with_measure(Cue::Motion, f32::NAN));
        assert_eq!(verdict.missing, Some(Cue::Motion), "NaN is not a measure");
    }

    #[test]
    fn a_network_that_sees_an_attack_raises_the_evidence() {
        let rules = LivenessRules::default();
        let mut all = with_measure(Cue::PassiveNetwork, 1.0);
        if let CueMeasures::Measured { measures, .. } = *all.of(Cue::PassiveNetwork) {
            let mut measures = measures;
            measures[1] = 1.0;
            all.set(Cue::PassiveNetwork, CueMeasures::Measured { measures, quality: 1.0 });
        }
        let attack = fuse(Fit::built_in(), &rules, &all);
        let live = fuse(Fit::built_in(), &rules, &with_measure(Cue::PassiveNetwork, -1.0));
        assert!(attack.evidence > live.evidence, "{attack:?}");
    }

    proptest! {
        #[test]
        fn a_stricter_level_never_accepts_more(first in -2.0_f32..2.0, which in 0_usize..Cue::ALL.len()) {
            let all = with_measure(Cue::ALL[which], first);
            let passes = Level::ALL.map(|level| {
                let rules = LivenessRules { level, required: Vec::new() };
                fuse(Fit::built_in(), &rules, &all).is_bona_fide()
            });
            prop_assert!(passes[0] <= passes[1] && passes[1] <= passes[2]);
        }
    }
}
