//! The one trait both runtimes share.

use super::{InferenceFault, RuntimeError};

/// Element type of a tensor. Other types are refused when a model is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Element {
    /// Signed 8-bit, quantised.
    Int8,
    /// Unsigned 8-bit, quantised.
    Uint8,
    /// 32-bit float, little endian.
    Float32,
}

impl Element {
    /// Bytes of one element.
    pub const fn bytes(self) -> usize {
        match self {
            Self::Int8 | Self::Uint8 => 1,
            Self::Float32 => 4,
        }
    }
}

/// A tensor's description: read from the model file, checked against the manifest.
#[derive(Debug, Clone, PartialEq)]
pub struct TensorSpec {
    /// Name inside the model file.
    pub name: String,
    /// Dimensions, outermost first.
    pub shape: Vec<usize>,
    /// Element type.
    pub element: Element,
    /// Real value = (stored - zero point) * scale; scale 1, zero point 0 for floats.
    pub scale: f32,
    /// See `scale`.
    pub zero_point: i32,
}

impl TensorSpec {
    /// Number of elements.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether a dimension is zero.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of bytes.
    pub fn byte_len(&self) -> usize {
        self.len() * self.element.bytes()
    }
}

/// The hardware that a network really runs on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// The accelerator requested.
    pub asked: String,
    /// The accelerator in use, as far as the runtime reports it.
    pub actual: String,
    /// Whether the two differ.
    pub fell_back: bool,
}

/// A compiled network with one input.
pub trait Network: Send {
    /// The input tensor.
    fn input(&self) -> &TensorSpec;

    /// The output tensors, in the model's own order.
    fn outputs(&self) -> &[TensorSpec];

    /// Runs once. `input` must have the input's byte length; each of `outputs` the byte length of
    /// its tensor. Allocates nothing on the Rust side.
    ///
    /// # Errors
    /// [`RuntimeError::Inference`] with the runtime's own status.
    fn invoke(&mut self, input: &[u8], outputs: &mut [Vec<u8>]) -> Result<(), RuntimeError>;

    /// Where it runs.
    fn placement(&self) -> &Placement;
}

/// Checks the caller's buffers against the tensors, because the runtimes copy between them without
/// a check.
///
/// # Errors
/// [`InferenceFault::CallerLength`] naming the tensor.
pub(super) fn check_lengths(
    name: &str,
    (input, from): (&TensorSpec, &[u8]),
    (outputs, to): (&[TensorSpec], &[Vec<u8>]),
) -> Result<(), RuntimeError> {
    let given = |index: usize| to.get(index).map_or(0, Vec::len);
    let lengths = outputs.iter().enumerate().map(|(index, spec)| (spec, given(index)));
    for (spec, bytes) in std::iter::once((input, from.len())).chain(lengths) {
        if bytes != spec.byte_len() {
            return Err(RuntimeError::Inference {
                name: name.into(),
                call: "copying tensors",
                fault: InferenceFault::CallerLength {
                    tensor: spec.name.clone(),
                    bytes,
                    needed: spec.byte_len(),
                },
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(name: &str, length: usize) -> TensorSpec {
        TensorSpec {
            name: name.into(),
            shape: vec![length],
            element: Element::Int8,
            scale: 1.0,
            zero_point: 0,
        }
    }

    #[test]
    fn memory_of_another_length_is_refused_and_the_tensor_named() {
        let (input, outputs) = (spec("image", 4), [spec("box", 3), spec("score", 1)]);
        let check = |from: usize, to: &[usize]| {
            let to: Vec<Vec<u8>> = to.iter().map(|&length| vec![0; length]).collect();
            check_lengths("mesh", (&input, &vec![0; from]), (&outputs, &to)).map_err(|e| e.to_string())
        };
        assert_eq!(check(4, &[3, 1]), Ok(()));
        for (from, to, tensor) in
            [(3, &[3, 1][..], "image"), (5, &[3, 1], "image"), (4, &[3, 2], "score"), (4, &[3], "score")]
        {
            let error = check(from, to).unwrap_err();
            assert!(error.contains("mesh") && error.contains(tensor), "{from} {to:?}: {error}");
        }
    }
}
