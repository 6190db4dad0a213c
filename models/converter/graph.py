"""A TFLite model as schema objects: read it, write it, add tensors and operators, tidy it."""

from __future__ import annotations

import collections
from typing import Any

import flatbuffers
import numpy as np
import tflite_schema as S

B = S.BuiltinOperator
NUMPY_TYPES = {
    S.TensorType.FLOAT32: np.float32,
    S.TensorType.FLOAT16: np.float16,
    S.TensorType.INT32: np.int32,
    S.TensorType.INT8: np.int8,
    S.TensorType.UINT8: np.uint8,
    S.TensorType.INT64: np.int64,
}
SCHEMA_TYPES = {np.dtype(v): k for k, v in NUMPY_TYPES.items()}
OPERATOR_NAMES = {v: k for k, v in B.__dict__.items() if isinstance(v, int)}
FILE_IDENTIFIER = b"TFL3"


def parse(data: bytes) -> Any:
    """The model in `data`, as mutable schema objects."""
    return S.ModelT.InitFromObj(S.Model.GetRootAs(data, 0))


def pack(model: Any) -> bytes:
    """The bytes of the `.tflite` file; the same objects always give the same bytes."""
    builder = flatbuffers.Builder(1 << 20)
    builder.Finish(model.Pack(builder), FILE_IDENTIFIER)
    return bytes(builder.Output())


def reparse(model: Any) -> Any:
    """The model as a reader of its file sees it, with every default filled in."""
    return parse(pack(model))


def code(model: Any, op: Any) -> int:
    """Which builtin `op` is. Files of before 2020 fill `deprecatedBuiltinCode` only."""
    entry = model.operatorCodes[op.opcodeIndex]
    return max(entry.builtinCode, entry.deprecatedBuiltinCode)


def opcode(model: Any, builtin: int, version: int = 1) -> int:
    """The index of `builtin` in the model's operator table, which gains it when it is missing."""
    for index, entry in enumerate(model.operatorCodes):
        if max(entry.builtinCode, entry.deprecatedBuiltinCode) == builtin:
            entry.version = max(entry.version, version)
            return index
    entry = S.OperatorCodeT()
    entry.builtinCode = builtin
    entry.deprecatedBuiltinCode = min(builtin, 127)  # 127 says "look in builtinCode"
    entry.version = version
    model.operatorCodes.append(entry)
    return len(model.operatorCodes) - 1


def constant(model: Any, tensor: Any) -> np.ndarray | None:
    """The values of a constant tensor, or None for one that is computed."""
    data = model.buffers[tensor.buffer].data
    if data is None or len(data) == 0:
        return None
    shape = [int(x) for x in tensor.shape]
    return np.frombuffer(bytes(data), NUMPY_TYPES[tensor.type]).reshape(shape)


def values_of(model: Any, tensor: Any) -> np.ndarray:
    """The values of a tensor that must be constant: weights, biases, slopes."""
    values = constant(model, tensor)
    if values is None:
        raise SystemExit(f"tensor {tensor.name.decode()} is computed, but must be constant here")
    return values


def new_buffer(model: Any, values: np.ndarray) -> int:
    """Appends a buffer that holds `values` and gives its index."""
    buffer = S.BufferT()
    buffer.data = np.frombuffer(np.ascontiguousarray(values).tobytes(), np.uint8)
    model.buffers.append(buffer)
    return len(model.buffers) - 1


def new_tensor(
    model: Any,
    name: str,
    shape: Any,
    values: np.ndarray | None = None,
    dtype: type = np.float32,
) -> int:
    """Appends a tensor, constant when `values` are given, and gives its index."""
    graph = model.subgraphs[0]
    tensor = S.TensorT()
    tensor.name = name.encode()
    tensor.shape = [int(x) for x in shape]
    tensor.type = SCHEMA_TYPES[np.dtype(values.dtype if values is not None else dtype)]
    tensor.buffer = new_buffer(model, values) if values is not None else 0
    graph.tensors.append(tensor)
    return len(graph.tensors) - 1


def new_operator(
    model: Any,
    builtin: int,
    inputs: Any,
    outputs: Any,
    options: Any = None,
    options_type: int = 0,
) -> Any:
    """An operator over tensor indices; the caller puts it where it belongs in the order."""
    op = S.OperatorT()
    op.opcodeIndex = opcode(model, builtin)
    op.inputs = [int(i) for i in inputs]
    op.outputs = [int(i) for i in outputs]
    op.builtinOptions = options
    op.builtinOptionsType = options_type
    return op


def tidy(model: Any) -> Any:
    """Drops what nothing uses (tensors, buffers, operator codes, metadata) and makes names unique."""
    _keep_used_tensors(model)
    _keep_used_buffers(model)
    _keep_used_operator_codes(model)
    model.metadata = None
    model.metadataBuffer = None
    seen: collections.Counter[str] = collections.Counter()
    for tensor in model.subgraphs[0].tensors:
        name = tensor.name.decode()
        seen[name] += 1
        if seen[name] > 1:
            tensor.name = f"{name}__{seen[name]}".encode()
        tensor.shape = [int(x) for x in tensor.shape]
    return model


def _keep_used_tensors(model: Any) -> None:
    graph = model.subgraphs[0]
    used = [int(i) for i in list(graph.inputs) + list(graph.outputs)]
    for op in graph.operators:
        used += [int(i) for i in list(op.inputs) + list(op.outputs) if i >= 0]
    order = sorted(set(used))
    moved = {old: new for new, old in enumerate(order)}
    moved[-1] = -1  # an optional input that is left out
    graph.tensors = [graph.tensors[i] for i in order]
    graph.inputs = [moved[int(i)] for i in graph.inputs]
    graph.outputs = [moved[int(i)] for i in graph.outputs]
    for op in graph.operators:
        op.inputs = [moved[int(i)] for i in op.inputs]
        op.outputs = [moved[int(i)] for i in op.outputs]


def _keep_used_buffers(model: Any) -> None:
    buffers = [S.BufferT()]  # buffer 0 is empty by TFLite's convention
    for tensor in model.subgraphs[0].tensors:
        data = model.buffers[tensor.buffer].data
        tensor.sparsity = None
        tensor.shapeSignature = None
        tensor.buffer = 0
        if data is not None and len(data):
            buffer = S.BufferT()
            buffer.data = data
            buffers.append(buffer)
            tensor.buffer = len(buffers) - 1
    model.buffers = buffers


def _keep_used_operator_codes(model: Any) -> None:
    codes: list[Any] = []
    moved: dict[int, int] = {}
    for op in model.subgraphs[0].operators:
        if op.opcodeIndex not in moved:
            moved[op.opcodeIndex] = len(codes)
            codes.append(model.operatorCodes[op.opcodeIndex])
        op.opcodeIndex = moved[op.opcodeIndex]
    for entry in codes:
        builtin = max(entry.builtinCode, entry.deprecatedBuiltinCode)
        entry.builtinCode, entry.deprecatedBuiltinCode = builtin, min(builtin, 127)
    model.operatorCodes = codes


def add_signature(model: Any, key: str = "serving_default") -> Any:
    """Names inputs and outputs for runtimes that address tensors by signature, as LiteRT does."""
    graph = model.subgraphs[0]
    signature = S.SignatureDefT()
    signature.signatureKey = key.encode()
    signature.subgraphIndex = 0
    signature.inputs, signature.outputs = [], []
    for entries, tensors in ((signature.inputs, graph.inputs), (signature.outputs, graph.outputs)):
        for index in tensors:
            entry = S.TensorMapT()
            entry.name = graph.tensors[index].name
            entry.tensorIndex = int(index)
            entries.append(entry)
    model.signatureDefs = [signature]
    return model
