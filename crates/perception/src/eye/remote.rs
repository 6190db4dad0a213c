//! The terminal's end of the eye's socket. It also starts and stops the eye process.

use std::io;
use std::os::unix::net::{UnixListener, UnixStream};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use rustix::net::sockopt::socket_peercred;

use super::port::{EyeError, EyeLoss, EyePort, StartFault, UnreadableTell};
use vouch_contract::eye::protocol::{Ask, EyeReport, Preview, Tell};
use vouch_contract::eye::wire;

/// Messages that may wait here. If the terminal falls further behind, the eye drops sightings.
const TELLS: usize = 16;
/// Time limit for starting. Loading and testing all models takes well under a second; the rest is
/// for a slow board with a cold disk.
const START_LIMIT: Duration = Duration::from_secs(30);
/// Pause between two checks whether the eye has connected or ended.
const START_POLL: Duration = Duration::from_millis(5);
/// Longest wait for the eye to end after its socket is closed.
const END_LIMIT: Duration = Duration::from_secs(3);

/// An eye that reads nothing for this long is stopped or has hung. A live eye reads on a separate
/// thread, or at the latest between two frames.
const ASK_LIMIT: Duration = Duration::from_secs(2);
/// Environment variables in which systemd passes the folders of the terminal's secrets and state.
/// The eye needs neither.
const NOT_FOR_THE_EYE: [&str; 2] = ["CREDENTIALS_DIRECTORY", "STATE_DIRECTORY"];

/// Where pictures for the screen go. They don't wait among the other messages: the screen wants
/// the newest, the session wants every sighting.
pub type PreviewSink = Box<dyn FnMut(Preview) + Send>;

/// An eye in a separate process.
pub struct RemoteEye {
    stream: UnixStream,
    tells: Receiver<Result<Tell, EyeError>>,
    report: EyeReport,
    child: Option<Child>,
}

impl RemoteEye {
    /// Starts `program arguments… --socket SOCKET` and waits for its hello. The
    /// socket is bound here before the eye starts, for this user only, and accepts
    /// only the process that was started.
    ///
    /// # Errors
    /// [`EyeError::Start`] with the reason.
    pub fn start(
        program: &Path,
        arguments: &[String],
        socket: &Path,
        previews: PreviewSink,
    ) -> Result<Self, EyeError> {
        let unusable = |path: &Path| {
            let path = path.to_owned();
            |source| EyeError::Start(StartFault::Path { path, source })
        };
        let listener = bind(socket).map_err(unusable(socket))?;
        let mut child = command(program, arguments, socket).spawn().map_err(unusable(program))?;
        let accepted = accept(&listener, &mut child);
        // Without the name nobody else can connect.
        let _ = std::fs::remove_file(socket);
        match accepted.and_then(|stream| Self::attach(stream, previews)) {
            Ok(mut eye) => {
                eye.child = Some(child);
                Ok(eye)
            }
            Err(error) => {
                let _ = child.kill();
                let _ = child.wait();
                Err(error)
            }
        }
    }

    /// Takes over a connected eye and waits for its hello.
    ///
    /// # Errors
    /// [`EyeError`] if no hello arrives.
    pub fn attach(stream: UnixStream, mut previews: PreviewSink) -> Result<Self, EyeError> {
        stream.set_write_timeout(Some(ASK_LIMIT)).map_err(gone)?;
        let mut reader = stream.try_clone().map_err(gone)?;
        reader.set_read_timeout(Some(START_LIMIT)).map_err(gone)?;
        let mut buffer = Vec::new();
        let report = match wire::read(&mut reader, &mut buffer) {
            Ok(Tell::Hello(report)) => *report,
            Ok(_) => return Err(EyeError::Unreadable(UnreadableTell::NoHello)),
            Err(error) => return Err(unread(error)),
        };
        reader.set_read_timeout(None).map_err(gone)?;
        let (sender, tells) = sync_channel(TELLS);
        std::thread::spawn(move || {
            loop {
                let told = match wire::read(&mut reader, &mut buffer).map_err(unread) {
                    Ok(Tell::Preview(preview)) => {
                        previews(preview);
                        continue;
                    }
                    told => told,
                };
                let last = told.is_err();
                if sender.send(told).is_err() || last {
                    return;
                }
            }
        });
        Ok(Self { stream, tells, report, child: None })
    }

    /// Process id of the eye, if it was started here.
    pub fn process_id(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }
}

impl EyePort for RemoteEye {
    fn report(&self) -> &EyeReport {
        &self.report
    }

    fn next(&mut self, wait: Duration) -> Result<Option<Tell>, EyeError> {
        let deadline = Instant::now() + wait;
        loop {
            match self.tells.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                // Kept for the report. Passed on, it would count as a message without a
                // frame, and time would run ahead of the frames.
                Ok(Ok(Tell::Counts(counts))) => self.report.counts = counts,
                Ok(told) => return told.map(Some),
                Err(RecvTimeoutError::Timeout) => return Ok(None),
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(EyeError::Gone(EyeLoss::Closed));
                }
            }
            if Instant::now() >= deadline {
                return Ok(None);
            }
        }
    }

    fn flows(&self) -> bool {
        true
    }

    fn ask(&mut self, ask: Ask) -> Result<(), EyeError> {
        wire::write(&mut self.stream, &ask).map_err(|error| {
            // The message may be incomplete, and the eye would then misread what follows.
            let _ = self.stream.shutdown(std::net::Shutdown::Both);
            match error.kind() {
                io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
                    EyeError::Gone(EyeLoss::Hangs(ASK_LIMIT))
                }
                _ => gone(error),
            }
        })
    }
}

impl Drop for RemoteEye {
    fn drop(&mut self) {
        let _ = self.stream.shutdown(std::net::Shutdown::Both);
        if let Some(mut child) = self.child.take() {
            let deadline = Instant::now() + END_LIMIT;
            while Instant::now() < deadline {
                if matches!(child.try_wait(), Ok(Some(_))) {
                    return;
                }
                std::thread::sleep(START_POLL);
            }
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// The socket's own message when the eye has ended is "failed to fill whole buffer", which helps
/// nobody.
fn gone(error: io::Error) -> EyeError {
    EyeError::Gone(match error.kind() {
        io::ErrorKind::UnexpectedEof => EyeLoss::Closed,
        _ => EyeLoss::Socket(error),
    })
}

fn unread(error: io::Error) -> EyeError {
    match error.kind() {
        io::ErrorKind::InvalidData => EyeError::Unreadable(UnreadableTell::Message(error)),
        _ => gone(error),
    }
}

fn bind(socket: &Path) -> io::Result<UnixListener> {
    use std::os::unix::fs::PermissionsExt;
    if let Err(error) = std::fs::remove_file(socket)
        && error.kind() != io::ErrorKind::NotFound
    {
        return Err(error);
    }
    let listener = UnixListener::bind(socket)?;
    std::fs::set_permissions(socket, std::fs::Permissions::from_mode(0o600))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

fn command(program: &Path, arguments: &[String], socket: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .arg("--socket")
        .arg(socket)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        // Ctrl-C reaches every process of a group. If the eye died of it before the
        // terminal cancels, the signed result would report a broken camera. The eye
        // ends when the terminal closes the socket.
        .process_group(0);
    for variable in NOT_FOR_THE_EYE {
        command.env_remove(variable);
    }
    command
}

/// Whether the process at the other end is the one started here. The socket's mode keeps out other
/// users, but not this user's other programs.
fn is_from(stream: &UnixStream, child: &Child) -> bool {
    match socket_peercred(stream) {
        Ok(peer) if u32::try_from(peer.pid.as_raw_pid()) == Ok(child.id()) => true,
        Ok(peer) => {
            tracing::warn!(
                id = peer.pid.as_raw_pid(),
                "another process connected to the eye's socket and was refused"
            );
            false
        }
        Err(error) => {
            tracing::warn!(%error, "the process at the eye's socket can't be identified and was refused");
            false
        }
    }
}

fn accept(listener: &UnixListener, child: &mut Child) -> Result<UnixStream, EyeError> {
    let deadline = Instant::now() + START_LIMIT;
    loop {
        match listener.accept() {
            Ok((stream, _)) if !is_from(&stream, child) => {}
            Ok((stream, _)) => {
                stream.set_nonblocking(false).map_err(|e| EyeError::Start(StartFault::Socket(e)))?;
                return Ok(stream);
            }
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
            Err(e) => return Err(EyeError::Start(StartFault::Socket(e))),
        }
        if let Ok(Some(status)) = child.try_wait() {
            return Err(EyeError::Start(StartFault::Ended(status)));
        }
        if Instant::now() >= deadline {
            return Err(EyeError::Start(StartFault::Silent(START_LIMIT)));
        }
        std::thread::sleep(START_POLL);
    }
}

/// Path of the socket for an eye started by process `id`: in systemd's runtime
/// folder if there is one, otherwise in the state folder.
pub fn socket_path(state: &Path, id: u32) -> PathBuf {
    std::env::var_os("RUNTIME_DIRECTORY")
        .map_or_else(|| state.to_path_buf(), PathBuf::from)
        .join(format!("eye-{id}.sock"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use vouch_contract::eye::sighting::Sighting;
    use vouch_contract::runtime::RuntimeReport;
    use vouch_contract::source::{SourceCounts, SourceInfo, SourceKind};

    const PATIENCE: Duration = Duration::from_secs(10);

    /// The terminal's end and the eye's end, after the hello.
    fn pair() -> (RemoteEye, UnixStream) {
        let source = SourceInfo {
            kind: SourceKind::Camera,
            driver: String::new(),
            card: String::new(),
            bus: String::new(),
            format: String::new(),
            width: 1,
            height: 1,
            rate: 0.0,
        };
        let counts = SourceCounts::default();
        let report = EyeReport { source, document_source: None, counts, runtime: RuntimeReport::default() };
        let (near, mut far) = UnixStream::pair().expect("a socket");
        wire::write(&mut far, &Tell::Hello(Box::new(report))).expect("it takes a little");
        (RemoteEye::attach(near, Box::new(drop)).expect("it said hello"), far)
    }

    #[test]
    fn the_report_has_the_latest_counts() {
        let (mut eye, mut far) = pair();
        for frames in [30, 60] {
            let counts = SourceCounts { frames, reopened: 1, ..SourceCounts::default() };
            wire::write_small(&mut far, &Tell::Counts(counts)).expect("it takes a little");
        }
        wire::write_small(&mut far, &Tell::Sighting(Sighting::default())).expect("it takes a little");
        let told = eye.next(PATIENCE).expect("it lives");
        assert!(matches!(told, Some(Tell::Sighting(_))), "counts are not for the session: {told:?}");
        assert_eq!((eye.report().counts.frames, eye.report().counts.reopened), (60, 1));
    }

    #[test]
    fn an_eye_that_sends_only_counts_does_not_block() {
        let (mut eye, mut far) = pair();
        wire::write_small(&mut far, &Tell::Counts(SourceCounts::default())).expect("it takes a little");
        assert_eq!(eye.next(Duration::from_millis(10)).expect("it lives"), None);
    }

    #[test]
    fn a_stopped_eye_does_not_stop_the_terminal() {
        let (mut eye, _far) = pair();
        let began = Instant::now();
        let error = eye.ask(Ask::Reference { image: vec![0; 4 << 20] }).expect_err("it does not read");
        assert!(error.to_string().contains("hangs"), "{error}");
        // One time limit for what the socket still accepted, one for the rest.
        assert!(began.elapsed() < ASK_LIMIT * 3);
        // Half a message was sent, so this eye can't be used any more.
        assert!(matches!(eye.next(PATIENCE), Err(EyeError::Gone(_))));
    }

    #[test]
    fn only_the_process_started_is_the_eye() {
        let folder = tempfile::tempdir().expect("a folder");
        let socket = folder.path().join("eye.sock");
        let foreign = {
            let socket = socket.clone();
            std::thread::spawn(move || {
                let deadline = Instant::now() + PATIENCE;
                let mut stream = loop {
                    match UnixStream::connect(&socket) {
                        Ok(stream) => break stream,
                        Err(error) => assert!(Instant::now() < deadline, "{error}"),
                    }
                    std::thread::sleep(START_POLL);
                };
                // It receives no message: the socket is closed.
                io::Read::read(&mut stream, &mut [0; 1]).expect("it hangs up")
            })
        };
        let arguments = ["-c", "exec sleep 1"].map(String::from);
        let error = RemoteEye::start(Path::new("/bin/sh"), &arguments, &socket, Box::new(drop))
            .err()
            .expect("no eye");
        assert!(error.to_string().contains("ended at once"), "{error}");
        assert_eq!(foreign.join().expect("it was heard"), 0);
    }

    #[test]
    fn the_eye_is_not_told_where_keys_and_results_are() {
        let command = command(Path::new("/bin/vouch"), &["eye".into()], Path::new("/run/eye.sock"));
        for variable in NOT_FOR_THE_EYE {
            let removed = command.get_envs().any(|(name, value)| name == variable && value.is_none());
            assert!(removed, "{variable} is passed on");
        }
    }
}
