//! Memory of the running eye and terminal, and their time to the first sighting.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde::Deserialize;

use super::series::Series;

/// Starts that are measured.
const STARTS: usize = 3;
/// Longest wait for the first sighting; a normal start takes a second.
const SIGHTING_LIMIT: Duration = Duration::from_secs(30);
/// Wait after the first sighting, until buffers have their size and code is loaded.
const SETTLE: Duration = Duration::from_secs(3);
/// Longest wait for the terminal to end on SIGTERM.
const END_LIMIT: Duration = Duration::from_secs(10);
/// Pause between two looks at a process.
const POLL: Duration = Duration::from_millis(20);
/// Lines waiting to be read; more than come before the first sighting.
const LINES: usize = 256;

/// Medians over the starts.
#[derive(Debug, Clone, Copy, Default)]
pub struct ProcessFigures {
    /// PSS of the eye, 10^6 bytes.
    pub eye_mb: Option<f64>,
    /// PSS of the terminal, 10^6 bytes.
    pub terminal_mb: Option<f64>,
    /// Milliseconds from the start of the terminal to its first sighting.
    pub first_sighting_ms: Option<f64>,
}

/// Why the processes can't be measured.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// A file or program that the system doesn't give.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// The path of the running program is unknown.
    #[error("this program's own path: {0}")]
    OwnPath(#[source] std::io::Error),
    /// There is nothing to show to the camera.
    #[error("{0} is not here: run `make demo` once, or give --source")]
    NoRecording(&'static str),
    /// Sessions would use memory of their own.
    #[error("session.start = \"presence\" would begin sessions while memory is measured")]
    Presence,
    /// The kernel's summary has another form.
    #[error("{0} has no line `Pss:`")]
    NoPss(PathBuf),
    /// The terminal ended before it saw a frame.
    #[error("`vouch run` ended at once ({0}); try it by hand to see why")]
    Ended(ExitStatus),
    /// The terminal runs and sees nothing.
    #[error("`vouch run` reported no first sighting for {} s", SIGHTING_LIMIT.as_secs())]
    NoSighting,
}

/// What `vouch run` reports at its first sighting.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FirstSighting {
    event: String,
    ms: f64,
    eye_pid: u32,
    pid: u32,
}

/// Starts `program` with `arguments` (those of `vouch run`) several times.
///
/// # Errors
/// [`ProcessError`].
pub fn measure(program: &Path, arguments: &[String]) -> Result<ProcessFigures, ProcessError> {
    let (mut eye, mut terminal, mut first) = (Series::default(), Series::default(), Series::default());
    for _ in 0..STARTS {
        let mut running = RunningTerminal::start(program, arguments)?;
        let sighting = running.first_sighting()?;
        first.push(sighting.ms);
        std::thread::sleep(SETTLE);
        eye.push(pss_mb(sighting.eye_pid)?);
        terminal.push(pss_mb(sighting.pid)?);
    }
    Ok(ProcessFigures {
        eye_mb: eye.median(),
        terminal_mb: terminal.median(),
        first_sighting_ms: first.median(),
    })
}

/// Proportional set size of a process: its own pages, and its share of those
/// that others map too. In 10^6 bytes.
fn pss_mb(pid: u32) -> Result<f64, ProcessError> {
    let path = PathBuf::from(format!("/proc/{pid}/smaps_rollup"));
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(source) => return Err(ProcessError::Io { path, source }),
    };
    text.lines()
        .find_map(|line| line.strip_prefix("Pss:")?.trim().strip_suffix("kB")?.trim().parse::<f64>().ok())
        .map(|kib| kib * 1024.0 / 1e6)
        .ok_or(ProcessError::NoPss(path))
}

/// A terminal that ends when this is dropped.
struct RunningTerminal {
    child: Child,
    lines: Receiver<String>,
}

impl RunningTerminal {
    fn start(program: &Path, arguments: &[String]) -> Result<Self, ProcessError> {
        let mut child = Command::new(program)
            .arg("run")
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|source| ProcessError::Io { path: program.to_owned(), source })?;
        let (sender, lines) = sync_channel(LINES);
        if let Some(stdout) = child.stdout.take() {
            // Ends with the terminal, which closes the pipe.
            std::thread::spawn(move || {
                for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                    // Keep the pipe empty when nobody reads lines after the first sighting.
                    let _ = sender.try_send(line);
                }
            });
        }
        Ok(Self { child, lines })
    }

    fn first_sighting(&mut self) -> Result<FirstSighting, ProcessError> {
        let deadline = Instant::now() + SIGHTING_LIMIT;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left).map_err(|_| match self.child.try_wait() {
                Ok(Some(status)) => ProcessError::Ended(status),
                _ => ProcessError::NoSighting,
            })?;
            if let Ok(told) = serde_json::from_str::<FirstSighting>(&line)
                && told.event == "first-sighting"
            {
                return Ok(told);
            }
        }
    }
}

impl Drop for RunningTerminal {
    fn drop(&mut self) {
        if let Some(pid) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            // It may have ended by itself.
            let _ = kill_process(pid, Signal::TERM);
        }
        let deadline = Instant::now() + END_LIMIT;
        while Instant::now() < deadline {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(POLL);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
