//! `vouch verify` as a person or a script calls it.

use std::path::Path;

use clap::Parser;
use serde_json::Value;
use vouch::cli::verify::{Args, Exit, run_on};

use crate::support::Device;

#[derive(Parser)]
struct Command {
    #[command(flatten)]
    args: Args,
}

struct Said {
    exit: Exit,
    out: String,
    err: String,
}

fn vouch_verify(arguments: &[&str], stdin: &str) -> Said {
    let command = Command::try_parse_from([&["verify"], arguments].concat()).unwrap();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let exit = run_on(&command.args, &mut stdin.as_bytes(), &mut out, &mut err);
    Said { exit, out: String::from_utf8(out).unwrap(), err: String::from_utf8(err).unwrap() }
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
    assert_eq!(said.exit, Exit::Verified, "{}", said.out);
    let lines: Vec<&str> = said.out.lines().collect();
    assert!(
        lines[0].starts_with("result 1: SUCCESS by gate-7, issued 2026-03-01T10:00:09Z, production mode")
    );
    assert!(lines[2].starts_with("result 3:"));
    assert_eq!(lines[3], "verified: results 1 to 3, none missing between");
    assert_eq!(said.exit.code(), 0);
}

#[test]
fn one_in_the_middle_needs_alone() {
    let setup = Setup::new();
    let stdin = &setup.results[1];
    let said = vouch_verify(&["-", "--trust", &setup.trust], stdin);
    assert_eq!(said.exit, Exit::Refused);
    assert!(said.out.contains("NOT VERIFIED: result 1 is missing"), "{}", said.out);
    let said = vouch_verify(&["-", "--trust", &setup.trust, "--alone"], stdin);
    assert_eq!(said.exit, Exit::Verified);
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
    assert_eq!(said.exit, Exit::Refused);
    assert_eq!(report["verified"], false);
    assert_eq!(report["results"][0]["verified"], false);
    assert!(report["error"].as_str().unwrap().starts_with("-:1: "));
}

#[test]
fn the_nonce_must_be_the_askers() {
    let setup = Setup::new();
    let all = setup.results.join("\n");
    let ask = |nonce: &str| vouch_verify(&["-", "--trust", &setup.trust, "--nonce", nonce], &all);
    assert_eq!(ask("n-0123456789").exit, Exit::Verified);
    let said = ask("another-nonce");
    assert_eq!(said.exit, Exit::Refused);
    assert!(said.out.contains("another request's"), "{}", said.out);
}

#[test]
fn what_cannot_be_judged_is_another_exit() {
    let setup = Setup::new();
    let good = setup.file("good", &[&setup.results[0]]);
    let missing = vouch_verify(&["/nonexistent", "--trust", &setup.trust], "");
    assert_eq!((missing.exit, missing.exit.code()), (Exit::Unusable, 2));
    assert!(missing.err.contains("/nonexistent"), "{}", missing.err);
    assert_eq!(vouch_verify(&["-", "--trust", &setup.trust], "\n\n").exit, Exit::Unusable);
    assert_eq!(vouch_verify(&[&good, "--trust", "/nonexistent"], "").exit, Exit::Unusable);
    let leaf = setup.device.dir.path().join("id/device.crt");
    let said = vouch_verify(&[&good, "--trust", leaf.to_str().unwrap()], "");
    assert_eq!(said.exit, Exit::Unusable);
    assert!(said.err.contains("not a CA's"), "{}", said.err);
    assert!(Command::try_parse_from(["verify", "--trust", "x"]).is_err());
    assert!(Path::new(&good).exists());
}
