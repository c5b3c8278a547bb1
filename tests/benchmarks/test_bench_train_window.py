"""The benchmark of the window beside a training, small: every step is seen."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

pytestmark = [pytest.mark.gui, pytest.mark.slow]


def test_every_step_is_measured(
    drawn_dataset: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    qapp: object,
) -> None:
    from benchmarks import bench_train_window

    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    small = ["size=64", "tune_epochs=1", "epochs=20"]
    settings = [part for each in small for part in ("--set", each)]
    found = bench_train_window.main(["--dataset", str(drawn_dataset), "--idle", "1", *settings])
    steps = ["set up", "idle", "start", "faces", "caching", "head", "tuning", "judging", "results"]
    assert set(found) <= set(steps)
    assert {"idle", "start", "caching", "tuning", "judging"} <= set(found)
    assert all(gaps.p50 < 250 for gaps in found.values())
    assert "| idle |" in capsys.readouterr().out
