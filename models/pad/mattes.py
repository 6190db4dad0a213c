#!/usr/bin/env python3
"""Cuts people out of their portraits: a matte and a face box for each.

    python models/pad/mattes.py --portraits FOLDER --out people

FOLDER holds MANIFEST.csv (columns `file`, `identity`) and the pictures it names. Writes a BGRA
picture for each portrait, alpha being the matte, and `people.json`. Needs requirements-mattes.txt
in an environment of its own: mediapipe wants an older numpy than the training does.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
from pathlib import Path
from typing import Any

os.environ.setdefault("GLOG_minloglevel", "3")
import cv2  # noqa: E402
import mediapipe  # noqa: E402
import numpy as np  # noqa: E402

LARGEST_FACE = 320  # pixels of a face's height that are kept; no simulated face is larger
# The segmentation's certainty below and above which a pixel is all background or all person.
BACKGROUND, PERSON = 0.35, 0.85
SMALLEST_SHARE = 0.12  # of the picture that a person must cover, or the matte has failed


def main() -> None:
    """Cuts out all portraits of the folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--portraits", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    solutions = mediapipe.solutions
    segmenter = solutions.selfie_segmentation.SelfieSegmentation(model_selection=0)
    mesh = solutions.face_mesh.FaceMesh(static_image_mode=True, refine_landmarks=False)
    people = []
    with (arguments.portraits / "MANIFEST.csv").open(newline="") as manifest:
        rows = sorted(csv.DictReader(manifest), key=lambda row: row["file"])
    for row in rows:
        path = arguments.portraits / Path(row["file"]).name
        picture = cv2.imread(str(path))
        if picture is None:
            raise SystemExit(f"{path}: not a picture; is the folder complete?")
        cut = cut_out(picture, segmenter, mesh)
        if cut is None:
            print(f"{path.name}: left out (no face or a poor matte)")
            continue
        bgra, box = cut
        cv2.imwrite(str(arguments.out / f"{path.stem}.png"), bgra)
        people.append(
            {
                "file": f"{path.stem}.png",
                "identity": row["identity"],
                "set": path.name.split("_")[0],
                "box": [round(float(side), 1) for side in box],
            }
        )
    (arguments.out / "people.json").write_text(json.dumps(people, indent=0) + "\n")
    print(f"{len(people)} of {len(rows)} portraits")


def cut_out(picture: np.ndarray, segmenter: Any, mesh: Any) -> tuple[np.ndarray, np.ndarray] | None:
    """BGRA picture and the box round the 468 points of the face mesh, or None."""
    rgb = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
    box = mesh_box(rgb, mesh)
    if box is None:
        return None
    scale = min(1.0, LARGEST_FACE / float(box[3] - box[1]))
    certainty = segmenter.process(rgb).segmentation_mask
    alpha = np.clip((certainty - BACKGROUND) / (PERSON - BACKGROUND), 0, 1)
    if alpha.mean() < SMALLEST_SHARE:
        return None
    bgra = np.dstack([picture, (alpha * 255 + 0.5).astype(np.uint8)])
    if scale < 1:
        bgra = cv2.resize(bgra, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return bgra, box * scale


def mesh_box(rgb: np.ndarray, mesh: Any) -> np.ndarray | None:
    """Left, top, right, bottom of the mesh's points in pixels: the box that the terminal uses."""
    faces = mesh.process(rgb).multi_face_landmarks
    if not faces:
        return None
    height, width = rgb.shape[:2]
    points = np.array([[p.x * width, p.y * height] for p in faces[0].landmark], np.float32)
    return np.concatenate([points.min(0), points.max(0)])


if __name__ == "__main__":
    main()
