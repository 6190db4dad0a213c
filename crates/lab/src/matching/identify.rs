//! One among many (ISO/IEC 19795-1): searches for probes in a gallery of enrolled
//! people. Some probes are of enrolled people, some are not.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::report::MatchRate;
use vouch_contract::face::Template;
use vouch_session::fuse::{MAX_REFERENCES, fuse};
use vouch_store::gallery::index::{Index, IndexError, MAX_CANDIDATES, Precision};

/// Candidates of a search that are looked through for the right person.
pub const RANK: usize = 10;
/// False positive identification rates for which thresholds are given.
const FPIRS: [f64; 2] = [1e-1, 1e-2];

/// Error rates of a search with a threshold.
#[derive(Debug, Clone, Serialize)]
pub struct SearchPoint {
    /// Least similarity of a candidate.
    pub threshold: f32,
    /// Searches for people not enrolled that returned a candidate.
    pub fpir: MatchRate,
    /// Searches for enrolled people that did not return them first.
    pub fnir: MatchRate,
}

/// All figures.
#[derive(Debug, Clone, Serialize)]
pub struct IdentifyReport {
    /// The embedding model.
    pub model: String,
    /// Its digest.
    pub model_sha256: String,
    /// How templates were kept: `float32` or `int8`.
    pub precision: String,
    /// People enrolled, each with one template.
    pub enrolled: u64,
    /// People who could not be enrolled (failure to enrol), with the reason.
    pub failed_to_enrol: BTreeMap<String, String>,
    /// Probes without a template (failure to acquire). They are not searched for.
    pub failure_to_acquire: MatchRate,
    /// Searches for enrolled people that gave them first, whatever the threshold.
    pub rank_1: MatchRate,
    /// Among the first ten.
    pub rank_10: MatchRate,
    /// At the threshold asked for.
    pub at_threshold: SearchPoint,
    /// At the lowest thresholds with an FPIR of at most 1e-1 and 1e-2 here; left out
    /// where the searches for people not enrolled are too few to show it.
    pub at_fpir: Vec<SearchPoint>,
}

/// Everybody's template: the pictures of a person, fused.
pub struct Enrolled<'a> {
    /// By name, in the order of their numbers in the gallery.
    pub people: Vec<(&'a str, Template)>,
    /// Who could not be enrolled, and why.
    pub failed: BTreeMap<String, String>,
}

/// Fuses each person's pictures. Pictures less alike than `least` are refused:
/// a stranger's picture among them would let the stranger in.
pub fn enrol<'a>(
    identities: impl Iterator<Item = &'a str>,
    known: &[(&'a str, &Template)],
    least: f32,
) -> Enrolled<'a> {
    let mut pictures: BTreeMap<&str, Vec<Template>> = identities.map(|who| (who, Vec::new())).collect();
    for (who, template) in known {
        pictures.entry(who).or_default().push((*template).clone());
    }
    let mut enrolled = Enrolled { people: Vec::new(), failed: BTreeMap::new() };
    for (who, templates) in pictures {
        match fuse(&templates, least) {
            Ok(template) => enrolled.people.push((who, template)),
            Err(_) if templates.is_empty() => {
                enrolled.failed.insert(who.to_owned(), "no picture gave a template".to_owned());
            }
            Err(error) => {
                enrolled.failed.insert(who.to_owned(), error.to_string());
            }
        }
    }
    enrolled
}

/// The gallery of these people, each under the place in the list.
///
/// # Errors
/// [`IndexError`].
pub fn gallery(people: &[(&str, Template)], precision: Precision) -> Result<Index, IndexError> {
    let first = people.first().map(|(_, template)| template).ok_or(IndexError::Dimensions)?;
    let mut gallery = Index::new(first.model, first.values.len(), precision)?;
    for ((_, template), id) in people.iter().zip(0..) {
        gallery.enrol(id, template)?;
    }
    Ok(gallery)
}

/// The searches' results.
#[derive(Debug, Default)]
pub struct Searches {
    // Of people enrolled: the right person's place among the candidates from 0, if
    // there, and the first candidate's similarity.
    mated: Vec<(Option<usize>, f32)>,
    // Of people not enrolled: the first candidate's similarity.
    non_mated: Vec<f32>,
}

impl Searches {
    /// Searches each probe in the gallery.
    ///
    /// # Errors
    /// [`IndexError`].
    pub fn run(
        gallery: &Index,
        people: &[(&str, Template)],
        probes: &[(&str, &Template)],
    ) -> Result<Self, IndexError> {
        let numbers: HashMap<&str, u64> = people.iter().zip(0..).map(|((who, _), id)| (*who, id)).collect();
        let mut searches = Self::default();
        for (who, probe) in probes {
            let found = gallery.identify(probe, f32::NEG_INFINITY, RANK.min(MAX_CANDIDATES))?;
            let best = found.first().map_or(f32::NEG_INFINITY, |candidate| candidate.similarity);
            match numbers.get(who) {
                Some(id) => {
                    let place = found.iter().position(|candidate| candidate.id == *id);
                    searches.mated.push((place, best));
                }
                None => searches.non_mated.push(best),
            }
        }
        Ok(searches)
    }

    /// Searches for enrolled people that gave them among the first `most`.
    pub fn rank(&self, most: usize) -> MatchRate {
        let found = self.mated.iter().filter(|(place, _)| place.is_some_and(|place| place < most));
        MatchRate::of(found.count() as u64, self.mated.len() as u64)
    }

    /// Both error rates with this threshold.
    pub fn at(&self, threshold: f32) -> SearchPoint {
        let positive = self.non_mated.iter().filter(|best| **best >= threshold).count();
        let missed = self.mated.iter().filter(|(place, best)| *place != Some(0) || *best < threshold).count();
        SearchPoint {
            threshold,
            fpir: MatchRate::of(positive as u64, self.non_mated.len() as u64),
            fnir: MatchRate::of(missed as u64, self.mated.len() as u64),
        }
    }

    /// See [`IdentifyReport::at_fpir`].
    pub fn at_fpirs(&self) -> Vec<SearchPoint> {
        let mut best = self.non_mated.clone();
        best.sort_unstable_by(|a, b| b.total_cmp(a));
        let allowed = |fpir: f64| (fpir * best.len() as f64).floor() as usize;
        // One step above the first score that may give no candidate any more.
        let reached = FPIRS.iter().map(|fpir| allowed(*fpir)).filter(|allowed| *allowed > 0);
        reached.filter_map(|allowed| Some(self.at(best.get(allowed)?.next_up()))).collect()
    }
}

impl IdentifyReport {
    /// The figures as a page.
    pub fn page(&self) -> String {
        let rate = |name: &str, rate: &MatchRate| {
            format!(
                "| {name} | {:.2} % | {:.2} to {:.2} % | {} of {} |\n",
                rate.rate * 100.0,
                rate.ci95.0 * 100.0,
                rate.ci95.1 * 100.0,
                rate.count,
                rate.n
            )
        };
        let mut page = format!(
            "# Identification: {}\n\n{} people enrolled ({}), {} failures to enrol.\n\n\
             | figure | value | 95 % interval | cases |\n|---|---|---|---|\n",
            self.model,
            self.enrolled,
            self.precision,
            self.failed_to_enrol.len()
        );
        page += &rate("failure to acquire, probes", &self.failure_to_acquire);
        page += &rate("rank 1", &self.rank_1);
        page += &rate("rank 10", &self.rank_10);
        for at in std::iter::once(&self.at_threshold).chain(&self.at_fpir) {
            page += &rate(&format!("FPIR at {:.4}", at.threshold), &at.fpir);
            page += &rate(&format!("FNIR at {:.4}", at.threshold), &at.fnir);
        }
        for (who, reason) in &self.failed_to_enrol {
            page += &format!("\nnot enrolled: {who}: {reason}");
        }
        page + &format!("\nA person is enrolled with up to {MAX_REFERENCES} pictures, fused.\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(angle: f32) -> Template {
        Template { model: [1; 8], values: [angle.cos(), angle.sin()].into_iter().collect() }
    }

    #[test]
    fn searches_are_counted_by_who_is_enrolled() {
        let known = [("a", template(0.0)), ("b", template(1.0)), ("b", template(1.2)), ("c", template(2.0))];
        let known: Vec<(&str, &Template)> = known.iter().map(|(who, t)| (*who, t)).collect();
        let enrolled = enrol(["a", "b", "c", "gone"].into_iter(), &known, 0.9);
        assert_eq!(enrolled.people.len(), 3);
        assert!(enrolled.failed["gone"].contains("no picture"));
        assert!(enrol(["b"].into_iter(), &known[1..], 0.99).failed["b"].contains("same person"));
        let gallery = gallery(&enrolled.people, Precision::Float32).unwrap();
        // a is found, b is taken for c, a stranger lies half way.
        let probes = [("a", template(0.1)), ("b", template(1.9)), ("x", template(0.5))];
        let probes: Vec<(&str, &Template)> = probes.iter().map(|(who, t)| (*who, t)).collect();
        let searches = Searches::run(&gallery, &enrolled.people, &probes).unwrap();
        assert_eq!((searches.rank(1).count, searches.rank(1).n, searches.rank(RANK).count), (1, 2, 2));
        let lax = searches.at(0.5);
        assert_eq!((lax.fpir.count, lax.fpir.n, lax.fnir.count), (1, 1, 1));
        let strict = searches.at(0.999);
        assert_eq!((strict.fpir.count, strict.fnir.count), (0, 2));
        assert!(searches.at_fpirs().is_empty(), "one search shows no rate of 1 in 10");
    }
}
