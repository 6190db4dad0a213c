//! The peer that Vouch is compared with: MediaPipe's FaceMesh, in its own Python.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use serde::Deserialize;

use vouch_perception::camera::Frame;

/// The peer's script, from the checkout's root.
const SCRIPT: &str = "benches/peer/facemesh.py";

/// One round's figures, as the script prints them.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct PeerRound {
    /// Median of a tracked frame, milliseconds.
    pub track_ms: f64,
    /// Tenth percentile of the same.
    pub track_ms_p10: f64,
    /// Median of detection and mesh, milliseconds.
    pub detect_mesh_ms: f64,
}

/// Why the peer can't be measured.
#[derive(Debug, thiserror::Error)]
pub enum PeerError {
    /// None was asked for.
    #[error("no peer was named: give its Python by --peer")]
    NotNamed,
    /// The bench runs outside the checkout.
    #[error("{SCRIPT} is not here: run the bench from the checkout's root")]
    NoScript,
    /// The picture can't be written.
    #[error("{path}: {source}")]
    Picture {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// Python can't be started.
    #[error("{python}: {source}; run benches/peer/setup.sh")]
    Start {
        /// The interpreter.
        python: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// The script failed.
    #[error("the peer ended with {status}: {last_line}")]
    Failed {
        /// How it ended.
        status: ExitStatus,
        /// Its last line on standard error.
        last_line: String,
    },
    /// The script's last line is no JSON of figures.
    #[error("the peer printed no figures: {0}")]
    NoFigures(#[from] serde_json::Error),
}

/// The peer, ready to run.
#[derive(Debug)]
pub struct Peer {
    python: PathBuf,
    picture: PathBuf,
    frames: usize,
}

impl Peer {
    /// Writes the picture into `folder` for the peer.
    ///
    /// # Errors
    /// [`PeerError`].
    pub fn prepare(python: &Path, frame: &Frame, frames: usize, folder: &Path) -> Result<Self, PeerError> {
        if !Path::new(SCRIPT).is_file() {
            return Err(PeerError::NoScript);
        }
        let picture = folder.join("frame.rgb");
        if let Err(source) = std::fs::write(&picture, &frame.rgb) {
            return Err(PeerError::Picture { path: picture, source });
        }
        Ok(Self { python: python.to_owned(), picture, frames })
    }

    /// Runs one round.
    ///
    /// # Errors
    /// [`PeerError`].
    pub fn round(&self) -> Result<PeerRound, PeerError> {
        let output = Command::new(&self.python)
            .arg(SCRIPT)
            .arg(&self.picture)
            .args(["--frames", &self.frames.to_string()])
            .stdin(Stdio::null())
            .output()
            .map_err(|source| PeerError::Start { python: self.python.clone(), source })?;
        if !output.status.success() {
            let printed = String::from_utf8_lossy(&output.stderr);
            let last_line = last_line(&printed).to_owned();
            return Err(PeerError::Failed { status: output.status, last_line });
        }
        let printed = String::from_utf8_lossy(&output.stdout);
        Ok(serde_json::from_str(last_line(&printed))?)
    }
}

fn last_line(printed: &str) -> &str {
    printed.trim_end().lines().next_back().unwrap_or_default()
}
