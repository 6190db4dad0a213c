"""A printed photograph: gamut, halftone, paper and folds."""

from __future__ import annotations

import math

import numpy as np
from draws import Rng, between, chance, light, ratio, resized, uneven
from people import People, compose
from screen import Shown, photograph

SHORT_SIDE = 320  # pixels in which a print is drawn
SCREEN_ANGLES = (15, 75, 0)  # degrees of the halftone of each ink


def printed(rng: Rng, people: People) -> Shown:
    """Display values of a print that reflects all light of an even lamp."""
    long_side = int(SHORT_SIDE * between(rng, 1.2, 1.6))
    lying = chance(rng, 0.25)
    width, height = (long_side, SHORT_SIDE) if lying else (SHORT_SIDE, long_side)
    if chance(rng, 0.5):
        picture, box, identity = photograph(rng, people, width, height, letterboxed=0)
    else:
        face = min(height, 1.3 * width) * between(rng, 0.25, 0.6)
        picture, box, identity = compose(rng, people, (width, height), face, studio=0.5, shady=0.05)
        picture = np.clip(picture, 0, 1)
    grey = picture.mean(2, keepdims=True)
    kept = 0.0 if chance(rng, 0.08) else between(rng, 0.4, 1.05)
    picture = np.clip(grey + (picture - grey) * kept, 0, 1)
    picture = halftoned(rng, picture)
    darkest, white = between(rng, 0.06, 0.28), between(rng, 0.75, 0.95)
    paper = white * np.array([between(rng, 0.85, 1.02), between(rng, 0.95, 1.0), 1.0], np.float32)
    picture = darkest + (paper - darkest) * picture
    if chance(rng, 0.2):  # an ink runs low
        picture = picture * np.exp(rng.normal(0, 0.08, 3)).astype(np.float32)
    fibres = rng.normal(0, between(rng, 0, 0.04), (height // 2, width // 2)).astype(np.float32)
    picture = picture * (1 + resized(fibres, width, height))[..., None]
    return Shown(picture.astype(np.float32), box, identity, "paper")


def halftoned(rng: Rng, picture: np.ndarray) -> np.ndarray:
    """Rosettes of a press or a laser printer, or the dither of an ink jet."""
    height, width = picture.shape[:2]
    if not chance(rng, 0.5):
        dither = rng.standard_normal(picture.shape, dtype=np.float32) * between(rng, 0.01, 0.09)
        return np.clip(picture + dither, 0, 1)
    period, strength = between(rng, 1.8, 5), between(rng, 0.1, 0.6)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    result = picture.copy()
    for channel, degrees in enumerate(SCREEN_ANGLES):
        angle = math.radians(degrees + between(rng, -5, 5))
        along = (x * math.cos(angle) + y * math.sin(angle)) * np.float32(2 * np.pi / period)
        aside = (y * math.cos(angle) - x * math.sin(angle)) * np.float32(2 * np.pi / period)
        dots = strength * (np.cos(along) + np.cos(aside))
        ink = picture[..., channel]
        result[..., channel] = np.clip(ink + dots * ink * (1 - ink), 0, 1)
    return result


def reflected_light(rng: Rng, shown: Shown, room: float) -> np.ndarray:
    """Light that comes back from the print: the room's, shaded by bends and folds."""
    height, width = shown.picture.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    shade = uneven(rng, width, height, 3, between(rng, 0.05, 0.4))
    for _ in range(int(rng.integers(0, 4))):
        angle, depth = between(rng, 0, 6.3), between(rng, 0, 0.25)
        across = x * math.cos(angle) + y * math.sin(angle) - between(rng, -width, width)
        if chance(rng, 0.5):
            shade = shade * (1 + depth * np.tanh(across / between(rng, 4, 90)))  # a fold
        else:
            shade = shade * (1 + depth * np.sin(across / ratio(rng, 30, 200)))  # a bend
    return light(shown.picture) * shade[..., None].astype(np.float32) * np.float32(room * between(rng, 0.7, 1.6))
