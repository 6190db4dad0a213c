//! `vouch verify` as a person or a script calls it.

use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use serde_json::Value;
use vouch::cli::failure::{Failure, USAGE};
use vouch::cli::verify::{Args, NotJudged, Verdict, run_on};

use crate::support::{Device, twin};

#[derive(Parser)]
struct Command {
    #[command(flatten)]
    args: Args,
}

struct Said {
    judged: Result<Verdict, NotJudged>,
    out: String,
}

impl Said {
    fn verdict(&self) -> Verdict {
        *self.judged.as_ref().unwrap()
    }

    /// Nothing could be judged; why.
    fn failure(self) -> Failure {
        let failure = Failure::from(self.judged.unwrap_err());
        assert_eq!(failure.code, USAGE, "the exit code 2");
        failure
    }
}

fn vouch_verify(arguments: &[&str], stdin: &str) -> Said {
    let command = Command::try_parse_from([&["verify"], arguments].concat()).unwrap();
    let mut out = Vec::new();
    let judged = run_on(&command.args, &mut stdin.as_bytes(), &mut out);
    Said { judged, out: String::from_utf8(out).unwrap() }
}

struct Setup {
    device: Device,
    trust: String,
    results: Vec<String>,
}

impl Setup {
    fn new() -> Self {
        let device = Device::new("gate-7");
        let trust = device.dir.path().join("id/trust.pem");
        let results = device.results(3);
        Self { trust: trust.to_str().unwrap().to_owned(), results, device }
    }

    fn file(&self, name: &str, results: &[&String]) -> String {
        let path = self.device.dir.path().join(name);
        let lines: Vec<&str> = results.iter().map(|jws| jws.as_str()).collect();
        std::fs::write(&path, lines.join("\n") + "\n").unwrap();
        path.to_str().unwrap().to_owned()
    }
}

#[test]
fn files_in_any_order_form_the_chain() {
    let setup = Setup::new();
    let [first, second, third] = &setup.results[..] else { unreachable!() };
    let late = setup.file("late", &[third, second]);
    let early = setup.file("early", &[first]);
    let said = vouch_verify(&[&late, &early, "--trust", &setup.trust], "");
    assert_eq!(said.verdict(), Verdict::Verified, "{}", said.out);
    let lines: Vec<&str> = said.out.lines().collect();
    assert!(
        lines[0].starts_with("result 1: SUCCESS by gate-7, issued 2026-03-01T10:00:09Z, production mode")
    );
    assert!(lines[2].starts_with("result 3:"));
    assert_eq!(lines[3], "verified: results 1 to 3, none missing between");
    assert_eq!(ExitCode::from(said.verdict()), ExitCode::SUCCESS);
}

#[test]
fn one_in_the_middle_needs_alone() {
    let setup = Setup::new();
    let stdin = &setup.results[1];
    let said = vouch_verify(&["-", "--trust", &setup.trust], stdin);
    assert_eq!(said.verdict(), Verdict::Refused);
    assert!(said.out.contains("NOT VERIFIED: result 1 is missing"), "{}", said.out);
    let said = vouch_verify(&["-", "--trust", &setup.trust, "--alone"], stdin);
    assert_eq!(said.verdict(), Verdict::Verified);
}

#[test]
fn json_tells_the_same() {
    let setup = Setup::new();
    let said = vouch_verify(&["-", "--trust", &setup.trust, "--json"], &setup.results.join("\n"));
    let report: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(report["verified"], true);
    assert_eq!(report["error"], Value::Null);
    assert_eq!(report["results"].as_array().unwrap().len(), 3);
    assert_eq!(report["results"][2]["seq"], 3);
    assert_eq!(report["results"][2]["sessionStatus"], "SUCCESS");
    assert_eq!(report["results"][2]["device"], "gate-7");
    assert_eq!(report["results"][0]["jwsSha256"].as_str().unwrap().len(), 64);

    let broken = setup.results[0].replacen('.', ".x", 1);
    let said = vouch_verify(&["-", "--trust", &setup.trust, "--json"], &broken);
    let report: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(said.verdict(), Verdict::Refused);
    assert_eq!(report["verified"], false);
    assert_eq!(report["results"][0]["verified"], false);
    assert!(report["error"].as_str().unwrap().starts_with("-:1: "));
}

#[test]
fn the_nonce_must_be_the_askers() {
    let setup = Setup::new();
    let all = setup.results.join("\n");
    let ask = |nonce: &str| vouch_verify(&["-", "--trust", &setup.trust, "--nonce", nonce], &all);
    assert_eq!(ask("n-0123456789").verdict(), Verdict::Verified);
    let said = ask("another-nonce");
    assert_eq!(said.verdict(), Verdict::Refused);
    assert!(said.out.contains("another request's"), "{}", said.out);
}

#[test]
fn what_cannot_be_judged_is_another_exit() {
    let setup = Setup::new();
    let good = setup.file("good", &[&setup.results[0]]);
    let said = |arguments: &[&str], stdin: &str| vouch_verify(arguments, stdin).failure().message;
    let missing = said(&["/nonexistent", "--trust", &setup.trust], "");
    assert!(missing.contains("/nonexistent"), "{missing}");
    assert!(said(&["-", "--trust", &setup.trust], "\n\n").contains("contains no result"));
    assert!(said(&[&good, "--trust", "/nonexistent"], "").contains("/nonexistent"));
    let leaf = setup.device.dir.path().join("id/device.crt");
    let no_root = said(&[&good, "--trust", leaf.to_str().unwrap()], "");
    assert!(no_root.contains("not a CA's") && no_root.contains("device.crt"), "{no_root}");
    assert!(Command::try_parse_from(["verify", "--trust", "x"]).is_err());
    assert!(Path::new(&good).exists());

    // A script that asked for JSON gets JSON.
    let said = vouch_verify(&["/nonexistent", "--trust", &setup.trust, "--json"], "");
    let report: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(report["verified"], false);
    assert_eq!(report["error"], said.failure().message);
}

/// The twin is the same result: it neither forks the chain nor replaces anything.
#[test]
fn twins_and_copies_are_one_result() {
    let setup = Setup::new();
    let [first, second, third] = &setup.results[..] else { unreachable!() };
    let other = twin(first);
    for given in [
        vec![first, &other],
        vec![&other, first],
        vec![first, first],
        vec![&other],
        vec![third, &other, second, first, second],
    ] {
        let stdin = given.iter().map(|jws| jws.as_str()).collect::<Vec<_>>().join("\n");
        let said = vouch_verify(&["-", "--trust", &setup.trust], &stdin);
        assert_eq!(said.verdict(), Verdict::Verified, "{}", said.out);
    }
    let said = vouch_verify(&["-", "--trust", &setup.trust], &format!("{first}\n{other}\n{second}"));
    let lines: Vec<&str> = said.out.lines().collect();
    assert_eq!(lines[1], "result 1: again, the same as in -:1 (-:2)");
    assert_eq!(lines[3], "verified: results 1 to 2, none missing between");
    let said = vouch_verify(&["-", "--trust", &setup.trust, "--json"], &format!("{other}\n{first}"));
    let report: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(report["results"][0]["sameAs"], Value::Null);
    assert_eq!(report["results"][1]["sameAs"], "-:1");
}

/// As Windows editors and shells save results.
#[test]
fn a_byte_order_mark_and_other_line_ends_are_passed_over() {
    let setup = Setup::new();
    let [first, second, third] = &setup.results[..] else { unreachable!() };
    for text in [
        format!("\u{feff}{first}"),
        format!("\u{feff}{first}\r\n{second} \t\r\n\r\n"),
        format!("\u{feff}{first}\n\u{feff}{second}\n{third}"),
    ] {
        let said = vouch_verify(&["-", "--trust", &setup.trust], &text);
        assert_eq!(said.verdict(), Verdict::Verified, "{}", said.out);
    }
    let path = setup.device.dir.path().join("wide");
    let wide: Vec<u8> = format!("\u{feff}{first}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(&path, wide).unwrap();
    let failure = vouch_verify(&[path.to_str().unwrap(), "--trust", &setup.trust], "").failure();
    assert!(failure.message.contains("UTF-16 text; save it as UTF-8"), "{}", failure.message);
}
