//! "Did you mean": the known key or choice that is most like what somebody wrote.

use super::fault::quoted;

/// A key gets a suggestion only if a known key is at least this similar (Jaro-Winkler, 0 to 1).
const MIN_SIMILARITY: f64 = 0.75;

/// The candidate most similar to `name`, if one is similar enough.
pub fn nearest<'k>(name: &str, candidates: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let name = quoted(name).to_lowercase();
    candidates
        .map(|candidate| (strsim::jaro_winkler(&name, candidate), candidate))
        .filter(|(likeness, _)| *likeness >= MIN_SIMILARITY)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}
