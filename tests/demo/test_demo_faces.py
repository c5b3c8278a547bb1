from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faceapp.dataset import vocabulary
from faceapp.demo_faces import DrawnSet, draw_demo_faces
from faceapp.demo_faces.actions import ACTION_NAMES, EXPRESSIONS, draw_manner, perform, ways_of
from faceapp.demo_faces.canvas import View
from faceapp.demo_faces.identity import SEXES, Identity, draw_identity
from faceapp.demo_faces.portrait import Portrait, draw_portrait
from faceapp.errors import Cancelled
from faceapp.faces import FaceDetector, main_face
from faceapp.imaging import read_image
from faceapp.jobs import Job, Progress


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> DrawnSet:
    return draw_demo_faces(tmp_path_factory.mktemp("drawn"), identities=6, seed=3)


def rows(drawn: DrawnSet) -> list[dict[str, str]]:
    with drawn.labels.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def somebody(number: int) -> Identity:
    return draw_identity(SEXES[number % 2], np.random.default_rng(number))


def portrait(
    person: Identity, expression: str, intensity: float, moment: int = 1, size: int = 96
) -> Portrait:
    rng = np.random.default_rng(moment)
    return draw_portrait(person, expression, way=0, intensity=intensity, rng=rng, size=size)


def test_the_same_seed_draws_the_same_bytes(drawn: DrawnSet, tmp_path: Path) -> None:
    again = draw_demo_faces(tmp_path, identities=6, seed=3)
    assert again.pictures == drawn.pictures
    for path in drawn.folder.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()


def test_another_seed_draws_other_people(drawn: DrawnSet, tmp_path: Path) -> None:
    other = draw_demo_faces(tmp_path, identities=2, seed=4)
    for picture in other.pictures:
        assert (tmp_path / picture.image).read_bytes() != (
            drawn.folder / picture.image
        ).read_bytes()


def test_every_person_wears_every_expression_and_each_comes_equally_often(drawn: DrawnSet) -> None:
    worn = Counter((row["person"], row["expression"]) for row in rows(drawn))
    people = {row["person"] for row in rows(drawn)}
    assert len(people) == 6
    assert {worn[person, expression] for person in people for expression in EXPRESSIONS} == {1, 2}
    assert set(Counter(row["expression"] for row in rows(drawn)).values()) == {8}


def test_half_of_the_people_are_of_each_sex(drawn: DrawnSet) -> None:
    sexes = {(row["person"], row["sex"]) for row in rows(drawn)}
    assert Counter(sex for _person, sex in sexes) == {"female": 3, "male": 3}


def test_labels_name_what_lies_beside_them(drawn: DrawnSet) -> None:
    names = [row["image"] for row in rows(drawn)]
    assert sorted(names) == sorted(path.name for path in drawn.folder.glob("*.jpg"))
    assert all(row["image"].rpartition("_")[0] == row["person"] for row in rows(drawn))
    assert list(rows(drawn)[0]) == ["image", "expression", "sex", "person", "intensity"]
    assert {read_image(drawn.folder / name).pixels.shape for name in names} == {(256, 256, 3)}


def test_intensities_run_from_muted_to_exaggerated_and_neutral_has_none(drawn: DrawnSet) -> None:
    neutral = [float(r["intensity"]) for r in rows(drawn) if r["expression"] == "neutral"]
    other = [float(r["intensity"]) for r in rows(drawn) if r["expression"] != "neutral"]
    assert set(neutral) == {0.0}
    assert 0.2 <= min(other) < 0.5
    assert 0.8 < max(other) <= 1


def test_the_words_are_those_of_the_datasets_tasks() -> None:
    assert set(EXPRESSIONS) <= set(vocabulary.EXPRESSIONS)
    assert set(SEXES) == set(vocabulary.SEX)


def test_the_detector_finds_most_of_them(drawn: DrawnSet) -> None:
    detector = FaceDetector()
    found = sum(bool(detector.detect(read_image(p).pixels)) for p in drawn.folder.glob("*.jpg"))
    assert found >= 0.9 * len(drawn.pictures)


def test_the_detector_sees_landmarks_where_they_were_drawn() -> None:
    detector = FaceDetector()
    errors = []
    for number in range(8):
        picture = portrait(somebody(number), "happy", 0.6, moment=number, size=256)
        face = main_face(detector.detect(picture.pixels), picture.pixels.shape[:2])
        if face is not None:
            apart = np.linalg.norm(picture.landmarks[0] - picture.landmarks[1])
            away = np.linalg.norm(np.array(face.landmarks) - picture.landmarks, axis=1)
            errors.append(away.max() / apart)
    assert len(errors) >= 7
    assert np.median(errors) < 0.2


def test_a_stronger_surprise_opens_the_mouth_further() -> None:
    for number in range(4):
        person = somebody(number)
        gaps = [portrait(person, "surprised", i).mouth_gap for i in (0.2, 0.5, 0.8, 1.0)]
        assert gaps == sorted(gaps)
        assert gaps[-1] > gaps[0] + 2


def test_a_stronger_expression_is_further_from_the_persons_neutral_picture() -> None:
    for expression in EXPRESSIONS[1:]:
        still, muted, strong = (
            portrait(somebody(2), expression, intensity).pixels.astype(float)
            for intensity in (0.0, 0.3, 0.9)
        )
        assert np.abs(strong - still).mean() > np.abs(muted - still).mean() > 0


def test_a_smile_lifts_the_corners_of_the_mouth_and_grief_drops_them() -> None:
    person = somebody(5)

    def corners(expression: str) -> float:
        return float(portrait(person, expression, 1.0).landmarks[3:, 1].mean())

    assert corners("happy") < corners("neutral") < corners("sad")


def test_fifty_people_can_be_drawn_and_look_different() -> None:
    people = [somebody(number) for number in range(50)]
    assert len({person.hair.style for person in people}) >= 9
    assert len({person.hair.beard for person in people}) == 5
    assert {person.glasses is None for person in people} == {True, False}
    pictures = [portrait(person, "neutral", 0.0, size=48).pixels for person in people]
    assert all(picture.std() > 10 for picture in pictures)
    assert len({picture.tobytes() for picture in pictures}) == 50


@pytest.mark.parametrize(
    "measure",
    [
        lambda person: person.head.jaw,
        lambda person: person.head.brow_ridge,
        lambda person: person.brows.thickness,
        lambda person: person.mouth.lower,
        lambda person: person.eyes.lashes,
        lambda person: person.nose.width,
    ],
)
def test_each_measure_leans_to_one_sex_and_is_sure_of_none(
    measure: Callable[[Identity], float],
) -> None:
    people = [somebody(number) for number in range(200)]
    women = np.array([measure(person) for person in people if person.sex == "female"])
    men = np.array([measure(person) for person in people if person.sex == "male"])
    higher, lower = (men, women) if men.mean() > women.mean() else (women, men)
    mistaken = (higher < lower.mean()).mean() + (lower > higher.mean()).mean()
    assert 0.01 < mistaken < 0.8


@given(st.sampled_from(EXPRESSIONS), st.floats(0, 1), st.integers(0, 2**32), st.integers(0, 2**32))
def test_actions_stay_within_what_a_face_can_do(
    expression: str, intensity: float, who: int, moment: int
) -> None:
    manner = draw_manner(np.random.default_rng(who))
    for way in range(ways_of(expression)):
        done = perform(expression, way, intensity, manner, np.random.default_rng(moment))
        assert all(0 <= getattr(done, name) <= 1.25 for name in ACTION_NAMES)


@given(
    st.floats(-0.34, 0.34), st.floats(-0.34, 0.34), st.floats(-0.34, 0.34),
    st.floats(-0.9, 0.9), st.floats(-1.2, 1.6),
)  # fmt: skip
def test_what_is_projected_is_found_again(
    yaw: float, pitch: float, roll: float, x: float, y: float
) -> None:
    view = View(centre=(250.0, 240.0), scale=100.0, yaw=yaw, pitch=pitch, roll=roll)
    seen = view.project(np.array([[x, y]], np.float32))
    back_x, back_y = view.unproject(seen[:, 0], seen[:, 1])
    # Within a texel or two at the turned-away rim.
    assert abs(back_x[0] - x) < 0.05
    assert abs(back_y[0] - y) < 0.05


def test_drawing_reports_and_stops_when_asked_to(tmp_path: Path) -> None:
    told: list[Progress] = []
    job = Job(report=told.append, cancelled=lambda: len(told) > 3)
    with pytest.raises(Cancelled):
        draw_demo_faces(tmp_path, identities=2, size=32, job=job)
    assert [progress.done for progress in told] == [0, 1, 2, 3]
    assert {progress.total for progress in told} == {16}
    assert not (tmp_path / "labels.csv").exists()
