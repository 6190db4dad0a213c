//! LiteRT's options for a model on the CPU: the accelerator and the threads.
//!
//! The safe wrapper of `edgefirst-tflite` can't set the number of threads, and LiteRT's default is
//! one. So this passes LiteRT's opaque CPU options itself: identifier `xnnpack`, payload a line of
//! TOML (`litert_cpu_options.cc` in LiteRT).

use std::ffi::{CString, c_char, c_void};
use std::ptr::null_mut;

use edgefirst_tflite_sys::litert as sys;

use super::api::Api;
use crate::runtime::RuntimeError;

type CreateOpaque = unsafe extern "C" fn(
    *const c_char,
    *mut c_void,
    Option<unsafe extern "C" fn(*mut c_void)>,
    *mut *mut c_void,
) -> sys::Status;
type AddOpaque = unsafe extern "C" fn(sys::Options, *mut c_void) -> sys::Status;

/// Options that we own, destroyed on drop.
pub(super) struct CpuOptions<'a> {
    api: Api<'a>,
    handle: sys::Options,
}

impl<'a> CpuOptions<'a> {
    /// Options for `threads` CPU threads (1 or more).
    pub(super) fn create(api: Api<'a>, threads: u32) -> Result<Self, RuntimeError> {
        let mut options = Self { api, handle: null_mut() };
        // SAFETY: writes a new handle, destroyed in `drop`.
        let status = unsafe { (api.table.create_options)(&raw mut options.handle) };
        api.check("LiteRtCreateOptions", status)?;
        let cpu = sys::kLiteRtHwAcceleratorCpu as sys::HwAcceleratorSet;
        // SAFETY: the handle is live.
        let status = unsafe { (api.table.set_options_hardware_accelerators)(options.handle, cpu) };
        api.check("LiteRtSetOptionsHardwareAccelerators", status)?;
        options.set_threads(threads)?;
        Ok(options)
    }

    /// The live handle; LiteRT doesn't keep it.
    pub(super) fn handle(&self) -> sys::Options {
        self.handle
    }

    fn set_threads(&mut self, threads: u32) -> Result<(), RuntimeError> {
        let api = self.api;
        // SAFETY: the type is that of `litert_opaque_options.h`.
        let create: CreateOpaque =
            unsafe { api.symbol("LiteRtCreateOpaqueOptions", b"LiteRtCreateOpaqueOptions\0") }?;
        // SAFETY: the type is that of `litert_options.h`.
        let add: AddOpaque = unsafe { api.symbol("LiteRtAddOpaqueOptions", b"LiteRtAddOpaqueOptions\0") }?;
        let payload =
            CString::new(format!("num_threads = {threads}\n")).expect("a number has no NUL byte").into_raw();
        let mut opaque = null_mut();
        // SAFETY: LiteRT takes over the payload and frees it with `free_payload`.
        let status =
            unsafe { create(c"xnnpack".as_ptr(), payload.cast(), Some(free_payload), &raw mut opaque) };
        api.check("LiteRtCreateOpaqueOptions", status)?;
        // SAFETY: both handles are live; the options take over `opaque`.
        let status = unsafe { add(self.handle, opaque) };
        api.check("LiteRtAddOpaqueOptions", status)
    }
}

impl Drop for CpuOptions<'_> {
    fn drop(&mut self) {
        if !self.handle.is_null() {
            // SAFETY: the handle is ours and destroyed once.
            unsafe { (self.api.table.destroy_options)(self.handle) };
        }
    }
}

/// Frees the options' payload; called by LiteRT.
unsafe extern "C" fn free_payload(payload: *mut c_void) {
    // SAFETY: LiteRT hands back the pointer made by `CString::into_raw`.
    drop(unsafe { CString::from_raw(payload.cast()) });
}
