//! Tesseract's C interface (`capi.h` of Tesseract 5), looked up in its shared library.

#![expect(unsafe_code, reason = "symbols of a shared library; every look-up says why it is sound")]

use std::ffi::{CStr, c_char, c_float, c_int, c_uchar, c_void};
use std::path::Path;

use libloading::Library;

use super::{TesseractError, TesseractFault};

/// The library's names, used if the operator does not set a path.
const LIBRARY_NAMES: [&str; 2] = ["libtesseract.so.5", "libtesseract.so"];
/// The only major version supported; its interface was checked and tested.
const MAJOR_VERSION: &str = "5";

/// A `TessBaseAPI`, `TessResultIterator`, `TessPageIterator` or `ETEXT_DESC`; opaque here.
pub(super) type Handle = *mut c_void;

/// The functions used here, and the library that holds them, which stays open until the end.
pub(super) struct Api {
    pub create: unsafe extern "C" fn() -> Handle,
    pub delete: unsafe extern "C" fn(Handle),
    pub end: unsafe extern "C" fn(Handle),
    /// Data folder, languages joined by `+`, engine; 0 on success.
    pub init: unsafe extern "C" fn(Handle, *const c_char, *const c_char, c_int) -> c_int,
    /// Name, value; 0 if there is no such variable.
    pub set_variable: unsafe extern "C" fn(Handle, *const c_char, *const c_char) -> c_int,
    pub set_segmentation: unsafe extern "C" fn(Handle, c_int),
    /// Pixels, width, height, bytes per pixel, bytes per line.
    pub set_image: unsafe extern "C" fn(Handle, *const c_uchar, c_int, c_int, c_int, c_int),
    pub set_resolution: unsafe extern "C" fn(Handle, c_int),
    pub recognize: unsafe extern "C" fn(Handle, Handle) -> c_int,
    pub clear: unsafe extern "C" fn(Handle),
    pub iterator: unsafe extern "C" fn(Handle) -> Handle,
    pub iterator_delete: unsafe extern "C" fn(Handle),
    pub iterator_next: unsafe extern "C" fn(Handle, c_int) -> c_int,
    pub iterator_text: unsafe extern "C" fn(Handle, c_int) -> *mut c_char,
    pub iterator_confidence: unsafe extern "C" fn(Handle, c_int) -> c_float,
    pub iterator_page: unsafe extern "C" fn(Handle) -> Handle,
    pub page_begins: unsafe extern "C" fn(Handle, c_int) -> c_int,
    /// Level; writes left, top, right, bottom. 0 if there is no box.
    pub page_box:
        unsafe extern "C" fn(Handle, c_int, *mut c_int, *mut c_int, *mut c_int, *mut c_int) -> c_int,
    pub delete_text: unsafe extern "C" fn(*const c_char),
    pub monitor: unsafe extern "C" fn() -> Handle,
    pub monitor_delete: unsafe extern "C" fn(Handle),
    pub monitor_deadline: unsafe extern "C" fn(Handle, c_int),
    /// OpenMP's function, if the library was built with it.
    pub limit_parallel_levels: Option<unsafe extern "C" fn(c_int)>,
    /// Leptonica's function: sets the least severe message that is written to standard error.
    pub limit_messages: Option<unsafe extern "C" fn(c_int) -> c_int>,
    pub version: String,
    _library: Library,
}

impl Api {
    /// Opens the library at `path`, or Debian's.
    pub(super) fn open(path: Option<&Path>) -> Result<Self, TesseractError> {
        // SAFETY: opening runs the library's initialisers: those of Tesseract and of what it
        // links, which only set up their own tables.
        let open = |name: &Path| unsafe { Library::new(name) };
        let library = match path {
            Some(path) => open(path),
            // The first name's error is reported: the second name exists only with the development
            // package.
            None => open(Path::new(LIBRARY_NAMES[0]))
                .or_else(|error| open(Path::new(LIBRARY_NAMES[1])).map_err(|_| error)),
        };
        library.map_err(TesseractFault::Loader).map_err(library_error).and_then(Self::of)
    }

    fn of(library: Library) -> Result<Self, TesseractError> {
        let version: unsafe extern "C" fn() -> *const c_char = symbol(&library, "TessVersion")?;
        // SAFETY: takes no arguments; returns a static NUL-terminated text.
        let version = unsafe { CStr::from_ptr(version()) }.to_string_lossy().into_owned();
        if version.split('.').next() != Some(MAJOR_VERSION) {
            return Err(TesseractError::Version { found: version });
        }
        Ok(Self {
            create: symbol(&library, "TessBaseAPICreate")?,
            delete: symbol(&library, "TessBaseAPIDelete")?,
            end: symbol(&library, "TessBaseAPIEnd")?,
            init: symbol(&library, "TessBaseAPIInit2")?,
            set_variable: symbol(&library, "TessBaseAPISetVariable")?,
            set_segmentation: symbol(&library, "TessBaseAPISetPageSegMode")?,
            set_image: symbol(&library, "TessBaseAPISetImage")?,
            set_resolution: symbol(&library, "TessBaseAPISetSourceResolution")?,
            recognize: symbol(&library, "TessBaseAPIRecognize")?,
            clear: symbol(&library, "TessBaseAPIClear")?,
            iterator: symbol(&library, "TessBaseAPIGetIterator")?,
            iterator_delete: symbol(&library, "TessResultIteratorDelete")?,
            iterator_next: symbol(&library, "TessResultIteratorNext")?,
            iterator_text: symbol(&library, "TessResultIteratorGetUTF8Text")?,
            iterator_confidence: symbol(&library, "TessResultIteratorConfidence")?,
            iterator_page: symbol(&library, "TessResultIteratorGetPageIterator")?,
            page_begins: symbol(&library, "TessPageIteratorIsAtBeginningOf")?,
            page_box: symbol(&library, "TessPageIteratorBoundingBox")?,
            delete_text: symbol(&library, "TessDeleteText")?,
            monitor: symbol(&library, "TessMonitorCreate")?,
            monitor_delete: symbol(&library, "TessMonitorDelete")?,
            monitor_deadline: symbol(&library, "TessMonitorSetDeadlineMSecs")?,
            limit_parallel_levels: symbol(&library, "omp_set_max_active_levels").ok(),
            limit_messages: symbol(&library, "setMsgSeverity").ok(),
            version,
            _library: library,
        })
    }
}

fn library_error(fault: TesseractFault) -> TesseractError {
    TesseractError::Library { fault }
}

/// Looks up a function by name. Only [`Api::of`] calls this: the type must be the one in `capi.h`.
fn symbol<T: Copy>(library: &Library, name: &'static str) -> Result<T, TesseractError> {
    // SAFETY: the fields of `Api` have the types which Tesseract 5's capi.h declares; BOOL is int.
    // The pointer is used only while the library in the same `Api` is open.
    let found = unsafe { library.get::<T>(name.as_bytes()) };
    found.map(|symbol| *symbol).map_err(|source| library_error(TesseractFault::Symbol { name, source }))
}
