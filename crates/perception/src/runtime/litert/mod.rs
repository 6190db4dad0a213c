//! Networks on LiteRT's compiled-model API.
//!
//! This calls the function table of `edgefirst-tflite-sys` directly, because the safe wrapper can't
//! set the number of CPU threads (see [`cpu_options`]). LiteRT does not select an NPU here: boards
//! reach theirs through the TFLite C API and an external delegate.

#![expect(unsafe_code, reason = "the runtime's C interface; every call says why it is sound")]

mod api;
mod cpu_options;
mod environment;
mod tensor;

use std::ptr::null_mut;

use edgefirst_tflite_sys::litert as sys;
use sys::LiteRtFunctions;

pub use environment::Environment;

use super::library::Runtime;
use super::network::{Element, Network, Placement, TensorSpec, check_lengths};
use super::{ContractFault, InferenceFault, RuntimeError};
use api::{Api, check};
use cpu_options::CpuOptions;

/// A compiled network and everything it needs, destroyed in the right order.
pub struct LiteRtNetwork {
    name: String,
    functions: &'static LiteRtFunctions,
    // Shared by all networks; never destroyed.
    environment: sys::Environment,
    model: sys::Model,
    compiled: sys::CompiledModel,
    input_buffer: sys::TensorBuffer,
    output_buffers: Vec<sys::TensorBuffer>,
    input: TensorSpec,
    outputs: Vec<TensorSpec>,
    placement: Placement,
    // LiteRT reads the model's bytes for as long as the network lives.
    bytes: Vec<u8>,
}

// SAFETY: the handles are owned by this struct alone, have no thread affinity,
// and are only used through `&mut self`.
unsafe impl Send for LiteRtNetwork {}

impl LiteRtNetwork {
    /// Compiles the model in `bytes` for `threads` CPU threads (1 or more).
    ///
    /// # Errors
    /// [`RuntimeError::Inference`] if LiteRT refuses it, and [`RuntimeError::Contract`] for element
    /// types that Vouch doesn't support.
    pub fn compile(runtime: Runtime, name: &str, bytes: Vec<u8>, threads: u32) -> Result<Self, RuntimeError> {
        let (Some(functions), Some(environment)) = (runtime.library().litert(), runtime.environment()) else {
            return Err(RuntimeError::Inference {
                name: name.into(),
                call: "LiteRT",
                fault: InferenceFault::NoLiteRt,
            });
        };
        // Handles stay null until they are created, so that `drop` can clean up after a failure
        // anywhere below.
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
            placement: Placement { asked: "CPU".into(), actual: String::new(), fell_back: false },
            bytes,
        };
        let api = Api { model: name, runtime, table: functions };
        network.create_model(api)?;
        network.compile_model(api, threads)?;
        network.create_buffers(api)?;
        network.placement.actual = network.accelerator(api)?.into();
        Ok(network)
    }

    fn create_model(&mut self, api: Api<'_>) -> Result<(), RuntimeError> {
        // SAFETY: the bytes are owned by `self` and never changed; they outlive
        // the model, which is destroyed in `drop` before they are freed.
        let status = unsafe {
            (api.table.create_model_from_buffer)(
                self.environment,
                self.bytes.as_ptr().cast(),
                self.bytes.len(),
                &raw mut self.model,
            )
        };
        api.check("LiteRtCreateModelFromBuffer", status)
    }

    fn compile_model(&mut self, api: Api<'_>, threads: u32) -> Result<(), RuntimeError> {
        let options = CpuOptions::create(api, threads)?;
        // SAFETY: environment, model and options are live handles of ours.
        let status = unsafe {
            (api.table.create_compiled_model)(
                self.environment,
                self.model,
                options.handle(),
                &raw mut self.compiled,
            )
        };
        api.check("LiteRtCreateCompiledModel", status)
    }

    fn create_buffers(&mut self, api: Api<'_>) -> Result<(), RuntimeError> {
        let mut signature: sys::Signature = null_mut();
        // SAFETY: the model is live; the signature is borrowed from it.
        let status = unsafe { (api.table.get_model_signature)(self.model, 0, &raw mut signature) };
        api.check("LiteRtGetModelSignature", status)?;
        let (mut inputs, mut outputs) = (0, 0);
        // SAFETY: the signature lives as long as the model.
        let status = unsafe { (api.table.get_num_signature_inputs)(signature, &raw mut inputs) };
        api.check("LiteRtGetNumSignatureInputs", status)?;
        // SAFETY: as above.
        let status = unsafe { (api.table.get_num_signature_outputs)(signature, &raw mut outputs) };
        api.check("LiteRtGetNumSignatureOutputs", status)?;
        if inputs != 1 {
            return Err(RuntimeError::Contract {
                name: self.name.clone(),
                fault: ContractFault::InputCount(inputs),
            });
        }
        (self.input, self.input_buffer) = self.input_buffer(api, signature)?;
        for index in 0..outputs {
            let (spec, buffer) = self.output_buffer(api, signature, index)?;
            self.outputs.push(spec);
            self.output_buffers.push(buffer);
        }
        Ok(())
    }

    fn input_buffer(
        &self,
        api: Api<'_>,
        signature: sys::Signature,
    ) -> Result<(TensorSpec, sys::TensorBuffer), RuntimeError> {
        let (mut tensor, mut requirements) = (null_mut(), null_mut());
        // SAFETY: the signature is live and has one input.
        let status =
            unsafe { (api.table.get_signature_input_tensor_by_index)(signature, 0, &raw mut tensor) };
        api.check("LiteRtGetSignatureInputTensorByIndex", status)?;
        // SAFETY: the compiled model is live and has this input.
        let status = unsafe {
            (api.table.get_compiled_model_input_buffer_requirements)(
                self.compiled,
                0,
                0,
                &raw mut requirements,
            )
        };
        api.check("LiteRtGetCompiledModelInputBufferRequirements", status)?;
        // SAFETY: all handles are live.
        unsafe { tensor::buffer(api, self.environment, tensor, requirements) }
    }

    fn output_buffer(
        &self,
        api: Api<'_>,
        signature: sys::Signature,
        index: usize,
    ) -> Result<(TensorSpec, sys::TensorBuffer), RuntimeError> {
        let (mut tensor, mut requirements) = (null_mut(), null_mut());
        // SAFETY: the signature is live; `index` is below its number of outputs.
        let status =
            unsafe { (api.table.get_signature_output_tensor_by_index)(signature, index, &raw mut tensor) };
        api.check("LiteRtGetSignatureOutputTensorByIndex", status)?;
        // SAFETY: the compiled model is live and has this output.
        let status = unsafe {
            (api.table.get_compiled_model_output_buffer_requirements)(
                self.compiled,
                0,
                index,
                &raw mut requirements,
            )
        };
        api.check("LiteRtGetCompiledModelOutputBufferRequirements", status)?;
        // SAFETY: all handles are live.
        unsafe { tensor::buffer(api, self.environment, tensor, requirements) }
    }

    fn accelerator(&self, api: Api<'_>) -> Result<&'static str, RuntimeError> {
        let mut whole = false;
        // SAFETY: the compiled model is live.
        let status =
            unsafe { (api.table.compiled_model_is_fully_accelerated)(self.compiled, &raw mut whole) };
        api.check("LiteRtCompiledModelIsFullyAccelerated", status)?;
        Ok(if whole { "CPU (XNNPACK)" } else { "CPU (partly XNNPACK)" })
    }

    fn check(&self, call: &'static str, status: sys::Status) -> Result<(), RuntimeError> {
        check(&self.name, call, status)
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
        check_lengths(&self.name, (&self.input, input), (&self.outputs, outputs))?;
        self.locked(self.input_buffer, sys::kLiteRtTensorBufferLockModeWrite, |to| {
            // SAFETY: the buffer has at least the tensor's length (checked when
            // it was made), which is the input's length (checked above).
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
        for (&buffer, output) in self.output_buffers.iter().zip(outputs) {
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

fn empty_spec() -> TensorSpec {
    TensorSpec { name: String::new(), shape: Vec::new(), element: Element::Int8, scale: 1.0, zero_point: 0 }
}
