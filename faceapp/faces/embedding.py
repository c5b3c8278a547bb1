"""What tells people apart: 128 numbers of a face, near one another where the person is the same.

The network is the ResNet of dlib (King, "Dlib-ml: A Machine Learning Toolkit", JMLR 2009; "High
quality face recognition with deep metric learning", 2017), in the public domain. It lies in the
package `face-recognition-models` and is run by `dlib-bin`; both come with the extra `people`. Of
the package only that one file is read: its predictor of 68 landmarks was trained on images that
are not free for every use, and the detector's five landmarks serve.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from faceapp.errors import WorldError
from faceapp.faces.preprocessing import Preprocessing

WIDTH: Final = 128
PIP_LINE: Final = "pip install 'faceapp[people]'"

_PACKAGE, _FILE = "face_recognition_models", "dlib_face_recognition_resnet_model_v1.dat"
# dlib's chip of 150 pixels has the eyes 52.5 apart, and its middle 27.9 below them
# (get_face_chip_details, padding 0.25). It is cut out of one of our crops in which the eyes are as
# far apart; what lies outside the image is black, as it was when the network learned.
_SIDE = 150
_ROWS, _COLUMNS = slice(79, 79 + _SIDE), slice(53, 53 + _SIDE)
CROP: Final = Preprocessing(size=256, scale=1.303, border="constant")


class EmbedderMissing(WorldError):
    """The network that tells people apart is not installed."""


class FaceEmbedder:
    """The network on the processor; not for two threads at a time.

    Its `name` goes beside what it said: another name may say something else.

    Raises:
        EmbedderMissing: the packages of the extra `people` are not installed.

    """

    name = "dlib-resnet-1"

    def __init__(self) -> None:
        file = _network_file()
        try:
            import dlib
        except ImportError as error:
            raise _missing("dlib-bin") from error
        self._network = dlib.face_recognition_model_v1(str(file))

    def __call__(self, crop: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Numbers (128,) of a crop (256, 256, 3) RGB that `CROP` made.

        Their Euclidean distance counts: mostly below 0.6 for one person, above for two.
        """
        chip = np.ascontiguousarray(crop[_ROWS, _COLUMNS])
        return np.array(self._network.compute_face_descriptor(chip), np.float32)


def can_embed() -> bool:
    """Whether the network is installed; loads nothing."""
    try:
        _network_file()
    except EmbedderMissing:
        return False
    return importlib.util.find_spec("dlib") is not None


def _network_file() -> Path:
    # Found without importing the package: it wants pkg_resources, which is going away.
    spec = importlib.util.find_spec(_PACKAGE)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        file = Path(folder) / "models" / _FILE
        if file.is_file():
            return file
    raise _missing("face-recognition-models")


def _missing(package: str) -> EmbedderMissing:
    return EmbedderMissing(
        f"The network that tells people apart is not installed ({package} is missing). "
        f"Install it with: {PIP_LINE}"
    )
