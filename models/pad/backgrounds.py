"""Generated rooms: what is behind a person, a screen or a print. Display values, may exceed 1."""

from __future__ import annotations

import cv2
import numpy as np
from draws import Rng, between, blurred, chance, colour, ratio, resized, uneven

WINDOW_LIGHT = (0.5, 2.5)  # added where a window or lamp is; more than 1 is over-exposed


def background(rng: Rng, width: int, height: int) -> np.ndarray:
    """A room in most draws, else loose shapes on a plain ground."""
    picture = np.empty((height, width, 3), np.float32)
    picture[:] = colour(rng, between(rng, 0.25, 0.98), 0.35)
    if chance(rng, 0.55):
        draw_walls(rng, picture)
    if chance(rng, 0.25):
        draw_stripes(rng, picture)
    for _ in range(int(rng.integers(0, 3))):
        draw_tall(rng, picture)
    for _ in range(int(rng.integers(0, 5))):
        draw_panel(rng, picture)
    if chance(rng, 0.5):
        draw_lines_and_discs(rng, picture)
    if chance(rng, 0.25):
        draw_shelf(rng, picture)
    if chance(rng, 0.2):
        draw_pattern(rng, picture)
    if chance(rng, 0.5):
        picture = blurred(picture, ratio(rng, 0.6, 6))
    picture *= uneven(rng, width, height, int(rng.integers(2, 5)), between(rng, 0.05, 0.45))[..., None]
    if chance(rng, 0.35):
        add_window(rng, picture)
    grain = rng.normal(0, between(rng, 0, 0.025), (height // 2, width // 2)).astype(np.float32)
    return np.clip(picture + cv2.resize(grain, (width, height))[..., None], 0, 3)


def draw_walls(rng: Rng, picture: np.ndarray) -> None:
    """Two walls and a ceiling that meet in a corner, as a wide lens sees them from below."""
    height, width = picture.shape[:2]
    corner = np.array([between(rng, -0.1, 1.1) * width, between(rng, -0.1, 0.4) * height])
    left = [-width, corner[1] - between(rng, -0.2, 0.7) * height]
    right = [2 * width, corner[1] - between(rng, -0.2, 0.7) * height]
    wall = picture[0, 0].copy()
    bottom = corner[0] + between(rng, -0.1, 0.1) * width
    shade = between(rng, 0.6, 1.15)
    fill(picture, [corner, right, [2 * width, 2 * height], [bottom, 2 * height]], wall * shade)
    if chance(rng, 0.7):
        ceiling = wall * between(rng, 0.7, 1.3) if chance(rng, 0.5) else colour(rng, between(rng, 0.6, 1), 0.1)
        fill(picture, [left, corner, right, [2 * width, -height], [-width, -height]], ceiling)


def draw_stripes(rng: Rng, picture: np.ndarray) -> None:
    """A curtain's folds, or slats, over the whole ground or a part of it."""
    height, width = picture.shape[:2]
    period, depth = ratio(rng, 8, 90), between(rng, 0.05, 0.45)
    upright = chance(rng, 0.8)
    along = np.arange(width if upright else height, dtype=np.float32)
    along += 6 * np.sin(along / between(rng, 20, 90))
    wave = (1 - depth / 2 + depth / 2 * np.sin(along * 2 * np.pi / period)).astype(np.float32)
    start, length = between(rng, -0.3, 0.8), between(rng, 0.2, 1.3)
    size = width if upright else height
    first, last = (int(np.clip(x * size, 0, size)) for x in (start, start + length))
    if upright:
        if chance(rng, 0.5):
            picture[:, first:last] = colour(rng)
        picture[:, first:last] *= wave[None, first:last, None]
    else:
        picture[first:last] *= wave[first:last, None, None]


def draw_tall(rng: Rng, picture: np.ndarray) -> None:
    """A wardrobe, doorway, curtain or bright window that goes from the floor to near the ceiling."""
    height, width = picture.shape[:2]
    left, across = between(rng, -0.3, 0.9) * width, between(rng, 0.12, 0.7) * width
    top = between(rng, -0.3, 0.35) * height
    lean, slant = rng.normal(0, 0.04, 2) * width, float(rng.normal(0, 0.06)) * height
    right, foot = left + across, 1.2 * height
    pick = rng.random()
    value = between(rng, 0.02, 0.2) if pick < 0.3 else between(rng, 1, 2) if pick < 0.5 else between(rng, 0.2, 0.95)
    shade = colour(rng, min(value, 1.0)) * max(value, 1.0)
    fill(picture, [[left, top], [right, top + slant], [right + lean[0], foot], [left + lean[1], foot]], shade)
    if chance(rng, 0.5):  # doors of a wardrobe, folds of a curtain
        parts = int(rng.integers(2, 5)) if chance(rng, 0.6) else int(rng.integers(5, 16))
        line, thick = (shade * between(rng, 0.4, 0.85)).tolist(), int(rng.integers(1, 4))
        for part in range(parts + 1):
            x = left + across * part / parts
            ends = ((int(x), int(top + slant * part / parts)), (int(x + lean.mean()), int(foot)))
            cv2.line(picture, *ends, line, thick, cv2.LINE_AA)


def draw_panel(rng: Rng, picture: np.ndarray) -> None:
    """A door, cupboard, picture frame or screen."""
    height, width = picture.shape[:2]
    centre = (between(rng, 0, width), between(rng, 0, height))
    size = (ratio(rng, 0.04, 0.7) * width, ratio(rng, 0.04, 0.9) * height)
    turn = float(rng.normal(0, 4)) if chance(rng, 0.85) else between(rng, -45, 45)
    shape = cv2.boxPoints((centre, size, turn))
    shape += rng.normal(0, 0.03, (4, 2)) * min(size)
    fill(picture, shape, colour(rng))
    if chance(rng, 0.5):
        outline = [np.int32(shape)]
        cv2.polylines(picture, outline, True, colour(rng).tolist(), int(rng.integers(1, 9)), cv2.LINE_AA)
    if chance(rng, 0.3):  # bars of a window, drawers of a cupboard
        bars = int(rng.integers(2, 9))
        shade, thick = colour(rng).tolist(), int(rng.integers(1, 5))
        one, two = (0, 1) if chance(rng, 0.5) else (1, 2)
        for bar in range(1, bars):
            share = bar / bars
            ends = [shape[one] * (1 - share) + shape[two] * share]
            ends.append(shape[(one + 3) % 4] * (1 - share) + shape[(two + 1) % 4] * share)
            cv2.line(picture, *(tuple(int(v) for v in end) for end in ends), shade, thick, cv2.LINE_AA)


def draw_lines_and_discs(rng: Rng, picture: np.ndarray) -> None:
    """Cables and edges; clocks, lamps, heads of other people."""
    height, width = picture.shape[:2]

    def place() -> tuple[int, int]:
        return int(between(rng, 0, width)), int(between(rng, 0, height))

    for _ in range(int(rng.integers(0, 6))):
        cv2.line(picture, place(), place(), colour(rng).tolist(), int(rng.integers(1, 8)), cv2.LINE_AA)
    for _ in range(int(rng.integers(0, 5))):
        axes = (int(ratio(rng, 8, width / 4)), int(ratio(rng, 8, height / 4)))
        turn = between(rng, 0, 180)
        cv2.ellipse(picture, place(), axes, turn, 0, 360, colour(rng).tolist(), -1, cv2.LINE_AA)


def draw_shelf(rng: Rng, picture: np.ndarray) -> None:
    """Boards with books or boxes on them."""
    height, width = picture.shape[:2]
    left, across = between(rng, -0.2, 0.8) * width, between(rng, 0.15, 0.7) * width
    step = ratio(rng, 0.12, 0.35) * height
    floor = between(rng, 0, 0.4) * height
    board = colour(rng).tolist()
    while floor < height + step:
        x = left
        while x < left + across:
            thick = ratio(rng, 3, 22) if chance(rng, 0.8) else ratio(rng, 20, 70)
            tall = step * between(rng, 0.3, 0.85)
            if chance(rng, 0.85):
                top = (int(x), int(floor - tall))
                cv2.rectangle(picture, top, (int(x + thick), int(floor)), colour(rng).tolist(), -1)
            x += thick + 1
        cv2.line(picture, (int(left), int(floor)), (int(left + across), int(floor)), board, 4, cv2.LINE_AA)
        floor += step


def draw_pattern(rng: Rng, picture: np.ndarray) -> None:
    """Small motifs: wallpaper, clutter."""
    height, width = picture.shape[:2]
    for _ in range(int(rng.integers(10, 60))):
        x, y, size = between(rng, 0, width), between(rng, 0, height), ratio(rng, 3, 30)
        end = (int(x + size * between(rng, 0.3, 1)), int(y + size * between(rng, 0.5, 4)))
        cv2.rectangle(picture, (int(x), int(y)), end, colour(rng).tolist(), -1)


def add_window(rng: Rng, picture: np.ndarray) -> None:
    """Over-exposed light of a window, a tube or a lamp, with its halo."""
    height, width = picture.shape[:2]
    x, y, size = between(rng, 0, width), between(rng, 0, height * 0.6), ratio(rng, 15, 200)
    shape = np.zeros((height, width), np.float32)
    if chance(rng, 0.6):
        cv2.rectangle(shape, (int(x), int(y)), (int(x + size), int(y + 1.6 * size)), 1.0, -1)
    elif chance(rng, 0.5):
        cv2.circle(shape, (int(x), int(y)), int(size * 0.5), 1.0, -1)
    else:
        end = (int(x + size * between(rng, -1, 1)), int(y + size * between(rng, -0.5, 0.5)))
        cv2.line(shape, (int(x), int(y)), end, 1.0, int(ratio(rng, 4, 16)))
    picture += blurred(shape, ratio(rng, 1, 20))[..., None] * between(rng, *WINDOW_LIGHT)


def reflected(rng: Rng, width: int, height: int) -> np.ndarray:
    """A dim, soft room, as seen in the glass of a screen."""
    small = blurred(background(rng, width // 4, height // 4), 1.5)
    return resized(small, width, height)


def fill(picture: np.ndarray, points: object, shade: np.ndarray) -> None:
    """A convex shape in one colour."""
    shape = np.int32(np.round(np.array(points, np.float32)))
    cv2.fillConvexPoly(picture, shape, [float(v) for v in shade], cv2.LINE_AA)
