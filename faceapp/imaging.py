"""Image files in, 8-bit RGB pixels out: hostile bytes are decoded within limits or refused.

The content alone decides what a file is; its extension is never looked at.
"""

from __future__ import annotations

import io
import logging
import stat
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from faceapp.errors import WorldError
from faceapp.words import Words

MAX_FILE_BYTES = 100 * 2**20
MAX_PIXELS = 80_000_000
MAX_SIDE = 30_000

Reason = Literal["empty", "not_image", "truncated", "too_large", "unreadable"]

_REASON_WORDS: dict[Reason, Words] = {
    "empty": Words("empty"),
    "not_image": Words("not an image"),
    "truncated": Words("cut off"),
    "too_large": Words("too large"),
    "unreadable": Words("unreadable"),
}
# The only decoders that are ever tried, by pillow's names, and the extension of each.
_EXTENSIONS = {
    "jpeg": ".jpg",
    "png": ".png",
    "webp": ".webp",
    "gif": ".gif",
    "bmp": ".bmp",
    "tiff": ".tif",
    "ppm": ".ppm",
}
_DECODERS = tuple(name.upper() for name in _EXTENSIONS)
_ALIASES = {"mpo": "jpeg"}  # a JPEG with more pictures behind the first

_ORIENTATION_TAG = 0x0112
# EXIF 2.32, 4.6.4 A: what undoes each orientation.
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"II*\0", b"MM\0*")
# What pillow says when a file ends too early.
_TRUNCATED_WORDS = (
    "truncated",
    "unexpected eof",
    "not enough image data",
    "incomplete",
    "premature",
)

# Without a handler of its own, pillow's complaints about bad files would land on stderr.
logging.getLogger("PIL").addHandler(logging.NullHandler())


class ImageRefused(WorldError):
    """A file that is not taken for an image: `reason` in one word, `detail` in some more."""

    def __init__(self, reason: Reason, name: str, detail: str) -> None:
        super().__init__(
            Words(
                "{name} is {reason}: {detail}.",
                name=name or Words("The image"),
                reason=_REASON_WORDS[reason],
                detail=detail,
            )
        )
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True)
class DecodedImage:
    """An upright image.

    Attributes:
        pixels: uint8 array of shape (height, width, 3), RGB, 0..255, EXIF orientation applied.
        format: what the content is: "jpeg", "png", "webp", "gif", "bmp", "tiff" or "ppm".

    """

    pixels: NDArray[np.uint8]
    format: str

    @property
    def width(self) -> int:
        """Columns of the upright image."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Rows of the upright image."""
        return int(self.pixels.shape[0])


def extension_for(format_name: str) -> str:
    """File extension of a `DecodedImage.format`, with its dot: ".jpg" for "jpeg"."""
    return _EXTENSIONS[format_name]


def read_image(path: Path) -> DecodedImage:
    """Read and decode the image file at `path`.

    Raises:
        ImageRefused: the file is missing, no plain file, beyond the limits or not an image.

    """
    return decode(read_bytes(path), path.name)


def read_bytes(path: Path) -> bytes:
    """Content of a plain file of at most `MAX_FILE_BYTES`.

    Raises:
        ImageRefused: "too_large", or "unreadable" for what is missing, forbidden or no plain file.

    """
    try:
        status = path.stat()
        # A pipe or a device would block for ever, or never end.
        if not stat.S_ISREG(status.st_mode):
            raise ImageRefused("unreadable", path.name, Words("not a plain file"))
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise ImageRefused("unreadable", path.name, error.strerror or str(error)) from error
    except ValueError as error:  # a NUL in the path
        raise ImageRefused("unreadable", path.name, Words("no file can have this name")) from error
    _check_length(data, path.name)
    return data


def decode(data: bytes, name: str = "") -> DecodedImage:
    """Decode the bytes of an image file; of an animated one, the first frame.

    Grey, palette, CMYK and 16-bit images become 8-bit RGB; transparency is laid over white.
    Size limits are checked before any pixel is decoded.

    Args:
        data: content of the file.
        name: what to call the file in the message of a refusal.

    Raises:
        ImageRefused: no image of a known format, damaged, or beyond the limits.

    """
    _check_length(data, name)
    with _pillow_kept_quiet():
        try:
            with Image.open(io.BytesIO(data), formats=_DECODERS) as image:
                _check_size(image.size, name)
                image.load()
                _check_size(image.size, name)
                pixels = np.array(_flat(_upright(image)), dtype=np.uint8)
                kind = str(image.format).lower()
        except ImageRefused:
            raise
        # Damaged files make pillow raise nearly anything, of which none may stop an import.
        except Exception as error:
            raise _refusal(error, data, name) from error
    return DecodedImage(pixels, _ALIASES.get(kind, kind))


def perceptual_hash(pixels: NDArray[np.uint8]) -> int:
    """64-bit pHash of an image, as an unsigned number: near-duplicates differ in few bits.

    Args:
        pixels: uint8 (height, width, 3) RGB.

    Method: signs of the low frequencies of a cosine transform, as `imagehash.phash` computes it.

    """
    import imagehash  # the window shows images long before anything is hashed

    bits = imagehash.phash(Image.fromarray(pixels)).hash
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def _check_length(data: bytes, name: str) -> None:
    if not data:
        raise ImageRefused("empty", name, Words("it holds no bytes"))
    if len(data) > MAX_FILE_BYTES:
        raise ImageRefused(
            "too_large",
            name,
            Words("more than {max_file_bytes} MiB", max_file_bytes=MAX_FILE_BYTES // 2**20),
        )


def _check_size(size: tuple[int, int], name: str) -> None:
    width, height = size
    if min(size) < 1:
        raise ImageRefused("unreadable", name, Words("it has no pixels"))
    if max(size) > MAX_SIDE or width * height > MAX_PIXELS:
        raise ImageRefused(
            "too_large", name, Words("{width} x {height} pixels", width=width, height=height)
        )


def _refusal(error: Exception, data: bytes, name: str) -> ImageRefused:
    text = str(error)
    if isinstance(error, UnidentifiedImageError) and not data.startswith(_SIGNATURES):
        return ImageRefused("not_image", name, Words("its content is of no known format"))
    if isinstance(error, Image.DecompressionBombError | MemoryError):
        return ImageRefused("too_large", name, Words("too many pixels"))
    if _cut_short(data) or any(word in text.lower() for word in _TRUNCATED_WORDS):
        return ImageRefused("truncated", name, Words("its end is missing"))
    if isinstance(error, UnidentifiedImageError):
        return ImageRefused("unreadable", name, Words("its header makes no sense"))
    return ImageRefused("unreadable", name, text or type(error).__name__)


def _cut_short(data: bytes) -> bool:
    """Whether the file is shorter than its own header says (RIFF, the container of WebP)."""
    return data[:4] == b"RIFF" and int.from_bytes(data[4:8], "little") + 8 > len(data)


def _upright(image: Image.Image) -> Image.Image:
    try:
        orientation = image.getexif().get(_ORIENTATION_TAG, 1)
    # Metadata may be any rubbish; without it the pixels are still an image.
    except Exception:  # noqa: BLE001
        return image
    method = _UPRIGHT.get(orientation) if isinstance(orientation, int) else None
    return image if method is None else image.transpose(method)


def _flat(image: Image.Image) -> Image.Image:
    """The image in 8-bit RGB."""
    if image.mode[0] in "IF":
        return Image.fromarray(_eight_bits(np.asarray(image))).convert("RGB")
    if image.has_transparency_data:
        white = Image.new("RGBA", image.size, "white")
        white.alpha_composite(image.convert("RGBA"))
        return white.convert("RGB")
    return image.convert("RGB")


def _eight_bits(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Grey values of more than 8 bits, scaled to 0..255.

    16-bit integers span 0..65535. For wider integers and floats no file says where white is:
    the smallest usual white that holds the brightest pixel is taken.
    """
    grey = np.nan_to_num(values.astype(np.float32), posinf=0.0, neginf=0.0)
    brightest = float(grey.max())
    whites = [1.0, 255.0, 65535.0] if values.dtype.kind == "f" else [65535.0]
    white = next((white for white in whites if brightest <= white), brightest)
    scaled: NDArray[np.uint8] = np.clip(np.rint(grey * (255.0 / white)), 0, 255).astype(np.uint8)
    return scaled


_quiet_lock = threading.Lock()
_quiet_users = 0
_quiet_scope: warnings.catch_warnings[None] | None = None


@contextmanager
def _pillow_kept_quiet() -> Iterator[None]:
    """Ignore pillow's warnings while any thread is decoding.

    Python's warning filters belong to the whole process: threads that each saved and restored them
    would restore them in the wrong order, so the first one in saves and the last one out restores.
    """
    global _quiet_users, _quiet_scope  # noqa: PLW0603
    with _quiet_lock:
        if _quiet_users == 0:
            _quiet_scope = warnings.catch_warnings()
            _quiet_scope.__enter__()
            warnings.filterwarnings("ignore", module=r"PIL\.")
        _quiet_users += 1
    try:
        yield
    finally:
        with _quiet_lock:
            _quiet_users -= 1
            if _quiet_users == 0 and _quiet_scope is not None:
                _quiet_scope.__exit__(None, None, None)
                _quiet_scope = None
