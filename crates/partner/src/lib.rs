//! The partners' HTTP APIs: CID, TongDun and Alibaba Cloud, as a business already knows them.
//!
//! In: requests of partners, over HTTPS or on loopback. Out: sessions ordered from a [`desk`], and
//! their results. The terminal gives a desk; the hub will give one too. This crate decodes no
//! picture, holds no device key and has no camera. It owns one database: partners, scenes, tokens,
//! sessions, webhooks. docs/PARTNERS.md is the description for partners.
//!
//! | room | in | out |
//! |---|---|---|
//! | `desk` | a session request, pictures, a payload | a session's end, a comparison, a signature |
//! | `secret`, `targets`, `schemes`, `codes` | | tokens and hashes; the allow list; the vendors' tables |
//! | `register` | calls from the APIs and from the operator's commands | rows of one SQLite file |
//! | `guard`, `credentials`, `vault` | who calls, with which secret | limits, locks; what waits for its session |
//! | `context`, `http` | | what handlers share |
//! | `flow` | a session that is asked for | a token; the browser's way; the end in the register |
//! | `cid`, `tongdun`, `alibaba` | HTTP | the vendors' fields and codes |
//! | `webhook` | what the register has queued | signed calls to partners |
//! | `openapi`, `server`, `tls` | connections | the routes and their description |

mod alibaba;
mod basic;
mod cid;
mod codes;
pub mod context;
mod credentials;
pub mod desk;
mod failures;
mod flow;
mod gallery;
pub mod guard;
mod http;
pub mod openapi;
pub mod register;
pub mod schemes;
pub mod secret;
pub mod server;
pub mod targets;
#[cfg(test)]
mod test_clock;
pub mod tls;
mod tongdun;
mod vault;
mod webhook;
