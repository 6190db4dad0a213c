//! Models supplied by an operator: identified, test-run once, and entered in a separate manifest
//! next to the main one.
//!
//! In: a model file and its [`Contract`]. Out: a copy, its golden numbers and
//! an entry under `operator/` in the models folder. Called by `vouch models
//! add` and, for a file that is not installed, by `eval/`.
//!
//! The golden numbers are recorded on this machine's CPU. They reveal a later change of driver,
//! accelerator or file. They can't show that the model was right to begin with: that is the
//! operator's responsibility.

mod contract;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

pub use contract::{Contract, ContractFileFault};

use super::RuntimeError;
use super::library::Runtime;
use super::manifest::{GoldenEntry, MAX_MODEL_BYTES, Manifest, OPERATOR_MANIFEST};
use super::model::{Model, RunOptions};

/// Seed of the test picture for operators' models.
const SEED: u32 = 5;
/// Allowed difference from the recorded numbers, in steps. One run doesn't show how far kernels
/// differ; the mesh, iris and embedding networks here need 5 to 11 (`models/golden/`).
const TOLERANCE: u32 = 12;
/// Longest name of a model.
const MAX_NAME: usize = 64;

/// Why a supplied model was not added. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
    /// The file can't be read, or the copy can't be written.
    #[error("{path}: {fault}")]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: FileFault,
    },
    /// The file's inputs and outputs are unknown.
    #[error(
        "{path}: no known model has SHA-256 {sha256}; describe it in a file with one [[model]] and pass it with --contract (see models/README.md)"
    )]
    Unknown {
        /// The file.
        path: PathBuf,
        /// Its digest.
        sha256: String,
    },
    /// The contract is invalid, or belongs to another file.
    #[error("{path}: {fault}")]
    Contract {
        /// Path of the contract, or of the model.
        path: PathBuf,
        /// What is wrong.
        fault: ContractFileFault,
    },
    /// The name can't be used.
    #[error("model name `{name}`: {fault}; choose another with --name")]
    Name {
        /// The name given.
        name: String,
        /// What is wrong.
        fault: NameFault,
    },
    /// The model doesn't run here.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
}

/// Why a model file can't be read or its copy written.
#[derive(Debug, thiserror::Error)]
pub enum FileFault {
    /// An I/O error.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// Not a regular file, empty or too large.
    #[error("not a model file of 1 to {MAX_MODEL_BYTES} bytes")]
    NoModel,
    /// The golden numbers can't be written as JSON.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    /// The entry can't be written as TOML.
    #[error("{0}")]
    Toml(#[from] toml::ser::Error),
}

/// Why a name can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameFault {
    /// The name becomes part of a file name, so only plain names are allowed.
    #[error("a name is 1 to {MAX_NAME} lower-case letters, digits, `_` and `-`")]
    Letters,
    /// It is in use.
    #[error("another model has it")]
    Taken,
}

/// The result of adding a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Added {
    /// It was installed under this name.
    New(String),
    /// The same file was already installed under this name.
    Before(String),
}

/// A file's contents with its digest.
struct Supplied {
    bytes: Vec<u8>,
    sha256: String,
}

impl Supplied {
    fn read(path: &Path) -> Result<Self, OperatorError> {
        Self::try_read(path).map_err(|fault| OperatorError::File { path: path.into(), fault })
    }

    fn try_read(path: &Path) -> Result<Self, FileFault> {
        let about = std::fs::metadata(path)?;
        if !about.is_file() || about.len() == 0 || about.len() > MAX_MODEL_BYTES {
            return Err(FileFault::NoModel);
        }
        let bytes = std::fs::read(path)?;
        let sha256 = hex::encode(Sha256::digest(&bytes));
        Ok(Self { bytes, sha256 })
    }

    fn contract(&self, path: &Path) -> Result<Contract, OperatorError> {
        Contract::known(&self.sha256)
            .ok_or_else(|| OperatorError::Unknown { path: path.into(), sha256: self.sha256.clone() })
    }
}

/// Installs a model file beside those of `manifest`.
///
/// It is run on the CPU to record its golden numbers, then loaded with `options`, including the
/// self-test. `contract` and `name` override the entry in the table of known models.
///
/// # Errors
/// [`OperatorError`]; then no files are left behind.
pub fn add(
    runtime: Runtime,
    manifest: &Manifest,
    options: &RunOptions,
    path: &Path,
    contract: Option<Contract>,
    name: Option<&str>,
) -> Result<Added, OperatorError> {
    let supplied = Supplied::read(path)?;
    if let Some(same) = manifest.models.iter().find(|m| m.sha256.eq_ignore_ascii_case(&supplied.sha256)) {
        // Loading it reports what is wrong with an installed copy.
        Model::load(runtime, manifest, same, options)?;
        return Ok(Added::Before(same.name.clone()));
    }
    let contract = contract.map_or_else(|| supplied.contract(path), Ok)?;
    let name = usable_name(manifest, name.or(contract.name()).unwrap_or_default())?;
    let file = PathBuf::from(format!("operator/{name}.tflite"));
    let golden = GoldenEntry { seed: SEED, file: format!("operator/{name}.json").into() };
    let size = supplied.bytes.len() as u64;
    let (table, entry) = contract.complete(path, &name, (&supplied.sha256, size), &file, &golden)?;

    let mut left = Installed { files: Vec::new() };
    left.write(manifest.folder.join(&file), &supplied.bytes)?;
    let cpu = RunOptions { delegate: None, threads: options.threads };
    let recorded = Model::untested(runtime, manifest, &entry, &cpu)?.record_golden(SEED, TOLERANCE)?;
    let json = serde_json::to_vec(&recorded)
        .map_err(|error| OperatorError::File { path: golden.file.clone(), fault: error.into() })?;
    left.write(manifest.folder.join(&golden.file), &json)?;
    Model::load(runtime, manifest, &entry, options)?;
    append(&manifest.folder.join(OPERATOR_MANIFEST), table)?;
    left.files.clear();
    Ok(Added::New(name))
}

/// Loads a known model's file in place, without installing it.
///
/// There are no golden numbers to test it with: use it for measurements, not on a terminal.
///
/// # Errors
/// [`OperatorError`].
pub fn load_loose(runtime: Runtime, path: &Path, options: &RunOptions) -> Result<Model, OperatorError> {
    let supplied = Supplied::read(path)?;
    let contract = supplied.contract(path)?;
    let absolute = std::path::absolute(path)
        .map_err(|error| OperatorError::File { path: path.into(), fault: error.into() })?;
    let name = contract.name().unwrap_or_default().to_owned();
    let golden = GoldenEntry { seed: SEED, file: PathBuf::new() };
    let size = supplied.bytes.len() as u64;
    let (_, entry) = contract.complete(path, &name, (&supplied.sha256, size), &absolute, &golden)?;
    let alone = Manifest { folder: PathBuf::new(), models: vec![entry.clone()] };
    Ok(Model::untested(runtime, &alone, &entry, options)?)
}

fn usable_name(manifest: &Manifest, name: &str) -> Result<String, OperatorError> {
    let fail = |fault: NameFault| OperatorError::Name { name: name.into(), fault };
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_' || byte == b'-';
    if name.is_empty() || name.len() > MAX_NAME || !name.bytes().all(plain) {
        return Err(fail(NameFault::Letters));
    }
    if manifest.models.iter().any(|model| model.name == name) {
        return Err(fail(NameFault::Taken));
    }
    Ok(name.to_owned())
}

/// Writes the operator's manifest with one more entry.
fn append(path: &Path, table: toml::Table) -> Result<(), OperatorError> {
    let fail = |fault: FileFault| OperatorError::File { path: path.into(), fault };
    let mut text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            "# Written by `vouch models add`. To take a model out, delete its entry and its files.\n".into()
        }
        Err(error) => return Err(fail(error.into())),
    };
    let mut file = toml::Table::new();
    file.insert("model".into(), toml::Value::Array(vec![table.into()]));
    text.push('\n');
    text.push_str(&toml::to_string(&file).map_err(|e| fail(e.into()))?);
    write_whole(path, text.as_bytes())
}

/// Files that are removed on drop unless the list is emptied.
struct Installed {
    files: Vec<PathBuf>,
}

impl Installed {
    fn write(&mut self, path: PathBuf, bytes: &[u8]) -> Result<(), OperatorError> {
        write_whole(&path, bytes)?;
        self.files.push(path);
        Ok(())
    }
}

impl Drop for Installed {
    fn drop(&mut self) {
        for path in &self.files {
            // A file left behind is harmless: only files named in a manifest are run.
            let _ = std::fs::remove_file(path);
        }
    }
}

/// Writes the file completely or not at all: it gets its name only after its bytes are on the
/// medium.
fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), OperatorError> {
    let fail = |error: std::io::Error| OperatorError::File { path: path.into(), fault: error.into() };
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(fail)?;
    let beside = folder.join(format!(".unfinished-{}", std::process::id()));
    let written = std::fs::File::create(&beside)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&beside, path));
    if written.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    written.map_err(fail)
}
