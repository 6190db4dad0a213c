"""One portrait as a head that turns, blinks and opens its mouth, by warping the picture.

In: the picture and the 468 points of its face mesh. Out: frames for a pose and an expression.
Used only by `demo_recording.py`.

The head is a height field over the picture: the mesh's depth inside the face, falling to the plane
of the ears at the outline of the hair. A rotation moves each point of the field; around the head the
movement fades out, so that the picture stays whole. A frame is drawn backwards: for each of its
pixels iteration finds the point of the portrait that lands there, first through the pose,
then through eyelids and jaw.

Coordinates are frame pixels of the portrait at rest, x right and y down, unless said otherwise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

Array = np.ndarray

WIDTH, HEIGHT = 640, 480
SCALE = 2.15  # frame pixels per picture pixel: makes the face 200 px wide
ORIGIN = (76.0, 6.0)  # the frame's corner in the picture: the face is in the middle
TEXTURE_SCALE = 2  # texture pixels per frame pixel, so that bilinear sampling loses nothing
SAMPLE_BLOCK = 8192  # pixels sampled at a time: their intermediates stay in the cache
COARSE = 4  # the pose is solved on every fourth pixel and interpolated
# MediaPipe exaggerates depth: with its full z the nose leaves the face when the head turns.
DEPTH_SCALE = 0.8
EAR_DEPTH = 52.0  # picture pixels behind the mesh's origin: the plane the head turns about

# Mesh points along the lids and the inner lips, from picture left to right.
UPPER_LIDS = (
    (33, 246, 161, 160, 159, 158, 157, 173, 133),
    (362, 398, 384, 385, 386, 387, 388, 466, 263),
)
LOWER_LIDS = (
    (33, 7, 163, 144, 145, 153, 154, 155, 133),
    (362, 382, 381, 380, 374, 373, 390, 249, 263),
)
INNER_LOWER_LIP = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308)
CHIN = 152

LID_SKIN = 15.0  # height of the skin above an open eye that stretches when the lid comes down
LASHES = 6.0  # height of the lashes, which move down but do not stretch
LASH_REACH = 4.0  # how far the lashes reach past the outer corner
LASH_FALL = 6.0  # how far they come down there
LID_OVERLAP = 4.0  # how far the closed lid goes over the lower one
JAW_DROP = 36.0  # how far the lower lip goes down at most
CHIN_SHARE = 0.6  # of the lip's way; more, and the mesh takes the long face for another crop
JAW_FADE = 74.0  # below the chin the movement fades out over this height
SQUEEZE = 0.2  # share by which an open mouth is narrower than a smile
MOUTH_DARK = np.array([38.0, 14.0, 14.0])
TONGUE = np.array([122.0, 62.0, 60.0])


@dataclass(frozen=True)
class Pose:
    """Angles in degrees, shift in pixels: yaw turns the nose to the picture's right, pitch up."""

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    dx: float = 0.0
    dy: float = 0.0


@dataclass(frozen=True)
class Expression:
    """From 0, as in the portrait, to 1."""

    blink: float = 0.0
    mouth: float = 0.0


class Head:
    """The portrait, ready to be drawn in any pose and expression."""

    def __init__(self, picture: Image.Image, points: Array) -> None:
        """`picture` is RGB; `points` are 468 rows x, y, z in its pixels."""
        self.texture = _texture(picture)
        self.points = points.astype(np.float32)
        self.points[:, 0] = (points[:, 0] - ORIGIN[0]) * SCALE
        self.points[:, 1] = (points[:, 1] - ORIGIN[1]) * SCALE
        self.points[:, 2] = (EAR_DEPTH - points[:, 2]) * DEPTH_SCALE * SCALE
        low, high = self.points.min(0), self.points.max(0)
        self.centre = ((low[:2] + high[:2]) / 2).astype(np.float32)
        self.field = self._height_and_weight()
        self.moving = self._moving()
        y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
        self.still = self._sample(x, y)

    def draw(self, pose: Pose, expression: Expression) -> Array:
        """The frame, float32 [480, 640, 3] in 0..255, without noise."""
        frame = self.still.copy()
        x, y = (places[self.moving] for places in self._unposed(pose))
        self._express(frame[self.moving], x, y, expression)
        return frame

    def _express(self, frame: Array, x: Array, y: Array, expression: Expression) -> None:
        """Draws the part of the frame that moves, in place."""
        frame[:] = self._sample(x, y)
        if expression.blink > 0:
            for eye in (0, 1):
                self._close_eye(frame, x, y, eye, expression.blink)
        if expression.mouth > 0:
            self._open_mouth(frame, x, y, expression.mouth)

    def _moving(self) -> tuple[slice, slice]:
        """Rows and columns of the frame that can change; the rest is background."""
        rows, columns = (np.flatnonzero(self.field[1].any(axis)) * COARSE for axis in (1, 0))
        return (
            slice(max(int(rows[0]) - COARSE, 0), min(int(rows[-1]) + 2 * COARSE, HEIGHT)),
            slice(max(int(columns[0]) - COARSE, 0), min(int(columns[-1]) + 2 * COARSE, WIDTH)),
        )

    def _height_and_weight(self) -> Array:
        """Height over the plane of the ears, and how far a point follows the head, [2, h, w]."""
        y, x = np.mgrid[0:HEIGHT:COARSE, 0:WIDTH:COARSE].astype(np.float64)
        grid = np.stack([x.ravel(), y.ravel()], 1)
        rim = self._rim()
        known = np.concatenate([self.points[:, :2], rim[:, :2]])
        values = np.concatenate([self.points[:, 2], rim[:, 2]])
        radius = self._radius(x, y)
        height = _thin_plate(known.astype(np.float64), values, grid).reshape(x.shape)
        height = np.clip(height, 0, None) * _fade(radius, 0.97, 1.25)
        height = _blur(height, 4.0)
        chin = self.points[CHIN, 1]
        weight = _fade(radius, 1.0, 1.45) * _fade(y, chin + 2, chin + 75)
        weight = _blur(weight, 2.0)
        weight[weight < 1e-3] = 0
        return np.stack([height, weight]).astype(np.float32)

    def _outline(self) -> tuple[float, float, float, float, float]:
        """Centre, half width, and half height above and below of head and hair."""
        half_width = 74 * SCALE
        top, chin = (12 - ORIGIN[1]) * SCALE, self.points[CHIN, 1]
        middle = self.points[[33, 263], 1].mean()
        return float(self.centre[0]), float(middle), half_width, middle - top, chin - middle + 48

    def _radius(self, x: Array, y: Array) -> Array:
        """1 on the outline of the head, less inside it."""
        cx, cy, width, above, below = self._outline()
        return np.hypot((x - cx) / width, (y - cy) / np.where(y < cy, above, below))

    def _rim(self) -> Array:
        """Points of height 0 around the head, for the height field to come down to."""
        cx, cy, width, above, below = self._outline()
        angle = np.linspace(0, 2 * np.pi, 48, endpoint=False)
        tall = np.where(np.sin(angle) < 0, above, below)
        rows = [
            np.stack([cx + r * width * np.cos(angle), cy + r * tall * np.sin(angle), 0 * angle], 1)
            for r in (1.0, 1.2)
        ]
        return np.concatenate(rows)

    def _unposed(self, pose: Pose) -> tuple[Array, Array]:
        """For each pixel of the frame the place in the portrait at rest that it shows."""
        fy, fx = np.mgrid[0:HEIGHT:COARSE, 0:WIDTH:COARSE].astype(np.float32)
        rotation = _rotation(pose).astype(np.float32)
        x, y = fx.copy(), fy.copy()
        for _ in range(14):
            height, weight = _bilinear(self.field, x / COARSE, y / COARSE)
            rx, ry = x - self.centre[0], y - self.centre[1]
            moved_x = rotation[0, 0] * rx + rotation[0, 1] * ry + rotation[0, 2] * height + pose.dx
            moved_y = rotation[1, 0] * rx + rotation[1, 1] * ry + rotation[1, 2] * height + pose.dy
            # Half steps: where the field is steep, whole steps would overshoot.
            x += 0.6 * (fx - weight * (moved_x - rx) - x)
            y += 0.6 * (fy - weight * (moved_y - ry) - y)
        return _enlarged(x - fx, 1), _enlarged(y - fy, 0)

    def _sample(self, x: Array, y: Array) -> Array:
        """The portrait's colours at places of any shape, float32 [..., 3]."""
        flat_x, flat_y = x.ravel(), y.ravel()
        out = np.empty((flat_x.size, 3), np.float32)
        for start in range(0, flat_x.size, SAMPLE_BLOCK):
            part = slice(start, start + SAMPLE_BLOCK)
            out[part] = self._sample_block(flat_x[part], flat_y[part])
        return out.reshape(*x.shape, 3)

    def _sample_block(self, x: Array, y: Array) -> Array:
        rows, columns = self.texture.shape[:2]
        tx = np.clip(x * TEXTURE_SCALE, 0, columns - 1.001).astype(np.float32)
        ty = np.clip(y * TEXTURE_SCALE, 0, rows - 1.001).astype(np.float32)
        ix, iy = tx.astype(np.int32), ty.astype(np.int32)
        ax, ay = (tx - ix)[:, None], (ty - iy)[:, None]
        flat = self.texture.reshape(-1, 3)
        first = iy * columns + ix
        top, bottom = flat.take(first, 0), flat.take(first + columns, 0)
        top += (flat.take(first + 1, 0) - top) * ax
        bottom += (flat.take(first + columns + 1, 0) - bottom) * ax
        return top + (bottom - top) * ay

    def _close_eye(
        self,
        frame: Array,
        x: Array,
        y: Array,
        eye: int,
        blink: float,
    ) -> None:
        """Brings the upper lid down over the eye: skin stretches, lashes travel, the eye stays."""
        upper, lower, outer_left = UPPER_LIDS[eye], LOWER_LIDS[eye], eye == 0
        left, right = self.points[[upper[0], upper[-1]], 0]
        # Lashes reach past the outer corner and come down with the lid.
        before, after = (LASH_REACH, 3.0) if outer_left else (3.0, LASH_REACH)
        inside = (x > left - before) & (x < right + after)
        inside &= np.abs(y - self.points[upper[0], 1]) < 3 * LID_SKIN
        ex, ey = x[inside], y[inside]
        lid = np.interp(ex, *self.points[list(upper), :2].T)
        rest = np.interp(ex, *self.points[list(lower), :2].T) + LID_OVERLAP
        least = np.where((ex < (left + right) / 2) == outer_left, LASH_FALL, LID_OVERLAP)
        share = np.clip(np.minimum((ex - left) / before, (right - ex) / after) + 1, 0, 1)
        edge = lid + share * blink * np.maximum(rest - lid, least)
        top = lid - LID_SKIN
        lashes = np.minimum(LASHES, edge - top - 1)
        stretch = (lid - lashes - top) / (edge - lashes - top)
        source = np.where(ey > edge - lashes, ey - edge + lid, top + (ey - top) * stretch)
        moved = self._sample(ex, np.where(ey < top, ey, source))
        cover = np.clip((edge - ey) / 1.5 + 0.5, 0, 1)[:, None]
        frame[inside] = moved * cover + frame[inside] * (1 - cover)

    def _open_mouth(self, frame: Array, x: Array, y: Array, mouth: float) -> None:
        """Lowers lip, chin and jaw; between the upper teeth and the lip the mouth's inside shows."""
        lip_x, lip_y = self.points[list(INNER_LOWER_LIP), :2].T
        chin = float(self.points[CHIN, 1])
        middle, half = (lip_x[0] + lip_x[-1]) / 2, (lip_x[-1] - lip_x[0]) / 2
        inside = (np.abs(x - middle) < 2.6 * half) & (y > lip_y.min() - half)
        inside &= y < chin + JAW_DROP + JAW_FADE
        my = y[inside]
        mx = _unsqueezed(x[inside], my, middle, half, float(lip_y.min()), mouth)
        upper = self._sample(mx, my)
        source = my.copy()
        for _ in range(14):
            source += 0.7 * (my - mouth * self._jaw(mx, source, middle, half, chin) - source)
        line = np.interp(mx, lip_x, lip_y)
        between = np.abs(mx - middle) < half
        moved = self._sample(mx, source)
        drop = mouth * self._jaw(mx, line, middle, half, chin)
        below = np.clip((source - line) / 1.5 + 0.5, 0, 1)  # 1 on the lowered lip
        above = np.clip((line - my) / 2.0 + 0.5, 0, 1)  # 1 on the upper teeth, which stay
        depth = np.clip((my - line) / np.maximum(drop, 1), 0, 1)[:, None]
        shade = np.exp(-(((mx - middle) / (0.62 * half)) ** 2))[:, None]
        hollow = MOUTH_DARK + (TONGUE - MOUTH_DARK) * shade * _fade(-depth, -0.85, -0.35)
        seen = hollow * (1 - below[:, None]) + moved * below[:, None]
        seen = np.where((my < line - 2)[:, None], upper, seen)
        mixed = seen * (1 - above[:, None]) + upper * above[:, None]
        frame[inside] = np.where(between[:, None], mixed, moved)

    def _jaw(self, x: Array, y: Array, middle: float, half: float, chin: float) -> Array:
        """How far a point of the lower face goes down with the mouth wide open, in pixels."""
        corner = self.points[[78, 308], 1].mean()
        grown = np.clip((y - corner) / (chin - corner), 0, 1)
        width = half * (1 + 1.5 * grown)
        across = np.clip(1 - ((x - middle) / width) ** 2, 0, 1) ** 1.1
        along = 1 - (1 - CHIN_SHARE) * grown
        return JAW_DROP * across * along * _fade(y, chin, chin + JAW_FADE)


def _texture(picture: Image.Image) -> Array:
    """The frame's part of the picture, enlarged, and sharpened as a near camera would see it."""
    box = (ORIGIN[0], ORIGIN[1], ORIGIN[0] + WIDTH / SCALE, ORIGIN[1] + HEIGHT / SCALE)
    size = (WIDTH * TEXTURE_SCALE, HEIGHT * TEXTURE_SCALE)
    large = picture.resize(size, Image.Resampling.LANCZOS, box=box)
    sharp = large.filter(ImageFilter.UnsharpMask(radius=4, percent=90, threshold=1))
    return np.asarray(sharp, np.float32)


def _rotation(pose: Pose) -> Array:
    """Roll after pitch after yaw, for x right, y down, z towards the camera."""
    yaw, pitch, roll = (math.radians(a) for a in (pose.yaw, pose.pitch, pose.roll))
    about_y = np.array(
        [[math.cos(yaw), 0, math.sin(yaw)], [0, 1, 0], [-math.sin(yaw), 0, math.cos(yaw)]]
    )
    about_x = np.array(
        [[1, 0, 0], [0, math.cos(pitch), -math.sin(pitch)], [0, math.sin(pitch), math.cos(pitch)]]
    )
    about_z = np.array(
        [[math.cos(roll), -math.sin(roll), 0], [math.sin(roll), math.cos(roll), 0], [0, 0, 1]]
    )
    return about_z @ about_x @ about_y


def _unsqueezed(x: Array, y: Array, middle: float, half: float, top: float, mouth: float) -> Array:
    """The horizontal place of a point of the open mouth before its corners came together."""
    source = x.copy()
    tall = np.where(y < top, 0.45 * half, 0.85 * half)
    down = (y - top) / tall
    for _ in range(10):
        near = _fade(np.hypot((source - middle) / half, down), 0.6, 2.2)
        source += 0.7 * (x + mouth * SQUEEZE * near * (source - middle) - source)
    return source


def _thin_plate(known: Array, values: Array, wanted: Array) -> Array:
    """Thin-plate spline through `known` (Duchon 1977), slightly smoothed, at `wanted`."""

    def kernel(a: Array, b: Array) -> Array:
        square = ((a[:, None] - b[None]) ** 2).sum(-1)
        return square * np.log(square + 1e-9)

    n = len(known)
    affine = np.concatenate([np.ones((n, 1)), known], 1)
    system = np.zeros((n + 3, n + 3))
    system[:n, :n] = kernel(known, known) + 200.0 * np.eye(n)
    system[:n, n:], system[n:, :n] = affine, affine.T
    solved = np.linalg.solve(system, np.concatenate([values, np.zeros(3)]))
    out = np.empty(len(wanted))
    for start in range(0, len(wanted), 2048):  # in parts, to bound the memory
        part = wanted[start : start + 2048]
        out[start : start + 2048] = kernel(part, known) @ solved[:n] + (
            solved[n] + part @ solved[n + 1 :]
        )
    return out


def _fade(value: Array, full: float, none: float) -> Array:
    """1 up to `full`, 0 from `none`, smooth between."""
    t = np.clip((value - full) / (none - full), 0, 1)
    return 1 - t * t * (3 - 2 * t)


def _blur(field: Array, radius: float) -> Array:
    reach = int(3 * radius)
    kernel = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * radius**2))
    kernel /= kernel.sum()
    for axis in (0, 1):
        pad = [(reach, reach) if a == axis else (0, 0) for a in (0, 1)]
        wide = np.pad(field, pad, mode="edge")
        field = np.apply_along_axis(np.convolve, axis, wide, kernel, mode="valid")
    return field


def _bilinear(fields: Array, x: Array, y: Array) -> Array:
    """Values of fields [k, h, w] at places inside them, [k, ...]."""
    _, rows, columns = fields.shape
    x, y = np.clip(x, 0, columns - 1.001), np.clip(y, 0, rows - 1.001)
    ix, iy = x.astype(np.int32), y.astype(np.int32)
    ax, ay = x - ix, y - iy
    top = fields[:, iy, ix] * (1 - ax) + fields[:, iy, ix + 1] * ax
    bottom = fields[:, iy + 1, ix] * (1 - ax) + fields[:, iy + 1, ix + 1] * ax
    return top * (1 - ay) + bottom * ay


def _enlarged(shift: Array, axis: int) -> Array:
    """A coarse field of shifts along `axis` as places for every pixel of the frame."""
    # Coarse sample k is at pixel COARSE * k; resize takes samples at cell centres, hence the box.
    offset = 0.5 - 0.5 / COARSE
    rows, columns = shift.shape
    wide = np.pad(shift, 1, mode="edge").astype(np.float32)
    box = (1 + offset, 1 + offset, 1 + offset + columns, 1 + offset + rows)
    fine = Image.fromarray(wide).resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR, box=box)
    index = np.arange(WIDTH, dtype=np.float32) if axis else np.arange(HEIGHT, dtype=np.float32)[:, None]
    return np.asarray(fine) + index


@dataclass(frozen=True)
class Bump:
    """A round part of the face that is stretched about its middle and shifted.

    `around` are mesh points whose mean is the middle; `radius` and `shift` are in eye distances.
    """

    around: tuple[int, ...]
    radius: float
    stretch: tuple[float, float]
    shift: tuple[float, float] = (0.0, 0.0)


# Flat, wide eyes further apart, a broad long nose, full lips, a broad jaw, a low forehead and a longer face.
# SFace gives it 0.25 with the portrait; milder changes were still the same person to it.
OTHER_FACE = (
    Bump((33, 133, 159, 145), 0.42, (1.22, 0.66), (-0.17, -0.06)),
    Bump((362, 263, 386, 374), 0.42, (1.22, 0.66), (0.17, -0.06)),
    Bump((2, 98, 327), 0.36, (1.78, 1.22), (0.0, 0.13)),
    Bump((13, 14, 78, 308), 0.45, (0.78, 1.56), (0.0, 0.18)),
    Bump((172, 136, 150), 0.50, (1.0, 1.0), (-0.34, 0.06)),
    Bump((397, 365, 379), 0.50, (1.0, 1.0), (0.34, 0.06)),
    Bump((105, 66, 107), 0.30, (1.0, 1.0), (0.0, 0.22)),
    Bump((334, 296, 336), 0.30, (1.0, 1.0), (0.0, 0.22)),
    Bump((4,), 1.30, (0.94, 1.11)),
)
OTHER_GAMMA = np.array([1.55, 1.75, 1.85])  # darker hair and skin
OTHER_GAIN = np.array([0.92, 0.86, 0.80])


def other_person(picture: Image.Image, points: Array) -> tuple[Image.Image, Array]:
    """A face that compares as somebody else's: the portrait with other features and colours.

    For tests that need two people, where one lawful photograph is to be had.
    """
    rows, columns = picture.height, picture.width
    fy, fx = np.mgrid[0:rows, 0:columns].astype(np.float64)
    x, y = fx.copy(), fy.copy()
    for _ in range(25):
        dx, dy = _bumped(x, y, points)
        x += 0.6 * (fx - dx - x)
        y += 0.6 * (fy - dy - y)
    planes = np.asarray(picture, np.float64).transpose(2, 0, 1)
    warped = _bilinear(planes, x, y).transpose(1, 2, 0)
    face = _fade(np.hypot((fx - points[1, 0]) / 95, (fy - points[1, 1]) / 125), 0.75, 1.0)[..., None]
    darker = 255 * OTHER_GAIN * (warped / 255) ** OTHER_GAMMA
    mixed = np.clip(np.rint(darker * face + warped * (1 - face)), 0, 255).astype(np.uint8)
    dx, dy = _bumped(points[:, 0], points[:, 1], points)
    return Image.fromarray(mixed), points + np.stack([dx, dy, 0 * dx], 1)


def _bumped(x: Array, y: Array, points: Array) -> tuple[Array, Array]:
    """How far each place moves for the other face, in picture pixels."""
    unit = float(np.hypot(*(points[263, :2] - points[33, :2])))
    dx, dy = np.zeros_like(x), np.zeros_like(y)
    for bump in OTHER_FACE:
        cx, cy = points[list(bump.around), :2].mean(0)
        near = np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * (bump.radius * unit) ** 2))
        dx += near * ((bump.stretch[0] - 1) * (x - cx) + bump.shift[0] * unit)
        dy += near * ((bump.stretch[1] - 1) * (y - cy) + bump.shift[1] * unit)
    return dx, dy
