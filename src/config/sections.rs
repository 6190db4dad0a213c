//! The sections, their keys and defaults. Ranges stand in `validate.rs`, the
//! words for the operator in `default.toml`.

use std::collections::BTreeMap;
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
    /// Name in topics and results. None: made from the device key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// How strict.
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
    /// Wanted width in pixels.
    pub width: u32,
    /// Wanted height in pixels.
    pub height: u32,
    /// Wanted frames in a second.
    pub rate: u32,
    /// Wanted pixel format (FourCC). None: the best that the camera offers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Longest wait for a frame, in milliseconds.
    pub timeout_ms: u32,
    /// Clockwise turn that makes the picture upright, in degrees.
    pub rotate: u16,
    /// Whether the camera hands out a mirrored picture.
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
    /// Where models and their manifest lie.
    pub models_dir: PathBuf,
    /// The manifest; relative to `models_dir`.
    pub manifest: PathBuf,
    /// The inference runtime, opened at start; relative to `models_dir`.
    pub library: PathBuf,
    /// CPU threads for one inference.
    pub threads: u8,
    /// External delegate: the way to an accelerator.
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
    /// Handed to the delegate as they are.
    pub options: BTreeMap<String, String>,
}

/// What begins a session.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Start {
    /// A command: the signal SIGUSR1 so far.
    #[default]
    Command,
    /// A face that stays before the camera.
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
    /// Folder of records. None: there is no authoritative source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folder: Option<PathBuf>,
    /// Address of a service, instead of a folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Certificates (PEM) that may vouch for the service.
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
    /// Whether a source is named.
    pub fn is_named(&self) -> bool {
        self.folder.is_some() || self.url.is_some()
    }
}

/// `[store]`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Store {
    /// Most results that wait for the central side; at the limit no new session
    /// starts.
    pub max_pending: u32,
    /// Free space that must be left on the state directory's disk, in MiB.
    pub min_free_mb: u32,
    /// Days that an acknowledged result is kept.
    pub retention_days: u32,
}

impl Default for Store {
    fn default() -> Self {
        Self { max_pending: 10_000, min_free_mb: 64, retention_days: 30 }
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
    /// Certificates (PEM) that may vouch for the broker. None: `ca.pem` in the
    /// state directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca: Option<PathBuf>,
    /// Wait for the hub's acknowledgement before a result is sent again, in
    /// seconds.
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
    /// The certificates' path, given the state directory.
    pub fn ca_path(&self, state_dir: &Path) -> PathBuf {
        match &self.ca {
            Some(path) => path.clone(),
            None => state_dir.join("ca.pem"),
        }
    }
}

/// Least weight that is told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Only what failed.
    Error,
    /// And what may fail soon.
    Warn,
    /// And what happens.
    #[default]
    Info,
    /// And why.
    Debug,
    /// And every step.
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

/// Shape of a log line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For eyes.
    #[default]
    Text,
    /// One object in a line, for collectors.
    Json,
}

/// `[log]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// Least weight.
    pub level: LogLevel,
    /// Shape.
    pub format: LogFormat,
}
