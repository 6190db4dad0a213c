"""Reads the parts of an ONNX file that the converter needs: nodes, constants, input and output.

The `onnx` package would bring protobuf and ml_dtypes, compiled for each Python, for what is a list
of numbered fields. So this reads protobuf's wire format itself. Field numbers are those of
`onnx.proto3`. Sub-graphs, external data and other types of numbers are refused, never skipped.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import NoReturn

import numpy as np

Attribute = int | float | str | list[int] | list[float] | np.ndarray
Fields = dict[int, list["int | bytes"]]

NUMPY_TYPES = {1: np.float32, 2: np.uint8, 3: np.int8, 6: np.int32, 7: np.int64, 11: np.float64}
_FLOAT, _INT32, _INT64, _DOUBLE = 1, 6, 7, 11
# Where a tensor keeps its numbers when it does not keep them as raw bytes.
TYPED_FIELD = {_FLOAT: 4, _INT32: 5, _INT64: 7, _DOUBLE: 10}
RAW_DATA = 9
EXTERNAL = 1  # TensorProto.DataLocation
# Types of attributes (AttributeProto.AttributeType).
A_FLOAT, A_INT, A_STRING, A_TENSOR, A_FLOATS, A_INTS = 1, 2, 3, 4, 6, 7
VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


@dataclass(frozen=True)
class Node:
    """One operator: which, over which values, and what it makes."""

    kind: str
    inputs: list[str]
    outputs: list[str]
    attributes: dict[str, Attribute]


@dataclass(frozen=True)
class Network:
    """A graph with one picture as its input and one output."""

    nodes: list[Node]
    constants: dict[str, np.ndarray]
    input: str
    shape: list[int]  # of the input: batch, channels, height, width
    output: str


def read(data: bytes, name: str) -> Network:
    """The network in the bytes of an ONNX file; `name` is for messages."""
    try:
        graph = _fields(_only(_fields(data), 7))
        constants = dict(_tensor(_bytes(raw)) for raw in graph.get(5, []))
        nodes = [_node(_bytes(raw)) for raw in graph.get(1, [])]
        inputs = [_value(_bytes(raw)) for raw in graph.get(11, [])]
        outputs = [_value(_bytes(raw)) for raw in graph.get(12, [])]
    except (IndexError, KeyError, struct.error) as error:
        _fail(f"{name} is not an ONNX file that can be read here ({error!r}): fetch it again")
    # Files of before 2019 list the constants among the inputs too, even ones that are gone.
    used = {name for node in nodes for name in node.inputs} - constants.keys()
    inputs = [value for value in inputs if value[0] in used]
    if len(inputs) != 1 or len(outputs) != 1 or len(inputs[0][1]) != 4:
        _fail(f"{name} must take one picture and give one output, found {inputs} and {outputs}")
    return Network(nodes, constants, *inputs[0], outputs[0][0])


def _fields(message: bytes) -> Fields:
    """The fields of a protobuf message by number: integers, or the bytes of everything else."""
    fields: Fields = {}
    position = 0
    while position < len(message):
        key, position = _varint(message, position)
        number, wire = key >> 3, key & 7
        value: int | bytes
        if wire == VARINT:
            value, position = _varint(message, position)
        else:
            if wire == BYTES:
                size, position = _varint(message, position)
            elif wire in (FIXED32, FIXED64):
                size = 4 if wire == FIXED32 else 8
            else:
                raise KeyError(f"wire type {wire}")
            value = message[position : position + size]
            if len(value) != size:
                raise IndexError("cut off")
            position += size
        fields.setdefault(number, []).append(value)
    return fields


def _varint(message: bytes, position: int) -> tuple[int, int]:
    """The integer at `position` and the position after it."""
    value = shift = 0
    while True:
        byte = message[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7


def _signed(value: int) -> int:
    return value - (1 << 64) if value >= 1 << 63 else value


def _bytes(value: int | bytes) -> bytes:
    if isinstance(value, int):
        raise KeyError("a number where a message belongs")
    return value


def _only(fields: Fields, number: int) -> bytes:
    return _bytes(fields[number][0])


def _text(fields: Fields, number: int) -> str:
    return _only(fields, number).decode() if number in fields else ""


def _integers(fields: Fields, number: int) -> list[int]:
    """A repeated int64, packed into one field or not."""
    values: list[int] = []
    for field in fields.get(number, []):
        if isinstance(field, int):
            values.append(_signed(field))
            continue
        position = 0
        while position < len(field):
            value, position = _varint(field, position)
            values.append(_signed(value))
    return values


def _numbers(fields: Fields, number: int, dtype: type) -> np.ndarray:
    """A repeated float or double, packed into one field or not."""
    return np.frombuffer(b"".join(_bytes(f) for f in fields.get(number, [])), dtype)


def _tensor(message: bytes) -> tuple[str, np.ndarray]:
    """A constant with its name."""
    fields = _fields(message)
    kind = _integers(fields, 2)[0]
    name = _text(fields, 8)
    if kind not in NUMPY_TYPES:
        _fail(f"constant {name} has ONNX type {kind}: add it to converter/onnx_file.py")
    if _integers(fields, 14) == [EXTERNAL]:
        _fail(f"constant {name} lies in another file: use a file that holds its constants")
    if RAW_DATA in fields:
        values = np.frombuffer(_only(fields, RAW_DATA), NUMPY_TYPES[kind])
    elif kind in (_FLOAT, _DOUBLE):
        values = _numbers(fields, TYPED_FIELD[kind], NUMPY_TYPES[kind])
    elif kind in TYPED_FIELD:
        values = np.array(_integers(fields, TYPED_FIELD[kind]), NUMPY_TYPES[kind])
    else:
        _fail(f"constant {name} of ONNX type {kind} is not stored as raw bytes")
    return name, values.reshape(_integers(fields, 1))


def _node(message: bytes) -> Node:
    fields = _fields(message)
    names = [[_bytes(n).decode() for n in fields.get(number, [])] for number in (1, 2)]
    attributes = dict(_attribute(_bytes(raw)) for raw in fields.get(5, []))
    return Node(_text(fields, 4), *names, attributes)


def _attribute(message: bytes) -> tuple[str, Attribute]:
    fields = _fields(message)
    name, kind = _text(fields, 1), _integers(fields, 20)[0]
    if kind == A_FLOAT:
        return name, float(_numbers(fields, 2, np.float32)[0])
    if kind == A_INT:
        return name, (_integers(fields, 3) or [0])[0]
    if kind == A_STRING:
        return name, _text(fields, 4)
    if kind == A_TENSOR:
        return name, _tensor(_only(fields, 5))[1]
    if kind == A_FLOATS:
        return name, _numbers(fields, 7, np.float32).tolist()
    if kind == A_INTS:
        return name, _integers(fields, 8)
    _fail(f"attribute {name} has ONNX type {kind}: add it to converter/onnx_file.py")


def _value(message: bytes) -> tuple[str, list[int]]:
    """Name and shape of a graph's input or output; 0 for a dimension that the file leaves open."""
    fields = _fields(message)
    shape: list[int] = []
    if 2 in fields:
        kind = _fields(_only(fields, 2))
        dimensions = _fields(_only(_fields(_only(kind, 1)), 2)).get(1, [])
        shape = [(_integers(_fields(_bytes(d)), 1) or [0])[0] for d in dimensions]
    return _text(fields, 1), shape


def _fail(message: str) -> NoReturn:
    raise SystemExit(message)
