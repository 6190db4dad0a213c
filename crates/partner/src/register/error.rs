//! What can go wrong with the register, in words that an operator can act on.

use std::path::PathBuf;

use rusqlite::ErrorCode;

use super::partners::PartnerFault;
use super::scenes::SceneFault;

/// Why the register did not do what was asked.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum RegisterError {
    /// More calls wait than it takes.
    #[error("the register has too many calls waiting; try again in a second")]
    Crowded,
    /// No space on the medium, or the register has reached its bound.
    #[error("the register is full; free some space on its disk, or shorten how long sessions are kept")]
    Full,
    /// The disk or SQLite.
    #[error("the register can't be used ({0}); check the disk and its mount")]
    Disk(String),
    /// A damaged file.
    #[error("{path} is damaged ({detail}); move it aside and add the partners again")]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What the check says.
        detail: String,
    },
    /// Made by another program or a newer Vouch.
    #[error("{path} is not a register of this version ({detail}); start the version that made it")]
    Version {
        /// The file.
        path: PathBuf,
        /// What was found.
        detail: String,
    },
    /// A partner that can't be kept like this.
    #[error(transparent)]
    Partner(#[from] PartnerFault),
    /// A scene that can't be kept like this.
    #[error(transparent)]
    Scene(#[from] SceneFault),
    /// The thread behind the register has ended.
    #[error("the register is closed; start Vouch again")]
    Closed,
}

impl From<rusqlite::Error> for RegisterError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            // The text may hold a value of the row: the code is enough.
            Some(code) => Self::Disk(format!("{code:?}")),
            None => Self::Disk("a row does not have the form that this version writes".into()),
        }
    }
}
