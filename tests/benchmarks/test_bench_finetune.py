"""The benchmark of fine-tuning runs, and both of its sides learn."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from faceapp.networks.weights import WeightsMissing, find_weights

SCRIPT = Path(__file__).with_name("bench_finetune.py")


@pytest.mark.slow
def test_both_ways_are_timed_and_judged() -> None:
    try:
        find_weights()
    except WeightsMissing as missing:
        pytest.skip(str(missing))
    command = [sys.executable, str(SCRIPT), "--images", "60", "--epochs", "1", "--size", "64"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    rows = re.findall(r"\| (\d+\.\d) \| (\d+\.\d) \| (\d\.\d{3}) \|$", answer.stdout, re.MULTILINE)
    (_, on_images, _), (caching, cached, _) = rows
    assert float(caching) > 0
    assert float(on_images) > 0
    assert float(cached) > 0
    assert "x as fast" in answer.stdout
