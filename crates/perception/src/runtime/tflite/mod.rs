//! Networks on the TensorFlow Lite C API, with an external delegate if a board has an NPU: a BSP's
//! `libtensorflowlite_c.so` and its `libvx_delegate.so`, `libethosu_delegate.so` and the like.

#![expect(unsafe_code, reason = "reads and writes tensor memory through pointers taken once")]

mod delegate;

use edgefirst_tflite::{Interpreter, Model, QuantizationParams, TensorType};

pub use delegate::DelegateSpec;

use super::library::Runtime;
use super::network::{Element, Network, Placement, TensorSpec, check_lengths};
use super::{ContractFault, InferenceFault, RuntimeError};

/// A network run by an interpreter.
pub struct TfliteNetwork {
    name: String,
    // Dropped before the model (fields drop in order).
    interpreter: Interpreter<'static>,
    _model: Box<Model<'static>>,
    input: TensorSpec,
    outputs: Vec<TensorSpec>,
    placement: Placement,
    // Tensor memory: fixed by AllocateTensors, never resized afterwards.
    input_memory: *mut u8,
    output_memory: Vec<*const u8>,
}

// SAFETY: the pointers point into the interpreter's own memory, which moves with
// it; all use is through `&mut self`.
unsafe impl Send for TfliteNetwork {}

impl TfliteNetwork {
    /// Builds an interpreter for the model in `bytes`, with `delegate` if it
    /// can be loaded, otherwise on the CPU.
    ///
    /// # Errors
    /// [`RuntimeError::Inference`] when the library refuses the model.
    pub fn build(
        runtime: Runtime,
        name: &str,
        bytes: Vec<u8>,
        threads: u32,
        delegate: Option<&DelegateSpec>,
    ) -> Result<Self, RuntimeError> {
        let library = runtime.library();
        let fail = |call: &'static str, error: edgefirst_tflite::Error| RuntimeError::Inference {
            name: name.into(),
            call,
            fault: InferenceFault::Tflite(error),
        };
        let threads = i32::try_from(threads).unwrap_or(1);
        let model = Box::new(Model::from_bytes(library, bytes).map_err(|e| fail("TfLiteModelCreate", e))?);
        let (loaded, placement) = delegate::load(name, delegate);
        let mut builder = Interpreter::builder(library)
            .map_err(|e| fail("TfLiteInterpreterOptionsCreate", e))?
            .num_threads(threads);
        if let Some(loaded) = loaded {
            builder = builder.delegate(loaded);
        }
        let mut interpreter = builder.build(&model).map_err(|e| fail("TfLiteInterpreterCreate", e))?;
        let (input, input_memory) = {
            let mut inputs = interpreter.inputs_mut().map_err(|e| fail("inputs", e))?;
            let [tensor] = inputs.as_mut_slice() else {
                return Err(RuntimeError::Contract {
                    name: name.into(),
                    fault: ContractFault::InputCount(inputs.len()),
                });
            };
            let shape = tensor.shape().map_err(|e| fail("shape", e))?;
            let element = element(name, tensor.tensor_type())?;
            let spec = spec(tensor.name(), shape, element, tensor.quantization_params());
            let memory = tensor.as_bytes_mut().map_err(|e| fail("input memory", e))?;
            require_length(name, memory.len(), &spec)?;
            (spec, memory.as_mut_ptr())
        };
        let mut outputs = Vec::new();
        let mut output_memory = Vec::new();
        for tensor in interpreter.outputs().map_err(|e| fail("outputs", e))? {
            let shape = tensor.shape().map_err(|e| fail("shape", e))?;
            let element = element(name, tensor.tensor_type())?;
            let spec = spec(tensor.name(), shape, element, tensor.quantization_params());
            let memory = tensor.as_bytes().map_err(|e| fail("output memory", e))?;
            require_length(name, memory.len(), &spec)?;
            output_memory.push(memory.as_ptr());
            outputs.push(spec);
        }
        Ok(Self {
            name: name.into(),
            interpreter,
            _model: model,
            input,
            outputs,
            placement,
            input_memory,
            output_memory,
        })
    }
}

/// Takes the parts of a tensor, because the wrapper's types for reading and writing share no trait.
fn spec(name: &str, shape: Vec<usize>, element: Element, quantisation: QuantizationParams) -> TensorSpec {
    let QuantizationParams { scale, zero_point } = quantisation;
    TensorSpec { name: name.into(), shape, element, scale, zero_point }
}

fn element(name: &str, kind: TensorType) -> Result<Element, RuntimeError> {
    match kind {
        TensorType::Int8 => Ok(Element::Int8),
        TensorType::UInt8 => Ok(Element::Uint8),
        TensorType::Float32 => Ok(Element::Float32),
        other => Err(RuntimeError::Contract {
            name: name.into(),
            fault: ContractFault::ElementType(format!("{other:?}")),
        }),
    }
}

fn require_length(name: &str, length: usize, spec: &TensorSpec) -> Result<(), RuntimeError> {
    if length == spec.byte_len() {
        return Ok(());
    }
    Err(RuntimeError::Contract {
        name: name.into(),
        fault: ContractFault::TensorLength {
            tensor: spec.name.clone(),
            bytes: length,
            needed: spec.byte_len(),
        },
    })
}

impl Network for TfliteNetwork {
    fn input(&self) -> &TensorSpec {
        &self.input
    }

    fn outputs(&self) -> &[TensorSpec] {
        &self.outputs
    }

    fn invoke(&mut self, input: &[u8], outputs: &mut [Vec<u8>]) -> Result<(), RuntimeError> {
        check_lengths(&self.name, (&self.input, input), (&self.outputs, outputs))?;
        // SAFETY: the memory has the tensor's length (checked in `build`), and so has `input`.
        unsafe { std::ptr::copy_nonoverlapping(input.as_ptr(), self.input_memory, input.len()) };
        self.interpreter.invoke().map_err(|e| RuntimeError::Inference {
            name: self.name.clone(),
            call: "TfLiteInterpreterInvoke",
            fault: InferenceFault::Tflite(e),
        })?;
        for (&memory, output) in self.output_memory.iter().zip(outputs) {
            // SAFETY: as for the input.
            unsafe { std::ptr::copy_nonoverlapping(memory, output.as_mut_ptr(), output.len()) };
        }
        Ok(())
    }

    fn placement(&self) -> &Placement {
        &self.placement
    }
}
