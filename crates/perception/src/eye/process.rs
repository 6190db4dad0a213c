//! The eye in a separate process: `vouch eye`.

use std::io;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::core::Eye;
use super::local::{capture, look, tell_of};
use super::mailbox::{Mailbox, Received, SourceTrouble};
use super::preview::{Previewer, Tap};
use crate::camera::Frame;
use crate::eye::Sources;
use vouch_contract::eye::protocol::{Ask, Preview, Subject, Tell};
use vouch_contract::eye::wire;

/// Questions that may wait while a frame is processed. A session asks at most two or three per
/// frame.
const ASKS: usize = 32;
/// Longest wait for a frame before questions are answered.
const FRAME_WAIT: Duration = Duration::from_millis(20);
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
    let tap = Arc::new(Tap::default());
    let shows = |camera: usize| {
        let tap = Arc::clone(&tap);
        move |frame: &Frame| tap.offer(camera, frame)
    };
    let mut threads = vec![capture(sources.face, Arc::clone(&face), shows(FACE))];
    let document = sources.document.map(|source| {
        let mailbox = Arc::new(Mailbox::new());
        threads.push(capture(source, Arc::clone(&mailbox), shows(DOCUMENT)));
        mailbox
    });
    let mailboxes = Mailboxes { face: &face, document: document.as_deref() };
    let writer = Arc::new(Writer(Mutex::new(stream)));
    let result = answer_and_look(&mut eye, &mailboxes, &asks, &writer, &tap);
    tap.close();
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

/// Numbers of the cameras.
const FACE: usize = 0;
const DOCUMENT: usize = 1;

impl<'a> Mailboxes<'a> {
    /// The camera that sees the subject.
    fn camera(&self, subject: Subject) -> usize {
        match subject {
            Subject::Document if self.document.is_some() => DOCUMENT,
            Subject::Document | Subject::Face => FACE,
        }
    }

    fn of(&self, subject: Subject) -> &'a Mailbox {
        match subject {
            Subject::Face => self.face,
            Subject::Document => self.document.unwrap_or(self.face),
        }
    }
}

/// The socket, which the eye and its preview write to.
struct Writer(Mutex<UnixStream>);

impl Writer {
    /// Writes one message.
    fn write(&self, tell: &Tell) -> io::Result<()> {
        wire::write(&mut *self.lock(), tell)
    }

    /// Writes one small message without allocating.
    fn write_small(&self, tell: &Tell) -> io::Result<()> {
        wire::write_small(&mut *self.lock(), tell)
    }

    /// Writes a picture if the terminal keeps up; a later one will do. False if it is gone.
    fn show(&self, preview: Preview) -> bool {
        let mut stream = self.lock();
        !is_writable(&stream) || wire::write(&mut *stream, &Tell::Preview(preview)).is_ok()
    }

    fn is_writable(&self) -> bool {
        is_writable(&self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, UnixStream> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn answer_and_look(
    eye: &mut Eye,
    mailboxes: &Mailboxes<'_>,
    asks: &Receiver<Ask>,
    writer: &Arc<Writer>,
    tap: &Tap,
) -> io::Result<()> {
    let mut unsent = 0_u32;
    let mut counted = Instant::now();
    loop {
        loop {
            match asks.try_recv() {
                Ok(Ask::Preview(false)) => tap.close(),
                Ok(Ask::Preview(true)) if tap.is_open() => {}
                Ok(Ask::Preview(true)) => {
                    let writer = Arc::clone(writer);
                    let previewer = Previewer::start(move |preview| writer.show(preview))?;
                    tap.open(mailboxes.camera(eye.subject()), previewer);
                }
                Ok(ask) => {
                    if matches!(ask, Ask::Still { .. }) {
                        writer.write_small(&Tell::Counts(mailboxes.face.counts().1))?;
                    }
                    if let Some(tell) = eye.answer(&ask) {
                        writer.write(&tell)?;
                    }
                    tap.select(mailboxes.camera(eye.subject()));
                }
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => return Ok(()),
            }
        }
        let mailbox = mailboxes.of(eye.subject());
        match mailbox.take(FRAME_WAIT) {
            Received::Frame(frame) => {
                let dropped = mailbox.counts().0.saturating_add(unsent);
                let (tell, older) = look(eye, frame, dropped);
                mailbox.give_back(older);
                // If the terminal is slow, sightings are dropped; the eye doesn't wait.
                if writer.is_writable() {
                    writer.write_small(&tell).or_else(|e| match tell {
                        Tell::NoFrames { .. } => writer.write(&tell),
                        _ => Err(e),
                    })?;
                    if counted.elapsed() >= COUNTS_EVERY {
                        counted = Instant::now();
                        writer.write_small(&Tell::Counts(mailboxes.face.counts().1))?;
                    }
                } else {
                    unsent = unsent.saturating_add(1);
                }
            }
            Received::Trouble(trouble) => {
                let over = matches!(trouble, SourceTrouble::Over(_));
                writer.write(&tell_of(trouble))?;
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
