//! The terminal: the role that owns session, key, store and link, and never
//! the camera.
//!
//! In: orders ([`order`]) and what an eye tells. Out: signed results on disk and on their way. Called
//! by the commands.

pub mod assemble;
pub mod drive;
pub mod evidence;
pub mod order;
mod presence;
pub mod queue;
pub mod records;
pub mod references;
pub mod run;
pub mod screen;
pub mod station;
pub mod store_then_tell;
mod thresholds;
