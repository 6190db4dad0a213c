//! The page's state, shared between the terminal's thread and the page's connections.
//!
//! Whoever has news calls [`Shared::take`]; it never waits. Connections watch for changes. Only the
//! newest picture, mark and view count, so nothing queues up.

use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::flow::{CONSENT_VERSION, Effect, Event, Flow, Invitation, NotInvited};
use super::messages::Messages;
use super::operations::Operations;
use super::pin::Pin;
use super::protocol::{MAX_TEXT, OperatorAction, Reason, ResultLine, TypingFault, View, field_of, frame};
use crate::authority::{Claim, FullName, Number};
use crate::enrolment::Enrolee;
use crate::terminal::order::{Answer, Asker, Order, OrderSender, SessionOrder, Steer, answers};
use crate::terminal::records::Typed;
use vouch_contract::claims::Consent;
use vouch_contract::document::fields::{Field, FieldSource};
use vouch_contract::eye::protocol::Preview;
use vouch_contract::record::ClaimFault;
use vouch_contract::scheme::Scheme;
use vouch_session::types::Confirmation;

/// How long an order from the page waits for frames.
const PATIENCE: Duration = Duration::from_secs(8);
/// Most results listed for the operator.
const RESULTS: usize = 10;

/// The messages of the texts that people agree to.
const CONSENT: &str = "consent-text";
const ENROLMENT_CONSENT: &str = "consent-enrol-text";

/// A picture with its header, as sent to the page.
pub type Picture = Option<Arc<Vec<u8>>>;
/// A mark on the picture (outline, spot), as sent to the page.
pub type Mark = Option<Arc<str>>;

/// A partner's session that waits for the person.
pub struct Invited {
    /// For the page.
    pub invitation: Invitation,
    /// For the terminal, once the person has agreed.
    pub order: SessionOrder,
}

/// What was typed for a partner.
#[derive(Default)]
enum TypedForPartner {
    /// No partner's session is running.
    #[default]
    NotWanted,
    /// Nothing was typed yet.
    Wanted,
    /// Name and number.
    Typed(String, String),
}

/// See the module.
pub struct Shared {
    flow: Mutex<Flow>,
    began: Instant,
    orders: OrderSender,
    answers: Mutex<Option<Receiver<Answer>>>,
    invited: Mutex<Option<Invited>>,
    // Name and number that the person typed in a partner's session, until the partner is told.
    typed: Mutex<TypedForPartner>,
    // Whom the operator named, until the session is ordered.
    enrolee: Mutex<Option<Enrolee>>,
    results: Mutex<Vec<ResultLine>>,
    pin: Pin,
    operations: Operations,
    runtime: Handle,
    changes: watch::Sender<u64>,
    pictures: watch::Sender<Picture>,
    marks: watch::Sender<Mark>,
}

impl Shared {
    /// The state of a page that has just been made.
    pub fn new(flow: Flow, orders: OrderSender, pin: Pin, operations: Operations, runtime: Handle) -> Self {
        Self {
            flow: Mutex::new(flow),
            began: Instant::now(),
            orders,
            answers: Mutex::new(None),
            invited: Mutex::new(None),
            typed: Mutex::default(),
            enrolee: Mutex::default(),
            results: Mutex::default(),
            pin,
            operations,
            runtime,
            changes: watch::Sender::new(0),
            pictures: watch::Sender::new(None),
            marks: watch::Sender::new(None),
        }
    }

    /// Takes in what happened and does what follows from it.
    pub fn take(self: &Arc<Self>, event: Event) {
        let now = self.began.elapsed();
        let (effects, changed, shows_camera) = {
            let mut flow = lock(&self.flow);
            let before = flow.view(now);
            let effects = flow.step(event, now);
            (effects, flow.view(now) != before, flow.shows_camera())
        };
        if changed {
            if !shows_camera {
                // No face stays behind a screen that does not show it.
                self.pictures.send_replace(None);
                self.marks.send_replace(None);
            }
            self.changes.send_modify(|count| *count = count.wrapping_add(1));
        }
        for effect in effects {
            self.act(effect);
        }
    }

    /// Asks the person for a partner's session.
    ///
    /// # Errors
    /// [`NotInvited`]; the order is dropped.
    pub fn invite(self: &Arc<Self>, invited: Invited) -> Result<(), NotInvited> {
        let invitation = invited.invitation.clone();
        {
            // Held while the flow is asked, so that two partners can't both be told yes.
            let mut held = lock(&self.invited);
            lock(&self.flow).is_free()?;
            *held = Some(invited);
        }
        self.take(Event::Invited(invitation));
        Ok(())
    }

    /// What to show now.
    pub fn view(&self) -> View {
        lock(&self.flow).view(self.began.elapsed())
    }

    /// Rises with each change of the view.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// The camera's newest picture.
    pub fn pictures(&self) -> watch::Receiver<Picture> {
        self.pictures.subscribe()
    }

    /// The newest mark.
    pub fn marks(&self) -> watch::Receiver<Mark> {
        self.marks.subscribe()
    }

    /// A picture from the eye; dropped unless the screen shows the camera.
    pub fn show(&self, preview: &Preview) {
        if self.pictures.receiver_count() > 0 && lock(&self.flow).shows_camera() {
            self.pictures.send_replace(Some(Arc::new(frame(preview))));
        }
    }

    /// A mark on the picture; dropped unless the screen shows the camera.
    pub fn mark(&self, mark: impl FnOnce() -> String) {
        if self.marks.receiver_count() > 0 && lock(&self.flow).shows_camera() {
            self.marks.send_replace(Some(mark().into()));
        }
    }

    /// Lists a result for the operator.
    pub fn list(&self, line: ResultLine) {
        let mut results = lock(&self.results);
        results.insert(0, line);
        results.truncate(RESULTS);
    }

    /// Lets time pass. Called several times a second.
    pub fn tick(self: &Arc<Self>) {
        let refused = {
            let mut answers = lock(&self.answers);
            match answers.as_ref().map(Receiver::try_recv) {
                Some(Ok(Answer::Refused(refusal))) => {
                    *answers = None;
                    tracing::warn!(%refusal, "the page's order was refused");
                    Some(reason_of(&refusal))
                }
                Some(Ok(Answer::Ended(_)) | Err(std::sync::mpsc::TryRecvError::Disconnected)) => {
                    *answers = None;
                    None
                }
                _ => None,
            }
        };
        if let Some(reason) = refused {
            self.take(Event::Refused(reason));
        }
        self.take(Event::Tick);
    }

    fn act(self: &Arc<Self>, effect: Effect) {
        match effect {
            Effect::Order { invitation: None, consent, enrol } => self.order(consent.as_deref(), enrol),
            Effect::Order { invitation: Some(id), consent, .. } => {
                if let Some(order) = self.take_invited(&id) {
                    *lock(&self.typed) = TypedForPartner::Wanted;
                    self.send_order(SessionOrder {
                        consent: consent.as_deref().and_then(|language| agreed(language, CONSENT)),
                        ..order
                    });
                }
            }
            // The partner gets a signed result that says so.
            Effect::Declined(id) => {
                if let Some(order) = self.take_invited(&id) {
                    self.send_order(SessionOrder { declined: true, ..order });
                }
            }
            Effect::Cancel => self.steer(Steer::Cancel),
            Effect::Lit => self.steer(Steer::Lit),
            Effect::Wrong => self.steer(Steer::Confirmed(Confirmation::Wrong)),
            Effect::Right(changes) => {
                self.steer(Steer::Confirmed(Confirmation::Right(
                    changes.into_iter().filter_map(typed).collect(),
                )));
            }
            Effect::Typed(name, number) => match Claim::new(&plain(&name), &plain(&number)) {
                Ok(claim) => {
                    let mut typed = lock(&self.typed);
                    if matches!(*typed, TypedForPartner::Wanted) {
                        *typed = TypedForPartner::Typed(plain(&name), plain(&number));
                    }
                    drop(typed);
                    self.steer(Steer::Typed(Typed::Claim(claim)));
                }
                Err(ClaimFault::NameLength | ClaimFault::NameLetters) => {
                    self.take(Event::Mistyped(TypingFault::Name));
                }
                Err(_) => self.take(Event::Mistyped(TypingFault::Number)),
            },
            Effect::Enrolee(last, first, number) => {
                let taken =
                    enrolee(&last, &first, &number).map(|enrolee| *lock(&self.enrolee) = Some(enrolee));
                self.take(taken.map_or_else(Event::Mistyped, |()| Event::EnroleeTaken));
            }
            Effect::ForgetEnrolee => *lock(&self.enrolee) = None,
            Effect::CheckPin(pin) => {
                let shared = Arc::clone(self);
                self.runtime.spawn_blocking(move || {
                    let answer = shared.pin.check(&pin);
                    shared.take(Event::PinChecked(answer));
                });
            }
            Effect::Report => {
                let shared = Arc::clone(self);
                self.runtime.spawn_blocking(move || {
                    let results = lock(&shared.results).clone();
                    shared.take(Event::Report(Box::new(shared.operations.report(results))));
                });
            }
            Effect::Act(action) => self.operate(action),
        }
    }

    fn order(self: &Arc<Self>, consent: Option<&str>, enrol: bool) {
        let (answer, hears) = answers();
        let enrolee = lock(&self.enrolee).take().filter(|_| enrol);
        let text = if enrol { ENROLMENT_CONSENT } else { CONSENT };
        let order = SessionOrder {
            // Whoever is enrolled shows no document: the operator has named them.
            scheme: enrol.then_some(Scheme::LivenessOnly),
            enrol: enrolee,
            consent: consent.and_then(|language| agreed(language, text)),
            answer: Some(answer),
            ..SessionOrder::plain(Asker::Page, PATIENCE)
        };
        *lock(&self.answers) = Some(hears);
        self.send_order(order);
    }

    /// Name and number that the person typed in the partner's session that has ended; forgotten
    /// here.
    pub fn take_typed(&self) -> Option<(String, String)> {
        match std::mem::take(&mut *lock(&self.typed)) {
            TypedForPartner::Typed(name, number) => Some((name, number)),
            TypedForPartner::NotWanted | TypedForPartner::Wanted => None,
        }
    }

    fn take_invited(&self, id: &str) -> Option<SessionOrder> {
        let mut invited = lock(&self.invited);
        if invited.as_ref().is_some_and(|invited| invited.invitation.id == id) {
            return invited.take().map(|invited| invited.order);
        }
        None
    }

    fn send_order(self: &Arc<Self>, order: SessionOrder) {
        if let Err(error) = self.orders.send(Order::Begin(Box::new(order))) {
            tracing::error!(%error, "the page's order was not taken");
            self.take(Event::Refused(Reason::Busy));
        }
    }

    fn steer(&self, steer: Steer) {
        self.send(Order::Steer(steer));
    }

    fn send(&self, order: Order) {
        if let Err(error) = self.orders.send(order) {
            tracing::warn!(%error, "what the person did on the page was dropped");
        }
    }

    fn operate(self: &Arc<Self>, action: OperatorAction) {
        match action {
            OperatorAction::CameraOn => self.send(Order::ShowCamera(true)),
            OperatorAction::CameraOff => self.send(Order::ShowCamera(false)),
            // The flow leads on from it.
            OperatorAction::Enrol => {}
            OperatorAction::RestartEye => self.send(Order::RestartEye),
            OperatorAction::Reboot => {
                if let Err(error) = self.operations.reboot() {
                    tracing::error!(%error, "the machine could not be restarted");
                }
            }
        }
    }
}

/// What the person agreed to; `None` for a language without messages, which the page never shows.
fn agreed(language: &str, message: &str) -> Option<Consent> {
    let text = Messages::of(language)?.text(message)?;
    Some(Consent {
        version: CONSENT_VERSION.to_owned(),
        language: language.to_owned(),
        text_sha256: hex::encode(Sha256::digest(text.as_bytes())),
        agreed_at: Timestamp::now().to_string(),
    })
}

/// Whom the operator named.
fn enrolee(last: &str, first: &str, number: &str) -> Result<Enrolee, TypingFault> {
    let too_long = |text: &str| text.chars().count() > MAX_TEXT;
    if too_long(last) || too_long(first) {
        return Err(TypingFault::Name);
    }
    let number = Number::new(&plain(number)).map_err(|_| TypingFault::Number)?;
    let name = FullName::new(&plain(last), &plain(first), None).map_err(|_| TypingFault::Name)?;
    Ok(Enrolee { number, name })
}

/// A field as the person corrected it; `None` if there is no such field.
fn typed((name, value): (String, String)) -> Option<Field> {
    let name = field_of(&name)?;
    Some(Field { name, value: plain(&value), confidence: 1.0, source: FieldSource::Person })
}

/// Typed text without what no keyboard types: control characters, and marks that reorder text.
fn plain(text: &str) -> String {
    let reorders = |letter: char| matches!(letter, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let kept: String = text.chars().filter(|letter| !letter.is_control() && !reorders(*letter)).collect();
    kept.trim().to_owned()
}

fn reason_of(refusal: &crate::terminal::order::Refusal) -> Reason {
    use crate::terminal::order::Refusal;
    match refusal {
        Refusal::Busy => Reason::Busy,
        Refusal::NotReady(_) => Reason::Camera,
        Refusal::Unfit(_) => Reason::Internal,
    }
}

/// A poisoned lock is one whose thread panicked, which ends the terminal anyway.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_consent_names_the_text_that_was_shown() {
        let english = agreed("en", CONSENT).unwrap();
        let kazakh = agreed("kk", CONSENT).unwrap();
        assert_eq!((english.version.as_str(), kazakh.language.as_str()), (CONSENT_VERSION, "kk"));
        assert_ne!(english.text_sha256, kazakh.text_sha256);
        assert!(agreed("xx", CONSENT).is_none());
        let enrolment = agreed("en", ENROLMENT_CONSENT).unwrap();
        assert_ne!(english.text_sha256, enrolment.text_sha256);
    }

    #[test]
    fn what_no_keyboard_types_is_dropped_and_scripts_stay_text() {
        assert_eq!(plain(" A\u{202E}B\u{0}\nC "), "ABC");
        assert_eq!(plain("<script>alert(1)</script>"), "<script>alert(1)</script>");
        let field = typed(("last-name".into(), "ӘБІЛҚАСЫМ".into())).unwrap();
        assert_eq!((field.value.as_str(), field.source), ("ӘБІЛҚАСЫМ", FieldSource::Person));
        assert!(typed(("no-such-field".into(), "x".into())).is_none());
    }
}
