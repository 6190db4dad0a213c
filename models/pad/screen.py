"""What an attacker shows: a picture or video frame of a person on a phone, tablet or monitor."""

from __future__ import annotations

import string
from dataclasses import dataclass

import cv2
import numpy as np
from draws import Rng, between, chance, colour, graded, light, ratio, resized, uneven
from people import People, compose

# Shares of the draws and the long side divided by the short one, panel pixels across the short side.
PHONE_SHARE, TABLET_SHARE = 0.65, 0.15
ASPECTS = {"phone": (1.75, 2.25), "tablet": (1.33, 1.6), "monitor": (1.5, 1.8)}
PIXELS_ACROSS = {"phone": (720, 1440), "tablet": (768, 1600), "monitor": (768, 1440)}
SHORT_SIDE = 320  # pixels in which a screen's picture is drawn
WHITE_POINT = np.array([1.06, 1.0, 0.96], np.float32)  # screens are bluer than rooms


@dataclass
class Shown:
    """A flat picture to be held before a camera: display values or light, and its face box."""

    picture: np.ndarray
    box: np.ndarray
    identity: str
    device: str  # a key of ASPECTS, or "paper"


def shown_on_screen(rng: Rng, people: People) -> Shown:
    """Display values of a whole screen."""
    pick = rng.random()
    device = "phone" if pick < PHONE_SHARE else "tablet" if pick < PHONE_SHARE + TABLET_SHARE else "monitor"
    long_side = int(SHORT_SIDE * between(rng, *ASPECTS[device]))
    lying = device == "monitor" or chance(rng, 0.2)
    width, height = (long_side, SHORT_SIDE) if lying else (SHORT_SIDE, long_side)
    picture, box, identity = photograph(rng, people, width, height, letterboxed=0.35)
    if chance(rng, 0.5):
        picture = with_interface(rng, picture)
    return Shown(recompressed(rng, picture), box, identity, device)


def photograph(
    rng: Rng, people: People, width: int, height: int, letterboxed: float
) -> tuple[np.ndarray, np.ndarray, str]:
    """A portrait, selfie or scene with a person, edited as such pictures are."""
    inner_w, inner_h = width, height
    if chance(rng, letterboxed):
        if height >= width:
            inner_h = int(height * between(rng, 0.4, 0.85))
        else:
            inner_w = int(width * between(rng, 0.45, 0.85))
    share = ratio(rng, 0.09, 0.3) if chance(rng, 0.3) else between(rng, 0.25, 0.6)
    face = min(inner_h, 1.3 * inner_w) * share
    picture, box, identity = compose(rng, people, (inner_w, inner_h), face, studio=0.25, shady=0.1)
    if chance(rng, 0.7):
        contrast, shift = between(rng, 0.9, 1.45), between(rng, -0.08, 0.1)
        picture = graded(picture * between(rng, 0.9, 1.4), contrast, shift, between(rng, 0.9, 1.8))
    picture = np.clip(picture, 0, 1)
    if (inner_w, inner_h) != (width, height):
        left, top = (width - inner_w) // 2, int((height - inner_h) * between(rng, 0.2, 0.8))
        whole = np.empty((height, width, 3), np.float32)
        whole[:] = between(rng, 0, 0.12) if chance(rng, 0.7) else between(rng, 0.7, 1)
        whole[top : top + inner_h, left : left + inner_w] = picture
        picture, box = whole, box + np.array([left, top, left, top], np.float32)
    return picture, box, identity


def with_interface(rng: Rng, picture: np.ndarray) -> np.ndarray:
    """Status bar, buttons, captions."""
    height, width = picture.shape[:2]
    canvas = (np.clip(picture, 0, 1) * 255).astype(np.uint8)

    def shade() -> list[float]:
        return (colour(rng) * 255).tolist()

    for _ in range(int(rng.integers(1, 5))):
        y = int(between(rng, 0, 0.07) * height) if chance(rng, 0.4) else int(between(rng, 0.8, 0.97) * height)
        if chance(rng, 0.4):
            cv2.rectangle(canvas, (0, y), (width, int(y + between(rng, 0.03, 0.14) * height)), shade(), -1)
        words = "".join(rng.choice(list(string.ascii_letters + " "), int(rng.integers(3, 18))))
        at = (int(between(rng, 0, 0.6) * width), min(height - 3, y + int(0.04 * height)))
        size, thick = between(rng, 0.4, 1.4) * width / 420, int(rng.integers(1, 4))
        cv2.putText(canvas, words, at, int(rng.integers(0, 4)), size, shade(), thick, cv2.LINE_AA)
        if chance(rng, 0.4):
            at = (int(between(rng, 0.05, 0.95) * width), min(height - 4, y + 8))
            cv2.circle(canvas, at, int(between(rng, 0.01, 0.05) * width), shade(), -1, cv2.LINE_AA)
    return canvas.astype(np.float32) / 255


def recompressed(rng: Rng, picture: np.ndarray) -> np.ndarray:
    """As a stored picture or a video of lower resolution."""
    height, width = picture.shape[:2]
    if chance(rng, 0.6):
        quality = int(between(rng, 35, 95))
        coded = cv2.imencode(".jpg", (picture * 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        picture = cv2.imdecode(coded, cv2.IMREAD_COLOR).astype(np.float32) / 255
    if chance(rng, 0.2):
        share = between(rng, 0.35, 0.8)
        picture = resized(resized(picture, int(width * share), int(height * share)), width, height)
    return picture


def emitted(rng: Rng, shown: Shown, level: float) -> np.ndarray:
    """Light of the screen: its primaries, white point, black level, unevenness and refresh bands."""
    height, width = shown.picture.shape[:2]
    glow = light(np.clip(shown.picture, 0, 1)) ** np.float32(between(rng, 0.85, 1.2))
    spread = between(rng, -0.12, 0.15)
    mix = np.eye(3, dtype=np.float32) * (1 - spread) + spread / 3
    glow = np.clip(cv2.transform(glow, mix), 0, 1)
    glow = glow * np.exp(rng.normal(0, 0.12, 3)).astype(np.float32) * WHITE_POINT
    black = ratio(rng, 0.002, 0.1)
    glow = glow + black * uneven(rng, width, height, 4, 0.6)[..., None]
    glow = glow * uneven(rng, width, height, 3, between(rng, 0, 0.25))[..., None]
    if chance(rng, 0.3 if shown.device == "monitor" else 0.12):
        rows = np.arange(height, dtype=np.float32) / height
        wave = np.sin(rows * 2 * np.pi * between(rng, 1, 12) + between(rng, 0, 6))
        glow = glow * (1 + between(rng, 0.03, 0.3) * wave)[:, None, None]
    return (glow * level).astype(np.float32)
