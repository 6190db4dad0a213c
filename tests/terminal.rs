//! `vouch run`: two processes that part what they know, survive each other's
//! death, and lose no result.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails panics; the broker's fixture does so"
)]

#[path = "broker/mod.rs"]
mod broker;
mod common;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use common::cards::{DAY, have_typefaces, photograph, specimens, truth};
use common::desk::{Desk, PROGRAM, Said, claims};
use common::media::{portrait, recording};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use vouch::eye::port::{EyeError, EyePort as _};
use vouch::eye::protocol::{Ask, EyeReport, Slot, Tell};
use vouch::eye::remote::RemoteEye;
use vouch::eye::wire;

/// Longest that an event is waited for, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long an end may take.
const END: Duration = Duration::from_secs(3);

/// Sessions that the recording can't pass (it never nods) and that end soon.
const SHORT: &str = "[session.policy.challenge]\ncount = 1\nset = [\"nod\"]\n\
                     [session.policy.limits]\ngesture_ms = 700\n";
/// Sessions that wait for a nod until somebody ends them.
const LONG: &str = "[session.policy.challenge]\ncount = 1\nset = [\"nod\"]\n\
                    [session.policy.limits]\ngesture_ms = 30000\n";
/// Sessions that the recording passes, when they begin with it. The mouth stays
/// open for half a second: a busy machine that drops frames still sees it.
const MOUTH: &str = "[session.policy.challenge]\ncount = 1\nset = [\"open-mouth\"]\n";

fn signal(id: u32, which: Signal) {
    let id = Pid::from_raw(id.cast_signed()).expect("a process id");
    kill_process(id, which).expect("it is there");
}

/// Gone, or waiting for init to note that it is.
fn has_ended(id: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{id}/stat"))
        .map_or(true, |stat| stat.rsplit(')').next().is_some_and(|rest| rest.starts_with(" Z")))
}

#[track_caller]
fn ends(id: u32) {
    within(END, "its end", || has_ended(id));
}

#[track_caller]
fn within(limit: Duration, what: &str, mut good: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !good() {
        assert!(begun.elapsed() < limit, "{what} did not come within {limit:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Living processes whose command line names something in this folder.
fn processes_in(folder: &Path) -> Vec<String> {
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
struct Running {
    desk: Desk,
    child: Child,
    events: Receiver<Value>,
    seen: Vec<Value>,
    log: PathBuf,
}

impl Running {
    fn start(test: &str, policy: &str) -> Option<Self> {
        Self::start_on(Desk::new(), test, policy)
    }

    fn start_on(desk: Desk, test: &str, policy: &str) -> Option<Self> {
        let recording = recording(test)?;
        Some(Self::start_with(desk, &recording, policy))
    }

    fn start_with(desk: Desk, recording: &Path, policy: &str) -> Self {
        desk.patch("policy", policy);
        // A name of its own, so that the decoder is found among all processes.
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

    fn id(&self) -> u32 {
        self.child.id()
    }

    fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// The next event of this name; those before it are passed over.
    #[track_caller]
    fn hears(&mut self, name: &str) -> Value {
        self.hears_within(PATIENCE, name)
    }

    #[track_caller]
    fn hears_within(&mut self, patience: Duration, name: &str) -> Value {
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
    fn sees(&mut self) -> u32 {
        let event = self.hears("first-sighting");
        assert_eq!(event["pid"], self.id());
        assert!(event["ms"].as_f64().is_some_and(|ms| ms > 0.0), "{event}");
        u32::try_from(event["eyePid"].as_u64().expect("an id")).expect("it fits")
    }

    fn begin_session(&self) {
        signal(self.id(), Signal::USR1);
    }

    /// Begins a session with the first frame, so that it meets the recording's start.
    #[track_caller]
    fn begin_session_at_once(&mut self) {
        self.hears("eye-started");
        self.begin_session();
    }

    /// Tells it to stop, and waits until it has.
    #[track_caller]
    fn stop(&mut self) -> ExitStatus {
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
    fn kept(&self) -> Value {
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

#[test]
fn a_session_passes_and_its_result_is_kept() {
    let test = "a_session_passes_and_its_result_is_kept";
    let Some(mut running) = Running::start(test, MOUTH) else { return };
    running.begin_session_at_once();
    let result = running.hears("result");
    assert_eq!((&result["sessionStatus"], &result["liveness"]), (&"SUCCESS".into(), &200.into()), "{result}");
    let kept = running.kept();
    assert_eq!((&kept["sessionStatus"], &kept["jti"]), (&"SUCCESS".into(), &result["jti"]));
    assert_eq!(kept["evidence"]["challenge"]["chosenBy"], "random");
    assert!(kept["evidence"]["counts"]["frames"].as_u64().is_some_and(|frames| frames > 30), "{kept}");
    let media = kept["evidence"]["media"].as_array().map(Vec::len);
    assert_eq!(media, Some(0), "the service keeps no pictures yet, and the result says so");
    // The last word comes when the result is on disk, not before.
    let told: Vec<&Value> = running.seen.iter().filter(|event| event["event"] == "prompt").collect();
    assert_eq!(told.last().expect("prompts")["prompt"], "passed");
    assert!(running.stop().success());
}

/// One gesture, whenever the recording comes to it again, whatever is shown in between.
const MOUTH_IN_A_LOOP: &str = "[session.policy.challenge]\ncount = 1\nset = [\"open-mouth\"]\n\
                               [session.policy.gestures]\nwrong_allowed = 50\n\
                               [session.policy.limits]\ngesture_ms = 40000\n";

#[test]
fn a_passport_finds_its_holders_record() {
    let test = "a_passport_finds_its_holders_record";
    let (Some(recording), true) = (recording(test), have_typefaces(test)) else { return };
    let Some(own) = portrait(test, "astronaut") else { return };
    let desk = Desk::new();
    // The person stays, and so does the passport before the document's camera.
    let looped = desk.path("looped.mp4");
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-stream_loop", "12", "-i"]).arg(recording).args(["-c", "copy"]).arg(&looped);
    assert!(ffmpeg.status().expect("ffmpeg is there").success());
    let specimen = desk.path("passport");
    specimens(&specimen, "td3", &["--today", DAY, "--portrait", own.to_str().expect("UTF-8")]);
    let frames = desk.path("page");
    std::fs::create_dir(&frames).expect("room");
    for number in 0..3000 {
        let frame = frames.join(format!("{number:05}.jpg"));
        std::fs::hard_link(photograph(&specimen, ""), frame).expect("a link");
    }
    let records = desk.path("records");
    std::fs::create_dir(&records).expect("room");
    let register = |number: &str, last: &str, first: &str| {
        let record = json!({
            "version": 1, "number": number, "lastName": last, "firstName": first, "portraitDay": "2025-03-01",
        });
        let picture = image::open(&own).expect("a portrait").to_rgb8();
        picture.save(records.join(format!("{number}.jpg"))).expect("room");
        std::fs::write(records.join(format!("{number}.json")), record.to_string()).expect("room");
    };
    register("900101300007", "ERIKSSON", "ANNA");
    let fields = truth(&specimen);
    let field = |name: &str| fields[name].as_str();
    let number = field("identificationNumber").or(field("documentNumber")).expect("a number");
    desk.patch("authority", &format!("[authority]\nfolder = {records:?}\n"));
    desk.patch("document", &format!("[document_camera]\nsource = {frames:?}\nwidth = 1920\nheight = 1080\n"));
    desk.patch("session", "[session]\nscheme = \"RPBasic\"\n");
    let mut running = Running::start_with(desk, &looped, MOUTH_IN_A_LOOP);
    running.sees();
    running.begin_session();
    assert_eq!(running.hears_within(PATIENCE * 3, "result")["sessionStatus"], "FAILED");
    let kept = running.kept();
    assert_eq!(
        (&kept["errorInfo"]["error"], &kept["errorInfo"]["eventType"]),
        (&"CID_10".into(), &"record".into())
    );
    assert!(!running.log().contains(number), "{}", running.log());

    register(number, field("lastName").expect("a name"), field("firstName").expect("a name"));
    running.begin_session();
    let result = running.hears_within(PATIENCE * 4, "result");
    assert_eq!(result["sessionStatus"], "SUCCESS", "{result}; {:#?}; {}", running.seen, running.log());
    assert!(running.stop().success());
}

#[test]
fn the_eye_holds_no_key_and_the_terminal_no_model() {
    let test = "the_eye_holds_no_key_and_the_terminal_no_model";
    let Some(mut running) = Running::start(test, LONG) else { return };
    let eye = running.sees();
    running.begin_session();
    running.hears("prompt");

    let open_files = |id: u32| -> Vec<String> {
        std::fs::read_dir(format!("/proc/{id}/fd"))
            .expect("it runs")
            .flatten()
            .filter_map(|entry| std::fs::read_link(entry.path()).ok())
            .map(|target| target.to_string_lossy().into_owned())
            .collect()
    };
    let maps = |id: u32| std::fs::read_to_string(format!("/proc/{id}/maps")).expect("it runs");
    let (of_eye, of_terminal) = (open_files(eye), open_files(running.id()));
    assert!(of_terminal.iter().any(|file| file.contains("outbox.db")), "{of_terminal:?}");
    for secret in ["outbox", "device.key", "device.crt"] {
        assert!(!of_eye.iter().any(|file| file.contains(secret)), "{secret}: {of_eye:?}");
        assert!(!maps(eye).contains(secret), "{secret}");
    }
    let network = |kind: &str| std::fs::read_to_string(format!("/proc/{eye}/net/{kind}")).unwrap_or_default();
    let internet = ["tcp", "tcp6", "udp", "udp6"].map(network).concat();
    for socket in of_eye.iter().filter_map(|file| file.strip_prefix("socket:[")?.strip_suffix(']')) {
        let connected = internet.lines().any(|line| line.split_whitespace().nth(9) == Some(socket));
        assert!(!connected, "the eye has an internet socket: {internet}");
    }
    assert!(maps(eye).contains("libLiteRt.so"), "the eye has the runtime");
    assert!(!maps(running.id()).contains("libLiteRt.so"), "the terminal has not");
    let decodes = of_terminal.iter().any(|file| file.contains("clip.mp4") || file.contains("/dev/video"));
    assert!(!decodes, "the terminal never has the camera: {of_terminal:?}");
    let sockets: Vec<_> = std::fs::read_dir(running.desk.state())
        .expect("it is there")
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().ends_with(".sock"))
        .collect();
    assert!(sockets.is_empty(), "nobody else can connect: {sockets:?}");
}

#[test]
fn an_eye_that_dies_is_replaced() {
    let test = "an_eye_that_dies_is_replaced";
    let Some(mut running) = Running::start(test, SHORT) else { return };
    let first = running.sees();
    signal(first, Signal::KILL);
    let lost = running.hears("eye-lost");
    assert!(lost["reason"].as_str().is_some_and(|reason| reason.contains("gone")), "{lost}");
    let second = running.hears("eye-started")["eyePid"].as_u64().expect("an id");
    assert_ne!(second, u64::from(first));
    running.begin_session();
    let result = running.hears("result");
    assert_eq!(result["sessionStatus"], "FAILED", "frames again, and a session on them: {result}");
    running.kept();
    assert!(running.stop().success());
}

#[test]
fn an_eye_that_hangs_is_replaced() {
    let test = "an_eye_that_hangs_is_replaced";
    let desk = Desk::new();
    desk.patch("camera", "[camera]\ntimeout_ms = 100\n");
    let Some(mut running) = Running::start_on(desk, test, SHORT) else { return };
    let first = running.sees();
    // As a driver that never returns: alive, and silent.
    signal(first, Signal::STOP);
    let lost = running.hears("eye-lost");
    assert!(lost["reason"].as_str().is_some_and(|reason| reason.contains("hangs")), "{lost}");
    running.hears("eye-started");
    assert!(has_ended(first), "it was killed, it doesn't keep the camera");
    assert!(running.stop().success());
}

#[test]
fn a_session_whose_eye_dies_fails_with_a_result() {
    let test = "a_session_whose_eye_dies_fails_with_a_result";
    let Some(mut running) = Running::start(test, LONG) else { return };
    let eye = running.sees();
    running.begin_session();
    running.hears("prompt");
    signal(eye, Signal::KILL);
    let result = running.hears("result");
    assert_eq!(result["sessionStatus"], "FAILED", "{result}");
    let kept = running.kept();
    let message = kept["errorInfo"]["errorMessage"].as_str().expect("words");
    assert!(message.contains("the eye process is gone"), "{message}");
    running.hears("eye-started");
    assert!(running.stop().success());
}

#[test]
fn an_end_in_the_middle_of_a_session_is_a_cancelled_session() {
    let test = "an_end_in_the_middle_of_a_session_is_a_cancelled_session";
    let Some(mut running) = Running::start(test, LONG) else { return };
    let eye = running.sees();
    running.begin_session();
    running.hears("prompt");
    assert!(running.stop().success());
    assert!(has_ended(eye), "no eye is left behind");
    let kept = running.kept();
    assert_eq!((&kept["sessionStatus"], &kept["liveness"]["code"]), (&"FAILED".into(), &12228.into()));
    within(END, "the decoder's end", || processes_in(&running.desk.path("")).is_empty());
}

#[test]
fn ctrl_c_cancels_and_is_no_broken_camera() {
    let test = "ctrl_c_cancels_and_is_no_broken_camera";
    let Some(mut running) = Running::start(test, LONG) else { return };
    let eye = running.sees();
    running.begin_session();
    running.hears("prompt");
    // A console sends it to every process of the terminal's group; the eye is in
    // a group of its own, so it is not among them.
    let group = |id: u32| rustix::process::getpgid(Pid::from_raw(id.cast_signed())).expect("it runs");
    assert_ne!(group(eye), group(running.id()));
    signal(running.id(), Signal::INT);
    running.hears("result");
    assert_eq!(running.kept()["liveness"]["code"], 12228);
    ends(running.id());
    ends(eye);
}

#[test]
fn an_idle_terminal_ends_soon_and_takes_its_eye_along() {
    let test = "an_idle_terminal_ends_soon_and_takes_its_eye_along";
    let Some(mut running) = Running::start(test, SHORT) else { return };
    let eye = running.sees();
    assert!(running.stop().success());
    assert!(has_ended(eye));
    assert_eq!(running.desk.counts().last_seq, 0, "no session, no result");
}

#[test]
fn a_terminal_that_is_killed_leaves_no_eye_behind() {
    let test = "a_terminal_that_is_killed_leaves_no_eye_behind";
    let Some(mut running) = Running::start(test, LONG) else { return };
    let eye = running.sees();
    running.begin_session();
    running.hears("prompt");
    signal(running.id(), Signal::KILL);
    ends(eye);
    within(END, "the decoder's end", || processes_in(&running.desk.path("")).len() <= 1);
    // What was not signed is no result, and the outbox is as it was.
    assert_eq!(running.desk.counts().last_seq, 0);
}

#[test]
fn a_terminal_without_a_camera_waits_for_one() {
    let test = "a_terminal_without_a_camera_waits_for_one";
    let Some(recording) = recording(test) else { return };
    let desk = Desk::new();
    let Some(mut running) = Running::start_on(desk, test, SHORT) else { return };
    running.sees();
    // The recording goes away as a camera would, and comes back.
    let clip = running.desk.path("clip.mp4");
    std::fs::remove_file(&clip).expect("it was there");
    signal(u32::try_from(running.seen[0]["eyePid"].as_u64().expect("an id")).expect("it fits"), Signal::KILL);
    running.hears("eye-lost");
    let lost = running.hears("eye-lost");
    assert!(lost["reason"].as_str().is_some_and(|reason| reason.contains("stands above")), "{lost}");
    assert!(running.log().contains("no such camera or file"), "{}", running.log());
    std::os::unix::fs::symlink(recording, &clip).expect("a link");
    running.hears("eye-started");
    assert!(running.stop().success());
}

#[test]
fn a_full_outbox_is_told_and_begins_no_session() {
    let test = "a_full_outbox_is_told_and_begins_no_session";
    let desk = Desk::new();
    desk.patch("store", "[store]\nmax_pending = 1\n");
    let Some(mut running) = Running::start_on(desk, test, SHORT) else { return };
    running.sees();
    running.begin_session();
    running.hears("result");
    // In the very instant in which the other session is over: this wish counts too.
    running.begin_session();
    let refused = running.hears("not-ready");
    assert!(refused["reason"].as_str().is_some_and(|reason| reason.contains("outbox is full")), "{refused}");
    assert_eq!(running.desk.counts().last_seq, 1);
    assert!(running.stop().success(), "it ends soon even while it waits");
}

#[test]
fn a_result_made_while_the_broker_was_down_is_delivered_later() {
    let test = "a_result_made_while_the_broker_was_down_is_delivered_later";
    if !broker::have_mosquitto(test) {
        return;
    }
    let desk = Desk::new();
    // The key comes first: the broker must know whom to trust.
    let identity =
        vouch::device::identity::Identity::open_or_create_with(&desk.state(), None, None).expect("made");
    let device = identity.id.clone();
    let mut fixture = broker::Fixture::trusting(&identity.trust_pem);
    drop(identity);
    desk.patch(
        "fleet",
        &format!(
            "[fleet]\nenabled = true\nhost = \"127.0.0.1\"\nport = {}\ntenant = \"{}\"\nca = {:?}\n",
            fixture.broker.port,
            broker::TENANT,
            fixture.broker.ca
        ),
    );
    fixture.broker.stop();
    let Some(mut running) = Running::start_on(desk, test, SHORT) else { return };
    running.sees();
    running.begin_session();
    let result = running.hears("result");
    assert_eq!(running.desk.counts().waiting, 1, "nobody could take it");

    fixture.broker.start_again().expect("it starts");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let delivered = runtime.expect("a runtime").block_on(async {
        let hub = broker::hub::Hub::start(&fixture).await;
        broker::eventually("the acknowledgement", || running.desk.counts().acknowledged == 1).await;
        hub.stop().await
    });
    assert_eq!((delivered.stored, delivered.refused), (1, 0), "{delivered:?}");
    assert_eq!(running.desk.counts().waiting, 0);
    let store = vouch::hub::folder::FolderStore::open(&fixture.results()).expect("it opens");
    let jti = result["jti"].as_str().expect("an id");
    let kept = std::fs::read_to_string(store.path_of(&device, 1, jti)).expect("the hub has it");
    assert_eq!(Said::by(running.desk.verify(&[kept.trim()])).code, Some(0));
    assert!(running.stop().success());
}

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

    /// Everything it still says, until it hangs up; then how it ended.
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
    RemoteEye::attach(near)
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
    let start = |program: &str| RemoteEye::start(Path::new(program), &[], &desk.path("eye.sock")).err();
    let message = start("/bin/true").expect("no eye").to_string();
    assert!(message.contains("ended at once"), "{message}");
    let message = start("/no/such/program").expect("no eye").to_string();
    assert!(message.contains("/no/such/program"), "{message}");
}
