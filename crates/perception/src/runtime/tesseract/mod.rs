//! Text recognition by Tesseract, whose shared library is opened when the first document is read.
//!
//! In: grey pictures, cropped to what is to be read. Out: words or letters with their boxes and
//! confidences. Called by `document/` alone. See docs/decisions/0008-tesseract.md.

#![expect(unsafe_code, reason = "Tesseract's C interface; every call says why it is sound")]

mod api;
mod pieces;

use std::ffi::{CString, c_int};
use std::path::{Path, PathBuf};
use std::ptr::NonNull;

use api::Api;
pub use pieces::{Level, Piece};

/// Longest side of a picture in pixels: a card at 600 dots per inch has half of it.
pub const MAX_SIDE: u32 = 4096;
/// Shortest side: below it Tesseract refuses to scale a line and says so on standard error.
pub const MIN_SIDE: u32 = 8;
/// Most languages of one reader: each is tried on each word that the ones before it read badly.
pub const MAX_LANGUAGES: usize = 4;
/// Longest name of a language, in bytes (`kaz`, `script/Cyrillic`).
const MAX_LANGUAGE_BYTES: usize = 32;
/// Longest a single recognition may take. A page that is all noise was seen to take seconds;
/// nobody waits for it, and a terminal has other things to do.
const DEADLINE_MS: c_int = 5_000;
/// `OEM_LSTM_ONLY`: Debian's language files hold no other engine.
const LSTM_ONLY: c_int = 1;
/// `L_SEVERITY_NONE` of Leptonica, which does Tesseract's pictures: on a noisy one it complains of
/// hundreds of empty boxes.
const NO_MESSAGES: c_int = 6;
/// Where Debian and others put the languages, after `TESSDATA_PREFIX`.
const TESSDATA: [&str; 3] =
    ["/usr/share/tesseract-ocr/5/tessdata", "/usr/share/tessdata", "/usr/local/share/tessdata"];

/// Why Tesseract's library can't be used.
#[derive(Debug, thiserror::Error)]
pub enum TesseractFault {
    /// The loader finds none or refuses it.
    #[error("{0}")]
    Loader(#[source] libloading::Error),
    /// It is another library.
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
    /// The shared library is missing or is another one.
    #[error(
        "Tesseract's library can't be used: {fault}; install Debian's libtesseract5 (scripts/setup.sh does)"
    )]
    Library {
        /// What is wrong with it.
        fault: TesseractFault,
    },
    /// Another major version than the one whose interface is known.
    #[error("Tesseract {found} is not supported: install version 5, Debian's libtesseract5")]
    Version {
        /// What it says of itself.
        found: String,
    },
    /// A language's file is missing.
    #[error(
        "Tesseract has no {language}.traineddata in {folder}: install Debian's tesseract-ocr-{language} (tesseract-ocr-kaz, -rus and -eng are needed), or set TESSDATA_PREFIX to the folder that has it"
    )]
    Language {
        /// The language asked for.
        language: String,
        /// Where it was looked for.
        folder: PathBuf,
    },
    /// Names no language, or too many.
    #[error("{0:?} is no list of languages: name one to {MAX_LANGUAGES} of Tesseract's, such as kaz or rus")]
    Languages(Vec<String>),
    /// Tesseract refused the files.
    #[error(
        "Tesseract can't load {languages} from {folder}: the files may be cut short, install the packages again"
    )]
    Init {
        /// Languages, joined by `+`.
        languages: String,
        /// Their folder.
        folder: PathBuf,
    },
    /// A picture that can't be one.
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
    /// A variable that Tesseract does not have, or a value with a zero byte.
    #[error("Tesseract does not take {name} = {value:?}")]
    Variable {
        /// The variable.
        name: &'static str,
        /// The value.
        value: String,
    },
    /// Recognition broke off: memory, or the deadline.
    #[error("Tesseract broke off within {DEADLINE_MS} ms; show the document again")]
    Recognition,
}

/// What to open, and for which languages.
#[derive(Debug, Clone, Copy, Default)]
pub struct Settings<'a> {
    /// The library; none takes Debian's by its name.
    pub library: Option<&'a Path>,
    /// Folder of the `.traineddata` files; none takes `TESSDATA_PREFIX`, then Debian's.
    pub tessdata: Option<&'a Path>,
    /// In the order in which they are tried on a word.
    pub languages: &'a [&'a str],
}

/// How a picture is to be cut into lines (Tesseract's `PageSegMode`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Segmentation {
    /// Found by itself: columns, tables, pictures.
    Auto = 3,
    /// One column of text of several sizes.
    Column = 4,
    /// One block of lines of one size.
    Block = 6,
    /// A single line.
    Line = 7,
    /// A single word.
    Word = 8,
    /// Text anywhere, in no order.
    Sparse = 11,
    /// A single line, taken as it is: no cleaning of its box.
    RawLine = 13,
}

/// Grey pixels, a byte each: a whole picture or a part of one, without a copy.
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

/// A reader for some languages. Making one loads their networks (tens of milliseconds, some ten
/// megabytes each): it is made once and used for every document.
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
    /// [`TesseractError`] when library or languages are missing; the message names the packages.
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
            // SAFETY: sets a number and gives the one before.
            unsafe { limit(NO_MESSAGES) };
        }
        // SAFETY: takes nothing; null is checked.
        let handle = NonNull::new(unsafe { (api.create)() }).ok_or(TesseractError::Recognition)?;
        let mut reader = Self { api, handle };
        // Before the start, which is when the first words are written to standard error.
        reader.set("debug_file", "/dev/null")?;
        let failed = || TesseractError::Init { languages: languages.clone(), folder: folder.clone() };
        let folder_text = CString::new(folder.to_string_lossy().as_bytes()).map_err(|_| failed())?;
        let language_text = CString::new(languages.as_str()).map_err(|_| failed())?;
        reader.stay_on_one_core();
        // SAFETY: the handle is alive, both texts end in zero and outlive the call.
        let status = unsafe {
            (reader.api.init)(reader.handle.as_ptr(), folder_text.as_ptr(), language_text.as_ptr(), LSTM_ONLY)
        };
        if status == 0 { Ok(reader) } else { Err(failed()) }
    }

    /// What the library says of itself, such as `5.3.0`.
    pub fn version(&self) -> &str {
        &self.api.version
    }

    /// Lets only these characters be read; an empty text lifts the limit.
    ///
    /// # Errors
    /// [`TesseractError::Variable`] when the text holds a zero byte.
    pub fn allow_only(&mut self, characters: &str) -> Result<(), TesseractError> {
        self.set("tessedit_char_whitelist", characters)
    }

    /// Reads a picture whose letters were printed at `dots_per_inch`.
    ///
    /// # Errors
    /// [`TesseractError::Picture`] when its size is out of bounds, [`TesseractError::Recognition`]
    /// when Tesseract gave up.
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
        // SAFETY: the handle is alive. `check` has made sure that height rows of stride bytes lie
        // within the pixels; Tesseract copies them before the call ends.
        unsafe {
            (self.api.set_segmentation)(handle, segmentation as c_int);
            (self.api.set_image)(handle, picture.pixels.as_ptr(), width, height, 1, stride);
            (self.api.set_resolution)(handle, c_int::from(dots_per_inch));
        }
        // SAFETY: takes nothing; a null monitor is one without a deadline, which is allowed.
        let monitor = unsafe { (self.api.monitor)() };
        // SAFETY: the monitor was just made and is given back after its only use.
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
        // SAFETY: the handle is alive; this frees the copy of the picture and what was read of it.
        unsafe { (self.api.clear)(handle) };
        pieces
    }

    fn set(&mut self, name: &'static str, value: &str) -> Result<(), TesseractError> {
        let refused = || TesseractError::Variable { name, value: value.into() };
        let [name_text, value_text] = [name, value].map(CString::new);
        let (name_text, value_text) = (name_text.map_err(|_| refused())?, value_text.map_err(|_| refused())?);
        // SAFETY: the handle is alive, both texts end in zero and are copied.
        let taken =
            unsafe { (self.api.set_variable)(self.handle.as_ptr(), name_text.as_ptr(), value_text.as_ptr()) };
        if taken == 0 { Err(refused()) } else { Ok(()) }
    }

    /// Tesseract asks for four threads in each layer, which costs more than it gains on lines of a
    /// card and takes the cores from the camera. `OMP_THREAD_LIMIT` would have to be set before the
    /// process has threads; no active parallel level at all is the same, for the calling thread.
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

/// `TESSDATA_PREFIX`, else the first known folder that is there, else Debian's.
fn tessdata() -> PathBuf {
    if let Some(folder) = std::env::var_os("TESSDATA_PREFIX") {
        return folder.into();
    }
    let there = TESSDATA.iter().find(|folder| Path::new(folder).is_dir());
    PathBuf::from(there.unwrap_or(&TESSDATA[0]))
}

#[cfg(test)]
mod tests;
