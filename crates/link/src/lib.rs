//! The MQTT link to the central side.
//!
//! In: signed results that wait ([`pending::Pending`], the outbox), the device
//! certificate. Out: results published in order, and the outbox told which of
//! them the hub has stored. Called by `cli` and the terminal's main loop; it
//! calls nothing but `device` and `store`.
//!
//! The contract on the wire is docs/asyncapi.yaml with docs/schemas/*.json.

pub mod backoff;
mod engine;
pub mod fault;
pub mod link;
pub mod pending;
pub mod settings;
pub mod state;
pub mod tls;
pub mod wire;
