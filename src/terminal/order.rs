//! Orders: everything that begins, steers or ends a session, in one bounded queue.
//!
//! In: a signal, a face that stays, a person at the console; later a page, a partner, the hub, a
//! card at the gate. Each sender holds an [`OrderSender`]. Out: between sessions the next
//! [`SessionOrder`], during a session what [`Steer`]s it. The terminal runs one session at a time.
//! An order that comes during a session is refused as busy or waits, as the order says.

use std::collections::VecDeque;
use std::fmt;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::time::{Duration, Instant};

use serde::Serialize;

use super::embed::EmbedOrder;
use super::records::Typed;
use super::station::Vouched;
use crate::authority::Claim;
use crate::enrolment::Enrolee;
use vouch_contract::claims::{Consent, Nonce};
use vouch_contract::gesture::Gesture;
use vouch_contract::scheme::Scheme;
use vouch_session::types::Confirmation;

/// Most orders queued before the terminal reads them; it reads twenty times a second.
const MAX_QUEUED: usize = 32;
/// Most orders waiting for the terminal to be free.
const MAX_WAITING: usize = 8;
/// Most sets of pictures waiting to be embedded: each may have 16 MiB.
const MAX_EMBEDS: usize = 2;
/// Most answers to one order that its sender has not fetched: begun, ended.
const MAX_ANSWERS: usize = 4;

/// A request to the terminal.
#[derive(Debug)]
pub enum Order {
    /// Begin a session.
    Begin(Box<SessionOrder>),
    /// Steer the running session; dropped if there is none.
    Steer(Steer),
    /// Show the camera's picture between sessions, or stop. Sessions show it anyway.
    ShowCamera(bool),
    /// Start a new eye. Dropped during a session.
    RestartEye,
    /// Embed the faces in some pictures. Refused as busy during a session.
    Embed(Box<EmbedOrder>),
}

/// What steers the running session.
#[derive(Debug)]
pub enum Steer {
    /// The person's answer about the fields read from the document.
    Confirmed(Confirmation),
    /// What the person typed when asked for name and number.
    Typed(Typed),
    /// The screen shows the colour last asked for.
    Lit,
    /// The person, the clerk or the requester cancels.
    Cancel,
}

/// Who requests a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Asker {
    /// The signal SIGUSR1.
    Signal,
    /// A face that stays in front of the camera.
    Presence,
    /// The command `vouch session`.
    Console,
    /// A person at the page on the screen.
    Page,
    /// A partner, through its API.
    Partner,
}

/// What happens to an order during another session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenBusy {
    /// It is refused.
    Refuse,
    /// It waits, up to its patience.
    Wait,
}

/// A request for a session.
pub struct SessionOrder {
    /// Who requests it.
    pub asker: Asker,
    /// The scheme; `None` for the configured one.
    pub scheme: Option<Scheme>,
    /// The requester's nonce, for the signed result.
    pub nonce: Option<Nonce>,
    /// The bound portraits, encoded, for schemes that compare with one.
    pub references: Vec<Vec<u8>>,
    /// The bound name and number, for schemes that look up a record by them.
    pub claim: Option<Claim>,
    /// What the person agreed to, if asked.
    pub consent: Option<Consent>,
    /// The session's id, if the requester has given it one.
    pub session_id: Option<String>,
    /// Whether the pictures are kept, sealed, for the requester to fetch.
    pub keep_pictures: bool,
    /// The person has said no already. The session is cancelled at once, and the result says so.
    pub declined: bool,
    /// Whom to enrol in the gallery if the session passes.
    pub enrol: Option<Enrolee>,
    /// Gestures chosen by the caller, for trials; empty for random ones.
    pub gestures: Vec<Gesture>,
    /// What to do during another session.
    pub when_busy: WhenBusy,
    /// How long it waits for its session to begin: for a camera to start and, if it may wait, for
    /// the previous session to end.
    pub patience: Duration,
    /// Where the answers go; see [`answers`].
    pub answer: Option<SyncSender<Answer>>,
}

/// Portraits, names and numbers must not be logged.
impl fmt::Debug for SessionOrder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (asker, scheme) = (self.asker, self.scheme);
        formatter.debug_struct("SessionOrder").field("asker", &asker).field("scheme", &scheme).finish()
    }
}

impl SessionOrder {
    /// A session of the configured scheme, without further input. It is refused during another
    /// session.
    pub fn plain(asker: Asker, patience: Duration) -> Self {
        Self {
            asker,
            scheme: None,
            nonce: None,
            references: Vec::new(),
            claim: None,
            consent: None,
            session_id: None,
            keep_pictures: false,
            declined: false,
            enrol: None,
            gestures: Vec::new(),
            when_busy: WhenBusy::Refuse,
            patience,
            answer: None,
        }
    }

    /// Sends an answer to the requester, without waiting.
    pub fn tell(&self, answer: Answer) {
        if let Some(asker) = &self.answer {
            let _ = asker.try_send(answer);
        }
    }
}

/// The answers to an order.
#[derive(Debug)]
pub enum Answer {
    /// The session has begun.
    Begun,
    /// There will be no session.
    Refused(Refusal),
    /// The session has ended; its result is signed and on disk.
    Ended(Box<Vouched>),
}

/// Why an order did not lead to a session.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Another session is running.
    #[error("the terminal is busy with another session; ask again when it is over")]
    Busy,
    /// The terminal can't vouch for a session now.
    #[error("no session can begin: {0}")]
    NotReady(String),
    /// The order does not fit its scheme or this terminal.
    #[error(transparent)]
    Unfit(#[from] super::assemble::OrderFault),
}

/// A channel for the answers to one order.
pub fn answers() -> (SyncSender<Answer>, Receiver<Answer>) {
    sync_channel(MAX_ANSWERS)
}

/// Why an order was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// The terminal has not read the queue for longer than it should.
    #[error("the terminal takes no more orders now: {MAX_QUEUED} are already waiting")]
    Full,
    /// Nobody reads the queue any more.
    #[error("the terminal has ended")]
    Ended,
}

/// The input of the queue.
#[derive(Debug, Clone)]
pub struct OrderSender(SyncSender<Order>);

impl OrderSender {
    /// Puts an order into the queue, without waiting.
    ///
    /// # Errors
    /// [`NotTaken`].
    pub fn send(&self, order: Order) -> Result<(), NotTaken> {
        self.0.try_send(order).map_err(|error| match error {
            TrySendError::Full(_) => NotTaken::Full,
            TrySendError::Disconnected(_) => NotTaken::Ended,
        })
    }
}

/// The output of the queue.
#[derive(Debug)]
pub struct OrderQueue {
    incoming: Receiver<Order>,
    waiting: VecDeque<Waiting>,
    embeds: VecDeque<EmbedOrder>,
    show_camera: bool,
    restart_eye: bool,
}

#[derive(Debug)]
struct Waiting {
    order: Box<SessionOrder>,
    until: Instant,
}

/// An empty queue.
pub fn queue() -> (OrderSender, OrderQueue) {
    let (sender, incoming) = sync_channel(MAX_QUEUED);
    (
        OrderSender(sender),
        OrderQueue {
            incoming,
            waiting: VecDeque::new(),
            embeds: VecDeque::new(),
            show_camera: false,
            restart_eye: false,
        },
    )
}

impl OrderQueue {
    /// Between sessions: reads new orders. Orders that steer are dropped, since no session is
    /// running.
    pub fn collect(&mut self) {
        while let Ok(order) = self.incoming.try_recv() {
            match order {
                Order::Begin(order) => self.keep(order),
                Order::Steer(_) => {}
                Order::ShowCamera(show) => self.show_camera = show,
                Order::RestartEye => self.restart_eye = true,
                Order::Embed(order) if self.embeds.len() < MAX_EMBEDS => {
                    self.embeds.push_back(*order);
                }
                Order::Embed(order) => order.refuse(),
            }
        }
    }

    /// Between sessions: the oldest set of pictures to embed.
    pub fn next_embed(&mut self) -> Option<EmbedOrder> {
        self.embeds.pop_front()
    }

    /// Whether a new eye was asked for since the last call.
    pub fn takes_restart(&mut self) -> bool {
        std::mem::take(&mut self.restart_eye)
    }

    /// Whether the camera's picture is to be shown between sessions.
    pub fn shows_camera(&self) -> bool {
        self.show_camera
    }

    /// Between sessions: the oldest order whose patience has not run out.
    pub fn next_session(&mut self) -> Option<SessionOrder> {
        self.waiting.pop_front().map(|waiting| *waiting.order)
    }

    /// Whether an order is waiting for its session.
    pub fn has_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Refuses the orders whose patience has run out, and returns their number.
    pub fn expire(&mut self, reason: &Refusal) -> usize {
        let now = Instant::now();
        let before = self.waiting.len();
        self.waiting.retain(|waiting| {
            let lasts = waiting.until > now;
            if !lasts {
                waiting.order.tell(Answer::Refused(reason.clone()));
            }
            lasts
        });
        before - self.waiting.len()
    }

    /// During a session: what steers it, waiting at most `wait`. An order for another session
    /// waits, up to its patience, or is refused, as the order says.
    pub fn steer(&mut self, wait: Duration) -> Option<Steer> {
        self.expire(&Refusal::Busy);
        let until = Instant::now() + wait;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let order = if left.is_zero() {
                self.incoming.try_recv().ok()?
            } else {
                match self.incoming.recv_timeout(left) {
                    Ok(order) => order,
                    Err(RecvTimeoutError::Timeout) => return None,
                    Err(RecvTimeoutError::Disconnected) => {
                        // No sender is left, but time must still pass.
                        std::thread::sleep(left);
                        return None;
                    }
                }
            };
            match order {
                Order::Steer(steer) => return Some(steer),
                Order::Begin(order) if order.when_busy == WhenBusy::Wait => self.keep(order),
                Order::Begin(order) => order.tell(Answer::Refused(Refusal::Busy)),
                Order::ShowCamera(show) => self.show_camera = show,
                Order::RestartEye => {}
                Order::Embed(order) => order.refuse(),
            }
        }
    }

    /// At a session's end, before its result is shown: orders up to now meant this session.
    pub fn settle(&mut self) {
        while self.steer(Duration::ZERO).is_some() {}
    }

    fn keep(&mut self, order: Box<SessionOrder>) {
        if self.waiting.len() >= MAX_WAITING {
            order.tell(Answer::Refused(Refusal::Busy));
            return;
        }
        let until = Instant::now() + order.patience;
        self.waiting.push_back(Waiting { order, until });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    fn order(when_busy: WhenBusy, patience: Duration) -> (Order, Receiver<Answer>) {
        let (answer, hears) = answers();
        let plain = SessionOrder::plain(Asker::Signal, patience);
        (Order::Begin(Box::new(SessionOrder { when_busy, answer: Some(answer), ..plain })), hears)
    }

    #[test]
    fn who_comes_second_is_told_that_the_terminal_is_busy_or_waits() {
        let (sender, mut queue) = queue();
        let (hurried, refused) = order(WhenBusy::Refuse, LONG);
        let (patient, waits) = order(WhenBusy::Wait, LONG);
        sender.send(hurried).unwrap();
        sender.send(patient).unwrap();
        assert!(queue.steer(Duration::ZERO).is_none());
        assert!(matches!(refused.try_recv(), Ok(Answer::Refused(Refusal::Busy))));
        assert!(waits.try_recv().is_err());
        assert_eq!(queue.next_session().map(|order| order.when_busy), Some(WhenBusy::Wait));
    }

    #[test]
    fn who_waits_for_another_session_is_told_when_patience_ends() {
        let (sender, mut queue) = queue();
        let (order, hears) = order(WhenBusy::Wait, Duration::ZERO);
        sender.send(order).unwrap();
        assert!(queue.steer(Duration::ZERO).is_none());
        assert!(queue.steer(Duration::ZERO).is_none());
        assert!(matches!(hears.try_recv(), Ok(Answer::Refused(Refusal::Busy))));
        assert!(queue.next_session().is_none());
    }

    #[test]
    fn between_sessions_everybody_waits_for_the_camera_until_patience_ends() {
        let (sender, mut queue) = queue();
        let (order, hears) = order(WhenBusy::Refuse, Duration::ZERO);
        sender.send(order).unwrap();
        sender.send(Order::Steer(Steer::Cancel)).unwrap();
        queue.collect();
        assert_eq!(queue.expire(&Refusal::NotReady("no frames".into())), 1);
        assert!(matches!(hears.try_recv(), Ok(Answer::Refused(Refusal::NotReady(_)))));
        assert!(queue.steer(Duration::ZERO).is_none(), "without a session to steer, it is dropped");
    }

    #[test]
    fn a_word_to_the_session_before_the_result_is_told_is_not_for_the_next_one() {
        let (sender, mut queue) = queue();
        let (pressed, refused) = order(WhenBusy::Refuse, LONG);
        sender.send(Order::Steer(Steer::Cancel)).unwrap();
        sender.send(pressed).unwrap();
        queue.settle();
        assert!(matches!(refused.try_recv(), Ok(Answer::Refused(Refusal::Busy))));
        queue.collect();
        assert!(!queue.has_waiting());
    }

    proptest! {
        // Nothing is kept beyond the bounds, and every order gets an answer.
        #[test]
        fn the_queue_is_bounded_and_answers(busy in proptest::collection::vec(any::<bool>(), 0..100)) {
            let (sender, mut queue) = queue();
            let mut askers = Vec::new();
            for waits in busy {
                let when_busy = if waits { WhenBusy::Wait } else { WhenBusy::Refuse };
                let (order, hears) = order(when_busy, Duration::ZERO);
                if sender.send(order).is_ok() {
                    askers.push(hears);
                }
            }
            prop_assert!(askers.len() <= MAX_QUEUED);
            queue.settle();
            prop_assert!(queue.waiting.len() <= MAX_WAITING);
            queue.expire(&Refusal::Busy);
            for asker in askers {
                prop_assert!(matches!(asker.try_recv(), Ok(Answer::Refused(_))));
            }
        }
    }
}
