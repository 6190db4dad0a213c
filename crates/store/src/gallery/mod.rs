//! The gallery: people who are enrolled at this terminal, to be compared with and searched for.
//!
//! In: a [`Person`] with 1 to 5 templates. Out: the person under a number, or those who look most
//! like a probe. One SQLite file, in which numbers are keyed hashes and everything else is sealed
//! ([`crate::sealed`]). What is removed or has expired is overwritten. Called by the terminal, its
//! commands and the partners' desk; several processes may have it open.

pub mod index;
mod person;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

use self::index::{Index, IndexError, MAX_ENTRIES, Precision};
pub use self::person::{About, MAX_PARTS, Origin, Person};
use crate::sealed::Sealer;
use crate::sealed::database::{self, Journal, Layout, SealedStoreError};
use vouch_contract::face::Template;

/// The database inside the state folder.
pub const GALLERY_FILE: &str = "gallery.db";
/// The key beside it.
pub const GALLERY_KEY_FILE: &str = "gallery.key";

const LAYOUT: Layout = Layout {
    file: GALLERY_FILE,
    key_file: GALLERY_KEY_FILE,
    purpose: b"vouch gallery v1",
    steps: &[include_str!("schema.sql")],
    journal: Journal::Erasing,
};

/// What the parts of an entry are sealed for, so that none can take another's place.
const ABOUT: &[u8] = b"about";
const TEMPLATE: &[u8] = b"template";
const PARTS: &[u8] = b"parts";
const PICTURE: &[u8] = b"picture";

/// Why the gallery did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum GalleryError {
    /// The files.
    #[error(transparent)]
    Store(#[from] SealedStoreError),
    /// There is somebody under this number.
    #[error("somebody is enrolled under this number; remove the entry first, or replace it")]
    Exists,
    /// It has [`MAX_ENTRIES`] people.
    #[error("{MAX_ENTRIES} people are enrolled, which is the most; remove some")]
    Full,
    /// An entry without templates, or with too many parts or pictures.
    #[error("an entry has 1 to {MAX_PARTS} templates of one model, and at most as many pictures")]
    Parts,
    /// A probe that can't be searched for.
    #[error(transparent)]
    Probe(#[from] IndexError),
}

/// Somebody who looks like the probe.
#[derive(Debug, Clone, PartialEq)]
pub struct Similar {
    /// Who.
    pub about: About,
    /// How similar, -1 to 1.
    pub similarity: f32,
}

/// What a search gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Those above the threshold, most similar first.
    pub people: Vec<Similar>,
    /// How many people the probe was compared with.
    pub compared: usize,
    /// How many could not be compared, because they were enrolled with another embedding model.
    pub of_other_models: usize,
}

/// The gallery of one terminal.
pub struct Gallery {
    connection: Connection,
    path: PathBuf,
    sealer: Sealer,
    // For searches; made at the first one, and again after a change.
    searched: Option<Searched>,
}

/// An index of the entries of one model, as they were at one version of the data.
struct Searched {
    version: i64,
    index: Option<Index>,
    model: [u8; 8],
    of_other_models: usize,
}

impl Gallery {
    /// Opens the gallery in the state folder `state`, making it if there is none.
    ///
    /// # Errors
    /// [`SealedStoreError`]; nothing is deleted.
    pub fn open(state: &Path) -> Result<Self, SealedStoreError> {
        let (connection, sealer) = database::open(state, &LAYOUT)?;
        Ok(Self { connection, path: state.join(GALLERY_FILE), sealer, searched: None })
    }

    /// How many people are enrolled, those included whose time is over but who were not removed yet.
    ///
    /// # Errors
    /// [`SealedStoreError`].
    pub fn count(&self) -> Result<usize, SealedStoreError> {
        let count = self.connection.query_row("SELECT count(*) FROM person", [], |row| row.get(0));
        count.map_err(|error| self.trouble(error))
    }

    /// Enrols a person. With `replace`, an entry under the same number is overwritten.
    ///
    /// # Errors
    /// [`GalleryError`]; the gallery is then unchanged.
    pub fn enrol(&mut self, person: &Person, replace: bool) -> Result<(), GalleryError> {
        let of_model = |part: &Template| part.model == person.template.model;
        if !(1..=MAX_PARTS).contains(&person.parts.len())
            || person.pictures.len() > MAX_PARTS
            || !person.parts.iter().all(of_model)
        {
            return Err(GalleryError::Parts);
        }
        let number = self.name(&person.about.number);
        let about = serde_json::to_vec(&person.about).map_err(|_| SealedStoreError::Sealed)?;
        let about = self.seal(&number, ABOUT, about)?;
        let template = self.seal(&number, TEMPLATE, packed(&person.template)?)?;
        let parts = self.seal(&number, PARTS, packed(&person.parts)?)?;
        let sealed_pictures: Vec<Vec<u8>> = person
            .pictures
            .iter()
            .map(|picture| self.seal(&number, PICTURE, picture.clone()))
            .collect::<Result<_, _>>()?;
        self.searched = None;
        let path = self.path.clone();
        let trouble = |error| SealedStoreError::Database { path: path.clone(), error };
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(trouble)?;
        if replace {
            transaction.execute("DELETE FROM person WHERE number = ?1", [&number]).map_err(trouble)?;
        }
        let (count, taken): (usize, bool) = transaction
            .query_row("SELECT count(*), coalesce(max(number = ?1), 0) FROM person", [&number], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .map_err(trouble)?;
        if taken {
            return Err(GalleryError::Exists);
        }
        if count >= MAX_ENTRIES {
            return Err(GalleryError::Full);
        }
        let expires = person.about.expires_at.map(Timestamp::as_second);
        insert(&transaction, (&number, &about, &template, &parts), expires, &sealed_pictures)
            .map_err(trouble)?;
        transaction.commit().map_err(trouble)?;
        Ok(())
    }

    /// Who is enrolled under a number, and the template to compare with. `None` if nobody is, or
    /// the entry's time is over.
    ///
    /// # Errors
    /// [`SealedStoreError`].
    pub fn find(&self, number: &str, now: Timestamp) -> Result<Option<(About, Template)>, SealedStoreError> {
        let name = self.name(number);
        let found: Option<(Vec<u8>, Vec<u8>)> = self
            .connection
            .query_row(
                "SELECT about, template FROM person
                 WHERE number = ?1 AND (expires_at IS NULL OR expires_at > ?2)",
                (&name, now.as_second()),
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()
            .map_err(|error| self.trouble(error))?;
        let Some((about, template)) = found else { return Ok(None) };
        Ok(Some((self.about(&name, &about)?, self.unpacked(&name, TEMPLATE, &template)?)))
    }

    /// Who is enrolled under a number, also if the entry's time is over. Opens nothing of the face.
    ///
    /// # Errors
    /// [`SealedStoreError`].
    pub fn about_number(&self, number: &str) -> Result<Option<About>, SealedStoreError> {
        let name = self.name(number);
        let sealed: Option<Vec<u8>> = self
            .connection
            .query_row("SELECT about FROM person WHERE number = ?1", [&name], |row| row.get(0))
            .optional()
            .map_err(|error| self.trouble(error))?;
        sealed.map(|sealed| self.about(&name, &sealed)).transpose()
    }

    /// All that is kept of the person under a number.
    ///
    /// # Errors
    /// [`SealedStoreError`].
    pub fn export(&self, number: &str) -> Result<Option<Person>, SealedStoreError> {
        let name = self.name(number);
        type Row = (i64, Vec<u8>, Vec<u8>, Vec<u8>);
        let found: Option<Row> = self
            .connection
            .query_row("SELECT id, about, template, parts FROM person WHERE number = ?1", [&name], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })
            .optional()
            .map_err(|error| self.trouble(error))?;
        let Some((id, about, template, parts)) = found else { return Ok(None) };
        let pictures = self.pictures(id).map_err(|error| self.trouble(error))?;
        Ok(Some(Person {
            about: self.about(&name, &about)?,
            template: self.unpacked(&name, TEMPLATE, &template)?,
            parts: self.unpacked(&name, PARTS, &parts)?,
            pictures: pictures
                .iter()
                .map(|sealed| self.unseal(&name, PICTURE, sealed))
                .collect::<Result<_, _>>()?,
        }))
    }

    /// Removes the person under a number; false if there is none. When this returns, nothing of
    /// the entry is left in the store's files.
    ///
    /// # Errors
    /// [`SealedStoreError`].
    pub fn remove(&mut self, number: &str) -> Result<bool, SealedStoreError> {
        self.searched = None;
        let removed = self.connection.execute("DELETE FROM person WHERE number = ?1", [self.name(number)]);
        removed.map(|count| count > 0).map_err(|error| self.trouble(error))
    }

    /// Removes those whose time is over; returns how many.
    ///
    /// # Errors
    /// [`SealedStoreError`].
    pub fn remove_expired(&mut self, now: Timestamp) -> Result<usize, SealedStoreError> {
        let removed = self.connection.execute("DELETE FROM person WHERE expires_at <= ?1", [now.as_second()]);
        let removed = removed.map_err(|error| self.trouble(error))?;
        if removed > 0 {
            self.searched = None;
        }
        Ok(removed)
    }

    /// Those who look most like `probe`, at least `threshold`, at most `most` of them. The first
    /// search after a change opens every template.
    ///
    /// # Errors
    /// [`GalleryError::Store`], or [`GalleryError::Probe`] for a probe without usable values.
    pub fn search(
        &mut self,
        probe: &Template,
        threshold: f32,
        most: usize,
        now: Timestamp,
    ) -> Result<Found, GalleryError> {
        self.remove_expired(now)?;
        let version: i64 = self
            .connection
            .pragma_query_value(None, "data_version", |row| row.get(0))
            .map_err(|error| self.trouble(error))?;
        let current = self.searched.take().filter(|one| one.version == version && one.model == probe.model);
        let searched = match current {
            Some(searched) => searched,
            None => self.indexed(probe, version)?,
        };
        let searched = self.searched.insert(searched);
        let of_other_models = searched.of_other_models;
        let Some(index) = &searched.index else {
            return Ok(Found { people: Vec::new(), compared: 0, of_other_models });
        };
        let (candidates, compared) = (index.identify(probe, threshold, most)?, index.len());
        let mut people = Vec::new();
        for candidate in candidates {
            // Gone by now if another process has removed the entry.
            if let Some(about) = self.about_of(candidate.id)? {
                people.push(Similar { about, similarity: candidate.similarity });
            }
        }
        Ok(Found { people, compared, of_other_models })
    }

    /// An index of the entries of the probe's model.
    fn indexed(&self, probe: &Template, version: i64) -> Result<Searched, GalleryError> {
        let (model, trouble) = (probe.model, |error| self.trouble(error));
        let mut statement =
            self.connection.prepare("SELECT id, number, template FROM person").map_err(trouble)?;
        let mut rows = statement.query([]).map_err(trouble)?;
        let (mut index, mut of_other_models) = (None, 0);
        while let Some(row) = rows.next().map_err(trouble)? {
            let read = || Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?, row.get::<_, Vec<u8>>(2)?));
            let (id, number, sealed) = read().map_err(trouble)?;
            let template: Template = self.unpacked(&number, TEMPLATE, &sealed)?;
            if template.model != model {
                of_other_models += 1;
                continue;
            }
            let index = match &mut index {
                Some(index) => index,
                none => none.insert(Index::new(model, template.values.len(), Precision::Float32)?),
            };
            index.enrol(id.cast_unsigned(), &template)?;
        }
        Ok(Searched { version, index, model, of_other_models })
    }

    fn about_of(&self, id: u64) -> Result<Option<About>, SealedStoreError> {
        let found: Option<(Vec<u8>, Vec<u8>)> = self
            .connection
            .query_row("SELECT number, about FROM person WHERE id = ?1", [id.cast_signed()], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()
            .map_err(|error| self.trouble(error))?;
        found.map(|(number, about)| self.about(&number, &about)).transpose()
    }

    fn pictures(&self, id: i64) -> rusqlite::Result<Vec<Vec<u8>>> {
        let mut statement =
            self.connection.prepare("SELECT sealed FROM picture WHERE person = ?1 ORDER BY place")?;
        statement.query_map([id], |row| row.get(0))?.collect()
    }

    fn name(&self, number: &str) -> Vec<u8> {
        self.sealer.keyed_hash(number.as_bytes())
    }

    fn seal(&self, number: &[u8], part: &[u8], plain: Vec<u8>) -> Result<Vec<u8>, SealedStoreError> {
        Ok(self.sealer.seal(&[number, part].concat(), plain)?)
    }

    fn unseal(&self, number: &[u8], part: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SealedStoreError> {
        Ok(self.sealer.unseal(&[number, part].concat(), sealed)?)
    }

    fn about(&self, number: &[u8], sealed: &[u8]) -> Result<About, SealedStoreError> {
        serde_json::from_slice(&self.unseal(number, ABOUT, sealed)?).map_err(|_| SealedStoreError::Sealed)
    }

    fn unpacked<T: serde::de::DeserializeOwned>(
        &self,
        number: &[u8],
        part: &[u8],
        sealed: &[u8],
    ) -> Result<T, SealedStoreError> {
        postcard::from_bytes(&self.unseal(number, part, sealed)?).map_err(|_| SealedStoreError::Sealed)
    }

    fn trouble(&self, error: rusqlite::Error) -> SealedStoreError {
        SealedStoreError::Database { path: self.path.clone(), error }
    }
}

fn packed<T: serde::Serialize>(value: &T) -> Result<Vec<u8>, SealedStoreError> {
    postcard::to_stdvec(value).map_err(|_| SealedStoreError::Sealed)
}

fn insert(
    transaction: &Transaction<'_>,
    (number, about, template, parts): (&[u8], &[u8], &[u8], &[u8]),
    expires_at: Option<i64>,
    pictures: &[Vec<u8>],
) -> rusqlite::Result<()> {
    transaction.execute(
        "INSERT INTO person (number, about, template, parts, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        (number, about, template, parts, expires_at),
    )?;
    let id = transaction.last_insert_rowid();
    for (picture, place) in pictures.iter().zip(0_i64..) {
        transaction.execute(
            "INSERT INTO picture (person, place, sealed) VALUES (?1, ?2, ?3)",
            (id, place, picture),
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
