"""The store's benchmark, small: every side answers the same, and the table comes out whole."""

from __future__ import annotations

import sys

import pytest

from benchmarks import bench_store


def test_the_benchmark_prints_its_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["bench_store.py", "--sizes", "60"])
    bench_store.main()
    _, _, *lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4
    assert all(line.count("|") == 8 for line in lines)
