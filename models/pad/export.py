#!/usr/bin/env python3
"""Writes trained weights as the int8 model that the terminal loads.

    python models/pad/export.py weights.pt --sets sets --name pad_40

Makes models/own/NAME.tflite and models/calibration/NAME.json and prints what belongs into
manifest.toml. Needs models/pad/requirements.txt, and models/cache as models/build.py leaves it.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from crop import SIZE
from evaluate import load, of_file, of_network
from network import STEP, Layer, Liveness, normal
from train import frames

MODELS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(MODELS), str(MODELS / "cache" / "work")]
from converter import graph, quantise  # noqa: E402
from converter.builder import Builder  # noqa: E402

CALIBRATED = 600  # simulated views of which the ranges of the activations are taken
OUTLIERS = 0.0002  # share of an activation's values that may lie beyond each end of its range
RELU, PLAIN = 1, 0


def main() -> None:
    """Exports, and says how much the eight bits cost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", type=Path)
    parser.add_argument("--sets", type=Path, nargs="+", required=True, help="folders that frames.py filled")
    parser.add_argument("--name", required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    net = load(arguments.weights)
    views, _ = frames(arguments.sets)
    chosen = np.random.default_rng(7).permutation(len(views))
    ranges = calibrate(net, views[chosen[:CALIBRATED]])
    (MODELS / "calibration" / f"{arguments.name}.json").write_text(quantise.lines(ranges))
    data = graph.pack(quantise.quantise(graph.reparse(build(net)), ranges))
    out = MODELS / "own" / f"{arguments.name}.tflite"
    out.write_bytes(data)
    print(f'{out}: sha256 = "{hashlib.sha256(data).hexdigest()}" size = {len(data)}')
    others = views[chosen[CALIBRATED : 3 * CALIBRATED]].numpy().transpose(0, 2, 3, 1)
    compare(net, out, np.ascontiguousarray(others))


def build(net: Liveness) -> Any:
    """The float32 model with the normalisations folded in.

    A residual layer's ReLU belongs to its addition. The mean is followed by the dense layer as a
    convolution of one pixel, which has a bias and a scale for each weight channel.
    """
    builder = Builder("passive liveness", [1, SIZE, SIZE, 3])
    x = builder.input
    for index, layer in enumerate(net.layers):
        weights, bias = (part.numpy() for part in layer.folded())
        stride = layer.conv.stride[0]
        y = builder.conv(x, weights, bias, stride, "SAME", PLAIN if layer.adds else RELU, f"layer{index}")
        x = builder.add(x, y, RELU, f"sum{index}") if layer.adds else y
    x = builder.spatial_mean(x, "mean", keep=True)
    weights = net.head.weight.detach().numpy().T[None, None]
    x = builder.conv(x, weights, net.head.bias.detach().numpy(), 1, "SAME", PLAIN, "dense")
    return builder.finish(builder.reshape(x, [1, 2], "logits"), "logits")


def calibrate(net: Liveness, views: torch.Tensor) -> dict[str, list[float]]:
    """The range of each activation over simulated views, without a few outliers."""
    values: dict[str, np.ndarray] = {}

    def keep(name: str, x: torch.Tensor) -> torch.Tensor:
        values[name] = x.numpy().reshape(-1)
        return x

    with torch.no_grad():
        x = normal(views.float() / 255)
        for index, layer in enumerate(net.layers):
            x = activations(layer, x, index, keep)
        dense = net.head(keep("mean", x.mean((2, 3))))
    low, high = float(dense.min()), float(dense.max())
    ranges = {"input": [-128 * STEP, 127 * STEP]}
    for name, flat in values.items():
        ranges[name] = [float(end) for end in np.quantile(flat, [OUTLIERS, 1 - OUTLIERS])]
    ranges |= {"dense": [low, high], "logits": [low, high]}
    return {name: [round(end, 6) for end in ends] for name, ends in ranges.items()}


def activations(layer: Layer, x: torch.Tensor, index: int, keep: Any) -> torch.Tensor:
    """A layer's output; `keep` is shown the tensors that the exported graph has."""
    if not layer.adds:
        return keep(f"layer{index}", layer(x))
    summed = layer.summand(x)
    keep(f"layer{index}", summed)
    return keep(f"sum{index}", torch.relu(x + summed))


def compare(net: Liveness, path: Path, views: np.ndarray) -> None:
    """How far the file's live scores lie from the float network's, on simulated views."""
    exact, rounded = of_network(net)(views), of_file(path)(views)
    away = np.abs(exact - rounded)
    correlation = np.corrcoef(exact, rounded)[0, 1]
    print(f"int8 against float32: mean {away.mean():.4f} largest {away.max():.3f} correlation {correlation:.5f}")


if __name__ == "__main__":
    main()
