"""From samples to crops: faces looked for once, damaged files named, keys that tell crops apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from faceapp.dataset import Dataset, NewSample, StoredFace
from faceapp.errors import Cancelled
from faceapp.faces import Face, Preprocessing, prepare
from faceapp.imaging import read_image
from faceapp.jobs import Job
from faceapp.networks.crops import Crops, ensure_faces

LANDMARKS = ((20.0, 25.0), (40.0, 25.0), (30.0, 35.0), (22.0, 45.0), (38.0, 45.0))
FACE = Face((10.0, 10.0, 40.0, 45.0), LANDMARKS, 0.9)
SPEC = Preprocessing(size=32)


class Detector:
    """Finds FACE in every image whose first pixel is not black, and counts its looks."""

    def __init__(self, name: str = "fake-1") -> None:
        self.name = name
        self.looks = 0

    def detect(self, rgb: np.ndarray) -> list[Face]:
        self.looks += 1
        return [FACE] if rgb[0, 0].any() else []


@pytest.fixture
def dataset(tmp_path: Path) -> Iterator[Dataset]:
    with Dataset.create(tmp_path / "set") as dataset:
        yield dataset


def fill(dataset: Dataset, count: int, *, black: tuple[int, ...] = ()) -> list[int]:
    """Samples of random images; those in `black` show no face."""
    source = dataset.add_source("folder", "here", {})
    new = []
    for number in range(count):
        pixels = np.random.default_rng(number).integers(1, 256, (64, 60, 3), np.uint8)
        pixels[0, 0] = 0 if number in black else 255
        path = dataset.images / f"{number}.png"
        Image.fromarray(pixels).save(path)
        sha256 = f"{number:064d}"
        new.append(NewSample(f"{number}.png", f"images/{number}.png", sha256, 0, 60, 64, "png"))
    ids, _ = dataset.add_samples(source.id, new)
    return list(ids)


def test_faces_are_looked_for_once(dataset: Dataset) -> None:
    ids = fill(dataset, 5, black=(3,))
    detector = Detector()
    assert ensure_faces(dataset, ids[:2], detector) == []
    assert ensure_faces(dataset, ids, detector) == []
    assert ensure_faces(dataset, ids, detector) == []
    assert detector.looks == 5
    faces = dataset.faces(ids)
    assert faces[ids[3]] == ()
    assert faces[ids[0]] == (StoredFace(FACE.box, FACE.landmarks, FACE.score),)


def test_another_detector_looks_again(dataset: Dataset) -> None:
    ids = fill(dataset, 2)
    ensure_faces(dataset, ids, Detector("fake-1"))
    newer = Detector("fake-2")
    ensure_faces(dataset, ids, newer)
    assert newer.looks == 2


def test_damaged_and_missing_files_are_named(dataset: Dataset) -> None:
    ids = fill(dataset, 4)
    (dataset.images / "1.png").write_bytes(b"not an image")
    (dataset.images / "2.png").unlink()
    unreadable = ensure_faces(dataset, ids, Detector())
    assert [(bad.sample, bad.file) for bad in unreadable] == [(ids[1], "1.png"), (ids[2], "2.png")]
    assert "not an image" in unreadable[0].reason
    assert set(dataset.faces(ids)) == {ids[0], ids[3]}
    crops = Crops(dataset, ids, SPEC)
    assert [bad.sample for bad in crops.unreadable] == [ids[1], ids[2]]
    assert [item.id for item in crops.items] == [ids[0], ids[3]]


def test_cancelling_keeps_the_faces_found(dataset: Dataset) -> None:
    ids = fill(dataset, 6)
    detector = Detector()
    with pytest.raises(Cancelled):
        ensure_faces(dataset, ids, detector, Job(cancelled=lambda: detector.looks >= 4))
    assert len(dataset.faces(ids)) == 4
    ensure_faces(dataset, ids, detector)
    assert detector.looks == 6


def test_crops_are_the_one_preprocessing(dataset: Dataset) -> None:
    ids = fill(dataset, 3, black=(1,))
    ensure_faces(dataset, ids, Detector())
    found = dict(Crops(dataset, ids, SPEC)(ids))
    for number, (sample, face) in enumerate(zip(ids, (FACE, None, FACE), strict=True)):
        pixels = read_image(dataset.images / f"{number}.png").pixels
        np.testing.assert_array_equal(found[sample], prepare(pixels, face, SPEC))


def test_whole_images_need_no_detection(dataset: Dataset) -> None:
    ids = fill(dataset, 2)
    whole = replace(SPEC, alignment="whole")
    crops = Crops(dataset, ids, whole)
    assert crops.unreadable == []
    pixels = read_image(dataset.images / "0.png").pixels
    np.testing.assert_array_equal(dict(crops(ids))[ids[0]], prepare(pixels, None, whole))


def test_a_file_that_breaks_later_is_named_and_passed_over(dataset: Dataset) -> None:
    ids = fill(dataset, 3)
    ensure_faces(dataset, ids, Detector())
    crops = Crops(dataset, ids, SPEC)
    (dataset.images / "1.png").unlink()
    assert [sample for sample, _ in crops(ids)] == [ids[0], ids[2]]
    assert [bad.file for bad in crops.unreadable] == ["1.png"]


def test_only_what_is_asked_for_is_read(dataset: Dataset) -> None:
    ids = fill(dataset, 3)
    ensure_faces(dataset, ids, Detector())
    assert [sample for sample, _ in Crops(dataset, ids, SPEC)([ids[2]])] == [ids[2]]


def test_a_face_that_a_person_drew_goes_first(dataset: Dataset) -> None:
    (sample,) = fill(dataset, 1)
    ensure_faces(dataset, [sample], Detector())
    (before,) = Crops(dataset, [sample], SPEC).items
    drawn = tuple((x + 3, y - 2) for x, y in LANDMARKS)
    stored = dataset.faces([sample])[sample]
    small = StoredFace((0.0, 0.0, 5.0, 5.0), drawn, 1.0, "person")
    dataset.correct_faces(sample, [*stored, small])
    crops = Crops(dataset, [sample], SPEC)
    assert crops.items[0].content != before.content
    pixels = read_image(dataset.images / "0.png").pixels
    face = Face(small.box, drawn, 1.0)
    np.testing.assert_array_equal(dict(crops([sample]))[sample], prepare(pixels, face, SPEC))


def test_the_content_key_tells_images_and_faces_apart(dataset: Dataset) -> None:
    ids = fill(dataset, 3, black=(2,))
    ensure_faces(dataset, ids, Detector())
    aligned = {item.content for item in Crops(dataset, ids, SPEC).items}
    whole = {item.content for item in Crops(dataset, ids, replace(SPEC, alignment="whole")).items}
    assert len(aligned) == len(whole) == 3
    assert len(aligned & whole) == 1  # the image without a face is used whole either way
