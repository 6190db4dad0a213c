//! The MQTT link to the central side.
//!
//! In: signed results that wait ([`pending::Pending`], the outbox), the device
//! certificate. Out: results published in order, and the outbox told which of
//! them the hub has stored; messages from the hub for whoever subscribed them.
//! Called by the terminal and its commands, and by the hub, which uses [`wire`].
//!
//! | file | what it does |
//! |---|---|
//! | `connection` | connects, keeps the line, backs off |
//! | `delivery` | sends results over a connection until the hub has each |
//! | `routes` | hands incoming messages to their subscribers |
//! | `wire` | one MQTT connection; `tap` hears why the broker ends it |
//! | `fault`, `reason` | what went wrong, in words, and who can help |
//!
//! The contract on the wire is docs/asyncapi.yaml with docs/schemas/*.json.

pub mod backoff;
mod connection;
mod delivery;
pub mod fault;
pub mod link;
mod log_limit;
pub mod once;
pub mod pending;
pub mod reason;
pub mod routes;
pub mod settings;
pub mod state;
pub mod step;
mod tap;
pub mod tls;
pub mod wire;
