"""The benchmark of growth, small: whole people apart, its table whole, a training a size."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import bench_growth
from benchmarks.bench_growth import Row
from benchmarks.drawn import faces_folder
from faceapp.networks.weights import WeightsMissing, find_weights
from faceapp.training.material import Material

ROW = Row(
    size=250,
    seed=0,
    images=251,
    people=90,
    learned=200,
    cold=31.4,
    warm=8.6,
    balanced=0.5,
    plain=0.6,
    interval=(0.4, 0.6),
    aside=479,
)


def test_sizes_lie_within_one_another_and_share_nobody_with_the_people_aside() -> None:
    ids = range(600)
    material = Material(
        ("neutral", "happy", "sad"),
        {i: i // 2 % 3 for i in ids},
        {i: f"person {i // 4}" for i in ids},
    )
    aside, chosen = bench_growth.subsets(material, (60, 200, 500), seed=1)
    assert [abs(len(chosen[size]) - size) <= 8 for size in (60, 200, 500)] == [True] * 3
    assert set(chosen[60]) < set(chosen[200]) < set(chosen[500])
    people = [{material.groups[i] for i in some} for some in (aside, chosen[500])]
    assert not people[0] & people[1]
    assert len(aside) + len(chosen[500]) == 600
    counted = Counter(material.truth[i] for i in chosen[60])
    assert min(counted.values()) >= 16  # every class has its share
    assert bench_growth.subsets(material, (60, 200, 500), seed=2)[0] != aside


def test_table_and_plot_are_of_all_that_is_known() -> None:
    rows = [
        replace(ROW, size=1000, cold=120.2, warm=None),
        replace(ROW, seed=1, balanced=0.6, warm=None),
        ROW,
    ]
    lines = bench_growth.table_of(rows).splitlines()
    assert len(lines) == 4
    assert lines[2] == (
        "| 250 | 90 | 200 | 31 | 9 | 55.0: 50.0, 60.0 (40.0 to 60.0) | 60.0: 60.0, 60.0 |"
    )
    assert lines[3].startswith("| 1,000 | 90 | 200 | 120 |  | 50.0 (40.0 to 60.0)")
    assert bench_growth.plotted(rows).startswith(b"\x89PNG")


@pytest.mark.slow
def test_two_sizes_are_trained_judged_and_remembered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        find_weights()
    except WeightsMissing as missing:
        pytest.skip(str(missing))
    faces, work = faces_folder(tmp_path, identities=24), tmp_path / "work"
    common = [str(faces), "--sizes", "60", "110", "--seeds", "0", "--work", str(work)]
    common += ["--set", "size=64", "--set", "epochs=40"]
    bench_growth.main([*common, "--step", "prepare"])
    bench_growth.main([*common, "--step", "cold", "--step", "judge", "--only", "60"])
    rows = bench_growth.main([*common, "--only", "110", "--plot", str(tmp_path / "a.png")])
    small, large = sorted(rows, key=lambda row: row.size)
    assert (small.size, large.size) == (60, 110)
    assert small.aside == large.aside >= 20
    assert small.warm is None
    assert large.cold is not None
    assert large.warm is not None
    assert all(row.learned < row.images and (row.balanced or 0) > 0.2 for row in rows)
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert len(capsys.readouterr().out.splitlines()) == 3 * 4
