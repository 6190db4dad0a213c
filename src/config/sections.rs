//! The sections, their keys and defaults. `validate.rs` has the ranges, `default.toml` the
//! descriptions for the operator.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use vouch_contract::scheme::Scheme;
use vouch_session::policy::Policy;

/// How strict the terminal is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Recordings, virtual cameras and unverified models never pass.
    #[default]
    Production,
    /// They may pass; the signed result says so.
    Development,
}

/// `[device]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Device {
    /// Name in topics and results. `None`: derived from the device key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// How strict the terminal is.
    pub mode: Mode,
    /// Key, certificate, database, sealed media.
    pub state_dir: PathBuf,
}

impl Default for Device {
    fn default() -> Self {
        Self { id: None, mode: Mode::Production, state_dir: "/var/lib/vouch".into() }
    }
}

/// `[camera]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Camera {
    /// V4L2 device, or a recording: video file, image or folder of images.
    pub source: PathBuf,
    /// Requested width in pixels.
    pub width: u32,
    /// Requested height in pixels.
    pub height: u32,
    /// Requested frames per second.
    pub rate: u32,
    /// Requested pixel format (FourCC). `None`: the camera's best.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Longest wait for a frame, in milliseconds.
    pub timeout_ms: u32,
    /// Clockwise rotation that makes the picture upright, in degrees.
    pub rotate: u16,
    /// Whether the camera delivers a mirrored picture.
    pub mirrored: bool,
}

impl Default for Camera {
    fn default() -> Self {
        Self {
            source: "/dev/video0".into(),
            width: 640,
            height: 480,
            rate: 30,
            format: None,
            timeout_ms: 2000,
            rotate: 0,
            mirrored: false,
        }
    }
}

/// `[runtime]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Runtime {
    /// Folder of the models and their manifest.
    pub models_dir: PathBuf,
    /// The manifest; relative to `models_dir`.
    pub manifest: PathBuf,
    /// The inference runtime, opened at start; relative to `models_dir`.
    pub library: PathBuf,
    /// CPU threads per inference.
    pub threads: u8,
    /// Whether the open package's liveness network is used.
    pub open_network: bool,
    /// External delegate: gives access to an accelerator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delegate: Option<Delegate>,
}

impl Default for Runtime {
    fn default() -> Self {
        Self {
            models_dir: "/usr/lib/vouch/models".into(),
            manifest: "manifest.toml".into(),
            library: "cache/lib/libLiteRt.so".into(),
            threads: 2,
            open_network: true,
            delegate: None,
        }
    }
}

impl Runtime {
    /// The manifest's path.
    pub fn manifest_path(&self) -> PathBuf {
        self.models_dir.join(&self.manifest)
    }

    /// The runtime library's path.
    pub fn library_path(&self) -> PathBuf {
        self.models_dir.join(&self.library)
    }
}

/// `[runtime.delegate]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Delegate {
    /// The delegate's shared library.
    pub library: PathBuf,
    /// Passed to the delegate unchanged.
    pub options: BTreeMap<String, String>,
}

/// What begins a session.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Start {
    /// A command; currently the signal SIGUSR1.
    #[default]
    Command,
    /// A face that stays in front of the camera.
    Presence,
}

/// `[session]`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Session {
    /// What the live face is compared with.
    pub scheme: Scheme,
    /// What begins a session.
    pub start: Start,
    /// Limits and thresholds of the steps.
    pub policy: Policy,
}

impl Default for Session {
    fn default() -> Self {
        Self { scheme: Scheme::LivenessOnly, start: Start::Command, policy: Policy::default() }
    }
}

/// `[authority]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Authority {
    /// Folder of records. `None`: no authoritative source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folder: Option<PathBuf>,
    /// The people enrolled at this terminal, instead of a folder.
    pub gallery: bool,
    /// Address of a service, instead of a folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Certificates (PEM) of authorities trusted for the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca: Option<PathBuf>,
    /// The terminal's certificate for the service, and intermediates (PEM).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<PathBuf>,
    /// Its key (PEM).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<PathBuf>,
}

impl Authority {
    /// Whether a source is configured.
    pub fn is_named(&self) -> bool {
        self.folder.is_some() || self.url.is_some() || self.gallery
    }
}

/// `[gallery]`: people enrolled at this terminal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Gallery {
    /// Days until an entry ends; 0: never, until it is removed.
    pub keep_days: u32,
    /// Whether the pictures that a face was enrolled with are kept, sealed.
    pub keep_pictures: bool,
}

impl Default for Gallery {
    fn default() -> Self {
        Self { keep_days: 365, keep_pictures: false }
    }
}

impl Gallery {
    /// When an entry ends that is made at `now`; `None` for never.
    pub fn expiry(&self, now: jiff::Timestamp) -> Option<jiff::Timestamp> {
        let hours = i64::from(self.keep_days) * 24;
        (hours > 0).then(|| now.checked_add(jiff::SignedDuration::from_hours(hours)).ok()).flatten()
    }
}

/// `[store]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Store {
    /// Most results waiting for the hub; at the limit no new session starts.
    pub max_pending: u32,
    /// Free space required on the state folder's disk, in MiB.
    pub min_free_mb: u32,
    /// Days an acknowledged result is kept.
    pub retention_days: u32,
}

impl Default for Store {
    fn default() -> Self {
        Self { max_pending: 10_000, min_free_mb: 64, retention_days: 30 }
    }
}

/// Languages of the page, BCP 47 tags.
pub const LANGUAGES: [&str; 15] =
    ["en", "kk", "ru", "id", "es", "ar", "tl", "ko", "pt", "th", "tr", "vi", "km", "zh-Hans", "zh-Hant"];

/// `[kiosk]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Kiosk {
    /// Whether the terminal serves its page.
    pub enabled: bool,
    /// Port on loopback; 0 for any free one.
    pub port: u16,
    /// Languages offered, BCP 47 tags. The first is shown when nobody has chosen.
    pub languages: Vec<String>,
    /// Whether to explain what happens, before.
    pub guide: bool,
    /// Whether to ask for consent, before.
    pub consent: bool,
    /// Whether to show the outcome, after.
    pub result: bool,
    /// Whether prompts are spoken.
    pub audio: bool,
}

impl Default for Kiosk {
    fn default() -> Self {
        Self {
            enabled: false,
            port: 8800,
            languages: LANGUAGES.iter().map(|tag| (*tag).to_owned()).collect(),
            guide: true,
            consent: true,
            result: true,
            audio: false,
        }
    }
}

/// `[partners]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Partners {
    /// Whether the terminal serves the partners' APIs.
    pub enabled: bool,
    /// Address and port to listen on; port 0 for any free one.
    pub listen: SocketAddr,
    /// The server's certificate and intermediates (PEM); needed off loopback.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<PathBuf>,
    /// Its key (PEM).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<PathBuf>,
    /// The address at which partners and browsers reach this server. `None`: where it listens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
    /// Whether the partner's browser is the terminal's own screen.
    pub same_screen: bool,
    /// Certificates (PEM) of authorities trusted for webhooks, instead of the public ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook_ca: Option<PathBuf>,
    /// Minutes that a picture is kept after it was first fetched.
    pub keep_fetched_min: u32,
    /// Hours that a picture is kept if nobody fetches it.
    pub keep_unfetched_h: u32,
}

impl Default for Partners {
    fn default() -> Self {
        Self {
            enabled: false,
            listen: SocketAddr::from(([127, 0, 0, 1], 8801)),
            certificate: None,
            key: None,
            public_url: None,
            same_screen: false,
            webhook_ca: None,
            keep_fetched_min: 10,
            keep_unfetched_h: 24,
        }
    }
}

/// `[fleet]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fleet {
    /// Whether results are sent at all.
    pub enabled: bool,
    /// The broker's name or address.
    pub host: String,
    /// The broker's port.
    pub port: u16,
    /// First part of every topic after `vouch/v1`.
    pub tenant: String,
    /// Certificates (PEM) of authorities trusted for the broker. `None`: `ca.pem` in the state
    /// folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca: Option<PathBuf>,
    /// How long to wait for the hub's acknowledgement before a result is sent again, in seconds.
    pub ack_timeout_s: u32,
    /// Unencrypted MQTT, allowed to this machine only.
    pub plain: bool,
}

impl Default for Fleet {
    fn default() -> Self {
        Self {
            enabled: false,
            host: "localhost".into(),
            port: 8883,
            tenant: "default".into(),
            ca: None,
            ack_timeout_s: 30,
            plain: false,
        }
    }
}

impl Fleet {
    /// The path of the certificates, given the state folder.
    pub fn ca_path(&self, state_dir: &Path) -> PathBuf {
        match &self.ca {
            Some(path) => path.clone(),
            None => state_dir.join("ca.pem"),
        }
    }
}

/// Lowest level that is logged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Only what failed.
    Error,
    /// Also what may fail soon.
    Warn,
    /// Also what happens.
    #[default]
    Info,
    /// Also why.
    Debug,
    /// Also every step.
    Trace,
}

impl From<LogLevel> for tracing::Level {
    fn from(level: LogLevel) -> Self {
        match level {
            LogLevel::Error => Self::ERROR,
            LogLevel::Warn => Self::WARN,
            LogLevel::Info => Self::INFO,
            LogLevel::Debug => Self::DEBUG,
            LogLevel::Trace => Self::TRACE,
        }
    }
}

/// Format of a log line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Text for people.
    #[default]
    Text,
    /// One JSON object per line, for log collectors.
    Json,
}

/// `[log]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// Lowest level.
    pub level: LogLevel,
    /// Format of the lines.
    pub format: LogFormat,
}
