#!/usr/bin/env python3
"""Writes the golden numbers of each model: what a right runtime gives for a fixed input.

    .venv/bin/python models/golden.py            # writes golden/*.json
    .venv/bin/python models/golden.py --measure  # only prints how far other kernels stray

The terminal runs the same input through each model at start, on the accelerator that will do the
work, and compares. Run this after a change of a model; the numbers hold no data of others.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from build import CACHE, MODELS, digest, fail, fetch
from sources import LITERT

RUNTIME = "LiteRT 2.3.0 x86-64 XNNPACK"
MACHINE = "x86_64"
Output = tuple[dict[str, Any], np.ndarray]  # the tensor's description, its flat int8 values
MOST_INDICES = 64
# Values on which the CPU's kernels differ by more than this many int8 steps are not compared. On a
# pattern that is no face, the detector's logits of a few anchors lie 100 steps apart between
# XNNPACK and the reference kernels, though each follows its own lawful rounding.
STEADY_STEPS = 6
# Largest differences seen with another build of the runtime: the classic C library of the npm
# package tfjs-tflite-node 0.0.2 (2021, x86-64), where int8 runs on the built-in kernels.
CLASSIC_LIBRARY = {
    "face_detection_short_range": 14,
    "face_landmark": 4,
    "iris_landmark": 5,
    "dlib_resnet": 2,
    "sface_2021dec": 5,
    "faceplugin_liveness": 3,
}


def main() -> None:
    """One file of golden numbers for each model that names one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--measure", action="store_true", help="print, write nothing")
    arguments = parser.parse_args()
    interpreters = load_litert()
    used = tomllib.loads((MODELS / "manifest.toml").read_text())["model"]
    candidates = tomllib.loads((MODELS / "candidates.toml").read_text())["model"]
    for entry in used + candidates:
        path = MODELS / entry["file"]
        if "golden" not in entry or (entry in candidates and not path.exists()):
            continue
        if digest(path) != entry["sha256"]:
            fail(f"{path} is missing or is not the manifest's: run models/build.py")
        if arguments.measure:
            measure(interpreters, entry, path)
        else:
            write_golden(interpreters, entry, path)


def measure(interpreters: Any, entry: dict[str, Any], path: Path) -> None:
    """Prints how far other kernels, and one wrong input, lie from the expected values."""
    seed = entry["golden"]["seed"]
    expected = run(kernels(interpreters, path)["xnnpack"], seed)
    for name, net in kernels(interpreters, path).items():
        print(entry["name"], name, spread(expected, run(net, seed)))
    wrong = run(kernels(interpreters, path)["xnnpack"], seed, reverse_colours=True)
    print(entry["name"], "colours reversed", spread(expected, wrong))


def spread(expected: list[Output], found: list[Output]) -> str:
    """Mean and largest difference in int8 steps, output by output."""
    parts = []
    for (detail, a), (_, b) in zip(expected, found, strict=True):
        steps = np.abs(a.astype(np.int32) - b)
        parts.append(f"{detail['name']} mean {steps.mean():.2f} max {steps.max()}")
    return ", ".join(parts)


def load_litert() -> Any:
    """LiteRT's interpreter module, out of the same wheel that the runtime library comes from."""
    folder = CACHE / "work" / "litert"
    if not (folder / "ai_edge_litert" / "interpreter.py").exists():
        with zipfile.ZipFile(fetch(LITERT[MACHINE])) as wheel:
            names = [n for n in wheel.namelist() if "/vendors/" not in n and "WebGpu" not in n]
            wheel.extractall(folder, names)
    sys.path.insert(0, str(folder))
    from ai_edge_litert import interpreter

    return interpreter


def write_golden(interpreters: Any, entry: dict[str, Any], path: Path) -> None:
    """Writes golden/NAME.json of one model."""
    seed = entry["golden"]["seed"]
    runs = {name: run(net, seed) for name, net in kernels(interpreters, path).items()}
    strays = largest_strays(runs)
    outputs, worst = [], 0
    for (detail, values), stray in zip(runs["xnnpack"], strays, strict=True):
        indices = steady_indices(stray)
        worst = max(worst, int(stray[indices].max()))
        outputs.append(described(detail, values, indices))
    worst = max(worst, CLASSIC_LIBRARY.get(entry["name"], 0))
    golden = {
        "model": entry["name"],
        "sha256": entry["sha256"],
        "seed": seed,
        "outputs": outputs,
        "runtime": RUNTIME,
        "tolerance": tolerance(worst),
        "measured": worst,
    }
    target = MODELS / entry["golden"]["file"]
    target.write_text(compact(golden))
    print(f"{target.relative_to(MODELS)}: tolerance {golden['tolerance']}, measured {worst}")


def tolerance(measured: int) -> int:
    """Allowed difference in int8 steps: twice what CPU kernels differ by, and one more.

    An NPU rounds elsewhere than a CPU does, so the bound can't be tight. It finds gross faults (an
    input not XORed, a lost layer, a delegate that writes nothing); swapped colours move the mesh
    by up to 18 steps and the descriptor by up to 14 (`--measure`), and those two show them.
    """
    return 2 * measured + 1


def kernels(interpreters: Any, path: Path) -> dict[str, Any]:
    """The ways in which this CPU can run a model; "xnnpack" with one thread is the standard."""
    kinds = interpreters.OpResolverType
    file = str(path)
    return {
        "xnnpack": interpreters.Interpreter(model_path=file, num_threads=1),
        "xnnpack, two threads": interpreters.Interpreter(model_path=file, num_threads=2),
        "optimised kernels": interpreters.Interpreter(
            model_path=file,
            experimental_op_resolver_type=kinds.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        ),
        "reference kernels": interpreters.Interpreter(
            model_path=file, experimental_op_resolver_type=kinds.BUILTIN_REF
        ),
    }


def largest_strays(runs: dict[str, list[Output]]) -> list[np.ndarray]:
    """For each value of each output, its largest distance from XNNPACK's over all kernels."""
    expected = [values.astype(np.int32) for _, values in runs["xnnpack"]]
    found = [[values for _, values in outputs] for outputs in runs.values()]
    return [
        np.max([np.abs(outputs[i] - values) for outputs in found], axis=0)
        for i, values in enumerate(expected)
    ]


def steady_indices(stray: np.ndarray) -> np.ndarray:
    """Up to 64 evenly spaced indices among the values on which the CPU's kernels agree."""
    steady = np.flatnonzero(stray <= STEADY_STEPS)
    if steady.size == 0:
        fail(f"no value is within {STEADY_STEPS} steps on all kernels: choose another golden seed")
    count = min(MOST_INDICES, steady.size)
    return steady[[i * steady.size // count for i in range(count)]]


def run(net: Any, seed: int, reverse_colours: bool = False) -> list[Output]:
    """Each output's description and its flat int8 values for the pattern of `seed`."""
    net.allocate_tensors()
    detail = net.get_input_details()[0]
    _, height, width, _ = detail["shape"]
    picture = pattern(int(height), int(width), seed)
    if reverse_colours:
        picture = np.ascontiguousarray(picture[..., ::-1])
    net.set_tensor(detail["index"], picture[np.newaxis])
    net.invoke()
    return [(d, net.get_tensor(d["index"]).reshape(-1)) for d in net.get_output_details()]


def pattern(height: int, width: int, seed: int) -> np.ndarray:
    """The self-test's input, int8 [height, width, 3]: three gradients under a quarter of noise.

    Integer arithmetic only, so that every language makes the same bytes. The noise is the linear
    congruential generator of Numerical Recipes, one step for each byte in y, x, channel order.
    """
    y, x = np.mgrid[0:height, 0:width].astype(np.uint32)
    gradient = np.stack(
        [x * 255 // (width - 1), y * 255 // (height - 1), (x + y) * 255 // (width + height - 2)],
        axis=-1,
    )
    noise = np.empty(height * width * 3, np.uint32)
    state = seed
    for index in range(noise.size):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        noise[index] = state >> 24
    pixels = (gradient * 3 + noise.reshape(gradient.shape)) // 4
    return (pixels.astype(np.uint8) ^ 0x80).view(np.int8)


def described(detail: dict[str, Any], values: np.ndarray, indices: np.ndarray) -> dict[str, Any]:
    """The chosen values of an output, and how to read them."""
    scale, zero_point = detail["quantization"]
    return {
        "name": detail["name"],
        "length": int(values.size),
        "scale": float(scale),
        "zero_point": int(zero_point),
        "indices": indices.tolist(),
        "values": values[indices].tolist(),
    }


def compact(golden: dict[str, Any]) -> str:
    """JSON with one line for each list of numbers."""
    outputs = ",\n".join("    " + json.dumps(output) for output in golden["outputs"])
    head = {k: v for k, v in golden.items() if k != "outputs"}
    lines = [f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in head.items()]
    return "{\n" + ",\n".join(lines) + f',\n  "outputs": [\n{outputs}\n  ]\n}}\n'


if __name__ == "__main__":
    main()
