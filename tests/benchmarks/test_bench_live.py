"""The benchmark of the live view, small: both ways of reading see faces, and the table is whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import bench_live
from live.doubles import make_small_run


@pytest.mark.slow
def test_the_benchmark_prints_its_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = make_small_run(tmp_path / "run")
    (found,) = bench_live.main(["--model", str(run), "--seconds", "0.5"])
    assert found.frames == 15
    assert found.faces > 0
    assert min(found.detection, found.network, found.rest, found.keras_face) > 0
    assert 0 < found.rest_share < 1
    assert found.real_time.fps > 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.count("|") for line in lines] == [9] * 5
