//! All cues over one presentation: gives each cue the looks it needs, and collects their measures.

use std::time::Duration;

use super::colour::ColourWatcher;
use super::cue::{CueWatcher, Look};
use super::device_edge::DeviceEdgeWatcher;
use super::gesture_physics::GesturePhysics;
use super::light_challenge::LightChallenge;
use super::motion::Motion;
use super::passive::PassiveNetworks;
use super::pulse::Pulse;
use super::screen_structure::ScreenStructureWatcher;
use super::sensor::Sensor;
use crate::runtime::RuntimeError;
use crate::runtime::library::Runtime;
use crate::runtime::manifest::{Manifest, ModelEntry, Role};
use crate::runtime::model::{Model, RunOptions};
use vouch_contract::liveness::{AllMeasures, Cue, CueMeasures, Unavailable};
use vouch_contract::runtime::ModelReport;

struct Watcher {
    cue: Box<dyn CueWatcher>,
    last: Option<Duration>,
    failed: bool,
}

/// See the module.
pub struct Watch {
    watchers: Vec<Watcher>,
    models: Vec<ModelReport>,
    track: Option<u32>,
    measures: AllMeasures,
    // The time of the last look.
    latest: Duration,
    spent: Duration,
    frames: u64,
}

impl Watch {
    /// All cues. Networks with the role `pad` are loaded from the manifest; there may be none.
    ///
    /// # Errors
    /// Any [`RuntimeError`] of a network that is listed but can't be used. If it were skipped, its
    /// missing evidence would look like a pass.
    pub fn load(runtime: Runtime, manifest: &Manifest, options: &RunOptions) -> Result<Self, RuntimeError> {
        let networks = Cue::NETWORKS
            .into_iter()
            .map(|cue| {
                let of_cue = |entry: &&ModelEntry| entry.pad.is_some_and(|pad| pad.cue.cue() == cue);
                let models = manifest
                    .with_role(Role::Pad)
                    .filter(of_cue)
                    .map(|entry| Model::load(runtime, manifest, entry, options))
                    .collect::<Result<Vec<_>, _>>()?;
                PassiveNetworks::new(cue, models)
            })
            .collect::<Result<Vec<_>, _>>()?;
        let reports =
            networks.iter().flat_map(PassiveNetworks::models).map(|model| model.report().clone()).collect();
        let mut cues: Vec<Box<dyn CueWatcher>> = vec![
            Box::new(DeviceEdgeWatcher::default()),
            Box::new(ScreenStructureWatcher::default()),
            Box::new(ColourWatcher::default()),
            Box::new(Motion::new()),
            Box::new(GesturePhysics::new()),
            Box::new(LightChallenge::new()),
            Box::new(Pulse::new()),
            Box::new(Sensor::new()),
        ];
        cues.extend(networks.into_iter().map(|networks| Box::new(networks) as Box<dyn CueWatcher>));
        Ok(Self::of(cues, reports))
    }

    fn of(cues: Vec<Box<dyn CueWatcher>>, models: Vec<ModelReport>) -> Self {
        let watchers = cues.into_iter().map(|cue| Watcher { cue, last: None, failed: false }).collect();
        let mut watch = Self {
            watchers,
            models,
            track: None,
            measures: AllMeasures::default(),
            latest: Duration::ZERO,
            spent: Duration::ZERO,
            frames: 0,
        };
        watch.forget();
        watch
    }

    /// The networks run by cues.
    pub fn models(&self) -> &[ModelReport] {
        &self.models
    }

    /// Gives the look to the cues and returns their measures for the presentation so far. A new
    /// track is a new presentation.
    pub fn see(&mut self, look: &Look<'_>) -> &AllMeasures {
        let began = std::time::Instant::now();
        if self.track != Some(look.face.track) {
            self.forget();
            self.track = Some(look.face.track);
        }
        self.latest = look.at;
        let turned = look.face.pose.yaw.abs().max(look.face.pose.pitch.abs());
        for watcher in &mut self.watchers {
            let needs = watcher.cue.needs();
            // If the source's clock was restarted, the time goes back: the cue is due.
            let due = watcher.last.is_none_or(|last| look.at < last || look.at - last >= needs.every);
            if !due || watcher.failed || needs.turned.is_some_and(|most| turned > most) {
                continue;
            }
            watcher.last = Some(look.at);
            let measures = match watcher.cue.see(look) {
                Ok(()) => watcher.cue.measures(),
                Err(error) => {
                    tracing::error!(%error, cue = ?watcher.cue.cue(), "a liveness cue failed");
                    watcher.failed = true;
                    CueMeasures::Unavailable(Unavailable::Failed)
                }
            };
            self.measures.set(watcher.cue.cue(), measures);
        }
        self.spent += began.elapsed();
        self.frames += 1;
        &self.measures
    }

    /// The screen lights the face with `colour` from now on: from the last frame seen, because the
    /// cues know only the frames' time.
    pub fn lit(&mut self, colour: [u8; 3]) {
        for watcher in &mut self.watchers {
            watcher.cue.lit(colour, self.latest);
        }
    }

    /// Forgets the presentation.
    pub fn forget(&mut self) {
        self.track = None;
        self.measures = AllMeasures::NOT_FITTED;
        for watcher in &mut self.watchers {
            watcher.cue.forget();
            (watcher.last, watcher.failed) = (None, false);
            self.measures.set(watcher.cue.cue(), watcher.cue.measures());
        }
    }

    /// Total time spent in cues and the number of frames, for the bench.
    pub fn spent(&self) -> (Duration, u64) {
        (self.spent, self.frames)
    }
}
