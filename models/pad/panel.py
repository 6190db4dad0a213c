"""The sub-pixels of a screen, as a sensor samples them.

The pattern is not drawn and resampled. Its harmonics are evaluated at the sensor's own pixels, each
weakened by the lens and the pixel's aperture at the local spatial frequency, so that moire arises
from sampling as it does in a camera.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from draws import Rng, between, chance

WEAKEST = 0.004  # an amplitude below this can't be told from noise
HORIZON = 1e-6  # nearer to the homography's horizon there is no screen
SPARSE = 16  # pixels between the points at which the local frequency is taken


def gains(
    rng: Rng, size: tuple[int, int], to_panel: np.ndarray, pentile: bool, sigma: float
) -> np.ndarray:
    """Gains about 1 for each sensor pixel and colour.

    `size` is the sensor's width and height; `to_panel` maps its pixels to the panel's, by a
    homography; `sigma` is the lens blur in sensor pixels.
    """
    width, height = size
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    depth = to_panel[2, 0] * x + to_panel[2, 1] * y + to_panel[2, 2]
    depth = np.where(np.abs(depth) < HORIZON, HORIZON, depth)
    across = (to_panel[0, 0] * x + to_panel[0, 1] * y + to_panel[0, 2]) / depth
    down = (to_panel[1, 0] * x + to_panel[1, 1] * y + to_panel[1, 2]) / depth
    u_x, u_y = frequency(across)
    v_x, v_y = frequency(down)

    def weakened(along_x: float, along_y: float) -> float:
        square = along_x * along_x + along_y * along_y
        lens = math.exp(-2 * math.pi**2 * sigma**2 * square)
        return lens * abs(np.sinc(along_x)) * abs(np.sinc(along_y))

    columns, rows = between(rng, 0.8, 1.3), between(rng, 0.2, 0.8)
    gain = np.ones((height, width, 3), np.float32)
    if pentile:
        first = columns * weakened(u_x, u_y)
        second = columns * weakened(v_x, v_y)
        diagonal = columns * weakened((u_x + v_x) / 2, (u_y + v_y) / 2)
        if max(first, second) > WEAKEST:
            gain[..., 1] += 0.5 * first * wave(across) + 0.5 * second * wave(down)
        if diagonal > WEAKEST:
            both = wave((across + down) / 2) + wave((across - down) / 2)
            gain[..., 0] += 0.6 * diagonal * both
            gain[..., 2] -= 0.6 * diagonal * both
    else:
        first, twice = columns * weakened(u_x, u_y), 0.35 * weakened(2 * u_x, 2 * u_y)
        line = rows * weakened(v_x, v_y)
        order = 1 if chance(rng, 0.5) else -1
        for channel in range(3):
            shifted = across + order * (channel - 1) / 3
            if first > WEAKEST:
                gain[..., channel] += first * wave(shifted)
            if twice > WEAKEST:
                gain[..., channel] += twice * wave(2 * shifted)
        if line > WEAKEST:
            gain *= 1 + line * wave(down)[..., None]
    return np.maximum(gain, 0)


def wave(phase: np.ndarray) -> np.ndarray:
    """Cosine of a phase that is counted in turns."""
    turns = (phase - np.floor(phase)) * np.float32(2 * np.pi)
    return cv2.polarToCart(np.ones_like(turns), turns)[0]


def frequency(phase: np.ndarray) -> tuple[float, float]:
    """Turns for each pixel, across and down."""
    sparse = phase[::SPARSE, ::SPARSE]
    across, down = (np.median(np.abs(np.diff(sparse, axis=axis))) / SPARSE for axis in (1, 0))
    return float(across), float(down)
