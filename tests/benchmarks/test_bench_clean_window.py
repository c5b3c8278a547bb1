"""The Clean page's benchmark, small: the table comes out whole."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.gui


@pytest.mark.slow
def test_the_benchmark_prints_its_table(capsys: pytest.CaptureFixture[str]) -> None:
    from benchmarks import bench_clean_window

    found = bench_clean_window.main(["--people", "2", "--dots", "200"])
    assert list(found) == ["idle", "checks", "slide", "key", "hover", "zoom"]
    assert all(0 < gaps["p50"] <= gaps["p95"] <= gaps["worst"] for gaps in found.values())
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 + len(found)
