//! Error rates from counts, as JSON and as a page. A rate without cases is `None`,
//! not 0.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;

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
        bona_fide: &BTreeMap<String, PadTally>,
        attacks: &BTreeMap<String, PadTally>,
        unreadable: Vec<String>,
    ) -> Self {
        let all = bona_fide.values().fold(PadTally::default(), |sum, tally| PadTally {
            presented: sum.presented + tally.presented,
            silent: sum.silent + tally.silent,
            wrong: sum.wrong + tally.wrong,
            sessions: sum.sessions + tally.sessions,
            passed: sum.passed + tally.passed,
        });
        Self {
            policy,
            fit,
            networks,
            bpcer: all.error().rate,
            bona_fide: all.error(),
            bona_fide_non_response: PadRate::of(all.silent, all.presented),
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
            recording_replayed: PadRate::of(all.passed, all.sessions),
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
        for file in &self.unreadable {
            let _ = writeln!(text, "\nNot read: {file}");
        }
        text
    }
}
