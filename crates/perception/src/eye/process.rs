//! The eye in a separate process: `vouch eye`.

use std::io;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::core::Eye;
use super::local::{capture, look, tell_of};
use super::mailbox::{Mailbox, Received, SourceTrouble};
use super::preview::Previewer;
use crate::eye::Sources;
use vouch_contract::eye::protocol::{Ask, Subject, Tell};
use vouch_contract::eye::wire;

/// Questions that may wait while a frame is processed. A session asks at most two or three per
/// frame.
const ASKS: usize = 32;
/// Longest wait for a frame before questions are answered.
const FRAME_WAIT: Duration = Duration::from_millis(20);
/// The same while the screen shows the camera: a picture that is ready must not wait for the next
/// frame.
const PREVIEW_WAIT: Duration = Duration::from_millis(3);
/// How often the source's counts are sent while frames come. They are part of a
/// result, and a session lasts several seconds.
const COUNTS_EVERY: Duration = Duration::from_secs(1);
/// A terminal that reads nothing for this long has hung. The eye ends, and the supervisor restarts
/// both.
const WRITE_LIMIT: Duration = Duration::from_secs(5);

/// Serves the terminal at the other end of `stream` until it hangs up.
///
/// # Errors
/// Socket errors. The terminal closing the socket is not an error.
pub fn serve(mut eye: Eye, sources: Sources, mut stream: UnixStream) -> io::Result<()> {
    stream.set_write_timeout(Some(WRITE_LIMIT))?;
    wire::write(&mut stream, &Tell::Hello(Box::new(eye.report(sources.face.counts()))))?;
    let (sender, asks) = sync_channel(ASKS);
    let reader = stream.try_clone()?;
    std::thread::spawn(move || read_asks(reader, &sender));
    let face = Arc::new(Mailbox::new());
    let mut threads = vec![capture(sources.face, Arc::clone(&face))];
    let document = sources.document.map(|source| {
        let mailbox = Arc::new(Mailbox::new());
        threads.push(capture(source, Arc::clone(&mailbox)));
        mailbox
    });
    let mailboxes = Mailboxes { face: &face, document: document.as_deref() };
    let result = answer_and_look(&mut eye, &mailboxes, &asks, &mut stream);
    face.close();
    document.iter().for_each(|mailbox| mailbox.close());
    for thread in threads {
        // The thread ends within the source's time-out.
        let _ = thread.join();
    }
    match result {
        Err(error) if is_hang_up(&error) => Ok(()),
        other => other,
    }
}

/// The mailbox of each subject.
struct Mailboxes<'a> {
    face: &'a Mailbox,
    // None if the document is shown to the face's camera.
    document: Option<&'a Mailbox>,
}

impl<'a> Mailboxes<'a> {
    fn of(&self, subject: Subject) -> &'a Mailbox {
        match subject {
            Subject::Face => self.face,
            Subject::Document => self.document.unwrap_or(self.face),
        }
    }
}

fn answer_and_look(
    eye: &mut Eye,
    mailboxes: &Mailboxes<'_>,
    asks: &Receiver<Ask>,
    stream: &mut UnixStream,
) -> io::Result<()> {
    let mut unsent = 0_u32;
    let mut counted = Instant::now();
    let mut previewer: Option<Previewer> = None;
    loop {
        loop {
            match asks.try_recv() {
                Ok(Ask::Preview(false)) => previewer = None,
                Ok(Ask::Preview(true)) if previewer.is_some() => {}
                Ok(Ask::Preview(true)) => previewer = Some(Previewer::start()?),
                Ok(ask) => {
                    if matches!(ask, Ask::Still { .. }) {
                        wire::write_small(stream, &Tell::Counts(mailboxes.face.counts().1))?;
                    }
                    if let Some(tell) = eye.answer(&ask) {
                        wire::write(stream, &tell)?;
                    }
                }
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => return Ok(()),
            }
        }
        if let Some(preview) = previewer.as_ref().and_then(Previewer::take)
            && is_writable(stream)
        {
            wire::write(stream, &Tell::Preview(preview))?;
        }
        let mailbox = mailboxes.of(eye.subject());
        match mailbox.take(if previewer.is_some() { PREVIEW_WAIT } else { FRAME_WAIT }) {
            Received::Frame(frame) => {
                let dropped = mailbox.counts().0.saturating_add(unsent);
                let (tell, older) = look(eye, frame, dropped);
                mailbox.give_back(older);
                if let Some(previewer) = &mut previewer {
                    previewer.offer(eye.newest());
                }
                // If the terminal is slow, sightings are dropped; the eye doesn't wait.
                if is_writable(stream) {
                    wire::write_small(stream, &tell).or_else(|e| match tell {
                        Tell::NoFrames { .. } => wire::write(stream, &tell),
                        _ => Err(e),
                    })?;
                    if counted.elapsed() >= COUNTS_EVERY {
                        counted = Instant::now();
                        wire::write_small(stream, &Tell::Counts(mailboxes.face.counts().1))?;
                    }
                } else {
                    unsent = unsent.saturating_add(1);
                }
            }
            Received::Trouble(trouble) => {
                let over = matches!(trouble, SourceTrouble::Over(_));
                wire::write(stream, &tell_of(trouble))?;
                if over {
                    // The terminal may still ask about the last frames.
                    std::thread::sleep(FRAME_WAIT);
                }
            }
            Received::Nothing => {}
        }
    }
}

fn read_asks(mut stream: UnixStream, asks: &SyncSender<Ask>) {
    let mut buffer = Vec::new();
    loop {
        match wire::read(&mut stream, &mut buffer) {
            Ok(ask) => {
                if asks.send(ask).is_err() {
                    return;
                }
            }
            Err(error) => {
                if !is_hang_up(&error) {
                    tracing::error!(%error, "the terminal sent something unreadable");
                }
                return;
            }
        }
    }
}

fn is_writable(stream: &UnixStream) -> bool {
    let mut polled = [PollFd::new(stream, PollFlags::OUT)];
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    matches!(poll(&mut polled, Some(&now)), Ok(1..)) && polled[0].revents().contains(PollFlags::OUT)
}

fn is_hang_up(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionReset, UnexpectedEof};
    matches!(error.kind(), BrokenPipe | ConnectionReset | UnexpectedEof)
}
