//! LiteRT's tensors: the description of each, and a buffer for its values.

use std::ffi::{CStr, c_char};
use std::ptr::null_mut;

use edgefirst_tflite_sys::litert as sys;

use super::api::Api;
use crate::runtime::network::{Element, TensorSpec};
use crate::runtime::{ContractFault, InferenceFault, RuntimeError};

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

type GetQuantisation = unsafe extern "C" fn(sys::Tensor, *mut PerTensor) -> sys::Status;
type GetName = unsafe extern "C" fn(sys::Tensor, *mut *const c_char) -> sys::Status;

/// Describes `tensor` and creates a buffer for it. The caller destroys the buffer.
///
/// # Safety
/// All three handles must be live.
pub(super) unsafe fn buffer(
    api: Api<'_>,
    environment: sys::Environment,
    tensor: sys::Tensor,
    requirements: sys::TensorBufferRequirements,
) -> Result<(TensorSpec, sys::TensorBuffer), RuntimeError> {
    // SAFETY: plain numbers; all zero is a valid value to be overwritten.
    let mut kind = unsafe { std::mem::zeroed::<sys::RankedTensorType>() };
    // SAFETY: the tensor is live.
    let status = unsafe { (api.table.get_ranked_tensor_type)(tensor, &raw mut kind) };
    api.check("LiteRtGetRankedTensorType", status)?;
    // SAFETY: the tensor is live.
    let spec = unsafe { spec(api, tensor, &kind) }?;
    let mut buffer: sys::TensorBuffer = null_mut();
    // SAFETY: environment and requirements are live; the new handle is ours.
    let status = unsafe {
        (api.table.create_managed_tensor_buffer_from_requirements)(
            environment,
            &raw const kind,
            requirements,
            &raw mut buffer,
        )
    };
    api.check("LiteRtCreateManagedTensorBuffer", status)?;
    let mut bytes = 0;
    // SAFETY: the buffer was just created.
    let status = unsafe { (api.table.get_tensor_buffer_size)(buffer, &raw mut bytes) };
    let sized = api.check("LiteRtGetTensorBufferSize", status).and_then(|()| {
        let needed = spec.byte_len();
        if bytes >= needed {
            return Ok(());
        }
        Err(RuntimeError::Inference {
            name: api.model.into(),
            call: "LiteRtGetTensorBufferSize",
            fault: InferenceFault::SmallBuffer { bytes, needed },
        })
    });
    if let Err(error) = sized {
        // SAFETY: created above, and nobody else has it.
        unsafe { (api.table.destroy_tensor_buffer)(buffer) };
        return Err(error);
    }
    Ok((spec, buffer))
}

/// # Safety
/// `tensor` must be live.
unsafe fn spec(
    api: Api<'_>,
    tensor: sys::Tensor,
    kind: &sys::RankedTensorType,
) -> Result<TensorSpec, RuntimeError> {
    let misfit = |fault: ContractFault| RuntimeError::Contract { name: api.model.into(), fault };
    let element = match kind.element_type {
        ELEMENT_FLOAT32 => Element::Float32,
        ELEMENT_UINT8 => Element::Uint8,
        ELEMENT_INT8 => Element::Int8,
        other => return Err(misfit(ContractFault::ElementType(other.to_string()))),
    };
    let rank = (kind.layout.rank() as usize).min(kind.layout.dimensions.len());
    let sizes = kind.layout.dimensions[..rank].iter().map(|&dimension| {
        let size = usize::try_from(dimension).ok().filter(|&size| size > 0);
        size.ok_or_else(|| misfit(ContractFault::Dimension(dimension.into())))
    });
    let shape = sizes.collect::<Result<_, _>>()?;
    // SAFETY: the type is that of `litert_model.h`.
    let name_of: GetName = unsafe { api.symbol("LiteRtGetTensorName", b"LiteRtGetTensorName\0") }?;
    let mut name = std::ptr::null();
    // SAFETY: the tensor is live; the text belongs to the model.
    let status = unsafe { name_of(tensor, &raw mut name) };
    api.check("LiteRtGetTensorName", status)?;
    let name = if name.is_null() {
        String::new()
    } else {
        // SAFETY: LiteRT gives a NUL-terminated text that lives as long as the model.
        unsafe { CStr::from_ptr(name) }.to_string_lossy().into_owned()
    };
    let mut quantisation = PerTensor { scale: 1.0, zero_point: 0 };
    if element != Element::Float32 {
        const CALL: &str = "LiteRtGetPerTensorQuantization";
        // SAFETY: the type is that of `litert_model.h`.
        let get: GetQuantisation = unsafe { api.symbol(CALL, b"LiteRtGetPerTensorQuantization\0") }?;
        // SAFETY: the tensor is live; the struct has LiteRT's layout.
        let status = unsafe { get(tensor, &raw mut quantisation) };
        api.check(CALL, status)?;
    }
    Ok(TensorSpec {
        name,
        shape,
        element,
        scale: quantisation.scale,
        zero_point: i32::try_from(quantisation.zero_point).unwrap_or(0),
    })
}
