//! Documents presented before, each with the portrait it had. This is how CID_7 is found: a
//! known document number with another face on it.
//!
//! In: country, number and portrait of documents whose sessions succeeded. Out: the portrait
//! under which a number was presented. One SQLite file, in which numbers are keyed hashes and
//! templates are sealed ([`crate::sealed`]).

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use crate::sealed::Sealer;
use crate::sealed::database::{self, Journal, Layout, SealedStoreError};
use vouch_contract::face::Template;

/// The database inside the state folder.
pub const PRESENTED_FILE: &str = "documents.db";
/// The key beside it.
pub const PRESENTED_KEY_FILE: &str = "documents.key";
/// Most documents remembered. Beyond it the one presented longest ago is removed. A gate with
/// 300 people a day fills it in a year.
pub const MOST: u32 = 100_000;
/// How long a document is remembered after it was last presented.
pub const KEPT: Duration = Duration::from_secs(365 * 24 * 60 * 60);

const LAYOUT: Layout = Layout {
    file: PRESENTED_FILE,
    key_file: PRESENTED_KEY_FILE,
    purpose: b"vouch documents v1",
    // Version 1 had no check value, so the key beside it is taken as its own.
    steps: &[include_str!("presented/schema.sql"), include_str!("presented/version_2.sql")],
    journal: Journal::Ahead,
};

/// The documents presented at one terminal.
pub struct Presented {
    connection: Connection,
    path: PathBuf,
    sealer: Sealer,
}

impl Presented {
    /// Opens the memory in the state folder `state`, making it when there is none.
    ///
    /// # Errors
    /// [`SealedStoreError`]; nothing is deleted.
    pub fn open(state: &Path) -> Result<Self, SealedStoreError> {
        let (connection, sealer) = database::open(state, &LAYOUT)?;
        Ok(Self { connection, path: state.join(PRESENTED_FILE), sealer })
    }

    /// The portrait that this document was presented with; none when it was not.
    ///
    /// # Errors
    /// [`SealedStoreError`]: then it is not known whether it was.
    pub fn portrait(&self, country: &str, number: &str) -> Result<Option<Template>, SealedStoreError> {
        let name = self.name(country, number);
        let sealed: Option<Vec<u8>> = self
            .connection
            .query_row("SELECT portrait FROM presented WHERE document = ?1", [&name], |row| row.get(0))
            .optional()
            .map_err(|error| self.trouble(error))?;
        sealed.map(|sealed| self.unseal(&name, &sealed)).transpose()
    }

    /// How many documents are remembered.
    ///
    /// # Errors
    /// [`SealedStoreError`].
    pub fn count(&self) -> Result<u64, SealedStoreError> {
        self.connection
            .query_row("SELECT count(*) FROM presented", [], |row| row.get(0))
            .map_err(|error| self.trouble(error))
    }

    /// Remembers that this document was presented with `portrait`. An existing entry keeps its
    /// portrait: the first one counts. One of another embedding model is replaced, because it
    /// can't be compared any more.
    ///
    /// # Errors
    /// [`SealedStoreError`].
    pub fn remember(
        &mut self,
        country: &str,
        number: &str,
        portrait: &Template,
        now: Timestamp,
    ) -> Result<(), SealedStoreError> {
        let name = self.name(country, number);
        let sealed = self.seal(&name, portrait)?;
        let outdated = self.portrait(country, number)?.is_some_and(|first| first.model != portrait.model);
        let oldest = now.as_second() - KEPT.as_secs().cast_signed();
        let path = self.path.clone();
        let trouble = |error| SealedStoreError::Database { path: path.clone(), error };
        let transaction = self.connection.transaction().map_err(trouble)?;
        if outdated {
            transaction.execute("DELETE FROM presented WHERE document = ?1", [&name]).map_err(trouble)?;
        }
        transaction
            .execute(
                "INSERT INTO presented (document, portrait, last_at) VALUES (?1, ?2, ?3)
                 ON CONFLICT (document) DO UPDATE SET last_at = excluded.last_at",
                (&name, &sealed, now.as_second()),
            )
            .map_err(trouble)?;
        transaction.execute("DELETE FROM presented WHERE last_at < ?1", [oldest]).map_err(trouble)?;
        transaction
            .execute(
                "DELETE FROM presented WHERE document IN (
                     SELECT document FROM presented ORDER BY last_at DESC LIMIT -1 OFFSET ?1)",
                [MOST],
            )
            .map_err(trouble)?;
        transaction.commit().map_err(trouble)
    }

    fn name(&self, country: &str, number: &str) -> Vec<u8> {
        // The country code has three letters, so no other pair gives the same text.
        self.sealer.keyed_hash(format!("{country}|{number}").as_bytes())
    }

    fn seal(&self, name: &[u8], portrait: &Template) -> Result<Vec<u8>, SealedStoreError> {
        let bytes = postcard::to_stdvec(portrait).map_err(|_| SealedStoreError::Sealed)?;
        Ok(self.sealer.seal(name, bytes)?)
    }

    fn unseal(&self, name: &[u8], sealed: &[u8]) -> Result<Template, SealedStoreError> {
        postcard::from_bytes(&self.sealer.unseal(name, sealed)?).map_err(|_| SealedStoreError::Sealed)
    }

    fn trouble(&self, error: rusqlite::Error) -> SealedStoreError {
        SealedStoreError::Database { path: self.path.clone(), error }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sealed::SecretError;

    fn template(value: f32) -> Template {
        Template { model: [7; 8], values: heapless::Vec::from_slice(&[value, 0.5, -0.25]).unwrap() }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn the_first_portrait_counts_and_survives_a_restart() {
        let state = tempfile::tempdir().unwrap();
        let mut presented = Presented::open(state.path()).unwrap();
        assert_eq!(presented.portrait("KAZ", "012345678").unwrap(), None);
        presented.remember("KAZ", "012345678", &template(1.0), at(1000)).unwrap();
        presented.remember("KAZ", "012345678", &template(2.0), at(2000)).unwrap();
        drop(presented);
        let presented = Presented::open(state.path()).unwrap();
        assert_eq!(presented.portrait("KAZ", "012345678").unwrap(), Some(template(1.0)));
        assert_eq!(presented.portrait("UTO", "012345678").unwrap(), None);
    }

    #[test]
    fn a_portrait_of_another_model_is_replaced() {
        let state = tempfile::tempdir().unwrap();
        let mut presented = Presented::open(state.path()).unwrap();
        presented.remember("UTO", "1", &template(1.0), at(1000)).unwrap();
        let newer = Template { model: [8; 8], ..template(2.0) };
        presented.remember("UTO", "1", &newer, at(2000)).unwrap();
        assert_eq!(presented.portrait("UTO", "1").unwrap(), Some(newer));
    }

    #[test]
    fn neither_number_nor_face_is_readable_in_the_file() {
        let state = tempfile::tempdir().unwrap();
        let mut presented = Presented::open(state.path()).unwrap();
        presented.remember("UTO", "L898902C3", &template(1.0), at(1000)).unwrap();
        drop(presented);
        let sealed = postcard::to_stdvec(&template(1.0)).unwrap();
        for entry in std::fs::read_dir(state.path()).unwrap() {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
            assert!(!holds(b"L898902C3") && !holds(&sealed), "{}", path.display());
        }
    }

    #[test]
    fn an_altered_entry_is_refused() {
        let state = tempfile::tempdir().unwrap();
        let mut presented = Presented::open(state.path()).unwrap();
        presented.remember("UTO", "L898902C3", &template(1.0), at(1000)).unwrap();
        let swapped = "UPDATE presented SET portrait = zeroblob(length(portrait))";
        presented.connection.execute(swapped, []).unwrap();
        assert!(matches!(presented.portrait("UTO", "L898902C3"), Err(SealedStoreError::Sealed)));
    }

    #[test]
    fn a_memory_of_version_1_is_kept() {
        let state = tempfile::tempdir().unwrap();
        let mut presented = Presented::open(state.path()).unwrap();
        presented.remember("UTO", "1", &template(1.0), at(1000)).unwrap();
        presented.connection.execute_batch("DROP TABLE key_check; PRAGMA user_version = 1;").unwrap();
        drop(presented);
        let presented = Presented::open(state.path()).unwrap();
        assert_eq!(presented.portrait("UTO", "1").unwrap(), Some(template(1.0)));
        drop(presented);
        assert!(Presented::open(state.path()).is_ok(), "and is of version 2 from then on");
    }

    #[test]
    fn a_lost_or_foreign_key_is_named_and_no_new_one_is_made() {
        let state = tempfile::tempdir().unwrap();
        let mut presented = Presented::open(state.path()).unwrap();
        presented.remember("UTO", "L898902C3", &template(1.0), at(1000)).unwrap();
        drop(presented);
        let key = state.path().join(PRESENTED_KEY_FILE);
        let own = std::fs::read(&key).unwrap();
        std::fs::remove_file(&key).unwrap();
        let lost = Presented::open(state.path()).err().unwrap();
        assert!(matches!(lost, SealedStoreError::Key { error: SecretError::Lost, .. }), "{lost}");
        assert!(!key.exists());
        let elsewhere = tempfile::tempdir().unwrap();
        drop(Presented::open(elsewhere.path()).unwrap());
        std::fs::copy(elsewhere.path().join(PRESENTED_KEY_FILE), &key).unwrap();
        let other = Presented::open(state.path()).err().unwrap();
        assert!(matches!(other, SealedStoreError::OtherKey { .. }), "{other}");
        std::fs::write(&key, own).unwrap();
        assert!(Presented::open(state.path()).unwrap().portrait("UTO", "L898902C3").unwrap().is_some());
    }

    #[test]
    fn what_was_presented_long_ago_is_forgotten() {
        let state = tempfile::tempdir().unwrap();
        let mut presented = Presented::open(state.path()).unwrap();
        presented.remember("UTO", "1", &template(1.0), at(1000)).unwrap();
        presented.remember("UTO", "2", &template(1.0), at(1001 + KEPT.as_secs().cast_signed())).unwrap();
        assert_eq!(presented.portrait("UTO", "1").unwrap(), None);
        assert!(presented.portrait("UTO", "2").unwrap().is_some());
    }
}
