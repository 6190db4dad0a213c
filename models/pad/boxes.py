#!/usr/bin/env python3
"""Finds the face in each picture of a list of real pictures, for `evaluate.py`.

    python models/pad/boxes.py --pictures FOLDER --manifest FOLDER/MANIFEST.csv --prefix attacks --out boxes.json

The manifest's `notes` may give a face box ("face box left,top,right,bottom", hairline to chin);
the mesh is then looked for about it. Needs requirements-mattes.txt.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from pathlib import Path

import cv2
import mediapipe
import numpy as np
from mattes import mesh_box

NOTED = re.compile(r"face box (-?\d+),(-?\d+),(-?\d+),(-?\d+)")
STILLS = ("webcam_still", "still", "phone_still")
AROUND = 2.2  # of a noted box's longer side: where the mesh is looked for
# Share of a noted box's height by which the mesh's top lies below the hairline, where it finds nothing.
BROW = 0.19


def main() -> None:
    """Writes a list of rows with boxes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--manifest", type=Path, nargs="+", required=True)
    parser.add_argument("--prefix", default="", help="only files whose name begins so")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    mesh = mediapipe.solutions.face_mesh.FaceMesh(static_image_mode=True, refine_landmarks=False)
    rows, fallen_back, lost = [], 0, 0
    for manifest in arguments.manifest:
        with manifest.open(newline="") as lines:
            entries = [row for row in csv.DictReader(lines) if row["kind"] in STILLS]
        for entry in entries:
            picture = cv2.imread(str(arguments.pictures / entry["file"]))
            if picture is None or not entry["file"].startswith(arguments.prefix):
                continue
            match = NOTED.search(entry["notes"])
            noted = np.array([float(v) for v in match.groups()]) if match else None
            box = found(picture, noted, mesh)
            if box is None and noted is not None:
                box = noted + np.array([0, BROW * (noted[3] - noted[1]), 0, 0])
                fallen_back += 1
            if box is None:
                lost += 1
                continue
            kept = {key: entry[key] for key in ("file", "label", "kind", "source_repo")}
            rows.append(kept | {"box": [round(float(v), 1) for v in box]})
    arguments.out.write_text(json.dumps(rows, indent=0) + "\n")
    print(f"{len(rows)} pictures, {fallen_back} by their noted box only, {lost} without a face")


def found(picture: np.ndarray, noted: np.ndarray | None, mesh: object) -> np.ndarray | None:
    """The mesh's box in the whole picture, or about the noted box."""
    left = top = 0
    part = picture
    if noted is not None:
        side = AROUND * max(noted[2] - noted[0], noted[3] - noted[1])
        middle = (noted[:2] + noted[2:]) / 2
        left, top = (int(max(0, v - side / 2)) for v in middle)
        part = picture[top : int(middle[1] + side / 2), left : int(middle[0] + side / 2)]
    if min(part.shape[:2]) < 32:
        return None
    box = mesh_box(cv2.cvtColor(np.ascontiguousarray(part), cv2.COLOR_BGR2RGB), mesh)
    return None if box is None else box + np.array([left, top, left, top])


if __name__ == "__main__":
    main()
