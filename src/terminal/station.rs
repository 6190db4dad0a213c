//! What a terminal needs to vouch: its configuration, identity and outbox, and the only way from an
//! outcome to a signed result on disk.

use std::time::Duration;

use uuid::Uuid;

use super::drive::Driven;
use super::thresholds::{policies, refuse_lax};
use crate::authority::Source;
use crate::config::{Config, Mode as ConfigMode};
use crate::enrolment::Rules;
use crate::terminal::evidence::{clock as clock_evidence, firmware};
use vouch_contract::claims::{ChosenBy, Consent, Firmware, Media, Mode, Nonce, ResultClaims};
use vouch_contract::clock::{Clock, SystemClock};
use vouch_contract::document::fields::{FieldName, FieldSource};
use vouch_contract::document::reading::Document;
use vouch_contract::eye::protocol::EyeReport;
use vouch_contract::face::Template;
use vouch_contract::gesture::Gesture;
use vouch_contract::scheme::Scan;
use vouch_contract::scheme::Scheme;
use vouch_contract::topics::{Name, TopicError};
use vouch_link::link::LinkOptions;
use vouch_link::tls::{TlsError, TlsFiles, TlsMaterial};
use vouch_link::wire::Security;
use vouch_perception::runtime::RuntimeError;
use vouch_perception::runtime::manifest::Manifest;
use vouch_session::lighting::Colours;
use vouch_session::policy::{Policy, PolicyError};
use vouch_session::result;
use vouch_session::result::Context;
use vouch_store::gallery::{GALLERY_FILE, Gallery};
use vouch_store::outbox::{Entry, Limits, Outbox, OutboxError, Stored};
use vouch_store::presented::Presented;
use vouch_store::sealed::database::SealedStoreError;
use vouch_trust::identity::{CERTIFICATE_FILE, Identity, IdentityError};
use vouch_trust::jws;
use vouch_trust::key::KEY_FILE;

/// The outbox inside the state folder.
pub const OUTBOX_FILE: &str = "outbox.db";

/// How often to look for old results.
const PRUNE_EVERY: Duration = Duration::from_secs(60 * 60);

/// Why a terminal can't work.
#[derive(Debug, thiserror::Error)]
pub enum StationError {
    /// Key or certificate.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// The outbox.
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    /// A sealed store: the memory of documents, the gallery.
    #[error(transparent)]
    Sealed(#[from] SealedStoreError),
    /// The model manifest.
    #[error(transparent)]
    Manifest(#[from] RuntimeError),
    /// The policy.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// TLS files of the link.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// A name in a topic.
    #[error(transparent)]
    Name(#[from] TopicError),
    /// Production mode with rules that prove nothing.
    #[error("device.mode is \"production\", but {0}")]
    Lax(String),
    /// The running executable can't be read.
    #[error("can't compute the running program's digest: {0}")]
    Firmware(std::io::Error),
    /// The clock is outside the certificate's validity.
    #[error(
        "the clock says {0}, which is outside the device certificate's validity: results would not verify; set the clock (`timedatectl`), then start again"
    )]
    Clock(String),
}

/// What a session was asked to do.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The scheme.
    pub scheme: Scheme,
    /// The gestures.
    pub challenge: Vec<Gesture>,
    /// Who chose them.
    pub chosen_by: ChosenBy,
    /// The colours that the screen is to show after them.
    pub colours: Colours,
    /// The requester's nonce.
    pub nonce: Option<Nonce>,
    /// What the person agreed to, if asked.
    pub consent: Option<Consent>,
    /// The session's id.
    pub session_id: String,
}

/// A result that is signed and on disk.
#[derive(Debug, Clone)]
pub struct Vouched {
    /// The result as stored.
    pub stored: Stored,
    /// What was signed.
    pub claims: ResultClaims,
}

/// A terminal ready to vouch.
pub struct Station {
    config: Config,
    config_sha256: String,
    policy: Policy,
    // The policy for references made from several pictures.
    policy_for_several: Policy,
    identity: Identity,
    outbox: Outbox,
    // Only if the scheme scans documents.
    documents: Option<Presented>,
    // Only if the scheme asks one.
    authority: Option<Source>,
    firmware: Firmware,
    clock: SystemClock,
    pruned: Duration,
}

impl Station {
    /// Opens identity and outbox in the state folder; creates them at the first start.
    ///
    /// # Errors
    /// [`StationError`].
    pub fn open(config: Config) -> Result<Self, StationError> {
        let state = &config.device.state_dir;
        let identity = Identity::open_or_create(state, config.device.id.as_deref())?;
        let mut outbox = open_outbox(&config)?;
        outbox.prune(retention(&config))?;
        let manifest = Manifest::read(&config.runtime.manifest_path())?;
        let (policy, policy_for_several) = policies(&config.session.policy, &manifest)?;
        if config.device.mode == ConfigMode::Production {
            refuse_lax(&policy, &manifest)?;
        }
        let scans = config.session.scheme.plan().scan != Scan::Never;
        let documents = scans.then(|| Presented::open(state)).transpose()?;
        let authority =
            Source::configured(&config.authority, state).filter(|_| config.session.scheme.needs_record());
        let firmware = firmware().map_err(StationError::Firmware)?;
        Ok(Self {
            config_sha256: config.digest(),
            config,
            policy,
            policy_for_several,
            identity,
            outbox,
            documents,
            authority,
            firmware,
            clock: SystemClock::new(),
            pruned: Duration::ZERO,
        })
    }

    /// The effective configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The session policy, calibrated to the embedding model.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The session policy for a reference of this many pictures. Fused references are closer to
    /// everybody, so the same false match rate needs another threshold.
    pub fn policy_for(&self, references: usize) -> &Policy {
        if references > 1 { &self.policy_for_several } else { &self.policy }
    }

    /// The thresholds of an enrolment, and how long its entry lasts.
    pub fn enrolment_rules(&self) -> Rules {
        Rules::new(&self.policy, &self.policy_for_several, self.config.gallery.clone())
    }

    /// This terminal's identity.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The machine's clock.
    pub fn clock(&self) -> &SystemClock {
        &self.clock
    }

    /// The source of records.
    pub fn authority(&self) -> Option<&Source> {
        self.authority.as_ref()
    }

    /// The portrait with which a document was presented here before.
    ///
    /// # Errors
    /// A message that says why this is unknown.
    pub fn presented(&self, country: &str, number: &str) -> Result<Option<Box<Template>>, String> {
        let documents = self.documents.as_ref().ok_or("this terminal keeps no memory of documents")?;
        documents.portrait(country, number).map(|found| found.map(Box::new)).map_err(|e| e.to_string())
    }

    /// Remembers a document that was presented with success. A failure is only logged, because the
    /// result is already on disk.
    pub fn remember(&mut self, document: &Document, portrait: &Template) {
        // A typed field proves no document: it could lock out the real holder.
        let typed = |name| document.field(name).is_some_and(|field| field.source == FieldSource::Person);
        if typed(FieldName::DocumentNumber) || typed(FieldName::CountryCode) {
            return;
        }
        let now = self.clock.wall();
        let value = |name| document.value(name).unwrap_or_default();
        let (country, number) = (value(FieldName::CountryCode), value(FieldName::DocumentNumber));
        if let Some(documents) = &mut self.documents
            && let Err(error) = documents.remember(country, number, portrait, now)
        {
            tracing::error!(%error, "a presented document could not be remembered");
        }
    }

    /// Whether a session that begins now could be vouched for: space in the outbox and on the disk,
    /// and a clock within the certificate's validity.
    ///
    /// # Errors
    /// [`StationError`].
    pub fn preflight(&self) -> Result<(), StationError> {
        let now = self.clock.wall();
        if !self.identity.valid_at(now) {
            return Err(StationError::Clock(now.to_string()));
        }
        self.outbox.preflight(u64::from(self.config.store.min_free_mb) << 20)?;
        Ok(())
    }

    /// Signs and stores a session's result; when this returns, the result is on disk. `kept` are
    /// the pictures that were stored elsewhere.
    ///
    /// # Errors
    /// [`StationError::Outbox`]. Nothing was stored then, and the caller must not show the outcome.
    pub fn vouch(
        &mut self,
        driven: &Driven,
        kept: &[Media],
        asked: &Asked,
        eye: &EyeReport,
    ) -> Result<Vouched, StationError> {
        let mode = match self.config.device.mode {
            ConfigMode::Production => Mode::Production,
            ConfigMode::Development => Mode::Development,
        };
        let Self { identity, firmware, clock, config_sha256, outbox, .. } = self;
        let mut built = None;
        let stored = outbox.append(|next| {
            let context = Context {
                device_id: &identity.id,
                ueid: &identity.ueid,
                jti: Uuid::now_v7(),
                issued: clock.wall(),
                seq: next.seq,
                prev: next.prev.as_deref(),
                nonce: asked.nonce.as_ref(),
                consent: asked.consent.as_ref(),
                session_id: &asked.session_id,
                started: driven.started,
                best_at: driven.best_at,
                scheme: asked.scheme,
                challenge: &asked.challenge,
                chosen_by: asked.chosen_by,
                colours: &asked.colours,
                eye,
                firmware,
                config_sha256,
                mode,
                clock: clock_evidence(),
                media: kept,
            };
            let claims = result::build(&driven.outcome, &context);
            let payload = serde_json::to_vec(&claims)?;
            let jws = jws::sign(identity, jws::RESULT_TYPE, &payload)?;
            let jti = claims.jti.clone();
            built = Some(claims);
            Ok(Entry { jti, jws })
        })?;
        self.prune();
        let claims = built.expect("the outbox appends only what the closure built");
        Ok(Vouched { stored, claims })
    }

    /// Deletes acknowledged results older than the retention, and people whose time in the gallery
    /// is over, once an hour: a terminal runs for months.
    pub fn prune(&mut self) {
        let now = self.clock.monotonic();
        if now.saturating_sub(self.pruned) < PRUNE_EVERY {
            return;
        }
        self.pruned = now;
        if let Err(error) = self.outbox.prune(retention(&self.config)) {
            tracing::warn!(%error, "old results could not be deleted");
        }
        let state = &self.config.device.state_dir;
        if state.join(GALLERY_FILE).exists() {
            let wall = self.clock.wall();
            let removed = Gallery::open(state).and_then(|mut gallery| gallery.remove_expired(wall));
            if let Err(error) = removed {
                tracing::warn!(%error, "people whose time is over could not be removed");
            }
        }
    }

    /// How to reach the hub, from the configuration.
    ///
    /// # Errors
    /// [`StationError`] for unreadable TLS files or impossible names.
    pub fn link_options(&self) -> Result<LinkOptions, StationError> {
        let (fleet, state) = (&self.config.fleet, &self.config.device.state_dir);
        let security = if fleet.plain {
            Security::PlainOnLoopback
        } else {
            Security::MutualTls(TlsMaterial::from_files(&TlsFiles {
                ca: fleet.ca_path(state),
                chain: state.join(CERTIFICATE_FILE),
                key: state.join(KEY_FILE),
            })?)
        };
        let mut options = LinkOptions::new(
            &fleet.host,
            fleet.port,
            Name::new(&fleet.tenant)?,
            Name::new(&self.identity.id)?,
            security,
        );
        options.ack_timeout = Duration::from_secs(fleet.ack_timeout_s.into());
        Ok(options)
    }

    /// Opens the outbox a second time, for the link.
    ///
    /// # Errors
    /// [`StationError::Outbox`].
    pub fn open_outbox(&self) -> Result<Outbox, StationError> {
        Ok(open_outbox(&self.config)?)
    }
}

/// Opens the outbox in `config`'s state folder, with its limits.
///
/// # Errors
/// As [`Outbox::open`].
pub fn open_outbox(config: &Config) -> Result<Outbox, OutboxError> {
    let limits = Limits { max_unacknowledged: config.store.max_pending.into(), ..Limits::default() };
    Outbox::open(&config.device.state_dir.join(OUTBOX_FILE), limits)
}

fn retention(config: &Config) -> Duration {
    Duration::from_secs(24 * 60 * 60) * config.store.retention_days
}
