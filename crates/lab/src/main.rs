//! `vouch-lab`: what only the workshop needs.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use vouch::cli::failure::Failure;
use vouch_lab::cli;
use vouch_testkit::allocations::Counting;
use vouch_testkit::specimen::order::SpecimenOrder;

// So that `vouch-lab bench` can count what the eye allocates.
#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Measures Vouch, makes specimens, and shows a session from picture to acknowledged result.
#[derive(Debug, Parser)]
#[command(name = "vouch-lab", version, propagate_version = true)]
struct Lab {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Measures error rates on labelled data
    Eval(cli::eval::EvalArgs),
    /// Measures time and memory, compared with the peer
    Bench(cli::bench::BenchArgs),
    /// Makes specimen documents with their ground truth: pages, photographs, clips
    Specimen(SpecimenOrder),
    /// Runs one session with a private broker and receiving side
    Demo(cli::demo::DemoArgs),
}

fn main() -> ExitCode {
    let done = match Lab::parse().command {
        Command::Eval(args) => cli::eval::run(&args),
        Command::Bench(args) => cli::bench::run(&args),
        Command::Specimen(args) => cli::specimen::run(&args),
        Command::Demo(args) => cli::demo::run(&args),
    };
    done.unwrap_or_else(|failure: Failure| failure.report())
}
