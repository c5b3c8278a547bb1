"""Faces found, and made equal: every consumer gets the same crop, bit for bit, of the same image.

Images are uint8 RGB arrays (H, W, 3); reading files is somebody else's work. What the networks see
is made here and nowhere else (`prepare`), up to greyscale and normalisation, which are the first
layers of the saved model.
"""

from typing import TYPE_CHECKING

from faceapp.facades import lazily

if TYPE_CHECKING:
    from faceapp.faces.detector import DetectorMissing, FaceDetector
    from faceapp.faces.face import Face, face_geometry_key, main_face
    from faceapp.faces.fingerprints import Fingerprint, fingerprint
    from faceapp.faces.measures import measure
    from faceapp.faces.preprocessing import (
        Alignment,
        Border,
        InvalidPreprocessing,
        Preprocessing,
        mirror,
        prepare,
    )

__all__ = [
    "Alignment",
    "Border",
    "DetectorMissing",
    "Face",
    "FaceDetector",
    "Fingerprint",
    "InvalidPreprocessing",
    "Preprocessing",
    "face_geometry_key",
    "fingerprint",
    "main_face",
    "measure",
    "mirror",
    "prepare",
]

__getattr__ = lazily(
    __name__,
    {
        "detector": "DetectorMissing FaceDetector",
        "face": "Face face_geometry_key main_face",
        "fingerprints": "Fingerprint fingerprint",
        "measures": "measure",
        "preprocessing": "Alignment Border InvalidPreprocessing Preprocessing mirror prepare",
    },
)
