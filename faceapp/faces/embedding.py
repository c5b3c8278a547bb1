"""What tells people apart: 128 numbers of a face, near one another where the person is the same.

The network is dlib's ResNet (see `resnet`), in the public domain. It lies in the package
`face-recognition-models`, which comes with the extra `people`. Only that one file of the package is
read: its predictor of 68 landmarks was trained on images that are not free for every use, and the
detector's five landmarks serve.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from faceapp.errors import WorldError
from faceapp.faces.preprocessing import Preprocessing
from faceapp.faces.resnet import SIDE, face_resnet
from faceapp.inference import Network
from faceapp.words import Words

PIP_LINE: Final = "pip install 'faceapp[people]'"

_PACKAGE, _FILE = "face_recognition_models", "dlib_face_recognition_resnet_model_v1.dat"
# dlib's chip of 150 pixels has the eyes 52.5 apart, and its middle 27.9 below them
# (get_face_chip_details, padding 0.25). It is cut out of one of our crops in which the eyes are as
# far apart; what lies outside the image is black, as it was when the network learned.
_ROWS, _COLUMNS = slice(79, 79 + SIDE), slice(53, 53 + SIDE)
CROP: Final = Preprocessing(size=256, scale=1.303, border="constant")


class EmbedderMissing(WorldError):
    """The network that tells people apart is not installed."""


class FaceEmbedder:
    """The network on the processor; not for two threads at a time.

    Its `name` goes beside what it said: another name may say something else.

    Args:
        threads: processor threads to use; 0 lets the runtime choose.

    Raises:
        EmbedderMissing: the package of the extra `people` is not installed.
        ResnetRefused: its file is another than the published one.

    """

    name = "dlib-resnet-1"

    def __init__(self, threads: int = 0) -> None:
        self._network = Network(face_resnet(network_file()), threads=threads)

    def __call__(self, crop: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Numbers (128,) of a crop (256, 256, 3) RGB that `CROP` made.

        Their Euclidean distance counts: mostly below 0.6 for one person, above for two.
        """
        chip = crop[_ROWS, _COLUMNS].transpose(2, 0, 1)[None].astype(np.float32)
        said: NDArray[np.float32] = self._network(chip)[0][0]
        return said


def missing_words() -> str:
    """Why faces cannot be told apart here and what to do about it, or ""; loads nothing."""
    try:
        network_file()
    except EmbedderMissing as missing:
        return str(missing)
    return ""


def can_embed() -> bool:
    """Whether the network is installed; loads nothing."""
    return not missing_words()


def network_file() -> Path:
    """The file of the network; raises `EmbedderMissing`."""
    # Found without importing the package: it wants pkg_resources, which is going away.
    spec = importlib.util.find_spec(_PACKAGE)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        file = Path(folder) / "models" / _FILE
        if file.is_file():
            return file
    raise EmbedderMissing(
        Words(
            "The network that tells people apart (package face-recognition-models) is not "
            "installed. Install it with: {pip_line}",
            pip_line=PIP_LINE,
        )
    )
