"""Makes recordings of a photograph held before a camera: still, moved, turned, bent.

The photograph is a sheet in space (a plane, or a piece of a cylinder when bent), seen by a pinhole camera
over a fixed background, with a hand's tremor and a sensor's noise. So the terminal's view of a held-up print
follows from geometry alone. It is a simulation: it shows what a sheet can't do, not what printers do to colour.

Needs numpy, opencv-python-headless and ffmpeg.

    held_photo.py PHOTO OUT.mp4 --motion turned [--background IMAGE] [--seconds 10] [--seed 0] [--size 640x480]
"""
import argparse
import subprocess

import cv2
import numpy as np

MOTIONS = ("still", "moved", "turned", "bent", "filling")
RATE = 25
# A hand's tremor: its slow part, as shares of the sheet's height, and degrees.
TREMOR_SHIFT, TREMOR_DEGREES = 0.006, 0.6
# Standard deviation of the sensor's noise, in 8-bit steps.
NOISE = 2.0


def smooth(rng, count, period):
    """Noise that changes over `period` frames, standard deviation about 1."""
    knots = rng.normal(size=count // period + 4)
    return np.interp(np.arange(count) / period, np.arange(len(knots)), knots)


def ramp_through(times, stops):
    """Eased way through (second, value) stops."""
    at = np.array([s[0] for s in stops])
    value = np.array([s[1] for s in stops])
    index = np.clip(np.searchsorted(at, times, side="right") - 1, 0, len(at) - 2)
    share = np.clip((times - at[index]) / (at[index + 1] - at[index]), 0, 1)
    share = share * share * (3 - 2 * share)
    return value[index] + (value[index + 1] - value[index]) * share


def course(motion, count, rng):
    """Yaw, pitch, roll in degrees; shift x, y in sheet heights; distance factor; curvature per sheet width."""
    t = np.arange(count) / RATE
    zero = np.zeros(count)
    yaw, pitch, roll = (TREMOR_DEGREES * smooth(rng, count, 8) for _ in range(3))
    x, y = (TREMOR_SHIFT * smooth(rng, count, 8) for _ in range(2))
    distance, bend = zero + 1, zero
    # The order of turns in the shared clips of real turns: right, left, up, down.
    turn = ramp_through(t, [(0, 0), (1.3, 0), (2.0, 38), (2.6, 0), (3.4, 0), (4.1, -38), (4.9, 0), (10, 0)])
    nod = ramp_through(t, [(0, 0), (5.4, 0), (6.1, -28), (6.9, 0), (7.6, 0), (8.4, 28), (9.2, 0), (10, 0)])
    if motion == "moved":
        x = x + 0.10 * np.sin(2 * np.pi * t / 3.1)
        y = y + 0.05 * np.sin(2 * np.pi * t / 4.3)
        distance = 1 + 0.12 * np.sin(2 * np.pi * t / 5)
        roll = roll + 7 * np.sin(2 * np.pi * t / 3.7)
    if motion in ("turned", "filling"):
        yaw, pitch = yaw + turn, pitch + nod
        x = x + 0.02 * np.sin(2 * np.pi * t / 3.1)
    if motion == "bent":
        yaw, pitch = yaw + turn * 0.8, pitch + nod * 0.6
        bend = 1.2 + 0.7 * np.sin(2 * np.pi * t / 4)
    return t, yaw, pitch, roll, x, y, distance, bend


def rotation(yaw, pitch, roll):
    a, b, c = np.deg2rad([pitch, yaw, roll])
    rx = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    ry = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    rz = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    return rz @ ry @ rx


def sheet_of(photo, height):
    scale = height / photo.shape[0]
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return cv2.resize(photo, None, fx=scale, fy=scale, interpolation=interpolation)


def render(sheet, background, pose, place, bend, focal):
    """One picture: the ray of each pixel meets the sheet (1 high, its own width) or the background."""
    height, width = background.shape[:2]
    ys, xs = np.mgrid[0:height, 0:width]
    rays = np.stack([(xs + 0.5 - width / 2) / focal, (ys + 0.5 - height / 2) / focal, np.ones_like(xs, float)], -1)
    way = rays @ pose  # the transposed rotation, applied from the right
    origin = -place @ pose
    if abs(bend) < 1e-3:
        reach = -origin[2] / way[..., 2]
        u, v = origin[0] + reach * way[..., 0], origin[1] + reach * way[..., 1]
        there = reach > 0
    else:
        # A cylinder about the sheet's vertical axis, bulging towards the camera (z negative).
        radius = sheet.shape[1] / sheet.shape[0] / bend
        ox, oz = origin[0], origin[2] - radius
        a = way[..., 0] ** 2 + way[..., 2] ** 2
        b = ox * way[..., 0] + oz * way[..., 2]
        d = b * b - a * (ox * ox + oz * oz - radius * radius)
        there = d > 0
        reach = (-b - np.sqrt(np.maximum(d, 0))) / a
        px, pz = ox + reach * way[..., 0], oz + reach * way[..., 2]
        u, v = radius * np.arctan2(px, -pz), origin[1] + reach * way[..., 1]
    map_x = (u * sheet.shape[0] + sheet.shape[1] / 2).astype(np.float32)
    map_y = ((v + 0.5) * sheet.shape[0]).astype(np.float32)
    map_x[~there] = -10
    shown = cv2.remap(sheet, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    mask = cv2.remap(np.ones(sheet.shape[:2], np.float32), map_x, map_y, cv2.INTER_LINEAR)[..., None]
    return shown * mask + background * (1 - mask)


def room(width, height, rng):
    """A background with large and small structure, as a room has."""
    picture = np.full((height, width, 3), 120, np.float32)
    for cells, strength in ((4, 50), (12, 25), (40, 12)):
        noise = rng.normal(0, strength, (cells, cells * width // height + 1, 3)).astype(np.float32)
        picture += cv2.resize(noise, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.clip(picture, 5, 250)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("photo")
    parser.add_argument("out")
    parser.add_argument("--motion", choices=MOTIONS, default="turned")
    parser.add_argument("--background")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--size", default="640x480")
    options = parser.parse_args()
    width, height = map(int, options.size.split("x"))
    rng = np.random.default_rng(options.seed)
    photo = cv2.imread(options.photo)
    if photo is None:
        raise SystemExit(f"{options.photo}: no picture that can be read")
    sheet = sheet_of(photo, height * 1.5).astype(np.float32)
    if options.background:
        background = cv2.resize(cv2.imread(options.background), (width, height)).astype(np.float32)
    else:
        background = room(width, height, rng)
    focal = 1.0 * width
    # The sheet covers most of the picture's height, or all of the picture.
    share = 0.85
    if options.motion == "filling":
        share = 1.6 * max(1.0, width / height / (sheet.shape[1] / sheet.shape[0]))
    depth = focal / (share * height)
    count = int(options.seconds * RATE)
    command = ["ffmpeg", "-y", "-v", "error", "-f", "rawvideo", "-pix_fmt", "bgr24", "-s", f"{width}x{height}",
               "-r", str(RATE), "-i", "-", "-c:v", "libx264", "-crf", "16", "-pix_fmt", "yuv420p", options.out]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as encoder:
        for _, yaw, pitch, roll, x, y, distance, bend in zip(*course(options.motion, count, rng)):
            place = np.array([x, y, depth * distance])
            picture = render(sheet, background, rotation(yaw, pitch, roll), place, bend, focal)
            picture += rng.normal(0, NOISE, picture.shape)
            encoder.stdin.write(np.clip(picture, 0, 255).astype(np.uint8).tobytes())
        encoder.stdin.close()
    if encoder.returncode:
        raise SystemExit("ffmpeg failed; its own message stands above")


if __name__ == "__main__":
    main()
