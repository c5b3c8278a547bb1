"""The benchmark of cleaning, small: every kind has its row, and planted copies are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import bench_cleaning


def test_the_benchmark_prints_its_table(
    drawn_faces: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = bench_cleaning.main(
        ["--images", str(drawn_faces), "--faults", "3", "--most", "12", "--prints", "300"]
    )
    text = capsys.readouterr().out
    kinds = (*bench_cleaning.QUALITY, *bench_cleaning.DUPLICATES, "truncated")
    assert all(f"| {kind} |" in text for kind in kinds)
    assert all(found["copies"][0][kind][0] == 1 for kind in ("rescaled", "recompressed", "grey"))
    assert found["truncated"] == (1, 1)
    assert found["quality"]["dark"][2] > 0.9
