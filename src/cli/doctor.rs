//! `vouch doctor`: checks whether everything that a session needs is there. One line per check,
//! with advice if it is red. Changes nothing.

mod authority;
mod documents;

use std::fmt::Write as _;
use std::fs::TryLockError;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use super::common::Place;
use super::failure::{DEVICE, Failure};
use super::run::RUN_LOCK;
use crate::config::{Config, Fleet, Mode};
use crate::eye::{SetupError, open_source, run_options};
use crate::terminal::evidence::clock as clock_evidence;
use crate::terminal::station::{OUTBOX_FILE, open_outbox};
use vouch_contract::source::SourceKind;
use vouch_contract::topics::Name;
use vouch_link::link::{Link, LinkOptions};
use vouch_link::pending::{Envelope, Pending, PendingError, Settled};
use vouch_link::state::LinkState;
use vouch_link::tls::{TlsFiles, TlsMaterial};
use vouch_link::wire::Security;
use vouch_perception::camera::{CameraError, Frame, Pace, list_cameras};
use vouch_perception::runtime::library::Runtime;
use vouch_perception::runtime::manifest::{Manifest, Role};
use vouch_perception::runtime::model::Model;
use vouch_trust::identity::{CERTIFICATE_FILE, Identity, TRUST_FILE};
use vouch_trust::key::KEY_FILE;

/// Time for each step of connecting to the broker.
const BROKER_PATIENCE: Duration = Duration::from_secs(5);
/// Time for the whole broker check: connecting and subscribing.
const BROKER_LIMIT: Duration = Duration::from_secs(12);
/// A clock before this was never set: the first release of Vouch is later.
const EARLIEST: &str = "2026-01-01T00:00:00Z";

/// Checks camera, models, accelerator, clock, broker, key, disk and authoritative source.
///
/// Exit code: 0 if nothing is red, 2 if the configuration is wrong, 3 if something is red.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  vouch doctor --config /etc/vouch/vouch.toml")]
pub struct DoctorArgs {
    #[command(flatten)]
    place: Place,
    /// Prints one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Light {
    Green,
    Yellow,
    Red,
}

#[derive(Debug, Serialize)]
struct Finding {
    check: &'static str,
    light: Light,
    /// What was found.
    detail: String,
    /// What to do; empty if green.
    advice: String,
}

impl Finding {
    fn green(check: &'static str, detail: impl Into<String>) -> Self {
        Self { check, light: Light::Green, detail: detail.into(), advice: String::new() }
    }

    fn yellow(check: &'static str, detail: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { check, light: Light::Yellow, detail: detail.into(), advice: advice.into() }
    }

    /// The errors of other modules already say what to do.
    fn red(check: &'static str, error: impl ToString, advice: impl Into<String>) -> Self {
        Self { check, light: Light::Red, detail: error.to_string(), advice: advice.into() }
    }
}

/// Runs the command.
///
/// # Errors
/// [`Failure`] if the configuration is wrong.
pub fn run(args: &DoctorArgs) -> Result<ExitCode, Failure> {
    let config = args.place.load()?;
    let mut findings = vec![camera(&config)];
    findings.extend(models(&config));
    findings.push(clock());
    findings.push(broker(&config));
    findings.push(key(&config.device.state_dir));
    findings.push(outbox(&config));
    findings.extend(documents::check(&config));
    findings.push(authority::check(&config));
    let red = findings.iter().any(|finding| finding.light == Light::Red);
    let mut stdout = std::io::stdout().lock();
    if args.json {
        writeln!(stdout, "{}", serde_json::json!({ "ok": !red, "checks": findings }))?;
    } else {
        for finding in &findings {
            writeln!(stdout, "{}", line(finding))?;
        }
    }
    Ok(if red { ExitCode::from(DEVICE) } else { ExitCode::SUCCESS })
}

fn line(finding: &Finding) -> String {
    let light = match finding.light {
        Light::Green => "ok    ",
        Light::Yellow => "note  ",
        Light::Red => "RED   ",
    };
    let mut text = format!("{light}{:12} {}", finding.check, finding.detail);
    if !finding.advice.is_empty() {
        // Writing to a String can't fail.
        let _ = write!(text, " -> {}", finding.advice);
    }
    text
}

fn camera(config: &Config) -> Finding {
    const CHECK: &str = "camera";
    let opened = open_source(&config.camera, Pace::Fast);
    let mut source = match opened {
        Ok(source) => source,
        // A running terminal holds its camera; this is normal.
        Err(SetupError::Camera(CameraError::Busy { path })) if is_running(&config.device.state_dir) => {
            return Finding::green(CHECK, format!("{path} is in use by the running terminal"));
        }
        Err(error) => return Finding::red(CHECK, error, available_cameras()),
    };
    if let Err(error) = source.next(&mut Frame::default()) {
        return Finding::red(CHECK, error, "");
    }
    let info = source.info();
    let detail = format!(
        "{} ({}, {}) {} {}x{} at {:.0}/s",
        config.camera.source.display(),
        info.card,
        info.driver,
        info.format,
        info.width,
        info.height,
        info.rate
    );
    match (info.kind, config.device.mode) {
        (SourceKind::Camera, _) => Finding::green(CHECK, detail),
        (_, Mode::Development) => Finding::yellow(
            CHECK,
            detail,
            "no real camera: a production terminal never passes anybody with it",
        ),
        (_, Mode::Production) => {
            Finding::red(CHECK, detail, "no real camera: nobody will pass; set camera.source to a camera")
        }
    }
}

/// Whether a `vouch run` uses this state folder.
fn is_running(state: &Path) -> bool {
    std::fs::File::open(state.join(RUN_LOCK))
        .is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
}

fn available_cameras() -> String {
    let there: Vec<String> = list_cameras()
        .iter()
        .filter(|camera| camera.problem.is_none())
        .map(|camera| format!("{} ({})", camera.path.display(), camera.card))
        .collect();
    if there.is_empty() {
        "no usable camera on this machine: plug one in".into()
    } else {
        format!("available: {}", there.join(", "))
    }
}

/// Models and accelerator: loading everything once answers both.
fn models(config: &Config) -> Vec<Finding> {
    const MODELS: &str = "models";
    const ACCELERATOR: &str = "accelerator";
    let untried = || Finding::red(ACCELERATOR, "not tried: the models are missing", "");
    let manifest = match Manifest::read(&config.runtime.manifest_path()) {
        Ok(manifest) => manifest,
        Err(error) => return vec![Finding::red(MODELS, error, ""), untried()],
    };
    let runtime = match Runtime::open(&config.runtime.library_path()) {
        Ok(runtime) => runtime,
        Err(error) => return vec![Finding::red(MODELS, error, ""), untried()],
    };
    let options = run_options(&config.runtime);
    let mut reports = Vec::new();
    for entry in &manifest.models {
        match Model::load(runtime, &manifest, entry, &options) {
            Ok(model) => reports.push(model.report().clone()),
            Err(error) => return vec![Finding::red(MODELS, error, ""), untried()],
        }
    }
    for role in [Role::Detect, Role::Mesh, Role::Iris] {
        if manifest.with_role(role).next().is_none() {
            let missing = format!("no model has the role {role}");
            return vec![Finding::red(MODELS, missing, "add one to the manifest"), untried()];
        }
    }
    let models = if manifest.with_role(Role::Embed).next().is_some() {
        Finding::green(MODELS, format!("{} models, all digests and self-tests are right", reports.len()))
    } else {
        Finding::yellow(MODELS, "no model with the role embed", "without one no face can be compared")
    };
    let fallen: Vec<&str> =
        reports.iter().filter(|report| report.fell_back).map(|report| report.name.as_str()).collect();
    let placed: std::collections::BTreeSet<&str> =
        reports.iter().map(|report| report.accelerator.as_str()).collect();
    let placed = placed.into_iter().collect::<Vec<_>>().join(", ");
    let accelerator = if fallen.is_empty() {
        Finding::green(ACCELERATOR, format!("{}: {placed}", runtime.name()))
    } else {
        let detail = format!("{}: {placed}; not where asked: {}", runtime.name(), fallen.join(", "));
        Finding::yellow(ACCELERATOR, detail, "check runtime.delegate and the board's driver")
    };
    vec![models, accelerator]
}

fn clock() -> Finding {
    const CHECK: &str = "clock";
    let now = jiff::Timestamp::now();
    let earliest: jiff::Timestamp = EARLIEST.parse().expect("the constant is a timestamp");
    if now < earliest {
        let advice = "set the clock (`timedatectl set-ntp true`): results signed now would not verify";
        return Finding::red(CHECK, format!("{now:.0} is in the past"), advice);
    }
    match clock_evidence().synchronised {
        Some(true) => Finding::green(CHECK, format!("{now:.0}, synchronised")),
        Some(false) => Finding::yellow(
            CHECK,
            format!("{now:.0}, not synchronised"),
            "`timedatectl set-ntp true`; results say so until then",
        ),
        None => Finding::yellow(
            CHECK,
            format!("{now:.0}, unknown whether it is synchronised"),
            "run systemd-timesyncd to find out",
        ),
    }
}

fn broker(config: &Config) -> Finding {
    const CHECK: &str = "broker";
    let fleet = &config.fleet;
    if !fleet.enabled {
        let detail = "fleet.enabled is false: results stay on this terminal";
        return Finding::yellow(CHECK, detail, "set fleet.enabled, fleet.host and fleet.ca");
    }
    let address = format!("{}:{}", fleet.host, fleet.port);
    match reach(fleet, &config.device.state_dir) {
        Ok(LinkState::Live | LinkState::CatchingUp | LinkState::HubSilent) => {
            Finding::green(CHECK, format!("{address} answers"))
        }
        Ok(state) => Finding::red(CHECK, format!("{address}: {state:?}"), "see the broker's log"),
        Err(reason) => Finding::red(CHECK, reason, ""),
    }
}

/// Connects with an empty queue of its own, so that nothing is delivered.
fn reach(fleet: &Fleet, state: &Path) -> Result<LinkState, String> {
    let words = |e: &dyn std::fmt::Display| e.to_string();
    let identity = existing_identity(state)?;
    let security = if fleet.plain {
        Security::PlainOnLoopback
    } else {
        let files = TlsFiles {
            ca: fleet.ca_path(state),
            chain: state.join(CERTIFICATE_FILE),
            key: state.join(KEY_FILE),
        };
        Security::MutualTls(TlsMaterial::from_files(&files).map_err(|e| words(&e))?)
    };
    let tenant = Name::new(&fleet.tenant).map_err(|e| words(&e))?;
    let device = Name::new(&identity.id).map_err(|e| words(&e))?;
    let mut options = LinkOptions::new(&fleet.host, fleet.port, tenant, device, security);
    options.announce = false;
    options.connect_timeout = BROKER_PATIENCE;
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| words(&e))?;
    runtime.block_on(async {
        let link = Link::spawn(options, EmptyQueue).map_err(|e| words(&e))?;
        let mut report = link.report();
        // Stops at the first fault: a person is waiting, and another attempt rarely helps.
        let settled = report.wait_for(|r| r.state.is_connected() || r.fault.is_some());
        let found = tokio::time::timeout(BROKER_LIMIT, settled).await.map(|r| r.map(|r| r.clone()));
        let unanswered = link.unanswered();
        link.shutdown().await;
        match found {
            Ok(Ok(report)) if report.state.is_connected() => Ok(report.state),
            Ok(Ok(report)) => Err(report.fault.unwrap_or_else(|| unanswered.to_string())),
            _ => Err(unanswered.to_string()),
        }
    })
}

/// A queue without results.
struct EmptyQueue;

impl Pending for EmptyQueue {
    fn next(&mut self) -> Result<Option<Envelope>, PendingError> {
        Ok(None)
    }

    fn acknowledged(&mut self, _jti: &str, _sha256: &str) -> Result<Settled, PendingError> {
        Ok(Settled::Unknown)
    }

    fn refused(&mut self, _jti: &str, _reason: &str) -> Result<(), PendingError> {
        Ok(())
    }

    fn waiting(&mut self) -> Result<u64, PendingError> {
        Ok(0)
    }

    fn last_seq(&mut self) -> Result<u64, PendingError> {
        Ok(0)
    }
}

/// The identity, if it is complete. Opening an incomplete one would repair it, but the doctor
/// changes nothing.
fn existing_identity(state: &Path) -> Result<Identity, String> {
    let missing: Vec<&str> = [TRUST_FILE, CERTIFICATE_FILE, KEY_FILE]
        .into_iter()
        .filter(|name| !state.join(name).exists())
        .collect();
    if !missing.is_empty() {
        return Err(format!("{} has no {}", state.display(), missing.join(", ")));
    }
    Identity::open_or_create(state, None).map_err(|e| e.to_string())
}

fn key(state: &Path) -> Finding {
    const CHECK: &str = "key";
    if !state.join(TRUST_FILE).exists() {
        let detail = format!("no device key in {}", state.display());
        return Finding::yellow(CHECK, detail, "the first `vouch session` or `vouch run` makes it");
    }
    match existing_identity(state) {
        Ok(identity) => Finding::green(CHECK, format!("{} in {}", identity.id, state.display())),
        Err(error) => Finding::red(CHECK, error, ""),
    }
}

fn outbox(config: &Config) -> Finding {
    const CHECK: &str = "outbox";
    let path = config.device.state_dir.join(OUTBOX_FILE);
    if !path.exists() {
        return Finding::green(CHECK, "empty: no result yet");
    }
    let checked = open_outbox(config).and_then(|outbox| {
        outbox.preflight(u64::from(config.store.min_free_mb) << 20)?;
        outbox.counts()
    });
    match checked {
        Ok(counts) if counts.refused > 0 => Finding::yellow(
            CHECK,
            format!("{} waiting, {} refused by the hub", counts.waiting, counts.refused),
            "`vouch outbox` says why; `vouch outbox retry --all` sends them again",
        ),
        Ok(counts) => Finding::green(
            CHECK,
            format!(
                "{} waiting, {} delivered, last number {}",
                counts.waiting, counts.acknowledged, counts.last_seq
            ),
        ),
        Err(error) => Finding::red(CHECK, error, ""),
    }
}
