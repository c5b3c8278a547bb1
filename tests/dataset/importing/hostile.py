"""Damaged images and malicious CSVs, each made from a number alone."""

from __future__ import annotations

import csv
import io
import random
import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

# --- images


def _smooth(number: int) -> Image.Image:
    rough = np.random.default_rng(number).integers(0, 255, (5, 5, 3), dtype=np.uint8)
    return Image.fromarray(rough).resize((40, 32))


def _saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def _animated(number: int, kind: str) -> bytes:
    frames = [_smooth(number + step) for step in range(3)]
    return _saved(frames[0], kind, save_all=True, append_images=frames[1:])


def _sixteen_bits(number: int, kind: str) -> bytes:
    grey = np.random.default_rng(number).integers(0, 2**16, (32, 40), dtype=np.uint16)
    return _saved(Image.fromarray(grey), kind)


def _with_exif(number: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = number % 9
    exif[0x010E] = "x" * 50
    return _saved(_smooth(number), "JPEG", exif=exif)


WELL_FORMED: Sequence[Callable[[int], bytes]] = (
    lambda number: _saved(_smooth(number), "JPEG"),
    lambda number: _saved(_smooth(number), "JPEG", progressive=True),
    lambda number: _saved(_smooth(number).convert("CMYK"), "JPEG"),
    lambda number: _saved(_smooth(number).convert("L"), "JPEG"),
    _with_exif,
    lambda number: _saved(_smooth(number), "PNG"),
    lambda number: _saved(_smooth(number).convert("P"), "PNG", transparency=0),
    lambda number: _saved(_smooth(number).convert("LA"), "PNG"),
    lambda number: _saved(_smooth(number).convert("1"), "PNG"),
    lambda number: _sixteen_bits(number, "PNG"),
    lambda number: _animated(number, "PNG"),
    lambda number: _animated(number, "GIF"),
    lambda number: _saved(_smooth(number), "WEBP"),
    lambda number: _animated(number, "WEBP"),
    lambda number: _saved(_smooth(number), "BMP"),
    lambda number: _saved(_smooth(number), "PPM"),
    lambda number: _saved(_smooth(number), "TIFF"),
    lambda number: _saved(_smooth(number), "TIFF", compression="tiff_lzw"),
    lambda number: _saved(_smooth(number).convert("CMYK"), "TIFF"),
    lambda number: _sixteen_bits(number, "TIFF"),
)


def _flip_bits(data: bytes, dice: random.Random) -> bytes:
    mutable = bytearray(data)
    for _ in range(dice.choice([1, 3, 20])):
        mutable[dice.randrange(len(mutable))] ^= 1 << dice.randrange(8)
    return bytes(mutable)


def _flip_header_bits(data: bytes, dice: random.Random) -> bytes:
    return _flip_bits(data[:64], dice) + data[64:]


def _cut(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data))]


def _zero_a_stretch(data: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(data))
    stop = min(len(data), start + dice.choice([1, 16, 400]))
    return data[:start] + bytes(stop - start) + data[stop:]


def _wrong_header(data: bytes, dice: random.Random) -> bytes:
    starts = [b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"BM", b"II*\0", b"MM\0*"]
    starts += [b"RIFF\xff\xff\xff\xffWEBPVP8X", b"P6 9 9 255\n", b"%PDF-1.7\n", b"\0" * 16]
    start = dice.choice(starts)
    return start + data[len(start) :]


def _polyglot(data: bytes, dice: random.Random) -> bytes:
    other = dice.choice([b"PK\x03\x04" + bytes(60), b"<html><script>alert(1)</script>", data])
    return data + other if dice.random() < 0.5 else other + data


def _spliced(data: bytes, dice: random.Random) -> bytes:
    other = dice.choice(WELL_FORMED)(dice.randrange(99))
    return data[: len(data) // 2] + other[len(other) // 2 :]


def _tiny_numbers_made_giant(data: bytes, dice: random.Random) -> bytes:
    """Where the size is written, as big- or little-endian words, it becomes enormous."""
    big, small = dice.choice(
        [(65_500, 65_500), (2**31 - 1, 1), (30_001, 2), (2**32 - 1, 2**32 - 1)]
    )
    for order in "<>":
        for word, top in (("I", 2**32 - 1), ("H", 2**16 - 1)):
            for old, new in ((40, big), (32, small)):
                data = data.replace(
                    struct.pack(order + word, old), struct.pack(order + word, min(new, top)), 1
                )
    return data


def _bomb(_data: bytes, dice: random.Random) -> bytes:
    """A PNG of kilobytes that would unpack to a lot, or claims that it would."""
    side = dice.choice([5_000, 12_000, 29_000, 100_000])
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(1 << 20)) for _ in range(8)) + packer.flush()

    def chunk(kind: bytes, content: bytes) -> bytes:
        mark = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + mark

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    text = zlib.compress(bytes(1 << 22))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"zTXt", b"k\0\0" + text)
        + chunk(b"IDAT", rows)
        + chunk(b"IEND", b"")
    )


def _nothing(_data: bytes, _dice: random.Random) -> bytes:
    return b""


def _noise(_data: bytes, dice: random.Random) -> bytes:
    return dice.randbytes(dice.randrange(1, 2000))


MUTATIONS: Sequence[Callable[[bytes, random.Random], bytes]] = (
    _flip_bits,
    _flip_header_bits,
    _cut,
    _zero_a_stretch,
    _wrong_header,
    _polyglot,
    _spliced,
    _tiny_numbers_made_giant,
    _bomb,
    _nothing,
    _noise,
)
_EXTENSIONS = ("jpg", "png", "gif", "webp", "tif", "bmp", "txt", "exe", "")


@dataclass(frozen=True)
class HostileImage:
    """A file; `well_formed` says that it must be read."""

    name: str
    data: bytes
    well_formed: bool


def hostile_image(number: int) -> HostileImage:
    """One of endlessly many files; the same number gives the same file."""
    dice = random.Random(number)
    # Every kind of image and every mutation has its turn.
    data = WELL_FORMED[number % len(WELL_FORMED)](number)
    kind = number % (len(MUTATIONS) + 1)
    well_formed = kind == len(MUTATIONS)
    if not well_formed:
        data = MUTATIONS[kind](data, dice)
        if dice.random() < 0.2:
            data = _flip_bits(data, dice) if data else data
    extension = dice.choice(_EXTENSIONS)
    name = f"{number:04}" + (f".{extension}" if extension else "")
    return HostileImage(name, data, well_formed)


# --- CSVs

_PATHS = (
    "../secret.png",
    "..\\secret.png",
    "/etc/passwd",
    "C:\\Windows\\win.ini",
    "\\\\server\\share\\a.png",
    "a.png\0.txt",
    "file:///etc/passwd",
    "~/secret.png",
    "$HOME/secret.png",
    "sub/../../secret.png",
    "%2e%2e/secret.png",
    "x" * 5000 + ".png",
    "CON",
    ".",
    "\u202egnp.a",
    "=HYPERLINK(1)",
    "a.png; rm -rf .",
    "'; DROP TABLE samples; --",
)
_WORDS = ("happy", "SAD", " anger ", "nonsense", "", "NaN", "0", "=1+1", "\x1b[31m", "unsure", "\0")


@dataclass(frozen=True)
class HostileCsv:
    """A CSV; `expected` are the answers by image where it can be read right, else None."""

    data: bytes
    expected: dict[str, str] | None


def hostile_csv(number: int, images: Sequence[str]) -> HostileCsv:
    """One of endlessly many CSVs that speak of `images` and of worse."""
    dice = random.Random(number)
    expected = {image: dice.choice(["happy", "sad"]) for image in images}
    rows = [[image, word, f"r{number}"] for image, word in expected.items()]
    rows += [
        [dice.choice(_PATHS), dice.choice(_WORDS), dice.choice(_WORDS)]
        for _ in range(dice.randrange(6))
    ]
    dice.shuffle(rows)
    header = ["image", "emotion", "rater"]
    broken = _break_table(header, rows, dice) if number % 3 == 0 else False
    buffer = io.StringIO(newline="")
    writer = csv.writer(
        buffer,
        delimiter=dice.choice(",;\t|"),
        quoting=dice.choice([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
        lineterminator=dice.choice(["\n", "\r\n", "\r"]),
    )
    writer.writerows([header, *rows])
    encodings = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
    data = buffer.getvalue().encode(dice.choice(encodings))
    if number % 3 == 1:
        return HostileCsv(_break_bytes(data, dice), None)
    return HostileCsv(data, None if broken else expected)


def _break_table(header: list[str], rows: list[list[str]], dice: random.Random) -> bool:
    """Spoil the cells; return whether the answers can no longer be told."""
    kind = dice.randrange(5)
    if kind == 0:
        for row in rows:
            row.extend(["extra"] * dice.randrange(3))
    elif kind == 1:
        header[dice.randrange(3)] = dice.choice(header)
    elif kind == 2:
        header[:] = [dice.choice(_WORDS) for _ in header]
    elif kind == 3:
        header.append("pixels")
        for row in rows:
            row.append("0 " * dice.choice([1, 200_000]))
        return False
    else:
        rows.append(["\0" * 100] * 3)
        return False
    return True


def _break_bytes(data: bytes, dice: random.Random) -> bytes:
    ways = (_flip_bits, _cut, _zero_a_stretch, _polyglot, _noise, _nothing)
    spoiled = dice.choice(ways)(data, dice)
    return spoiled + dice.choice([b"", b'"', b'\n"' + b"x" * 200_000, b"\xff\xfe", b"\0" * 50])
