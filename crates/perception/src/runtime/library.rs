//! The runtime's shared library, opened when the program starts (dlopen), so that a board's own
//! build with its NPU delegate can replace it.

use std::path::{Path, PathBuf};

use edgefirst_tflite::Library;
use sha2::{Digest, Sha256};

use super::RuntimeError;
use super::elf::CutShort;
use super::litert::Environment;

/// Largest library read for its digest, in bytes. LiteRT is 8 MB; a vendor's build with everything
/// linked in reached 60 MB.
const MAX_LIBRARY_BYTES: u64 = 256 << 20;

/// Why a library can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum LibraryFault {
    /// The file can't be read.
    #[error("{0}")]
    Unreadable(#[from] std::io::Error),
    /// Larger than any library.
    #[error("{0} bytes is too large for a library")]
    TooLarge(u64),
    /// A part of the file is missing.
    #[error("{0}")]
    CutShort(#[from] CutShort),
    /// The loader refuses it.
    #[error("{0}")]
    Loader(#[source] edgefirst_tflite::Error),
    /// It is a different library.
    #[error("it exports neither LiteRt* nor TfLite* functions")]
    NoApi,
    /// LiteRT's environment can't be created.
    #[error("LiteRtCreateEnvironment gives status {0}")]
    Environment(u32),
}

/// An open runtime library. It stays open until the process ends: compiled networks keep pointers
/// into it, and the eye needs exactly one.
#[derive(Clone, Copy)]
pub struct Runtime {
    library: &'static Library,
    environment: Option<Environment>,
    sha256: [u8; 32],
}

impl Runtime {
    /// Opens the library at `path`.
    ///
    /// # Errors
    /// [`RuntimeError::Library`] if the file is missing, was cut short, is no shared object for
    /// this architecture, or exports neither LiteRT's API nor the TFLite C API.
    pub fn open(path: &Path) -> Result<Self, RuntimeError> {
        Self::try_open(path).map_err(|fault| RuntimeError::Library { path: PathBuf::from(path), fault })
    }

    fn try_open(path: &Path) -> Result<Self, LibraryFault> {
        let size = std::fs::metadata(path)?.len();
        if size > MAX_LIBRARY_BYTES {
            return Err(LibraryFault::TooLarge(size));
        }
        let bytes = std::fs::read(path)?;
        let sha256 = Sha256::digest(&bytes).into();
        super::elf::check_whole(&bytes)?;
        drop(bytes);
        let library = Library::from_path(path).map_err(LibraryFault::Loader)?;
        if !library.has_litert() && !exports_tflite_api(&library) {
            return Err(LibraryFault::NoApi);
        }
        let environment = library.litert().map(Environment::create).transpose()?;
        Ok(Self { library: Box::leak(Box::new(library)), environment, sha256 })
    }

    /// The open library.
    pub fn library(&self) -> &'static Library {
        self.library
    }

    /// LiteRT's environment; none if the library has only the TFLite C API.
    pub fn environment(&self) -> Option<Environment> {
        self.environment
    }

    /// `LiteRT` or `TFLite C API`: the API through which networks run.
    ///
    /// The LiteRT wheel's library has no `TfLite*` functions, and calling one through the wrapper
    /// panics, so the choice is made here, once.
    pub fn name(&self) -> &'static str {
        if self.library.has_litert() { "LiteRT" } else { "TFLite C API" }
    }

    /// SHA-256 of the library file, hex.
    pub fn sha256_hex(&self) -> String {
        hex::encode(self.sha256)
    }
}

fn exports_tflite_api(library: &Library) -> bool {
    library.as_sys().TfLiteInterpreterCreate.is_ok()
}
