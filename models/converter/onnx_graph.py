"""Writes an ONNX network of convolutions as float32 TFLite.

A linear layer is not written until something needs its result. A BatchNormalization after it goes into
its weights, and so does a second matrix. The input's normalisation goes into the weights after it. So
does a BatchNormalization that follows an activation. What ONNX computes from constants alone
(block-quantised weights, shapes) is computed here.

ONNX counts batch, channels, height, width; TFLite batch, height, width, channels. An operator
without a method here is refused. All sums round once (`math.fsum`), so that every CPU makes the
same bytes.
"""

from __future__ import annotations

import collections
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NoReturn

import numpy as np

from .builder import Builder
from .onnx_file import Network, Node

# A pixel of the int8 input stands for itself minus this; border pixels are this grey.
PIXEL_ZERO = 128
# The network's own zero may be this far from PIXEL_ZERO. The first bias makes up for the difference, but
# not at the picture's border, which ONNX pads with its own zero: half a grey step remains there.
MOST_SHIFT = 0.5


@dataclass(frozen=True)
class _Linear:
    """A layer that is not written yet. `weights` are out, in, height, width; float64."""

    x: int
    weights: np.ndarray
    bias: np.ndarray
    stride: int = 1
    pad: int = 0
    depthwise: bool = False
    flat: bool = False  # its result is a row of numbers, not a picture


@dataclass(frozen=True)
class _Scaled:
    """`scale` times a tensor, plus `shift`; each for all channels or one for each."""

    x: int
    scale: np.ndarray
    shift: np.ndarray
    flat: bool = False


_Value = np.ndarray | _Linear | _Scaled
_ONE, _NONE = np.ones(1), np.zeros(1)


def build(network: Network, description: str, output: str) -> Any:
    """The float32 model, with its output named `output`. See `_Writer` for the input's numbers."""
    return _Writer(network, description).build(output)


class _Writer:
    """The network while it is written.

    The input tensor holds pixels 0 to 255 when the network takes them so. When the network begins
    with (pixel - mean) * scale, it holds (pixel - 128) * scale. Either way an int8 input is the
    pixel XOR 0x80, if its range in the calibration is that of the 256 pixels.
    """

    def __init__(self, network: Network, description: str) -> None:
        batch, channels, height, width = network.shape
        self.network = network
        self.net = Builder(description, [batch, height, width, channels])
        self.values: dict[str, _Value] = dict(network.constants)
        self.values[network.input] = _Scaled(self.net.input, _ONE, _NONE)
        self.uses = collections.Counter(name for node in network.nodes for name in node.inputs)
        self.uses[network.output] += 1
        self.centred = False

    def build(self, output: str) -> Any:
        for node in self.network.nodes:
            self.values[node.outputs[0]] = self._written(node)
        value = self._value(self.network.output)
        if isinstance(value, np.ndarray) or not value.flat:
            _fail(f"output {self.network.output} must be one row of numbers for each picture")
        x = self._tensor(self.network.output, "the output")
        batch, _, _, count = self.net.shape(x)
        return self.net.finish(self.net.reshape(x, [batch, count], output), output)

    def _written(self, node: Node) -> _Value:
        inputs = [self.values.get(name) for name in node.inputs if name]
        if all(isinstance(value, np.ndarray) for value in inputs) and node.kind in _ON_CONSTANTS:
            return np.asarray(_ON_CONSTANTS[node.kind](node, *inputs))
        method: Callable[[Node], _Value] | None = getattr(self, f"_{node.kind.lower()}", None)
        if method is None:
            _fail(f"operator {node.kind} is not supported: add it to converter/onnx_graph.py")
        return method(node)

    # What a value is, and how it becomes a tensor.

    def _value(self, name: str) -> _Value:
        if name not in self.values:
            _fail(f"value {name} is used before anything makes it: the file is broken")
        return self.values[name]

    def _constant(self, node: Node, index: int) -> np.ndarray:
        value = self._value(node.inputs[index])
        if not isinstance(value, np.ndarray):
            _fail(f"input {index} of {node.kind} {node.outputs[0]} must be constant")
        return value.astype(np.float64)

    def _scaled(self, name: str) -> _Scaled:
        """A value as something that the layer after it can take into its weights."""
        value = self._value(name)
        if isinstance(value, np.ndarray):
            _fail(f"constant {name} stands where a computed value belongs")
        if isinstance(value, _Linear):
            value = _Scaled(self._emit(name, value), _ONE, _NONE, value.flat)
            self.values[name] = value
        return value

    def _tensor(self, name: str, user: str) -> int:
        value = self._scaled(name)
        if (value.scale != 1).any() or value.shift.any():
            _fail(f"{user} follows a normalisation that no weights before or after it can take")
        return value.x

    def _plain(self, x: int, flat: bool = False) -> _Scaled:
        return _Scaled(x, _ONE, _NONE, flat)

    def _emit(self, name: str, layer: _Linear) -> int:
        """Writes a layer. With stride 2, ONNX pads both sides but TFLite's SAME only the far one."""
        x, padding = layer.x, "VALID"
        size = layer.weights.shape[2]
        if layer.pad and layer.stride == 1 and layer.pad * 2 == size - 1:
            padding = "SAME"
        elif layer.pad:
            around = [layer.pad, layer.pad]
            x = self.net.pad(x, [[0, 0], around, around, [0, 0]], f"{name}/pad")
        bias = layer.bias.astype(np.float32)
        if layer.depthwise:
            filters = layer.weights[:, 0].transpose(1, 2, 0)
            return self.net.depthwise(x, filters, bias, layer.stride, padding, name)
        filters = layer.weights.transpose(2, 3, 1, 0).astype(np.float32)
        return self.net.conv(x, filters, bias, layer.stride, padding, 0, name)

    # Layers with weights.

    def _conv(self, node: Node) -> _Value:
        weights = self._constant(node, 1)
        bias = self._constant(node, 2) if len(node.inputs) > 2 else np.zeros(len(weights))
        x = self._scaled(node.inputs[0])
        stride, pad = self._geometry(node, weights)
        group = node.attributes.get("group", 1)
        depthwise = group != 1
        if depthwise and (weights.shape[1] != 1 or group != len(weights)):
            _fail(f"Conv {node.outputs[0]} has {group} groups: only depthwise ones are supported")
        weights, bias = _absorbed(x, weights, bias, depthwise, node)
        if pad and x.shift.any() and not (self.centred and x.x == self.net.input):
            _fail(f"Conv {node.outputs[0]} pads what a normalisation before it has shifted")
        return _Linear(x.x, weights, bias, stride, pad, depthwise)

    def _geometry(self, node: Node, weights: np.ndarray) -> tuple[int, int]:
        """Stride and padding, each the same in both directions."""
        strides = node.attributes.get("strides", [1, 1])
        pads = node.attributes.get("pads", [0, 0, 0, 0])
        dilations = node.attributes.get("dilations", [1, 1])
        automatic = node.attributes.get("auto_pad", "NOTSET")
        even = len(set(strides)) == len(set(pads)) == 1 and set(dilations) == {1}
        if not even or automatic != "NOTSET" or weights.ndim != 4:
            _fail(
                f"Conv {node.outputs[0]}: strides {strides}, pads {pads}, dilations {dilations}, "
                f"auto_pad {automatic}: only square, undilated ones are supported"
            )
        return strides[0], pads[0]

    def _gemm(self, node: Node) -> _Value:
        factors = [node.attributes.get(name, 1.0) for name in ("alpha", "beta")]
        if node.attributes.get("transA", 0) or factors != [1.0, 1.0]:
            _fail(f"Gemm {node.outputs[0]}: only a plain product and sum is supported")
        matrix = self._constant(node, 1)
        matrix = matrix if node.attributes.get("transB", 0) else matrix.T
        bias = self._constant(node, 2) if len(node.inputs) > 2 else np.zeros(len(matrix))
        return self._product(node, matrix, bias)

    def _matmul(self, node: Node) -> _Value:
        matrix = self._constant(node, 1).T
        return self._product(node, matrix, np.zeros(len(matrix)))

    def _product(self, node: Node, matrix: np.ndarray, bias: np.ndarray) -> _Linear:
        """A matrix (out, in) over all numbers of a picture: a convolution with one window.

        So each of its outputs has weights with a scale of its own. After another matrix, the two
        become one.
        """
        name = node.inputs[0]
        before = self._value(name)
        if isinstance(before, np.ndarray) or not before.flat:
            _fail(f"{node.kind} {node.outputs[0]} must follow a Flatten or a matrix")
        if isinstance(before, _Linear) and self.uses[name] == 1:
            rows = before.weights.reshape(len(before.weights), -1)
            shape = (len(matrix), *before.weights.shape[1:])
            weights = _exact_product(matrix, rows).reshape(shape)
            bias = bias + _exact_product(matrix, before.bias[:, np.newaxis])[:, 0]
            return replace(before, weights=weights, bias=bias)
        x = self._scaled(name)
        _, height, width, channels = self.net.shape(x.x)
        if matrix.shape[1] != channels * height * width:
            _fail(f"{node.kind} {node.outputs[0]} does not fit {channels} x {height} x {width}")
        weights = matrix.reshape(-1, channels, height, width)
        weights, bias = _absorbed(x, weights, bias, False, node)
        return _Linear(x.x, weights, bias, flat=True)

    def _batchnormalization(self, node: Node) -> _Value:
        gain, offset, mean, variance = (self._constant(node, i) for i in range(1, 5))
        scale = gain / np.sqrt(variance + node.attributes.get("epsilon", 1e-5))
        return self._normalised(node.inputs[0], scale, offset - mean * scale)

    def _normalised(self, name: str, scale: np.ndarray, shift: np.ndarray) -> _Value:
        value = self._value(name)
        if isinstance(value, _Linear) and self.uses[name] == 1:
            weights = value.weights * scale.reshape(-1, 1, 1, 1)
            return replace(value, weights=weights, bias=value.bias * scale + shift)
        value = self._scaled(name)
        return replace(value, scale=value.scale * scale, shift=value.shift * scale + shift)

    # Layers without weights.

    def _prelu(self, node: Node) -> _Value:
        x = self._tensor(node.inputs[0], "PRelu")
        return self._plain(self.net.prelu(x, self._constant(node, 1), node.outputs[0]))

    def _relu(self, node: Node) -> _Value:
        return self._plain(self.net.relu(self._tensor(node.inputs[0], "Relu"), node.outputs[0]))

    def _sigmoid(self, node: Node) -> _Value:
        x = self._tensor(node.inputs[0], "Sigmoid")
        return self._plain(self.net.logistic(x, node.outputs[0]))

    def _globalaveragepool(self, node: Node) -> _Value:
        x = self._tensor(node.inputs[0], "GlobalAveragePool")
        return self._plain(self.net.spatial_mean(x, node.outputs[0], keep=True))

    def _add(self, node: Node) -> _Value:
        x, y = (self._tensor(name, "Add") for name in node.inputs)
        if self.net.shape(x) != self.net.shape(y):
            _fail(f"Add {node.outputs[0]}: {self.net.shape(x)} and {self.net.shape(y)} differ")
        return self._plain(self.net.add(x, y, 0, node.outputs[0]))

    def _sub(self, node: Node) -> _Value:
        """(pixel - mean), as the first step of a normalisation."""
        return self._normalised(node.inputs[0], _ONE, -self._single(node))

    def _mul(self, node: Node) -> _Value:
        if isinstance(self._value(node.inputs[1]), np.ndarray):
            return self._centred(self._normalised(node.inputs[0], self._single(node), _NONE))
        x, y = (self._tensor(name, "Mul") for name in node.inputs)
        if math.prod(self.net.shape(x)) < math.prod(self.net.shape(y)):
            x, y = y, x
        return self._plain(self.net.multiply(x, y, node.outputs[0]))

    def _single(self, node: Node) -> np.ndarray:
        value = self._constant(node, 1)
        if value.size != 1:
            _fail(f"{node.kind} {node.outputs[0]}: only one number for all channels is supported")
        return value.reshape(1)

    def _centred(self, value: _Value) -> _Value:
        """(pixel - mean) * scale over an input tensor that holds (pixel - 128) * scale."""
        if not isinstance(value, _Scaled) or value.x != self.net.input:
            return value
        if self.centred:
            _fail("the input is scaled twice: only (pixel - mean) * scale is supported")
        rest = PIXEL_ZERO + value.shift / value.scale
        if (np.abs(rest) > MOST_SHIFT).any():
            _fail(f"the input is centred at {PIXEL_ZERO - rest}, but int8 is at {PIXEL_ZERO}")
        self.centred = True
        return replace(value, scale=_ONE, shift=rest * value.scale)

    def _dropout(self, node: Node) -> _Value:
        """Does nothing outside training."""
        return self._value(node.inputs[0])

    def _flatten(self, node: Node) -> _Value:
        if node.attributes.get("axis", 1) != 1:
            _fail(f"Flatten {node.outputs[0]}: only axis 1 is supported")
        return replace(self._scaled(node.inputs[0]), flat=True)

    def _reshape(self, node: Node) -> _Value:
        """Only as a Flatten: one row for each picture."""
        x = self._scaled(node.inputs[0])
        batch, *picture = self.net.shape(x.x)
        wanted = self._constant(node, 1).astype(int).tolist()
        if wanted not in ([batch, -1], [batch, math.prod(picture)]):
            _fail(f"Reshape {node.outputs[0]} to {wanted}: only to one row is supported")
        return replace(x, flat=True)

    def _shape(self, node: Node) -> _Value:
        batch, height, width, channels = self.net.shape(self._scaled(node.inputs[0]).x)
        return np.array([batch, channels, height, width], np.int64)


def _absorbed(
    x: _Scaled, weights: np.ndarray, bias: np.ndarray, depthwise: bool, node: Node
) -> tuple[np.ndarray, np.ndarray]:
    """Weights and bias of a layer that also does the scale and shift of what it reads."""
    if depthwise and ((x.scale != 1).any() or x.shift.any()):
        _fail(f"depthwise Conv {node.outputs[0]} follows a normalisation: not supported")
    if x.shift.any():
        shift = np.broadcast_to(x.shift, weights.shape[1]).reshape(1, -1, 1, 1)
        rows = (weights * shift).reshape(len(weights), -1)
        bias = bias + np.array([math.fsum(row.tolist()) for row in rows])
    if depthwise:
        return weights, bias
    return weights * np.broadcast_to(x.scale, weights.shape[1]).reshape(1, -1, 1, 1), bias


def _exact_product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The matrix product, each sum rounded once: BLAS rounds as the CPU likes."""
    return np.array([[math.fsum(terms) for terms in (row * b.T).tolist()] for row in a])


def _dequantised(
    node: Node, values: np.ndarray, scale: np.ndarray, zero: np.ndarray | None = None
) -> np.ndarray:
    """DequantizeLinear, with one scale, one for each channel, or one for each block."""
    axis, block = node.attributes.get("axis", 1), node.attributes.get("block_size", 0)
    zero = np.zeros_like(scale) if zero is None else zero
    if block:
        whole = range(values.shape[axis])
        scale, zero = (np.repeat(part, block, axis).take(whole, axis) for part in (scale, zero))
    elif scale.size > 1:
        shape = [-1 if i == axis else 1 for i in range(values.ndim)]
        scale, zero = scale.reshape(shape), zero.reshape(shape)
    return (values.astype(np.float32) - zero.astype(np.float32)) * scale.astype(np.float32)


def _unsqueezed(node: Node, values: np.ndarray, axes: np.ndarray | None = None) -> np.ndarray:
    """Unsqueeze; the axes became an input with opset 13."""
    places = node.attributes["axes"] if axes is None else axes.tolist()
    return np.expand_dims(values, tuple(places))


# Operators over constants alone: weights that are stored packed, and shapes.
_ON_CONSTANTS: dict[str, Callable[..., np.ndarray]] = {
    "Constant": lambda node: np.asarray(node.attributes["value"]),
    "DequantizeLinear": _dequantised,
    "Reshape": lambda node, values, shape: values.reshape(shape.astype(int).tolist()),
    "Gather": lambda node, values, at: values.take(at, node.attributes.get("axis", 0)),
    "Unsqueeze": _unsqueezed,
    "Concat": lambda node, *values: np.concatenate(values, node.attributes["axis"]),
}


def _fail(message: str) -> NoReturn:
    raise SystemExit(message)
