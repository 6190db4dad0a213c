//! An eye in the terminal's own process, for one-shot commands and tests.
//!
//! A recording is read frame by frame, so it always gives the same sightings. A camera runs on a
//! separate thread, and only its newest frame is kept.

use std::collections::VecDeque;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use super::core::Eye;
use super::mailbox::{Mailbox, Received, SourceTrouble};
use super::port::{EyeError, EyePort};
use crate::camera::{Frame, Source};
use crate::eye::Sources;
use vouch_contract::eye::protocol::{Ask, EyeReport, Subject, Tell};
use vouch_contract::source::SourceKind;

/// Pause between two attempts to reopen a lost camera.
const RETRY: Duration = Duration::from_millis(200);

enum Feed {
    Pulled { source: Box<dyn Source>, spare: Frame },
    Captured { mailbox: Arc<Mailbox>, thread: Option<JoinHandle<()>> },
}

impl Feed {
    fn of(source: Box<dyn Source>) -> Self {
        if source.info().kind == SourceKind::Recording {
            return Self::Pulled { source, spare: Frame::default() };
        }
        let mailbox = Arc::new(Mailbox::new());
        let thread = capture(source, Arc::clone(&mailbox), |_| {});
        Self::Captured { mailbox, thread: Some(thread) }
    }
}

/// See the module.
pub struct LocalEye {
    eye: Eye,
    feed: Feed,
    // The document's own source, if there is one.
    document: Option<Feed>,
    report: EyeReport,
    answers: VecDeque<Tell>,
}

impl LocalEye {
    /// An eye that gets its frames from these sources.
    pub fn new(eye: Eye, sources: Sources) -> Self {
        let report = eye.report(sources.face.counts());
        let (feed, document) = (Feed::of(sources.face), sources.document.map(Feed::of));
        Self { eye, feed, document, report, answers: VecDeque::new() }
    }

    /// The eye itself.
    pub fn eye(&mut self) -> &mut Eye {
        &mut self.eye
    }
}

impl EyePort for LocalEye {
    fn report(&self) -> &EyeReport {
        &self.report
    }

    fn next(&mut self, wait: Duration) -> Result<Option<Tell>, EyeError> {
        if let Some(answer) = self.answers.pop_front() {
            return Ok(Some(answer));
        }
        let (feed, counted) = match (self.eye.subject(), &mut self.document) {
            (Subject::Document, Some(document)) => (document, false),
            _ => (&mut self.feed, true),
        };
        match feed {
            Feed::Pulled { source, spare } => {
                let mut frame = std::mem::take(spare);
                match source.next(&mut frame) {
                    Ok(()) => {
                        if counted {
                            self.report.counts = source.counts();
                        }
                        let (tell, older) = look(&mut self.eye, frame, 0);
                        *spare = older;
                        Ok(Some(tell))
                    }
                    Err(error) => {
                        *spare = frame;
                        Ok(Some(Tell::NoFrames { reason: error.to_string(), ended: !error.may_pass() }))
                    }
                }
            }
            Feed::Captured { mailbox, .. } => match mailbox.take(wait) {
                Received::Frame(frame) => {
                    let (dropped, counts) = mailbox.counts();
                    if counted {
                        self.report.counts = counts;
                    }
                    let (tell, older) = look(&mut self.eye, frame, dropped);
                    mailbox.give_back(older);
                    Ok(Some(tell))
                }
                Received::Trouble(trouble) => Ok(Some(tell_of(trouble))),
                Received::Nothing => Ok(None),
            },
        }
    }

    fn flows(&self) -> bool {
        let feed = match (self.eye.subject(), &self.document) {
            (Subject::Document, Some(document)) => document,
            _ => &self.feed,
        };
        matches!(feed, Feed::Captured { .. })
    }

    fn ask(&mut self, ask: Ask) -> Result<(), EyeError> {
        self.answers.extend(self.eye.answer(&ask));
        Ok(())
    }
}

impl Drop for LocalEye {
    fn drop(&mut self) {
        for feed in std::iter::once(&mut self.feed).chain(&mut self.document) {
            if let Feed::Captured { mailbox, thread } = feed {
                mailbox.close();
                if let Some(thread) = thread.take() {
                    // Ends within the source's own time-out.
                    let _ = thread.join();
                }
            }
        }
    }
}

/// Gives a frame to the eye. A failed inference does not stop it.
pub(super) fn look(eye: &mut Eye, frame: Frame, dropped: u32) -> (Tell, Frame) {
    match eye.see(frame, dropped) {
        Ok((sighting, older)) => (Tell::Sighting(sighting), older),
        Err(error) => {
            tracing::error!(%error, "a frame could not be processed");
            (Tell::NoFrames { reason: error.to_string(), ended: false }, Frame::default())
        }
    }
}

/// The message to the terminal for a source without frames.
pub(super) fn tell_of(trouble: SourceTrouble) -> Tell {
    match trouble {
        SourceTrouble::Passing(reason) => Tell::NoFrames { reason, ended: false },
        SourceTrouble::Lasting => Tell::StillNoFrames,
        SourceTrouble::Over(reason) => Tell::NoFrames { reason, ended: true },
    }
}

/// Captures on a separate thread until the mailbox closes or the source ends. `show` gets each
/// frame first.
pub(super) fn capture(
    mut source: Box<dyn Source>,
    mailbox: Arc<Mailbox>,
    mut show: impl FnMut(&Frame) + Send + 'static,
) -> JoinHandle<()> {
    std::thread::spawn(move || {
        let _crash = TellsCrash(&mailbox);
        // The last cause reported in this outage.
        let mut told: Option<String> = None;
        while let Some(mut frame) = mailbox.spare() {
            match source.next(&mut frame) {
                Ok(()) => {
                    told = None;
                    show(&frame);
                    mailbox.put(frame, source.counts());
                }
                Err(error) => {
                    if !error.may_pass() {
                        mailbox.fail(frame, SourceTrouble::Over(error.to_string()));
                        return;
                    }
                    let reason = error.to_string();
                    let trouble = if told.as_ref() == Some(&reason) {
                        SourceTrouble::Lasting
                    } else {
                        told = Some(reason.clone());
                        SourceTrouble::Passing(reason)
                    };
                    mailbox.fail(frame, trouble);
                    std::thread::sleep(RETRY);
                }
            }
        }
    })
}

/// Reports a panic of the capture thread to perception, which would otherwise wait for the camera
/// forever.
struct TellsCrash<'a>(&'a Mailbox);

impl Drop for TellsCrash<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let reason =
                "capture crashed, its message is above; `vouch run` starts a new eye by itself".to_owned();
            self.0.fail(Frame::default(), SourceTrouble::Over(reason));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::camera::CameraError;
    use vouch_contract::source::{SourceCounts, SourceInfo};

    /// A source whose calls are answered by a function.
    struct Scripted<F>(SourceInfo, F);

    fn scripted<F>(next: F) -> Box<dyn Source>
    where
        F: FnMut(&mut Frame) -> Result<(), CameraError> + Send + 'static,
    {
        let info = SourceInfo {
            kind: SourceKind::Camera,
            driver: String::new(),
            card: String::new(),
            bus: String::new(),
            format: String::new(),
            width: 1,
            height: 1,
            rate: 0.0,
        };
        Box::new(Scripted(info, next))
    }

    impl<F: FnMut(&mut Frame) -> Result<(), CameraError> + Send> Source for Scripted<F> {
        fn info(&self) -> &SourceInfo {
            &self.0
        }

        fn next(&mut self, frame: &mut Frame) -> Result<(), CameraError> {
            (self.1)(frame)
        }

        fn counts(&self) -> SourceCounts {
            SourceCounts::default()
        }
    }

    const PATIENCE: Duration = Duration::from_secs(10);

    #[test]
    fn the_cause_of_an_outage_is_told_once() {
        // Each attempt waits until the previous result was reported.
        let (tries, allowed) = std::sync::mpsc::sync_channel(0);
        let source = scripted(move |_| match allowed.recv() {
            Ok(true) => Ok(()),
            Ok(false) => Err(CameraError::Lost { path: "/dev/video0".into() }),
            Err(_) => Err(CameraError::Ended),
        });
        let mailbox = Arc::new(Mailbox::new());
        let thread = capture(source, Arc::clone(&mailbox), |_| {});
        let mut told = Vec::new();
        for works in [false, false, true, false, false, false] {
            tries.send(works).expect("it captures");
            told.push(match mailbox.take(PATIENCE) {
                Received::Frame(_) => "frame",
                Received::Trouble(SourceTrouble::Passing(_)) => "cause",
                Received::Trouble(SourceTrouble::Lasting) => "lasting",
                Received::Trouble(SourceTrouble::Over(_)) => "over",
                Received::Nothing => "silence",
            });
        }
        assert_eq!(told, ["cause", "lasting", "frame", "cause", "lasting", "lasting"]);
        drop(tries);
        thread.join().expect("it ended");
    }

    #[test]
    fn a_capture_that_crashes_is_told_as_the_end() {
        let mailbox = Arc::new(Mailbox::new());
        let thread = capture(scripted(|_| panic!("a driver's surprise")), Arc::clone(&mailbox), |_| {});
        let Received::Trouble(SourceTrouble::Over(reason)) = mailbox.take(PATIENCE) else {
            panic!("it is over")
        };
        assert!(reason.contains("crashed"), "{reason}");
        assert!(thread.join().is_err());
    }
}
