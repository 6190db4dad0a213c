//! The terminal: the role that owns session, key, store and link, but never the camera.
//!
//! In: orders ([`order`]) and messages from an eye. Out: signed results, on disk and on their way
//! to the hub. Called by the commands.

pub mod assemble;
pub mod clip;
pub mod drive;
pub mod embed;
pub mod enrol;
pub mod evidence;
pub mod keep;
pub mod order;
pub mod pending_results;
mod presence;
pub mod records;
pub mod references;
pub mod run;
pub mod screen;
pub mod station;
pub mod store_then_tell;
pub mod thresholds;
