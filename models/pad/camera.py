"""A cheap webcam, now and then a phone: lens, sensor, exposure, white balance, tone and JPEG."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from draws import Rng, between, blurred, chance, ratio, resized, saturated

# Width and height of a frame, and how often it is drawn. The network sees 96 pixels of it, so that
# more pixels would only take more time.
FRAMES = (((480, 360), 0.65), ((480, 272), 0.15), ((360, 480), 0.1), ((640, 480), 0.1))
LARGER_SENSORS = ((1.0, 0.75), (1.25, 0.25))
PHONE_SHARE = 0.12
BRIGHTEST_GAIN = 10.0  # exposure and gain have an end: a dark room stays dark
# BGR indices of the four sites of a tile, row by row, and OpenCV's name for each layout (it names a
# tile by its second row).
TILES = ((0, 1, 1, 2), (2, 1, 1, 0), (1, 0, 2, 1), (1, 2, 0, 1))
DEMOSAIC = (cv2.COLOR_BayerRG2BGR, cv2.COLOR_BayerBG2BGR, cv2.COLOR_BayerGR2BGR, cv2.COLOR_BayerGB2BGR)


@dataclass
class Camera:
    """One drawn camera. Blurs are in pixels of its sensor; `frame` is what it delivers."""

    frame: tuple[int, int]
    larger: float  # sensor pixels for each pixel of the frame
    lens: float
    defocus: float
    tile: int
    noise: float
    balance: float  # how far grey-world white balance goes
    cast: np.ndarray
    tone: float  # exponent of the tone curve
    contrast: float
    colours: float
    smoothing: float
    sharpening: float
    quality: int
    vignette: float
    target: float  # mean display value at which exposure aims
    centre_weight: float
    black: float
    motion: float
    motion_angle: float
    flicker: float
    haze: float  # share of the picture's light that a greasy or cheap lens spreads over all of it
    bloom: float  # share of the over-exposed light that spreads about its source

    @property
    def sensor(self) -> tuple[int, int]:
        """Width and height of the sensor in pixels."""
        return tuple(int(side * self.larger) // 8 * 8 for side in self.frame)


def camera(rng: Rng) -> Camera:
    """Any camera."""
    phone = chance(rng, PHONE_SHARE)
    frames, shares = zip(*FRAMES, strict=True)
    sizes, size_shares = zip(*LARGER_SENSORS, strict=True)
    return Camera(
        frame=frames[int(rng.choice(len(frames), p=shares))],
        larger=float(rng.choice(sizes, p=size_shares)),
        lens=ratio(rng, 0.3, 0.5) if phone else ratio(rng, 0.35, 1.1),
        defocus=ratio(rng, 0.4, 1.5) if chance(rng, 0.2) else 0.0,
        tile=int(rng.integers(4)),
        noise=ratio(rng, 0.002, 0.012) if phone else ratio(rng, 0.004, 0.05),
        balance=between(rng, 0.4, 1),
        cast=np.exp(rng.normal(0, 0.06 if phone else 0.13, 3)).astype(np.float32),
        tone=between(rng, 0.38, 0.55),
        contrast=between(rng, 0, 0.5),
        colours=between(rng, 0.9, 1.5) if phone else between(rng, 0.6, 1.45),
        smoothing=ratio(rng, 0.4, 1.1) if chance(rng, 0.5) else 0.0,
        sharpening=between(rng, 0.2, 1.6) if chance(rng, 0.65) else 0.0,
        quality=int(between(rng, 72, 97)),
        vignette=between(rng, 0, 0.35),
        target=between(rng, 0.36, 0.78),
        centre_weight=between(rng, 0, 3),
        black=between(rng, 0, 0.03),
        motion=ratio(rng, 1.5, 7) if chance(rng, 0.12) else 0.0,
        motion_angle=between(rng, 0, 180),
        flicker=between(rng, 0.01, 0.06) if chance(rng, 0.1) else 0.0,
        haze=between(rng, 0.02, 0.35) if chance(rng, 0.4) else 0.0,
        bloom=ratio(rng, 0.05, 0.8) if chance(rng, 0.5) else 0.0,
    )


def seen(
    rng: Rng, scene: np.ndarray, lens: Camera, gain: np.ndarray | None = None, where: np.ndarray | None = None
) -> np.ndarray:
    """The frame, BGR bytes, of a scene of light in the sensor's size.

    `gain` is a screen's sub-pixel pattern, already weakened by the lens; `where` its mask.
    """
    width, height = lens.sensor
    if lens.motion:
        scene = smeared(scene, lens.motion * lens.larger, lens.motion_angle)
    scene = blurred(scene, math.hypot(lens.lens, lens.defocus * lens.larger))
    if gain is not None and where is not None:
        scene = scene * (1 + (gain - 1) * where)
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, width, dtype=np.float32)[None]
    scene = scene * (1 - lens.vignette * 0.5 * (x * x + y * y))[..., None]
    if lens.flicker:
        rows = np.arange(height, dtype=np.float32) / height
        wave = np.sin(rows * 2 * np.pi * between(rng, 0.5, 4) + between(rng, 0, 6))
        scene = scene * (1 + lens.flicker * wave)[:, None, None]
    exposure = metered(scene, lens)
    scene = spread(scene * exposure, lens)
    sites = mosaic((scene * lens.cast).astype(np.float32), lens.tile)
    noise = lens.noise * math.sqrt(max(exposure, 0.3))
    sites += rng.standard_normal(sites.shape, dtype=np.float32) * (noise * np.sqrt(np.maximum(sites, 0) + 0.02))
    raw = (np.clip(sites + lens.black, 0, 1) * 65535).astype(np.uint16)
    picture = cv2.cvtColor(raw, DEMOSAIC[lens.tile]).astype(np.float32) / 65535
    return developed(resized(picture, *lens.frame), lens)


def spread(scene: np.ndarray, lens: Camera) -> np.ndarray:
    """Light that strays in the lens: evenly, and about what is over-exposed."""
    if lens.bloom:
        height, width = scene.shape[:2]
        small = resized(scene, width // 8, height // 8)
        over = blurred(np.clip(small - 0.9, 0, 4), width / 8 * 0.06)
        scene = scene + resized(over, width, height) * np.float32(lens.bloom)
    if lens.haze:
        mean = np.array(cv2.mean(np.minimum(scene, 1.5))[:3], np.float32)
        scene = scene * np.float32(1 - lens.haze * 0.5) + mean * np.float32(lens.haze)
    return scene


def metered(scene: np.ndarray, lens: Camera) -> float:
    """The exposure that brings the mean, weighted towards the centre, to the camera's target."""
    small = resized(scene, scene.shape[1] // 8, scene.shape[0] // 8).mean(2)
    y = np.linspace(-1, 1, small.shape[0], dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, small.shape[1], dtype=np.float32)[None]
    weight = np.exp(-lens.centre_weight * (x * x + y * y))
    mean = float((np.minimum(small, np.percentile(small, 97)) * weight).sum() / weight.sum())
    return min(lens.target**2 / max(mean, 1e-3), BRIGHTEST_GAIN)


def mosaic(picture: np.ndarray, tile: int) -> np.ndarray:
    """One colour for each site of the sensor."""
    sites = np.empty(picture.shape[:2], np.float32)
    for index, channel in enumerate(TILES[tile]):
        row, column = divmod(index, 2)
        sites[row::2, column::2] = picture[row::2, column::2, channel]
    return sites


def developed(picture: np.ndarray, lens: Camera) -> np.ndarray:
    """White balance, tone, colour, noise reduction, sharpening and JPEG."""
    mean = np.array(cv2.mean(picture)[:3], np.float32) + 1e-4
    picture = picture * (1 + lens.balance * (mean.mean() / mean - 1))
    picture = cv2.pow(np.clip(picture, 0, 1).astype(np.float32), lens.tone)
    picture = picture + lens.contrast * (picture * picture * (3 - 2 * picture) - picture)
    picture = saturated(picture, lens.colours)
    if lens.smoothing:
        picture = blurred(picture, lens.smoothing)
    if lens.sharpening:
        picture = picture + lens.sharpening * (picture - blurred(picture, 1.1))
    whole = (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)
    coded = cv2.imencode(".jpg", whole, [cv2.IMWRITE_JPEG_QUALITY, lens.quality])[1]
    return cv2.imdecode(coded, cv2.IMREAD_COLOR)


def smeared(scene: np.ndarray, length: float, angle: float) -> np.ndarray:
    """Motion along a line."""
    size = int(length) | 1
    kernel = np.zeros((size, size), np.float32)
    kernel[size // 2] = 1 / size
    centre = (size / 2 - 0.5, size / 2 - 0.5)
    kernel = cv2.warpAffine(kernel, cv2.getRotationMatrix2D(centre, angle, 1), (size, size))
    return cv2.filter2D(scene, -1, kernel / kernel.sum())
