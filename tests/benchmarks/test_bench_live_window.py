"""The benchmark of the Live page, small: the page reads while its figures are taken."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from live.doubles import make_small_run
from live_page import wait_for_live_threads

pytestmark = [pytest.mark.gui, pytest.mark.slow]


def test_the_benchmark_prints_its_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from benchmarks import bench_live_window

    run = make_small_run(tmp_path / "run")
    more = ["--seconds", "2", "--minutes", "0.02", "--starts", "4"]
    figures = bench_live_window.main(["--model", str(run), *more])
    assert 0 < figures["idle gap p95, ms"] <= figures["idle gap worst, ms"]
    assert 0 < figures["live gap p95, ms"] <= figures["live gap worst, ms"]
    assert 0 < figures["latency p50, ms"] <= figures["latency p95, ms"]
    assert figures["frames read a second"] > 0
    assert 0 < figures["file gap p95, ms"] <= figures["file gap worst, ms"]
    assert figures["file frames a second"] > 0
    assert figures["memory at its most, MB"] >= figures["memory at the end, MB"] > 0
    for what in ("threads", "handles", "child processes"):
        assert figures[f"{what} more after 4 starts"] <= 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 + len(figures)
    wait_for_live_threads()


def test_a_program_that_ends_while_it_watches_ends_well(tmp_path: Path) -> None:
    script = Path(__file__).with_name("bench_live_window.py")
    run = make_small_run(tmp_path / "run")
    command = [sys.executable, str(script), "--model", str(run), "--seconds", "1"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
