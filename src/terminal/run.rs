//! The terminal's daily life: an eye kept alive, sessions led, results on their
//! way.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::drive::Session;
use super::lead::lead;
use super::records::{Records, Typed};
use super::references::References;
use super::station::{Asked, Station, StationError, Vouched};
use crate::config::Start;
use vouch_contract::claims::ChosenBy;
use vouch_contract::eye::protocol::Tell;
use vouch_contract::eye::sighting::Sighting;
use vouch_link::link::LinkHandle;
use vouch_perception::eye::port::EyePort;
use vouch_perception::eye::remote::{RemoteEye, socket_path};
use vouch_session::challenge::Challenge;
use vouch_session::machine::Machine;
use vouch_session::types::{Confirmation, Prompt};

/// Pause before an eye that ended is started again: doubles up to the limit, so
/// that a missing camera doesn't cost a core; and a camera that comes back is
/// seen within three seconds (a start takes a quarter of one).
const RESTART_FIRST: Duration = Duration::from_millis(250);
const RESTART_LIMIT: Duration = Duration::from_secs(2);
/// An eye that lived this long was healthy: the next pause is the first again.
const HEALTHY: Duration = Duration::from_secs(60);
/// A face that stays this long begins a session (`session.start = "presence"`).
const PRESENT: Duration = Duration::from_secs(1);
/// The view must be empty this long before the next session begins by itself.
const ABSENT: Duration = Duration::from_millis(1500);
/// An eye that says nothing for this long beyond the camera's own time-out hangs
/// (a driver that never returns): it tells each frame, and each time that none
/// came. A look at a frame takes a tenth of a second on a slow board.
const SILENT: Duration = Duration::from_secs(3);
/// A session begins only on a camera whose last frame is younger than this.
const FRESH: Duration = Duration::from_secs(1);
/// How long a wish for a session waits for frames: a starting eye takes less.
const WISH: Duration = Duration::from_secs(5);
/// How often the stop flag is looked at.
const TICK: Duration = Duration::from_millis(50);
/// How often a terminal that can't vouch looks whether it can now.
const NOT_READY: Duration = Duration::from_secs(5);

/// What comes from outside while the terminal runs.
#[derive(Debug, Clone, Default)]
pub struct Signals {
    /// End: a session under way is cancelled, its result is kept.
    pub stop: Arc<AtomicBool>,
    /// Begin a session now.
    pub begin: Arc<AtomicBool>,
}

/// How eyes are started.
#[derive(Debug, Clone)]
pub struct EyeCommand {
    /// This program.
    pub program: PathBuf,
    /// `eye` and its options, without the socket.
    pub arguments: Vec<String>,
}

/// The running terminal.
pub struct Terminal<'a> {
    station: Station,
    link: Option<LinkHandle>,
    signals: Signals,
    events: &'a mut dyn Write,
    began: Instant,
    presence: Presence,
    sighted: bool,
    // Not ready: when to look again.
    not_before: Option<Instant>,
    // Somebody wants a session that has not begun yet.
    wished: Option<Instant>,
}

impl<'a> Terminal<'a> {
    /// A terminal that tells what happens as JSON lines on `events`.
    pub fn new(
        station: Station,
        link: Option<LinkHandle>,
        signals: Signals,
        began: Instant,
        events: &'a mut dyn Write,
    ) -> Self {
        Self {
            station,
            link,
            signals,
            events,
            began,
            presence: Presence::default(),
            sighted: false,
            not_before: None,
            wished: None,
        }
    }

    /// Runs until told to stop.
    ///
    /// # Errors
    /// [`StationError`] when no result could be kept any more.
    pub fn run(&mut self, command: &EyeCommand) -> Result<(), StationError> {
        let mut pause = RESTART_FIRST;
        let socket = socket_path(&self.station.config().device.state_dir, std::process::id());
        while !self.stopped() {
            let started = Instant::now();
            match RemoteEye::start(&command.program, &command.arguments, &socket) {
                Ok(mut eye) => {
                    let id = eye.process_id();
                    self.tell(json!({ "event": "eye-started", "eyePid": id, "source": eye.report().source }));
                    let reason = self.watch(&mut eye, id)?;
                    if let Some(reason) = reason {
                        tracing::error!(reason, "the eye is gone");
                        self.tell(json!({ "event": "eye-lost", "reason": reason }));
                    }
                }
                Err(error) => {
                    tracing::error!(%error, "no eye");
                    self.tell(json!({ "event": "eye-lost", "reason": error.to_string() }));
                }
            }
            if started.elapsed() >= HEALTHY {
                pause = RESTART_FIRST;
            }
            self.wait(pause);
            pause = (pause * 2).min(RESTART_LIMIT);
        }
        Ok(())
    }

    /// The link, to be shut down at the end.
    pub fn into_link(self) -> Option<LinkHandle> {
        self.link
    }

    /// Watches one eye until it is gone (with the reason) or the terminal stops.
    fn watch(&mut self, eye: &mut RemoteEye, id: Option<u32>) -> Result<Option<String>, StationError> {
        let silent = Duration::from_millis(self.station.config().camera.timeout_ms.into()) + SILENT;
        let mut heard = Instant::now();
        let mut framed: Option<Instant> = None;
        // A new eye's clock begins at zero.
        self.presence.begin_anew();
        while !self.stopped() {
            let told = eye.next(TICK);
            if !matches!(told, Ok(None)) {
                heard = Instant::now();
            } else if heard.elapsed() >= silent {
                return Ok(Some(format!("the eye has said nothing for {} s: it hangs", silent.as_secs())));
            }
            let mut present = false;
            match told {
                Ok(Some(Tell::Sighting(sighting))) => {
                    self.first_sighting(id);
                    framed = Some(heard);
                    present = self.presence.see(&sighting)
                        && self.station.config().session.start == Start::Presence;
                }
                Ok(Some(Tell::NoFrames { reason, ended })) => {
                    tracing::warn!(reason, ended, "no frames");
                    if ended {
                        self.tell(json!({ "event": "source-ended", "reason": reason }));
                        // A camera that ended for good may be there again for a
                        // new eye; a recording starts anew.
                        return Ok(Some(reason));
                    }
                }
                Ok(_) => {}
                Err(error) => return Ok(Some(error.to_string())),
            }
            // Taken on every turn: a wish from before an outage is not a wish now.
            if self.signals.begin.swap(false, Ordering::Relaxed) {
                self.wished = Some(Instant::now());
            }
            let seeing = framed.is_some_and(|at| at.elapsed() <= FRESH);
            if seeing && (self.wished.is_some() || present) {
                self.wished = None;
                if self.is_ready() {
                    self.session(eye)?;
                    self.presence.session_over();
                    heard = Instant::now();
                }
            } else if self.wished.is_some_and(|at| at.elapsed() > WISH) {
                self.wished = None;
                self.not_ready("the camera gives no frames at present");
            }
        }
        Ok(None)
    }

    /// Whether a session could be vouched for; when not, it is told, and not
    /// looked at again for a while.
    fn is_ready(&mut self) -> bool {
        if self.not_before.is_some_and(|at| Instant::now() < at) {
            return false;
        }
        match self.station.preflight() {
            Ok(()) => true,
            Err(error) => {
                self.not_before = Some(Instant::now() + NOT_READY);
                self.not_ready(&error.to_string());
                false
            }
        }
    }

    fn not_ready(&mut self, reason: &str) {
        tracing::error!(reason, "no session can begin");
        self.tell(json!({ "event": "not-ready", "reason": reason }));
    }

    fn session(&mut self, eye: &mut RemoteEye) -> Result<(), StationError> {
        let policy = self.station.policy().clone();
        let challenge = Challenge::draw(&mut rand::rng(), &policy)?;
        let scheme = self.station.config().session.scheme;
        let asked = Asked {
            scheme,
            challenge: challenge.gestures().to_vec(),
            chosen_by: ChosenBy::Random,
            nonce: None,
        };
        let machine = Machine::new(policy, scheme, challenge)?;
        let stop = Arc::clone(&self.signals.stop);
        let stopped = || stop.load(Ordering::Relaxed);
        let begin = Arc::clone(&self.signals.begin);
        let led = {
            let out = &mut *self.events;
            let mut prompt = |prompt: Prompt| {
                // What was wished for until now was this session. Whoever wishes once
                // its end was told, however soon, means another one.
                if matches!(prompt, Prompt::Passed | Prompt::NotPassed) {
                    begin.store(false, Ordering::Relaxed);
                }
                write_event(out, &json!({ "event": "prompt", "prompt": prompt }));
            };
            let session = Session {
                machine,
                references: References::default(),
                records: Records::new(self.station.authority().cloned(), None),
                recorder: None,
                prompt: &mut prompt,
                // No page asks the person yet.
                confirm: &mut |_| Confirmation::Unattended,
                claim: &mut || Typed::Unattended,
                cancelled: &stopped,
            };
            // Nothing here keeps pictures yet, so the result names none.
            lead(&mut self.station, eye, session, &asked, &mut |_| Vec::new(), &stopped)?
        };
        if let Some(link) = &self.link {
            link.notify();
        }
        let Vouched { stored, claims } = led.vouched;
        self.tell(json!({
            "event": "result", "seq": stored.seq, "jti": stored.jti,
            "sessionStatus": claims.session_status,
            "liveness": claims.liveness.map(|liveness| liveness.code),
        }));
        Ok(())
    }

    fn first_sighting(&mut self, id: Option<u32>) {
        if !self.sighted {
            self.sighted = true;
            let ms = self.began.elapsed().as_secs_f64() * 1e3;
            let pid = std::process::id();
            self.tell(json!({ "event": "first-sighting", "ms": ms, "eyePid": id, "pid": pid }));
        }
    }

    fn tell(&mut self, event: Value) {
        write_event(self.events, &event);
    }

    fn stopped(&self) -> bool {
        self.signals.stop.load(Ordering::Relaxed)
    }

    fn wait(&self, length: Duration) {
        let until = Instant::now() + length;
        while !self.stopped() && Instant::now() < until {
            std::thread::sleep(TICK.min(length));
        }
    }
}

/// Standard output may be closed by whoever read it; the terminal goes on.
fn write_event(out: &mut dyn Write, event: &Value) {
    let _ = writeln!(out, "{event}").and_then(|()| out.flush());
}

/// Whether somebody new stands there.
#[derive(Debug, Default)]
struct Presence {
    // Capture time at which the face came, or went.
    since: Option<Duration>,
    there: bool,
    served: bool,
}

impl Presence {
    /// True when a face has stayed long enough and was not served yet.
    fn see(&mut self, sighting: &Sighting) -> bool {
        let there = sighting.face.is_some();
        if self.since.is_none() || there != self.there {
            self.since = Some(sighting.at);
            self.there = there;
        }
        let lasted = sighting.at.saturating_sub(self.since.unwrap_or_default());
        if !there && lasted >= ABSENT {
            self.served = false;
        }
        there && lasted >= PRESENT && !self.served
    }

    /// Another eye, another clock: who stands there is counted from now on.
    fn begin_anew(&mut self) {
        self.since = None;
    }

    fn session_over(&mut self) {
        self.served = true;
        self.since = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vouch_contract::face::Face;

    fn at(ms: u64, there: bool) -> Sighting {
        Sighting { at: Duration::from_millis(ms), face: there.then(Face::default), ..Sighting::default() }
    }

    #[test]
    fn a_face_that_stays_is_served_once_until_it_leaves() {
        let mut presence = Presence::default();
        assert!(!presence.see(&at(0, true)));
        assert!(!presence.see(&at(900, true)));
        assert!(presence.see(&at(1000, true)));
        presence.session_over();
        assert!(!presence.see(&at(9000, true)) && !presence.see(&at(12_000, true)));
        assert!(!presence.see(&at(12_100, false)) && !presence.see(&at(13_700, false)));
        assert!(!presence.see(&at(14_000, true)));
        assert!(presence.see(&at(15_000, true)));
    }

    #[test]
    fn a_blink_of_the_detector_begins_nothing_new() {
        let mut presence = Presence::default();
        presence.see(&at(0, true));
        presence.session_over();
        presence.see(&at(100, false));
        presence.see(&at(300, true));
        assert!(!presence.see(&at(5000, true)));
    }
}
