//! One terminal in its own folder, and the built program run on it.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;
use vouch_store::outbox::{Counts, Limits, Outbox};
pub use vouch_testkit::media::CHECKOUT;

/// The built program.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_vouch");

/// The outcome of a command.
#[derive(Debug)]
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Said {
    /// Runs a command; whatever the outcome, it must not be a panic.
    pub fn by(mut command: Command) -> Self {
        let output = command.output().expect("the program starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it speaks UTF-8");
        let said = Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) };
        assert!(!said.err.contains("panicked"), "{}", said.err);
        said
    }

    /// Checks that the command failed with this code, named the thing and said what to do.
    #[track_caller]
    pub fn refuses(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, Some(code), "{self:?}");
        for word in words {
            assert!(self.err.contains(word), "`{word}` is not said: {self:?}");
        }
        assert_eq!(self.out, "", "what failed gives no result");
    }

    /// The result of `vouch session`, which is standard output's only line.
    #[track_caller]
    pub fn jws(&self) -> &str {
        let jws = self.out.strip_suffix('\n').unwrap_or(&self.out);
        assert_eq!(jws.split('.').count(), 3, "one compact JWS and nothing else: {self:?}");
        assert!(!jws.contains(char::is_whitespace), "{jws}");
        jws
    }

    /// The claims of that result. Only read: `vouch verify` checks them.
    #[track_caller]
    pub fn claims(&self) -> Value {
        claims(self.jws())
    }
}

/// The claims inside a JWS, unchecked.
#[track_caller]
pub fn claims(jws: &str) -> Value {
    use base64::Engine as _;
    let payload = jws.split('.').nth(1).expect("three parts");
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload).expect("base64url");
    serde_json::from_slice(&bytes).expect("JSON")
}

/// A terminal's folder: configuration, state, and room for files.
pub struct Desk {
    folder: TempDir,
}

impl Desk {
    /// A terminal in development mode, so that recordings may pass.
    pub fn new() -> Self {
        let desk = Self { folder: tempfile::tempdir().expect("a folder") };
        let base = format!(
            "[device]\nmode = \"development\"\nstate_dir = {:?}\n[runtime]\nmodels_dir = {:?}\n",
            desk.state(),
            Path::new(CHECKOUT).join("models"),
        );
        desk.write("vouch.toml", base);
        std::fs::create_dir(desk.path("conf.d")).expect("a folder for patches");
        desk
    }

    /// A path in the terminal's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Where its key, certificate and outbox are.
    pub fn state(&self) -> PathBuf {
        self.path("state")
    }

    /// Its configuration.
    pub fn config(&self) -> PathBuf {
        self.path("vouch.toml")
    }

    /// The roots that its results lead to.
    pub fn trust(&self) -> PathBuf {
        self.path("state/trust.pem")
    }

    /// Writes a file into the folder.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).expect("the folder takes files");
        path
    }

    /// Adds a patch to the configuration.
    pub fn patch(&self, name: &str, toml: &str) {
        self.write(&format!("conf.d/{name}.toml"), toml);
    }

    /// `vouch COMMAND` with this terminal's configuration.
    pub fn vouch(&self, command: &str) -> Command {
        let mut vouch = Command::new(PROGRAM);
        vouch.arg(command).arg("--config").arg(self.config());
        vouch
    }

    /// `vouch session` on a recording.
    pub fn session(&self, source: &Path) -> Command {
        let mut session = self.vouch("session");
        session.arg("--source").arg(source);
        session
    }

    /// `vouch verify` with this terminal's roots.
    pub fn verify(&self, results: &[&str]) -> Command {
        self.verify_with(&self.trust(), results)
    }

    /// `vouch verify` with other roots.
    pub fn verify_with(&self, trust: &Path, results: &[&str]) -> Command {
        let file = self.write("results.txt", results.join("\n"));
        let mut verify = Command::new(PROGRAM);
        verify.arg("verify").arg(file).arg("--trust").arg(trust);
        verify
    }

    /// Its outbox.
    pub fn outbox(&self) -> Outbox {
        Outbox::open(&self.state().join("outbox.db"), Limits::default()).expect("the outbox opens")
    }

    /// How many results wait there.
    pub fn counts(&self) -> Counts {
        self.outbox().counts().expect("the outbox counts")
    }

    /// That the program may not write there; root may everywhere.
    pub fn make_read_only(path: &Path) {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o500)).expect("it is ours");
    }
}
