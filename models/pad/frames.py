#!/usr/bin/env python3
"""Makes simulated frames and writes the network's view of each.

    python models/pad/frames.py --people people --out sets --seed 1 --sets 5
    python models/pad/frames.py --people people --look sheet.png --seed 1

`--look` writes whole frames to look at instead.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import cv2
import numpy as np
from crop import crop, cut_close
from draws import Rng, between, chance
from people import People
from scene import LIVE, PRINT, REPLAY, Sample, sample

# Boxes of the mesh differ from frame to frame; each side moves by this share of the box's size.
BOX_JITTER = 0.04
# Frames cut close to the face, as when a screen fills the picture or a person sits near.
CLOSE_SHARE, CLOSEST, LOOSEST = 0.25, 2.0, 3.2
COUNTS = {LIVE: 200, REPLAY: 200, PRINT: 80}  # frames of a set
SHEET = (6, 4)  # pictures across and down for each kind


def main() -> None:
    """Makes one set."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=Path, required=True, help="folder that mattes.py wrote")
    parser.add_argument("--out", type=Path, help="folder for the sets")
    parser.add_argument("--look", type=Path)
    parser.add_argument("--scale", type=float, default=4.0, help="of the view, relative to the face box")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sets", type=int, default=1, help="sets to make, each with a seed of its own")
    for kind, count in COUNTS.items():
        parser.add_argument(f"--{kind}", type=int, default=count)
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    people = People(arguments.people)
    if arguments.look:
        look(np.random.default_rng(arguments.seed), people, arguments.look)
        return
    arguments.out.mkdir(parents=True, exist_ok=True)
    counts = {kind: getattr(arguments, kind) for kind in COUNTS}
    for seed in range(arguments.seed, arguments.seed + arguments.sets):
        make_set(seed, people, counts, arguments.scale, arguments.out / f"{seed}.npz")


def make_set(seed: int, people: People, counts: dict[str, int], scale: float, path: Path) -> None:
    """Writes views, kinds and identities of one set."""
    rng = np.random.default_rng(seed)
    kinds = [kind for kind, count in counts.items() for _ in range(count)]
    rng.shuffle(kinds)
    begin = time.monotonic()
    views, identities = [], []
    for kind in kinds:
        made = sample(rng, people, kind)
        views.append(view(rng, made, scale))
        identities.append(made.identity)
    np.savez(path, views=np.stack(views), kinds=np.array(kinds), identities=np.array(identities))
    each = (time.monotonic() - begin) / max(len(kinds), 1)
    print(f"{path}: {len(kinds)} frames, {1000 * each:.0f} ms each", flush=True)


def view(rng: Rng, made: Sample, scale: float) -> np.ndarray:
    """What the network sees of a frame, with the errors of face boxes."""
    frame, box = made.frame, made.box
    box = box + rng.normal(0, BOX_JITTER, 4) * (box[2] - box[0] + box[3] - box[1]) / 2
    if chance(rng, CLOSE_SHARE):
        frame, box = cut_close(frame, box, between(rng, CLOSEST, LOOSEST))
    return crop(frame, box, scale)


def look(rng: Rng, people: People, path: Path) -> None:
    """A sheet of frames of each kind with their face boxes."""
    rows = []
    for kind in (LIVE, REPLAY, PRINT):
        for _ in range(SHEET[1]):
            row = []
            for _ in range(SHEET[0]):
                made = sample(rng, people, kind)
                box = [int(v) for v in made.box]
                frame = cv2.rectangle(made.frame.copy(), box[:2], box[2:], (0, 255, 0), 2)
                share = min(240 / frame.shape[1], 180 / frame.shape[0])
                small = cv2.resize(frame, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
                height, width = small.shape[:2]
                row.append(cv2.copyMakeBorder(small, 0, 180 - height, 0, 240 - width, cv2.BORDER_CONSTANT))
            rows.append(np.hstack(row))
    cv2.imwrite(str(path), np.vstack(rows))


if __name__ == "__main__":
    main()
