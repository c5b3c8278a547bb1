from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from faceapp.demo_faces import DrawnSet, draw_demo_faces
from faceapp.demo_faces.actions import EXPRESSIONS
from faceapp.demo_faces.identity import draw_identity
from faceapp.demo_faces.portrait import draw_portrait
from faceapp.errors import Cancelled
from faceapp.faces import FaceDetector
from faceapp.imaging import read_image
from faceapp.jobs import Job


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> DrawnSet:
    return draw_demo_faces(tmp_path_factory.mktemp("drawn"), identities=4, seed=3)


def rows(drawn: DrawnSet) -> list[dict[str, str]]:
    with drawn.labels.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_same_seed_draws_the_same_bytes(drawn: DrawnSet, tmp_path: Path) -> None:
    again = draw_demo_faces(tmp_path, identities=4, seed=3)
    assert again.pictures == drawn.pictures
    for picture in drawn.pictures:
        assert (tmp_path / picture.image).read_bytes() == (
            drawn.folder / picture.image
        ).read_bytes()


def test_every_person_wears_every_expression(drawn: DrawnSet) -> None:
    worn = Counter((row["person"], row["expression"]) for row in rows(drawn))
    people = {row["person"] for row in rows(drawn)}
    assert len(people) == 4
    assert all(worn[person, expression] >= 1 for person in people for expression in EXPRESSIONS)
    sexes = {row["person"]: row["sex"] for row in rows(drawn)}
    assert Counter(sexes.values()) == {"female": 2, "male": 2}


def test_labels_name_what_lies_beside_them(drawn: DrawnSet) -> None:
    names = {row["image"] for row in rows(drawn)}
    assert names == {path.name for path in drawn.folder.glob("*.jpg")}
    assert all(row["image"].startswith(row["person"] + "_") for row in rows(drawn))
    assert all(0.2 <= float(row["intensity"]) <= 1 for row in rows(drawn))


def test_the_detector_finds_most_of_them(drawn: DrawnSet) -> None:
    detector = FaceDetector()
    found = sum(bool(detector.detect(read_image(p).pixels)) for p in drawn.folder.glob("*.jpg"))
    assert found >= 0.85 * len(drawn.pictures)


def test_a_stronger_surprise_opens_the_mouth_further() -> None:
    def gap(intensity: float) -> float:
        person = draw_identity("female", np.random.default_rng(5))
        portrait = draw_portrait(
            person, "surprised", way=0, intensity=intensity, rng=np.random.default_rng(1), size=96
        )
        return portrait.mouth_gap

    gaps = [gap(intensity) for intensity in (0.2, 0.5, 0.8, 1.0)]
    assert gaps == sorted(gaps)
    assert gaps[-1] > gaps[0]


def test_drawing_stops_when_asked_to(tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        draw_demo_faces(tmp_path, identities=2, job=Job(cancelled=lambda: True))
    assert not (tmp_path / "labels.csv").exists()
