"""The network's view of a frame: a square about the face. The terminal cuts it in the same way."""

from __future__ import annotations

import cv2
import numpy as np

SIZE = 96  # pixels of the network's input


def crop(frame: np.ndarray, box: np.ndarray, scale: float) -> np.ndarray:
    """The square about the box, as RGB bytes, SIZE by SIZE; the frame has BGR bytes.

    Its side is `scale` times the mean of the box's width and height. It is shifted into the frame, and
    averaged over areas when it gets smaller.
    """
    height, width = frame.shape[:2]
    side = min(scale * 0.5 * (box[2] - box[0] + box[3] - box[1]), min(height, width) - 1.0)
    middle_x, middle_y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    left = float(np.clip(middle_x - side / 2, 0, width - side))
    top = float(np.clip(middle_y - side / 2, 0, height - side))
    part = frame[int(top) : int(top + side), int(left) : int(left + side)]
    way = cv2.INTER_AREA if side > SIZE else cv2.INTER_LINEAR
    return np.ascontiguousarray(cv2.resize(part, (SIZE, SIZE), interpolation=way)[..., ::-1])


def cut_close(frame: np.ndarray, box: np.ndarray, share: float) -> tuple[np.ndarray, np.ndarray]:
    """The part of a frame about a face, `share` times its longer side, and the box in it."""
    side = max(box[2] - box[0], box[3] - box[1]) * share
    middle_x, middle_y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    left, top = int(max(0, middle_x - side / 2)), int(max(0, middle_y - side / 2))
    part = frame[top : int(middle_y + side / 2), left : int(middle_x + side / 2)]
    return part, np.asarray(box) - np.array([left, top, left, top])
