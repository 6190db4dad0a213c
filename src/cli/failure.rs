//! The one place where errors become exit codes.

use std::process::ExitCode;

use super::verify::{NotJudged, Verdict};
use crate::config::ConfigError;
use crate::eye::SetupError;
use crate::terminal::station::StationError;
use vouch_perception::eye::port::EyeError;

/// A session ended in FAILED, a result was refused, or a check is red.
pub const FAILED: u8 = 1;
/// Wrong use or configuration.
pub const USAGE: u8 = 2;
/// Camera, models, key, disk: the device can't do its work.
pub const DEVICE: u8 = 3;

/// Why a command could not do its work, with its exit code.
#[derive(Debug)]
pub struct Failure {
    /// [`USAGE`] or [`DEVICE`].
    pub code: u8,
    /// What failed, on which thing, and what to do.
    pub message: String,
}

impl Failure {
    /// Wrong use or configuration.
    pub fn usage(message: impl ToString) -> Self {
        Self { code: USAGE, message: message.to_string() }
    }

    /// The device can't do its work.
    pub fn device(message: impl ToString) -> Self {
        Self { code: DEVICE, message: message.to_string() }
    }

    /// Tells the person and returns the exit code.
    pub fn report(&self) -> ExitCode {
        super::words::say(&format!("vouch: {}", self.message));
        ExitCode::from(self.code)
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::usage(error)
    }
}

impl From<SetupError> for Failure {
    fn from(error: SetupError) -> Self {
        match error {
            SetupError::Value(_) => Self::usage(error),
            SetupError::Camera(_) | SetupError::Runtime(_) => Self::device(error),
        }
    }
}

impl From<StationError> for Failure {
    fn from(error: StationError) -> Self {
        match error {
            StationError::Policy(_) | StationError::Name(_) | StationError::Lax(_) => Self::usage(error),
            _ => Self::device(error),
        }
    }
}

impl From<EyeError> for Failure {
    fn from(error: EyeError) -> Self {
        Self::device(error)
    }
}

/// A refused result is a verdict, not a failure of the command.
impl From<Verdict> for ExitCode {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Verified => Self::SUCCESS,
            Verdict::Refused => Self::from(FAILED),
        }
    }
}

impl From<NotJudged> for Failure {
    fn from(error: NotJudged) -> Self {
        Self::usage(error)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::device(error)
    }
}
