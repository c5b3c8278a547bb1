"""The Label page's benchmark, small: the table comes out whole and nothing hangs."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.gui


def test_the_benchmark_prints_its_table(capsys: pytest.CaptureFixture[str]) -> None:
    from benchmarks import bench_label

    (figures,) = bench_label.main(["--sizes", "150", "--presses", "12"]).values()
    assert 0 < figures["key p50, ms"] <= figures["key p95, ms"]
    assert figures["scroll gap p95, ms"] <= figures["scroll gap worst, ms"]
    assert figures["memory, MB"] < 600
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 + len(figures)
    assert all(line.count("|") == 3 for line in lines)
