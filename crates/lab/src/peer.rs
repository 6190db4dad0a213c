//! The peer, MediaPipe's FaceMesh, in its own Python.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

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

/// The peer, ready to run.
#[derive(Debug)]
pub struct Peer {
    python: PathBuf,
    picture: PathBuf,
    frames: usize,
}

impl Peer {
    /// Lays the picture down in `folder` where the peer can read it.
    ///
    /// # Errors
    /// A sentence: what is missing and what to do.
    pub fn prepare(python: &Path, frame: &Frame, frames: usize, folder: &Path) -> Result<Self, String> {
        if !Path::new(SCRIPT).is_file() {
            return Err(format!("{SCRIPT} is not here: run the bench from the checkout's root"));
        }
        let picture = folder.join("frame.rgb");
        std::fs::write(&picture, &frame.rgb).map_err(|e| format!("{}: {e}", picture.display()))?;
        Ok(Self { python: python.to_owned(), picture, frames })
    }

    /// Runs one round.
    ///
    /// # Errors
    /// A sentence with the script's own last line.
    pub fn round(&self) -> Result<PeerRound, String> {
        let output = Command::new(&self.python)
            .arg(SCRIPT)
            .arg(&self.picture)
            .args(["--frames", &self.frames.to_string()])
            .stdin(Stdio::null())
            .output()
            .map_err(|e| format!("{}: {e}; run benches/peer/setup.sh", self.python.display()))?;
        if !output.status.success() {
            let words = String::from_utf8_lossy(&output.stderr);
            return Err(format!("the peer ended with {}: {}", output.status, last_line(&words)));
        }
        let words = String::from_utf8_lossy(&output.stdout);
        serde_json::from_str(last_line(&words)).map_err(|e| format!("the peer printed no figures: {e}"))
    }
}

fn last_line(words: &str) -> &str {
    words.trim_end().lines().next_back().unwrap_or_default()
}
