//! Options shared by several commands.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::de::DeserializeOwned;

use super::failure::Failure;
use crate::config::{Config, LogFormat};
use vouch_trust::regular::{self, Links};

/// Largest file that names a person, bytes.
const MAX_GIVEN: u64 = 4 << 10;

/// Where configuration and state are.
#[derive(Debug, Clone, Default, Args)]
pub struct Place {
    /// The configuration file [default: /etc/vouch/vouch.toml; in a checkout, the defaults]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The state folder, instead of `device.state_dir`
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// Camera or recording, instead of `camera.source`
    #[arg(long, value_name = "DEVICE|FILE|FOLDER")]
    pub source: Option<PathBuf>,
}

impl Place {
    /// The configuration with these options applied, checked; also sets up logging from it.
    ///
    /// # Errors
    /// [`Failure`] with every fault found.
    pub fn load(&self) -> Result<Config, Failure> {
        let (mut config, _) = Config::load(self.config.as_deref())?;
        if let Some(state) = &self.state {
            config.device.state_dir.clone_from(state);
        }
        if let Some(source) = &self.source {
            config.camera.source.clone_from(source);
        }
        config.validate()?;
        start_log(&config);
        Ok(config)
    }

    /// The same options for a child process.
    pub fn arguments(&self) -> Vec<String> {
        let mut arguments = Vec::new();
        for (name, value) in
            [("--config", &self.config), ("--state", &self.state), ("--source", &self.source)]
        {
            if let Some(value) = value {
                arguments.push(name.to_owned());
                arguments.push(value.to_string_lossy().into_owned());
            }
        }
        arguments
    }
}

/// Reads what names a person: a small JSON file, or standard input for `-`. `option` is how it was
/// given, `form` what it must look like.
///
/// # Errors
/// [`Failure`] of use, without anything that was read.
pub(super) fn read_given<T: DeserializeOwned>(option: &str, path: &Path, form: &str) -> Result<T, Failure> {
    let fail = |what: String| Failure::usage(format!("{option} {}: {what}", path.display()));
    let read = if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().lock().take(MAX_GIVEN + 1).read_to_end(&mut bytes).map(|_| bytes)
    } else {
        regular::read(path, Links::Followed, MAX_GIVEN)
    };
    let bytes = read.map_err(|error| fail(error.to_string()))?;
    if bytes.len() as u64 > MAX_GIVEN {
        return Err(fail(format!("larger than {MAX_GIVEN} bytes; this names no person")));
    }
    // Serde's message may contain the person's number.
    serde_json::from_slice(&bytes).map_err(|_| fail(format!("not of the form {form}")))
}

/// Logs to standard error as configured; only once per process.
fn start_log(config: &Config) {
    let level = tracing::Level::from(config.log.level);
    let builder = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .log_internal_errors(false);
    // A second call (a test in the same process) keeps the first log.
    let _ = match config.log.format {
        LogFormat::Text => builder.with_target(false).try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
}
