//! The commands, one function each.

use std::process::ExitCode;
use std::time::Instant;

use clap::{Parser, Subcommand};
use vouch::cli;
use vouch::cli::failure::Failure;

/// The software of an identity terminal: signs who is in front of the camera, and whether that
/// person is alive.
#[derive(Debug, Parser)]
#[command(name = "vouch", version, propagate_version = true)]
struct Vouch {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The terminal as a service
    Run(cli::run::RunArgs),
    /// The page on the screen: sets the service PIN
    Kiosk(cli::kiosk::KioskArgs),
    /// Says who may ask this terminal for sessions
    Partners(cli::partners::PartnersArgs),
    /// Enrols people at this terminal, exports and removes them
    Gallery(cli::gallery::GalleryArgs),
    /// Runs one session, here and now: JWS on standard output
    Session(cli::session::SessionArgs),
    /// Perception as a process of its own
    Eye(cli::eye::EyeArgs),
    /// Decides a recorded session again
    Replay(cli::replay::ReplayArgs),
    /// Checks signed results and their chain
    Verify(cli::verify::Args),
    /// Shows what waits for the hub and what it refused; sends refused results again
    Outbox(cli::outbox::OutboxArgs),
    /// Checks camera, models, accelerator, clock, broker, key, disk and authoritative source
    Doctor(cli::doctor::DoctorArgs),
    /// Lists and checks the models
    Models(cli::models::ModelsArgs),
    /// Lists cameras, or grabs frames from one
    Camera(cli::camera::CameraArgs),
    /// Works with identity documents
    Document(cli::document::DocumentArgs),
    /// Checks, shows and explains the configuration
    Config(cli::config::ConfigArgs),
}

fn main() -> ExitCode {
    let began = Instant::now();
    let done = match Vouch::parse().command {
        Command::Run(args) => cli::run::run(&args, began),
        Command::Kiosk(args) => cli::kiosk::run(&args),
        Command::Partners(args) => cli::partners::run(&args),
        Command::Gallery(args) => cli::gallery::run(&args),
        Command::Session(args) => cli::session::run(&args),
        Command::Eye(args) => cli::eye::run(&args),
        Command::Replay(args) => cli::replay::run(&args),
        Command::Verify(args) => cli::verify::run(&args),
        Command::Outbox(args) => cli::outbox::run(&args),
        Command::Doctor(args) => cli::doctor::run(&args),
        Command::Models(args) => cli::models::run(&args),
        Command::Camera(args) => camera(args),
        Command::Document(args) => cli::document::run(&args),
        Command::Config(args) => config(&args),
    };
    done.unwrap_or_else(|failure: Failure| failure.report())
}

fn camera(args: cli::camera::CameraArgs) -> Result<ExitCode, Failure> {
    cli::camera::run(args).map_err(Failure::device)?;
    Ok(ExitCode::SUCCESS)
}

fn config(args: &cli::config::ConfigArgs) -> Result<ExitCode, Failure> {
    Ok(cli::config::run(args, &mut std::io::stdout().lock(), &mut std::io::stderr().lock())?)
}
