//! `vouch verify`: are these results what a terminal signed, and is none
//! missing between them? Needs nothing but the files and the trusted roots.

use std::fs::File;
use std::io;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use vouch_trust::chain;
use vouch_trust::verify::{Trust, Verified, VerifyError, verify};

/// Most bytes read from one file: some ten thousand results.
const MAX_INPUT: u64 = 64 * 1024 * 1024;

/// Arguments of `vouch verify`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Files with results, one compact JWS on each line; `-` is standard input.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The trusted roots (PEM): the terminal's trust.pem or your CA's.
    #[arg(long, value_name = "PEM")]
    pub trust: PathBuf,
    /// Do not ask for the result before the first one given.
    #[arg(long)]
    pub alone: bool,
    /// The newest result must answer this nonce.
    #[arg(long, value_name = "NONCE")]
    pub nonce: Option<String>,
    /// One JSON object instead of words.
    #[arg(long)]
    pub json: bool,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Everything given is verified.
    Verified,
    /// At least one thing is not.
    Refused,
    /// Nothing could be judged: a file can't be read or holds no result.
    Unusable,
}

impl Exit {
    /// The process's exit status: 0, 1, 2.
    pub fn code(self) -> u8 {
        match self {
            Self::Verified => 0,
            Self::Refused => 1,
            Self::Unusable => 2,
        }
    }
}

/// Runs the command on the process's own streams.
pub fn run(args: &Args) -> Exit {
    run_on(args, &mut io::stdin().lock(), &mut io::stdout().lock(), &mut io::stderr().lock())
}

/// Runs the command on the given streams.
pub fn run_on(args: &Args, stdin: &mut dyn Read, stdout: &mut dyn Write, stderr: &mut dyn Write) -> Exit {
    let report = match gather(args, stdin) {
        Ok((trust, given)) => judge(args, &trust, &given),
        Err(reason) => Report::unusable(reason),
    };
    let written = if args.json { report.write_json(stdout) } else { report.write_words(stdout, stderr) };
    match written {
        Ok(()) => report.exit,
        // A reader that went away has not seen the verdict.
        Err(_) => Exit::Unusable,
    }
}

/// One line that should be a result.
struct Given {
    place: String,
    jws: String,
}

fn gather(args: &Args, stdin: &mut dyn Read) -> Result<(Trust, Vec<Given>), String> {
    let trust = Trust::from_file(&args.trust).map_err(|error| match error {
        named @ VerifyError::TrustFile { .. } => named.to_string(),
        other => format!("{}: {other}", args.trust.display()),
    })?;
    let mut given = Vec::new();
    for path in &args.files {
        let text = if path == Path::new("-") {
            read(stdin)
        } else {
            File::open(path).and_then(|mut file| read(&mut file))
        }
        .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        let before = given.len();
        given.extend(text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(
            |(number, line)| Given {
                place: format!("{}:{}", path.display(), number + 1),
                jws: line.trim().to_owned(),
            },
        ));
        if given.len() == before {
            return Err(format!(
                "{} holds no result; give files with one compact JWS on each line",
                path.display()
            ));
        }
    }
    Ok((trust, given))
}

fn read(from: &mut dyn Read) -> io::Result<String> {
    let mut text = String::new();
    from.take(MAX_INPUT + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MAX_INPUT {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("longer than {MAX_INPUT} bytes; split it"),
        ));
    }
    Ok(text)
}

/// Each result for itself, then the chain in the order of their numbers.
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
    Report { exit: if error.is_none() { Exit::Verified } else { Exit::Refused }, verified, refused, error }
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
    exit: Exit,
    verified: Vec<(String, Verified)>,
    refused: Vec<(String, String)>,
    error: Option<String>,
}

impl Report {
    fn unusable(reason: String) -> Self {
        Self { exit: Exit::Unusable, verified: Vec::new(), refused: Vec::new(), error: Some(reason) }
    }

    fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let results: Vec<Value> = self
            .verified
            .iter()
            .map(|(place, result)| {
                json!({
                    "place": place,
                    "verified": true,
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
            "verified": self.exit == Exit::Verified,
            "results": results,
            "error": self.error,
        });
        writeln!(out, "{report}")
    }

    fn write_words(&self, out: &mut dyn Write, err: &mut dyn Write) -> io::Result<()> {
        for (place, result) in &self.verified {
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
        match (&self.error, self.exit) {
            (None, _) => {
                let number = |end: Option<&(String, Verified)>| end.map(|(_, result)| result.seq);
                match (number(self.verified.first()), number(self.verified.last())) {
                    (Some(first), Some(last)) if first != last => {
                        writeln!(out, "verified: results {first} to {last}, none missing between")
                    }
                    _ => writeln!(out, "verified"),
                }
            }
            (Some(reason), Exit::Unusable) => writeln!(err, "error: {reason}"),
            (Some(reason), _) => writeln!(out, "NOT VERIFIED: {reason}"),
        }
    }
}
