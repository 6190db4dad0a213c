//! Finds the files, applies the patches to the first, and records where everything came from.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize as _, Serialize};
use sha2::{Digest as _, Sha256};
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

use super::fault::{ConfigError, Fault, Place};
use super::file_check;
use super::file_check::Document;
use super::validate::Breach;
use super::{Config, Mode};

/// The file that is read if none is named.
pub const DEFAULT_FILE: &str = "/etc/vouch/vouch.toml";

/// Folder of patches, next to the file.
pub const PATCH_FOLDER: &str = "conf.d";

/// Largest file read; even a hundred copies of the default file would not reach it.
pub const MAX_FILE_BYTES: u64 = 1 << 20;

/// Most patches read.
pub const MAX_PATCHES: usize = 64;

/// Which files made up a configuration, and its digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Provenance {
    /// In the order they were applied; empty if everything is default.
    pub files: Vec<PathBuf>,
    /// [`Config::digest`] of the result.
    pub sha256: String,
}

impl Config {
    /// Reads `path`, or [`DEFAULT_FILE`] if none is named, and the patches in `conf.d` next to it.
    ///
    /// If no file is named and the default file is missing, the working directory decides: in a
    /// checkout of Vouch the result is [`Config::checkout`], anywhere else an error. An installed
    /// terminal that lost its file must stop instead of continuing with other rules.
    ///
    /// # Errors
    /// Every fault of every file; or, if the files have none, every value outside its range.
    pub fn load(path: Option<&Path>) -> Result<(Self, Provenance), ConfigError> {
        match path {
            Some(path) => load_file(path),
            None if Path::new(DEFAULT_FILE).exists() => load_file(Path::new(DEFAULT_FILE)),
            None if in_checkout(Path::new(".")) => {
                let config = Self::checkout();
                let sha256 = config.digest();
                Ok((config, Provenance { files: Vec::new(), sha256 }))
            }
            None => Err(Fault::of_file(
                DEFAULT_FILE,
                "no such file; write one (`vouch config default` prints it) or name another with --config",
            )
            .into()),
        }
    }

    /// The defaults of a developer's checkout: development mode, with models and state inside the
    /// tree.
    pub fn checkout() -> Self {
        let mut config = Self::default();
        config.device.mode = Mode::Development;
        config.device.state_dir = "target/state".into();
        config.runtime.models_dir = "models".into();
        config
    }

    /// SHA-256, in hex, of the whole configuration (defaults included) as JSON with sorted keys and
    /// no white space.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        match self.canonical_json() {
            Ok(json) => hash.update(json.as_bytes()),
            // Only a path that is not UTF-8 can't be JSON. It can't come from a TOML file, and its
            // bytes still make the digest differ.
            Err(_) => hash.update(format!("{self:?}").as_bytes()),
        }
        hash.finalize().iter().fold(String::new(), |mut hex, byte| {
            hex.push_str(&format!("{byte:02x}"));
            hex
        })
    }

    /// Via text, so that an f32 keeps its short form (0.6, not 0.6000000238).
    fn canonical_json(&self) -> Result<String, serde_json::Error> {
        let text = serde_json::to_string(self)?;
        let mut value: serde_json::Value = serde_json::from_str(&text)?;
        value.sort_all_objects();
        serde_json::to_string(&value)
    }
}

fn in_checkout(folder: &Path) -> bool {
    ["Cargo.toml", "models/manifest.toml"].iter().all(|file| folder.join(file).is_file())
}

fn load_file(path: &Path) -> Result<(Config, Provenance), ConfigError> {
    let mut files = vec![path.to_owned()];
    let mut faults = Vec::new();
    match patches(path) {
        Ok(found) => files.extend(found),
        Err(fault) => faults.push(fault),
    }
    let mut texts = Vec::with_capacity(files.len());
    for file in &files {
        match read(file) {
            Ok(text) => texts.push((file, text)),
            Err(fault) => faults.push(fault),
        }
    }
    let mut whole = DeTable::new();
    let mut places = BTreeMap::new();
    for (file, text) in &texts {
        match file_check::check(file, text) {
            Ok(Document { table, places: these }) => {
                apply_patch(&mut whole, table);
                places.extend(these);
            }
            Err(found) => faults.extend(found),
        }
    }
    if !faults.is_empty() {
        return Err(ConfigError { faults });
    }
    let config = Config::deserialize(Deserializer::from(Spanned::new(0..0, whole)))
        .map_err(|error| Fault::of_file(path, format!("can't be read: {}", error.message())))?;
    let faults = located(config.breaches(), path, &places);
    if !faults.is_empty() {
        return Err(ConfigError { faults });
    }
    let sha256 = config.digest();
    Ok((config, Provenance { files, sha256 }))
}

/// Adds to each breach the place that set its value.
fn located(breaches: Vec<Breach>, path: &Path, places: &BTreeMap<String, Place>) -> Vec<Fault> {
    breaches
        .into_iter()
        .map(|Breach { key, message }| match place_of(&key, places) {
            Some(place) => Fault::at(place.clone(), Some(key), message),
            None => {
                Fault { key: Some(key), ..Fault::of_file(path, format!("{message} (not set: the default)")) }
            }
        })
        .collect()
}

/// Where `key` was set; for a section, where the first of its keys was.
fn place_of<'p>(key: &str, places: &'p BTreeMap<String, Place>) -> Option<&'p Place> {
    let inside = format!("{key}.");
    places.get(key).or_else(|| {
        let first = places.iter().find(|(set, _)| set.starts_with(&inside));
        first.map(|(_, place)| place)
    })
}

/// Merges tables key by key; replaces anything else.
fn apply_patch<'t>(under: &mut DeTable<'t>, patch: DeTable<'t>) {
    for (key, value) in patch {
        match (under.get_mut(key.get_ref().as_ref()), value.into_inner()) {
            (Some(there), DeValue::Table(inner)) if there.get_ref().is_table() => {
                if let DeValue::Table(there) = there.get_mut() {
                    apply_patch(there, inner);
                }
            }
            (_, value) => {
                under.remove(key.get_ref().as_ref());
                under.insert(key, Spanned::new(0..0, value));
            }
        }
    }
}

/// The patches next to `path`, sorted by name. Names that begin with a dot are skipped: editors
/// create them.
fn patches(path: &Path) -> Result<Vec<PathBuf>, Fault> {
    let folder = match path.parent() {
        Some(parent) => parent.join(PATCH_FOLDER),
        None => return Ok(Vec::new()),
    };
    let unreadable = |error: std::io::Error| {
        Fault::of_file(
            &folder,
            format!("the patches can't be listed ({error}); let this user read the folder"),
        )
    };
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(unreadable)?;
        let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        let toml = Path::new(&entry.file_name()).extension().is_some_and(|extension| extension == "toml");
        if hidden || !toml {
            continue;
        }
        if found.len() == MAX_PATCHES {
            return Err(Fault::of_file(
                &folder,
                format!("more than {MAX_PATCHES} patches; put several into one file"),
            ));
        }
        found.push(entry.path());
    }
    found.sort();
    Ok(found)
}

/// Reads a regular file of bounded size as UTF-8.
fn read(path: &Path) -> Result<String, Fault> {
    let failed = |error: std::io::Error| {
        let todo = match error.kind() {
            std::io::ErrorKind::NotFound => {
                "no such file; write one (`vouch config default` prints it)".to_owned()
            }
            std::io::ErrorKind::PermissionDenied => {
                "this user may not read it; give it the file's group".to_owned()
            }
            _ => format!("can't be read ({error})"),
        };
        Fault::of_file(path, todo)
    };
    // Check before opening: opening a FIFO would wait for a writer.
    let meta = std::fs::metadata(path).map_err(failed)?;
    if meta.is_dir() {
        return Err(Fault::of_file(path, "a folder; name the file in it"));
    }
    if !meta.is_file() {
        return Err(Fault::of_file(path, "not a regular file; copy it into one"));
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes))
        .map_err(failed)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(Fault::of_file(
            path,
            format!("larger than {MAX_FILE_BYTES} bytes; this is not a configuration"),
        ));
    }
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let (line, column) = file_check::line_and_column(error.as_bytes(), offset);
        let place = Place { file: path.to_owned(), line, column };
        Fault::at(place, None, "not UTF-8; save the file as UTF-8 text")
    })
}
