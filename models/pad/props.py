"""Where an attack is held, the hand that holds it, and what shines in its surface."""

from __future__ import annotations

import math

import cv2
import numpy as np
from draws import Rng, between, blurred, chance, ratio, resized

SKIN_TONES = np.array(
    [[0.42, 0.55, 0.8], [0.3, 0.42, 0.68], [0.2, 0.3, 0.5], [0.12, 0.18, 0.32], [0.3, 0.36, 0.55]], np.float32
)


def held(rng: Rng, size: tuple[float, float], centre: np.ndarray, tilt: float, tip: float) -> np.ndarray:
    """Corners, clockwise, of a rectangle turned by `tilt` degrees and tipped by about `tip`."""
    width, height = size
    half = np.array([[-width, -height], [width, -height], [width, height], [-width, height]], np.float32) / 2
    tip_x, tip_y = rng.normal(0, tip), rng.normal(0, tip)
    near = 1 + half[:, :1] / width * 2 * tip_x + half[:, 1:] / height * 2 * tip_y
    angle = math.radians(tilt)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]], np.float32)
    return ((half / near) @ turn.T + centre).astype(np.float32)


def with_hand(
    rng: Rng, scene: np.ndarray, quad: np.ndarray, size: float, room: float
) -> tuple[np.ndarray, np.ndarray]:
    """A grip: fingers over one edge of `quad`, at times the thumb over the opposite one, a palm.

    `size` is the shorter side of what is held. Gives the scene and the hand's mask.
    """
    side = int(rng.choice([1, 3, 2, 0], p=[0.35, 0.35, 0.2, 0.1]))
    start, end = quad[side], quad[(side + 1) % 4]
    edge = end - start
    length = float(np.linalg.norm(edge)) + 1e-6
    along, outward = edge / length, np.array([edge[1], -edge[0]]) / length
    mask = np.zeros(scene.shape[:2], np.float32)
    thick = max(int(ratio(rng, 0.08, 0.22) * size), 2)
    first = between(rng, 0.15, 0.7) * length
    slant = float(rng.normal(0, 0.3))

    def stroke(tip: np.ndarray, base: np.ndarray, width: int) -> None:
        ends = (tuple(int(v) for v in point) for point in (tip, base))
        cv2.line(mask, *ends, 1.0, width, cv2.LINE_AA)

    for finger in range(int(rng.integers(1, 5))):
        root = start + along * (first + 1.1 * thick * finger)
        reach = ratio(rng, 0.02, 0.25) * size
        stroke(root - outward * reach, root + (outward + along * slant) * between(rng, 0.2, 0.7) * size, thick)
    if chance(rng, 0.45):  # the thumb on the other side, and the palm behind
        root = start + along * (first + float(rng.normal(0, 0.2)) * size) - outward * size
        stroke(root + outward * ratio(rng, 0.03, 0.25) * size, root - outward * 0.4 * size + along * 0.3 * size, thick)
    if chance(rng, 0.6):
        palm = start + along * (first + thick) + outward * between(rng, 0.3, 0.7) * size
        arm = palm + outward * size * 2 + along * float(rng.normal(0, 1)) * size
        stroke(palm, palm + along * 0.3 * size, int(0.45 * size) + 1)
        if chance(rng, 0.6):
            stroke(palm, arm, int(between(rng, 0.3, 0.6) * size) + 1)
    return skin_over(rng, scene, mask, thick, room)


def with_gesture(rng: Rng, scene: np.ndarray, face: np.ndarray, room: float) -> np.ndarray:
    """A live person's own hand somewhere about the face."""
    size = float(face[3] - face[1])
    centre = (face[:2] + face[2:]) / 2 + rng.normal(0, 0.9, 2) * size + np.array([0, 0.5]) * size
    mask = np.zeros(scene.shape[:2], np.float32)
    thick = max(int(ratio(rng, 0.08, 0.16) * size), 1)
    angle = between(rng, 0, 6.3)
    for _ in range(int(rng.integers(1, 5))):
        spread = angle + float(rng.normal(0, 0.5))
        tip = centre + ratio(rng, 0.3, 0.7) * size * np.array([math.cos(spread), math.sin(spread)])
        cv2.line(mask, *(tuple(int(v) for v in point) for point in (centre, tip)), 1.0, thick, cv2.LINE_AA)
    arm = centre + size * np.array([float(rng.normal(0, 0.5)), 3.0])
    ends = (tuple(int(v) for v in point) for point in (centre, arm))
    cv2.line(mask, *ends, 1.0, int(0.4 * size) + 1, cv2.LINE_AA)
    return skin_over(rng, scene, mask, thick, room)[0]


def skin_over(
    rng: Rng, scene: np.ndarray, mask: np.ndarray, thick: int, room: float
) -> tuple[np.ndarray, np.ndarray]:
    """Skin where the mask is, darker towards its edges."""
    tone = SKIN_TONES[int(rng.integers(len(SKIN_TONES)))] * np.float32(between(rng, 0.4, 1.2) * room)
    roundness = blurred(mask, thick * 0.3 + 1)
    skin = tone * (0.55 + 0.45 * roundness)[..., None]
    mask = blurred(mask, 1.0)[..., None]
    return scene * (1 - mask) + skin * mask, mask


def glare(rng: Rng, width: int, height: int, level: float) -> np.ndarray:
    """Reflections of lamps and windows, [height, width]."""
    small = np.zeros((height // 4, width // 4), np.float32)
    for _ in range(int(rng.integers(1, 4))):
        at = (int(between(rng, 0, width // 4)), int(between(rng, 0, height // 4)))
        if chance(rng, 0.5):
            axes = (int(ratio(rng, 3, 40)), int(ratio(rng, 3, 40)))
            cv2.ellipse(small, at, axes, between(rng, 0, 180), 0, 360, between(rng, 0.2, 1), -1)
        else:
            size = (ratio(rng, 4, 80), ratio(rng, 4, 80))
            shape = cv2.boxPoints((at, size, between(rng, 0, 90))).astype(np.int32)
            cv2.fillConvexPoly(small, shape, between(rng, 0.2, 1))
    return resized(blurred(small, ratio(rng, 0.7, 18)), width, height) * np.float32(level)
