//! The outbox: nothing reported as stored is ever lost, no number used twice.

mod child;
mod crash;
mod disk;
mod keeping;
