//! The clients in examples/partners, against a server, to their verified result.

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;

use vouch_partner::register::partners::NewPartner;
use vouch_partner::targets::Target;

use super::desk::End;
use super::stage::{SECRET, Stage, browse};

/// Two of the clients wait on the same port.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A Python that has `requests`; noted as skipped without one.
fn python(test: &str) -> Option<PathBuf> {
    let usable = |python: &PathBuf| {
        let asked = Command::new(python).args(["-c", "import requests"]).output();
        asked.is_ok_and(|asked| asked.status.success())
    };
    let found = [root().join(".venv/bin/python"), "python3".into()].into_iter().find(usable);
    if found.is_none() {
        eprintln!("skipped: {test}: no Python with requests");
        if let Some(log) = std::env::var_os("VOUCH_SKIPPED") {
            let line = format!("{test}: no Python with requests; run scripts/setup.sh test\n");
            let log = std::fs::File::options().append(true).create(true).open(log);
            std::io::Write::write_all(&mut log.unwrap(), line.as_bytes()).unwrap();
        }
    }
    found
}

struct Client {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
    checked: PathBuf,
}

impl Client {
    /// Starts a client. In the place of `vouch verify` is a script that keeps what it was given:
    /// this crate's tests have no `vouch`, and verify with its library.
    fn start(stage: &Stage, python: &Path, name: &str, arguments: &[&str]) -> Self {
        let allowed = ["https://bank.example/back", "http://127.0.0.1:8099/"];
        let targets = allowed.map(|url| Target::new(url, url.starts_with("http:")).unwrap()).to_vec();
        let (code, shown) = ("bank".into(), "The bank".into());
        stage
            .register
            .change_partner(NewPartner { code, name: shown, targets, webhook: None, gallery: false })
            .unwrap();
        let folder = stage.folder.path();
        let (verify, checked) = (folder.join("vouch"), folder.join("checked.jws"));
        std::fs::write(&verify, format!("#!/bin/sh\ncat > {}\n", checked.display())).unwrap();
        std::fs::set_permissions(&verify, std::fs::Permissions::from_mode(0o755)).unwrap();
        let mut child = Command::new(python)
            .arg(root().join("examples/partners").join(name))
            .arg(stage.url(""))
            .args(arguments)
            .arg(folder.join("identity/trust.pem"))
            .env("VOUCH_SECRET", SECRET)
            .env("VOUCH", verify)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines, checked }
    }

    /// The next line, which must begin like this; the rest of it.
    fn says(&mut self, beginning: &str) -> String {
        let line = self.lines.next().expect("the client says more").unwrap();
        line.strip_prefix(beginning).unwrap_or_else(|| panic!("{line}")).to_owned()
    }

    /// The person opens the page, the session ends, the browser goes where it is sent.
    fn lead(&mut self, stage: &Stage, end: End) {
        let page = self.says("Send the person to ");
        assert_eq!(stage.open(&page).0.status, 303);
        if let Some(back) = stage.desk.end(end) {
            assert_eq!(browse(&back, &[]).status, 200);
        }
    }

    /// The client ends well, with a result that verifies.
    fn verified(mut self, stage: &Stage) {
        let rest: Vec<String> = self.lines.map(Result::unwrap).collect();
        assert!(self.child.wait().unwrap().success(), "{rest:?}");
        let jws = std::fs::read_to_string(self.checked).unwrap();
        stage.desk.verified(&jws);
    }
}

#[test]
fn the_client_of_cid_ends_with_a_verified_result() {
    let Some(python) = python("the_client_of_cid") else { return };
    let _turn = ONE_AT_A_TIME.lock();
    let stage = Stage::new();
    let mut client = Client::start(&stage, &python, "cid.py", &["bank"]);
    client.lead(&stage, End::with_document());
    assert!(client.says("session ").ends_with("SUCCESS "));
    assert_eq!(client.says("best-shot: "), "9 bytes");
    assert_eq!(client.says("clip: "), "0 bytes", "this desk keeps none");
    client.verified(&stage);
}

#[test]
fn the_client_of_tongdun_ends_with_a_verified_result() {
    let Some(python) = python("the_client_of_tongdun") else { return };
    let _turn = ONE_AT_A_TIME.lock();
    let stage = Stage::new();
    let mut client = Client::start(&stage, &python, "tongdun.py", &["bank"]);
    client.lead(&stage, End::attack(12209));
    assert_eq!(client.says("state "), "2");
    assert_eq!(client.says("result "), "12209 moiré pattern");
    client.verified(&stage);
}

#[test]
fn the_client_of_alibaba_ends_with_a_verified_result() {
    let Some(python) = python("the_client_of_alibaba") else { return };
    let stage = Stage::new();
    let mut client = Client::start(&stage, &python, "alibaba.py", &["bank", "RPBasic"]);
    client.lead(&stage, End::with_document());
    assert_eq!(client.says("pass"), "ed");
    client.verified(&stage);
}
