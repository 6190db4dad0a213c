//! Text recognition by Tesseract, whose shared library is opened when the first document is read.
//!
//! In: grey pictures, cropped to the part to be read. Out: words or letters with their boxes and
//! confidences. Called only by `document/`. See docs/decisions/0008-tesseract.md.

#![expect(unsafe_code, reason = "Tesseract's C interface; every call says why it is sound")]

mod api;
mod pieces;

use std::ffi::{CString, c_int};
use std::path::{Path, PathBuf};
use std::ptr::NonNull;

use api::Api;
pub use pieces::{Level, Piece};

/// Longest side of a picture in pixels. A card at 600 dots per inch has half of it.
pub const MAX_SIDE: u32 = 4096;
/// Shortest side in pixels. Below it Tesseract refuses to scale a line and complains on standard
/// error.
pub const MIN_SIDE: u32 = 8;
/// Most languages of one reader. Each is tried on every word that the ones before it read badly.
pub const MAX_LANGUAGES: usize = 4;
/// Longest name of a language, in bytes (`kaz`, `script/Cyrillic`).
const MAX_LANGUAGE_BYTES: usize = 32;
/// Longest time for one recognition, ms. A page of pure noise can take seconds; nobody waits for
/// it, and the terminal has other things to do.
const DEADLINE_MS: c_int = 5_000;
/// `OEM_LSTM_ONLY`: Debian's language files support no other engine.
const LSTM_ONLY: c_int = 1;
/// `L_SEVERITY_NONE` of Leptonica, Tesseract's image library: on a noisy picture it complains about
/// hundreds of empty boxes.
const NO_MESSAGES: c_int = 6;
/// Where Debian and other distributions install the languages; searched after `TESSDATA_PREFIX`.
const TESSDATA: [&str; 3] =
    ["/usr/share/tesseract-ocr/5/tessdata", "/usr/share/tessdata", "/usr/local/share/tessdata"];

/// Why Tesseract's library can't be used.
#[derive(Debug, thiserror::Error)]
pub enum TesseractFault {
    /// The loader can't find it or refuses it.
    #[error("{0}")]
    Loader(#[source] libloading::Error),
    /// It is a different library.
    #[error("it has no {name} ({source})")]
    Symbol {
        /// The function that was looked for.
        name: &'static str,
        /// The loader's error.
        source: libloading::Error,
    },
}

/// Why no text can be read.
#[derive(Debug, thiserror::Error)]
pub enum TesseractError {
    /// The shared library is missing or is a different one.
    #[error(
        "Tesseract's library can't be used: {fault}; install Debian's libtesseract5 (scripts/setup.sh does)"
    )]
    Library {
        /// What is wrong with it.
        fault: TesseractFault,
    },
    /// A major version other than the supported one.
    #[error("Tesseract {found} is not supported: install version 5, Debian's libtesseract5")]
    Version {
        /// The version it reports.
        found: String,
    },
    /// A language's file is missing.
    #[error(
        "Tesseract has no {language}.traineddata in {folder}: install Debian's tesseract-ocr-{language} (tesseract-ocr-kaz, -rus and -eng are needed), or set TESSDATA_PREFIX to the folder that has it"
    )]
    Language {
        /// The language asked for.
        language: String,
        /// The folder that was searched.
        folder: PathBuf,
    },
    /// The list names no language, or too many.
    #[error("{0:?} is not a list of languages: name 1 to {MAX_LANGUAGES} of Tesseract's, such as kaz or rus")]
    Languages(Vec<String>),
    /// Tesseract refused the files.
    #[error(
        "Tesseract can't load {languages} from {folder}: the files may be truncated, reinstall the packages"
    )]
    Init {
        /// Languages, joined by `+`.
        languages: String,
        /// Their folder.
        folder: PathBuf,
    },
    /// An unusable picture.
    #[error("a picture of {width} x {height} pixels in {bytes} bytes can't be read: {reason}")]
    Picture {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// Bytes given.
        bytes: usize,
        /// What is wrong.
        reason: &'static str,
    },
    /// A variable that Tesseract does not have, or a value with a NUL byte.
    #[error("Tesseract does not accept {name} = {value:?}")]
    Variable {
        /// The variable.
        name: &'static str,
        /// The value.
        value: String,
    },
    /// Recognition stopped: out of memory, or the deadline.
    #[error("Tesseract gave no result within {DEADLINE_MS} ms; show the document again")]
    Recognition,
}

/// What to open, and for which languages.
#[derive(Debug, Clone, Copy, Default)]
pub struct Settings<'a> {
    /// The library; none selects Debian's by name.
    pub library: Option<&'a Path>,
    /// Folder of the `.traineddata` files; none selects `TESSDATA_PREFIX`, then Debian's.
    pub tessdata: Option<&'a Path>,
    /// Languages, in the order in which they are tried on a word.
    pub languages: &'a [&'a str],
}

/// How a picture is split into lines (Tesseract's `PageSegMode`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Segmentation {
    /// Automatic: columns, tables, pictures.
    Auto = 3,
    /// One column of text in several sizes.
    Column = 4,
    /// One block of lines in one size.
    Block = 6,
    /// A single line.
    Line = 7,
    /// A single word.
    Word = 8,
    /// Text anywhere, in no particular order.
    Sparse = 11,
    /// A single line, taken as it is, without cleaning up its box.
    RawLine = 13,
}

/// Grey pixels, one byte each: a whole picture or a part of one, without a copy.
#[derive(Debug, Clone, Copy)]
pub struct Picture<'a> {
    /// From the first pixel of the first row to the last of the last.
    pub pixels: &'a [u8],
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Bytes from one row to the next.
    pub stride: usize,
}

impl Picture<'_> {
    fn check(&self) -> Result<(), TesseractError> {
        let [width, height] = [self.width as usize, self.height as usize];
        let reason = if self.width.min(self.height) < MIN_SIDE {
            "a side is too short"
        } else if self.width.max(self.height) > MAX_SIDE || self.stride > (MAX_SIDE as usize) * 4 {
            "a side is too long"
        } else if self.stride < width || self.pixels.len() < (height - 1) * self.stride + width {
            "there are too few bytes"
        } else {
            return Ok(());
        };
        Err(TesseractError::Picture {
            width: self.width,
            height: self.height,
            bytes: self.pixels.len(),
            reason,
        })
    }
}

/// A reader for some languages. Creating one loads their networks (tens of milliseconds and about
/// ten megabytes each), so it is created once and used for every document.
pub struct Tesseract {
    api: Box<Api>,
    handle: NonNull<std::ffi::c_void>,
}

// SAFETY: a TessBaseAPI has no thread affinity; it is used by one thread at a time, since every
// call takes `&mut self`. Its caches of language files are shared and locked by Tesseract itself.
unsafe impl Send for Tesseract {}

impl Tesseract {
    /// Opens the library and loads the languages.
    ///
    /// # Errors
    /// [`TesseractError`] if the library or a language is missing; the message names the packages.
    pub fn open(settings: Settings<'_>) -> Result<Self, TesseractError> {
        let languages = join(settings.languages)?;
        let api = Box::new(Api::open(settings.library)?);
        let folder = settings.tessdata.map_or_else(tessdata, Path::to_path_buf);
        for language in settings.languages {
            if !folder.join(format!("{language}.traineddata")).is_file() {
                return Err(TesseractError::Language { language: (*language).into(), folder });
            }
        }
        if let Some(limit) = api.limit_messages {
            // SAFETY: sets a number and returns the previous one.
            unsafe { limit(NO_MESSAGES) };
        }
        // SAFETY: takes no arguments; null is checked.
        let handle = NonNull::new(unsafe { (api.create)() }).ok_or(TesseractError::Recognition)?;
        let mut reader = Self { api, handle };
        // Set before initialisation, which already writes to standard error.
        reader.set("debug_file", "/dev/null")?;
        let failed = || TesseractError::Init { languages: languages.clone(), folder: folder.clone() };
        let folder_text = CString::new(folder.to_string_lossy().as_bytes()).map_err(|_| failed())?;
        let language_text = CString::new(languages.as_str()).map_err(|_| failed())?;
        reader.stay_on_one_core();
        // SAFETY: the handle is alive, both texts are NUL-terminated and outlive the call.
        let status = unsafe {
            (reader.api.init)(reader.handle.as_ptr(), folder_text.as_ptr(), language_text.as_ptr(), LSTM_ONLY)
        };
        if status == 0 { Ok(reader) } else { Err(failed()) }
    }

    /// The version the library reports, such as `5.3.0`.
    pub fn version(&self) -> &str {
        &self.api.version
    }

    /// Restricts recognition to these characters; an empty text lifts the restriction.
    ///
    /// # Errors
    /// [`TesseractError::Variable`] if the text contains a NUL byte.
    pub fn allow_only(&mut self, characters: &str) -> Result<(), TesseractError> {
        self.set("tessedit_char_whitelist", characters)
    }

    /// Reads a picture whose letters were printed at `dots_per_inch`.
    ///
    /// # Errors
    /// [`TesseractError::Picture`] if its size is out of bounds, [`TesseractError::Recognition`] if
    /// Tesseract gives up.
    pub fn read(
        &mut self,
        picture: Picture<'_>,
        segmentation: Segmentation,
        dots_per_inch: u16,
        level: Level,
    ) -> Result<Vec<Piece>, TesseractError> {
        picture.check()?;
        self.stay_on_one_core();
        let handle = self.handle.as_ptr();
        let [width, height, stride] = [picture.width as usize, picture.height as usize, picture.stride]
            .map(|number| c_int::try_from(number).unwrap_or(c_int::MAX));
        // SAFETY: the handle is alive. `check` has ensured that height rows of stride bytes lie
        // within the pixels; Tesseract copies them before the call ends.
        unsafe {
            (self.api.set_segmentation)(handle, segmentation as c_int);
            (self.api.set_image)(handle, picture.pixels.as_ptr(), width, height, 1, stride);
            (self.api.set_resolution)(handle, c_int::from(dots_per_inch));
        }
        // SAFETY: takes no arguments; null is allowed and means no deadline.
        let monitor = unsafe { (self.api.monitor)() };
        // SAFETY: the monitor was just created and is deleted after its only use.
        let status = unsafe {
            if !monitor.is_null() {
                (self.api.monitor_deadline)(monitor, DEADLINE_MS);
            }
            let status = (self.api.recognize)(handle, monitor);
            if !monitor.is_null() {
                (self.api.monitor_delete)(monitor);
            }
            status
        };
        let pieces = if status == 0 {
            Ok(pieces::collect(&self.api, self.handle, level))
        } else {
            Err(TesseractError::Recognition)
        };
        // SAFETY: the handle is alive; this frees the copy of the picture and its results.
        unsafe { (self.api.clear)(handle) };
        pieces
    }

    fn set(&mut self, name: &'static str, value: &str) -> Result<(), TesseractError> {
        let refused = || TesseractError::Variable { name, value: value.into() };
        let [name_text, value_text] = [name, value].map(CString::new);
        let (name_text, value_text) = (name_text.map_err(|_| refused())?, value_text.map_err(|_| refused())?);
        // SAFETY: the handle is alive, both texts are NUL-terminated and are copied.
        let taken =
            unsafe { (self.api.set_variable)(self.handle.as_ptr(), name_text.as_ptr(), value_text.as_ptr()) };
        if taken == 0 { Err(refused()) } else { Ok(()) }
    }

    /// Tesseract asks for four threads in each layer. On the lines of a card that costs more than
    /// it gains, and it takes cores from the camera. `OMP_THREAD_LIMIT` would have to be set before
    /// the process has threads; allowing no active parallel level has the same effect for the
    /// calling thread.
    fn stay_on_one_core(&self) {
        if let Some(limit) = self.api.limit_parallel_levels {
            // SAFETY: sets a number of the calling thread's OpenMP state; zero is allowed.
            unsafe { limit(0) };
        }
    }
}

impl Drop for Tesseract {
    fn drop(&mut self) {
        // SAFETY: the handle is alive, and this is its last use.
        unsafe {
            (self.api.end)(self.handle.as_ptr());
            (self.api.delete)(self.handle.as_ptr());
        }
    }
}

fn join(languages: &[&str]) -> Result<String, TesseractError> {
    let named = |name: &&str| {
        !name.is_empty()
            && name.len() <= MAX_LANGUAGE_BYTES
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    if languages.is_empty() || languages.len() > MAX_LANGUAGES || !languages.iter().all(named) {
        return Err(TesseractError::Languages(languages.iter().map(|&name| name.into()).collect()));
    }
    Ok(languages.join("+"))
}

/// `TESSDATA_PREFIX`, otherwise the first known folder that exists, otherwise Debian's.
fn tessdata() -> PathBuf {
    if let Some(folder) = std::env::var_os("TESSDATA_PREFIX") {
        return folder.into();
    }
    let there = TESSDATA.iter().find(|folder| Path::new(folder).is_dir());
    PathBuf::from(there.unwrap_or(&TESSDATA[0]))
}

#[cfg(test)]
mod tests;
