//! The runtime's shared library, opened when the program starts (dlopen), so
//! that a board's own build with its NPU delegate can take its place.

use std::path::{Path, PathBuf};

use edgefirst_tflite::Library;
use sha2::{Digest, Sha256};

use super::RuntimeError;
use super::litert::Environment;

/// Largest library read for its digest: LiteRT is 8 MB, a vendor's build with
/// everything linked in has been seen at 60 MB.
const MAX_LIBRARY_BYTES: u64 = 256 << 20;

/// An open runtime library. It stays open until the process ends: compiled
/// networks keep pointers into it, and the eye needs exactly one.
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
    /// [`RuntimeError::Library`] when the file is missing, is no shared object
    /// for this machine or was cut short, or exports neither LiteRT's nor the classic C API.
    pub fn open(path: &Path) -> Result<Self, RuntimeError> {
        let fail = |reason: String| RuntimeError::Library { path: PathBuf::from(path), reason };
        let size = std::fs::metadata(path).map_err(|e| fail(e.to_string()))?.len();
        if size > MAX_LIBRARY_BYTES {
            return Err(fail(format!("{size} bytes is no plausible library")));
        }
        let bytes = std::fs::read(path).map_err(|e| fail(e.to_string()))?;
        let sha256 = Sha256::digest(&bytes).into();
        super::elf::check_whole(&bytes).map_err(fail)?;
        drop(bytes);
        let library = Library::from_path(path).map_err(|e| fail(e.to_string()))?;
        if !library.has_litert() && !exports_classic_api(&library) {
            return Err(fail("it exports neither LiteRt* nor TfLite* functions".into()));
        }
        let environment = library.litert().map(Environment::create).transpose().map_err(fail)?;
        Ok(Self { library: Box::leak(Box::new(library)), environment, sha256 })
    }

    /// The open library.
    pub fn library(&self) -> &'static Library {
        self.library
    }

    /// LiteRT's environment; none on a classic library.
    pub fn environment(&self) -> Option<Environment> {
        self.environment
    }

    /// `LiteRT` or `TFLite C API`: which way networks run.
    ///
    /// The LiteRT wheel's library has no `TfLite*` functions and calling one
    /// through the loader panics, so the choice is made here, once.
    pub fn name(&self) -> &'static str {
        if self.library.has_litert() { "LiteRT" } else { "TFLite C API" }
    }

    /// SHA-256 of the library file, hex.
    pub fn sha256_hex(&self) -> String {
        hex(&self.sha256)
    }
}

fn exports_classic_api(library: &Library) -> bool {
    library.as_sys().TfLiteInterpreterCreate.is_ok()
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
