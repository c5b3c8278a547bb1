"""Faces followed and numbered: what moves keeps its number, what the detector finds is exact."""

from __future__ import annotations

import numpy as np
import pytest

from faceapp._cv import cv2
from faceapp.live.flow import move, small_grey
from faceapp.live.numbering import FaceNumbers
from faceapp.live.tracking import Tracker
from live.doubles import FakeDetector, face, frame


@pytest.fixture(scope="module")
def scene() -> np.ndarray:
    """Something with structure everywhere: blurred noise, 480 x 640."""
    noise = np.random.default_rng(3).integers(0, 256, (480, 640, 3), np.uint8)
    blurred = cv2.GaussianBlur(noise, (0, 0), 6).astype(np.float32)
    spread = (blurred - blurred.mean()) * 6 + 128
    return np.clip(spread, 0, 255).astype(np.uint8)


def warped(scene: np.ndarray, shift: tuple[float, float], turn: float, growth: float) -> np.ndarray:
    matrix = cv2.getRotationMatrix2D((320, 240), turn, growth)
    matrix[:, 2] += shift
    return cv2.warpAffine(scene, matrix, (640, 480), borderMode=cv2.BORDER_REPLICATE)


@pytest.mark.parametrize(
    ("shift", "turn", "growth"),
    [((0, 0), 0, 1), ((9, -6), 0, 1), ((4, 3), 4, 1), ((2, 2), -3, 1.06), ((-20, 14), 0, 0.97)],
)
def test_a_face_is_followed(
    scene: np.ndarray, shift: tuple[float, float], turn: float, growth: float
) -> None:
    start = face(250, 170, 140)
    after = warped(scene, shift, turn, growth)
    found = move(small_grey(scene), small_grey(after), start, (480, 640))
    assert found is not None
    matrix = cv2.getRotationMatrix2D((320, 240), turn, growth)
    matrix[:, 2] += shift
    wanted = np.array(start.landmarks) @ matrix[:, :2].T + matrix[:, 2]
    np.testing.assert_allclose(found.landmarks, wanted, atol=0.5)
    assert found.box[2] == pytest.approx(140 * growth, rel=0.01)
    np.testing.assert_allclose(found.centre, matrix[:, :2] @ start.centre + matrix[:, 2], atol=0.5)
    assert found.score == start.score


def test_a_face_is_lost_at_a_cut(scene: np.ndarray) -> None:
    other = np.ascontiguousarray(scene[::-1, ::-1])
    assert move(small_grey(scene), small_grey(other), face(250, 170, 140), (480, 640)) is None


def test_a_face_without_structure_is_lost(scene: np.ndarray) -> None:
    grey = np.full_like(scene, 90)
    assert move(small_grey(scene), small_grey(grey), face(250, 170, 140), (480, 640)) is None


def test_a_face_that_leaves_is_lost_and_stays_within_while_it_goes(scene: np.ndarray) -> None:
    start, before, seen = face(20, 170, 140), scene, []
    for step in range(1, 30):
        after = warped(scene, (-10 * step, 0), 0, 1)
        found = move(small_grey(before), small_grey(after), start, (480, 640))
        if found is None:
            break
        seen.append(found)
        start, before = found, after
    assert 2 <= len(seen) < 20
    assert all(each.box[0] >= 0 and each.box[2] > 0 for each in seen)


def test_small_pictures_stay_as_they_are() -> None:
    assert small_grey(np.zeros((100, 200, 3), np.uint8)).shape == (100, 200)
    assert small_grey(np.zeros((480, 640, 3), np.uint8)).shape == (240, 320)
    assert small_grey(np.zeros((1920, 1080, 3), np.uint8)).shape == (320, 180)


def test_faces_keep_their_numbers_whatever_their_order() -> None:
    numbers = FaceNumbers()
    one, two = face(10, 10, 50), face(200, 10, 60)
    assert numbers.assign([one, two], 0) == [1, 2]
    assert numbers.assign([face(210, 12, 62), face(15, 10, 50)], 0.1) == [2, 1]


def test_a_newcomer_gets_the_next_number_and_none_is_given_twice() -> None:
    numbers = FaceNumbers(memory=1)
    assert numbers.assign([face(10, 10, 50)], 0) == [1]
    assert numbers.assign([face(300, 10, 50), face(12, 10, 50)], 0.5) == [2, 1]
    assert numbers.assign([face(300, 10, 50)], 1.0) == [2]
    assert numbers.assign([face(300, 10, 50), face(12, 10, 50)], 1.4) == [2, 1]  # back in time
    assert numbers.assign([face(300, 10, 50)], 2.0) == [2]
    assert numbers.assign([face(300, 10, 50), face(12, 10, 50)], 2.9) == [2, 3]  # too late


def test_a_face_of_quite_another_size_is_another() -> None:
    numbers = FaceNumbers()
    assert numbers.assign([face(100, 100, 50)], 0) == [1]
    assert numbers.assign([face(70, 70, 120)], 0.1) == [2]


def test_the_detector_looks_now_and_then_and_its_faces_are_taken_as_they_are(
    scene: np.ndarray,
) -> None:
    detector = FakeDetector(face(250, 170, 140))
    tracker = Tracker(detector, every=0.1)
    looked = []
    for number in range(10):
        picture = warped(scene, (2 * number, 0), 0, 1)
        detector.faces = [face(250 + 2 * number, 170, 140)]
        (tracked,) = tracker.follow(frame(picture, number / 30, number))
        assert tracked.number == 1
        if tracked.detected:
            looked.append(number)
            assert tracked.face is detector.faces[0]
        else:
            assert tracked.face.box[0] == pytest.approx(250 + 2 * number, abs=1)
    assert looked == [0, 3, 6, 9]
    assert detector.looks == 4


def test_a_lost_face_is_looked_for_at_once(scene: np.ndarray) -> None:
    detector = FakeDetector(face(250, 170, 140))
    tracker = Tracker(detector, every=10)
    tracker.follow(frame(scene, 0))
    tracker.follow(frame(scene, 0.1))
    assert detector.looks == 1
    detector.faces = []
    assert tracker.follow(frame(np.full_like(scene, 90), 0.2)) == []
    assert detector.looks == 2
    assert tracker.follow(frame(scene, 0.3)) == []  # no face is nothing to lose
    assert detector.looks == 2


def test_another_picture_size_keeps_the_numbers(scene: np.ndarray) -> None:
    detector = FakeDetector(face(250, 170, 140), face(20, 20, 100))
    tracker = Tracker(detector, every=10)
    assert [each.number for each in tracker.follow(frame(scene, 0))] == [1, 2]
    detector.faces = [face(10, 10, 50), face(125, 85, 70)]
    half = cv2.resize(scene, (320, 240))
    found = tracker.follow(frame(half, 0.1))
    assert [(each.number, each.detected) for each in found] == [(2, True), (1, True)]


def test_another_time_or_none_begins_anew(scene: np.ndarray) -> None:
    detector = FakeDetector(face(250, 170, 140))
    tracker = Tracker(detector, every=10)
    tracker.follow(frame(scene, 5))
    tracker.follow(frame(scene, 1))
    assert detector.looks == 2
    for _ in range(3):
        (tracked,) = tracker.follow(frame(scene, None))
        assert (tracked.number, tracked.detected) == (1, True)
    assert detector.looks == 5
