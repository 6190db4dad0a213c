//! The evaluation's page in Markdown.

use std::fmt::Write;

use super::report::{MatchPoint, MatchRate, MatchReport};

/// The report as a page; the DET curve is beside it as `det.svg`.
pub fn markdown(report: &MatchReport) -> String {
    let mut page = String::new();
    // Writing to a String can't fail.
    let _ = write_page(&mut page, report);
    page
}

fn write_page(page: &mut String, report: &MatchReport) -> std::fmt::Result {
    writeln!(page, "# Matching: {}\n", report.model)?;
    writeln!(page, "Model SHA-256 `{}`. Intervals: 95 %, Clopper-Pearson.\n", report.model_sha256)?;
    writeln!(page, "| figure | value | 95 % interval | cases |\n|---|---|---|---|")?;
    let mut row = |name: &str, rate: &MatchRate| {
        writeln!(
            page,
            "| {name} | {:.3} % | {:.3} to {:.3} % | {} of {} |",
            rate.rate * 100.0,
            rate.ci95.0 * 100.0,
            rate.ci95.1 * 100.0,
            rate.count,
            rate.n
        )
    };
    row("accuracy, threshold from the other folds", &report.accuracy_by_folds)?;
    row("the same, failures to acquire as errors", &report.accuracy_with_failures)?;
    row("accuracy at the best threshold", &report.best_accuracy)?;
    row("failure to acquire, pictures", &report.failure_to_acquire)?;
    writeln!(page, "| equal error rate | {:.3} % | | |", report.eer * 100.0)?;
    writeln!(
        page,
        "\n| operating point | threshold | FMR | FNMR | 95 % interval of FNMR |\n|---|---|---|---|---|"
    )?;
    let mut point = |name: &str, at: &MatchPoint| {
        writeln!(
            page,
            "| {name}{} | {:.4} | {:.3} % | {:.3} % | {:.3} to {:.3} % |",
            if at.supported { "" } else { " (fewer non-mated pairs than that rate needs)" },
            at.threshold,
            at.fmr.rate * 100.0,
            at.fnmr.rate * 100.0,
            at.fnmr.ci95.0 * 100.0,
            at.fnmr.ci95.1 * 100.0
        )
    };
    for (name, at) in ["FMR 1e-2", "FMR 1e-3", "FMR 1e-4"].iter().zip(&report.operating_points) {
        point(name, at)?;
    }
    if let Some((policy, at)) = report.policy.as_ref().and_then(|p| Some((p, p.measured.as_ref()?))) {
        point(&format!("policy {}, calibrated to FMR {}", policy.name, policy.fmr), at)?;
    }
    writeln!(
        page,
        "\n{} pairs, {} compared: {} mated, {} non-mated.\n\n![DET curve](det.svg)",
        report.pairs, report.compared, report.mated, report.non_mated
    )
}
