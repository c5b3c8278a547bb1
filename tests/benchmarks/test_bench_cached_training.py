"""The benchmark of cached training runs, and both of its sides learn the same layer."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from faceapp.networks.weights import WeightsMissing, find_weights

SCRIPT = Path(__file__).with_name("bench_cached_training.py")


@pytest.mark.slow
def test_both_ways_end_with_the_same_accuracy() -> None:
    try:
        find_weights()
    except WeightsMissing as missing:
        pytest.skip(str(missing))
    command = [sys.executable, str(SCRIPT), "--images", "16", "--epochs", "12", "--size", "64"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    rerun, cached = (float(x) for x in re.findall(r"\| (\d\.\d+) \|$", answer.stdout, re.MULTILINE))
    assert rerun == pytest.approx(cached, abs=0.13)  # two of sixteen test images
    assert "x as fast" in answer.stdout
