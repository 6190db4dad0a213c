//! The link as the rest of the terminal sees it: start it, wake it, ask it, stop it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::backoff::BackoffOptions;
use super::connection::Connection;
use super::delivery::{Delivery, INBOX};
use super::fault::Fault;
use super::log_limit::Repeats;
use super::pending::{Pending, Queue};
use super::routes::Routes;
use super::settings;
use super::settings::{OptionsError, Security, WireOptions};
use super::state::{LinkReport, Reporter};
use super::step::Step;
use vouch_contract::messages::MAX_ACK_PAYLOAD;
use vouch_contract::topics::{Leaf, Name, Topic};

/// Room for the head of an incoming packet beside its payload: fixed header (5
/// bytes), topic (at most 150 with [`vouch_contract::topics`]'s bounds), and
/// properties that a broker may add.
pub const PACKET_HEAD: usize = 2048;

/// How long [`LinkHandle::shutdown`] waits for the goodbye.
const SHUTDOWN: Duration = Duration::from_secs(5);

/// How the link is set up.
#[derive(Debug, Clone)]
pub struct LinkOptions {
    /// The broker's host; must be in its certificate.
    pub host: String,
    /// The broker's port.
    pub port: u16,
    /// Whose fleet.
    pub tenant: Name,
    /// Which terminal; must be the common name of its certificate.
    pub device: Name,
    /// How the line is protected.
    pub security: Security,
    /// The firmware's version, shown in the state message.
    pub firmware: String,
    /// Send again when the hub has not acknowledged in this time. 30 s: a hub
    /// checks a signature and writes a file in well under a second, so this
    /// only fires when it is away, and a result of some 5 KiB twice a minute
    /// burdens no line.
    pub ack_timeout: Duration,
    /// TCP, TLS and CONNACK together; also the patience for SUBACK and the
    /// birth's PUBACK. 10 s: three lost packets on a cellular line.
    pub connect_timeout: Duration,
    /// 30 s: below the 60 s after which common NAT boxes forget an idle line.
    pub keep_alive: Duration,
    /// The pace of attempts.
    pub backoff: BackoffOptions,
    /// Look into the outbox this often even if nobody called
    /// [`LinkHandle::notify`]: another process may have appended.
    pub look_again: Duration,
    /// Whether to publish birth and last will. False for one-shot commands,
    /// which must not declare a terminal offline that is running beside them.
    pub announce: bool,
}

impl LinkOptions {
    /// With the defaults above.
    pub fn new(host: &str, port: u16, tenant: Name, device: Name, security: Security) -> Self {
        Self {
            host: host.to_owned(),
            port,
            tenant,
            device,
            security,
            firmware: env!("CARGO_PKG_VERSION").to_owned(),
            ack_timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            keep_alive: Duration::from_secs(30),
            backoff: BackoffOptions::default(),
            look_again: Duration::from_secs(60),
            announce: true,
        }
    }

    /// The connection's part; fails when the certificate is for another name.
    pub(super) fn wire(&self) -> Result<WireOptions, OptionsError> {
        if let Security::MutualTls(tls) = &self.security
            && tls.common_name() != self.device.as_str()
        {
            return Err(OptionsError::OtherName {
                certificate: tls.common_name().to_owned(),
                device: self.device.to_string(),
            });
        }
        let client_id = if self.announce {
            self.device.to_string()
        } else {
            // Another id, or the broker would throw out the running terminal
            // in favour of the one-shot command (MQTT 5, 3.1.4).
            format!("{}-once-{}", self.device, std::process::id())
        };
        Ok(WireOptions {
            host: self.host.clone(),
            port: self.port,
            client_id,
            security: self.security.clone(),
            connect_timeout: self.connect_timeout,
            keep_alive: self.keep_alive,
            max_incoming: u32::try_from(MAX_ACK_PAYLOAD + PACKET_HEAD).unwrap_or(u32::MAX),
            last_will: None,
        })
    }
}

/// The link to the hub.
#[derive(Debug)]
pub struct Link;

impl Link {
    /// Starts the link on the present tokio runtime. Settings that can never
    /// work are refused here; everything else shows in the report.
    pub fn spawn<P: Pending>(options: LinkOptions, pending: P) -> Result<LinkHandle, OptionsError> {
        Self::spawn_with(options, pending, Routes::new())
    }

    /// As [`Self::spawn`], with further subscriptions: each message on a leaf
    /// goes to whoever has subscribed it.
    pub fn spawn_with<P: Pending>(
        options: LinkOptions,
        pending: P,
        mut routes: Routes,
    ) -> Result<LinkHandle, OptionsError> {
        settings::check(&options.wire()?)?;
        let (reporter, report) = Reporter::new();
        let (stop, stopped) = watch::channel(false);
        let (wake, step, queue) = (Arc::new(Notify::new()), Step::default(), Queue::new(pending));
        let address = format!("{}:{}", options.host, options.port);
        let topic =
            Topic { tenant: options.tenant.clone(), device: options.device.clone(), leaf: Leaf::Result };
        let delivery = Delivery {
            topic: topic.to_string(),
            ack_timeout: options.ack_timeout,
            look_again: options.look_again,
            queue: queue.clone(),
            reporter: reporter.clone(),
            wake: Arc::clone(&wake),
            junk: Repeats::default(),
            differing: Repeats::default(),
        };
        let acks = routes.subscribe(Leaf::Ack, INBOX);
        let connection =
            Connection { options, queue, reporter, step: step.clone(), stop: stopped, retain: true };
        let task = tokio::spawn(connection.run(routes, delivery, acks));
        Ok(LinkHandle { address, step, wake, report, stop, task })
    }
}

/// A running link. Dropping the handle stops it without a goodbye.
#[derive(Debug)]
pub struct LinkHandle {
    address: String,
    step: Step,
    wake: Arc<Notify>,
    report: watch::Receiver<LinkReport>,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Drop for LinkHandle {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl LinkHandle {
    /// A new result was appended: deliver it now, not at the next look.
    pub fn notify(&self) {
        self.wake.notify_one();
    }

    /// The report, to read or to await changes of.
    pub fn report(&self) -> watch::Receiver<LinkReport> {
        self.report.clone()
    }

    /// What the link has waited for until now, as a fault: for callers whose
    /// own patience ends before the link's.
    pub fn unanswered(&self) -> Fault {
        Fault::Silent { address: self.address.clone(), during: self.step.words() }
    }

    /// For how long the link has waited for that.
    pub fn waited(&self) -> Duration {
        self.step.age()
    }

    /// Publishes `online: false`, disconnects and ends. Bounded: [`SHUTDOWN`].
    pub async fn shutdown(mut self) -> LinkReport {
        // Fails only when the task has ended already, which is what we want.
        let _ = self.stop.send(true);
        if timeout(SHUTDOWN, &mut self.task).await.is_err() {
            tracing::warn!("the link did not end in time and is cut off");
        }
        self.report.borrow().clone()
    }
}

impl From<OptionsError> for Fault {
    fn from(error: OptionsError) -> Self {
        Self::Message(error.to_string())
    }
}
