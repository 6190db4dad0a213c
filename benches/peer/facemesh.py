#!/usr/bin/env python3
"""Times MediaPipe's FaceMesh on one 640 x 480 frame: the peer of `vouch-lab bench`.

    target/bench/venv/bin/python benches/peer/facemesh.py PICTURE [--frames 200]

PICTURE is any image Pillow reads, or a file of 640 x 480 x 3 raw RGB bytes. Prints one line of JSON;
times are milliseconds of wall clock per call of `process`, after warm-up:

* track_ms, track_ms_p10: the mesh on the face of the frame before (median, 10th percentile)
* detect_mesh_ms: detection and mesh for every frame (static_image_mode), median
* track_cpu_ms: processor time of all threads per tracked frame, mean
* threads: processors that this process may use; MediaPipe sizes its thread pool by it
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

import numpy as np
from PIL import Image

os.environ.setdefault("GLOG_minloglevel", "2")  # its banner would bury the result
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

WIDTH, HEIGHT = 640, 480
WARM_UP_FRAMES = 30  # the first ones prepare kernels and find the face


def main() -> None:
    """Prints the figures of the peer."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("picture", type=Path)
    parser.add_argument("--frames", type=int, default=200, help="timed frames of each mode")
    arguments = parser.parse_args()
    if arguments.frames < 1:
        parser.error("--frames must be 1 or more")
    frame = read_frame(arguments.picture)
    track, cpu = timed(frame, arguments.frames, static=False)
    detect, _ = timed(frame, arguments.frames, static=True)
    figures = {
        "track_ms": round(float(np.median(track)), 3),
        "detect_mesh_ms": round(float(np.median(detect)), 3),
        "track_ms_p10": round(float(np.percentile(track, 10)), 3),
        "track_cpu_ms": round(cpu, 3),
        "frames": arguments.frames,
        "threads": len(os.sched_getaffinity(0)),
    }
    print(json.dumps(figures))


def read_frame(path: Path) -> np.ndarray:
    """The picture as RGB bytes [480, 640, 3]."""
    raw = path.read_bytes()
    if len(raw) == WIDTH * HEIGHT * 3:
        return np.frombuffer(raw, np.uint8).reshape(HEIGHT, WIDTH, 3).copy()
    with Image.open(path) as picture:
        if picture.size != (WIDTH, HEIGHT):
            fail(f"{path} is {picture.width} x {picture.height}, not {WIDTH} x {HEIGHT}: scale it")
        return np.asarray(picture.convert("RGB")).copy()


def timed(frame: np.ndarray, count: int, static: bool) -> tuple[list[float], float]:
    """Milliseconds of each call, and mean milliseconds of processor time."""
    import mediapipe

    times = []
    with mediapipe.solutions.face_mesh.FaceMesh(
        static_image_mode=static, max_num_faces=1, refine_landmarks=False
    ) as mesh:
        for _ in range(WARM_UP_FRAMES):
            found = mesh.process(frame)
        if not found.multi_face_landmarks:
            fail("MediaPipe finds no face in the picture: without one the times mean nothing")
        processor = time.process_time()
        for _ in range(count):
            start = time.perf_counter()
            mesh.process(frame)
            times.append((time.perf_counter() - start) * 1e3)
        processor = (time.process_time() - processor) * 1e3 / count
    return times, processor


def fail(message: str) -> None:
    """Ends the run with a message."""
    sys.exit(f"benches/peer/facemesh.py: {message}")


if __name__ == "__main__":
    main()
