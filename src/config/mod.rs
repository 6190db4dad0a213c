//! The configuration: one TOML file and its patches, checked.
//!
//! In: `/etc/vouch/vouch.toml` (or the file named by `--config`) and `conf.d/*.toml` next to it.
//! Out: a [`Config`] with every value inside its range, and a [`Provenance`] that names the files
//! it came from and its digest. Read by all modules; calls none of them and uses only their policy
//! types.
//!
//! [`load`] finds and reads a file. [`document`] checks it against the keys that [`schema`] gets
//! from serde. [`load`] then applies the patches, and [`validate`] checks the ranges of the result.
//! Every fault has the file, line and column of its cause ([`fault`]).

pub mod fault;
pub mod file_check;
pub mod load;
mod nearest_key;
pub mod schema;
pub mod sections;
pub mod validate;

use serde::{Deserialize, Serialize};

pub use fault::{ConfigError, Fault};
pub use load::{DEFAULT_FILE, Provenance};
pub use sections::{
    Authority, Camera, Delegate, Device, Fleet, Gallery, Kiosk, Log, LogFormat, LogLevel, Mode, Partners,
    Runtime, Session, Start, Store,
};

/// The commented file with every key at its default, as printed by `vouch config default`.
pub const DEFAULT_TEXT: &str = include_str!("default.toml");

/// All settings. `Config::default()` equals the default file and is a production configuration:
/// what is left out gets the stricter reading.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// What this terminal is.
    pub device: Device,
    /// Where the frames come from.
    pub camera: Camera,
    /// Where the document's frames come from; `None` for the same camera.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_camera: Option<Camera>,
    /// The board profile: what computes.
    pub runtime: Runtime,
    /// What a session demands of a person.
    pub session: Session,
    /// The source of the records that some schemes compare with.
    pub authority: Authority,
    /// The people enrolled at this terminal.
    pub gallery: Gallery,
    /// What is kept on disk.
    pub store: Store,
    /// The page on the screen.
    pub kiosk: Kiosk,
    /// The partners' APIs.
    pub partners: Partners,
    /// The link to the central side.
    pub fleet: Fleet,
    /// What is logged.
    pub log: Log,
}
