//! The contract of a supplied model (its inputs, outputs and role): from the table of known files,
//! or from a file written by the operator.

use std::path::Path;

use serde::Deserialize;

use super::OperatorError;
use crate::runtime::manifest::{EntryFault, GoldenEntry, MAX_MANIFEST_BYTES, ModelEntry};

/// Facts about models that operators are known to use, by digest.
const KNOWN: &str = include_str!("../../../../../models/known.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "model", default)]
    models: Vec<toml::Table>,
}

/// Why a contract can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ContractFileFault {
    /// The file can't be read.
    #[error("{0}")]
    Unreadable(#[from] std::io::Error),
    /// Larger than any contract.
    #[error("{0} bytes is too large for a contract")]
    TooLarge(u64),
    /// It is not TOML, or has unknown keys.
    #[error("{0}")]
    Syntax(Box<toml::de::Error>),
    /// The entry can't be written as TOML.
    #[error("{0}")]
    Unwritable(#[from] toml::ser::Error),
    /// A key that only the program may set.
    #[error("`{0}` is set when the model is added; remove it")]
    Made(&'static str),
    /// It has no model, or several.
    #[error("one [[model]] is needed, there are {0}")]
    Models(usize),
    /// It is the contract of another file.
    #[error("its contract is for SHA-256 {promised}, the file's is {found}")]
    OtherDigest {
        /// In the contract, hex.
        promised: String,
        /// Of the file, hex.
        found: String,
    },
    /// It is the contract of another file.
    #[error("its contract is for {promised} bytes, the file has {found}")]
    OtherSize {
        /// In the contract.
        promised: i64,
        /// Of the file.
        found: u64,
    },
    /// An invalid entry.
    #[error("{0}")]
    Entry(#[from] EntryFault),
}

impl From<toml::de::Error> for ContractFileFault {
    fn from(error: toml::de::Error) -> Self {
        Self::Syntax(Box::new(error))
    }
}

/// A manifest's entry without `file` and `golden`.
#[derive(Debug, Clone, PartialEq)]
pub struct Contract(toml::Table);

impl Contract {
    /// The contract of a file listed in `models/known.toml`.
    pub fn known(sha256: &str) -> Option<Self> {
        let file: File = toml::from_str(KNOWN).ok()?;
        let known = |table: &toml::Table| {
            table.get("sha256").and_then(toml::Value::as_str).is_some_and(|d| d.eq_ignore_ascii_case(sha256))
        };
        file.models.into_iter().find(known).map(Self)
    }

    /// Reads a contract: one `[[model]]` in the manifest's form, without `file` and `golden`.
    /// `sha256` and `size` may be left out.
    ///
    /// # Errors
    /// [`OperatorError::Contract`] naming the file.
    pub fn read(path: &Path) -> Result<Self, OperatorError> {
        Self::try_read(path).map_err(|fault| OperatorError::Contract { path: path.into(), fault })
    }

    fn try_read(path: &Path) -> Result<Self, ContractFileFault> {
        let size = std::fs::metadata(path)?.len();
        if size > MAX_MANIFEST_BYTES {
            return Err(ContractFileFault::TooLarge(size));
        }
        let file: File = toml::from_str(&std::fs::read_to_string(path)?)?;
        match <[toml::Table; 1]>::try_from(file.models) {
            Ok([table]) => {
                for made in ["file", "golden"] {
                    if table.contains_key(made) {
                        return Err(ContractFileFault::Made(made));
                    }
                }
                Ok(Self(table))
            }
            Err(models) => Err(ContractFileFault::Models(models.len())),
        }
    }

    /// The name it gives, if any.
    pub fn name(&self) -> Option<&str> {
        self.0.get("name").and_then(toml::Value::as_str)
    }

    /// The whole entry, both as a table for the manifest and parsed.
    pub(super) fn complete(
        &self,
        path: &Path,
        name: &str,
        (sha256, size): (&str, u64),
        file: &Path,
        golden: &GoldenEntry,
    ) -> Result<(toml::Table, ModelEntry), OperatorError> {
        self.try_complete(name, (sha256, size), file, golden)
            .map_err(|fault| OperatorError::Contract { path: path.into(), fault })
    }

    fn try_complete(
        &self,
        name: &str,
        (sha256, size): (&str, u64),
        file: &Path,
        golden: &GoldenEntry,
    ) -> Result<(toml::Table, ModelEntry), ContractFileFault> {
        let mut table = self.0.clone();
        let promised = table.get("sha256").and_then(toml::Value::as_str);
        if let Some(promised) = promised.filter(|promised| !promised.eq_ignore_ascii_case(sha256)) {
            return Err(ContractFileFault::OtherDigest { promised: promised.into(), found: sha256.into() });
        }
        let promised = table.get("size").and_then(toml::Value::as_integer);
        if let Some(promised) = promised.filter(|&promised| u64::try_from(promised) != Ok(size)) {
            return Err(ContractFileFault::OtherSize { promised, found: size });
        }
        let size = i64::try_from(size).map_err(|_| ContractFileFault::TooLarge(size))?;
        table.insert("name".into(), name.into());
        table.insert("sha256".into(), sha256.into());
        table.insert("size".into(), size.into());
        table.insert("file".into(), file.to_string_lossy().into_owned().into());
        let golden = toml::Value::try_from(golden)?;
        table.insert("golden".into(), golden);
        let entry: ModelEntry = table.clone().try_into()?;
        entry.check()?;
        Ok((table, entry))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_model_makes_an_entry() {
        let file: File = toml::from_str(KNOWN).expect("the table is TOML");
        assert!(!file.models.is_empty());
        for table in file.models {
            let digest = table["sha256"].as_str().expect("a digest").to_owned();
            let size = u64::try_from(table["size"].as_integer().expect("a size")).expect("a size");
            let contract = Contract::known(&digest).expect("it is found by its digest");
            let name = contract.name().expect("a name").to_owned();
            let golden = GoldenEntry { seed: 1, file: "g.json".into() };
            let path = Path::new("x.tflite");
            contract.complete(path, &name, (&digest, size), path, &golden).expect("complete");
            contract.complete(path, &name, (&digest, size + 1), path, &golden).expect_err("another size");
        }
        assert_eq!(Contract::known(&"0".repeat(64)), None);
    }
}
