"""Every kind of image comes out as upright 8-bit RGB; everything else is refused by name."""

from __future__ import annotations

import io
import os
import struct
import threading
import warnings
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from faceapp import imaging
from faceapp.imaging import ImageRefused, decode, extension_for, perceptual_hash, read_image


def scene(height: int = 48, width: int = 64) -> NDArray[np.uint8]:
    """A smooth picture whose four corners differ: red, green, blue, black."""
    across = np.linspace(0, 1, width)[None, :]
    down = np.linspace(0, 1, height)[:, None]
    channels = ((1 - across) * (1 - down), across * (1 - down), (1 - across) * down)
    return np.stack([np.rint(255 * channel) for channel in channels], axis=2).astype(np.uint8)


def encoded(image: Image.Image | NDArray[Any], kind: str, **options: Any) -> bytes:
    """The bytes of an image file."""
    if not isinstance(image, Image.Image):
        image = Image.fromarray(image)
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """A PNG whose header claims a size and whose data is next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("PNG", {}),
        ("BMP", {}),
        ("PPM", {}),
        ("TIFF", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("WEBP", {"lossless": True}),
    ],
)
def test_lossless_formats_come_out_exactly(kind: str, options: dict[str, Any]) -> None:
    image = decode(encoded(scene(), kind, **options))
    assert image.format == kind.lower()
    np.testing.assert_array_equal(image.pixels, scene())
    assert (image.width, image.height) == (64, 48)


@pytest.mark.parametrize(
    ("kind", "options"),
    [("JPEG", {"quality": 95}), ("JPEG", {"progressive": True, "quality": 95}), ("WEBP", {})],
)
def test_lossy_formats_come_out_nearly(kind: str, options: dict[str, Any]) -> None:
    image = decode(encoded(scene(), kind, **options))
    assert image.format == kind.lower()
    assert np.abs(image.pixels.astype(int) - scene()).mean() < 3


def test_formats_off_the_list_are_not_opened() -> None:
    for kind in ("ICO", "TGA", "PCX", "SGI"):
        with pytest.raises(ImageRefused, match="not an image: its content"):
            decode(encoded(scene(32, 32), kind))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied_once(kind: str, orientation: int) -> None:
    # What a camera does: the picture is stored turned, and the tag says how.
    stored = {
        1: lambda upright: upright,
        2: lambda upright: upright[:, ::-1],
        3: lambda upright: upright[::-1, ::-1],
        4: lambda upright: upright[::-1],
        5: lambda upright: upright.transpose(1, 0, 2),
        6: lambda upright: np.rot90(upright, 1),
        7: lambda upright: np.rot90(upright, 2).transpose(1, 0, 2),
        8: lambda upright: np.rot90(upright, 3),
    }[orientation](scene())
    exif = Image.Exif()
    exif[0x0112] = orientation
    pixels = decode(encoded(np.ascontiguousarray(stored), kind, exif=exif)).pixels
    assert pixels.shape == scene().shape
    assert np.abs(pixels.astype(int) - scene()).mean() < 5


def test_senseless_metadata_does_not_cost_the_image() -> None:
    jpeg = encoded(scene(), "JPEG")
    rubbish = b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\xff\xff" + b"\xff" * 40
    segment = b"\xff\xe1" + struct.pack(">H", len(rubbish) + 2) + rubbish
    image = decode(jpeg[:2] + segment + jpeg[2:])
    np.testing.assert_array_equal(image.pixels, decode(jpeg).pixels)


def test_grey_of_sixteen_bits_spans_all_of_eight() -> None:
    ramp = np.array([[0, 257, 257 * 128, 65535]], dtype=np.uint16)
    for kind in ("PNG", "TIFF"):
        np.testing.assert_array_equal(decode(encoded(ramp, kind)).pixels[0, :, 0], [0, 1, 128, 255])


def test_grey_of_sixteen_bits_in_ppm() -> None:
    data = b"P5 3 1 65535\n" + struct.pack(">3H", 0, 257 * 100, 65535)
    np.testing.assert_array_equal(decode(data).pixels[0, :, 0], [0, 100, 255])


def test_wide_and_floating_greys_take_the_white_that_holds_them() -> None:
    shares = np.array([[0.0, 0.2, 1.0, -3.0, np.nan]], dtype=np.float32)
    np.testing.assert_array_equal(
        decode(encoded(shares, "TIFF")).pixels[0, :, 0], [0, 51, 255, 0, 0]
    )
    wide = np.array([[0, 2**30, 2**31 - 1]], dtype=np.int32)
    np.testing.assert_array_equal(decode(encoded(wide, "TIFF")).pixels[0, :, 0], [0, 128, 255])


def test_colour_of_sixteen_bits_becomes_eight() -> None:
    pixel = struct.pack(">3H", 0x1234, 0x8000, 0xFFFF)
    rows = zlib.compress(b"\x00" + pixel)
    header = struct.pack(">IIBBBBB", 1, 1, 16, 2, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n"
    for kind, data in ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b"")):
        png += (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )
    np.testing.assert_array_equal(decode(png).pixels, [[[0x12, 0x80, 0xFF]]])


@pytest.mark.parametrize("mode", ["L", "1", "P", "CMYK", "YCbCr"])
def test_other_modes_become_rgb(mode: str) -> None:
    image = Image.fromarray(scene()).convert(mode)
    pixels = decode(encoded(image, "TIFF")).pixels
    np.testing.assert_array_equal(pixels, np.asarray(image.convert("RGB")))


def test_jpeg_in_cmyk_keeps_its_colours() -> None:
    pixels = decode(encoded(Image.fromarray(scene()).convert("CMYK"), "JPEG", quality=95)).pixels
    assert np.abs(pixels.astype(int) - scene()).mean() < 5


def test_transparency_is_laid_over_white() -> None:
    clear = Image.new("RGBA", (2, 1), (200, 0, 0, 255))
    clear.putpixel((1, 0), (0, 0, 0, 0))
    expected = [[[200, 0, 0], [255, 255, 255]]]
    np.testing.assert_array_equal(decode(encoded(clear, "PNG")).pixels, expected)
    grey = Image.new("LA", (2, 1), (80, 255))
    grey.putpixel((1, 0), (0, 0))
    np.testing.assert_array_equal(decode(encoded(grey, "PNG")).pixels[0, :, 0], [80, 255])
    palette = Image.new("P", (2, 1))
    palette.putpalette([200, 0, 0, 9, 9, 9])
    palette.putpixel((1, 0), 1)
    for transparency in (1, bytes([255, 0])):
        data = encoded(palette, "PNG", transparency=transparency)
        np.testing.assert_array_equal(decode(data).pixels, expected)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_animated_images_give_their_first_frame(kind: str) -> None:
    frames = [Image.new("RGB", (20, 10), colour) for colour in ("red", "lime", "blue")]
    options = {"lossless": True} if kind == "WEBP" else {}
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], **options)
    np.testing.assert_array_equal(decode(data).pixels[5, 10], [255, 0, 0])


def test_jpeg_with_more_pictures_behind_is_a_jpeg() -> None:
    second = Image.new("RGB", (20, 10), "blue")
    data = encoded(Image.new("RGB", (20, 10), "red"), "MPO", save_all=True, append_images=[second])
    image = decode(data)
    assert image.format == "jpeg"
    assert image.pixels[5, 10, 0] > 250


def test_an_image_followed_by_something_else_is_still_that_image() -> None:
    data = encoded(scene(), "PNG") + b"PK\x03\x04" + b"<script>" * 100
    np.testing.assert_array_equal(decode(data).pixels, scene())


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "PPM", "TIFF"])
def test_an_image_cut_in_half_is_refused_as_truncated(kind: str) -> None:
    data = encoded(scene(), kind)
    with pytest.raises(ImageRefused, match=r"face\.x is cut off: its end") as caught:
        decode(data[: len(data) // 2], "face.x")
    assert caught.value.reason == "truncated"


@pytest.mark.parametrize("data", [b"hello", b"BMW drivers.txt", b"%PDF-1.4", b"\x00" * 1000])
def test_other_content_is_not_an_image(data: bytes) -> None:
    with pytest.raises(ImageRefused, match="notes is not an image") as caught:
        decode(data, "notes")
    assert caught.value.reason == "not_image"


def test_a_broken_header_is_told_from_no_image() -> None:
    for start in (b"\xff\xd8\xff\xe0", b"II*\x00\xff\xff\xff\xff", b"\x89PNG\r\n\x1a\n"):
        with pytest.raises(ImageRefused) as caught:
            decode(start + b"rubbish" * 20)
        assert caught.value.reason in {"unreadable", "truncated"}


def test_nothing_is_empty() -> None:
    with pytest.raises(ImageRefused, match="The image is empty") as caught:
        decode(b"")
    assert caught.value.reason == "empty"


@pytest.mark.parametrize("size", [(30_001, 1), (1, 30_001), (9000, 9000), (60_000, 60_000)])
def test_too_many_pixels_are_refused_before_decoding(size: tuple[int, int]) -> None:
    for data in (png_claiming(*size), b"P6 %d %d 255\n" % size):
        with pytest.raises(ImageRefused, match=r"too large: .* pixels") as caught:
            decode(data)
        assert caught.value.reason == "too_large"


def test_the_largest_sides_allowed_are_read() -> None:
    strip = np.zeros((1, imaging.MAX_SIDE, 3), dtype=np.uint8)
    assert decode(encoded(strip, "PNG")).pixels.shape == strip.shape


def test_too_many_bytes_are_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "film.png"
    with path.open("wb") as file:
        file.truncate(imaging.MAX_FILE_BYTES + 1)
    with pytest.raises(ImageRefused, match=r"film\.png is too large: more than 100 MiB") as caught:
        read_image(path)
    assert caught.value.reason == "too_large"


def test_a_file_is_read_by_its_content_not_its_extension(tmp_path: Path) -> None:
    path = tmp_path / "face.jpg"
    path.write_bytes(encoded(scene(), "WEBP", lossless=True))
    image = read_image(path)
    assert extension_for(image.format) == ".webp"
    np.testing.assert_array_equal(image.pixels, scene())


def test_what_is_no_readable_plain_file_is_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.jpg"
    os.mkfifo(pipe)
    for path in (tmp_path / "gone.jpg", tmp_path, pipe, tmp_path / "nul\x00.jpg"):
        with pytest.raises(ImageRefused) as caught:
            read_image(path)
        assert caught.value.reason == "unreadable"
        assert path.name in str(caught.value)


def test_every_format_has_its_own_extension() -> None:
    kinds = ("jpeg", "png", "webp", "gif", "bmp", "tiff", "ppm")
    assert len({extension_for(kind) for kind in kinds}) == len(kinds)


def test_perceptual_hash_is_a_number_of_64_bits_near_for_near_images() -> None:
    rough = np.random.default_rng(3).integers(0, 255, (12, 12, 3), dtype=np.uint8)
    picture = np.asarray(Image.fromarray(rough).resize((96, 96)))
    again = decode(encoded(picture, "JPEG", quality=60)).pixels
    first, second = perceptual_hash(picture), perceptual_hash(again)
    assert 0 <= first < 2**64
    assert (first ^ second).bit_count() <= 6
    assert (first ^ perceptual_hash(picture[::-1])).bit_count() > 12


@given(st.binary(max_size=200), st.sampled_from([b"", b"\xff\xd8\xff", b"GIF89a", b"II*\0", b"BM"]))
def test_any_bytes_are_decoded_or_refused_by_name(tail: bytes, start: bytes) -> None:
    try:
        image = decode(start + tail, "it")
    except ImageRefused as refusal:
        named = str(refusal).startswith("it ")
    else:
        named = image.pixels.dtype == np.uint8 and image.pixels.shape[2] == 3
    assert named


def test_pillows_warnings_stay_inside_and_the_filters_are_given_back() -> None:
    # Between pillow's warning (89 million pixels) and its error (twice that).
    bomb = png_claiming(9500, 9500)
    before = list(warnings.filters)
    reasons = set()

    def decode_often() -> None:
        for _ in range(50):
            with pytest.raises(ImageRefused) as caught:
                decode(bomb)
            reasons.add(caught.value.reason)

    threads = [threading.Thread(target=decode_often) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # A warning that got out would be an error here, and the reason another one.
    assert reasons == {"too_large"}
    assert list(warnings.filters) == before
