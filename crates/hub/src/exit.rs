//! The one place of this program where errors become exit codes.
//!
//! | code | meaning |
//! |---|---|
//! | 0 | the wanted number of results is stored, or it was told to stop |
//! | 1 | the time was over, or it was stopped, before the wanted number was stored |
//! | 2 | wrong use: an argument, a certificate or a folder cannot be used, or the broker refuses us in a way that only a person can change |
//! | 3 | the machine failed: no runtime, no signals |

use std::process::ExitCode;

use super::ingest::IngestError;
use super::receive::{End, ReceiveError, Tally};
use vouch_contract::topics::TopicError;
use vouch_link::tls::TlsError;
use vouch_trust::verify::TrustError;

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The tenant's name is none.
    #[error("--tenant: {0}")]
    Tenant(#[from] TopicError),
    /// The certificates for the broker cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The devices' roots cannot be used.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// The folder of results cannot be used.
    #[error(transparent)]
    Folder(#[from] IngestError),
    /// Receiving ended in an error.
    #[error(transparent)]
    Receive(#[from] ReceiveError),
    /// The system gave no runtime or no signals.
    #[error("cannot start: {0}; check the limits on threads and open files")]
    System(#[from] std::io::Error),
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// The wanted number is stored, or none was wanted.
    Done,
    /// Time over or stopped before the wanted number was stored.
    TooFew,
    /// It could not begin or go on; a person has to change something.
    Unusable,
    /// The machine failed.
    Machine,
}

impl Exit {
    /// From what was done; `wanted`: a number of results was asked for.
    pub fn of(done: &Result<Tally, Failure>, wanted: bool) -> Self {
        match done {
            Ok(tally) if wanted && tally.end != End::Count => Self::TooFew,
            Ok(_) => Self::Done,
            Err(Failure::System(_)) => Self::Machine,
            Err(_) => Self::Unusable,
        }
    }

    /// The process's exit status.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::TooFew => 1,
            Self::Unusable => 2,
            Self::Machine => 3,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_has_its_code() {
        let tally = |end| Ok(Tally { end, ..Tally::default() });
        assert_eq!(Exit::of(&tally(End::Count), true).code(), 0);
        assert_eq!(Exit::of(&tally(End::Stopped), false).code(), 0);
        assert_eq!(Exit::of(&tally(End::Limit), true).code(), 1);
        assert_eq!(Exit::of(&tally(End::Stopped), true).code(), 1);
        let locked = Failure::Folder(IngestError::Locked { path: "/r".to_owned() });
        assert_eq!(Exit::of(&Err(locked), false).code(), 2);
        let system = Failure::System(std::io::ErrorKind::OutOfMemory.into());
        assert_eq!(Exit::of(&Err(system), false).code(), 3);
    }
}
