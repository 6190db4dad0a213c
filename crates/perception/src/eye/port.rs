//! How the terminal reaches an eye.

use std::time::Duration;

use vouch_contract::eye::protocol::{Ask, EyeReport, Tell};

/// An eye, near or far.
pub trait EyePort {
    /// What the eye is; known once it said hello. Its counts are those told last,
    /// a second old at most while [`EyePort::next`] is called.
    fn report(&self) -> &EyeReport;

    /// The next thing the eye tells, waiting at most `wait`.
    ///
    /// # Errors
    /// [`EyeError`] when the eye is gone.
    fn next(&mut self, wait: Duration) -> Result<Option<Tell>, EyeError>;

    /// Whether frames come by themselves, listened to or not, as a camera's do. A recording that
    /// is pulled frame by frame stands still meanwhile.
    fn flows(&self) -> bool;

    /// Asks the eye; the answer comes by [`EyePort::next`].
    ///
    /// # Errors
    /// [`EyeError`] when the eye is gone.
    fn ask(&mut self, ask: Ask) -> Result<(), EyeError>;
}

/// The eye can't be reached.
#[derive(Debug, thiserror::Error)]
pub enum EyeError {
    /// It ended or crashed.
    #[error("the eye process is gone ({0}); it is started again by itself")]
    Gone(String),
    /// It said something that is no message.
    #[error("the eye sent something unreadable ({0}); both must be of the same version")]
    Unreadable(String),
    /// It can't be started.
    #[error("the eye can't be started: {0}")]
    Start(String),
}
