"""The similarity transform that lays five landmarks on a template."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

# The five points of an upright face in a 112 x 112 crop that the ArcFace line of work aligns to:
# Deng, Guo, Xue, Zafeiriou: "ArcFace: Additive Angular Margin Loss for Deep Face Recognition",
# CVPR 2019. Eyes, nose, mouth corners; x, y.
ARCFACE_TEMPLATE: Final = (
    (38.2946, 51.6963),
    (73.5318, 51.5014),
    (56.0252, 71.7366),
    (41.5493, 92.3655),
    (70.7299, 92.2041),
)


def similarity(source: ArrayLike, target: ArrayLike) -> NDArray[np.float64]:
    """The 2 x 3 matrix of the rotation, even scale and shift that best lays `source` on `target`.

    Both are N points (N, 2). Best means least squares in the target; the closed form is that of
    Umeyama, "Least-Squares Estimation of Transformation Parameters Between Two Point Patterns",
    PAMI 1991, which in the plane is one complex division and never mirrors. All source points
    in one place give a scale of 0.
    """
    start = np.asarray(source, np.float64)
    end = np.asarray(target, np.float64)
    start_mean, end_mean = start.mean(0), end.mean(0)
    x, y = (start - start_mean).T
    u, v = (end - end_mean).T
    spread = float(np.sum(x * x + y * y)) or 1.0
    a = float(np.sum(x * u + y * v)) / spread
    b = float(np.sum(x * v - y * u)) / spread
    turn = np.array([[a, -b], [b, a]])
    return np.column_stack([turn, end_mean - turn @ start_mean])
