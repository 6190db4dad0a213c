#!/usr/bin/env python3
"""Makes a recording of a person who follows prompts, from NASA's portrait of an astronaut.

    .venv/bin/python scripts/demo_recording.py --gestures blink,open-mouth,turn-left --out FILE.mp4
    .venv/bin/python scripts/demo_recording.py --still FILE.png [--person other]

The portrait is the public-domain picture that scikit-image ships as `astronaut`. It is not in the
repository: it comes from the pinned wheel, and `portrait.py` animates it. The same arguments
give the same frames. Needs ffmpeg for a recording, and .venv (scripts/setup.sh demo).
"""

from __future__ import annotations

import argparse
import io
import json
import math
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

SCRIPTS = Path(__file__).resolve().parent
sys.path.insert(0, str(SCRIPTS.parent / "models"))

from build import ARCHIVES, check, fetch, member  # noqa: E402
from portrait import HEIGHT, WIDTH, Expression, Head, Pose, other_person  # noqa: E402
from sources import Archive  # noqa: E402

SCIKIT_IMAGE = Archive(
    registry="pypi",
    spec="scikit-image==0.25.2",
    file="scikit_image-0.25.2-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
    sha256="24cc986e1f4187a12aa319f777b36008764e856e5013666a4a83f8df083c2641",
    licence="BSD-3-Clause; the portrait itself is a NASA picture in the public domain",
    platform="manylinux_2_17_x86_64",
)
LANDMARKS = SCRIPTS / "astronaut_landmarks.json"

RATE = 30  # frames per second
FIRST_REST_S = 2.5  # for the terminal to find the face and see it at rest
REST_S = 1.2  # before each gesture, as long as a person needs to read a prompt
LAST_REST_S = 1.5
NOISE = 2.0  # standard deviation, of 255: a webcam in a lit room
NOISE_FRAMES = 8
SEED = 7

# For each gesture: seconds to get there, to stay, and to come back. A spontaneous blink takes 100 to
# 400 ms (Stern and others 1984).
TIMES = {
    "blink": (0.08, 0.09, 0.10),
    "open-mouth": (0.35, 0.55, 0.40),
    "turn-left": (0.45, 0.50, 0.50),
    "turn-right": (0.45, 0.50, 0.50),
    "nod": (0.40, 0.10, 0.50),
}
# Angles that the mesh then sees as 25 to 30 and -20 degrees: it pulls a warped picture back towards
# the front.
TURN_DEGREES = 36.0
NOD_DEGREES = -24.0


@dataclass(frozen=True)
class Act:
    """One gesture and when it starts, in seconds."""

    gesture: str
    start: float


def main() -> None:
    """Writes the recording, the still, or both."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gestures", default="blink,open-mouth,turn-left", help=", ".join(TIMES))
    parser.add_argument("--out", type=Path, help="the recording (H.264, 640 x 480, 30 fps)")
    parser.add_argument("--still", type=Path, help="a PNG of the same person at rest")
    parser.add_argument("--person", choices=("astronaut", "other"), default="astronaut")
    parser.add_argument("--fetch", action="store_true", help="only fetch the portrait")
    parser.add_argument("--rate", type=int, default=RATE, help="frames per second")
    arguments = parser.parse_args()
    if not (arguments.out or arguments.still or arguments.fetch):
        parser.error("say --out FILE.mp4, --still FILE.png or both")
    if arguments.rate < 1:
        parser.error("--rate must be 1 or more")
    gestures = [name for name in arguments.gestures.split(",") if name]
    unknown = [name for name in gestures if name not in TIMES]
    if unknown:
        parser.error(f"unknown gesture {unknown[0]}: known are {', '.join(TIMES)}")
    if arguments.fetch:
        portrait_bytes(read_landmarks())
        return
    head = load_head(arguments.person)
    if arguments.still:
        write_still(head, arguments.still)
    if arguments.out:
        write_recording(head, gestures, arguments.out, arguments.rate)


def read_landmarks() -> dict[str, Any]:
    """The face mesh of the portrait, and which file of the wheel the portrait is."""
    return json.loads(LANDMARKS.read_text())


def portrait_bytes(landmarks: dict[str, Any]) -> bytes:
    """The portrait's file from its wheel, which is fetched if it is missing."""
    ARCHIVES.mkdir(parents=True, exist_ok=True)
    data = member(fetch(SCIKIT_IMAGE), landmarks["picture"])
    check(data, landmarks["sha256"], f"{landmarks['picture']} in {SCIKIT_IMAGE.file}")
    return data


def load_head(person: str) -> Head:
    """The portrait, or the other face made from it, ready to be drawn."""
    landmarks = read_landmarks()
    picture = Image.open(io.BytesIO(portrait_bytes(landmarks))).convert("RGB")
    points = np.array(landmarks["points"])
    if person == "other":
        picture, points = other_person(picture, points)
    return Head(picture, points)


def write_still(head: Head, path: Path) -> None:
    """The portrait at rest, without noise, as a document's photograph would be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    frame = head.draw(Pose(), Expression())
    Image.fromarray(np.clip(np.rint(frame), 0, 255).astype(np.uint8)).save(path)
    print(f"{path}: {WIDTH} x {HEIGHT}")


def write_recording(head: Head, gestures: list[str], path: Path, rate: int) -> None:
    """Draws every frame into ffmpeg; the file appears only when it is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".partial-{path.name}")
    acts, length = timeline(gestures)
    count = round(length * rate)
    try:
        encoder = subprocess.Popen(encode_command(partial, rate), stdin=subprocess.PIPE)
    except FileNotFoundError:
        sys.exit("demo_recording: ffmpeg is not installed: run scripts/setup.sh demo")
    assert encoder.stdin is not None
    for frame in frames(head, acts, count, rate):
        encoder.stdin.write(frame.tobytes())
    encoder.stdin.close()
    if encoder.wait() != 0:
        partial.unlink(missing_ok=True)
        raise SystemExit(f"demo_recording: ffmpeg could not write {path}: see the lines above")
    os.replace(partial, path)
    print(f"{path}: {count} frames, {length:.1f} s, {', '.join(gestures) or 'at rest'}")


def encode_command(path: Path, rate: int) -> list[str]:
    """Near-lossless H.264; one thread and no dates, so that the same frames give the same bytes."""
    return [
        *("ffmpeg", "-hide_banner", "-loglevel", "error", "-y"),
        *("-f", "rawvideo", "-pixel_format", "rgb24", "-video_size", f"{WIDTH}x{HEIGHT}"),
        *("-framerate", str(rate), "-i", "-"),
        *("-codec:v", "libx264", "-preset", "veryfast", "-crf", "12", "-pix_fmt", "yuv420p"),
        *("-threads", "1", "-map_metadata", "-1", "-fflags", "+bitexact", "-flags", "+bitexact"),
        *("-movflags", "+faststart", "-f", "mp4", str(path)),
    ]


def timeline(gestures: list[str]) -> tuple[list[Act], float]:
    """When each gesture starts, and the total length."""
    acts, now = [], FIRST_REST_S
    for index, gesture in enumerate(gestures):
        now += REST_S if index else 0
        acts.append(Act(gesture, now))
        now += sum(TIMES[gesture])
    return acts, now + LAST_REST_S


def frames(head: Head, acts: list[Act], count: int, rate: int) -> Iterator[np.ndarray]:
    """The frames in order, uint8 [480, 640, 3]."""
    rng = np.random.default_rng(SEED)
    noise = rng.normal(0, NOISE, (NOISE_FRAMES, HEIGHT, WIDTH, 3)).astype(np.float32)
    for number in range(count):
        frame = head.draw(*state(acts, number / rate))
        grain = noise[number % NOISE_FRAMES]
        shift = (int(rng.integers(HEIGHT)), int(rng.integers(WIDTH)))
        frame += np.roll(grain, shift, axis=(0, 1))
        yield np.clip(np.rint(frame), 0, 255).astype(np.uint8)


def state(acts: list[Act], now: float) -> tuple[Pose, Expression]:
    """Pose and expression at a time: the gestures on top of a slight sway."""
    amount = {name: 0.0 for name in TIMES}
    for act in acts:
        amount[act.gesture] = max(amount[act.gesture], course(TIMES[act.gesture], now - act.start))
    sway = swayed(now)
    # The person's own left is the picture's right, unless the picture is mirrored.
    yaw = TURN_DEGREES * (amount["turn-left"] - amount["turn-right"])
    pose = Pose(
        yaw=sway.yaw + yaw,
        pitch=sway.pitch + NOD_DEGREES * amount["nod"],
        roll=sway.roll,
        dx=sway.dx,
        dy=sway.dy,
    )
    return pose, Expression(blink=amount["blink"], mouth=amount["open-mouth"])


def course(times: tuple[float, float, float], since: float) -> float:
    """How far a gesture is, 0 to 1, at a time after its start."""
    there, stay, back = times
    if since < there:
        return ease(since / there)
    return ease((there + stay + back - since) / back) if since > there + stay else 1.0


def ease(share: float) -> float:
    """From 0 to 1, smooth at both ends."""
    share = min(max(share, 0.0), 1.0)
    return share * share * (3 - 2 * share)


def swayed(now: float) -> Pose:
    """The movement of a head held still: slow drifts of a degree and a pixel."""

    def drift(period: float, phase: float) -> float:
        slow = math.sin(2 * math.pi * (now / period + phase))
        return 0.7 * slow + 0.3 * math.sin(2 * math.pi * (now * 2.3 / period + 3 * phase))

    return Pose(
        yaw=1.3 * drift(4.1, 0.1),
        pitch=0.9 * drift(5.3, 0.4),
        roll=0.6 * drift(6.1, 0.7),
        dx=1.4 * drift(4.7, 0.2),
        dy=0.9 * drift(3.7, 0.9),
    )


if __name__ == "__main__":
    main()
