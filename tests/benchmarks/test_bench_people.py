"""The benchmark of people, small: its scores are those worked out by hand, its table is whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import bench_people
from faceapp.faces.embedding import can_embed


def test_scores_of_clusters_are_those_worked_out_by_hand() -> None:
    found = bench_people.score([[0, 1, 2], [3], [4]], ["a", "a", "b", "b", "c"])
    assert found.precision == pytest.approx(1 / 3)
    assert found.recall == pytest.approx(1 / 2)
    assert found.image_precision == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 + 1) / 5)
    assert found.image_recall == pytest.approx((1 + 1 + 1 / 2 + 1 / 2 + 1) / 5)
    assert found.groups == 1


def test_the_largest_threshold_that_is_precise_is_chosen() -> None:
    good, bad = (bench_people.Score(0.99, 1, each, 1, 1) for each in (0.99, 0.9))
    assert bench_people.chosen({0.3: good, 0.4: good, 0.5: bad}) == 0.4
    assert bench_people.chosen({0.3: bad, 0.4: bad}) == 0.3


def test_halves_share_nobody() -> None:
    one, other = bench_people.halves(["a"] * 3 + ["b", "c", "d", "e"], seed=0)
    assert one | other == set("abcde")
    assert not one & other


@pytest.mark.skipif(not can_embed(), reason="the extra `people` is not installed")
@pytest.mark.faces
def test_the_benchmark_prints_its_table(
    face_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "some"
    folder.mkdir()
    for file in sorted((face_data / "images").glob("*_Williams_*.jpg"))[:12]:
        (folder / file.name).write_bytes(file.read_bytes())
    best, other = bench_people.main([str(folder)])
    assert best in bench_people.THRESHOLDS
    assert set(other) == set(bench_people.THRESHOLDS)
    table = [line for line in capsys.readouterr().out.splitlines() if line.startswith("|")]
    assert len(table) == 2 + len(bench_people.THRESHOLDS)
