//! Accuracy by the protocol of LFW (Huang et al. 2007): the threshold for a
//! fold is the best one of the other folds.

use crate::curves::Scores;
use crate::pairs::Pair;

/// Folds when the table has none.
const FOLDS: usize = 10;

/// A comparison that was made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Compared {
    /// Whether both show one person.
    pub mated: bool,
    /// Similarity.
    pub score: f32,
    /// Its fold.
    pub fold: u32,
}

/// The fold of each pair: the table's if it has several, otherwise ten folds of
/// neighbouring rows, each with a tenth of the mated and of the non-mated pairs.
pub fn folds_of(pairs: &[Pair]) -> Vec<u32> {
    let first = pairs.first().and_then(|pair| pair.fold);
    let given: Option<Vec<u32>> = pairs.iter().map(|pair| pair.fold).collect();
    if let Some(given) = given.filter(|folds| folds.iter().any(|fold| Some(*fold) != first)) {
        return given;
    }
    let count = |mated| pairs.iter().filter(|pair| pair.mated == mated).count();
    let all = [count(false), count(true)];
    let mut seen = [0; 2];
    let own = pairs.iter().map(|pair| {
        let kind = usize::from(pair.mated);
        seen[kind] += 1;
        // Less than FOLDS, so it fits.
        ((seen[kind] - 1) * FOLDS / all[kind]) as u32
    });
    own.collect()
}

/// Right decisions over all folds; none when a fold's complement holds one kind
/// of pair only.
pub fn right_decisions(compared: &[Compared]) -> Option<u64> {
    let mut folds: Vec<u32> = compared.iter().map(|pair| pair.fold).collect();
    folds.sort_unstable();
    folds.dedup();
    let mut right = 0;
    for fold in folds {
        let others = || compared.iter().filter(|pair| pair.fold != fold);
        let threshold = scores(others())?.best().threshold;
        let own = compared.iter().filter(|pair| pair.fold == fold);
        right += own.filter(|pair| (pair.score >= threshold) == pair.mated).count() as u64;
    }
    Some(right)
}

/// The scores of comparisons, by kind.
pub fn scores<'a>(compared: impl Iterator<Item = &'a Compared>) -> Option<Scores> {
    let (mated, non_mated): (Vec<&Compared>, Vec<&Compared>) = compared.partition(|pair| pair.mated);
    let of = |pairs: Vec<&Compared>| pairs.iter().map(|pair| pair.score).collect();
    Scores::new(of(mated), of(non_mated))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_of_one_fold_gets_ten() {
        let pair = |mated, fold| Pair { mated, first: String::new(), second: String::new(), fold };
        let mut pairs: Vec<Pair> = (0..40).map(|index| pair(index < 20, Some(1))).collect();
        let folds = folds_of(&pairs);
        assert_eq!((folds[0], folds[1], folds[2], folds[19], folds[20], folds[39]), (0, 0, 1, 9, 0, 9));
        pairs[3].fold = Some(2);
        assert_eq!(folds_of(&pairs)[..4], [1, 1, 1, 2]);
    }

    #[test]
    fn a_fold_does_not_choose_its_own_threshold() {
        let pair = |fold, mated, score| Compared { mated, score, fold };
        let mut compared = vec![];
        for fold in 0..3 {
            compared.extend([pair(fold, true, 0.9), pair(fold, false, 0.1)]);
        }
        assert_eq!(right_decisions(&compared), Some(6));
        // Its own best threshold would make these two right.
        compared.extend([pair(3, true, 0.3), pair(3, false, 0.2)]);
        assert_eq!(right_decisions(&compared), Some(7));
        assert_eq!(right_decisions(&compared[..2]), None);
    }
}
