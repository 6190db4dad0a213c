//! One TOML file and its patches, checked.
//!
//! In: `/etc/vouch/vouch.toml` (or the file named by `--config`) and, beside it,
//! `conf.d/*.toml`. Out: a [`Config`] whose every value is inside its range, and
//! a [`Provenance`] that says which files made it and what its digest is. Read
//! by all rooms, calls none of them (it names only their policy types).
//!
//! The way of a file: [`load`] finds and reads it, [`document`] checks it on its
//! own against the keys that [`schema`] asks of serde, [`load`] lays the patches
//! over it, [`validate`] holds the result to its ranges. Every fault carries the
//! file, line and column of what caused it ([`fault`]).

pub mod document;
pub mod fault;
pub mod load;
pub mod schema;
pub mod sections;
pub mod validate;

use serde::{Deserialize, Serialize};

pub use fault::{ConfigError, Fault};
pub use load::{DEFAULT_FILE, Provenance};
pub use sections::{
    Authority, Camera, Delegate, Device, Fleet, Log, LogFormat, LogLevel, Mode, Runtime, Session, Start,
    Store,
};

/// The commented file with every key at its default: what `vouch config default`
/// prints.
pub const DEFAULT_TEXT: &str = include_str!("default.toml");

/// Everything that can be set. `Config::default()` is the default file, and is a
/// production configuration: what isn't said is read the stricter way.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// What this terminal is.
    pub device: Device,
    /// Where the frames come from.
    pub camera: Camera,
    /// Where the document's frames come from; none: from the same camera.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_camera: Option<Camera>,
    /// What computes: the board's profile.
    pub runtime: Runtime,
    /// What a session asks of a person.
    pub session: Session,
    /// Who keeps the records that some schemes compare with.
    pub authority: Authority,
    /// What is kept on disk.
    pub store: Store,
    /// The link to the central side.
    pub fleet: Fleet,
    /// What is told of the work.
    pub log: Log,
}
