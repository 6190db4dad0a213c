//! The exchange between capture and perception, which keeps only the newest frame.
//!
//! Frames are never queued. When a newer frame arrives before perception took the
//! last one, the last one is counted as dropped and its memory is reused. No frame
//! is allocated after the start.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::camera::Frame;
use vouch_contract::source::SourceCounts;

/// Frames in circulation between camera and mailbox: one being written, one
/// waiting, one on its way back.
pub const CIRCULATING: usize = 3;

/// Why no frame is waiting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceTrouble {
    /// Temporary: the source tries again.
    Passing(String),
    /// Still the cause reported last: capture is running and keeps trying.
    Lasting,
    /// Permanent.
    Over(String),
}

struct MailboxState {
    newest: Option<Frame>,
    spare: Vec<Frame>,
    trouble: Option<SourceTrouble>,
    counts: SourceCounts,
    dropped: u32,
    closed: bool,
}

/// See the module.
pub struct Mailbox {
    state: Mutex<MailboxState>,
    changed: Condvar,
}

/// What [`Mailbox::take`] found.
pub enum Received {
    /// The newest frame.
    Frame(Frame),
    /// No frame, and why.
    Trouble(SourceTrouble),
    /// No frame within the waiting time.
    Nothing,
}

impl Mailbox {
    /// An empty mailbox, with the frames that will circulate.
    pub fn new() -> Self {
        let mut spare = Vec::with_capacity(CIRCULATING * 2);
        spare.resize_with(CIRCULATING, Frame::default);
        let state = MailboxState {
            newest: None,
            spare,
            trouble: None,
            counts: SourceCounts::default(),
            dropped: 0,
            closed: false,
        };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    /// Capture: a frame to write into. None after the reader has closed.
    pub fn spare(&self) -> Option<Frame> {
        let mut state = self.lock();
        if state.closed {
            return None;
        }
        // There is always a spare frame; if not, a new one does no harm.
        Some(state.spare.pop().unwrap_or_default())
    }

    /// Capture: hands over the newest frame.
    pub fn put(&self, frame: Frame, counts: SourceCounts) {
        let mut state = self.lock();
        if let Some(unseen) = state.newest.replace(frame) {
            state.dropped = state.dropped.saturating_add(1);
            state.spare.push(unseen);
        }
        state.trouble = None;
        state.counts = counts;
        self.changed.notify_one();
    }

    /// Capture: no frame arrived, for this reason; returns the unused frame.
    pub fn fail(&self, frame: Frame, trouble: SourceTrouble) {
        let mut state = self.lock();
        state.spare.push(frame);
        // A cause that perception hasn't seen yet must not be replaced by "still".
        if trouble != SourceTrouble::Lasting || state.trouble.is_none() {
            state.trouble = Some(trouble);
        }
        self.changed.notify_one();
    }

    /// Perception: waits at most `wait` for a frame newer than the last taken.
    pub fn take(&self, wait: Duration) -> Received {
        let state = self.lock();
        let waiting = |state: &mut MailboxState| state.newest.is_none() && state.trouble.is_none();
        let (mut state, _) =
            self.changed.wait_timeout_while(state, wait, waiting).unwrap_or_else(PoisonError::into_inner);
        if let Some(frame) = state.newest.take() {
            return Received::Frame(frame);
        }
        match state.trouble.take() {
            Some(trouble) => {
                if matches!(trouble, SourceTrouble::Over(_)) {
                    state.trouble = Some(trouble.clone());
                }
                Received::Trouble(trouble)
            }
            None => Received::Nothing,
        }
    }

    /// Perception: returns a frame it no longer needs.
    pub fn give_back(&self, frame: Frame) {
        self.lock().spare.push(frame);
    }

    /// Perception: frames dropped so far, and the source's counts.
    pub fn counts(&self) -> (u32, SourceCounts) {
        let state = self.lock();
        (state.dropped, state.counts)
    }

    /// Perception: no more frames are wanted.
    pub fn close(&self) {
        self.lock().closed = true;
    }

    fn lock(&self) -> MutexGuard<'_, MailboxState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Mailbox {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(sequence: u64) -> Frame {
        Frame { sequence, ..Frame::default() }
    }

    #[test]
    fn the_newest_wins_and_the_older_is_counted() {
        let mailbox = Mailbox::new();
        mailbox.put(frame(1), SourceCounts::default());
        mailbox.put(frame(2), SourceCounts::default());
        let Received::Frame(taken) = mailbox.take(Duration::ZERO) else { panic!("a frame is there") };
        assert_eq!(taken.sequence, 2);
        assert_eq!(mailbox.counts().0, 1);
        assert!(matches!(mailbox.take(Duration::ZERO), Received::Nothing));
    }

    #[test]
    fn passing_trouble_is_told_once_and_the_end_for_ever() {
        let mailbox = Mailbox::new();
        mailbox.fail(frame(0), SourceTrouble::Passing("unplugged".into()));
        assert!(matches!(mailbox.take(Duration::ZERO), Received::Trouble(SourceTrouble::Passing(_))));
        assert!(matches!(mailbox.take(Duration::ZERO), Received::Nothing));
        mailbox.fail(frame(0), SourceTrouble::Passing("unplugged".into()));
        mailbox.fail(frame(0), SourceTrouble::Lasting);
        assert!(matches!(mailbox.take(Duration::ZERO), Received::Trouble(SourceTrouble::Passing(_))));
        mailbox.fail(frame(0), SourceTrouble::Lasting);
        assert!(matches!(mailbox.take(Duration::ZERO), Received::Trouble(SourceTrouble::Lasting)));
        mailbox.fail(frame(0), SourceTrouble::Over("ended".into()));
        for _ in 0..2 {
            assert!(matches!(mailbox.take(Duration::ZERO), Received::Trouble(SourceTrouble::Over(_))));
        }
    }

    #[test]
    fn a_closed_mailbox_gives_capture_nothing_to_write_into() {
        let mailbox = Mailbox::new();
        assert!(mailbox.spare().is_some());
        mailbox.close();
        assert!(mailbox.spare().is_none());
    }
}
