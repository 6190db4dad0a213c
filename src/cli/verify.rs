//! `vouch verify`: checks that a terminal signed these results and that none is missing between
//! them. Needs only the files and the trusted roots.

use std::fs::File;
use std::io;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::{Value, json};

use super::failure::Failure;
use vouch_trust::chain;
use vouch_trust::text;
use vouch_trust::text::TextError;
use vouch_trust::verify::{Trust, TrustError, Verified, VerifyError, verify};

/// Most bytes read from one file: about ten thousand results.
const MAX_INPUT: u64 = 64 * 1024 * 1024;

/// Arguments of `vouch verify`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Files of results, one compact JWS per line; `-` is standard input.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The trusted roots (PEM): the terminal's trust.pem or your CA's.
    #[arg(long, value_name = "PEM")]
    pub trust: PathBuf,
    /// Does not require the result before the first one given.
    #[arg(long)]
    pub alone: bool,
    /// The latest result must answer this nonce.
    #[arg(long, value_name = "NONCE")]
    pub nonce: Option<String>,
    /// Prints one JSON object instead of text.
    #[arg(long)]
    pub json: bool,
}

/// The verdict. `failure.rs` gives each an exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Everything given is verified.
    Verified,
    /// At least one result is not.
    Refused,
}

/// Why no verdict was possible.
#[derive(Debug, thiserror::Error)]
pub enum NotJudged {
    /// The trusted roots.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// A file of results can't be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's own error.
        source: io::Error,
    },
    /// A file of results is too long.
    #[error("cannot read {path}: it is longer than {MAX_INPUT} bytes; split it")]
    TooLong {
        /// The file.
        path: PathBuf,
    },
    /// A file of results in another encoding.
    #[error("cannot read {path}: {source}")]
    Text {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: TextError,
    },
    /// A file without any line.
    #[error("{path} contains no result; give files with one compact JWS on each line")]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The reader of the verdict has gone.
    #[error("cannot write the verdict: {0}")]
    Write(#[source] io::Error),
}

/// Runs the command on the process's own streams.
///
/// # Errors
/// [`Failure`] if no verdict was possible.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    Ok(run_on(args, &mut io::stdin().lock(), &mut io::stdout().lock())?.into())
}

/// Runs the command on the given streams.
///
/// # Errors
/// [`NotJudged`]; with `--json` the report says so as well.
pub fn run_on(args: &Args, stdin: &mut dyn Read, stdout: &mut dyn Write) -> Result<Verdict, NotJudged> {
    let (report, failed) = match gather(args, stdin) {
        Ok((trust, given)) => (judge(args, &trust, &given), None),
        Err(failed) => (Report::not_judged(&failed), Some(failed)),
    };
    if args.json {
        report.write_json(stdout).map_err(NotJudged::Write)?;
    } else if failed.is_none() {
        report.write_words(stdout).map_err(NotJudged::Write)?;
    }
    failed.map_or(Ok(report.verdict), Err)
}

/// One line that should be a result.
struct Given {
    place: String,
    jws: String,
}

fn gather(args: &Args, stdin: &mut dyn Read) -> Result<(Trust, Vec<Given>), NotJudged> {
    let trust = Trust::from_file(&args.trust)?;
    let mut given = Vec::new();
    for path in &args.files {
        let text = if path == Path::new("-") {
            read(path, stdin)?
        } else {
            let mut file =
                File::open(path).map_err(|source| NotJudged::Read { path: path.clone(), source })?;
            read(path, &mut file)?
        };
        let before = given.len();
        given.extend(text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(
            |(number, line)| Given {
                place: format!("{}:{}", path.display(), number + 1),
                jws: line.trim().to_owned(),
            },
        ));
        if given.len() == before {
            return Err(NotJudged::Empty { path: path.clone() });
        }
    }
    Ok((trust, given))
}

fn read(path: &Path, from: &mut dyn Read) -> Result<String, NotJudged> {
    let mut bytes = Vec::new();
    from.take(MAX_INPUT + 1)
        .read_to_end(&mut bytes)
        .map_err(|source| NotJudged::Read { path: path.to_owned(), source })?;
    if bytes.len() as u64 > MAX_INPUT {
        return Err(NotJudged::TooLong { path: path.to_owned() });
    }
    text::decode(bytes).map_err(|source| NotJudged::Text { path: path.to_owned(), source })
}

/// Checks each result by itself, then the chain in the order of their numbers.
fn judge(args: &Args, trust: &Trust, given: &[Given]) -> Report {
    let mut verified = Vec::new();
    let mut refused = Vec::new();
    for Given { place, jws } in given {
        match verify(jws, trust) {
            Ok(result) => verified.push((place.clone(), result)),
            Err(error) => refused.push((place.clone(), error.to_string())),
        }
    }
    verified.sort_by_key(|(_, result)| result.seq);
    let mut error = refused.first().map(|(place, reason)| format!("{place}: {reason}"));
    if error.is_none() {
        let results: Vec<Verified> = verified.iter().map(|(_, result)| result.clone()).collect();
        error = chain::check(&results, args.alone)
            .and_then(|()| answers(args.nonce.as_deref(), results.last()))
            .err()
            .map(|error| error.to_string());
    }
    let verdict = if error.is_none() { Verdict::Verified } else { Verdict::Refused };
    Report { verdict, verified, refused, error }
}

fn answers(asked: Option<&str>, newest: Option<&Verified>) -> Result<(), VerifyError> {
    let found = newest.and_then(|result| result.nonce.as_deref());
    match asked {
        Some(asked) if found != Some(asked) => Err(VerifyError::Nonce {
            found: found.map_or("no nonce".to_owned(), |nonce| format!("`{}`", nonce.escape_debug())),
        }),
        _ => Ok(()),
    }
}

struct Report {
    verdict: Verdict,
    verified: Vec<(String, Verified)>,
    refused: Vec<(String, String)>,
    error: Option<String>,
}

impl Report {
    fn not_judged(failed: &NotJudged) -> Self {
        Self {
            verdict: Verdict::Refused,
            verified: Vec::new(),
            refused: Vec::new(),
            error: Some(failed.to_string()),
        }
    }

    /// Where the verified result at index `number` already occurs above. Results are in the order
    /// of their numbers, so equal numbers are adjacent.
    fn seen_at(&self, number: usize) -> Option<&str> {
        let (_, result) = self.verified.get(number)?;
        let above = self.verified.get(..number)?;
        let copies = above.iter().rev().take_while(|(_, other)| other.seq == result.seq);
        copies.filter(|(_, other)| other.is_same_result(result)).last().map(|(place, _)| place.as_str())
    }

    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let results: Vec<Value> = self
            .verified
            .iter()
            .enumerate()
            .map(|(number, (place, result))| {
                json!({
                    "place": place,
                    "verified": true,
                    "sameAs": self.seen_at(number),
                    "seq": result.seq,
                    "jti": result.jti,
                    "device": result.device_id,
                    "kid": result.header.kid,
                    "iat": result.iat,
                    "sessionId": result.claims.get("sessionId"),
                    "sessionStatus": result.claims.get("sessionStatus"),
                    "mode": result.claims.pointer("/evidence/mode"),
                    "nonce": result.nonce,
                    "payloadSha256": hex::encode(result.payload_sha256),
                    "jwsSha256": hex::encode(result.jws_sha256),
                })
            })
            .chain(
                self.refused
                    .iter()
                    .map(|(place, reason)| json!({"place": place, "verified": false, "error": reason})),
            )
            .collect();
        let report = json!({
            "verified": self.verdict == Verdict::Verified,
            "results": results,
            "error": self.error,
        });
        writeln!(out, "{report}")
    }

    fn write_words(&self, out: &mut dyn Write) -> io::Result<()> {
        for (number, (place, result)) in self.verified.iter().enumerate() {
            if let Some(first) = self.seen_at(number) {
                writeln!(out, "result {}: again, the same as in {first} ({place})", result.seq)?;
                continue;
            }
            let text = |pointer: &str| {
                let value = result.claims.pointer(pointer).and_then(Value::as_str);
                value.unwrap_or("?").escape_debug().to_string()
            };
            let issued = i64::try_from(result.iat)
                .ok()
                .and_then(|seconds| jiff::Timestamp::from_second(seconds).ok())
                .map_or("?".to_owned(), |time| time.to_string());
            writeln!(
                out,
                "result {}: {} by {}, issued {issued}, {} mode, session {}, id {} ({place})",
                result.seq,
                text("/sessionStatus"),
                result.device_id,
                text("/evidence/mode"),
                text("/sessionId"),
                result.jti.escape_debug(),
            )?;
        }
        for (place, reason) in &self.refused {
            writeln!(out, "refused: {place}: {reason}")?;
        }
        match &self.error {
            None => {
                let number = |end: Option<&(String, Verified)>| end.map(|(_, result)| result.seq);
                match (number(self.verified.first()), number(self.verified.last())) {
                    (Some(first), Some(last)) if first != last => {
                        writeln!(out, "verified: results {first} to {last}, none missing between")
                    }
                    _ => writeln!(out, "verified"),
                }
            }
            Some(reason) => writeln!(out, "NOT VERIFIED: {reason}"),
        }
    }
}
