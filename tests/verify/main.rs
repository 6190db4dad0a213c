//! What an auditor, a hub and an attacker would see of signed results.

mod chain;
mod cli;
mod forgery;
mod identity;
mod interop;
mod properties;
mod result;
mod schema;
mod support;
