//! Name and number: bound by whoever calls, or typed by the person at the console.

use std::io::{BufRead, IsTerminal, Read as _, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use serde::Deserialize;

use super::failure::Failure;
use super::words::say;
use crate::authority::Claim;
use crate::terminal::records::Typed;
use vouch_contract::scheme;
use vouch_contract::scheme::Scheme;
use vouch_trust::regular;
use vouch_trust::regular::Links;

/// Longest file of a claim, bytes.
const MOST_FILE_BYTES: u64 = 4 << 10;
/// Longest line typed, bytes.
const MOST_BYTES: u64 = 512;
/// Times that name and number may be typed before it is given up.
const TRIES: usize = 3;

/// The claim that is bound to a session.
#[derive(Debug, Default, Args)]
pub struct ClaimArgs {
    /// Whose record is compared with, for RPBioID, RPBioOnlyPro, RPBioOnly: the name in one line.
    /// Every user of the machine can see what stands in a command: `--claim` keeps it from them
    #[arg(long, value_name = "NAME", requires = "number", conflicts_with = "claim")]
    name: Option<String>,
    /// The identification number
    #[arg(long, value_name = "NUMBER", requires = "name", conflicts_with = "claim")]
    number: Option<String>,
    /// The same as a JSON file, or `-` for standard input: {"name": "…", "number": "…"}
    #[arg(long, value_name = "FILE|-")]
    claim: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    name: String,
    number: String,
}

impl ClaimArgs {
    /// The claim, when the scheme has one bound.
    ///
    /// # Errors
    /// [`Failure`] of use: a claim that is missing, not wanted, or none.
    pub fn read(&self, scheme: Scheme) -> Result<Option<Claim>, Failure> {
        let given = match (&self.name, &self.number, &self.claim) {
            (Some(name), Some(number), _) => Some(Given { name: name.clone(), number: number.clone() }),
            (_, _, Some(path)) => Some(read(path)?),
            _ => None,
        };
        let bound = scheme.plan().claim == scheme::Claim::Bound;
        match given {
            Some(_) if !bound => Err(Failure::usage(format!(
                "--name, --number and --claim have no use in the scheme {scheme}; add --scheme RPBioOnly"
            ))),
            None if bound => Err(Failure::usage(format!(
                "the scheme {scheme} compares with a person's record: name the person with --name and \
                 --number, or with --claim FILE"
            ))),
            None => Ok(None),
            Some(Given { name, number }) => Claim::new(&name, &number).map(Some).map_err(Failure::usage),
        }
    }
}

fn read(path: &Path) -> Result<Given, Failure> {
    let fail = |what: String| Failure::usage(format!("--claim {}: {what}", path.display()));
    let read = if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().lock().take(MOST_FILE_BYTES + 1).read_to_end(&mut bytes).map(|_| bytes)
    } else {
        regular::read(path, Links::Followed, MOST_FILE_BYTES)
    };
    let bytes = read.map_err(|e| fail(e.to_string()))?;
    if bytes.len() as u64 > MOST_FILE_BYTES {
        return Err(fail(format!("larger than {MOST_FILE_BYTES} bytes; this is no claim")));
    }
    // What serde says may repeat the person's number.
    serde_json::from_slice(&bytes)
        .map_err(|_| fail("not of the form {\"name\": \"…\", \"number\": \"…\"}".to_owned()))
}

/// Asks the person at the console, who has `limit` for it; nobody is asked where standard input is
/// no terminal.
pub fn at_console(limit: Duration) -> Typed {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        return Typed::Unattended;
    }
    let end = Instant::now() + limit;
    // A terminal is ready when a line is whole.
    let mut is_ready = || {
        let left = Timespec::try_from(end.saturating_duration_since(Instant::now())).ok();
        let mut watched = [PollFd::new(&stdin, PollFlags::IN)];
        left.is_some_and(|left| poll(&mut watched, Some(&left)).is_ok_and(|ready| ready > 0))
    };
    ask(&mut stdin.lock(), &mut is_ready)
}

/// `is_ready` waits until there is something to read; false when it took too long.
fn ask(input: &mut dyn BufRead, is_ready: &mut dyn FnMut() -> bool) -> Typed {
    for _ in 0..TRIES {
        let Some(name) = line(input, is_ready, "Your name: ") else { return Typed::Refused };
        let Some(number) = line(input, is_ready, "Your identification number: ") else {
            return Typed::Refused;
        };
        match Claim::new(&name, &number) {
            Ok(claim) => return Typed::Claim(claim),
            Err(fault) => say(&format!("{fault}.")),
        }
    }
    Typed::Refused
}

/// What was typed; none at the end, or when nothing was in the time.
fn line(input: &mut dyn BufRead, is_ready: &mut dyn FnMut() -> bool, question: &str) -> Option<String> {
    let _ = write!(std::io::stderr(), "{question}");
    if !is_ready() {
        return None;
    }
    let mut line = String::new();
    let read = std::io::Read::take(&mut *input, MOST_BYTES).read_line(&mut line);
    let line = line.trim().to_owned();
    (matches!(read, Ok(1..)) && !line.is_empty()).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Option<Claim> {
        match ask(&mut text.as_bytes(), &mut || true) {
            Typed::Claim(claim) => Some(claim),
            Typed::Refused => None,
            Typed::Unattended => panic!("somebody is there"),
        }
    }

    #[test]
    fn a_person_types_and_mends() {
        let right = Claim::new("ANNA ERIKSSON", "900101300007").unwrap();
        assert_eq!(typed("ANNA ERIKSSON\n900101 300007\n"), Some(right.clone()));
        assert_eq!(typed("ANNA ERIKSSON\n../etc/passwd\nANNA ERIKSSON\n900101300007\n"), Some(right));
        assert_eq!(typed(""), None);
        assert_eq!(typed("ANNA ERIKSSON\n"), None);
        assert_eq!(typed("\n\n"), None);
        assert_eq!(typed(&"x\n/\n".repeat(9)), None, "an endless talk ends");
    }

    #[test]
    fn whoever_types_nothing_is_not_waited_for() {
        let mut left = 1;
        let mut is_ready = || {
            left -= 1;
            left >= 0
        };
        assert!(matches!(ask(&mut "ANNA\n1\n".as_bytes(), &mut is_ready), Typed::Refused));
    }

    #[test]
    fn a_claim_belongs_to_its_schemes() {
        let given = ClaimArgs { name: Some("ANNA".into()), number: Some("1".into()), claim: None };
        for scheme in Scheme::ALL {
            let bound = scheme.plan().claim == scheme::Claim::Bound;
            assert_eq!(given.read(scheme).is_ok(), bound, "{scheme}");
            assert_eq!(ClaimArgs::default().read(scheme).is_ok(), !bound, "{scheme}");
        }
    }
}
