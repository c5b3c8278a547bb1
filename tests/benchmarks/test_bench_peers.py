"""faceapp beside FER, small: on drawn faces the table has every row, and both are judged alike."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks import bench_peers
from benchmarks.drawn import faces_folder
from benchmarks.peers import FerFrame
from faceapp.networks.weights import WeightsMissing, find_weights
from faceapp.training.records import Answered

FER = os.environ.get("FACEAPP_TEST_FER", "")


def test_both_are_judged_on_the_same_faces() -> None:
    known, classes = ("neutral", "happy", "angry"), ("happy", "angry")
    said = {
        "a_1.jpg": Answered("happy", "neutral", "a", (0.6, 0.3, 0.1)),
        "b_1.jpg": Answered("angry", "happy", "b", (0.1, 0.5, 0.4)),
        "c_1.jpg": Answered("neutral", "happy", "b", (0.0, 0.9, 0.1)),
    }
    fer = {
        "a_1.jpg": FerFrame(0.1, (), {"sad": 0.8, "angry": 0.2}),
        "b_1.jpg": FerFrame(0.1, (((0, 0, 9, 9), {"angry": 0.7}),), {}),
    }
    assert bench_peers.judged(said, known, classes, None).accuracy == 0.5
    theirs = bench_peers.judged(said, known, classes, fer)
    assert theirs.confusion == ((0, 1), (0, 1))


@pytest.mark.slow
def test_the_benchmark_prints_its_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        find_weights()
    except WeightsMissing as missing:
        pytest.skip(str(missing))
    faces = faces_folder(tmp_path)
    small = ["--folds", "2", "--set", "size=64", "--set", "epochs=40"]
    bench_peers.main([str(faces), *small, *(["--fer", FER] if FER else [])])
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("|")]
    assert len(lines) == 2 + 3 * (4 if FER else 1)
    assert {line.count("|") for line in lines} == {8}
