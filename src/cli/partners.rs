//! `vouch partners`: who may ask this terminal for sessions.

use std::io::{BufRead as _, Write as _};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use clap::{Args, Subcommand};
use tokio::runtime::Runtime;
use vouch_partner::context::{Context, Settings};
use vouch_partner::desk::Pages;
use vouch_partner::guard::Limits;
use vouch_partner::register::partners::NewPartner;
use vouch_partner::register::scenes::Scene;
use vouch_partner::register::{Register, RegisterError};
use vouch_partner::schemes::BusinessScheme;
use vouch_partner::server::{Listen, Server};
use vouch_partner::targets::Target;
use vouch_partner::tls::TlsFiles;

use super::common::Place;
use super::failure::Failure;
use super::kiosk::OpenPage;
use super::words::say;
use crate::authority::Source;
use crate::partners::REGISTER_FILE;
use crate::partners::desk::TerminalDesk;
use crate::partners::gallery::GalleryKeeper;
use crate::partners::materials::Checker;
use crate::terminal::order::OrderSender;
use crate::terminal::station::Station;
use vouch_session::fuse::MAX_REFERENCES;
use vouch_store::media::{Keep, MediaStore};
use vouch_trust::identity::Identity;

/// How often old pictures are removed.
const PRUNE_EVERY: Duration = Duration::from_secs(60);
/// Longest secret read, bytes.
const MAX_SECRET: u64 = 1024;

/// Says who may ask this terminal for sessions. `vouch run` serves the APIs if partners.enabled is
/// set; docs/PARTNERS.md describes them.
#[derive(Debug, Args)]
pub struct PartnersArgs {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: PartnersCommand,
}

#[derive(Debug, Subcommand)]
enum PartnersCommand {
    /// Lists partners and scenes
    List,
    /// Adds a partner; its secret is read from standard input
    Add(AddArgs),
    /// Sets a partner's secret, read from standard input
    Secret {
        /// The partner's code
        code: String,
    },
    /// Removes a partner
    Remove {
        /// The partner's code
        code: String,
    },
    /// Creates a scene (Alibaba Cloud)
    Scene(SceneArgs),
    /// Removes a scene
    RemoveScene {
        /// The scene's identifier
        biz: String,
    },
    /// Lists the webhooks: delivered, waiting, given up
    Webhooks,
}

#[derive(Debug, Args)]
#[command(after_help = "Example:
  echo SECRET | vouch partners add bank --name 'My bank' --allow https://bank.example/")]
struct AddArgs {
    /// The code it logs in with
    code: String,
    /// The name that the person is shown
    #[arg(long)]
    name: String,
    /// An address where its redirects and webhooks may go; may be repeated
    #[arg(long, value_name = "URL")]
    allow: Vec<String>,
    /// The same, and it may lie in a private network
    #[arg(long, value_name = "URL")]
    allow_private: Vec<String>,
    /// Where it is told that a session has ended
    #[arg(long, value_name = "URL")]
    webhook: Option<String>,
    /// It may enrol people in this terminal's gallery, and search them
    #[arg(long)]
    gallery: bool,
}

#[derive(Debug, Args)]
struct SceneArgs {
    /// The identifier that calls name
    biz: String,
    /// The partner that may use it
    #[arg(long)]
    partner: String,
    /// What it is for
    #[arg(long)]
    name: String,
    /// RPBasic, RPManual, RPBioID, RPBioOnlyPro, RPBioOnly, FVBioOnly, RPH5BioOnly or RPMin
    #[arg(long)]
    scheme: String,
    /// Leaves out the guide page
    #[arg(long)]
    no_guide: bool,
    /// Leaves out the result page
    #[arg(long)]
    no_result: bool,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`] with its exit code.
pub fn run(args: &PartnersArgs) -> Result<ExitCode, Failure> {
    let config = args.place.load()?;
    let state = &config.device.state_dir;
    vouch_trust::durable::make_private_folder(state).map_err(Failure::device)?;
    let register = Register::open(&state.join(REGISTER_FILE)).map_err(Failure::device)?;
    let refused = |error: RegisterError| Failure::usage(error);
    match &args.command {
        PartnersCommand::List => list(&register)?,
        PartnersCommand::Add(add) => {
            let allow = add.allow.iter().map(|url| Target::new(url, false));
            let private = add.allow_private.iter().map(|url| Target::new(url, true));
            let targets = allow.chain(private).collect::<Result<_, _>>().map_err(Failure::usage)?;
            let partner = NewPartner {
                code: add.code.clone(),
                name: add.name.clone(),
                targets,
                webhook: add.webhook.clone(),
                gallery: add.gallery,
            };
            register.add_partner(partner, &read_secret()?).map_err(refused)?;
            say("The partner may ask for sessions now.");
        }
        PartnersCommand::Secret { code } => register.set_secret(code, &read_secret()?).map_err(refused)?,
        PartnersCommand::Remove { code } => register.remove_partner(code).map_err(refused)?,
        PartnersCommand::Scene(scene) => {
            let scheme = BusinessScheme::named(&scene.scheme).ok_or_else(|| {
                Failure::usage(format!(
                    "there is no scheme `{}`; `vouch partners scene --help` lists them",
                    scene.scheme
                ))
            })?;
            let scene = Scene {
                biz: scene.biz.clone(),
                partner: scene.partner.clone(),
                name: scene.name.clone(),
                scheme,
                pages: Pages { guide: !scene.no_guide, result: !scene.no_result },
            };
            register.add_scene(scene).map_err(refused)?;
        }
        PartnersCommand::RemoveScene { biz } => register.remove_scene(biz).map_err(refused)?,
        PartnersCommand::Webhooks => {
            let mut stdout = std::io::stdout().lock();
            for delivery in register.deliveries().map_err(refused)? {
                writeln!(stdout, "{delivery:?}")?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Serves the partners' APIs on `runtime`, until the server is dropped or stopped.
///
/// # Errors
/// [`Failure`] if the address, the certificate or the register can't be used.
pub fn serve(
    runtime: &Runtime,
    station: &Station,
    page: &OpenPage,
    orders: OrderSender,
) -> Result<(Server, Arc<MediaStore>), Failure> {
    let config = station.config();
    let (section, state) = (&config.partners, &config.device.state_dir);
    let keep = Keep {
        fetched: Duration::from_secs(60 * u64::from(section.keep_fetched_min)),
        unfetched: Duration::from_secs(60 * 60 * u64::from(section.keep_unfetched_h)),
    };
    let media = Arc::new(MediaStore::open(state, keep).map_err(Failure::device)?);
    let identity = Identity::open_or_create(state, config.device.id.as_deref()).map_err(Failure::device)?;
    let desk = TerminalDesk {
        page: Arc::clone(&page.shared),
        orders,
        media: Arc::clone(&media),
        identity: Arc::new(identity),
        checker: Source::configured(&config.authority, state).map(|source| Checker { source }),
        configured: config.session.scheme,
        here: section.same_screen.then(|| page.url.clone()),
        policy: station.policy().clone(),
        policy_for_several: station.policy_for(MAX_REFERENCES).clone(),
        gallery: GalleryKeeper::new(state, station.enrolment_rules()),
        runtime: runtime.handle().clone(),
    };
    let tls = match (&section.certificate, &section.key) {
        (Some(certificate), Some(key)) => {
            Some(TlsFiles { certificate: certificate.clone(), key: key.clone() })
        }
        _ => None,
    };
    let scheme = if tls.is_some() { "https" } else { "http" };
    let public = section.public_url.clone().unwrap_or_else(|| format!("{scheme}://{}", section.listen));
    let public_url = public
        .parse()
        .map_err(|error| Failure::usage(format!("partners.public_url: {error}; give https://HOST")))?;
    let settings = Settings { public_url, limits: Limits::default(), webhook_ca: section.webhook_ca.clone() };
    let register = Register::open(&state.join(REGISTER_FILE)).map_err(Failure::device)?;
    let listen = Listen { address: section.listen, tls };
    let started = runtime.block_on(async {
        let context = Context::new(settings, register, Arc::new(desk)).await.map_err(Failure::usage)?;
        Server::start(context, listen).await.map_err(Failure::usage)
    })?;
    let pruned = Arc::clone(&media);
    runtime.spawn(async move {
        let mut ticks = tokio::time::interval(PRUNE_EVERY);
        loop {
            ticks.tick().await;
            let media = Arc::clone(&pruned);
            let done = tokio::task::spawn_blocking(move || media.prune(SystemTime::now())).await;
            if let Ok(Err(error)) = done {
                tracing::warn!(%error, "old pictures could not be removed");
            }
        }
    });
    Ok((started, media))
}

fn read_secret() -> Result<String, Failure> {
    let mut line = String::new();
    std::io::Read::take(std::io::stdin().lock(), MAX_SECRET).read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn list(register: &Register) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    for partner in register.partners().map_err(Failure::device)? {
        writeln!(stdout, "{}  {}", partner.code, partner.name)?;
        for target in &partner.targets {
            writeln!(stdout, "    may send people and webhooks to {}", target.url())?;
        }
    }
    for scene in register.scenes().map_err(Failure::device)? {
        writeln!(
            stdout,
            "scene {}  {}  of {}: {}",
            scene.biz,
            scene.name,
            scene.partner,
            scene.scheme.name()
        )?;
    }
    Ok(())
}
