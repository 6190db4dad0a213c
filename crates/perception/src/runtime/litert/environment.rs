//! LiteRT's environment: created once when the library is opened, and shared by all networks. It
//! logs errors only.

#![expect(unsafe_code, reason = "the runtime's C interface; every call says why it is sound")]

use std::ptr::null_mut;

use edgefirst_tflite_sys::litert as sys;
use sys::LiteRtFunctions;

use crate::runtime::library::LibraryFault;

/// `kLiteRtEnvOptionTagMinLoggerSeverity` and `kLiteRtLogSeverityError`. At a lower severity LiteRT
/// writes a screenful to standard error for each model.
const TAG_MIN_LOGGER_SEVERITY: u32 = 25;
const SEVERITY_ERROR: i64 = 3;
/// `kLiteRtAnyTypeInt`.
const ANY_INT: u32 = 2;

/// LiteRT's environment: one per process, never destroyed.
#[derive(Clone, Copy)]
pub struct Environment(pub(super) sys::Environment);

// SAFETY: an opaque heap handle without thread affinity; LiteRT's own objects
// share it, and Vouch compiles its models one after the other.
unsafe impl Send for Environment {}
// SAFETY: as above.
unsafe impl Sync for Environment {}

impl Environment {
    /// Creates an environment that logs errors only.
    ///
    /// # Errors
    /// [`LibraryFault::Environment`] with LiteRT's status.
    pub fn create(functions: &LiteRtFunctions) -> Result<Self, LibraryFault> {
        // SAFETY: plain numbers and pointers; all zero is valid.
        let mut option = unsafe { std::mem::zeroed::<sys::EnvOption>() };
        option.tag = TAG_MIN_LOGGER_SEVERITY;
        option.value.type_ = ANY_INT;
        option.value.__bindgen_anon_1.int_value = SEVERITY_ERROR;
        let mut environment = null_mut();
        // SAFETY: one option is passed; the handle is written on success.
        let status = unsafe { (functions.create_environment)(1, &raw const option, &raw mut environment) };
        if status != sys::kLiteRtStatusOk {
            return Err(LibraryFault::Environment(status));
        }
        Ok(Self(environment))
    }
}
