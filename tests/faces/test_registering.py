"""Laid on one another: crops of a picture differ by noise alone, the next frame in one place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cleaning_faults import a_moment_later, cropped, grey, mirrored, recompressed, rescaled
from faceapp._cv import cv2
from faceapp.faces import Face, FaceDetector, main_face
from faceapp.faces import registering as module
from faceapp.faces.registering import Patch, one_picture, patch
from faceapp.imaging import read_image

FOUND = 0.88  # from here on two are near-duplicates
Pixels = np.ndarray


@pytest.fixture(scope="module")
def detector() -> FaceDetector:
    return FaceDetector(threads=1)


@pytest.fixture(scope="module")
def pictures(drawn_faces: Path) -> list[Pixels]:
    """One picture each of four people whose drawings pass for faces."""
    names = ("person002", "person004", "person008", "person010")
    return [read_image(drawn_faces / f"{name}_001.jpg").pixels for name in names]


def face_of(pixels: Pixels, detector: FaceDetector) -> Face:
    face = main_face(detector.detect(pixels), pixels.shape[:2])
    assert face is not None
    return face


def seen(pixels: Pixels, detector: FaceDetector) -> Patch:
    return patch(pixels, face_of(pixels, detector))


def changed(pixels: Pixels, *ways: object) -> Pixels:
    random = np.random.default_rng(5)
    for way in ways:
        pixels = way(pixels, random)  # type: ignore[operator]
    return pixels


@pytest.mark.parametrize(
    "ways",
    [
        (cropped,),
        (cropped, rescaled),
        (cropped, recompressed),
        (cropped, grey),
        (cropped, rescaled, recompressed),
    ],
)
def test_a_crop_is_one_picture_with_its_whole(
    ways: tuple[object, ...], pictures: list[Pixels], detector: FaceDetector
) -> None:
    for pixels in pictures:
        one, other = seen(pixels, detector), seen(changed(pixels, *ways), detector)
        assert one_picture(one, other) > FOUND
        assert one_picture(other, one) > FOUND


def test_light_and_contrast_are_levelled(pictures: list[Pixels], detector: FaceDetector) -> None:
    face = face_of(pictures[0], detector)
    lighter = (pictures[0] * 0.6 + 60).astype(np.uint8)
    assert one_picture(patch(pictures[0], face), patch(lighter, face)) > 0.98


def test_a_mirrored_crop_is_one_picture_when_it_is_turned_back(
    pictures: list[Pixels], detector: FaceDetector
) -> None:
    one, other = (seen(each, detector) for each in (pictures[2], changed(pictures[2], cropped)))
    turned = seen(changed(pictures[2], cropped, mirrored), detector)
    assert one_picture(one, module.mirrored(turned)) > FOUND
    np.testing.assert_allclose(module.mirrored(module.mirrored(other)).landmarks, other.landmarks)


def test_the_next_frame_is_another_picture(pictures: list[Pixels], detector: FaceDetector) -> None:
    for pixels in pictures:
        face = face_of(pixels, detector)
        later = seen(a_moment_later(pixels, face), detector)
        assert one_picture(patch(pixels, face), later) < FOUND


def test_other_people_are_other_pictures(pictures: list[Pixels], detector: FaceDetector) -> None:
    patches = [seen(each, detector) for each in pictures]
    for place, one in enumerate(patches):
        for other in patches[:place]:
            assert one_picture(one, other) < 0.5


def test_patches_without_anything_in_common_are_no_picture() -> None:
    points = np.array([(4, 4), (10, 4), (7, 8), (5, 11), (9, 11)], float)
    even = Patch(np.full((16, 16), 90, np.uint8), points)
    assert one_picture(even, even) <= 0
    assert one_picture(even, Patch(even.grey, points + 100)) <= 0
    assert one_picture(Patch(np.zeros((0, 16), np.uint8), points), even) <= 0


def test_a_patch_is_no_larger_than_it_is_compared(
    pictures: list[Pixels], detector: FaceDetector
) -> None:
    large = np.asarray(cv2.resize(pictures[1], None, fx=5, fy=5), np.uint8)
    (one, other) = (seen(each, detector) for each in (pictures[1], large))
    assert max(other.grey.shape) <= 2 * 8 * 32 + 2
    assert one_picture(one, other) > FOUND
