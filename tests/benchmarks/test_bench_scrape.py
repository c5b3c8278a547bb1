"""The scraper's benchmark, small: every way fetches all images, and the table comes out whole."""

from __future__ import annotations

import sys

import pytest

from benchmarks import bench_scrape


def test_the_benchmark_prints_its_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["bench_scrape.py", "--images", "6", "--delay", "0"])
    monkeypatch.setattr(bench_scrape.importlib.util, "find_spec", lambda _name: None)
    bench_scrape.main()
    _, _, *lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert "not installed" in lines[0]
    assert all(line.count("|") == 4 for line in lines)
