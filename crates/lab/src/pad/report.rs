//! Error rates from counts, as JSON and as a page. A rate without cases is `None`,
//! not 0.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;

use super::cases::Case;
use crate::interval::clopper_pearson;
use vouch_contract::verdict::Level;

/// Confidence of every interval.
const CONFIDENCE: f64 = 0.95;

/// A share of something, with its interval (Clopper and Pearson 1934).
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct PadRate {
    /// How many.
    pub errors: u64,
    /// Out of how many.
    pub n: u64,
    /// Their share; none without a case.
    pub rate: Option<f64>,
    /// Its exact interval at 95 %.
    pub ci95: Option<(f64, f64)>,
}

impl PadRate {
    /// The share of `errors` in `n`.
    pub fn of(errors: u64, n: u64) -> Self {
        let some = n > 0;
        Self {
            errors,
            n,
            rate: some.then(|| errors as f64 / n as f64),
            ci95: some.then(|| clopper_pearson(errors, n, CONFIDENCE)),
        }
    }

    fn words(&self) -> String {
        match (self.rate, self.ci95) {
            (Some(rate), Some((low, high))) => format!(
                "{:.1} % ({} of {}; {:.1} to {:.1} %)",
                100.0 * rate,
                self.errors,
                self.n,
                100.0 * low,
                100.0 * high
            ),
            _ => "no case".to_owned(),
        }
    }
}

/// Counts of the presentations of one class.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PadTally {
    /// Presented.
    pub presented: u64,
    /// Without a face, so without an answer.
    pub silent: u64,
    /// Answered wrongly: an attack accepted, a person refused.
    pub wrong: u64,
    /// Sessions with random challenges.
    pub sessions: u64,
    /// Those of them that passed.
    pub passed: u64,
}

impl PadTally {
    fn add(&mut self, more: Self) {
        self.presented += more.presented;
        self.silent += more.silent;
        self.wrong += more.wrong;
        self.sessions += more.sessions;
        self.passed += more.passed;
    }

    fn error(&self) -> PadRate {
        PadRate::of(self.wrong, self.presented - self.silent)
    }
}

/// One attack species.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SpeciesFigures {
    /// Attack presentations accepted by the cues alone.
    #[serde(flatten)]
    pub apcer: PadRate,
    /// Attack presentations without an answer (APNRR).
    pub non_response: PadRate,
    /// Accepted by whole sessions, random challenge included.
    pub session: PadRate,
}

/// Counts by class, and by the collection the pictures come from.
#[derive(Debug, Clone, Default)]
pub struct PadCounts {
    /// All bona fide presentations. What was cut out of one of them does not count again.
    whole: PadTally,
    /// By kind.
    bona_fide: BTreeMap<String, PadTally>,
    /// By species.
    attacks: BTreeMap<String, PadTally>,
    /// By source; in each, bona fide (`None`) and the species of attacks.
    sources: BTreeMap<String, BTreeMap<Option<String>, PadTally>>,
}

impl PadCounts {
    /// Counts one presentation.
    pub fn add(&mut self, case: &Case, tally: PadTally) {
        let class = case.class();
        let species = case.species.is_some().then(|| class.clone());
        let classes = if species.is_some() { &mut self.attacks } else { &mut self.bona_fide };
        classes.entry(class).or_default().add(tally);
        if species.is_none() && case.cut.is_some() {
            return;
        }
        if species.is_none() {
            self.whole.add(tally);
        }
        let source = self.sources.entry(case.source.clone()).or_default();
        source.entry(species).or_default().add(tally);
    }
}

/// The figures of one collection.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SourceFigures {
    /// Which.
    pub source: String,
    /// Bona fide presentations refused.
    pub bona_fide: PadRate,
    /// Attack presentations accepted, by species.
    pub apcer: BTreeMap<String, PadRate>,
}

impl SourceFigures {
    fn of(source: &str, classes: &BTreeMap<Option<String>, PadTally>) -> Self {
        let bona_fide = classes.get(&None).copied().unwrap_or_default().error();
        let apcer =
            classes.iter().filter_map(|(species, tally)| Some((species.clone()?, tally.error()))).collect();
        Self { source: source.to_owned(), bona_fide, apcer }
    }

    /// The share of its attacks accepted, by which sources are ordered.
    fn accepted(&self) -> f64 {
        let (errors, n) = self.apcer.values().fold((0, 0), |(e, n), rate| (e + rate.errors, n + rate.n));
        PadRate::of(errors, n).rate.unwrap_or(-1.0)
    }
}

/// All figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PadReport {
    /// The policy's level.
    pub policy: Level,
    /// What was in force: the fit's source and the networks of the role `pad`.
    pub fit: String,
    /// The networks of the role `pad`; empty when none was installed.
    pub networks: Vec<String>,
    /// Share of bona fide presentations refused by the cues.
    pub bpcer: Option<f64>,
    /// The same with counts and interval.
    pub bona_fide: PadRate,
    /// Bona fide presentations without an answer (BPNRR).
    pub bona_fide_non_response: PadRate,
    /// For each kind of bona fide presentation.
    pub bona_fide_by_kind: BTreeMap<String, PadRate>,
    /// Attacks, by species.
    pub apcer: BTreeMap<String, SpeciesFigures>,
    /// By collection, the one with the most accepted attacks first.
    pub by_source: Vec<SourceFigures>,
    /// Genuine recordings played to sessions with random challenges, as an
    /// attacker would who fills the frame without a trace of a screen.
    pub recording_replayed: PadRate,
    /// Files that could not be read, with the reason.
    pub unreadable: Vec<String>,
}

impl PadReport {
    /// Computes the figures from the tallies.
    pub fn of(
        policy: Level,
        fit: String,
        networks: Vec<String>,
        PadCounts { whole, bona_fide, attacks, sources }: &PadCounts,
        unreadable: Vec<String>,
    ) -> Self {
        let mut by_source: Vec<_> =
            sources.iter().map(|(source, classes)| SourceFigures::of(source, classes)).collect();
        by_source.sort_by(|a, b| b.accepted().total_cmp(&a.accepted()));
        Self {
            policy,
            fit,
            networks,
            bpcer: whole.error().rate,
            bona_fide: whole.error(),
            bona_fide_non_response: PadRate::of(whole.silent, whole.presented),
            bona_fide_by_kind: bona_fide.iter().map(|(kind, tally)| (kind.clone(), tally.error())).collect(),
            apcer: attacks
                .iter()
                .map(|(species, tally)| {
                    let figures = SpeciesFigures {
                        apcer: tally.error(),
                        non_response: PadRate::of(tally.silent, tally.presented),
                        session: PadRate::of(tally.passed, tally.sessions),
                    };
                    (species.clone(), figures)
                })
                .collect(),
            by_source,
            recording_replayed: PadRate::of(whole.passed, whole.sessions),
            unreadable,
        }
    }

    /// The report as Markdown.
    pub fn markdown(&self) -> String {
        let mut text = String::from("# Presentation-attack detection\n\n");
        let networks =
            if self.networks.is_empty() { "none installed".to_owned() } else { self.networks.join(", ") };
        // Writing to a string can't fail.
        let _ = writeln!(text, "Level `{:?}`; networks: {networks}; fit: {}.\n", self.policy, self.fit);
        let _ = writeln!(text, "| figure | value (cases; 95 % interval) |\n|---|---|");
        let _ = writeln!(text, "| BPCER, cues alone | {} |", self.bona_fide.words());
        for (kind, rate) in &self.bona_fide_by_kind {
            let _ = writeln!(text, "| … of kind {kind} | {} |", rate.words());
        }
        let _ = writeln!(text, "| bona fide without an answer | {} |", self.bona_fide_non_response.words());
        for (species, figures) in &self.apcer {
            let _ = writeln!(text, "| APCER {species}, cues alone | {} |", figures.apcer.words());
            let _ = writeln!(text, "| {species} without an answer | {} |", figures.non_response.words());
            let _ = writeln!(text, "| {species} passing a whole session | {} |", figures.session.words());
        }
        let _ = writeln!(
            text,
            "| genuine recordings passing a random challenge | {} |",
            self.recording_replayed.words()
        );
        if self.by_source.len() > 1 {
            let _ = writeln!(text, "\n| source | BPCER | APCER |\n|---|---|---|");
            for SourceFigures { source, bona_fide, apcer } in &self.by_source {
                let attacks: Vec<String> =
                    apcer.iter().map(|(species, rate)| format!("{species} {}", rate.words())).collect();
                let _ = writeln!(text, "| {source} | {} | {} |", bona_fide.words(), attacks.join("; "));
            }
        }
        for file in &self.unreadable {
            let _ = writeln!(text, "\nNot read: {file}");
        }
        text
    }
}
