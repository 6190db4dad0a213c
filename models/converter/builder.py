"""Writes a float32 NHWC `.tflite` layer by layer. Tensors are indices; shapes are tracked."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import tflite_schema as S

from . import graph as tfl
from .graph import B

Shape = list[int]


class Builder:
    """One graph with one input. Each layer's method gives the index of the tensor it makes."""

    def __init__(self, description: str, shape: Shape, input_name: str = "input") -> None:
        self.model = S.ModelT()
        self.model.version = 3
        self.model.description = description.encode()
        self.model.operatorCodes, self.model.buffers = [], [S.BufferT()]
        self.graph = S.SubGraphT()
        self.graph.name = b"main"
        self.graph.tensors, self.graph.operators = [], []
        self.model.subgraphs = [self.graph]
        self.input = tfl.new_tensor(self.model, input_name, shape)
        self.graph.inputs, self.graph.outputs = [self.input], []

    def shape(self, tensor: int) -> Shape:
        """Dimensions of a tensor, NHWC for images."""
        return list(self.graph.tensors[tensor].shape)

    def conv(
        self,
        x: int,
        weights: np.ndarray,
        bias: np.ndarray,
        stride: int | tuple[int, int],
        padding: str,
        activation: int,
        name: str,
    ) -> int:
        """Convolution; `weights` come as height, width, in, out (TensorFlow's order).

        `stride` is one for both directions, or one down and one across.
        """
        down, across = (stride, stride) if isinstance(stride, int) else stride
        batch, height, width, _ = self.shape(x)
        kernel_h, kernel_w, _, channels = weights.shape
        options = S.Conv2DOptionsT()
        options.strideH, options.strideW = down, across
        options.padding = S.Padding.SAME if padding == "SAME" else S.Padding.VALID
        options.fusedActivationFunction = activation
        options.dilationHFactor = options.dilationWFactor = 1
        ohwi = np.transpose(weights, (3, 0, 1, 2)).astype(np.float32)
        inputs = [x, self._constant(ohwi, f"{name}/w"), self._constant(bias, f"{name}/b")]
        out_h = _windows(height, kernel_h, down, padding)
        out_w = _windows(width, kernel_w, across, padding)
        kind = S.BuiltinOptions.Conv2DOptions
        return self._emit(
            B.CONV_2D, inputs, [batch, out_h, out_w, channels], name, options, kind
        )

    def depthwise(
        self, x: int, weights: np.ndarray, bias: np.ndarray, stride: int, padding: str, name: str
    ) -> int:
        """One filter for each channel; `weights` come as height, width, channels."""
        batch, height, width, _ = self.shape(x)
        kernel_h, kernel_w, channels = weights.shape
        options = S.DepthwiseConv2DOptionsT()
        options.strideH = options.strideW = stride
        options.depthMultiplier = options.dilationHFactor = options.dilationWFactor = 1
        options.padding = S.Padding.SAME if padding == "SAME" else S.Padding.VALID
        options.fusedActivationFunction = 0
        filters = self._constant(weights[np.newaxis].astype(np.float32), f"{name}/w")
        inputs = [x, filters, self._constant(bias, f"{name}/b")]
        out_h = _windows(height, kernel_h, stride, padding)
        out_w = _windows(width, kernel_w, stride, padding)
        kind = S.BuiltinOptions.DepthwiseConv2DOptions
        shape = [batch, out_h, out_w, channels]
        return self._emit(B.DEPTHWISE_CONV_2D, inputs, shape, name, options, kind)

    def prelu(self, x: int, slope: np.ndarray, name: str) -> int:
        """Negative values times a factor for each channel; `passes.lower_prelu` rewrites it."""
        factors = self._constant(slope.reshape(1, 1, -1).astype(np.float32), f"{name}/slope")
        return self._emit(B.PRELU, [x, factors], self.shape(x), name, None, 0)

    def relu(self, x: int, name: str) -> int:
        """Negative values become zero; `passes.fuse_relu` puts it into the operator before it."""
        return self._emit(B.RELU, [x], self.shape(x), name, None, 0)

    def logistic(self, x: int, name: str) -> int:
        """1 / (1 + exp(-x))."""
        return self._emit(B.LOGISTIC, [x], self.shape(x), name, None, 0)

    def fully_connected(self, x: int, weights: np.ndarray, name: str) -> int:
        """Matrix product without a bias of its own; `weights` come as in, out."""
        options = S.FullyConnectedOptionsT()
        options.fusedActivationFunction = 0
        options.weightsFormat = 0
        options.keepNumDims = False
        bias = np.zeros(weights.shape[1], np.float32)
        matrix = weights.T.astype(np.float32)
        inputs = [x, self._constant(matrix, f"{name}/w"), self._constant(bias, f"{name}/b")]
        shape = [self.shape(x)[0], weights.shape[1]]
        kind = S.BuiltinOptions.FullyConnectedOptions
        return self._emit(B.FULLY_CONNECTED, inputs, shape, name, options, kind)

    def add(self, x: int, y: int, activation: int, name: str) -> int:
        """Sum of two tensors of one shape."""
        options = S.AddOptionsT()
        options.fusedActivationFunction = activation
        kind = S.BuiltinOptions.AddOptions
        return self._emit(B.ADD, [x, y], self.shape(x), name, options, kind)

    def multiply(self, x: int, y: int, name: str) -> int:
        """Product; `y` has the shape of `x`, or one pixel for all of them."""
        options = S.MulOptionsT()
        options.fusedActivationFunction = 0
        kind = S.BuiltinOptions.MulOptions
        return self._emit(B.MUL, [x, y], self.shape(x), name, options, kind)

    def pool(self, builtin: int, x: int, size: int, stride: int, name: str) -> int:
        """`MAX_POOL_2D` or `AVERAGE_POOL_2D` over full windows only."""
        batch, height, width, channels = self.shape(x)
        options = S.Pool2DOptionsT()
        options.padding = S.Padding.VALID
        options.strideH = options.strideW = stride
        options.filterHeight = options.filterWidth = size
        options.fusedActivationFunction = 0
        out_h = _windows(height, size, stride, "VALID")
        out_w = _windows(width, size, stride, "VALID")
        kind = S.BuiltinOptions.Pool2DOptions
        return self._emit(builtin, [x], [batch, out_h, out_w, channels], name, options, kind)

    def pad(self, x: int, amounts: list[list[int]], name: str) -> int:
        """Zeros before and after, a pair for each dimension."""
        pairs = np.asarray(amounts, np.int32)
        shape = [n + int(a) + int(b) for n, (a, b) in zip(self.shape(x), pairs)]
        inputs = [x, self._constant(pairs, f"{name}/p")]
        return self._emit(
            B.PAD, inputs, shape, name, S.PadOptionsT(), S.BuiltinOptions.PadOptions
        )

    def spatial_mean(self, x: int, name: str, keep: bool = False) -> int:
        """Mean over height and width, which stay as 1 and 1 with `keep`."""
        batch, _, _, channels = self.shape(x)
        options = S.ReducerOptionsT()
        options.keepDims = keep
        inputs = [x, self._constant(np.asarray((1, 2), np.int32), f"{name}/axes")]
        kind = S.BuiltinOptions.ReducerOptions
        shape = [batch, 1, 1, channels] if keep else [batch, channels]
        return self._emit(B.MEAN, inputs, shape, name, options, kind)

    def reshape(self, x: int, shape: Shape, name: str) -> int:
        """The same values in another shape."""
        options = S.ReshapeOptionsT()
        options.newShape = shape
        inputs = [x, self._constant(np.asarray(shape, np.int32), f"{name}/shape")]
        kind = S.BuiltinOptions.ReshapeOptions
        return self._emit(B.RESHAPE, inputs, shape, name, options, kind)

    def finish(self, output: int, name: str) -> Any:
        """The model with its one output named."""
        self.graph.tensors[output].name = name.encode()
        self.graph.outputs = [output]
        return tfl.add_signature(tfl.tidy(self.model))

    def _constant(self, values: np.ndarray, name: str) -> int:
        return tfl.new_tensor(self.model, name, values.shape, np.ascontiguousarray(values))

    def _emit(
        self, builtin: int, inputs: list[int], shape: Shape, name: str, options: Any, kind: int
    ) -> int:
        out = tfl.new_tensor(self.model, name, shape)
        op = tfl.new_operator(self.model, builtin, inputs, [out], options, kind)
        self.graph.operators.append(op)
        return out


def _windows(size: int, kernel: int, stride: int, padding: str) -> int:
    """How many windows fit, by TensorFlow's two padding rules."""
    return math.ceil(size / stride) if padding == "SAME" else (size - kernel) // stride + 1
