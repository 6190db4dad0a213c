"""Cut-out people before generated rooms, for a live scene or for a photograph on a screen."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from backgrounds import background
from draws import Rng, between, blurred, box_of, chance, corners, ratio

# How often a portrait of a set is drawn, against the others: the larger pictures are worth more.
SET_WEIGHTS = {"london": 1.6, "canada": 1.6, "lisa": 1.2, "zoom": 1.2, "congress": 0.7}
# Shares of the face's height by which a cut-out grows: shoulders sideways, clothes below.
SIDE_GROWTH, BELOW_GROWTH = 0.6, 1.8
SHOULDER_SLOPE = 0.8
HEADROOM = 0.3  # share of the face's height between the mesh's top and the hair's


@dataclass
class CutOut:
    """One person: BGR bytes, matte bytes, face box in pixels."""

    picture: np.ndarray
    matte: np.ndarray
    box: np.ndarray
    identity: str


class People:
    """All cut-outs of a folder that `mattes.py` wrote."""

    def __init__(self, folder: Path) -> None:
        entries: list[dict[str, Any]] = json.loads((folder / "people.json").read_text())
        self.folder, self.entries = folder, entries
        self.loaded: dict[int, CutOut] = {}
        weights = np.array([SET_WEIGHTS[entry["set"]] for entry in entries])
        self.shares = weights / weights.sum()

    def draw(self, rng: Rng) -> CutOut:
        """One of them."""
        index = int(rng.choice(len(self.entries), p=self.shares))
        if index not in self.loaded:
            entry = self.entries[index]
            bgra = cv2.imread(str(self.folder / entry["file"]), cv2.IMREAD_UNCHANGED)
            box = np.array(entry["box"], np.float32)
            self.loaded[index] = grown(bgra[..., :3], bgra[..., 3], box, entry["identity"])
        return self.loaded[index]


def grown(picture: np.ndarray, matte: np.ndarray, box: np.ndarray, identity: str) -> CutOut:
    """The cut-out with more shoulder and clothing, so that its lower edge need not be the frame's."""
    height = matte.shape[0]
    face = box[3] - box[1]
    side, below = int(SIDE_GROWTH * face), int(BELOW_GROWTH * face)
    outward = np.arange(1, side + 1)
    rows = np.clip(np.arange(height)[:, None] - (SHOULDER_SLOPE * outward)[None].astype(int), 0, height - 1)

    def grow(layer: np.ndarray) -> np.ndarray:
        wide = np.concatenate([layer[:, 0][rows][:, ::-1], layer, layer[:, -1][rows]], 1)
        return np.concatenate([wide, np.repeat(wide[-1:], below, 0)], 0)

    shift = np.array([side, 0, side, 0], np.float32)
    return CutOut(grow(picture), grow(matte), box + shift, identity)


def compose(
    rng: Rng,
    people: People,
    size: tuple[int, int],
    face: float,
    across: float | None = None,
    studio: float = 0.1,
    shady: float = 0.35,
    ground: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray, str]:
    """A person in a picture of `size` (width, height), with a face `face` pixels high.

    `across` is the face's place, as a share of the width; `studio` how often the portrait's own
    plain ground stays; `shady` how often the person is in the shade; `ground` the picture behind.
    Gives display values, face box, identity.
    """
    width, height = size
    person = people.draw(rng)
    picture, matte, box = person.picture, person.matte, person.box
    if chance(rng, 0.5):
        picture, matte = picture[:, ::-1], matte[:, ::-1]
        box = np.array([picture.shape[1] - box[2], box[1], picture.shape[1] - box[0], box[3]], np.float32)
    scale = face / (box[3] - box[1])
    if scale < 0.9:
        pre = scale * 1.1
        picture, matte = (
            cv2.resize(layer, None, fx=pre, fy=pre, interpolation=cv2.INTER_AREA) for layer in (picture, matte)
        )
        box = box * pre
        scale = face / (box[3] - box[1])
    place = placement(rng, box, matte.shape[0], scale, size, across)
    way = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_LINEAR
    shown = cv2.warpAffine(picture, place, size, flags=way, borderMode=cv2.BORDER_REPLICATE)
    points = corners(box) @ place[:, :2].T + place[:, 2]
    shown = lit(rng, shown.astype(np.float32) / 255, box_of(points), shady)
    if chance(rng, studio):
        alpha = np.ones((height, width), np.float32)
    else:
        alpha = cv2.warpAffine(matte, place, size, flags=cv2.INTER_LINEAR)
        alpha = blurred(alpha.astype(np.float32) / 255, between(rng, 0.6, 1.6))
    alpha = alpha[..., None]
    behind = background(rng, width, height) if ground is None else ground
    return shown * alpha + behind * (1 - alpha), box_of(points), person.identity


def placement(
    rng: Rng, box: np.ndarray, rows: int, scale: float, size: tuple[int, int], across: float | None
) -> np.ndarray:
    """The affine map from a cut-out to the frame: the head inside, the clothes down to the edge."""
    width, height = size
    share = between(rng, 0.25, 0.75) if across is None else across
    stretch = float(np.exp(rng.normal(0, 0.06)))  # heads nod and turn: a little wider or taller
    wide, tall = scale * stretch, scale / stretch
    face = (box[3] - box[1]) * tall
    left = share * width - (box[0] + box[2]) / 2 * wide
    lowest = max(height - rows * tall, (HEADROOM * face + 0.01 * height) - box[1] * tall)
    highest = max(lowest, 0.98 * height - box[3] * tall)
    top = lowest + (highest - lowest) * float(rng.beta(1.2, 1.4))
    shear = float(rng.normal(0, 0.05))
    place = np.array([[wide, shear * tall, left - shear * tall * box[3]], [0, tall, top]], np.float32)
    if chance(rng, 0.6):
        pivot = (share * width, float(top + box[3] * tall))
        turn = cv2.getRotationMatrix2D(pivot, float(rng.normal(0, 5)), 1.0)
        place = (turn @ np.vstack([place, [0, 0, 1]])).astype(np.float32)
    return place


def lit(rng: Rng, picture: np.ndarray, face: np.ndarray, shady: float) -> np.ndarray:
    """Side light, shade and skin tone on a person whose face is in the box `face`."""
    height, width = picture.shape[:2]
    reach = 2 * (face[3] - face[1])
    across = np.clip((np.arange(width, dtype=np.float32) - (face[0] + face[2]) / 2) / reach, -1, 1)
    down = np.clip((np.arange(height, dtype=np.float32) - (face[1] + face[3]) / 2) / reach, -1, 1)
    if chance(rng, 0.5):
        slope = between(rng, 0, 0.6) * (1 if chance(rng, 0.5) else -1)
        picture = picture * (1 + slope * across)[None, :, None]
    if chance(rng, 0.25):  # light from above or from a screen below
        slope = between(rng, -0.4, 0.4)
        picture = picture * (1 + slope * down)[:, None, None]
    level = ratio(rng, 0.22, 0.6) if chance(rng, shady) else ratio(rng, 0.6, 1.3)
    return cv2.pow(np.clip(picture, 0, 1.5).astype(np.float32), between(rng, 0.8, 1.5)) * np.float32(level)
