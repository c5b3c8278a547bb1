"""The start's benchmark, small: both sides paint."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.gui


def test_both_sides_paint(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from benchmarks import bench_start

    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setenv("FACEAPP_BASE_DIR", "")  # both are set by the benchmark, and put back here
    monkeypatch.setenv(bench_start.TELL, "")
    found = bench_start.main(["--rounds", "1"])
    assert all(0 < seconds < 60 for each in found.values() for seconds in each)
    assert len(capsys.readouterr().out.splitlines()) == 2 + len(found)


@pytest.mark.slow
def test_the_window_stands_soon_after_an_empty_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """At most 1 s over it, or what six of it take where other work slows the machine down."""
    from benchmarks import bench_start

    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setenv("FACEAPP_BASE_DIR", "")
    monkeypatch.setenv(bench_start.TELL, "")
    found = bench_start.main(["--rounds", "5"])
    ours, empty = min(found["faceapp"]), min(found["empty PySide6 window"])
    assert ours - empty < max(1.0, 6 * empty)
