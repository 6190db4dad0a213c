//! The figures, as JSON and as a table for people.

use std::collections::BTreeMap;
use std::fmt;
use std::fmt::{Display, Formatter};

use serde::Serialize;

/// All figures of one bench. One that could not be measured is null, and
/// `missing` says why. Times are milliseconds: the median over the rounds of each round's median.
#[derive(Debug, Clone, Default, Serialize)]
pub struct BenchReport {
    /// A tracked frame, from RGB to face.
    pub track_ms: Option<f64>,
    /// Tenth percentile of the same.
    pub track_ms_p10: Option<f64>,
    /// The peer's tracked frame, in the same run.
    pub peer_track_ms: Option<f64>,
    /// Tenth percentile of the same.
    pub peer_track_ms_p10: Option<f64>,
    /// `track_ms` over `peer_track_ms`.
    pub track_ratio: Option<f64>,
    /// A frame without a track: detection, mesh twice, eyes.
    pub detect_mesh_ms: Option<f64>,
    /// Tenth percentile of the same.
    pub detect_mesh_ms_p10: Option<f64>,
    /// The peer's detection and mesh, in the same run.
    pub peer_detect_mesh_ms: Option<f64>,
    /// `detect_mesh_ms` over `peer_detect_mesh_ms`.
    pub detect_mesh_ratio: Option<f64>,
    /// Share of a tracked frame that is not spent inside the networks, 0 to 1.
    pub outside_models_share: Option<f64>,
    /// Heap allocations for one frame in the steady state.
    pub allocs_per_frame: Option<f64>,
    /// All liveness cues together, for one frame on average.
    pub cues_ms: Option<f64>,
    /// Memory of the eye process (PSS, 10^6 bytes).
    pub eye_pss_mb: Option<f64>,
    /// Memory of the terminal process (PSS, 10^6 bytes).
    pub terminal_pss_mb: Option<f64>,
    /// From the start of `vouch run` to its first sighting.
    pub first_sighting_ms: Option<f64>,
    /// Each model by its name.
    pub models: BTreeMap<String, ModelFigures>,
    /// Tracked frames in each round.
    pub frames: usize,
    /// Rounds, each with a run of the peer.
    pub rounds: usize,
    /// CPU threads of one network.
    pub threads: u32,
    /// Where it was measured.
    pub machine: HostMachine,
    /// Why a figure is null, by its key.
    pub missing: BTreeMap<&'static str, String>,
}

/// One model's part.
#[derive(Debug, Clone, Serialize)]
pub struct ModelFigures {
    /// One run of the network, median.
    pub invoke_ms: Option<f64>,
    /// What ran it.
    pub accelerator: String,
}

/// The machine.
#[derive(Debug, Clone, Default, Serialize)]
pub struct HostMachine {
    /// Processor, as the kernel names it.
    pub cpu: String,
    /// Processors that this process may use.
    pub cores: usize,
}

impl HostMachine {
    /// This one.
    pub fn here() -> Self {
        let names = ["model name", "Model", "Hardware"];
        let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let named = |name: &str| {
            info.lines()
                .filter_map(|line| line.split_once(':'))
                .find_map(|(key, value)| (key.trim() == name).then(|| value.trim().to_owned()))
        };
        Self {
            cpu: names.iter().find_map(|name| named(name)).unwrap_or_else(|| std::env::consts::ARCH.into()),
            cores: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        }
    }
}

/// A promised upper bound: key, description, bound and unit.
struct Promise {
    key: &'static str,
    measure: &'static str,
    most: f64,
    unit: &'static str,
    reached: Option<f64>,
}

impl BenchReport {
    fn promises(&self) -> [Promise; 7] {
        let promise = |key, measure, most, unit, reached| Promise { key, measure, most, unit, reached };
        [
            promise("track_ratio", "tracked frame over the peer's", 0.8, "", self.track_ratio),
            promise("outside_models_share", "outside the networks", 0.2, "", self.outside_models_share),
            promise("allocs_per_frame", "allocations for a frame", 0.0, "", self.allocs_per_frame),
            promise("cues_ms", "liveness cues, each frame", 8.0, "ms", self.cues_ms),
            promise("eye_pss_mb", "memory of the eye", 120.0, "MB", self.eye_pss_mb),
            promise("terminal_pss_mb", "memory of the terminal", 30.0, "MB", self.terminal_pss_mb),
            promise("first_sighting_ms", "start to first sighting", 1500.0, "ms", self.first_sighting_ms),
        ]
    }

    /// Sets the ratios from what was measured.
    pub fn compare(&mut self) {
        let ratio = |own: Option<f64>, peer: Option<f64>| Some(own? / peer.filter(|&ms| ms > 0.0)?);
        self.track_ratio = ratio(self.track_ms, self.peer_track_ms);
        self.detect_mesh_ratio = ratio(self.detect_mesh_ms, self.peer_detect_mesh_ms);
        for (key, peer) in [("track_ratio", "peer_track_ms"), ("detect_mesh_ratio", "peer_detect_mesh_ms")] {
            if let Some(reason) = self.missing.get(peer).cloned() {
                self.missing.insert(key, reason);
            }
        }
    }
}

impl Display for BenchReport {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}, {} processors, {} threads", self.machine.cpu, self.machine.cores, self.threads)?;
        writeln!(f, "{} rounds of {} frames, medians (tenth percentile)\n", self.rounds, self.frames)?;
        let time = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |ms| format!("{ms:.3}"));
        writeln!(f, "{:26} {:>16} {:>16} {:>7}", "ms", "Vouch", "peer", "ratio")?;
        let rows = [
            (
                "tracked frame",
                (self.track_ms, self.track_ms_p10),
                (self.peer_track_ms, self.peer_track_ms_p10),
                self.track_ratio,
            ),
            (
                "frame without a track",
                (self.detect_mesh_ms, self.detect_mesh_ms_p10),
                (self.peer_detect_mesh_ms, None),
                self.detect_mesh_ratio,
            ),
        ];
        for (name, own, peer, ratio) in rows {
            let both = |(median, p10)| format!("{} ({})", time(median), time(p10));
            let ratio = ratio.map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2}"));
            writeln!(f, "{name:26} {:>16} {:>16} {ratio:>7}", both(own), both(peer))?;
        }
        for (name, model) in &self.models {
            writeln!(f, "  {name:24} {:>16}  {}", time(model.invoke_ms), model.accelerator)?;
        }
        writeln!(f, "\n{:32} {:>12} {:>12}", "measure", "at most", "reached")?;
        for Promise { key, measure, most, unit, reached } in self.promises() {
            let at_most = format!("{most} {unit}");
            match reached {
                Some(value) => {
                    let verdict = if value <= most { "met" } else { "MISSED" };
                    writeln!(
                        f,
                        "{measure:32} {at_most:>12} {:>12}  {verdict}",
                        format!("{value:.2} {unit}")
                    )?;
                }
                None => {
                    let reason = self.missing.get(key).map_or("not measured", String::as_str);
                    writeln!(f, "{measure:32} {at_most:>12} {:>12}  {reason}", "-")?;
                }
            }
        }
        Ok(())
    }
}
