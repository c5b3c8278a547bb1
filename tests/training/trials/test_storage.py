"""Several processes that begin one study in the same moment all find it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROCESSES = 4
BEGIN = """
import sys
import optuna
import optuna.storages._rdb.storage  # what takes long is loaded before the word is given
from faceapp.training.trials.storage import open_study

print("ready", flush=True)
sys.stdin.readline()
with open_study(sys.argv[1], "shared", {"task": "sex"}, seed=None, heartbeat=60) as study:
    study.ask()
"""


@pytest.mark.slow
def test_a_study_that_several_begin_at_once_is_begun_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'shared.sqlite'}"
    command = [sys.executable, "-c", BEGIN, url]
    pipe = subprocess.PIPE
    running = [
        subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        for _ in range(PROCESSES)
    ]
    try:
        for each in running:
            assert each.stdout is not None
            assert each.stdout.readline() == "ready\n"
        for each in running:
            assert each.stdin is not None
            each.stdin.write("\n")
            each.stdin.flush()
        problems = [each.communicate(timeout=60)[1] for each in running]
    finally:
        for each in running:
            each.kill()
    assert [each.returncode for each in running] == [0] * PROCESSES, problems
