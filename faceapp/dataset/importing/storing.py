"""One file of a source on its way in: read, decoded, hashed, and laid into the dataset's folder.

These functions run in worker threads; they touch files but never the database.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from faceapp.dataset.errors import DatasetUnwritable
from faceapp.dataset.importing.entries import Entry
from faceapp.dataset.importing.walking import is_other_name
from faceapp.imaging import ImageRefused, decode, extension_for, perceptual_hash, read_bytes
from faceapp.words import Words

_STALE_SECONDS = 3600


@dataclass(frozen=True)
class Picture:
    """What decoding tells of an image; `path` is where it now is, as a sample records it."""

    path: str
    phash: int
    width: int
    height: int
    format: str


@dataclass(frozen=True)
class Loaded:
    """A file after reading.

    Attributes:
        entry: the file, and what the source says of it.
        sha256: of its bytes; "" where it was not taken.
        picture: None where a sample of this name and content is known, or the file was not taken.
        refusal: why the file was refused; "" where it was passed over in silence.

    """

    entry: Entry
    sha256: str = ""
    picture: Picture | None = None
    refusal: str = ""


@dataclass(frozen=True)
class Loader:
    """Reads files of a source into a dataset's folder.

    Attributes:
        folder: the dataset's folder.
        incoming: a folder on the same disk, for files that are not yet complete.
        in_place: leave the files where they are.
        is_known: whether a sample of this name and hash is in the dataset, so that the file need
            not be decoded. Called from the worker threads.

    """

    folder: Path
    incoming: Path
    in_place: bool
    is_known: Callable[[str, str], bool]

    def load(self, entry: Entry) -> Loaded:
        """Read one file; raises `DatasetUnwritable` where the copy cannot be written."""
        path = entry.file.path
        try:
            data = read_bytes(path)
            digest = hashlib.sha256(data).hexdigest()
            if self.is_known(entry.name, digest):
                return Loaded(entry, digest)
            image = decode(data, path.name)
        except ImageRefused as refusal:
            # A file whose name promised no image and that holds none is nobody's loss.
            silent = refusal.reason == "not_image" and is_other_name(path.name)
            said = Words("{reason}: {detail}", reason=refusal.reason, detail=refusal.detail)
            return Loaded(entry, refusal="" if silent else said)
        place = (
            path.as_posix()
            if self.in_place
            else lay_image(self.folder, self.incoming, data, digest, image.format)
        )
        phash = perceptual_hash(image.pixels)
        return Loaded(entry, digest, Picture(place, phash, image.width, image.height, image.format))


def lay_image(folder: Path, incoming: Path, data: bytes, digest: str, image_format: str) -> str:
    """Write an image's bytes into a dataset's folder, under their own hash, all or nothing.

    Args:
        folder: the dataset's.
        incoming: a folder on the same disk, for files that are not yet complete.
        data: content of the image file.
        digest: SHA-256 of it.
        image_format: what it is, as `DecodedImage.format` says.

    Returns:
        Its path relative to the dataset.

    Raises:
        DatasetUnwritable: it cannot be written.

    """
    relative = f"images/{digest[:2]}/{digest}{extension_for(image_format)}"
    target = folder / relative
    unfinished = incoming / f"{digest}.{os.getpid()}.{threading.get_ident()}"
    try:
        if not target.exists():
            unfinished.write_bytes(data)
            target.parent.mkdir(exist_ok=True)
            unfinished.replace(target)
    except OSError as error:
        raise DatasetUnwritable(
            Words(
                "{target} cannot be written ({error}). Look at disk and permissions.",
                target=target,
                error=error.strerror,
            )
        ) from error
    return relative


def prepare_incoming(folder: Path) -> None:
    """Make the folder for unfinished files, without those that a killed import left behind.

    Only old ones go: another program may be importing at this moment.
    """
    try:
        folder.mkdir(exist_ok=True)
        for file in folder.iterdir():
            if file.stat().st_mtime < time.time() - _STALE_SECONDS:
                file.unlink(missing_ok=True)
    except OSError as error:
        raise DatasetUnwritable(
            Words(
                "{folder} cannot be written ({error}). Look at disk and permissions.",
                folder=folder,
                error=error.strerror,
            )
        ) from error
