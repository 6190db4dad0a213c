//! The workshop's commands. `main.rs` names them; each has a file here.

pub mod bench;
pub mod demo;
pub mod eval;
pub mod specimen;
