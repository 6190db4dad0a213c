//! The terminal's main loop: keeps an eye alive, runs sessions, and hands their results to the
//! link.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::assemble::Assembled;
use super::clip::ClipTap;
use super::drive::{Session, Still};
use super::enrol::enrol_after;
use super::keep::keep;
use super::order::{Answer, Asker, OrderQueue, Refusal, SessionOrder};
use super::presence::Presence;
use super::screen::{Both, Screen, Standing};
use super::station::{Station, StationError, Vouched};
use super::store_then_tell::lead;
use crate::config::Start;
use vouch_contract::document::reading::Document;
use vouch_contract::eye::protocol::{Ask, Preview, Tell};
use vouch_link::link::LinkHandle;
use vouch_perception::eye::port::EyePort;
use vouch_perception::eye::remote::{RemoteEye, socket_path};
use vouch_session::types::Prompt;
use vouch_store::media::MediaStore;

/// Pause before an eye that ended is restarted. It doubles up to the limit, so that a missing
/// camera does not use up a core, while a camera that returns is seen within three seconds (a start
/// takes a quarter of one).
const RESTART_FIRST: Duration = Duration::from_millis(250);
const RESTART_LIMIT: Duration = Duration::from_secs(2);
/// An eye that lived this long was healthy: the next pause is the first one again.
const HEALTHY: Duration = Duration::from_secs(60);
/// An eye that is silent for this long beyond the camera's own time-out hangs (a driver that never
/// returns): it reports each frame, and each time that none came. Processing a frame takes a tenth
/// of a second on a slow board.
const SILENT: Duration = Duration::from_secs(3);
/// A session begins only if the camera's last frame is younger than this.
const FRESH: Duration = Duration::from_secs(1);
/// How often the stop flag is checked.
const TICK: Duration = Duration::from_millis(50);
/// How often a terminal that can't vouch checks whether it can now.
const NOT_READY: Duration = Duration::from_secs(5);

/// Whether the terminal is to end. Not an order, because it must get past a full queue. A running
/// session is cancelled and its result kept.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Ends the terminal.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// How to start eyes.
#[derive(Debug, Clone)]
pub struct EyeCommand {
    /// This program.
    pub program: PathBuf,
    /// `eye` and its options, without the socket.
    pub arguments: Vec<String>,
}

/// The page in front of the person.
pub struct Front {
    /// What sessions show on it.
    pub screen: Box<dyn Screen>,
    /// Where the camera's pictures go.
    pub previews: Arc<dyn Fn(Preview) + Send + Sync>,
}

/// The running terminal.
pub struct Terminal<'a> {
    station: Station,
    link: Option<LinkHandle>,
    stop: Stop,
    orders: OrderQueue,
    front: Option<Front>,
    media: Option<Arc<MediaStore>>,
    clip: Arc<ClipTap>,
    events: &'a mut dyn Write,
    began: Instant,
    presence: Presence,
    sighted: bool,
    // When to check again, if not ready.
    not_before: Option<Instant>,
    // Whether results could be vouched for, and when that was looked up.
    ready: Option<(Instant, bool)>,
}

impl<'a> Terminal<'a> {
    /// A terminal that reports its events as JSON lines on `events`, and shows its sessions on
    /// `front`.
    pub fn new(
        station: Station,
        link: Option<LinkHandle>,
        (stop, orders): (Stop, OrderQueue),
        front: Option<Front>,
        began: Instant,
        events: &'a mut dyn Write,
    ) -> Self {
        Self {
            station,
            link,
            stop,
            orders,
            front,
            media: None,
            clip: Arc::default(),
            events,
            began,
            presence: Presence::default(),
            sighted: false,
            not_before: None,
            ready: None,
        }
    }

    /// The same terminal, with a store for pictures that a requester will fetch.
    #[must_use]
    pub fn keeping(mut self, media: Arc<MediaStore>) -> Self {
        self.media = Some(media);
        self
    }

    /// Runs until told to stop.
    ///
    /// # Errors
    /// [`StationError`] if results can't be kept any more.
    pub fn run(&mut self, command: &EyeCommand) -> Result<(), StationError> {
        let mut pause = RESTART_FIRST;
        let socket = socket_path(&self.station.config().device.state_dir, std::process::id());
        while !self.stopped() {
            let started = Instant::now();
            let previews = self.front.as_ref().map(|front| Arc::clone(&front.previews));
            let clip = Arc::clone(&self.clip);
            let sink = Box::new(move |preview| {
                clip.offer(&preview);
                if let Some(previews) = &previews {
                    previews(preview);
                }
            });
            match RemoteEye::start(&command.program, &command.arguments, &socket, sink) {
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
            self.stand(Standing::NoCamera);
            if started.elapsed() >= HEALTHY {
                pause = RESTART_FIRST;
            }
            self.wait(pause);
            pause = (pause * 2).min(RESTART_LIMIT);
        }
        Ok(())
    }

    /// The link, for shutting it down at the end.
    pub fn into_link(self) -> Option<LinkHandle> {
        self.link
    }

    /// Watches one eye until it is gone (returns the reason) or the terminal stops.
    fn watch(&mut self, eye: &mut RemoteEye, id: Option<u32>) -> Result<Option<String>, StationError> {
        let silent = Duration::from_millis(self.station.config().camera.timeout_ms.into()) + SILENT;
        let started = Instant::now();
        let mut heard = started;
        let mut framed: Option<Instant> = None;
        // A new eye's clock begins at zero.
        self.presence.begin_anew();
        let mut showing = false;
        while !self.stopped() {
            let told = eye.next(TICK);
            if !matches!(told, Ok(None)) {
                heard = Instant::now();
            } else if heard.elapsed() >= silent {
                return Ok(Some(format!("the eye has been silent for {} s: it hangs", silent.as_secs())));
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
                        // A new eye may find the camera again after it ended for good; a recording
                        // starts over.
                        return Ok(Some(reason));
                    }
                }
                Ok(_) => {}
                Err(error) => return Ok(Some(error.to_string())),
            }
            self.orders.collect();
            let seeing = framed.is_some_and(|at| at.elapsed() <= FRESH);
            if let Some(order) = self.orders.next_embed() {
                order.carry_out(eye);
                heard = Instant::now();
            }
            if self.orders.takes_restart() {
                return Ok(Some("the operator asked for a new one".to_owned()));
            }
            if showing != self.orders.shows_camera() {
                showing = !showing;
                if let Err(error) = eye.ask(Ask::Preview(showing)) {
                    return Ok(Some(error.to_string()));
                }
            }
            let standing = match (seeing, framed) {
                (true, _) if self.is_ready() => Standing::Ready,
                (true, _) => Standing::NotReady,
                (false, None) if started.elapsed() < FRESH => Standing::Starting,
                (false, _) => Standing::NoCamera,
            };
            self.stand(standing);
            // A page leads the person to a session by itself.
            if present && self.front.as_mut().is_some_and(|front| front.screen.somebody_came()) {
                self.presence.session_over();
                present = false;
            }
            let by_presence = || present.then(|| SessionOrder::plain(Asker::Presence, Duration::ZERO));
            if seeing && let Some(order) = self.orders.next_session().or_else(by_presence) {
                if self.serve(eye, order)? {
                    self.presence.session_over();
                    showing = false;
                }
                heard = Instant::now();
            }
            let refusal = Refusal::NotReady("the camera gives no frames at the moment".into());
            if self.orders.expire(&refusal) > 0 {
                self.not_ready(&refusal.to_string());
            }
        }
        Ok(None)
    }

    /// Runs the session ordered, or says why it can't; returns whether there was one.
    fn serve(&mut self, eye: &mut RemoteEye, mut order: SessionOrder) -> Result<bool, StationError> {
        let assembled = match self.ready_for(eye, &mut order) {
            Ok(assembled) => assembled,
            Err(None) => return Ok(false),
            Err(Some(refusal)) => {
                self.not_ready(&refusal.to_string());
                order.tell(Answer::Refused(refusal));
                return Ok(false);
            }
        };
        order.tell(Answer::Begun);
        let vouched = self.session(eye, assembled, &order)?;
        order.tell(Answer::Ended(Box::new(vouched)));
        Ok(true)
    }

    /// The session, if the terminal could vouch for it. If it can't, it checks again only after a
    /// while, and a face that merely stands there is not told each time.
    fn ready_for(
        &mut self,
        eye: &mut RemoteEye,
        order: &mut SessionOrder,
    ) -> Result<Assembled, Option<Refusal>> {
        let waits = self.not_before.is_some_and(|at| Instant::now() < at);
        if waits && order.asker == Asker::Presence {
            return Err(None);
        }
        if let Err(error) = self.station.preflight() {
            self.not_before = Some(Instant::now() + NOT_READY);
            return Err(Some(Refusal::NotReady(error.to_string())));
        }
        let assembled = self.station.assemble(order).map_err(|fault| Some(Refusal::from(fault)))?;
        // Reported before anybody is asked to stand in front of the camera.
        assembled.references.check(eye).map_err(|fault| Some(Refusal::NotReady(fault.to_string())))?;
        Ok(assembled)
    }

    /// Whether a session could be vouched for, looked up from time to time.
    fn is_ready(&mut self) -> bool {
        match self.ready {
            Some((looked, ready)) if looked.elapsed() < NOT_READY => ready,
            _ => {
                self.station.prune();
                let ready = self.station.preflight().is_ok();
                self.ready = Some((Instant::now(), ready));
                ready
            }
        }
    }

    fn stand(&mut self, standing: Standing) {
        if let Some(front) = &mut self.front {
            front.screen.standing(standing);
        }
    }

    fn not_ready(&mut self, reason: &str) {
        tracing::error!(reason, "no session can begin");
        self.tell(json!({ "event": "not-ready", "reason": reason }));
    }

    fn session(
        &mut self,
        eye: &mut RemoteEye,
        assembled: Assembled,
        order: &SessionOrder,
    ) -> Result<Vouched, StationError> {
        let stop = self.stop.clone();
        let stopped = || stop.is_asked();
        let cancelled = || order.declined || stop.is_asked();
        let Assembled { machine, references, records, asked, .. } = assembled;
        let mut lines = EventLines(self.events);
        let media = self.media.as_ref().filter(|_| order.keep_pictures);
        if media.is_some() {
            self.clip.begin();
        }
        let mut steps = self.clip.steps();
        let (mut all, mut both);
        let screen: &mut dyn Screen = match &mut self.front {
            // Whoever has declined is not led through anything.
            Some(front) if !order.declined => {
                // A failure shows at the session's next question to the eye.
                let _ = eye.ask(Ask::Preview(true));
                both = Both(&mut lines, front.screen.as_mut());
                all = Both(&mut both, &mut steps);
                &mut all
            }
            _ => &mut lines,
        };
        let session = Session {
            machine,
            references,
            records,
            recorder: None,
            screen,
            orders: &mut self.orders,
            stopped: &cancelled,
        };
        let clip = &self.clip;
        // The result lists what was kept.
        let mut keep = |stills: &[Still]| {
            media.map_or_else(Vec::new, |store| keep(store, &asked.session_id, stills, clip.finish()))
        };
        let led = lead(&mut self.station, eye, session, &asked, &mut keep, &stopped)?;
        if let Some(enrol) = &order.enrol {
            let told = enrol_after(&self.station, enrol, &led);
            self.tell(told.event());
            if let Some(front) = &mut self.front {
                front.screen.enrolled(told.outcome());
            }
        }
        if let Some(front) = &mut self.front {
            let _ = eye.ask(Ask::Preview(false));
            front.screen.ended(&led.vouched.claims);
        }
        if let Some(link) = &self.link {
            link.notify();
        }
        let Vouched { stored, claims } = &led.vouched;
        let event = json!({
            "event": "result", "seq": stored.seq, "jti": stored.jti,
            "sessionStatus": claims.session_status,
            "liveness": claims.liveness.as_ref().map(|liveness| liveness.code),
        });
        self.tell(event);
        Ok(led.vouched)
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
        self.stop.is_asked()
    }

    fn wait(&self, length: Duration) {
        let until = Instant::now() + length;
        while !self.stopped() && Instant::now() < until {
            std::thread::sleep(TICK.min(length));
        }
    }
}

/// Prompts as lines of events; nobody can be asked there.
struct EventLines<'a>(&'a mut dyn Write);

impl Screen for EventLines<'_> {
    fn prompt(&mut self, prompt: Prompt) {
        write_event(self.0, &json!({ "event": "prompt", "prompt": prompt }));
    }

    fn confirm(&mut self, _document: &Document) -> bool {
        false
    }

    fn ask_claim(&mut self) -> bool {
        false
    }
}

/// Standard output may be closed; the terminal goes on.
fn write_event(out: &mut dyn Write, event: &Value) {
    let _ = writeln!(out, "{event}").and_then(|()| out.flush());
}
