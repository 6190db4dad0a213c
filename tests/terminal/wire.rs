//! The messages between eye and terminal, and messages that neither can read.

use std::io::{Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::process::{Child, Command, ExitStatus};

use rustix::process::Signal;
use vouch_contract::eye::protocol::{Ask, EyeReport, Slot, Tell};
use vouch_contract::eye::wire;
use vouch_perception::eye::port::{EyeError, EyePort as _};
use vouch_perception::eye::remote::RemoteEye;

use crate::common::desk::{Desk, PROGRAM, Said};
use crate::common::media::recording;
use crate::running::{END, PATIENCE, signal, within};
/// `vouch eye` with this test at the terminal's end of the socket.
struct Eye {
    child: Child,
    stream: UnixStream,
    desk: Desk,
}

impl Eye {
    fn start(test: &str) -> Option<Self> {
        let recording = recording(test)?;
        let desk = Desk::new();
        let socket = desk.path("eye.sock");
        let listener = UnixListener::bind(&socket).expect("a socket");
        let child = Command::new(PROGRAM)
            .args(["eye", "--config"])
            .arg(desk.config())
            .arg("--source")
            .arg(recording)
            .arg("--socket")
            .arg(socket)
            .stderr(std::fs::File::create(desk.path("log.txt")).expect("a log"))
            .spawn()
            .expect("it starts");
        let (mut stream, _) = listener.accept().expect("it connects");
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
        let hello: Tell = wire::read(&mut stream, &mut Vec::new()).expect("a message");
        assert!(matches!(hello, Tell::Hello(_)), "{hello:?}");
        Some(Self { child, stream, desk })
    }

    /// Its remaining messages until it closes the connection, and how it ended.
    fn end(mut self) -> (ExitStatus, String) {
        let mut rest = [0; 4096];
        while self.stream.read(&mut rest).is_ok_and(|read| read > 0) {}
        within(END, "the eye's end", || self.child.try_wait().expect("it is ours").is_some());
        let status = self.child.wait().expect("it is ours");
        (status, std::fs::read_to_string(self.desk.path("log.txt")).expect("a log"))
    }
}

impl Drop for Eye {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn what_the_eye_can_not_read_ends_it_quietly() {
    let test = "what_the_eye_can_not_read_ends_it_quietly";
    let endless = u32::MAX.to_le_bytes();
    let no_message = [&5_u32.to_le_bytes()[..], &[0xFF; 5]].concat();
    let long_list = [&6_u32.to_le_bytes()[..], &[3, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]].concat();
    for said in [&endless[..], &no_message, &long_list] {
        let Some(mut eye) = Eye::start(test) else { return };
        eye.stream.write_all(said).expect("it listens");
        let (status, log) = eye.end();
        assert!(status.success(), "{status}: {log}");
        assert!(log.contains("the terminal sent something unreadable"), "{log}");
        assert!(!log.contains("panicked"), "{log}");
    }
}

#[test]
fn an_eye_ends_when_its_terminal_hangs_up() {
    let Some(eye) = Eye::start("an_eye_ends_when_its_terminal_hangs_up") else { return };
    eye.stream.shutdown(std::net::Shutdown::Both).expect("a socket");
    let (status, log) = eye.end();
    assert!(status.success() && !log.contains("panicked"), "{status}: {log}");
}

#[test]
fn only_a_terminal_begins_a_session_when_told_by_signal() {
    let test = "only_a_terminal_begins_a_session_when_told_by_signal";
    let Some(mut eye) = Eye::start(test) else { return };
    // The one that was meant has the same name.
    signal(eye.child.id(), Signal::USR1);
    wire::write(&mut eye.stream, &Ask::Still { slot: Slot::Best }).expect("it lives");
    let mut buffer = Vec::new();
    while !matches!(wire::read(&mut eye.stream, &mut buffer).expect("it lives"), Tell::Still { .. }) {}
    signal(eye.child.id(), Signal::TERM);
    assert!(!eye.end().0.success(), "it ends at once");
}

#[test]
fn an_eye_answers_senseless_questions_and_goes_on() {
    let Some(mut eye) = Eye::start("an_eye_answers_senseless_questions_and_goes_on") else { return };
    let asked = [
        Ask::Keep { sequence: u64::MAX, slot: Slot::Gesture(255), embed: true },
        Ask::Still { slot: Slot::Gesture(255) },
        Ask::Still { slot: Slot::Continuity },
        Ask::Reference { image: vec![0xFF, 0xD8, 0xFF, 0xE0] },
        Ask::Reference { image: Vec::new() },
        Ask::Forget,
    ];
    for ask in &asked {
        wire::write(&mut eye.stream, ask).expect("it listens");
    }
    let (mut answers, mut buffer, mut sightings) = (Vec::new(), Vec::new(), 0);
    while answers.len() < 5 || sightings < 3 {
        match wire::read(&mut eye.stream, &mut buffer).expect("a message") {
            Tell::Sighting(_) => sightings += 1,
            // Told by itself.
            Tell::Counts(_) => {}
            answer => answers.push(answer),
        }
    }
    assert!(matches!(answers[0], Tell::Kept { found: false, template: None, .. }), "{answers:?}");
    for answer in &answers[1..3] {
        assert!(matches!(answer, Tell::Still { jpeg: None, .. }), "{answers:?}");
    }
    for answer in &answers[3..5] {
        assert!(matches!(answer, Tell::Reference(Err(_))), "{answers:?}");
    }
}

#[test]
fn an_eye_tells_what_its_source_has_counted() {
    let Some(mut eye) = Eye::start("an_eye_tells_what_its_source_has_counted") else { return };
    let (mut buffer, mut sightings) = (Vec::new(), 0);
    let by_itself = loop {
        match wire::read(&mut eye.stream, &mut buffer).expect("a message") {
            Tell::Sighting(_) => sightings += 1,
            Tell::Counts(counts) => break counts,
            other => assert!(matches!(other, Tell::NoFrames { .. }), "{other:?}"),
        }
    };
    assert!(by_itself.frames >= sightings && sightings > 0, "{sightings} seen: {by_itself:?}");
    wire::write(&mut eye.stream, &Ask::Still { slot: Slot::Best }).expect("it listens");
    let mut at_the_end = None;
    loop {
        match wire::read(&mut eye.stream, &mut buffer).expect("a message") {
            Tell::Counts(counts) => at_the_end = Some(counts),
            Tell::Still { .. } => break,
            _ => {}
        }
    }
    assert!(at_the_end.is_some_and(|counts| counts.frames >= by_itself.frames), "{at_the_end:?}");
}

#[test]
fn an_eye_without_a_terminal_says_so() {
    let desk = Desk::new();
    let mut eye = desk.vouch("eye");
    eye.arg("--socket").arg(desk.path("nobody.sock"));
    Said::by(eye).refuses(3, &["nobody.sock", "start `vouch run` first"]);
}

fn hello() -> Tell {
    let source = serde_json::json!({
        "kind": "recording", "driver": "", "card": "", "bus": "", "format": "", "width": 1, "height": 1, "rate": 1.0,
    });
    Tell::Hello(Box::new(EyeReport {
        source: serde_json::from_value(source).expect("a source"),
        document_source: None,
        counts: Default::default(),
        runtime: Default::default(),
    }))
}

/// A terminal's end of a socket on which an eye has said this.
fn attached(said: &[u8]) -> Result<RemoteEye, EyeError> {
    let (near, mut far) = UnixStream::pair().expect("a socket");
    far.write_all(said).expect("it takes a little");
    drop(far);
    RemoteEye::attach(near, Box::new(drop))
}

#[test]
fn what_the_terminal_can_not_read_is_no_eye() {
    let error = |said: &[u8]| attached(said).err().expect("no eye").to_string();
    assert!(error(&u32::MAX.to_le_bytes()).contains("4294967295 bytes"), "named, and not allocated");
    assert!(error(&[4, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]).contains("unreadable"));
    assert!(error(b"").contains("gone"));
    assert!(error(&[9, 0, 0, 0, 1]).contains("gone"), "it broke off in the middle");
    let mut other = Vec::new();
    wire::write(&mut other, &Tell::NoFrames { reason: String::new(), ended: true }).expect("a vector");
    assert!(error(&other).contains("no hello"));
}

#[test]
fn what_the_terminal_can_not_read_later_ends_that_eye() {
    for (garbage, word) in
        [(&u32::MAX.to_le_bytes()[..], "unreadable"), (&[2, 0, 0, 0, 9, 9], "unreadable"), (b"", "gone")]
    {
        let mut said = Vec::new();
        wire::write(&mut said, &hello()).expect("a vector");
        said.extend_from_slice(garbage);
        let mut eye = attached(&said).expect("it said hello");
        let first = eye.next(PATIENCE).expect_err("no message").to_string();
        assert!(first.contains(word), "{garbage:?}: {first}");
        assert!(matches!(eye.next(PATIENCE), Err(EyeError::Gone(_))), "and nothing comes after it");
    }
}

#[test]
fn a_program_that_is_no_eye_is_told_as_such() {
    let desk = Desk::new();
    let start = |program: &str| {
        RemoteEye::start(Path::new(program), &[], &desk.path("eye.sock"), Box::new(drop)).err()
    };
    let message = start("/bin/true").expect("no eye").to_string();
    assert!(message.contains("ended at once"), "{message}");
    let message = start("/no/such/program").expect("no eye").to_string();
    assert!(message.contains("/no/such/program"), "{message}");
}
