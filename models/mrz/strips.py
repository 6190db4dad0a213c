"""Photographs of OCR-B lines as the reader's strips, with the place of every character.

A line is set in OCR-B at twice the strip's size, printed on a patterned ground, seen by a camera
(perspective, resolution, blur, light, glare, noise, JPEG) and rectified as `document/mrz/strip.rs`
does it, with that step's errors. Nothing here is taken from a real document.
"""

from __future__ import annotations

import functools
import math
import random

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont
from zones import ALPHABET, window

HEIGHT = 24  # pixels of a strip; the network's input
PITCH = 13.4  # pixels from character to character when nothing is stretched
STEP = 2  # pixels of one output step
BLANK = len(ALPHABET)
IGNORED = -1

FONTS = ("OCRB.otf", "OCRBS.otf")
FONT_FOLDER = "/usr/share/fonts/opentype/ocr-b/"
FINE = 28  # pitch while the line is set
CELL = 56  # height of a glyph's cell while the line is set

# Shares of the pitch on both sides of a character's centre: within the first it is that character,
# beyond the second it is the gap, between them neither is asked for.
CORE, GAP = 0.24, 0.40


@functools.cache
def glyph(font: str, character: str) -> np.ndarray:
    """Ink of one character, 0 to 1, in a cell of `CELL` by 2 `FINE`, centred on capitals."""
    face = ImageFont.truetype(FONT_FOLDER + font, round(FINE * 44 / 31.8))
    image = Image.new("L", (2 * FINE, CELL))
    draw = ImageDraw.Draw(image)
    _, top, _, bottom = face.getbbox("H")
    left = FINE - face.getlength(character) / 2
    draw.text((left, CELL / 2 - (top + bottom) / 2), character, font=face, fill=255)
    return np.asarray(image, np.float32) / 255


def set_line(rng: random.Random, canvas: np.ndarray, text: str, x: float, y: float, font: str) -> None:
    """Draws `text` with its first character's centre at (x, y), each a little off its place."""
    jitter = rng.choice((0.0, 0.0, 0.4, 0.8))
    for index, character in enumerate(text):
        left = round(x + index * FINE - FINE + rng.gauss(0, jitter))
        top = round(y - CELL / 2 + rng.gauss(0, jitter * 0.7))
        cell = glyph(font, character)
        x0, y0 = max(left, 0), max(top, 0)
        x1, y1 = min(left + cell.shape[1], canvas.shape[1]), min(top + CELL, canvas.shape[0])
        if x1 > x0 and y1 > y0:
            part = canvas[y0:y1, x0:x1]
            np.maximum(part, cell[y0 - top : y1 - top, x0 - left : x1 - left], out=part)


def weigh(rng: random.Random, ink: np.ndarray) -> np.ndarray:
    """Thinner or bolder strokes, and ink that did not take everywhere."""
    soft = cv2.GaussianBlur(ink, (0, 0), rng.uniform(0.8, 1.8))
    level = rng.uniform(0.22, 0.68)
    ink = 1 / (1 + np.exp(np.clip((level - soft) * rng.uniform(8, 30), -30, 30)))
    if rng.random() < 0.3:
        holes = cv2.resize(noise(rng, ink.shape[0] // 2, ink.shape[1] // 2), ink.shape[::-1])
        ink = ink * np.clip(1 - rng.uniform(0, 0.5) * np.maximum(holes, 0), 0, 1)
    return ink.astype(np.float32)


def noise(rng: random.Random, height: int, width: int) -> np.ndarray:
    """White noise of deviation 1."""
    out = np.empty((height, width), np.float32)
    cv2.setRNGSeed(rng.getrandbits(31))
    cv2.randn(out, 0, 1)
    return out


def clouds(rng: random.Random, height: int, width: int, cell: int) -> np.ndarray:
    """Smooth noise whose spots are about `cell` pixels wide."""
    grid = noise(rng, max(2, height // cell + 2), max(2, width // cell + 2))
    return cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC)


def ground(rng: random.Random, height: int, width: int) -> np.ndarray:
    """Paper or card, 0 to 1: plain, clouded, guilloche, with print or lines of other things."""
    paper = np.full((height, width), rng.uniform(0.55, 1.0), np.float32)
    if rng.random() < 0.6:
        paper += rng.uniform(0, 0.08) * clouds(rng, height, width, rng.choice((8, 20, 60)))
    if rng.random() < 0.55:
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        for _ in range(rng.choice((1, 2, 3))):
            a, period = rng.uniform(0, math.pi), rng.uniform(3, 30)
            bend = rng.uniform(0, 8) * np.sin(x / rng.uniform(10, 60) + rng.uniform(0, 6))
            wave = np.sin((x * math.cos(a) + (y + bend) * math.sin(a)) * 2 * math.pi / period)
            if rng.random() < 0.5:
                wave = np.where(wave > rng.uniform(0.3, 0.9), 1, 0)
            paper -= rng.uniform(0.02, 0.16) * wave.astype(np.float32)
    for _ in range(rng.choice((0, 0, 0, 1, 2, 4))):
        points = np.array([[rng.randrange(-50, width + 50), rng.randrange(-20, height + 20)] for _ in range(4)])
        shade = np.zeros_like(paper)
        cv2.polylines(shade, [points.astype(np.int32)], False, 1.0, rng.choice((1, 1, 2, 4, 9)), cv2.LINE_AA)
        paper -= rng.uniform(0.03, 0.3) * shade
    if rng.random() < 0.12:  # a word across it, as specimens have
        word = np.zeros(paper.shape, np.uint8)
        where = (rng.randrange(-80, width), rng.randrange(20, height + 60))
        size, weight = rng.uniform(1.5, 5), rng.choice((2, 4, 9))
        cv2.putText(word, "MUSTER", where, cv2.FONT_HERSHEY_DUPLEX, size, 255, weight)
        paper -= rng.uniform(0.05, 0.3) / 255 * word
    if rng.random() < 0.25:  # the card ends
        edge = rng.randrange(0, 3 * FINE)
        tone = rng.uniform(0, 1)
        if rng.random() < 0.5:
            paper[:, :edge] = tone
        else:
            paper[:, width - edge :] = tone
    return paper


def sample(rng: random.Random, width: int) -> tuple[np.ndarray, np.ndarray]:
    """A strip, uint8 [HEIGHT, width], and the class of each of its `width / STEP` steps."""
    most = int(width / PITCH)
    length = rng.randrange(most * 2 // 3, most + 5)
    margin = rng.uniform(0.5, 3) if rng.random() < 0.5 else rng.uniform(-6, 1)
    text = window(rng, length)
    font = rng.choice(FONTS)
    fine_h, fine_w = 4 * FINE, int((most + 8) * FINE)
    x, y = (margin + 4) * FINE, fine_h / 2
    ink = np.zeros((fine_h, fine_w), np.float32)
    written = rng.random() > 0.03
    if written:
        set_line(rng, ink, text, x, y, font)
    for side in (-1, 1):  # the lines above and below
        if rng.random() < 0.7:
            other = window(rng, length + rng.randrange(-3, 4))
            set_line(rng, ink, other, x + rng.gauss(0, 3), y + side * FINE * rng.uniform(1.5, 2.6), font)
    ink = weigh(rng, ink)
    paper = ground(rng, fine_h, fine_w)
    dark = rng.uniform(0.0, 0.35) * np.minimum(paper, 1)
    if rng.random() < 0.25:
        dark = paper * rng.uniform(0.35, 0.75)  # pale print
    seen = paper * (1 - ink) + dark * ink

    to_strip, to_camera, camera = geometry(rng, fine_w, fine_h, x, y, width, margin)
    picture = photograph(rng, seen, to_camera, camera)
    back = to_strip @ np.linalg.inv(to_camera)
    flags = rng.choice((cv2.INTER_LINEAR, cv2.INTER_LINEAR, cv2.INTER_CUBIC))
    scale = float(np.hypot(back[0, 0], back[1, 0]))
    if scale < 0.7:  # as the strip cutter does before it makes a picture smaller
        picture = cv2.GaussianBlur(picture, (0, 0), 0.45 / scale)
    strip = cv2.warpPerspective(picture, back, (width, HEIGHT), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return stretch(strip), labels(text if written else "", to_strip, x, y, width)


def geometry(
    rng: random.Random, fine_w: int, fine_h: int, x: float, y: float, width: int, margin: float
) -> tuple[np.ndarray, np.ndarray, tuple[int, int]]:
    """Homographies from the set line to the strip (with its errors) and to the camera's picture."""
    across = PITCH / FINE * rng.uniform(0.84, 1.17)
    along = PITCH / FINE * rng.uniform(0.78, 1.3) * (14.0 / 13.9)
    turn = math.radians(rng.gauss(0, 0.55))
    shear = rng.gauss(0, 0.07)
    lean = rng.gauss(0, 0.00006)
    left = margin * PITCH
    shift = np.array([[1, 0, left], [0, 1, HEIGHT / 2 + rng.gauss(0, 1.2)], [0, 0, 1]])
    middle = np.array([[1, 0, -width / 2], [0, 1, -HEIGHT / 2], [0, 0, 1]])
    residual = np.array(
        [[math.cos(turn), shear - math.sin(turn), 0], [math.sin(turn), math.cos(turn), 0], [lean, 0, 1]]
    )
    scale = np.array([[across, 0, -x * across], [0, along, -y * along], [0, 0, 1]])
    to_strip = np.linalg.inv(middle) @ residual @ middle @ shift @ scale
    # The camera's pitch in pixels: many are small, some larger than the strip's.
    size = math.exp(rng.uniform(math.log(5.6), math.log(26))) / FINE
    camera = (max(16, int(fine_w * size)), max(16, int(fine_h * size)))
    spread = 0.03 * fine_h
    source = np.array([[0, 0], [fine_w, 0], [fine_w, fine_h], [0, fine_h]], np.float32)
    target = source * size + np.array([[rng.gauss(0, spread) * size for _ in "xy"] for _ in "1234"], np.float32)
    to_camera = cv2.getPerspectiveTransform(source, target.astype(np.float32))
    return to_strip, to_camera, camera


def photograph(
    rng: random.Random, seen: np.ndarray, to_camera: np.ndarray, size: tuple[int, int]
) -> np.ndarray:
    """What the camera writes, uint8."""
    scale = float(np.hypot(to_camera[0, 0], to_camera[1, 0]))
    if scale < 1:
        seen = cv2.GaussianBlur(seen, (0, 0), rng.uniform(0.3, 0.55) / scale)
    picture = cv2.warpPerspective(seen, to_camera, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    picture = light(rng, blur(rng, picture, FINE * scale))
    if rng.random() < 0.8:
        picture += noise(rng, size[1], size[0]) * abs(rng.gauss(0, 0.035))
    pixels = (np.clip(picture, 0, 1) * 255).astype(np.uint8)
    if rng.random() < 0.25:  # what phones and scanners do
        pixels = cv2.addWeighted(pixels, 2.0, cv2.GaussianBlur(pixels, (0, 0), 1.2), -1.0, 0)
    if rng.random() < 0.7:
        quality = [cv2.IMWRITE_JPEG_QUALITY, rng.randrange(25, 96)]
        pixels = cv2.imdecode(cv2.imencode(".jpg", pixels, quality)[1], cv2.IMREAD_GRAYSCALE)
    return pixels


def blur(rng: random.Random, picture: np.ndarray, pitch: float) -> np.ndarray:
    """Defocus, motion or a soft lens; up to what a person can still read."""
    kind = rng.random()
    if kind < 0.35:
        sigma = pitch * rng.uniform(0.01, 0.15)
        return cv2.GaussianBlur(picture, (0, 0), sigma) if sigma > 0.3 else picture
    if kind < 0.5:
        radius = pitch * rng.uniform(0.03, 0.24)
        side = 2 * math.ceil(radius) + 1
        y, x = np.mgrid[0:side, 0:side] - side // 2
        kernel = np.clip(radius + 0.5 - np.hypot(x, y), 0, 1).astype(np.float32)
        return cv2.filter2D(picture, -1, kernel / max(kernel.sum(), 1e-6), borderType=cv2.BORDER_REPLICATE)
    if kind < 0.65:
        length, angle = pitch * rng.uniform(0.05, 0.42), rng.uniform(0, math.pi)
        side = 2 * math.ceil(length / 2) + 3
        kernel, centre = np.zeros((side, side), np.float32), side // 2
        for t in np.linspace(-length / 2, length / 2, 12):
            px, py = centre + t * math.cos(angle), centre + t * math.sin(angle)
            ix, iy = int(px), int(py)
            kernel[iy : iy + 2, ix : ix + 2] += np.outer([1 - py + iy, py - iy], [1 - px + ix, px - ix])
        return cv2.filter2D(picture, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REPLICATE)
    return picture


def light(rng: random.Random, picture: np.ndarray) -> np.ndarray:
    """Uneven light, glare and exposure."""
    height, width = picture.shape
    x = np.linspace(-1, 1, width, dtype=np.float32)[None]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    picture = picture * (1 + rng.gauss(0, 0.18) * x + rng.gauss(0, 0.05) * y)
    if rng.random() < 0.15:  # a shadow's edge
        edge = 0.5 + 0.5 * np.tanh((x - rng.uniform(-1, 1)) * rng.uniform(2, 30))
        picture = picture * (1 - rng.uniform(0.1, 0.6) * edge)
    if rng.random() < 0.2:
        spot = ((x - rng.uniform(-1, 1)) / rng.uniform(0.03, 0.4)) ** 2 + (
            (y - rng.uniform(-1.5, 1.5)) / rng.uniform(0.3, 3)
        ) ** 2
        picture = picture + rng.uniform(0.1, 0.7) * np.exp(-spot)
    gain = rng.choice((1.0, 1.0, rng.uniform(0.25, 1), rng.uniform(1, 1.3)))
    return np.clip(picture * gain, 0, 1) ** rng.uniform(0.75, 1.35)


def stretch(strip: np.ndarray) -> np.ndarray:
    """Spreads the grey levels: the 1st percentile becomes 0 and the 95th 255, as `strip.rs` does."""
    order = np.sort(strip, axis=None)
    low, high = float(order[order.size // 100]), float(order[order.size * 95 // 100])
    return np.clip((strip.astype(np.float32) - low) * (255 / max(high - low, 8)), 0, 255).astype(np.uint8)


def labels(text: str, to_strip: np.ndarray, x: float, y: float, width: int) -> np.ndarray:
    """The class of each step: a character near its centre, the gap away from all, else ignored."""
    steps = np.full(width // STEP, BLANK, np.int64)
    if not text:
        return steps
    places = np.array([[x + i * FINE, y, 1.0] for i in range(-1, len(text) + 1)]).T
    where = to_strip @ places
    centres = where[0] / where[2]
    middles = np.arange(width // STEP) * STEP + STEP / 2
    for index, character in enumerate(text):
        centre = centres[index + 1]
        pitch = (centres[index + 2] - centres[index]) / 2
        distance = np.abs(middles - centre) / pitch
        steps[distance < CORE] = ALPHABET.index(character)
        steps[(distance >= CORE) & (distance <= GAP)] = IGNORED
    return steps
