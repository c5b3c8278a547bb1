"""Fingerprints: equal for what shows one picture, unlike for what does not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cleaning_faults import cropped, grey, mirrored, recompressed, rescaled
from faceapp.faces import FaceDetector, Fingerprint, fingerprint, main_face
from faceapp.faces.fingerprints import LENGTH, SIDE, alike_face, alike_whole
from faceapp.imaging import read_image

RANDOM = np.random.default_rng(3)


@pytest.fixture(scope="module")
def detector() -> FaceDetector:
    return FaceDetector(threads=1)


@pytest.fixture(scope="module")
def pictures(drawn_faces: Path) -> list[np.ndarray]:
    """One picture each of four people whose drawings pass for faces."""
    names = ("person002", "person004", "person008", "person010")
    return [read_image(drawn_faces / f"{name}_001.jpg").pixels for name in names]


def printed(pixels: np.ndarray, detector: FaceDetector) -> Fingerprint:
    face = main_face(detector.detect(pixels), pixels.shape[:2])
    assert face is not None
    return fingerprint(pixels, face)


def test_a_fingerprint_has_the_shapes_it_promises(
    pictures: list[np.ndarray], detector: FaceDetector
) -> None:
    found = printed(pictures[0], detector)
    assert (found.descriptor.shape, found.descriptor.dtype) == ((2, LENGTH), np.float16)
    assert (found.pictures.shape, found.pictures.dtype) == ((2, SIDE, SIDE), np.uint8)
    np.testing.assert_allclose(np.linalg.norm(found.descriptor.astype(float), axis=1), 1, atol=0.01)
    faceless = fingerprint(pictures[0], None)
    assert not faceless.pictures[1].any()
    assert not faceless.descriptor[1].any()


@pytest.mark.parametrize("change", [rescaled, recompressed, grey])
def test_whole_views_of_copies_are_alike(change, pictures: list[np.ndarray]) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    for pixels in pictures:
        one, other = (fingerprint(each, None) for each in (pixels, change(pixels, RANDOM)))
        assert alike_whole(one.pictures[0], other.pictures[0]) > 0.95


def test_a_mirror_image_is_alike_when_it_is_turned_back(pictures: list[np.ndarray]) -> None:
    one, other = (fingerprint(each, None) for each in (pictures[0], mirrored(pictures[0], RANDOM)))
    back = np.ascontiguousarray(other.pictures[0][:, ::-1])
    assert alike_whole(one.pictures[0], back) > 0.95
    assert alike_whole(one.pictures[0], other.pictures[0]) < 0.75


def test_faces_of_crops_are_alike_and_those_of_others_are_not(
    pictures: list[np.ndarray], detector: FaceDetector
) -> None:
    whole = [printed(each, detector).pictures[1] for each in pictures]
    crops = [printed(cropped(each, RANDOM), detector).pictures[1] for each in pictures]
    for place, crop in enumerate(crops):
        for other, face in enumerate(whole):
            if other == place:
                assert alike_face(crop, face) > 0.9
                assert alike_face(face, crop) > 0.9
            else:
                assert alike_face(crop, face) < 0.75


def test_nothing_is_alike_to_nothing() -> None:
    blank = np.zeros((SIDE, SIDE), np.uint8)
    assert alike_face(blank, blank) == 0
    assert alike_whole(blank, blank) < 0
