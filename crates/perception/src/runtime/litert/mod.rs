//! Networks on LiteRT's compiled-model API.
//!
//! The safe wrapper of `edgefirst-tflite` has no way to set the number of CPU
//! threads, and without it LiteRT takes one. So this file calls the same
//! function table itself and passes LiteRT's opaque CPU options: identifier
//! `xnnpack`, payload a line of TOML (`litert_cpu_options.cc` in LiteRT).

#![expect(unsafe_code, reason = "the runtime's C interface; every call says why it is sound")]

mod environment;

use std::ffi::{CStr, CString, c_char, c_void};
use std::ptr::null_mut;

use edgefirst_tflite_sys::litert as sys;
use sys::LiteRtFunctions;

pub use environment::Environment;

use super::RuntimeError;
use super::library::Runtime;
use super::network::{Element, Network, Placement, TensorSpec};

/// `kLiteRtElementType*` values of `litert_model.h` that Vouch accepts.
const ELEMENT_FLOAT32: u32 = 1;
const ELEMENT_UINT8: u32 = 3;
const ELEMENT_INT8: u32 = 9;

/// `LiteRtQuantizationPerTensor` of `litert_model.h`.
#[repr(C)]
#[derive(Default)]
struct PerTensor {
    scale: f32,
    zero_point: i64,
}

type CreateOpaque = unsafe extern "C" fn(
    *const c_char,
    *mut c_void,
    Option<unsafe extern "C" fn(*mut c_void)>,
    *mut *mut c_void,
) -> sys::Status;
type AddOpaque = unsafe extern "C" fn(sys::Options, *mut c_void) -> sys::Status;
type GetQuantisation = unsafe extern "C" fn(sys::Tensor, *mut PerTensor) -> sys::Status;
type GetName = unsafe extern "C" fn(sys::Tensor, *mut *const c_char) -> sys::Status;
type NonCpuFully = unsafe extern "C" fn(sys::CompiledModel, *mut bool) -> sys::Status;

/// What a network shall run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiteRtOptions {
    /// CPU threads, 1 or more.
    pub threads: u32,
    /// Try an NPU that the runtime knows before the CPU.
    pub npu: bool,
}

/// A compiled network and all it needs, destroyed in the right order.
pub struct LiteRtNetwork {
    name: String,
    functions: &'static LiteRtFunctions,
    environment: sys::Environment,
    model: sys::Model,
    compiled: sys::CompiledModel,
    input_buffer: sys::TensorBuffer,
    output_buffers: Vec<sys::TensorBuffer>,
    input: TensorSpec,
    outputs: Vec<TensorSpec>,
    placement: Placement,
    // LiteRT reads the model's bytes for as long as the network lives.
    _bytes: Vec<u8>,
}

// SAFETY: the handles are owned by this struct alone, have no thread affinity,
// and are only used through `&mut self`.
unsafe impl Send for LiteRtNetwork {}

/// Turns a status into an error that names the call.
fn check(name: &str, what: &'static str, status: sys::Status) -> Result<(), RuntimeError> {
    if status == sys::kLiteRtStatusOk {
        return Ok(());
    }
    Err(RuntimeError::Inference { name: name.into(), what, reason: format!("LiteRT status {status}") })
}

impl LiteRtNetwork {
    /// Compiles the model in `bytes`.
    ///
    /// # Errors
    /// [`RuntimeError::Inference`] when LiteRT refuses it, and
    /// [`RuntimeError::Contract`] for element types Vouch doesn't take.
    pub fn compile(
        runtime: Runtime,
        name: &str,
        bytes: Vec<u8>,
        options: LiteRtOptions,
    ) -> Result<Self, RuntimeError> {
        let (Some(functions), Some(environment)) = (runtime.library().litert(), runtime.environment()) else {
            return Err(RuntimeError::Inference {
                name: name.into(),
                what: "LiteRT",
                reason: "the library has no LiteRt* functions".into(),
            });
        };
        let mut network = Self {
            name: name.into(),
            functions,
            environment: environment.0,
            model: null_mut(),
            compiled: null_mut(),
            input_buffer: null_mut(),
            output_buffers: Vec::new(),
            input: empty_spec(),
            outputs: Vec::new(),
            placement: Placement { asked: String::new(), actual: String::new(), fell_back: false },
            _bytes: bytes,
        };
        network.create_model()?;
        network.compile_model(runtime, options)?;
        network.create_buffers(runtime)?;
        network.placement = network.placement_for(runtime, options)?;
        Ok(network)
    }

    fn check(&self, what: &'static str, status: sys::Status) -> Result<(), RuntimeError> {
        check(&self.name, what, status)
    }

    fn create_model(&mut self) -> Result<(), RuntimeError> {
        // SAFETY: no options are passed; the handle is written on success only.
        let status =
            unsafe { (self.functions.create_environment)(0, std::ptr::null(), &raw mut self.environment) };
        self.check("LiteRtCreateEnvironment", status)?;
        // SAFETY: the bytes are owned by `self` and never changed; they outlive
        // the model, which is destroyed in `drop` before they are freed.
        let status = unsafe {
            (self.functions.create_model_from_buffer)(
                self.environment,
                self._bytes.as_ptr().cast(),
                self._bytes.len(),
                &raw mut self.model,
            )
        };
        self.check("LiteRtCreateModelFromBuffer", status)
    }

    fn compile_model(&mut self, runtime: Runtime, wanted: LiteRtOptions) -> Result<(), RuntimeError> {
        let mut options: sys::Options = null_mut();
        // SAFETY: writes a new handle, destroyed below whatever happens.
        let status = unsafe { (self.functions.create_options)(&raw mut options) };
        self.check("LiteRtCreateOptions", status)?;
        let result = self.fill_options(runtime, options, wanted).and_then(|()| {
            // SAFETY: environment, model and options are live handles of ours.
            let status = unsafe {
                (self.functions.create_compiled_model)(
                    self.environment,
                    self.model,
                    options,
                    &raw mut self.compiled,
                )
            };
            check(&self.name, "LiteRtCreateCompiledModel", status)
        });
        // SAFETY: created above, not used afterwards; LiteRT doesn't keep it.
        unsafe { (self.functions.destroy_options)(options) };
        result
    }

    fn fill_options(
        &self,
        runtime: Runtime,
        options: sys::Options,
        wanted: LiteRtOptions,
    ) -> Result<(), RuntimeError> {
        let mut hardware = sys::kLiteRtHwAcceleratorCpu as sys::HwAcceleratorSet;
        if wanted.npu {
            hardware |= sys::kLiteRtHwAcceleratorNpu as sys::HwAcceleratorSet;
        }
        // SAFETY: `options` is live.
        let status = unsafe { (self.functions.set_options_hardware_accelerators)(options, hardware) };
        self.check("LiteRtSetOptionsHardwareAccelerators", status)?;
        let create: CreateOpaque = self.symbol(runtime, b"LiteRtCreateOpaqueOptions\0")?;
        let add: AddOpaque = self.symbol(runtime, b"LiteRtAddOpaqueOptions\0")?;
        let payload = CString::new(format!("num_threads = {}\n", wanted.threads))
            .expect("a number has no NUL byte")
            .into_raw();
        let mut opaque = null_mut();
        // SAFETY: LiteRT takes over the payload and frees it with `free_payload`.
        let status =
            unsafe { create(c"xnnpack".as_ptr(), payload.cast(), Some(free_payload), &raw mut opaque) };
        self.check("LiteRtCreateOpaqueOptions", status)?;
        // SAFETY: both handles are live; `options` takes over `opaque`.
        let status = unsafe { add(options, opaque) };
        self.check("LiteRtAddOpaqueOptions", status)
    }

    fn create_buffers(&mut self, runtime: Runtime) -> Result<(), RuntimeError> {
        let functions = self.functions;
        let mut signature: sys::Signature = null_mut();
        // SAFETY: the model is live; the signature is borrowed from it.
        let status = unsafe { (functions.get_model_signature)(self.model, 0, &raw mut signature) };
        self.check("LiteRtGetModelSignature", status)?;
        let (mut inputs, mut outputs) = (0, 0);
        // SAFETY: the signature is live as long as the model.
        let status = unsafe { (functions.get_num_signature_inputs)(signature, &raw mut inputs) };
        self.check("LiteRtGetNumSignatureInputs", status)?;
        // SAFETY: as above.
        let status = unsafe { (functions.get_num_signature_outputs)(signature, &raw mut outputs) };
        self.check("LiteRtGetNumSignatureOutputs", status)?;
        if inputs != 1 {
            return Err(RuntimeError::Contract {
                name: self.name.clone(),
                reason: format!("it has {inputs} inputs, one is needed"),
            });
        }
        let mut tensor: sys::Tensor = null_mut();
        // SAFETY: index 0 exists.
        let status =
            unsafe { (functions.get_signature_input_tensor_by_index)(signature, 0, &raw mut tensor) };
        self.check("LiteRtGetSignatureInputTensorByIndex", status)?;
        let mut requirements: sys::TensorBufferRequirements = null_mut();
        // SAFETY: the compiled model is live and has this input.
        let status = unsafe {
            (functions.get_compiled_model_input_buffer_requirements)(
                self.compiled,
                0,
                0,
                &raw mut requirements,
            )
        };
        self.check("LiteRtGetCompiledModelInputBufferRequirements", status)?;
        (self.input, self.input_buffer) = self.buffer(runtime, tensor, requirements)?;
        for index in 0..outputs {
            // SAFETY: `index` is below the number of outputs.
            let status = unsafe {
                (functions.get_signature_output_tensor_by_index)(signature, index, &raw mut tensor)
            };
            self.check("LiteRtGetSignatureOutputTensorByIndex", status)?;
            // SAFETY: as for the input.
            let status = unsafe {
                (functions.get_compiled_model_output_buffer_requirements)(
                    self.compiled,
                    0,
                    index,
                    &raw mut requirements,
                )
            };
            self.check("LiteRtGetCompiledModelOutputBufferRequirements", status)?;
            let (spec, buffer) = self.buffer(runtime, tensor, requirements)?;
            self.outputs.push(spec);
            self.output_buffers.push(buffer);
        }
        Ok(())
    }

    fn buffer(
        &self,
        runtime: Runtime,
        tensor: sys::Tensor,
        requirements: sys::TensorBufferRequirements,
    ) -> Result<(TensorSpec, sys::TensorBuffer), RuntimeError> {
        // SAFETY: plain numbers; all zero is a valid value to be overwritten.
        let mut kind = unsafe { std::mem::zeroed::<sys::RankedTensorType>() };
        // SAFETY: `tensor` is borrowed from the live model.
        let status = unsafe { (self.functions.get_ranked_tensor_type)(tensor, &raw mut kind) };
        self.check("LiteRtGetRankedTensorType", status)?;
        let spec = self.spec(runtime, tensor, &kind)?;
        let mut buffer: sys::TensorBuffer = null_mut();
        // SAFETY: environment and requirements are live; the handle is ours.
        let status = unsafe {
            (self.functions.create_managed_tensor_buffer_from_requirements)(
                self.environment,
                &raw const kind,
                requirements,
                &raw mut buffer,
            )
        };
        self.check("LiteRtCreateManagedTensorBuffer", status)?;
        let mut size = 0;
        // SAFETY: the buffer was just created.
        let status = unsafe { (self.functions.get_tensor_buffer_size)(buffer, &raw mut size) };
        if self.check("LiteRtGetTensorBufferSize", status).is_err() || size < spec.byte_len() {
            // SAFETY: created above, handed to nobody.
            unsafe { (self.functions.destroy_tensor_buffer)(buffer) };
            return Err(RuntimeError::Inference {
                name: self.name.clone(),
                what: "LiteRtGetTensorBufferSize",
                reason: format!("{size} bytes for a tensor of {}", spec.byte_len()),
            });
        }
        Ok((spec, buffer))
    }

    fn spec(
        &self,
        runtime: Runtime,
        tensor: sys::Tensor,
        kind: &sys::RankedTensorType,
    ) -> Result<TensorSpec, RuntimeError> {
        let element = match kind.element_type {
            ELEMENT_FLOAT32 => Element::Float32,
            ELEMENT_UINT8 => Element::Uint8,
            ELEMENT_INT8 => Element::Int8,
            other => {
                return Err(RuntimeError::Contract {
                    name: self.name.clone(),
                    reason: format!("a tensor has element type {other}; int8, uint8 or float32 is needed"),
                });
            }
        };
        let rank = (kind.layout.rank() as usize).min(kind.layout.dimensions.len());
        let mut shape = Vec::with_capacity(rank);
        for &dimension in &kind.layout.dimensions[..rank] {
            shape.push(usize::try_from(dimension).ok().filter(|&d| d > 0).ok_or_else(|| {
                RuntimeError::Contract {
                    name: self.name.clone(),
                    reason: format!("a tensor has the dimension {dimension}; fixed sizes are needed"),
                }
            })?);
        }
        let name_of: GetName = self.symbol(runtime, b"LiteRtGetTensorName\0")?;
        let mut name = std::ptr::null();
        // SAFETY: the tensor is live; the text belongs to the model.
        let status = unsafe { name_of(tensor, &raw mut name) };
        self.check("LiteRtGetTensorName", status)?;
        let name = if name.is_null() {
            String::new()
        } else {
            // SAFETY: LiteRT gives a NUL-terminated text that lives with the model.
            unsafe { CStr::from_ptr(name) }.to_string_lossy().into_owned()
        };
        let mut quantisation = PerTensor { scale: 1.0, zero_point: 0 };
        if element != Element::Float32 {
            let get: GetQuantisation = self.symbol(runtime, b"LiteRtGetPerTensorQuantization\0")?;
            // SAFETY: the tensor is live; the struct has LiteRT's layout.
            let status = unsafe { get(tensor, &raw mut quantisation) };
            self.check("LiteRtGetPerTensorQuantization", status)?;
        }
        Ok(TensorSpec {
            name,
            shape,
            element,
            scale: quantisation.scale,
            zero_point: i32::try_from(quantisation.zero_point).unwrap_or(0),
        })
    }

    fn placement_for(&self, runtime: Runtime, wanted: LiteRtOptions) -> Result<Placement, RuntimeError> {
        let mut whole = false;
        // SAFETY: the compiled model is live.
        let status =
            unsafe { (self.functions.compiled_model_is_fully_accelerated)(self.compiled, &raw mut whole) };
        self.check("LiteRtCompiledModelIsFullyAccelerated", status)?;
        let cpu = if whole { "CPU (XNNPACK)" } else { "CPU (partly XNNPACK)" };
        if !wanted.npu {
            return Ok(Placement { asked: "CPU".into(), actual: cpu.into(), fell_back: false });
        }
        let beyond_cpu: NonCpuFully =
            self.symbol(runtime, b"LiteRtCompiledModelIsNonCpuFullyAccelerated\0")?;
        let mut npu = false;
        // SAFETY: the compiled model is live.
        let status = unsafe { beyond_cpu(self.compiled, &raw mut npu) };
        self.check("LiteRtCompiledModelIsNonCpuFullyAccelerated", status)?;
        let actual = if npu { "NPU".to_owned() } else { cpu.to_owned() };
        Ok(Placement { asked: "NPU".into(), actual, fell_back: !npu })
    }

    /// A function that the wrapper's table leaves out. `T` must be its type.
    fn symbol<T: Copy>(&self, runtime: Runtime, symbol: &'static [u8]) -> Result<T, RuntimeError> {
        // SAFETY: the callers name functions of LiteRT's public C headers with
        // the types given there; the library is never closed.
        unsafe { runtime.library().as_sys().library().get::<T>(symbol) }.map(|found| *found).map_err(|e| {
            RuntimeError::Inference {
                name: self.name.clone(),
                what: "looking up a LiteRT function",
                reason: e.to_string(),
            }
        })
    }

    /// Copies between a tensor buffer and host memory while it is locked.
    fn locked(
        &self,
        buffer: sys::TensorBuffer,
        mode: sys::TensorBufferLockMode,
        copy: impl FnOnce(*mut u8),
    ) -> Result<(), RuntimeError> {
        let mut address = null_mut();
        // SAFETY: the buffer is live and not locked: every lock ends below.
        let status = unsafe { (self.functions.lock_tensor_buffer)(buffer, &raw mut address, mode) };
        self.check("LiteRtLockTensorBuffer", status)?;
        copy(address.cast());
        // SAFETY: locked above.
        let status = unsafe { (self.functions.unlock_tensor_buffer)(buffer) };
        self.check("LiteRtUnlockTensorBuffer", status)
    }
}

impl Network for LiteRtNetwork {
    fn input(&self) -> &TensorSpec {
        &self.input
    }

    fn outputs(&self) -> &[TensorSpec] {
        &self.outputs
    }

    fn invoke(&mut self, input: &[u8], outputs: &mut [Vec<u8>]) -> Result<(), RuntimeError> {
        assert_eq!(input.len(), self.input.byte_len(), "the caller fills the whole input");
        self.locked(self.input_buffer, sys::kLiteRtTensorBufferLockModeWrite, |to| {
            // SAFETY: the buffer has at least the tensor's length (checked when
            // it was made), which is the input's length.
            unsafe { std::ptr::copy_nonoverlapping(input.as_ptr(), to, input.len()) };
        })?;
        // SAFETY: all handles are live; the counts are those of the signature.
        let status = unsafe {
            (self.functions.run_compiled_model)(
                self.compiled,
                0,
                1,
                &raw mut self.input_buffer,
                self.output_buffers.len(),
                self.output_buffers.as_mut_ptr(),
            )
        };
        self.check("LiteRtRunCompiledModel", status)?;
        for ((&buffer, spec), output) in self.output_buffers.iter().zip(&self.outputs).zip(outputs) {
            assert_eq!(output.len(), spec.byte_len(), "the caller sizes the outputs");
            self.locked(buffer, sys::kLiteRtTensorBufferLockModeRead, |from| {
                // SAFETY: as for the input.
                unsafe { std::ptr::copy_nonoverlapping(from, output.as_mut_ptr(), output.len()) };
            })?;
        }
        Ok(())
    }

    fn placement(&self) -> &Placement {
        &self.placement
    }
}

impl Drop for LiteRtNetwork {
    fn drop(&mut self) {
        // SAFETY: each handle is ours, destroyed once, children before parents;
        // a handle that was never made is null and left alone.
        unsafe {
            for &buffer in self.output_buffers.iter().chain([&self.input_buffer]) {
                if !buffer.is_null() {
                    (self.functions.destroy_tensor_buffer)(buffer);
                }
            }
            if !self.compiled.is_null() {
                (self.functions.destroy_compiled_model)(self.compiled);
            }
            if !self.model.is_null() {
                (self.functions.destroy_model)(self.model);
            }
        }
    }
}

/// Frees the options' payload; called by LiteRT.
unsafe extern "C" fn free_payload(payload: *mut c_void) {
    // SAFETY: LiteRT hands back the pointer made by `CString::into_raw`.
    drop(unsafe { CString::from_raw(payload.cast()) });
}

fn empty_spec() -> TensorSpec {
    TensorSpec { name: String::new(), shape: Vec::new(), element: Element::Int8, scale: 1.0, zero_point: 0 }
}
