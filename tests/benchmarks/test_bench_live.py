"""The benchmark of the live view, small: both ways of reading see faces, tables are whole."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from benchmarks import bench_live
from benchmarks.bench_accuracy import FIVE, imported
from benchmarks.live_accuracy import Read, judged, report_accuracy, twin_without
from benchmarks.live_scene import Actor, actors_needed, cast, make_video, placed
from benchmarks.peers import FerFrame, ask_images, ask_video, kept_to
from benchmarks.test_bench_peers import faces_folder
from faceapp.demo_faces import draw_demo_faces
from faceapp.imaging import read_image
from faceapp.networks.weights import WeightsMissing, find_weights
from faceapp.training.recipes import recipe_named
from faceapp.training.records import read_predictions
from live.doubles import make_small_run

SMALL = ["--seconds", "1", "--stretch", "0.5", "--live", "0.5", "--keras", "3"]
STRETCH = 0.5
FER = os.environ.get("FACEAPP_TEST_FER", "")


@pytest.mark.slow
def test_the_benchmark_prints_its_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = make_small_run(tmp_path / "run")
    (found,) = bench_live.main(["--model", str(run), *SMALL])
    assert found.frames == 30
    assert found.faces > 0
    assert min(found.detection, found.network, found.rest, found.keras_face) > 0
    assert 0 < found.rest_share < 1
    assert min(found.steady.fps, found.film.fps, found.real_time.fps, found.network_face) > 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.count("|") for line in lines] == [9] * 6


def troupe() -> list[Actor]:
    picture = np.zeros((8, 8, 3), np.uint8)
    return [Actor(picture, FIVE[n % 5], f"person {n}") for n in range(10)]


def seen_by(actors: Sequence[Actor], frames: int, answer: object) -> list[list[tuple]]:
    """What somebody sees who finds every face and answers `answer`, or the truth for None."""
    return [
        [(s.box, {name: float(name == (answer or s.actor.label)) for name in FIVE}) for s in shown]
        for shown in (placed(actors, number, STRETCH) for number in range(frames))
    ]


def test_readings_are_held_against_who_is_shown() -> None:
    actors = troupe()
    assert actors_needed(3.2, STRETCH) == 10
    right = seen_by(actors, 96, None)
    found, missed, everything = judged(right, actors, STRETCH)
    assert (found.balanced_accuracy, missed, everything.balanced_accuracy) == (1, 0, 1)
    assert found.groups == 10
    found, missed, _ = judged(seen_by(actors, 96, "happy"), actors, STRETCH)
    assert (found.balanced_accuracy, missed) == (pytest.approx(0.2), 0)
    half = [faces if number % 2 else [] for number, faces in enumerate(right)]
    found, missed, everything = judged(half, actors, STRETCH)
    assert found.balanced_accuracy == 1
    assert missed == pytest.approx(0.5, abs=0.05)
    assert everything.balanced_accuracy == pytest.approx(0.5, abs=0.05)
    rows = list(report_accuracy([Read("a", right), Read("b", half[:40])], actors, STRETCH))
    assert rows[0].startswith("| on 40 frames, 4 people")
    assert [row.count("|") for row in rows] == [5] * 4


def test_what_fer_says_is_kept_to_the_classes_asked() -> None:
    small, large = (0.0, 0.0, 9.0, 9.0), (0.0, 0.0, 50.0, 50.0)
    frame = FerFrame(0.1, ((small, {"sad": 1.0}), (large, {"happy": 0.3, "angry": 0.1})), {})
    assert kept_to(frame.scores, ("happy", "angry")) == pytest.approx([0.75, 0.25])
    assert kept_to({"fearful": 1.0}, ("happy", "angry")) == pytest.approx([0.5, 0.5])


@pytest.mark.slow
def test_the_twin_never_saw_the_people_of_the_video(tmp_path: Path) -> None:
    try:
        find_weights()
    except WeightsMissing as missing:
        pytest.skip(str(missing))
    faces = faces_folder(tmp_path)
    recipe = recipe_named("quick").with_settings({"size": "64", "epochs": "40"})
    with imported(tmp_path / "scratch", faces) as dataset:
        actors = cast(dataset, FIVE, 5, most=100)
        assert tuple(actor.label for actor in actors) == FIVE
        assert len({actor.group for actor in actors}) == 5
        run = twin_without(dataset, actors, recipe, folds=2)
        judged_people = {each.group for each in read_predictions(run).values()}
        assert judged_people
        assert not judged_people & {actor.group for actor in actors}
        assert twin_without(dataset, cast(dataset, FIVE, 5, most=100)) == run  # kept


@pytest.mark.slow
@pytest.mark.skipif(not FER, reason="FACEAPP_TEST_FER names no interpreter with FER")
def test_fer_answers_about_images_and_videos(tmp_path: Path) -> None:
    folder = draw_demo_faces(tmp_path / "drawn", identities=1, size=256).folder
    images = sorted(folder.glob("*.jpg"))[:3]
    for each in ask_images(FER, images):
        assert set(each.scores) >= set(FIVE)
        assert each.seconds > 0
    actors = [Actor(read_image(image).pixels) for image in images]
    video = make_video(tmp_path / "film.avi", actors, 0.2)
    assert len(ask_video(FER, video)) == 6
