//! `vouch config check|show|default`.

use std::io;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;

use crate::config::{Config, ConfigError, DEFAULT_TEXT, Provenance};

/// Works with the configuration.
#[derive(Debug, Args)]
pub struct ConfigArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Lists every fault of the file and its patches; exit code 1 if there is one
    Check(Named),
    /// Prints the effective configuration, defaults and patches included
    Show(Named),
    /// Prints the commented default file
    Default,
}

#[derive(Debug, Args)]
struct Named {
    /// The file [default: /etc/vouch/vouch.toml; in a checkout, the defaults]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Prints one JSON object
    #[arg(long)]
    json: bool,
}

/// Runs the command. Answers go to `out`, faults to `err` (with `--json`, also to `out`).
///
/// # Errors
/// Only if `out` or `err` can't be written.
pub fn run(args: &ConfigArgs, out: &mut dyn Write, err: &mut dyn Write) -> io::Result<ExitCode> {
    match &args.command {
        Command::Check(named) => match Config::load(named.config.as_deref()) {
            Ok((_, provenance)) => checked(out, &provenance, named.json),
            Err(error) => faulty(out, err, &error, named.json),
        },
        Command::Show(named) => match Config::load(named.config.as_deref()) {
            Ok((config, provenance)) => show(out, &config, &provenance, named.json),
            Err(error) => faulty(out, err, &error, named.json),
        },
        Command::Default => {
            out.write_all(DEFAULT_TEXT.as_bytes())?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn checked(out: &mut dyn Write, provenance: &Provenance, json: bool) -> io::Result<ExitCode> {
    let Provenance { files, sha256 } = provenance;
    if json {
        let answer = json!({ "ok": true, "files": files, "sha256": sha256, "faults": [] });
        writeln!(out, "{answer:#}")?;
    } else {
        for file in files {
            writeln!(out, "read    {}", file.display())?;
        }
        if files.is_empty() {
            writeln!(out, "read    no file: the defaults of a checkout")?;
        }
        writeln!(out, "sha256  {sha256}")?;
        writeln!(out, "ok")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn show(out: &mut dyn Write, config: &Config, provenance: &Provenance, json: bool) -> io::Result<ExitCode> {
    if json {
        let answer = json!({
            "files": provenance.files,
            "sha256": provenance.sha256,
            "config": config,
        });
        writeln!(out, "{answer:#}")?;
    } else {
        for file in &provenance.files {
            writeln!(out, "# from {}", file.display())?;
        }
        writeln!(out, "# sha256 {}\n", provenance.sha256)?;
        let text = toml::to_string_pretty(config).map_err(io::Error::other)?;
        out.write_all(text.as_bytes())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn faulty(out: &mut dyn Write, err: &mut dyn Write, error: &ConfigError, json: bool) -> io::Result<ExitCode> {
    if json {
        let answer = json!({ "ok": false, "faults": error.faults });
        writeln!(out, "{answer:#}")?;
    } else {
        writeln!(err, "{error}")?;
    }
    Ok(ExitCode::FAILURE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        config: ConfigArgs,
    }

    fn answer(words: &[&str]) -> (ExitCode, String, String) {
        let line = Line::try_parse_from([&["config"], words].concat()).expect("a valid line");
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = run(&line.config, &mut out, &mut err).expect("a Vec accepts everything");
        let text = |bytes| String::from_utf8(bytes).expect("words are UTF-8");
        (code, text(out), text(err))
    }

    #[test]
    fn what_show_prints_is_a_configuration() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("vouch.toml");
        std::fs::write(&file, "[camera]\nwidth = 800\n").expect("the folder is ours");
        let name = file.to_str().expect("a UTF-8 path");
        let (code, shown, _) = answer(&["show", "--config", name]);
        assert_eq!(code, ExitCode::SUCCESS);

        let again = folder.path().join("again.toml");
        std::fs::write(&again, &shown).expect("the folder is ours");
        let (first, told) = Config::load(Some(&file)).expect("a good file");
        let (second, _) = Config::load(Some(&again)).expect("a good file");
        assert_eq!(first, second);
        assert_eq!(second.camera.width, 800);
        assert!(shown.contains(&told.sha256));
    }

    #[test]
    fn check_tells_faults_and_fails() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("vouch.toml");
        std::fs::write(&file, "[camera]\nwidht = 800\n").expect("the folder is ours");
        let name = file.to_str().expect("a UTF-8 path");

        let (code, out, err) = answer(&["check", "--config", name]);
        assert_eq!((code, out.as_str()), (ExitCode::FAILURE, ""));
        assert!(err.contains("line 2, column 1: unknown key `camera.widht`; did you mean `width`?"));

        let (code, out, err) = answer(&["check", "--json", "--config", name]);
        assert_eq!((code, err.as_str()), (ExitCode::FAILURE, ""));
        let told: serde_json::Value = serde_json::from_str(&out).expect("JSON");
        assert_eq!(told["ok"], false);
        assert_eq!(told["faults"][0]["key"], "camera.widht");
        assert_eq!(told["faults"][0]["line"], 2);
    }

    #[test]
    fn default_is_the_file() {
        assert_eq!(answer(&["default"]).1, DEFAULT_TEXT);
    }
}
