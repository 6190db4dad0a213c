//! How the terminal reaches an eye.

use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

use vouch_contract::eye::protocol::{Ask, EyeReport, Tell};

/// An eye, in this process or in another one.
pub trait EyePort {
    /// What the eye reported in its hello. The counts are the latest received, at most a second old
    /// while [`EyePort::next`] is being called.
    fn report(&self) -> &EyeReport;

    /// The eye's next message, waiting at most `wait`.
    ///
    /// # Errors
    /// [`EyeError`] if the eye is gone.
    fn next(&mut self, wait: Duration) -> Result<Option<Tell>, EyeError>;

    /// Whether frames keep coming while [`EyePort::next`] is not called, as from a camera. A
    /// recording that is read frame by frame waits.
    fn flows(&self) -> bool;

    /// Asks the eye; the answer comes through [`EyePort::next`].
    ///
    /// # Errors
    /// [`EyeError`] if the eye is gone.
    fn ask(&mut self, ask: Ask) -> Result<(), EyeError>;
}

/// Why the eye can't be reached.
#[derive(Debug, thiserror::Error)]
pub enum EyeError {
    /// It ended or crashed.
    #[error("the eye process is gone ({0}); it is restarted automatically")]
    Gone(EyeLoss),
    /// It sent bytes that are not a message.
    #[error("the eye sent something unreadable ({0}); eye and terminal must be the same version")]
    Unreadable(UnreadableTell),
    /// It could not be started.
    #[error("the eye can't be started: {0}")]
    Start(StartFault),
}

/// How an eye was lost.
#[derive(Debug, thiserror::Error)]
pub enum EyeLoss {
    /// It ended. Its message is in the same log, before or after this one: both processes write to it.
    #[error("it closed its socket; its own message, if any, is in this log")]
    Closed,
    /// It no longer reads.
    #[error("it has read nothing for {} s: it hangs", .0.as_secs())]
    Hangs(Duration),
    /// The socket failed.
    #[error("{0}")]
    Socket(io::Error),
}

/// Why a message from the eye can't be read.
#[derive(Debug, thiserror::Error)]
pub enum UnreadableTell {
    /// The first message must be a hello.
    #[error("no hello")]
    NoHello,
    /// The bytes are not a message.
    #[error("{0}")]
    Message(io::Error),
}

/// Why an eye can't be started.
#[derive(Debug, thiserror::Error)]
pub enum StartFault {
    /// Its program or its socket is the problem.
    #[error("{path}: {source}")]
    Path {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The socket failed while the eye was connecting.
    #[error("{0}")]
    Socket(io::Error),
    /// It ended before it connected.
    #[error("it ended at once ({0}); its own message is in this log")]
    Ended(ExitStatus),
    /// It is running but doesn't connect.
    #[error("no sign of it for {} s", .0.as_secs())]
    Silent(Duration),
}
