"""Crops of the live view: kept for a second, gathered while a key is held, stored as samples."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from faceapp.dataset import Dataset, Query, UnknownClass
from faceapp.faces import Face, FaceDetector, Preprocessing, main_face, prepare
from faceapp.imaging import read_image
from faceapp.live.frames import Frame
from faceapp.live.readings import FrameReading, Reading, State
from faceapp.live.storing import store_for_review, store_take, store_unlabelled
from faceapp.live.takes import Hold, LastCrops, LiveCrop, crops_at, cut
from live.doubles import face, picture

NOISE = np.random.default_rng(2).integers(0, 256, (240, 320, 3), np.uint8)


def seen(time: float, *numbers: int, state: State = State.READ) -> tuple[Frame, FrameReading]:
    """A frame of noise in which these faces, the first being the largest, read as happy."""
    readings = tuple(
        Reading(n, face(20 + 60 * place, 60, 50 - place), state, "happy", (0.3, 0.7))
        for place, n in enumerate(numbers)
    )
    frame = Frame(NOISE, time, 0, 0.0, "Desk: camera")
    return frame, FrameReading("Desk: camera", 0, time, ("neutral", "happy"), readings)


@pytest.fixture
def dataset(tmp_path: Path) -> Iterator[Dataset]:
    with Dataset.create(tmp_path / "dataset") as made:
        made.add_task("expression", ("neutral", "happy"))
        yield made


def some_crops(count: int, read_as: str = "happy") -> list[LiveCrop]:
    rng = np.random.default_rng(count)
    return [
        LiveCrop(rng.integers(0, 256, (40, 30, 3), np.uint8), 1, n / 10, "Desk: camera", read_as)
        for n in range(count)
    ]


def test_a_crop_has_room_around_the_face_and_is_a_copy() -> None:
    frame, read = seen(1.5, 7)
    crop = cut(frame, read.readings[0])
    assert crop.pixels.shape[:2] == (101, 96)  # 25 pixels on each side, cut at the left border
    assert np.array_equal(crop.pixels, NOISE[35:136, 0:96])
    assert not np.shares_memory(crop.pixels, NOISE)
    assert (crop.number, crop.time, crop.source, crop.read_as) == (7, 1.5, "Desk: camera", "happy")


@pytest.mark.parametrize("tilt", [0, 15, -30])
def test_a_crop_holds_all_that_the_model_sees(tilt: float) -> None:
    upright = face(130, 90, 60)
    turn = np.deg2rad(tilt)
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    points = (np.array(upright.landmarks) - upright.centre) @ matrix.T + upright.centre
    tilted = Face(upright.box, tuple(map(tuple, points.tolist())), 0.9)
    crop = cut(Frame(NOISE, 0.0, 0, 0.0, "cam"), Reading(1, tilted, State.READ, "happy", ()))
    shifted = Face(upright.box, tuple(map(tuple, (points - (100, 60)).tolist())), 0.9)
    spec = Preprocessing(size=112)
    seen_live, seen_later = prepare(NOISE, tilted, spec), prepare(crop.pixels, shifted, spec)
    # Warps compute in 1/32 of a pixel, which may fall to either side.
    assert np.abs(seen_live.astype(int) - seen_later).mean() < 2


def test_a_face_is_found_again_in_its_crop(drawn_faces: Path) -> None:
    pixels = np.full((480, 640, 3), 120, np.uint8)
    pixels[100:260, 200:360] = read_image(min(drawn_faces.glob("*.jpg"))).pixels[:160, :160]
    detector = FaceDetector(threads=1)
    found = main_face(detector.detect(pixels), (480, 640))
    assert found is not None
    crop = cut(Frame(pixels, 0.0, 0, 0.0, "cam"), Reading(1, found, State.READ, "happy", ()))
    again = main_face(detector.detect(crop.pixels), crop.pixels.shape[:2])
    assert again is not None
    assert again.box[2] == pytest.approx(found.box[2], rel=0.25)


def test_only_the_last_second_is_kept_ten_times_a_second() -> None:
    last = LastCrops(seconds=1.0)
    for number in range(90):
        last.add(*seen(number / 30, 1, 2))
    times = [crop.time for crop in last.of(1)]
    assert times == sorted(times)
    assert times[0] >= 89 / 30 - 1
    assert 8 <= len(times) <= 11
    assert len(last.of(2)) == len(times)
    assert last.of(3) == ()
    last.add(*seen(0.0, 1))  # another source, whose time begins anew
    assert [crop.time for crop in last.of(1)] == [0.0]
    last.clear()
    assert last.of(1) == ()


def test_small_faces_are_not_kept() -> None:
    last, hold = LastCrops(), Hold()
    hold.begin("happy")
    for told in (last, hold):
        told.add(*seen(0.0, 1, state=State.TOO_SMALL))
    assert last.of(1) == ()
    assert hold.end() == ("happy", ())


def test_a_held_key_gathers_one_face() -> None:
    hold = Hold(every=0.1)
    hold.add(*seen(0.0, 1))
    assert hold.end() is None
    hold.begin("happy")
    hold.add(*seen(1.0, 1, 2))
    hold.add(*seen(1.05, 1, 2))  # too soon
    hold.add(*seen(1.1, 2, 1))  # the other one has come closer
    hold.add(*seen(1.2, 3))  # the number was lost
    assert hold.count == 3
    label, crops = hold.end() or ("", ())
    assert (label, [crop.number for crop in crops]) == ("happy", [1, 1, 3])
    assert hold.end() is None


def test_a_held_key_gathers_no_more_than_allowed() -> None:
    hold = Hold(every=0, most=5)
    hold.begin("happy")
    for number in range(9):
        hold.add(*seen(number / 10, 1))
    assert hold.count == 5


def test_a_take_becomes_labelled_samples_of_one_group_in_one_step(dataset: Dataset) -> None:
    crops = some_crops(4)
    stored = store_take(dataset, crops, "expression", "happy")
    samples = dataset.by_ids(stored.ids)
    assert [dataset.answers("expression")[s.id].answer for s in samples] == ["happy"] * 4
    assert len(set(dataset.groups(stored.ids).values())) == 1
    for sample, crop in zip(samples, crops, strict=True):
        assert np.array_equal(read_image(dataset.image_path(sample)).pixels, crop.pixels)
        assert sample.provenance["time"] == pytest.approx(crop.time)
        assert (sample.width, sample.height) == (30, 40)
    (source,) = dataset.sources()
    assert (source.kind, source.location) == ("camera", "Desk: camera")
    assert dataset.undo_name == "Record 4 of happy"
    dataset.undo()
    assert dataset.count(Query()) == 0


def test_two_takes_of_one_person_stay_together_and_of_nobody_apart(dataset: Dataset) -> None:
    one = store_take(dataset, some_crops(2), "expression", "happy", person="me")
    two = store_take(dataset, some_crops(3), "expression", "neutral", person="me")
    assert set(dataset.groups(one.ids + two.ids).values()) == {"me"}
    three = store_take(dataset, some_crops(5), "expression", "neutral")
    assert set(dataset.groups(three.ids).values()) != {"me"}


def test_what_was_wrong_waits_for_review(dataset: Dataset) -> None:
    stored = store_for_review(dataset, some_crops(3, read_as="neutral"), "expression", "happy")
    assert dataset.answers("expression") == {}
    waiting = dataset.proposals("expression")
    assert {(each.sample, each.answer) for each in waiting} == {(i, "happy") for i in stored.ids}
    assert {each.detail["read_as"] for each in waiting} == {"neutral"}
    dataset.undo()
    assert (dataset.count(Query()), dataset.proposals("expression")) == (0, [])


@pytest.mark.parametrize("store", [store_take, store_for_review])
def test_an_unknown_class_adds_nothing(dataset: Dataset, store: object) -> None:
    with pytest.raises(UnknownClass, match="cheerful"):
        store(dataset, some_crops(2), "expression", "cheerful")
    assert dataset.count(Query()) == 0


def test_pictures_of_a_film_come_at_an_interval_and_unlabelled(dataset: Dataset) -> None:
    film = (seen(number / 30, 1, 2) for number in range(60))
    crops = list(crops_at(film, 0.5))
    assert [(crop.number, round(crop.time, 2)) for crop in crops] == [
        (number, time) for time in (0, 0.5, 1.0, 1.5) for number in (1, 2)
    ]
    stored = store_unlabelled(dataset, crops)
    assert len(stored.ids) == 8
    assert dataset.answers("expression") == {}
    assert len(set(dataset.groups(stored.ids).values())) == 1
    assert dataset.sources()[0].kind == "video"


def test_a_gap_in_a_film_is_not_made_up_for() -> None:
    film = (seen(time, 1) for time in (0.0, 3.0, 3.1, 3.2, 3.5))
    assert [crop.time for crop in crops_at(film, 0.5)] == [0.0, 3.0, 3.5]


def test_no_crops_are_no_samples(dataset: Dataset) -> None:
    assert store_take(dataset, [], "expression", "happy").ids == ()
    assert dataset.count(Query()) == 0


def test_the_same_picture_twice_is_stored_once_on_disk(dataset: Dataset) -> None:
    crop = LiveCrop(picture(5), 1, 0.0, "cam", "happy")
    stored = store_take(dataset, [crop, crop], "expression", "happy")
    first, second = dataset.by_ids(stored.ids)
    assert first.path == second.path
