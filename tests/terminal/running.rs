//! A running terminal, and its events.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::common::desk::{Desk, PROGRAM, Said, claims};
use crate::common::media::recording;
/// Longest wait for an event, on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// How long stopping may take.
pub const END: Duration = Duration::from_secs(3);

/// Sessions that the recording can't pass (it never nods) and that end soon.
pub const SHORT: &str = "[session.policy.challenge]\ncount = 1\nset = [\"nod\"]\n\
                     [session.policy.limits]\ngesture_ms = 700\n";
/// Sessions that wait for a nod until somebody ends them.
pub const LONG: &str = "[session.policy.challenge]\ncount = 1\nset = [\"nod\"]\n\
                    [session.policy.limits]\ngesture_ms = 30000\n";
/// Sessions that the recording passes, when they begin with it. The mouth stays
/// open for half a second: a busy machine that drops frames still sees it.
pub const MOUTH: &str = "[session.policy.challenge]\ncount = 1\nset = [\"open-mouth\"]\n";

pub fn signal(id: u32, which: Signal) {
    let id = Pid::from_raw(id.cast_signed()).expect("a process id");
    kill_process(id, which).expect("it is there");
}

/// Gone, or waiting for init to note that it is.
pub fn has_ended(id: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{id}/stat"))
        .map_or(true, |stat| stat.rsplit(')').next().is_some_and(|rest| rest.starts_with(" Z")))
}

#[track_caller]
pub fn ends(id: u32) {
    within(END, "its end", || has_ended(id));
}

#[track_caller]
pub fn within(limit: Duration, what: &str, mut good: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !good() {
        assert!(begun.elapsed() < limit, "{what} did not come within {limit:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Living processes whose command line names something in this folder.
pub fn processes_in(folder: &Path) -> Vec<String> {
    let name = folder.to_string_lossy().into_owned();
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").expect("Linux").flatten() {
        let id: Option<u32> = entry.file_name().to_str().and_then(|id| id.parse().ok());
        let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        if let Some(id) = id
            && line.contains(&name)
            && !has_ended(id)
        {
            found.push(line);
        }
    }
    found
}

/// A running terminal, its events, and the folder of everything it has.
pub struct Running {
    pub desk: Desk,
    child: Child,
    events: Receiver<Value>,
    pub seen: Vec<Value>,
    log: PathBuf,
}

impl Running {
    pub fn start(test: &str, policy: &str) -> Option<Self> {
        Self::start_on(Desk::new(), test, policy)
    }

    pub fn start_on(desk: Desk, test: &str, policy: &str) -> Option<Self> {
        let recording = recording(test)?;
        Some(Self::start_with(desk, &recording, policy))
    }

    pub fn start_with(desk: Desk, recording: &Path, policy: &str) -> Self {
        desk.patch("policy", policy);
        // A unique name, so that the decoder is found among all processes.
        let source = desk.path("clip.mp4");
        std::os::unix::fs::symlink(recording, &source).expect("a link");
        let log = desk.path("log.txt");
        let mut child = Command::new(PROGRAM)
            .args(["run", "--config"])
            .arg(desk.config())
            .arg("--source")
            .arg(source)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(&log).expect("a log"))
            .spawn()
            .expect("it starts");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let (sender, events) = sync_channel(1000);
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let event = serde_json::from_str(&line).expect("each line is JSON");
                if sender.send(event).is_err() {
                    return;
                }
            }
        });
        Self { desk, child, events, seen: Vec::new(), log }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// The next event of this name; those before it are skipped.
    #[track_caller]
    pub fn hears(&mut self, name: &str) -> Value {
        self.hears_within(PATIENCE, name)
    }

    #[track_caller]
    pub fn hears_within(&mut self, patience: Duration, name: &str) -> Value {
        let begun = Instant::now();
        loop {
            let event = self.events.recv_timeout(patience.saturating_sub(begun.elapsed())).ok();
            let log = if event.is_none() { self.log() } else { String::new() };
            assert!(event.is_some(), "`{name}` was not told; told were {:#?}; the log: {log}", self.seen);
            self.seen.extend(event);
            let newest = &self.seen[self.seen.len() - 1];
            if newest["event"] == name {
                return newest.clone();
            }
        }
    }

    /// Waits for the eye's first frame; gives the eye's process id.
    #[track_caller]
    pub fn sees(&mut self) -> u32 {
        let event = self.hears("first-sighting");
        assert_eq!(event["pid"], self.id());
        assert!(event["ms"].as_f64().is_some_and(|ms| ms > 0.0), "{event}");
        u32::try_from(event["eyePid"].as_u64().expect("an id")).expect("it fits")
    }

    pub fn begin_session(&self) {
        signal(self.id(), Signal::USR1);
    }

    /// Begins a session with the first frame, so that it meets the recording's start.
    #[track_caller]
    pub fn begin_session_at_once(&mut self) {
        self.hears("eye-started");
        self.begin_session();
    }

    /// Tells it to stop, and waits until it has.
    #[track_caller]
    pub fn stop(&mut self) -> ExitStatus {
        signal(self.id(), Signal::TERM);
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("it is ours") {
                assert!(!self.log().contains("panicked"), "{}", self.log());
                return status;
            }
            assert!(begun.elapsed() < END, "it has not ended after {END:?}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// The oldest result in the outbox, verified with this terminal's roots.
    #[track_caller]
    pub fn kept(&self) -> Value {
        let stored = self.desk.outbox().oldest_unacknowledged().expect("it reads").expect("a result");
        let verified = Said::by(self.desk.verify(&[&stored.jws]));
        assert_eq!(verified.code, Some(0), "{verified:?}");
        claims(&stored.jws)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
