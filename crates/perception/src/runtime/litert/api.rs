//! LiteRT's functions: the wrapper's table, and lookups for what is missing from it.

use edgefirst_tflite_sys::litert as sys;
use sys::LiteRtFunctions;

use crate::runtime::library::Runtime;
use crate::runtime::{InferenceFault, RuntimeError};

/// The functions, with the name of the model for error messages.
#[derive(Clone, Copy)]
pub(super) struct Api<'a> {
    pub(super) model: &'a str,
    pub(super) runtime: Runtime,
    pub(super) table: &'static LiteRtFunctions,
}

impl Api<'_> {
    /// Turns a status into an error that names the call.
    pub(super) fn check(&self, call: &'static str, status: sys::Status) -> Result<(), RuntimeError> {
        check(self.model, call, status)
    }

    /// A function that is missing from the wrapper's table.
    ///
    /// # Safety
    /// `T` must be the type that LiteRT's public C headers declare for `name`. `name` must end in a
    /// NUL byte.
    pub(super) unsafe fn symbol<T: Copy>(
        &self,
        call: &'static str,
        name: &'static [u8],
    ) -> Result<T, RuntimeError> {
        // SAFETY: the caller promises the type; the library is never closed.
        unsafe { self.runtime.library().as_sys().library().get::<T>(name) }.map(|found| *found).map_err(
            |error| RuntimeError::Inference {
                name: self.model.into(),
                call,
                fault: InferenceFault::Symbol(error),
            },
        )
    }
}

/// Turns a status into an error that names the model and the call.
pub(super) fn check(model: &str, call: &'static str, status: sys::Status) -> Result<(), RuntimeError> {
    if status == sys::kLiteRtStatusOk {
        return Ok(());
    }
    Err(RuntimeError::Inference { name: model.into(), call, fault: InferenceFault::Status(status) })
}
