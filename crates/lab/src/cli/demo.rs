//! `vouch-lab demo`: one session from picture to acknowledged, verified result, with
//! a private broker and receiving side on this machine.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use clap::Args;
use tokio::sync::watch;

use vouch::cli::album::Album;
use vouch::cli::common::Place;
use vouch::cli::delivery::{is_complete, words as delivered};
use vouch::cli::failure::{FAILED, Failure};
use vouch::cli::session::{Done, OneShot, exit_code, one_shot};
use vouch::cli::words;
use vouch::config::Config;
use vouch::terminal::pending_results::OutboxQueue;
use vouch::terminal::station::Station;
use vouch_contract::claims::ResultClaims;
use vouch_contract::gesture::Gesture;
use vouch_contract::source::SourceKind;
use vouch_contract::topics::Name;
use vouch_hub::folder::FolderStore;
use vouch_hub::intake::Intake;
use vouch_hub::receive::{Happening, ReceiveError, ReceiveOptions, receive};
use vouch_link::backoff::BackoffOptions;
use vouch_link::once::deliver_once_blocking;
use vouch_link::tls::TlsMaterial;
use vouch_link::wire::Security;
use vouch_perception::camera::Pace;
use vouch_testkit::broker::EmbeddedBroker;
use vouch_trust::verify::{Trust, verify};

/// First topic level of the demo.
const TENANT: &str = "demo";
/// Longest delivery. Broker and receiver on this machine answer within milliseconds
/// unless it is very busy.
const DELIVERY_LIMIT: Duration = Duration::from_secs(30);
/// The gestures that the repository's recording shows, in its order
/// (scripts/demo_recording.py). A recording can't react to random ones.
const RECORDED: [Gesture; 3] = [Gesture::Blink, Gesture::OpenMouth, Gesture::TurnLeft];

/// One session with a private broker and a receiving side: prints the result
/// after the receiving side has verified its signature.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  vouch-lab demo --out target/demo --source /dev/video0
  vouch-lab demo --out target/demo --source target/demo-media/astronaut.mp4")]
pub struct DemoArgs {
    #[command(flatten)]
    place: Place,
    /// Folder for result.jws, trust.pem and everything else; its old content is removed
    #[arg(long, value_name = "DIR", default_value = "target/demo")]
    out: PathBuf,
    /// Gestures of a recording, in its order [default: those of the repository's recording]
    #[arg(long, value_enum, value_name = "GESTURES", value_delimiter = ',')]
    challenge: Vec<Gesture>,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`] with its exit code.
pub fn run(args: &DemoArgs) -> Result<ExitCode, Failure> {
    let mut config = args.place.load()?;
    let out = &args.out;
    for part in ["state", "broker", "received", "session"] {
        remove(&out.join(part))?;
    }
    std::fs::create_dir_all(out)?;
    config.device.state_dir = out.join("state");
    let trust_pem = Station::open(config.clone())?.identity().trust_pem.clone();
    std::fs::write(out.join("trust.pem"), &trust_pem)?;
    let broker = EmbeddedBroker::start(&out.join("broker"), &trust_pem).map_err(Failure::device)?;
    words::say(&format!(
        "A private broker listens on 127.0.0.1:{}; the receiving side trusts {}.",
        broker.port,
        out.join("trust.pem").display()
    ));
    config.fleet.enabled = true;
    config.fleet.host = "127.0.0.1".into();
    config.fleet.port = broker.port;
    config.fleet.tenant = TENANT.into();
    config.fleet.ca = Some(broker.ca.clone());
    let trust = Trust::from_pem(&trust_pem).map_err(Failure::device)?;
    let receiver = Receiver::start(&broker, trust, &out.join("received"))?;
    let album = Album::open(&out.join("session"))?;
    let done = one_shot(&config, given(&config, &args.challenge), None, Some(&album), &mut |prompt| {
        words::say(&format!("  > {}", words::prompt(prompt)));
    })?;
    album.add_result(&done)?;
    let delivery = deliver_once_blocking(
        done.station.link_options()?,
        OutboxQueue(done.station.open_outbox()?),
        DELIVERY_LIMIT,
    )
    .map_err(Failure::device)?;
    if !is_complete(&delivery) {
        words::say(&format!("vouch: {}", delivered(&delivery)));
        return Ok(ExitCode::from(FAILED));
    }
    receiver.finish()?;
    show(out, &done, &trust_pem)
}

/// Verifies and prints the result that the receiving side stored.
fn show(out: &Path, done: &Done, trust_pem: &str) -> Result<ExitCode, Failure> {
    let store = FolderStore::open(&out.join("received")).map_err(Failure::device)?;
    let device = &done.station.identity().id;
    let path = store.path_of(device, done.stored.seq, &done.stored.jti);
    let received =
        std::fs::read_to_string(&path).map_err(|e| Failure::device(format!("{}: {e}", path.display())))?;
    let trust = Trust::from_pem(trust_pem).map_err(Failure::device)?;
    let verified = verify(received.trim(), &trust).map_err(Failure::device)?;
    let claims: ResultClaims = serde_json::from_value(verified.claims.clone()).map_err(Failure::device)?;
    std::fs::write(out.join("result.jws"), format!("{}\n", received.trim()))?;
    println!("Received over MQTT, signature and certificate verified, stored and acknowledged:");
    print!("{}", words::result(&claims));
    println!("{}", serde_json::to_string_pretty(&verified.claims).map_err(Failure::device)?);
    words::say(&format!(
        "Check it yourself: vouch verify {} --trust {}",
        out.join("result.jws").display(),
        out.join("trust.pem").display()
    ));
    Ok(demo_exit(&claims))
}

/// With a camera, any session status is a successful demo. The recording must pass;
/// otherwise something is broken.
fn demo_exit(claims: &ResultClaims) -> ExitCode {
    if claims.evidence.source.kind == SourceKind::Recording {
        ExitCode::from(exit_code(claims))
    } else {
        ExitCode::SUCCESS
    }
}

fn given(config: &Config, named: &[Gesture]) -> OneShot {
    use std::os::unix::fs::FileTypeExt;
    let is_device =
        std::fs::metadata(&config.camera.source).is_ok_and(|found| found.file_type().is_char_device());
    let gestures = match (is_device, named) {
        (true, _) => Vec::new(),
        (false, []) => RECORDED.to_vec(),
        (false, named) => named.to_vec(),
    };
    OneShot { references: Vec::new(), claim: None, nonce: None, gestures, pace: Pace::Fast }
}

/// The receiving side, on its own thread.
struct Receiver {
    stop: watch::Sender<bool>,
    thread: std::thread::JoinHandle<Result<(), ListenError>>,
}

impl Receiver {
    fn start(broker: &EmbeddedBroker, trust: Trust, folder: &Path) -> Result<Self, Failure> {
        let tls = TlsMaterial::from_files(&broker.hub_tls()).map_err(Failure::device)?;
        let tenant = Name::new(TENANT).map_err(Failure::usage)?;
        let options = ReceiveOptions {
            host: "127.0.0.1".into(),
            port: broker.hub_port,
            tenant: tenant.clone(),
            security: Security::MutualTls(tls),
            count: Some(1),
            limit: None,
            backoff: BackoffOptions::default(),
        };
        let store = FolderStore::open(folder).map_err(Failure::device)?;
        let intake = Arc::new(Intake::new(tenant, trust, store));
        let (stop, stopped) = watch::channel(false);
        let (ready, is_ready) = sync_channel(1);
        let thread = std::thread::spawn(move || listen(&options, intake, stopped, &ready));
        match is_ready.recv_timeout(DELIVERY_LIMIT) {
            Ok(()) => Ok(Self { stop, thread }),
            Err(RecvTimeoutError::Timeout) => Err(Failure::device("the receiving side can't subscribe")),
            Err(RecvTimeoutError::Disconnected) => {
                let error = thread.join().ok().and_then(Result::err).map(|error| error.to_string());
                Err(Failure::device(format!("the receiving side ended: {}", error.unwrap_or_default())))
            }
        }
    }

    fn finish(self) -> Result<(), Failure> {
        // Fails only when the receiver has ended already.
        let _ = self.stop.send(true);
        match self.thread.join() {
            Ok(result) => result.map_err(Failure::device),
            Err(_) => Err(Failure::device("the receiving side panicked")),
        }
    }
}

/// Why the receiving side ended early.
#[derive(Debug, thiserror::Error)]
enum ListenError {
    #[error("{0}")]
    Runtime(#[from] std::io::Error),
    #[error("{0}")]
    Receive(#[from] ReceiveError),
}

fn listen(
    options: &ReceiveOptions,
    intake: Arc<Intake<Trust, FolderStore>>,
    stopped: watch::Receiver<bool>,
    ready: &SyncSender<()>,
) -> Result<(), ListenError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let told = |happening: Happening<'_>| {
        if matches!(happening, Happening::Listening) {
            // On a second connection the channel is full or closed, which is fine.
            let _ = ready.try_send(());
        }
    };
    runtime.block_on(receive(options, intake, stopped, told))?;
    Ok(())
}

fn remove(folder: &Path) -> Result<(), Failure> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Failure::device(format!("{}: {error}", folder.display())))
        }
        _ => Ok(()),
    }
}
