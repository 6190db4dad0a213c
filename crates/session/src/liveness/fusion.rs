//! From the cues' words to one verdict: the sum of their evidence against the
//! threshold of the policy's level. Pure.

use serde::{Deserialize, Serialize};

use super::fit::{Fit, Fusion};
use vouch_contract::codes::LivenessCode;
use vouch_contract::liveness::{Cue, Untold, Word, Words};
use vouch_contract::verdict::Level;
use vouch_contract::verdict::{Part, Verdict};

/// What a scheme asks of passive liveness.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LivenessRules {
    /// How sure the terminal wants to be; what each level lets through and turns
    /// away was measured (docs/EVALUATION.md). Default `balanced`.
    pub level: Level,
    /// Cues without whose word no session passes, none twice. Default: none, since
    /// which cues there are hangs on the operator's models and the terminal's
    /// screen; an unattended gate should name `passive-network` and `motion`.
    pub required: Vec<Cue>,
}

/// Makes the verdict.
pub fn fuse(fit: &Fit, rules: &LivenessRules, words: &Words) -> Verdict {
    let fusion = fit.fusion(words.of(Cue::PassiveNetwork).measures().is_some());
    let threshold = fusion.thresholds.get(&rules.level).copied().map_or(f64::MIN, rounded);
    let parts: Vec<Part> = Cue::ALL.iter().map(|&cue| part(fit, fusion, cue, words.of(cue))).collect();
    let told = parts.iter().filter_map(|part| part.evidence.map(|evidence| (part.cue, evidence)));
    let evidence = rounded(fusion.bias) + told.clone().map(|(_, evidence)| evidence).sum::<f64>();
    // Written so that a sum that is no number is an attack, not a pass.
    let bona_fide = evidence < threshold;
    let loudest = told.max_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, evidence)| *evidence > 0.0);
    let attack = (!bona_fide)
        .then(|| loudest.map_or(LivenessCode::OTHER_ATTACK, |(cue, _)| LivenessCode::of_attack(cue)));
    let missing = rules.required.iter().copied().find(|&cue| words.of(cue).measures().is_none());
    // Sums of four digits have more; thresholds have four.
    let evidence = (evidence * 1e4).round() / 1e4;
    Verdict { level: rules.level, evidence, threshold, attack, missing, parts }
}

fn part(fit: &Fit, fusion: &Fusion, cue: Cue, word: &Word) -> Part {
    let evidence = match (fit.cues.get(&cue), fusion.shares.get(&cue), word.measures()) {
        (Some(fitted), Some(share), Some(measures)) => Some(rounded(share * fitted.evidence(measures))),
        _ => None,
    };
    let untold = match word {
        Word::Untold(why) => Some(*why),
        Word::Told { .. } if word.measures().is_none() => Some(Untold::Failed),
        Word::Told { .. } => None,
    };
    Part { cue, evidence, untold }
}

/// To four digits, the same in text and in numbers: what is told adds up to what
/// was decided.
fn rounded(value: f32) -> f64 {
    (f64::from(value) * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use vouch_contract::liveness::MEASURES;

    fn words_of(cue: Cue, first: f32) -> Words {
        let mut words = Words::default();
        let mut measures = [0.0; MEASURES];
        measures[0] = first;
        words.set(cue, Word::Told { measures, quality: 1.0 });
        words
    }

    #[test]
    fn a_required_cue_that_could_not_tell_is_missing() {
        let rules = LivenessRules { required: vec![Cue::Motion], ..LivenessRules::default() };
        let verdict = fuse(Fit::built_in(), &rules, &Words::default());
        assert_eq!(verdict.missing, Some(Cue::Motion));
        assert!(!verdict.is_bona_fide());
        let verdict = fuse(Fit::built_in(), &rules, &words_of(Cue::Motion, f32::NAN));
        assert_eq!(verdict.missing, Some(Cue::Motion), "no number is no word");
    }

    #[test]
    fn a_network_that_is_sure_of_an_attack_is_heard() {
        let rules = LivenessRules::default();
        let mut words = words_of(Cue::PassiveNetwork, 1.0);
        if let Word::Told { measures, .. } = *words.of(Cue::PassiveNetwork) {
            let mut measures = measures;
            measures[1] = 1.0;
            words.set(Cue::PassiveNetwork, Word::Told { measures, quality: 1.0 });
        }
        let attack = fuse(Fit::built_in(), &rules, &words);
        let live = fuse(Fit::built_in(), &rules, &words_of(Cue::PassiveNetwork, -1.0));
        assert!(attack.evidence > live.evidence, "{attack:?}");
    }

    proptest! {
        #[test]
        fn a_stricter_level_never_accepts_more(first in -2.0_f32..2.0, which in 0_usize..9) {
            let words = words_of(Cue::ALL[which], first);
            let passes = Level::ALL.map(|level| {
                let rules = LivenessRules { level, required: Vec::new() };
                fuse(Fit::built_in(), &rules, &words).is_bona_fide()
            });
            prop_assert!(passes[0] <= passes[1] && passes[1] <= passes[2]);
        }
    }
}
