//! The terminal and its eye: what each one knows, and what happens when one of them dies.

use rustix::process::Signal;

use crate::common::desk::Desk;
use crate::running::{END, LONG, Running, SHORT, ends, has_ended, processes_in, signal, within};
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
    // Without a signature there is no result, and the outbox is unchanged.
    assert_eq!(running.desk.counts().last_seq, 0);
}
