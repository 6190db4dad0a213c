//! Networks on the classic TensorFlow Lite C API, with an external delegate
//! where a board has one: a BSP's `libtensorflowlite_c.so` and its
//! `libvx_delegate.so`, `libethosu_delegate.so` and the like.

#![expect(unsafe_code, reason = "reads and writes tensor memory through pointers taken once")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use edgefirst_tflite::{Delegate, DelegateOptions, Interpreter, Model, QuantizationParams, TensorType};

use super::RuntimeError;
use super::library::Runtime;
use super::network::{Element, Network, Placement, TensorSpec};

/// An external delegate: the way to an NPU on the classic API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DelegateSpec {
    /// Shared library that exports `tflite_plugin_create_delegate`.
    pub library: PathBuf,
    /// Options passed as they are.
    pub options: BTreeMap<String, String>,
}

/// A network run by an interpreter.
pub struct ClassicNetwork {
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

// SAFETY: the pointers lead into the interpreter's own memory, which moves with
// it; all use is through `&mut self`.
unsafe impl Send for ClassicNetwork {}

impl ClassicNetwork {
    /// Builds an interpreter for the model in `bytes`, with `delegate` when it
    /// can be had, else on the CPU.
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
        let fail = |what: &'static str, e: edgefirst_tflite::Error| RuntimeError::Inference {
            name: name.into(),
            what,
            reason: e.to_string(),
        };
        let threads = i32::try_from(threads).unwrap_or(1);
        let model = Box::new(Model::from_bytes(library, bytes).map_err(|e| fail("TfLiteModelCreate", e))?);
        let (loaded, placement) = choose_delegate(name, delegate);
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
                    reason: format!("it has {} inputs, one is needed", inputs.len()),
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

/// The delegate that was asked for; when it can't be loaded, none, and the
/// placement says so.
///
/// The wrapper's `Delegate::xnnpack` is never used: it takes an options struct
/// by value whose size differs between releases of the library, so with any
/// other release than the wrapper's own it reads or writes beyond it. Libraries
/// since 2.8 put XNNPACK on the CPU's share by themselves.
fn choose_delegate(name: &str, wanted: Option<&DelegateSpec>) -> (Option<Delegate>, Placement) {
    const CPU: &str = "CPU (the library's own kernels)";
    let Some(spec) = wanted else {
        return (None, Placement { asked: "CPU".into(), actual: CPU.into(), fell_back: false });
    };
    let asked = spec.library.display().to_string();
    let options =
        spec.options.iter().fold(DelegateOptions::new(), |all, (key, value)| all.option(key, value));
    match Delegate::load_with_options(&spec.library, &options) {
        Ok(delegate) => {
            let placement = Placement { asked: asked.clone(), actual: asked, fell_back: false };
            (Some(delegate), placement)
        }
        Err(error) => {
            tracing::warn!(
                model = name,
                delegate = asked,
                %error,
                "the delegate can't be loaded: this model runs on the CPU"
            );
            (None, Placement { asked, actual: CPU.into(), fell_back: true })
        }
    }
}

/// The wrapper's tensors for reading and for writing share no trait, so this takes
/// their parts.
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
            reason: format!("a tensor has type {other:?}; int8, uint8 or float32 is needed"),
        }),
    }
}

fn require_length(name: &str, length: usize, spec: &TensorSpec) -> Result<(), RuntimeError> {
    if length == spec.byte_len() {
        return Ok(());
    }
    Err(RuntimeError::Contract {
        name: name.into(),
        reason: format!("tensor {} has {length} bytes, its shape needs {}", spec.name, spec.byte_len()),
    })
}

impl Network for ClassicNetwork {
    fn input(&self) -> &TensorSpec {
        &self.input
    }

    fn outputs(&self) -> &[TensorSpec] {
        &self.outputs
    }

    fn invoke(&mut self, input: &[u8], outputs: &mut [Vec<u8>]) -> Result<(), RuntimeError> {
        assert_eq!(input.len(), self.input.byte_len(), "the caller fills the whole input");
        // SAFETY: the memory has exactly the input's length (checked in `build`).
        unsafe { std::ptr::copy_nonoverlapping(input.as_ptr(), self.input_memory, input.len()) };
        self.interpreter.invoke().map_err(|e| RuntimeError::Inference {
            name: self.name.clone(),
            what: "TfLiteInterpreterInvoke",
            reason: e.to_string(),
        })?;
        for ((&memory, spec), output) in self.output_memory.iter().zip(&self.outputs).zip(outputs) {
            assert_eq!(output.len(), spec.byte_len(), "the caller sizes the outputs");
            // SAFETY: as for the input.
            unsafe { std::ptr::copy_nonoverlapping(memory, output.as_mut_ptr(), output.len()) };
        }
        Ok(())
    }

    fn placement(&self) -> &Placement {
        &self.placement
    }
}
