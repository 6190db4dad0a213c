//! What all handlers share, and how a caller becomes a partner.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::{Notify, Semaphore};
use url::Url;
use vouch_contract::clock::{Clock, SystemClock};

use crate::credentials::{Credentials, Verdict};
use crate::desk::Desk;
use crate::guard::{Caller, Guard, Limits};
use crate::http::{Fault, Kind};
use crate::register::partners::Partner;
use crate::register::{self, Durability, Register, RegisterError, partners};
use crate::secret::SecretFault;
use crate::vault::Vault;

/// Requests with pictures that are read at once: each may take 24 MiB.
const MAX_WITH_PICTURES: usize = 3;

/// How the APIs are set up.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The address at which browsers and partners reach this server, without a path.
    pub public_url: Url,
    /// Limits per address and partner.
    pub limits: Limits,
    /// Authorities (PEM) to trust for webhooks instead of the public ones.
    pub webhook_ca: Option<PathBuf>,
}

/// What all handlers share.
pub struct Context {
    pub(crate) desk: Arc<dyn Desk>,
    pub(crate) register: Register,
    pub(crate) guard: Guard,
    pub(crate) vault: Vault,
    pub(crate) settings: Settings,
    /// Rung when a webhook was queued.
    pub(crate) bell: Arc<Notify>,
    pub(crate) pictures: Semaphore,
    credentials: Credentials,
}

/// Why the APIs can't be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The public address.
    #[error("the public address must be an http or https address without path, query or user name")]
    PublicUrl,
    /// Hashing.
    #[error(transparent)]
    Secret(#[from] SecretFault),
    /// The register.
    #[error(transparent)]
    Register(#[from] RegisterError),
}

impl Context {
    /// Sets the APIs up over a desk. Sessions that were under way when the process last ended are
    /// ended as lost.
    ///
    /// # Errors
    /// [`SetupError`].
    pub async fn new(
        settings: Settings,
        register: Register,
        desk: Arc<dyn Desk>,
    ) -> Result<Arc<Self>, SetupError> {
        Self::with_clock(settings, register, desk, Arc::new(SystemClock::new())).await
    }

    /// As [`Context::new`], with a clock of the caller's.
    ///
    /// # Errors
    /// As [`Context::new`].
    pub async fn with_clock(
        settings: Settings,
        register: Register,
        desk: Arc<dyn Desk>,
        clock: Arc<dyn Clock>,
    ) -> Result<Arc<Self>, SetupError> {
        let url = &settings.public_url;
        let plain = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let anonymous = url.username().is_empty() && url.password().is_none() && url.host().is_some();
        if !plain || !anonymous || !["http", "https"].contains(&url.scheme()) {
            return Err(SetupError::PublicUrl);
        }
        register.run(Durability::Durable, register::after_restart).await?;
        Ok(Arc::new(Self {
            desk,
            register,
            guard: Guard::new(settings.limits, clock.clone()),
            vault: Vault::new(clock.clone()),
            settings,
            bell: Arc::new(Notify::new()),
            pictures: Semaphore::new(MAX_WITH_PICTURES),
            credentials: Credentials::new(clock)?,
        }))
    }

    /// The partner with this code and secret.
    pub(crate) async fn partner(&self, caller: Caller, code: &str, secret: &str) -> Result<Partner, Fault> {
        if let Some(left) = self.guard.locked(caller, code) {
            let message = "locked after too many failed logins; it opens again by itself";
            return Err(Fault::new(Kind::TooMany, message).after(left));
        }
        let asked = code.to_owned();
        let known = self.register.run(Durability::Quick, move |c, _| partners::find(c, &asked)).await?;
        let hash = known.as_ref().map(|known| known.secret.as_str());
        match (self.credentials.check(code, secret, hash).await, known) {
            (Verdict::Right, Some(known)) => {
                self.guard.succeeded(caller, code);
                self.guard.partner(code).map_err(Fault::too_many)?;
                Ok(known.partner)
            }
            (Verdict::Crowded, _) => {
                let message = "too many logins at once; try again in a second";
                Err(Fault::new(Kind::Busy, message).after(std::time::Duration::from_secs(1)))
            }
            _ => {
                self.guard.failed(caller, code);
                Err(Fault::new(Kind::Unauthorized, "no partner has this code and secret"))
            }
        }
    }

    /// The address of a path on this server.
    pub(crate) fn address(&self, path: &str) -> Url {
        let mut url = self.settings.public_url.clone();
        url.set_path(path);
        url
    }

    /// Whether browsers reach this server over TLS.
    pub(crate) fn is_secure(&self) -> bool {
        self.settings.public_url.scheme() == "https"
    }
}
