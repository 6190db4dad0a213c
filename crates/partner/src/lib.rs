//! The partners' HTTP APIs: CID, TongDun and Alibaba Cloud, as a business already knows them.
//!
//! In: requests of partners, over HTTPS or on loopback. Out: sessions ordered from a [`desk`], and
//! their results. The terminal gives a desk; the hub will give one too. This crate decodes no
//! picture, holds no device key and has no camera. It owns one database: partners, scenes, tokens,
//! sessions, webhooks. docs/PARTNERS.md is the description for partners.

pub mod desk;
