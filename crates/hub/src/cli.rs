//! `vouch-hub receive`: the receiving side on the command line. Takes results from
//! the broker, verifies and stores them, and tells the devices so.

use std::io;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::exit::{Exit, Failure};
use crate::folder::{FolderStore, path_in};
use crate::ingest::Continuity;
use crate::intake::{Intake, Receipt, Verdict};
use crate::receive::{Happening, ReceiveOptions, Tally, receive};
use vouch_contract::topics::Name;
use vouch_link::backoff::BackoffOptions;
use vouch_link::tls::{TlsFiles, TlsMaterial};
use vouch_link::wire::Security;
use vouch_trust::verify::Trust;

/// Verifies, stores and acknowledges results until it is told to stop.
///
/// Exit code: 0 the wanted number is stored or it was told to stop, 1 time over or stopped before
/// that, 2 wrong use or refused by the broker, 3 the machine failed.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The broker's host name or address; must be in its certificate.
    #[arg(long, value_name = "HOST")]
    pub host: String,
    /// The broker's port.
    #[arg(long, value_name = "PORT", default_value_t = 8883)]
    pub port: u16,
    /// The fleet's tenant name in the topics.
    #[arg(long, value_name = "NAME")]
    pub tenant: String,
    /// The authorities of the broker's certificate (PEM).
    #[arg(long, value_name = "PEM")]
    pub ca: PathBuf,
    /// Our certificate for the broker (PEM).
    #[arg(long, value_name = "PEM")]
    pub cert: PathBuf,
    /// Its private key (PEM).
    #[arg(long, value_name = "PEM")]
    pub key: PathBuf,
    /// The trusted roots of the devices (PEM): their trust.pem, or your CA's.
    #[arg(long, value_name = "PEM")]
    pub trust: PathBuf,
    /// Where the results go: DIR/DEVICE/NUMBER-ID.jws.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Stop after this many newly stored results.
    #[arg(long, value_name = "N")]
    pub count: Option<u64>,
    /// Stop after this many seconds.
    #[arg(long, value_name = "S")]
    pub limit_s: Option<u64>,
    /// One JSON object a line instead of words.
    #[arg(long)]
    pub json: bool,
}

/// Runs the command on the process's own streams until its end, SIGINT or SIGTERM.
pub fn run(args: &Args) -> Exit {
    let done = work(args, &mut io::stdout(), &mut io::stderr());
    if let Err(failure) = &done {
        // With stderr gone as well there is nobody left to tell.
        let _ = writeln!(io::stderr(), "vouch-hub receive: {failure}");
    }
    Exit::of(&done, args.count.is_some())
}

fn work(args: &Args, out: &mut dyn Write, err: &mut dyn Write) -> Result<Tally, Failure> {
    let tenant = Name::new(&args.tenant)?;
    let tls = TlsMaterial::from_files(&TlsFiles {
        ca: args.ca.clone(),
        chain: args.cert.clone(),
        key: args.key.clone(),
    })?;
    let trust = Trust::from_file(&args.trust)?;
    let store = FolderStore::open(&args.out)?;
    let options = ReceiveOptions {
        host: args.host.clone(),
        port: args.port,
        tenant: tenant.clone(),
        security: Security::MutualTls(tls),
        count: args.count,
        limit: args.limit_s.map(Duration::from_secs),
        backoff: BackoffOptions::default(),
    };
    let intake = Arc::new(Intake::new(tenant, trust, store));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let tally = runtime.block_on(async {
        let stop = stop_on_signal()?;
        // A reader that went away must not keep results from being stored:
        // failed writes are passed over.
        let tell = |happening: Happening<'_>| match happening {
            Happening::Listening => drop(writeln!(err, "listening on {}:{}", args.host, args.port)),
            Happening::Fault(fault) => drop(writeln!(err, "{fault}")),
            Happening::Receipt(receipt) => {
                let line = if args.json { in_json(receipt, &args.out) } else { in_words(receipt) };
                drop(writeln!(out, "{line}").and_then(|()| out.flush()));
            }
        };
        Ok::<_, Failure>(receive(&options, intake, stop, tell).await?)
    })?;
    let line = if args.json { json!({ "tally": tally }).to_string() } else { sum(&tally) };
    drop(writeln!(out, "{line}"));
    Ok(tally)
}

fn stop_on_signal() -> io::Result<watch::Receiver<bool>> {
    let (stop, stopped) = watch::channel(false);
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        stop.send_replace(true);
    });
    Ok(stopped)
}

fn in_json(receipt: &Receipt, out: &Path) -> String {
    let mut line = json!(receipt);
    if let (Verdict::Stored(_) | Verdict::Again, Some(device), Some(seq), Some(jti)) =
        (&receipt.verdict, &receipt.device, receipt.seq, &receipt.jti)
    {
        line["file"] = json!(path_in(out, device, seq, jti));
    }
    line.to_string()
}

fn in_words(receipt: &Receipt) -> String {
    let device = receipt.device.as_deref().unwrap_or("?");
    let number = receipt.seq.map_or("?".to_owned(), |seq| seq.to_string());
    let jti = receipt.jti.as_deref().unwrap_or("?");
    let session = match (receipt.status.as_deref(), receipt.mode.as_deref()) {
        (Some(status), Some(mode)) => format!(" ({status}, {mode})"),
        (Some(status), None) => format!(" ({status})"),
        _ => String::new(),
    };
    let verdict = match &receipt.verdict {
        Verdict::Stored(Continuity::First) => "stored, the device's first".to_owned(),
        Verdict::Stored(Continuity::Continues) => "stored, follows its predecessor".to_owned(),
        Verdict::Stored(Continuity::Gap { from, to }) => {
            format!("stored, but {from} to {to} are missing before it")
        }
        Verdict::Stored(Continuity::Broken) => {
            "stored, but its predecessor here is not the one it names".to_owned()
        }
        Verdict::Again => "was stored already".to_owned(),
        Verdict::Refused { reason } => format!("REFUSED: {}", reason.escape_debug()),
        Verdict::NotNow { reason } => format!("not stored now: {}", reason.escape_debug()),
        Verdict::Ignored { reason } => format!("ignored: {}", reason.escape_debug()),
    };
    format!("{device} {number} {jti}{session}: {verdict}")
}

fn sum(tally: &Tally) -> String {
    format!(
        "{} stored, {} again, {} refused, {} not now, {} ignored; {} with a gap or break before them",
        tally.stored, tally.again, tally.refused, tally.not_now, tally.ignored, tally.gaps
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_all_and_cannot_be_broken_out_of() {
        let mut receipt = Receipt {
            device: Some("gate-1".to_owned()),
            jti: Some("j".to_owned()),
            seq: Some(7),
            sha256: None,
            status: Some("SUCCESS".to_owned()),
            mode: Some("development".to_owned()),
            verdict: Verdict::Stored(Continuity::Gap { from: 3, to: 6 }),
        };
        assert_eq!(
            in_words(&receipt),
            "gate-1 7 j (SUCCESS, development): stored, but 3 to 6 are missing before it"
        );
        let line: serde_json::Value = serde_json::from_str(&in_json(&receipt, Path::new("/r"))).unwrap();
        assert_eq!(line["verdict"], "stored");
        assert_eq!(line["chain"], "gap");
        assert_eq!(line["file"], "/r/gate-1/00000000000000000007-j.jws");

        receipt.verdict = Verdict::Refused { reason: "a\nb\u{1b}[2J".to_owned() };
        let words = in_words(&receipt);
        assert!(!words.contains('\n') && !words.contains('\u{1b}'), "{words}");
    }
}
