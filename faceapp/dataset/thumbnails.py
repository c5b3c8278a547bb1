"""Small pictures of samples, made once and kept under the dataset's cache by what they show."""

from __future__ import annotations

import io
import os
import re
import threading
from contextlib import suppress
from pathlib import Path

from PIL import Image

from faceapp.dataset.errors import BadName
from faceapp.imaging import read_image
from faceapp.words import Words

SIDE = 256  # pixels of the longer side; the grid's largest cell on an ordinary screen
_QUALITY = 85
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Thumbnails:
    """JPEG files of at most `SIDE` x `SIDE` pixels under `cache/thumbnails/`, called by SHA-256.

    Byte-identical samples share one. Any number of threads and processes may ask at once: a file
    is written beside its place and moved there whole. The folder can be deleted at any time.
    """

    def __init__(self, cache: Path) -> None:
        self.folder = cache / "thumbnails"

    def path(self, sha256: str) -> Path:
        """Where the thumbnail of that content lies, whether or not it has been made.

        Raises:
            BadName: `sha256` is not 64 hexadecimal digits.

        """
        if not _SHA256.fullmatch(sha256):
            raise BadName(
                Words("{sha256!r} is no SHA-256, so it cannot name a thumbnail.", sha256=sha256)
            )
        return self.folder / sha256[:2] / f"{sha256}.jpg"

    def get(self, sha256: str, image: Path) -> bytes:
        """The thumbnail's JPEG bytes, made from the file `image` where it is not there yet.

        Raises:
            ImageRefused: the image is missing, damaged or too large.

        """
        try:
            if kept := self.path(sha256).read_bytes():
                return kept
        except OSError:  # not made yet, or not readable: the image itself decides
            pass
        return self._make(sha256, image)

    def _make(self, sha256: str, image: Path) -> bytes:
        data = shrunk(image)
        place = self.path(sha256)
        unfinished = place.with_name(f".{sha256}.{os.getpid()}.{threading.get_ident()}")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(data)
            unfinished.replace(place)
        except OSError:  # a full or read-only disk costs time later, never the picture now
            with suppress(OSError):
                unfinished.unlink()
        return data


def shrunk(image: Path) -> bytes:
    """The image file as a JPEG whose longer side is at most `SIDE`; small ones keep their size.

    Raises:
        ImageRefused: as `read_image`.

    """
    picture = Image.fromarray(read_image(image).pixels)
    picture.thumbnail((SIDE, SIDE), Image.Resampling.BICUBIC, reducing_gap=2.0)
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=_QUALITY)
    return target.getvalue()
