"""The benchmark of faces, small: every frame has its face found, and the table is whole."""

from __future__ import annotations

import pytest

from benchmarks import bench_faces


def test_the_benchmark_prints_its_table(capsys: pytest.CaptureFixture[str]) -> None:
    results = bench_faces.main(["--frames", "3"])
    assert all((times > 0).all() for times in results.values())
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 + len(results)
    assert all(line.count("|") == 5 for line in lines)
