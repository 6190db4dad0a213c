#!/usr/bin/env python3
"""Scores networks on real pictures that none of them was trained on.

    python models/pad/evaluate.py --pictures FOLDER --boxes boxes.json weights.pt models/own/pad.tflite

Prints, for each kind of attack against the live pictures: area under the ROC curve, equal error
rate, and APCER where BPCER is 5 %. "Close" are the same pictures cut to about the face.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any, Callable

import cv2
import numpy as np
import torch
from crop import crop, cut_close
from network import LIVE, Liveness, live_score, normal

# Side of a close picture divided by the mesh box's longer side. The mesh begins at the brows: this is
# twice a box from hairline to chin.
CLOSE = 2.47
BPCER = 0.05
LEAST_SIDE = 64  # pixels of a close picture
Scorer = Callable[[np.ndarray], np.ndarray]  # views [n, 96, 96, 3] to live scores [n]


def main() -> None:
    """Prints a table for each network."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--boxes", type=Path, required=True, help="what boxes.py wrote")
    parser.add_argument("--scale", type=float, default=4.0, help="of the view, as for frames.py")
    parser.add_argument("--by-source", action="store_true")
    parser.add_argument("--views", type=Path, help="keep the views here, for the next time")
    parser.add_argument("networks", type=Path, nargs="+", help="weights or .tflite files")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    views, rows = real_views(arguments.pictures, arguments.boxes, arguments.scale, arguments.views)
    for path in arguments.networks:
        print(f"\n{path}")
        report(scorer(path)(views), rows, arguments.by_source)


def real_views(
    pictures: Path, boxes: Path, scale: float, kept: Path | None
) -> tuple[np.ndarray, list[dict[str, Any]]]:
    """The network's view of each real picture, whole and cut close, and its row."""
    if kept is not None and kept.exists():
        stored = np.load(kept)
        return stored["views"], json.loads(str(stored["rows"]))
    views, rows = [], []
    for row in json.loads(boxes.read_text()):
        frame = cv2.imread(str(pictures / row["file"]))
        height, width = frame.shape[:2]
        box = np.clip(np.array(row["box"]), 0, [width, height, width, height])
        views.append(crop(frame, box, scale))
        rows.append(row | {"close": False})
        near, near_box = cut_close(frame, box, CLOSE)
        if min(near.shape[:2]) >= LEAST_SIDE:
            views.append(crop(near, near_box, scale))
            rows.append(row | {"close": True})
    stacked = np.stack(views)
    if kept is not None:
        np.savez(kept, views=stacked, rows=json.dumps(rows))
    return stacked, rows


def report(scores: np.ndarray, rows: list[dict[str, Any]], by_source: bool) -> None:
    """Prints the figures of one network."""
    nuaa = np.array(["nuaa" in row["file"] for row in rows])
    webcam = np.array(["/webcam/" in row["file"] for row in rows]) & ~nuaa
    still = np.array([row["kind"] != "webcam_still" for row in rows])
    close = np.array([row["close"] for row in rows])
    labels = np.array([row["label"] for row in rows])
    live = webcam & (labels == "genuine") & ~still
    replay, print_ = labels == "attack_replay", labels == "attack_print"
    sets = {
        "replays": (live & ~close, webcam & replay & ~still & ~close),
        "replays close": (live & close, webcam & replay & ~still & close),
        "replays, stills by phone": (live & ~close, webcam & replay & still & ~close),
        "prints": (live & ~close, webcam & print_ & ~close),
        "prints close": (live & close, webcam & print_ & close),
        "NUAA prints": (nuaa & (labels == "genuine") & ~close, nuaa & print_ & ~close),
        "NUAA prints close": (nuaa & (labels == "genuine") & close, nuaa & print_ & close),
    }
    for name, (good, bad) in sets.items():
        say(name, scores[good], scores[bad])
    if by_source:
        threshold = float(np.quantile(scores[live & ~close], BPCER))
        sources = np.array([row["source_repo"] for row in rows])
        for source in sorted(set(sources[webcam & ~still])):
            here = (sources == source) & webcam & ~still & ~close
            good, bad = scores[here & live], scores[here & replay]
            area = curve(good, bad)[0] if len(good) and len(bad) else float("nan")
            missed = (bad >= threshold).mean() if len(bad) else float("nan")
            refused = (good < threshold).mean() if len(good) else float("nan")
            figures = f"AUC {area:.3f} BPCER {refused:.3f} APCER {missed:.3f}"
            print(f"  {source[:34]:34s} {figures} ({len(good)}, {len(bad)})")


def say(name: str, good: np.ndarray, bad: np.ndarray) -> None:
    """One line of figures."""
    if len(good) and len(bad):
        area, equal, passed = curve(good, bad)
        figures = f"AUC {area:.3f}  EER {equal:.3f}  APCER {passed:.3f}"
        print(f"  {name:26s} {figures}  ({len(good)} live, {len(bad)} attacks)")


def curve(good: np.ndarray, bad: np.ndarray) -> tuple[float, float, float]:
    """Area under the ROC curve, equal error rate, APCER at the BPCER."""
    above = (good[:, None] > bad[None]).mean() + 0.5 * (good[:, None] == bad[None]).mean()
    thresholds = np.concatenate([np.unique(np.concatenate([good, bad])), [np.inf]])
    refused = np.array([(good < t).mean() for t in thresholds])
    passed = np.array([(bad >= t).mean() for t in thresholds])
    nearest = int(np.argmin(np.abs(refused - passed)))
    equal = (refused[nearest] + passed[nearest]) / 2
    return float(above), float(equal), float((bad >= np.quantile(good, BPCER)).mean())


def scorer(path: Path) -> Scorer:
    """Of weights, or of a .tflite file."""
    return of_file(path) if path.suffix == ".tflite" else of_network(load(path))


def load(path: Path) -> Liveness:
    """The network of saved weights, ready to be used."""
    weights = torch.load(path, weights_only=True)
    channels = tuple(weights[f"layers.{layer}.conv.weight"].shape[0] for layer in (0, 1, 3, 5))
    net = Liveness(channels)
    net.load_state_dict(weights)
    return net.eval()


def of_network(net: Liveness) -> Scorer:
    """Scores by PyTorch."""

    def score(views: np.ndarray) -> np.ndarray:
        results = []
        with torch.no_grad():
            for part in np.array_split(views, max(len(views) // 64, 1)):
                pixels = torch.from_numpy(np.ascontiguousarray(part.transpose(0, 3, 1, 2))).float() / 255
                results.append(live_score(net(normal(pixels))).numpy())
        return np.concatenate(results)

    return score


def of_file(path: Path) -> Scorer:
    """Scores by LiteRT, as the terminal has them."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=str(path), num_threads=1)
    interpreter.allocate_tensors()
    (given,), (taken,) = interpreter.get_input_details(), interpreter.get_output_details()
    step, _ = taken["quantization"]

    def score(views: np.ndarray) -> np.ndarray:
        results, begin = [], time.process_time()
        for pixels in views:
            interpreter.set_tensor(given["index"], (pixels ^ 0x80).view(np.int8)[None])
            interpreter.invoke()
            logits = interpreter.get_tensor(taken["index"])[0].astype(np.float32)
            results.append((logits[LIVE] - logits[1 - LIVE]) * step)
        print(f"  {1000 * (time.process_time() - begin) / len(views):.2f} ms of processor time each")
        return np.array(results, np.float32)

    return score


if __name__ == "__main__":
    main()
