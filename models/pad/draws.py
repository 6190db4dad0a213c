"""Random draws and small picture operations that the parts of the simulation share.

Pictures are float32, height by width by BGR. "Display" values are gamma-coded, 0 to 1; "light" is
linear and has no upper end.
"""

from __future__ import annotations

import math

import cv2
import numpy as np

Rng = np.random.Generator


def between(rng: Rng, low: float, high: float) -> float:
    """Uniform."""
    return float(rng.uniform(low, high))


def ratio(rng: Rng, low: float, high: float) -> float:
    """Uniform in the logarithm: for sizes, lights and blurs."""
    return math.exp(float(rng.uniform(math.log(low), math.log(high))))


def chance(rng: Rng, share: float) -> bool:
    """True in this share of the draws."""
    return bool(rng.random() < share)


def colour(rng: Rng, value: float | None = None, most_saturated: float = 0.6) -> np.ndarray:
    """A BGR colour, most often nearly grey; `value` is its brightness."""
    hue = between(rng, 0, 180)
    saturation = min(most_saturated, abs(float(rng.normal(0, 0.25))))
    brightness = between(rng, 0.08, 0.98) if value is None else value
    hsv = np.uint8([[[hue, 255 * saturation, 255 * min(brightness, 1.0)]]])
    return cv2.cvtColor(hsv, cv2.COLOR_HSV2BGR)[0, 0].astype(np.float32) / 255


def light(picture: np.ndarray) -> np.ndarray:
    """Display values as light; 2 stands for the exponent 2.2 because a square is quick."""
    return np.square(np.clip(picture, 0, 4).astype(np.float32))


def uneven(rng: Rng, width: int, height: int, cells: int, amount: float) -> np.ndarray:
    """A smooth field about 1 that changes over `cells` by `cells` cells."""
    field = rng.uniform(1 - amount, 1 + amount, (cells, cells)).astype(np.float32)
    return cv2.resize(field, (width, height), interpolation=cv2.INTER_CUBIC)


def saturated(picture: np.ndarray, factor: float) -> np.ndarray:
    """Colours moved from grey by `factor`."""
    matrix = (np.eye(3) * factor + (1 - factor) / 3).astype(np.float32)
    return cv2.transform(picture, matrix)


def graded(picture: np.ndarray, contrast: float, shift: float, colours: float) -> np.ndarray:
    """Contrast about the middle, a shift and a saturation, as cameras and picture editors apply."""
    picture = (np.clip(picture, 0, 1.6) - 0.5) * contrast + 0.5 + shift
    return np.clip(saturated(np.clip(picture, 0, 1.6), colours), 0, 1.6)


def blurred(picture: np.ndarray, sigma: float) -> np.ndarray:
    """Gaussian blur."""
    return cv2.GaussianBlur(picture, (0, 0), sigma)


def resized(picture: np.ndarray, width: int, height: int) -> np.ndarray:
    """Area-averaged when smaller, bilinear when larger."""
    smaller = width < picture.shape[1]
    way = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return cv2.resize(picture, (width, height), interpolation=way)


def box_of(points: np.ndarray) -> np.ndarray:
    """Left, top, right, bottom of points."""
    return np.concatenate([points.min(0), points.max(0)]).astype(np.float32)


def corners(box: np.ndarray) -> np.ndarray:
    """The four corners of a box, clockwise from the top left."""
    left, top, right, bottom = box
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
