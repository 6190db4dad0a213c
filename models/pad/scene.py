"""Whole scenes before a camera: a live person, or a screen or print held up by someone."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from backgrounds import background, reflected
from camera import Camera, camera, seen
from draws import Rng, between, blurred, box_of, chance, colour, corners, graded, light, ratio
from paper import printed, reflected_light
from panel import gains
from people import People, compose
from props import glare, held, with_gesture, with_hand
from screen import PIXELS_ACROSS, Shown, emitted, shown_on_screen

LIVE, REPLAY, PRINT = "live", "replay", "print"
FACE_SHARES = (0.12, 0.5)  # of the frame's shorter side, a live or shown face's height
ROOM_LIGHT = (0.03, 1.0)  # while a screen or print is held up
SCREEN_LIGHT = (0.25, 2.2)
FILLING_SHARE = 0.22  # of the attacks whose screen or print covers the frame
NEAR_SHARE, NEAR_DEFOCUS = 0.7, (0.6, 3.2)  # webcams don't focus on what is held close; pixels
PAPER = np.array([[[0.93, 0.95, 0.96]]], np.float32)  # display values of a white margin
ARC_POINTS = 6  # of each round corner
SHIFT_BITS = 4  # fixed point of OpenCV's polygons
LEAST_VISIBLE = 0.85  # of the face's box inside the frame
MOST_TRIES = 50


@dataclass
class Sample:
    """One frame: BGR bytes, the face's mesh box in it, what it is and who is in it."""

    frame: np.ndarray
    box: np.ndarray
    kind: str
    identity: str


def sample(rng: Rng, people: People, kind: str) -> Sample:
    """A frame of a live person, a replay or a print."""
    if kind == LIVE:
        return live(rng, people)
    for _ in range(MOST_TRIES):
        made = attack(rng, people, kind)
        if made is not None:
            return made
    raise RuntimeError(f"no {kind} had its face in the frame after {MOST_TRIES} tries")


def live(rng: Rng, people: People) -> Sample:
    """A person in a room, perhaps with others behind, before a window or with a hand at the face."""
    lens = camera(rng)
    width, height = lens.frame
    ground = None
    if chance(rng, 0.12):
        ground = compose(rng, people, lens.frame, ratio(rng, 0.08, 0.28) * height, across=between(rng, 0, 1))[0]
    face = ratio(rng, *FACE_SHARES) * min(lens.frame)
    picture, box, identity = compose(rng, people, lens.frame, face, ground=ground)
    if chance(rng, 0.75):
        contrast, shift = between(rng, 1.0, 1.6), between(rng, -0.06, 0.12)
        picture = graded(picture, contrast, shift, between(rng, 0.7, 1.6))
    room = ratio(rng, 0.05, 1.2)
    scene = light(picture) * np.float32(room)
    if chance(rng, 0.15):
        scene = with_gesture(rng, scene, box, room)
    if chance(rng, 0.25):
        scene = scene + glare(rng, width, height, ratio(rng, 0.02, 0.25))[..., None] * np.float32(room)
    frame = seen(rng, cv2.resize(scene, lens.sensor), lens)
    return Sample(frame, box, LIVE, identity)


def attack(rng: Rng, people: People, kind: str) -> Sample | None:
    """A screen or a print in a room, or None when its face would be outside the frame."""
    lens = camera(rng)
    width, height = lens.frame
    shown = shown_on_screen(rng, people) if kind == REPLAY else printed(rng, people)
    flat_h, flat_w = shown.picture.shape[:2]
    filling = chance(rng, FILLING_SHARE)
    quad, scale = position(rng, shown, lens, filling)
    flat = corners(np.array([0, 0, flat_w, flat_h], np.float32))
    to_frame = cv2.getPerspectiveTransform(flat, quad)
    face = box_of(cv2.perspectiveTransform(corners(shown.box)[None], to_frame)[0])
    bounds = np.array([width, height, width, height], np.float32)
    inside = np.clip(face, 0, bounds)
    if area(inside) < LEAST_VISIBLE * area(face):
        return None

    room = ratio(rng, *ROOM_LIGHT)
    scene = cv2.resize(surroundings(rng, people, lens) * np.float32(room), lens.sensor)
    larger = np.float32(lens.larger)
    to_sensor = (np.diag([larger, larger, 1]) @ to_frame).astype(np.float32)
    if kind == REPLAY:
        flat_light = emitted(rng, shown, ratio(rng, *SCREEN_LIGHT))
    else:
        flat_light = reflected_light(rng, shown, room)
    if scale * lens.larger < 0.8:  # antialias
        flat_light = blurred(flat_light, 0.4 / (scale * lens.larger))
    size = min(flat_w, flat_h) * scale * lens.larger
    if not filling:
        scene = with_border(rng, scene, shown, to_sensor, room)
    warped = cv2.warpPerspective(flat_light, to_sensor, lens.sensor, borderMode=cv2.BORDER_REPLICATE)
    radius = ratio(rng, 0.01, 0.14) if shown.device == "phone" and chance(rng, 0.7) else 0.0
    where = covered(lens.sensor, rounded(flat, radius, to_sensor))[..., None]
    scene = scene * (1 - where) + warped * where
    scene = with_reflections(rng, scene, where, kind, room)
    if not filling and chance(rng, 0.65):
        scene, hand = with_hand(rng, scene, quad * larger, size, room)
        where = where * (1 - hand)
    if chance(rng, NEAR_SHARE):
        lens.defocus = max(lens.defocus, ratio(rng, *NEAR_DEFOCUS))
    gain = pixels(rng, shown, lens, to_sensor) if kind == REPLAY else None
    frame = seen(rng, scene.astype(np.float32), lens, gain, where)
    return Sample(frame, inside, kind, shown.identity)


def position(rng: Rng, shown: Shown, lens: Camera, filling: bool) -> tuple[np.ndarray, float]:
    """Corners of the picture in the frame, and frame pixels for each pixel of the picture."""
    width, height = lens.frame
    flat_h, flat_w = shown.picture.shape[:2]
    middle = (shown.box[:2] + shown.box[2:]) / 2 - np.array([flat_w, flat_h], np.float32) / 2
    scale = ratio(rng, *FACE_SHARES) * min(lens.frame) / float(shown.box[3] - shown.box[1])
    if filling:
        scale = 1.1 * max(scale, 1.02 * max(width / flat_w, height / flat_h))
        spare_x, spare_y = max(0, flat_w * scale - width) / 2, max(0, flat_h * scale - height) / 2
        aside = float(np.clip(-middle[0] * scale + rng.normal(0, 0.1) * width, -spare_x, spare_x))
        up = float(np.clip(-middle[1] * scale, -spare_y, spare_y))
        centre = np.array([width / 2 + aside, height / 2 + up], np.float32)
        return held(rng, (flat_w * scale, flat_h * scale), centre, float(rng.normal(0, 1)), 0.01), scale
    tilt = float(rng.normal(0, 9)) if chance(rng, 0.8) else between(rng, -30, 30)
    face = np.array([between(rng, 0.25, 0.75) * width, between(rng, 0.3, 0.7) * height])
    quad = held(rng, (flat_w * scale, flat_h * scale), face - middle * scale, tilt, 0.05)
    return quad, scale


def surroundings(rng: Rng, people: People, lens: Camera) -> np.ndarray:
    """Light of the room behind an attack; the attacker is in some of them."""
    if chance(rng, 0.35):
        aside = between(rng, -0.1, 0.3) if chance(rng, 0.5) else between(rng, 0.7, 1.1)
        return light(compose(rng, people, lens.frame, ratio(rng, 0.13, 0.4) * lens.frame[1], across=aside)[0])
    return light(background(rng, *lens.frame))


def with_border(
    rng: Rng, scene: np.ndarray, shown: Shown, to_sensor: np.ndarray, room: float
) -> np.ndarray:
    """The device's bezel, or the paper's white margin, and at times a soft shadow."""
    height, width = scene.shape[:2]
    flat_h, flat_w = shown.picture.shape[:2]
    short = min(flat_h, flat_w)
    paper = shown.device == "paper"
    if paper:
        rim = (ratio(rng, 0.005, 0.15) if chance(rng, 0.65) else 0.001) * short
        shade = light(PAPER * np.float32(between(rng, 0.8, 1)))
    else:
        rim = ratio(rng, 0.008, 0.09) * short
        dark = chance(rng, 0.8)
        shade = light(colour(rng, between(rng, 0.02, 0.15) if dark else between(rng, 0.3, 0.9), 0.2)[None, None])
    longer = ratio(rng, 1, 4) if not paper and chance(rng, 0.5) else 1.0
    outer = np.array([-rim, -rim * longer, flat_w + rim, flat_h + rim * longer], np.float32)
    quad = cv2.perspectiveTransform(corners(outer)[None], to_sensor)[0]
    if chance(rng, 0.3):
        shadow = covered((width, height), quad + rng.normal(0, 14, 2).astype(np.float32))
        depth = between(rng, 0.2, 0.7)
        scene = scene * (1 - depth * blurred(shadow, ratio(rng, 4, 25)))[..., None]
    radius = 0.0 if paper or chance(rng, 0.3) else ratio(rng, 0.02, 0.18)
    outline = rounded(corners(outer), radius, to_sensor)
    where = covered((width, height), outline)[..., None]
    scene = scene * (1 - where) + shade.reshape(3) * np.float32(room) * where
    if not paper and chance(rng, 0.3):  # a metal frame or a case
        edge = light(colour(rng, between(rng, 0.2, 1), 0.4)[None, None]).reshape(3) * room
        thick = max(1, int(ratio(rng, 0.004, 0.03) * math.sqrt(max(area(box_of(quad)), 1))))
        points = [np.int32(np.clip(outline, -8000, 8000))]
        cv2.polylines(scene, points, True, [float(v) for v in edge], thick, cv2.LINE_AA)
    return scene


def with_reflections(
    rng: Rng, scene: np.ndarray, where: np.ndarray, kind: str, room: float
) -> np.ndarray:
    """Lamps and the room in a screen's glass, sheen on paper."""
    height, width = scene.shape[:2]
    screen = kind == REPLAY
    if not chance(rng, 0.5 if screen else 0.25):
        return scene
    level = ratio(rng, 0.01, 0.35) * (1.0 if screen else room)
    scene = scene + glare(rng, width, height, level)[..., None] * where
    if chance(rng, 0.4):
        scene = scene + where * light(reflected(rng, width, height)) * np.float32(ratio(rng, 0.005, 0.08))
    return scene


def pixels(rng: Rng, shown: Shown, lens: Camera, to_sensor: np.ndarray) -> np.ndarray:
    """The sub-pixel pattern of the screen at the sensor."""
    flat_h, flat_w = shown.picture.shape[:2]
    density = ratio(rng, *PIXELS_ACROSS[shown.device]) / min(flat_w, flat_h)
    to_panel = np.diag([density, density, 1.0]) @ np.linalg.inv(to_sensor)
    # A lens has a sharper core than the Gaussian of the same spread.
    sigma = math.hypot(lens.lens, lens.defocus * lens.larger) * between(rng, 0.45, 1)
    pentile = shown.device == "phone" and chance(rng, 0.55)
    gain = gains(rng, lens.sensor, to_panel.astype(np.float32), pentile, sigma)
    return 1 + (gain - 1) * np.float32(0.2) if lens.motion else gain


def rounded(quad: np.ndarray, radius: float, homography: np.ndarray) -> np.ndarray:
    """Outline in the sensor of a rectangle with round corners; `radius` is a share of its shorter side."""
    if radius == 0:
        return cv2.perspectiveTransform(quad[None], homography)[0]
    left, top, right, bottom = box_of(quad)
    size = radius * min(right - left, bottom - top)
    centres = corners(np.array([left + size, top + size, right - size, bottom - size], np.float32))
    points = []
    for index, centre in enumerate(centres):
        for step in range(ARC_POINTS):
            angle = math.pi + (index + step / (ARC_POINTS - 1)) * math.pi / 2
            points.append(centre + size * np.array([math.cos(angle), math.sin(angle)]))
    return cv2.perspectiveTransform(np.array(points, np.float32)[None], homography)[0]


def covered(size: tuple[int, int], outline: np.ndarray) -> np.ndarray:
    """Mask of a convex shape, [height, width], with soft edges."""
    mask = np.zeros((size[1], size[0]), np.float32)
    points = np.int32(np.round(np.clip(outline, -8000, 8000) * (1 << SHIFT_BITS)))
    cv2.fillConvexPoly(mask, points, 1.0, cv2.LINE_AA, SHIFT_BITS)
    return mask


def area(box: np.ndarray) -> float:
    """Of a box in square pixels."""
    return float(max(box[2] - box[0], 0) * max(box[3] - box[1], 0))
