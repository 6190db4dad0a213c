//! The commands, one function each.

fn main() {}
