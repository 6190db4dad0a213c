"""dlib's face recognition ResNet (29 layers, 128 numbers), as @vladmandic/face-api ships its weights.

Input: RGB 150 x 150, raw 0..255: the mean subtraction and the division are folded into the first
convolution, so that every model of the set takes the same bytes.
Architecture: dlib's `dnn_face_recognition_ex.cpp`, with each scale layer folded into its convolution.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import tflite_schema as S

from .builder import Builder
from .graph import B

RELU = S.ActivationFunctionType.RELU
MEAN_RGB = np.array([122.782, 117.001, 104.298], np.float32)  # subtracted in dlib's input layer
UNITS = (  # name, whether it halves the image
    ("conv32_1", False),
    ("conv32_2", False),
    ("conv32_3", False),
    ("conv64_down", True),
    ("conv64_1", False),
    ("conv64_2", False),
    ("conv64_3", False),
    ("conv128_down", True),
    ("conv128_1", False),
    ("conv128_2", False),
    ("conv256_down", True),
    ("conv256_1", False),
    ("conv256_2", False),
    ("conv256_down_out", True),
)


def build(manifest: Path) -> Any:
    """The float32 model from the package's weights manifest and the `.bin` beside it."""
    return _ResNet(_read_weights(manifest)).build()


class _ResNet:
    """The network while it is written, one residual unit after the other."""

    def __init__(self, weights: dict[str, np.ndarray]) -> None:
        self.weights = weights
        self.net = Builder("dlib_face_recognition_resnet_v1", [1, 150, 150, 3])

    def build(self) -> Any:
        net = self.net
        x = self._conv(net.input, "conv32_down", 2, "VALID", RELU, from_pixels=True)
        x = net.pool(B.MAX_POOL_2D, x, 3, 2, "pool1")
        for name, halves in UNITS:
            x = self._down(x, name) if halves else self._residual(x, name)
        x = net.spatial_mean(x, "gap")
        x = net.fully_connected(x, self.weights["fc"].astype(np.float32), "descriptor")
        return net.finish(x, "descriptor")

    def _residual(self, x: int, name: str) -> int:
        y = self._conv(x, f"{name}/conv1", 1, "SAME", RELU)
        y = self._conv(y, f"{name}/conv2", 1, "SAME", 0)
        return self.net.add(y, x, RELU, f"{name}/out")

    def _down(self, x: int, name: str) -> int:
        net = self.net
        y = self._conv(x, f"{name}/conv1", 2, "VALID", RELU)
        y = self._conv(y, f"{name}/conv2", 1, "SAME", 0)
        shortcut = net.pool(B.AVERAGE_POOL_2D, x, 2, 2, f"{name}/pool")
        if net.shape(shortcut)[1:3] != net.shape(y)[1:3]:  # odd sizes: one row and column short
            y = net.pad(y, [[0, 0], [0, 1], [0, 1], [0, 0]], f"{name}/pad_hw")
        missing = net.shape(y)[3] - net.shape(shortcut)[3]
        if missing:
            shortcut = net.pad(shortcut, [[0, 0], [0, 0], [0, 0], [0, missing]], f"{name}/pad_c")
        return net.add(shortcut, y, RELU, f"{name}/out")

    def _conv(
        self,
        x: int,
        name: str,
        stride: int,
        padding: str,
        activation: int,
        from_pixels: bool = False,
    ) -> int:
        kernel, bias = self._folded(name, from_pixels)
        return self.net.conv(x, kernel, bias, stride, padding, activation, name)

    def _folded(self, name: str, from_pixels: bool) -> tuple[np.ndarray, np.ndarray]:
        """Kernel and bias with the unit's scale layer, and for the first the input layer, folded in."""

        def read(part: str) -> np.ndarray:
            return self.weights[f"{name}/{part}"].astype(np.float32)

        kernel, bias = read("conv/filters"), read("conv/bias")
        if from_pixels:
            shift = kernel.astype(np.float64) * MEAN_RGB.astype(np.float64).reshape(1, 1, 3, 1) / 255
            columns = shift.reshape(-1, kernel.shape[3]).T
            # fsum rounds once, so that every CPU gives the same bytes
            bias = (bias - np.array([math.fsum(column) for column in columns])).astype(np.float32)
            kernel = kernel / np.float32(255)
        scale = read("scale/weights")
        return kernel * scale, bias * scale + read("scale/biases")


def _read_weights(manifest: Path) -> dict[str, np.ndarray]:
    """The arrays of a TensorFlow.js weights manifest, its 8-bit ones brought back to float32."""
    weights: dict[str, np.ndarray] = {}
    for group in json.loads(manifest.read_text()):
        raw = b"".join((manifest.parent / part).read_bytes() for part in group["paths"])
        position = 0
        for entry in group["weights"]:
            count = math.prod(entry["shape"])
            packed = entry.get("quantization")
            dtype = np.dtype(packed["dtype"] if packed else entry["dtype"])
            values = np.frombuffer(raw, dtype, count, position)
            position += count * dtype.itemsize
            if packed:
                values = values.astype(np.float32) * np.float32(packed["scale"])
                values = values + np.float32(packed["min"])
            weights[entry["name"]] = values.astype(np.float32).reshape(entry["shape"])
        if position != len(raw):
            raise SystemExit(f"{manifest}: {len(raw)} bytes of weights, but {position} are described")
    return weights
