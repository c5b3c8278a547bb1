"""Recording: rows with marks and a video, at their places only when the recording ends."""

from __future__ import annotations

import csv
import errno
from pathlib import Path

import pytest

from faceapp.live.classifying import Outputs
from faceapp.live.clock import MONOTONIC
from faceapp.live.frames import VideoFile
from faceapp.live.readings import FrameReading, Reading, State
from faceapp.live.recorder import Recorder
from faceapp.live.table import NotWritten, ReadingTable
from live.doubles import face, frame, picture

CLASSES = ("neutral", "happy")


def read(number: int, time: float, problem: str = "") -> FrameReading:
    found = Reading(1, face(4, 4, 30), State.READ, "happy", (0.2, 0.8), (0.4, 0.6))
    return FrameReading("cam", number, time, CLASSES, (found,), problem=problem)


def record(recorder: Recorder, number: int, time: float) -> None:
    recorder.add(frame(picture(90, 64, 48), time, number), read(number, time))


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_rows_and_film_are_there_when_it_ends(tmp_path: Path) -> None:
    outputs = Outputs(tmp_path / "r.csv", tmp_path / "r.mp4")
    recorder = Recorder(outputs, CLASSES, "run-7")
    for number in range(6):
        record(recorder, number, 3 + number * 0.2)
    assert not (tmp_path / "r.csv").exists()
    recorded = recorder.close()
    assert (recorded.frames, recorded.seconds) == (6, pytest.approx(1.0))
    rows = rows_of(tmp_path / "r.csv")
    assert [row["frame"] for row in rows] == ["0", "1", "2", "3", "4", "5"]
    assert {row["model"] for row in rows} == {"run-7"}
    assert len(list(VideoFile(tmp_path / "r.mp4").frames(MONOTONIC))) == 26
    assert {path.name for path in tmp_path.iterdir()} == {"r.csv", "r.mp4"}
    assert recorder.close() == recorded
    record(recorder, 9, 9.0)  # too late: nothing happens
    assert len(rows_of(tmp_path / "r.csv")) == 6


def test_marks_stand_with_the_next_frame_and_none_is_lost(tmp_path: Path) -> None:
    recorder = Recorder(Outputs(tmp_path / "r.csv"), CLASSES, "m")
    record(recorder, 0, 0.0)
    recorder.mark("film begins")
    recorder.mark("laughs")
    record(recorder, 1, 0.5)
    record(recorder, 2, 1.0)
    recorder.mark("film ends")
    recorder.close()
    rows = rows_of(tmp_path / "r.csv")
    assert [row["mark"] for row in rows] == ["", "film begins; laughs", "", "film ends"]
    assert (rows[3]["time"], rows[3]["label"], rows[3]["model"]) == ("1.000", "", "m")


def test_a_frame_that_could_not_be_read_is_left_out(tmp_path: Path) -> None:
    recorder = Recorder(Outputs(tmp_path / "r.csv"), CLASSES, "m")
    recorder.add(frame(picture(1, 64, 48)), read(0, 0.0, problem="out of luck"))
    recorder.close()
    assert rows_of(tmp_path / "r.csv") == []


def test_a_full_disk_keeps_what_was_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder(Outputs(tmp_path / "r.csv"), CLASSES, "m")
    record(recorder, 0, 0.0)
    recorder.mark("no room for this")

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(ReadingTable, "_write", refuse)
    with pytest.raises(NotWritten, match="No space left"):
        record(recorder, 1, 0.5)
    monkeypatch.undo()
    record(recorder, 2, 1.0)
    recorder.close()
    assert [row["frame"] for row in rows_of(tmp_path / "r.csv")] == ["0"]


def test_a_place_that_cannot_be_written_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(NotWritten, match=r"no.r\.csv"):
        Recorder(Outputs(tmp_path / "no" / "r.csv"), CLASSES, "m")
    with pytest.raises(NotWritten, match=r"r\.gif"):
        Recorder(Outputs(tmp_path / "r.csv", tmp_path / "r.gif"), CLASSES, "m")
    assert list(tmp_path.iterdir()) == []
