//! `vouch session`: runs one session, here and now.

use std::cell::OnceCell;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use serde_json::json;

use super::album::{Album, private_file};
use super::claim::ClaimArgs;
use super::common::Place;
use super::console::Console;
use super::delivery;
use super::failure;
use super::failure::Failure;
use super::references::read_references;
use super::words;
use crate::authority::Claim;
use crate::config::{Camera, Config};
use crate::eye::set_up;
use crate::terminal::assemble::Assembled;
use crate::terminal::drive::{Driven, Session, Still};
use crate::terminal::order::{Asker, SessionOrder, queue};
use crate::terminal::pending_results::OutboxQueue;
use crate::terminal::references::ReferencesFault;
use crate::terminal::station::{Station, Vouched};
use crate::terminal::store_then_tell::lead;
use vouch_contract::claims::{Media, Nonce, ResultClaims, SessionStatus};
use vouch_contract::codes::{ErrorCode, LivenessCode};
use vouch_contract::gesture::Gesture;
use vouch_contract::scheme::{Scan, Scheme};
use vouch_link::once::deliver_once_blocking;
use vouch_perception::camera::Pace;
use vouch_perception::eye::local::LocalEye;
use vouch_session::log::Recorder;
use vouch_session::result::cid_name;
use vouch_session::types::Prompt;
use vouch_store::outbox::Stored;

/// How long a one-shot session tries to deliver its result; afterwards the result waits in the
/// outbox for `vouch run`.
const DELIVERY_LIMIT: Duration = Duration::from_secs(10);

/// How long to try storing the result; then the command fails and says why.
const STORE_LIMIT: Duration = Duration::from_secs(30);
/// Requested picture size of a document camera: print needs more pixels than a face.
const DOCUMENT_SIZE: (u32, u32) = (1280, 720);

/// One session: position, gestures, best frame, comparison. The signed result goes to standard
/// output, messages for the person go to standard error.
///
/// Exit code: 0 SUCCESS, 1 FAILED, 2 wrong use or configuration, 3 device fault. Whether the hub
/// has stored the result is reported on standard error and does not affect the exit code: the
/// result is in the outbox and on standard output either way.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  vouch session --source /dev/video0
  vouch session --source /dev/video0 --scheme FVBioOnly --reference portrait.jpg --out session/
  vouch session --source /dev/video0 --scheme CIDDocument --document /dev/video2
  vouch session --source /dev/video0 --scheme RPBioOnly --claim claim.json
  vouch session --source clip.mp4 --challenge turn-left,turn-right,nod --json")]
pub struct SessionArgs {
    #[command(flatten)]
    place: Place,
    /// What the live face is compared with [default: from the configuration]
    #[arg(long, value_enum)]
    scheme: Option<Scheme>,
    /// The bound portrait (JPEG, PNG, GIF, BMP, WebP or PNM of one face), for FVBioOnly; repeat it
    /// for up to 5 of one person
    #[arg(long, value_name = "IMAGE")]
    reference: Vec<PathBuf>,
    #[command(flatten)]
    claim: ClaimArgs,
    /// Camera or recording for the document, instead of `document_camera.source`; by default the
    /// document is shown to the camera for the face
    #[arg(long, value_name = "DEVICE|FILE|FOLDER")]
    document: Option<PathBuf>,
    /// Folder for the signed result and the session's pictures
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// These gestures in this order instead of random ones (trials only: in production mode such a
    /// session never succeeds)
    #[arg(long, value_enum, value_name = "GESTURES", value_delimiter = ',')]
    challenge: Vec<Gesture>,
    /// The requester's nonce, 8 to 64 characters; repeated in the signed result
    #[arg(long)]
    nonce: Option<String>,
    /// How fast a recording is played
    #[arg(long, value_enum, default_value = "fast")]
    pace: PaceName,
    /// Records the session's events for replay (biometric data!)
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// Prints one JSON object (the result and its JWS) instead of the bare JWS
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum PaceName {
    Real,
    Fast,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`] with its exit code.
pub fn run(args: &SessionArgs) -> Result<ExitCode, Failure> {
    let mut config = args.place.load()?;
    if let Some(scheme) = args.scheme {
        config.session.scheme = scheme;
        config.validate()?;
    }
    show_document(&mut config, args.document.as_deref())?;
    let references = read_references(config.session.scheme, &args.reference)?;
    let claim = args.claim.read(config.session.scheme)?;
    let nonce = args.nonce.as_deref().map(Nonce::new).transpose().map_err(Failure::usage)?;
    let gestures = args.challenge.clone();
    let pace = match args.pace {
        PaceName::Real => Pace::Real,
        PaceName::Fast => Pace::Fast,
    };
    let mut log = args.log.as_deref().map(create_log).transpose()?;
    let out = args.out.as_deref().map(Album::open).transpose()?;
    let given = OneShot { references, claim, nonce, gestures, pace };
    let done = one_shot(&config, given, log.as_mut(), out.as_ref(), &mut |prompt| {
        words::say(words::prompt(prompt));
    })?;
    words::say(&words::result(&done.claims));
    let mut stdout = std::io::stdout().lock();
    if args.json {
        writeln!(stdout, "{}", json!({ "jws": done.stored.jws, "result": done.claims }))?;
    } else {
        writeln!(stdout, "{}", done.stored.jws)?;
    }
    if config.fleet.enabled {
        deliver(&done.station)?;
    }
    // The result is stored and printed: other problems come last.
    if let Some(fault) = &done.driven.log_fault {
        words::say(&format!("vouch: the session log is incomplete: {fault}"));
    }
    if let Some(album) = &out {
        album.add_result(&done)?;
    }
    Ok(ExitCode::from(exit_code(&done.claims)))
}

/// Inputs of a one-shot session.
pub struct OneShot {
    /// The bound portraits, encoded, at most [`vouch_session::fuse::MAX_REFERENCES`].
    pub references: Vec<Vec<u8>>,
    /// The bound name and number.
    pub claim: Option<Claim>,
    /// The requester's nonce.
    pub nonce: Option<Nonce>,
    /// Gestures chosen by the caller; empty for random ones.
    pub gestures: Vec<Gesture>,
    /// How fast a recording is played.
    pub pace: Pace,
}

/// A session that ended, with its result signed and stored.
pub struct Done {
    /// The terminal it ran on.
    pub station: Station,
    /// What is on disk.
    pub stored: Stored,
    /// What was signed.
    pub claims: ResultClaims,
    /// How the session went.
    pub driven: Driven,
}

/// Opens everything, runs one session, signs and stores its result. `album` stores pictures;
/// without one, none are kept and the result lists none.
///
/// # Errors
/// [`Failure`]; there is no result then.
pub fn one_shot(
    config: &Config,
    given: OneShot,
    log: Option<&mut BufWriter<File>>,
    album: Option<&Album>,
    prompt: &mut dyn FnMut(Prompt),
) -> Result<Done, Failure> {
    let mut station = Station::open(config.clone())?;
    station.preflight()?;
    let mut order = SessionOrder {
        references: given.references,
        claim: given.claim,
        nonce: given.nonce,
        gestures: given.gestures,
        ..SessionOrder::plain(Asker::Console, Duration::ZERO)
    };
    let Assembled { machine, references, records, asked, policy, challenge } =
        station.assemble(&mut order).map_err(Failure::usage)?;
    let (eye, source) = set_up(config, given.pace)?;
    let mut eye = LocalEye::new(eye, source);
    references.check(&mut eye).map_err(|fault| match fault {
        ReferencesFault::Eye(_) | ReferencesFault::Silent => Failure::device(fault),
        _ => Failure::usage(fault),
    })?;
    let recorder = log
        .map(|out| Recorder::new(out as &mut dyn Write, &policy, asked.scheme, &challenge, &asked.colours))
        .transpose()
        .map_err(|e| Failure::usage(format!("the session log can't be written: {e}")))?;
    let (sender, mut orders) = queue();
    let session = Session {
        machine,
        references,
        records,
        recorder,
        screen: &mut Console::open(prompt, &policy, sender)?,
        orders: &mut orders,
        stopped: &|| false,
    };
    let mut keep = |stills: &[Still]| -> Vec<Media> {
        album.map_or_else(Vec::new, |album| album.keep(stills).iter().map(Still::media).collect())
    };
    let first_try: OnceCell<Instant> = OnceCell::new();
    let give_up = || first_try.get_or_init(Instant::now).elapsed() >= STORE_LIMIT;
    let led = lead(&mut station, &mut eye, session, &asked, &mut keep, &give_up)?;
    let Vouched { stored, claims } = led.vouched;
    Ok(Done { station, stored, claims, driven: led.driven })
}

/// 0 SUCCESS, 1 FAILED, 3 if the device itself failed.
pub fn exit_code(claims: &ResultClaims) -> u8 {
    if claims.session_status == SessionStatus::Success {
        return 0;
    }
    // Before anybody was looked at, there is no liveness code to check.
    let internal = match (&claims.liveness, &claims.error_info) {
        (Some(liveness), _) => liveness.code == LivenessCode::INTERNAL,
        (None, Some(error)) => error.error == cid_name(ErrorCode::Internal),
        (None, None) => false,
    };
    if internal { failure::DEVICE } else { failure::FAILED }
}

/// Sets where the document is shown.
fn show_document(config: &mut Config, source: Option<&Path>) -> Result<(), Failure> {
    let Some(source) = source else { return Ok(()) };
    if config.session.scheme.plan().scan == Scan::Never {
        return Err(Failure::usage(format!(
            "the scheme {} does not use --document; add --scheme CIDDocument",
            config.session.scheme
        )));
    }
    let camera = config.document_camera.get_or_insert_with(|| Camera {
        width: DOCUMENT_SIZE.0,
        height: DOCUMENT_SIZE.1,
        ..Camera::default()
    });
    source.clone_into(&mut camera.source);
    config.validate()?;
    Ok(())
}

fn create_log(path: &Path) -> Result<BufWriter<File>, Failure> {
    private_file(path).map(BufWriter::new).map_err(|e| Failure::usage(format!("{}: {e}", path.display())))
}

fn deliver(station: &Station) -> Result<(), Failure> {
    let options = station.link_options()?;
    match deliver_once_blocking(options, OutboxQueue(station.open_outbox()?), DELIVERY_LIMIT) {
        Ok(delivery) => words::say(&delivery::words(&delivery)),
        Err(error) => words::say(&format!("not delivered yet: {error}")),
    }
    Ok(())
}
