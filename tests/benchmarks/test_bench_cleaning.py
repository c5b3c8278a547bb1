"""The benchmark of cleaning, small: every kind has its row, and planted copies are found."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from benchmarks import bench_cleaning
from faceapp.cleaning import Evidence

PEER = os.environ.get("FACEAPP_TEST_CLEAN_PEER", "")


def test_the_benchmark_prints_its_table(
    drawn_faces: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small = ["--faults", "3", "--most", "12", "--prints", "300"]
    peer = ["--peer", PEER] if PEER else []
    found = bench_cleaning.main(["--images", str(drawn_faces), *small, *peer])
    text = capsys.readouterr().out
    kinds = (*bench_cleaning.QUALITY, *bench_cleaning.DUPLICATES, "truncated")
    assert all(f"| {kind} |" in text for kind in kinds)
    assert all(found["copies"][0][kind][0] == 1 for kind in ("rescaled", "recompressed", "grey"))
    assert found["truncated"] == (1, 1)
    assert found["quality"]["dark"][2] > 0.9
    assert ("cleanvision, light for bright" in text) == bool(PEER)


def test_pairs_are_judged_by_what_they_were_made_of() -> None:
    names = ["a.jpg", "b.jpg", "a-planted-grey.jpg", "b-planted-mirrored.jpg"]
    names += [f"c-planted-{kind}.jpg" for kind in ("rescaled", "recompressed", "cropped")]
    pairs = [
        ("a.jpg", "a-planted-grey.jpg"),
        ("a-planted-grey.jpg", "b.jpg"),
        ("a.jpg", "b.jpg"),
    ]
    found, others = bench_cleaning.judged_pairs(names, pairs)
    assert found["grey"] == (1, 0.5)
    assert found["mirrored"] == (0, 0)
    assert others == 1


def test_the_area_tells_a_fault_from_untouched_images_alone() -> None:
    goodness = {"a.jpg": 0.9, "b.jpg": 0.4, "a-planted-dark.jpg": 0.5, "b-planted-grey.jpg": 0.0}
    assert bench_cleaning.area(goodness, "dark") == 0.5


def test_flipped_labels_that_are_least_believed_are_ranked_first() -> None:
    labels = np.array([0, 1] * 20)
    wrong = np.arange(40) < 6
    said = np.where(wrong, 1 - labels, labels)
    probabilities = np.where(np.arange(2) == said[:, None], 0.9, 0.1)
    evidence = Evidence("t", ("x", "y"), tuple(range(40)), labels, probabilities, probabilities)
    truth = np.array(["x", "y"])[said]
    found = bench_cleaning.ranked(evidence, wrong, truth)
    assert found["accuracy of the judges"] == found["average precision"] == 1
    assert found["average precision promised"] > 1
    assert found["average precision of chance"] == 0.15
