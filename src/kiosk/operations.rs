//! What the operator's page shows and does.

use std::process::{Command, Stdio};
use std::time::Duration;

use serde::Deserialize;

use super::bounded_run;
use super::protocol::{DoctorLine, Network, Report, ResultLine};

/// Longest run of the doctor.
const DOCTOR_LIMIT: Duration = Duration::from_secs(60);
/// Most that the doctor says, bytes.
const MAX_LINES: u64 = 256 << 10;

/// What the page may ask of the machine.
pub struct Operations {
    /// This program, for the doctor: a process of its own, so that models and pictures stay out of
    /// this one.
    pub program: std::path::PathBuf,
    /// The options that say which configuration and state.
    pub arguments: Vec<String>,
    /// The terminal's name.
    pub device: String,
    /// Looks up the link.
    pub network: Box<dyn Fn() -> Network + Send + Sync>,
}

#[derive(Deserialize)]
struct Findings {
    checks: Vec<Finding>,
}

#[derive(Deserialize)]
struct Finding {
    check: String,
    light: String,
    detail: String,
    advice: String,
}

impl Operations {
    /// The report for the operator. Takes seconds: the doctor loads every model.
    pub fn report(&self, results: Vec<ResultLine>) -> Report {
        Report {
            doctor: self.doctor(),
            results,
            network: (self.network)(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            device: self.device.clone(),
        }
    }

    /// Restarts the machine.
    ///
    /// # Errors
    /// The system's, if there is no systemd or it refuses.
    pub fn reboot(&self) -> std::io::Result<()> {
        let status = Command::new("systemctl").arg("reboot").stdin(Stdio::null()).status()?;
        if status.success() {
            return Ok(());
        }
        Err(std::io::Error::other(format!("systemctl reboot ended with {status}")))
    }

    fn doctor(&self) -> Vec<DoctorLine> {
        let failed = |text: String| vec![DoctorLine { name: "doctor".into(), state: "failed", text }];
        let findings = match self.run_doctor() {
            Ok(findings) => findings,
            Err(error) => return failed(error.to_string()),
        };
        findings.checks.into_iter().map(line).collect()
    }

    fn run_doctor(&self) -> std::io::Result<Findings> {
        let mut doctor = Command::new(&self.program);
        doctor.arg("doctor").arg("--json").args(&self.arguments);
        // It ends with an error if something is red; its lines count all the same.
        let (_, lines) = bounded_run::output(&mut doctor, DOCTOR_LIMIT, MAX_LINES)?;
        serde_json::from_slice(&lines)
            .map_err(|_| std::io::Error::other("the checks could not be run; try `vouch doctor`"))
    }
}

fn line(finding: Finding) -> DoctorLine {
    let state = match finding.light.as_str() {
        "green" => "ok",
        "yellow" => "warning",
        _ => "failed",
    };
    let text = match finding.advice.as_str() {
        "" => finding.detail,
        advice => format!("{} → {advice}", finding.detail),
    };
    DoctorLine { name: finding.check, state, text }
}
