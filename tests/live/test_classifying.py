"""Classifying images and videos: columns, figures, the annotated video, and what goes wrong."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from faceapp.cli import run
from faceapp.errors import Cancelled, WorldError
from faceapp.faces import FaceDetector
from faceapp.jobs import Job, Progress
from faceapp.live import opening
from faceapp.live.classifying import NoFilm, Outputs, classify, read_frames
from faceapp.live.clock import MONOTONIC
from faceapp.live.drawing import annotated, class_colours
from faceapp.live.film import Film, film
from faceapp.live.frames import VideoFile
from faceapp.live.reader import FrameReader
from faceapp.live.readings import FrameReading, Reading, State
from faceapp.live.table import NotWritten, columns, reading_table
from faceapp.networks.classifier import Classifier
from live.doubles import FakeDetector, FakeModel, face, picture, write_video

CLASSES = ("neutral", "happy", "sad")
HEADER = [
    "file", "time", "frame", "face", "x", "y", "w", "h", "label",
    "raw_neutral", "raw_happy", "raw_sad", "smoothed_neutral", "smoothed_happy", "smoothed_sad",
    "model", "mark",
]  # fmt: skip


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def reading(number: int = 1, label: str = "happy", **changes: object) -> Reading:
    values = {"face": face(10, 20, 50), "state": State.READ, "raw": (0.2, 0.7, 0.1)}
    return Reading(number, label=label, **{**values, **changes})


def test_a_video_is_read_to_the_end(small_run: Path, moving_faces: Path, tmp_path: Path) -> None:
    table, shown = tmp_path / "rows.csv", tmp_path / "shown.mp4"
    outcome = classify(moving_faces, small_run, Outputs(table, shown))
    rows = rows_of(table)
    assert list(rows[0]) == HEADER == columns(CLASSES)
    figures = outcome.to_json()
    assert figures["frames"] == 25
    assert {row["frame"] for row in rows} == {str(n) for n in range(25)}
    assert figures["faces"] == sum(row["face"] != "" for row in rows) >= 25
    assert {row["face"] for row in rows} == {"1", "2", ""}
    assert [row["label"] for row in rows if row["frame"] == "24"] == ["no face"]
    for row in rows:
        assert row["file"] == "faces.avi"
        assert float(row["time"]) == pytest.approx(int(row["frame"]) / 12.5, abs=2e-3)
        assert row["model"] == str(small_run / "model.keras")
        if row["label"] in CLASSES:
            for kind in ("raw", "smoothed"):
                assert sum(float(row[f"{kind}_{name}"]) for name in CLASSES) == pytest.approx(
                    1, abs=1e-5
                )
    assert set(figures) == {
        "frames", "faces", "seconds", "fps", "latency_ms", "precision", "share", "model",
    }  # fmt: skip
    assert 0 < figures["latency_ms"]["p50"] <= figures["latency_ms"]["p95"]
    assert figures["precision"] == "f32"
    labels = [row["label"] for row in rows if row["face"]]
    assert figures["share"] == {
        name: pytest.approx(labels.count(name) / len(labels)) for name in CLASSES
    }
    copy = list(VideoFile(shown).frames(MONOTONIC))
    assert len(copy) == 25
    assert copy[0].pixels.shape == (240, 320, 3)


def test_a_video_is_read_as_frame_by_frame(
    small_run: Path, moving_faces: Path, tmp_path: Path
) -> None:
    reader = FrameReader(Classifier(small_run, threads=1), FaceDetector(threads=1).detect)
    wanted = [
        (str(frame.number), str(each.number), each.label, each.box, (*each.raw, *each.smoothed))
        for frame in VideoFile(moving_faces).frames(MONOTONIC)
        for each in reader.read(frame).readings
        if each.raw
    ]
    classify(moving_faces, small_run, Outputs(tmp_path / "rows.csv"))
    found = [row for row in rows_of(tmp_path / "rows.csv") if row["raw_sad"]]
    for row, (number, face_number, label, box, values) in zip(found, wanted, strict=True):
        assert (row["frame"], row["face"], row["label"]) == (number, face_number, label)
        assert [float(row[name]) for name in "xywh"] == pytest.approx(box, abs=0.06)
        said = [float(row[f"{kind}_{name}"]) for kind in ("raw", "smoothed") for name in CLASSES]
        assert said == pytest.approx(values, abs=1e-4)


def test_a_faster_arithmetic_is_only_taken_where_it_is_asked_for(
    small_run: Path, moving_faces: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[dict[str, object]] = []

    def fastest(run: Path, **options: object) -> Classifier:
        taken.append(options)
        return Classifier(run)

    monkeypatch.setattr(opening, "fastest", fastest)
    classify(moving_faces, small_run)
    assert not taken
    classify(moving_faces, small_run, fast=True)
    assert len(taken) == 1


def test_the_command_says_the_same(
    small_run: Path,
    moving_faces: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    command = ["faceapp", "classify", str(moving_faces), "--model", str(small_run)]
    monkeypatch.setattr(sys, "argv", [*command, "--json"])
    assert run() == 0
    answer = json.loads(capfd.readouterr().out)
    assert (answer["frames"], set(answer["share"])) == (25, set(CLASSES))
    monkeypatch.setattr(sys, "argv", command)
    assert run() == 0
    assert "25 frames" in capfd.readouterr().out


def test_a_folder_keeps_its_refusals_and_images_without_a_face(
    small_run: Path, drawn_faces: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    first = min(drawn_faces.glob("*.jpg"))
    (folder / "face.jpg").write_bytes(first.read_bytes())
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff no more")
    Image.fromarray(picture(128, 90, 90)).save(folder / "grey.png")
    outcome = classify(folder, small_run, Outputs(tmp_path / "rows.csv"))
    rows = rows_of(tmp_path / "rows.csv")
    assert [(row["file"], row["face"]) for row in rows] == [("face.jpg", "1"), ("grey.png", "0")]
    assert rows[1]["x"] == ""
    assert all(row["label"] in CLASSES for row in rows)  # an image is never "unsure"
    answer = outcome.to_json()
    assert [each["file"] for each in answer["refused"]] == ["broken.jpg"]
    assert [each["label"] for each in answer["readings"]] == [row["label"] for row in rows]
    assert (answer["frames"], answer["faces"]) == (2, 2)
    assert answer["latency_ms"] == {"p50": None, "p95": None}


def test_what_cannot_be_done_is_said_before_the_work(small_run: Path, tmp_path: Path) -> None:
    image = tmp_path / "a.png"
    Image.fromarray(picture(128, 90, 90)).save(image)
    with pytest.raises(NoFilm, match=r"a\.png"):
        classify(image, small_run, Outputs(film=tmp_path / "out.mp4"))
    with pytest.raises(WorldError, match="nowhere"):
        classify(tmp_path / "nowhere", small_run)
    video = write_video(tmp_path / "v.mp4", [picture(1, 64, 48)])
    with pytest.raises(NotWritten, match="must end in"):
        classify(video, small_run, Outputs(film=tmp_path / "out.gif"))
    for outputs in (
        Outputs(film=tmp_path / "no" / "o.mp4"),
        Outputs(csv=tmp_path / "no" / "o.csv"),
    ):
        with pytest.raises(NotWritten, match="folder"):
            classify(video, small_run, outputs)


def test_stopping_leaves_no_half_files(small_run: Path, moving_faces: Path, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("from before")
    seen: list[Progress] = []
    job = Job(report=seen.append, cancelled=lambda: len(seen) > 3)
    with pytest.raises(Cancelled):
        classify(
            moving_faces, small_run, Outputs(tmp_path / "rows.csv", tmp_path / "o.mp4"), job=job
        )
    assert [each.name for each in tmp_path.iterdir()] == ["rows.csv"]
    assert (tmp_path / "rows.csv").read_text() == "from before"


def test_progress_never_passes_the_end(tmp_path: Path) -> None:
    video = VideoFile(write_video(tmp_path / "v.mp4", [picture(1, 64, 48)] * 4))
    video.count = 2  # as a header may say
    seen: list[Progress] = []
    reader = FrameReader(FakeModel(), FakeDetector(face(4, 4, 40)))
    assert len(list(read_frames(video, reader, Job(report=seen.append)))) == 4
    assert all(progress.done < progress.total for progress in seen)


def test_rows_hold_what_applies(tmp_path: Path) -> None:
    small = reading(2, "too small", state=State.TOO_SMALL, raw=())
    unsure = reading(3, "unsure", state=State.UNSURE, smoothed=(0.3, 0.4, 0.3))
    with reading_table(tmp_path / "t.csv", CLASSES, "m") as table:
        table.add(FrameReading("cam", 7, 1.23456, CLASSES, (reading(), small, unsure)), "cut")
        table.add(FrameReading("cam", 8, 1.3, CLASSES, ()))
    one, two, three, none = rows_of(tmp_path / "t.csv")
    assert [one[name] for name in HEADER] == [
        "cam", "1.235", "7", "1", "10.0", "20.0", "50.0", "50.0", "happy",
        "0.200000", "0.700000", "0.100000", "", "", "", "m", "cut",
    ]  # fmt: skip
    assert (two["label"], two["raw_happy"], two["mark"]) == ("too small", "", "cut")
    assert (three["label"], three["smoothed_happy"]) == ("unsure", "0.400000")
    assert (none["label"], none["face"], none["frame"], none["mark"]) == ("no face", "", "8", "")


def test_boxes_have_the_colour_of_their_class() -> None:
    pixels = np.full((240, 320, 3), 40, np.uint8)
    colours = class_colours(CLASSES)
    read = FrameReading("cam", 0, 0.0, CLASSES, (reading(face=face(100, 90, 80)),))
    drawn = annotated(pixels, read, colours)
    assert tuple(drawn[169, 140]) == colours["happy"]
    assert np.array_equal(pixels, np.full((240, 320, 3), 40, np.uint8))
    assert np.array_equal(drawn[120:150, 120:160], pixels[120:150, 120:160])
    for x, y in ((-3, -3), (290, 0), (0, 210)):  # names at the border are cut, nothing fails
        annotated(pixels, FrameReading("c", 0, 0.0, CLASSES, (reading(face=face(x, y, 60)),)), {})


def levels(path: Path) -> list[int]:
    return [round(f.pixels.mean() / 20) for f in VideoFile(path).frames(MONOTONIC)]


def test_a_film_keeps_time(tmp_path: Path) -> None:
    with film(tmp_path / "f.avi", 10) as made:
        for time, value in ((5.0, 1), (5.1, 2), (5.5, 3), (5.52, 4), (5.6, 5)):
            made.add(picture(20 * value, 64, 48), time)
    assert levels(tmp_path / "f.avi") == [1, 2, 2, 2, 2, 3, 5]


def test_a_film_fits_other_sizes_and_skips_absurd_gaps(tmp_path: Path) -> None:
    with film(tmp_path / "f.avi", 10) as made:
        made.add(picture(100, 64, 48), 0)
        made.add(picture(100, 32, 24), 0.1)
        made.add(picture(100, 64, 48), 1e9)
        made.add(picture(100, 64, 48), 1e9 + 0.1)
    found = list(VideoFile(tmp_path / "f.avi").frames(MONOTONIC))
    assert {f.pixels.shape for f in found} == {(48, 64, 3)}
    assert len(found) == 2 + 100 + 1


def test_odd_sizes_become_even(tmp_path: Path) -> None:
    with film(tmp_path / "f.mp4", 10) as made:
        made.add(picture(100, 65, 49), 0)
    (found,) = VideoFile(tmp_path / "f.mp4").frames(MONOTONIC)
    assert found.pixels.shape == (50, 66, 3)


def test_a_film_without_pictures_is_none(tmp_path: Path) -> None:
    made = Film(tmp_path / "f.mp4", 10)
    made.close()
    assert not (tmp_path / "f.mp4").exists()
