"""A float32 graph and the saved ranges of its activations make a full-integer int8 graph.

Rules of TFLite's 8-bit quantisation specification: activations are asymmetric with one scale per
tensor; weights symmetric with one scale per output channel (fully connected: one per tensor);
biases int32. Pooling, reshaping, padding, concatenation and maximum share one scale over inputs
and output. Only IEEE arithmetic on saved numbers, so that every machine makes the same bytes.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import tflite_schema as S

from . import graph as tfl
from .graph import B

Ranges = dict[str, list[float]]
Scale = tuple[np.float32, int]

ONE_SCALE = {B.MAX_POOL_2D, B.AVERAGE_POOL_2D, B.RESHAPE, B.PAD, B.CONCATENATION}
CHANNEL_DIMENSION = {B.CONV_2D: 0, B.DEPTHWISE_CONV_2D: 3, B.FULLY_CONNECTED: 0}
# The version of each operator that first took int8.
INT8_VERSION = {
    B.ADD: 2,
    B.AVERAGE_POOL_2D: 2,
    B.CONCATENATION: 2,
    B.CONV_2D: 3,
    B.DEPTHWISE_CONV_2D: 3,
    B.FULLY_CONNECTED: 4,
    B.LOGISTIC: 2,
    B.MAXIMUM: 2,
    B.MAX_POOL_2D: 2,
    B.MEAN: 2,
    B.MUL: 2,
    B.PAD: 2,
    B.RESHAPE: 1,
    B.SUB: 2,
}
# The specification fixes the scale of what LOGISTIC gives: 0 to 255/256.
LOGISTIC_SCALE: Scale = (np.float32(1 / 256), -128)
# MAXIMUM's input may share the output's scale up to this ratio of their widths; beyond it, the
# input is requantised (it saturates, which a maximum does not see) and the output keeps its steps.
SHARED_MAXIMUM_RATIO = 1.5
# Channels whose weights are all but zero still need a scale that keeps the bias inside int32.
SMALLEST_CHANNEL = 1e-4
SMALLEST_STEP = 1e-9


def lines(ranges: Ranges) -> str:
    """The ranges as they are kept in models/calibration: JSON with a line for each tensor."""
    body = ",\n".join(f"  {json.dumps(name)}: {json.dumps(ends)}" for name, ends in ranges.items())
    return "{\n" + body + "\n}\n"


def quantise(model: Any, ranges: Ranges) -> Any:
    """The int8 model. `ranges` maps the name of each computed tensor to its [lowest, highest]."""
    return _Quantiser(model, ranges).run()


class _Quantiser:
    """Tensor indices, names and scales of the one graph while it is rewritten."""

    def __init__(self, model: Any, ranges: Ranges) -> None:
        self.model = model
        self.ranges = ranges
        self.graph = model.subgraphs[0]
        self.tensors = self.graph.tensors
        self.names = [tensor.name.decode() for tensor in self.tensors]
        self.computed = [
            tensor.type == S.TensorType.FLOAT32 and tfl.constant(model, tensor) is None
            for tensor in self.tensors
        ]
        self.parent = list(range(len(self.tensors)))
        self.scales: dict[int, Scale] = {}

    def run(self) -> Any:
        for op in self.graph.operators:
            self._share_scales(op)
        self._choose_scales()
        ops: list[Any] = []
        for op in list(self.graph.operators):
            ops += self._rewritten(op)
        for tensor, scale in self.scales.items():
            self.tensors[tensor].type = S.TensorType.INT8
            self._set_scale(tensor, *scale)
        self.graph.operators = ops
        return tfl.add_signature(tfl.tidy(self.model))

    def _root(self, tensor: int) -> int:
        while self.parent[tensor] != tensor:
            tensor = self.parent[tensor]
        return tensor

    def _share_scales(self, op: Any) -> None:
        """Joins the tensors that must have one scale (union-find over their indices)."""
        builtin = tfl.code(self.model, op)
        output = int(op.outputs[0])
        if builtin == B.MAXIMUM:
            limit = SHARED_MAXIMUM_RATIO * self._width(output)
            joined = [int(i) for i in op.inputs if self.computed[i] and self._width(int(i)) <= limit]
        elif builtin in ONE_SCALE:
            joined = [int(i) for i in [*op.inputs, *op.outputs] if self.computed[i]]
        else:
            joined = []
        for tensor in joined:
            self.parent[self._root(tensor)] = self._root(output)

    def _range(self, tensor: int) -> list[float]:
        name = self.names[tensor]
        if name not in self.ranges:
            raise SystemExit(f"calibration has no range for tensor {name}: measure it and add it")
        return self.ranges[name]

    def _width(self, tensor: int) -> float:
        low, high = self._range(tensor)
        return max(high, 0) - min(low, 0)

    def _choose_scales(self) -> None:
        widest: dict[int, list[float]] = {}
        activations = [i for i, computed in enumerate(self.computed) if computed]
        for tensor in activations:
            low, high = self._range(tensor)
            group = widest.setdefault(self._root(tensor), [0.0, 0.0])
            group[:] = [min(group[0], low), max(group[1], high)]
        for tensor in activations:
            self.scales[tensor] = _asymmetric(*widest[self._root(tensor)])
        for op in self.graph.operators:
            if tfl.code(self.model, op) == B.LOGISTIC:
                self.scales[int(op.outputs[0])] = LOGISTIC_SCALE

    def _rewritten(self, op: Any) -> list[Any]:
        """The operator over int8 tensors, after any requantisation it needs."""
        builtin = tfl.code(self.model, op)
        if builtin not in INT8_VERSION:
            name = tfl.OPERATOR_NAMES[builtin]
            raise SystemExit(f"{name} has no int8 rule here: add it to converter/quantise.py")
        before: list[Any] = []
        if builtin in CHANNEL_DIMENSION:
            op.inputs = self._weighted(op, builtin)
        elif builtin == B.MAXIMUM:
            before, op.inputs = self._requantised(op)
        op.opcodeIndex = tfl.opcode(self.model, builtin, INT8_VERSION[builtin])
        return [*before, op]

    def _weighted(self, op: Any, builtin: int) -> list[int]:
        x, weights, bias = (int(i) for i in op.inputs)
        values = tfl.values_of(self.model, self.tensors[weights]).astype(np.float64)
        dimension = CHANNEL_DIMENSION[builtin]
        steps = _channel_steps(values, dimension, one_step=builtin == B.FULLY_CONNECTED)
        shape = [1] * values.ndim
        shape[dimension] = len(steps)
        whole = np.rint(values / steps.astype(np.float64).reshape(shape))
        int8 = np.clip(whole, -127, 127).astype(np.int8)
        new_weights = self._add_constant(weights, "_q", int8, steps, dimension)
        bias_steps = (np.float32(self.scales[x][0]) * steps).astype(np.float32)
        exact = tfl.values_of(self.model, self.tensors[bias]).astype(np.float64)
        whole = np.rint(exact / bias_steps.astype(np.float64))
        int32 = np.clip(whole, -(2**31) + 1, 2**31 - 1).astype(np.int32)
        return [x, new_weights, self._add_constant(bias, f"_q{weights}", int32, bias_steps, 0)]

    def _add_constant(
        self, source: int, suffix: str, values: np.ndarray, steps: np.ndarray, dimension: int
    ) -> int:
        name = self.names[source] + suffix
        tensor = tfl.new_tensor(self.model, name, self.tensors[source].shape, values)
        self._set_scale(tensor, steps, np.zeros(len(steps), np.int64), dimension)
        return tensor

    def _requantised(self, op: Any) -> tuple[list[Any], list[int]]:
        output = int(op.outputs[0])
        before, inputs = [], []
        for tensor in (int(i) for i in op.inputs):
            if self.scales[tensor] != self.scales[output]:
                name = f"{self.names[tensor]}/requant{output}"
                same = tfl.new_tensor(self.model, name, self.tensors[tensor].shape, dtype=np.int8)
                self._set_scale(same, *self.scales[output])
                before.append(tfl.new_operator(self.model, B.QUANTIZE, [tensor], [same]))
                tensor = same
            inputs.append(tensor)
        return before, inputs

    def _set_scale(self, tensor: int, steps: Any, zero_points: Any, dimension: int = 0) -> None:
        parameters = S.QuantizationParametersT()
        parameters.scale = np.atleast_1d(np.asarray(steps, np.float32))
        parameters.zeroPoint = np.atleast_1d(np.asarray(zero_points, np.int64))
        parameters.quantizedDimension = dimension
        self.tensors[tensor].quantization = parameters


def _asymmetric(low: float, high: float) -> Scale:
    """Step and zero point that cover [low, high] and give zero exactly."""
    low, high = min(float(low), 0.0), max(float(high), 0.0)
    step = max((high - low) / 255.0, SMALLEST_STEP)
    zero_point = int(np.clip(np.rint(-128 - low / step), -128, 127))
    return np.float32(step), zero_point


def _channel_steps(values: np.ndarray, dimension: int, one_step: bool) -> np.ndarray:
    others = tuple(axis for axis in range(values.ndim) if axis != dimension)
    largest = np.abs(values).max(others)
    if one_step:
        largest = largest.max(keepdims=True)
    floor = max(largest.max() * SMALLEST_CHANNEL, SMALLEST_STEP)
    return (np.maximum(largest, floor) / 127).astype(np.float32)
