#!/usr/bin/env python3
"""Writes trained weights as the int8 model that the terminal loads.

    python models/mrz/export.py weights.pt

Makes models/own/mrz_ocrb.tflite and models/calibration/mrz_ocrb.json and prints what belongs into
manifest.toml. Needs models/mrz/requirements.txt, and models/cache as models/build.py leaves it.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from network import CLASSES, Recogniser
from strips import BLANK, HEIGHT, IGNORED, sample

MODELS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(MODELS), str(MODELS / "cache" / "work")]
from converter import graph, quantise  # noqa: E402
from converter.builder import Builder  # noqa: E402

NAME = "mrz_ocrb"
WIDTH = 640  # a line of 44 characters with room at both ends
COLOURS = 3  # the runtime's pictures are RGB; a strip has its grey three times
CALIBRATED = 600  # strips of which the ranges of the activations are taken
RELU = 1


def main() -> None:
    """Exports, and says how much the eight bits cost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    net = Recogniser()
    net.load_state_dict(torch.load(arguments.weights, weights_only=True))
    net.eval()
    ranges = calibrate(net)
    (MODELS / "calibration" / f"{NAME}.json").write_text(quantise.lines(ranges))
    model = quantise.quantise(graph.reparse(build(net)), ranges)
    data = graph.pack(model)
    path = MODELS / "own" / f"{NAME}.tflite"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    print(f'{path.relative_to(MODELS)}: sha256 = "{hashlib.sha256(data).hexdigest()}" size = {len(data)}')
    compare(net, path)


def build(net: Recogniser) -> Any:
    """The float32 model with the normalisations folded in."""
    builder = Builder(NAME, [1, HEIGHT, WIDTH, COLOURS])
    x = builder.input
    for index, layer in enumerate(net.layers):
        weights, bias = (part.numpy() for part in layer.folded())
        if index == 0:
            weights = np.repeat(weights / COLOURS, COLOURS, axis=2)
        x = builder.conv(x, weights, bias, layer.stride, layer.padding, RELU, f"layer{index}")
    weights = net.head.weight.detach().permute(2, 3, 1, 0).numpy()
    x = builder.conv(x, weights, net.head.bias.detach().numpy(), 1, "SAME", 0, "steps")
    return builder.finish(x, "steps")


def calibrate(net: Recogniser) -> dict[str, list[float]]:
    """The range of each activation over generated strips, without a few outliers."""
    rng = random.Random(7)
    values: dict[str, list[np.ndarray]] = {}

    def keep(name: str) -> Any:
        def hook(_: Any, __: Any, output: torch.Tensor) -> None:
            flat = output.detach().numpy().reshape(-1)
            values.setdefault(name, []).append(np.partition(flat, [60, flat.size - 60])[[60, -60]])

        return hook

    hooks = [layer.register_forward_hook(keep(f"layer{i}")) for i, layer in enumerate(net.layers)]
    hooks.append(net.head.register_forward_hook(keep("steps")))
    with torch.no_grad():
        for _ in range(CALIBRATED):
            strip, _ = sample(rng, WIDTH)
            net(torch.from_numpy(strip)[None, None].float() / 255)
    for hook in hooks:
        hook.remove()
    ranges = {"input": [0.0, 1.0]}
    for name, ends in values.items():
        low, high = np.array(ends).T
        ranges[name] = [float(np.quantile(low, 0.002)), float(np.quantile(high, 0.998))]
    return {name: [round(end, 4) for end in ends] for name, ends in ranges.items()}


def compare(net: Recogniser, path: Path) -> None:
    """Characters right by the float network and by the file, on strips neither has seen."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=str(path), num_threads=1)
    interpreter.allocate_tensors()
    (given,), (taken,) = interpreter.get_input_details(), interpreter.get_output_details()
    rng = random.Random(99)
    right, asked = np.zeros(2), 0
    for _ in range(200):
        strip, classes = sample(rng, WIDTH)
        with torch.no_grad():
            float_says = net(torch.from_numpy(strip)[None, None].float() / 255)[0].argmax(1).numpy()
        pixels = (np.repeat(strip[None, :, :, None], COLOURS, 3) ^ 0x80).view(np.int8)
        interpreter.set_tensor(given["index"], pixels)
        interpreter.invoke()
        int8_says = interpreter.get_tensor(taken["index"]).reshape(-1, CLASSES).argmax(1)
        shown = (classes != IGNORED) & (classes != BLANK)
        right += [(says[shown] == classes[shown]).sum() for says in (float_says, int8_says)]
        asked += shown.sum()
    print(f"steps of characters right: float32 {right[0] / asked:.4f}, int8 {right[1] / asked:.4f}")


if __name__ == "__main__":
    main()
