//! Decisions on documents: puts the sides together, compares sources, checks validity.

pub mod checks;
pub mod cross_check;
mod french_id;
pub mod merge;
