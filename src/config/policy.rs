//! The seam to `session::policy`: the one place where this room names it.

use serde::{Deserialize, Serialize};

use super::validate::Breach;

/// Stands for `session::policy::Policy` until that room has it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {}

/// Every value of `policy` outside its range; `section` is its key path.
pub(super) fn breaches(_policy: &Policy, _section: &str) -> Vec<Breach> {
    Vec::new()
}
