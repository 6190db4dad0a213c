//! A table of pairs: which two pictures, and whether they show one person.

use std::path::Path;

use serde::{Deserialize, Deserializer};

use super::table;
use super::table::TableError;

/// One comparison to be made.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Pair {
    /// Whether both show one person (a mated pair).
    #[serde(rename = "same", deserialize_with = "one_or_zero")]
    pub mated: bool,
    /// One picture, as the table writes it.
    #[serde(rename = "file1")]
    pub first: String,
    /// The other.
    #[serde(rename = "file2")]
    pub second: String,
    /// Part of the protocol, if the table has parts.
    #[serde(default)]
    pub fold: Option<u32>,
}

/// Reads a table with the columns `same` (1 or 0), `file1`, `file2` and maybe
/// `fold`; others are ignored.
///
/// # Errors
/// [`TableError`].
pub fn read(path: &Path) -> Result<Vec<Pair>, TableError> {
    table::read(path)
}

fn one_or_zero<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    match String::deserialize(deserializer)?.as_str() {
        "1" => Ok(true),
        "0" => Ok(false),
        other => Err(serde::de::Error::custom(format!("it must be 1 or 0, not `{other}`"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Vec<Pair>, TableError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        read(file.path())
    }

    #[test]
    fn a_fold_may_be_missing() {
        let pair = |fold| Pair { mated: true, first: "a".into(), second: "b".into(), fold };
        assert_eq!(of("file2,fold,same,file1\nb,3,1,a\n").unwrap(), [pair(Some(3))]);
        assert_eq!(of("file2,same,file1\nb,1,a\n").unwrap(), [pair(None)]);
    }

    #[test]
    fn a_wrong_field_is_named() {
        for (text, words) in [
            ("same,file1,file2\nyes,a,b\n", "`yes`"),
            ("same,file1,file2,fold\n1,a,b,x\n", "column `fold`"),
            ("same,file1\n1,a\n", "`file2`"),
        ] {
            let error = of(text).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
