"""The self-test: what it reports of steps, and that the real one passes and asks nobody."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from faceapp.paths import data_folder
from faceapp.selftest.runner import Outcome, self_test
from faceapp.selftest.steps import STEPS, Step
from faceapp.selftest.trial import Trial

# Loaded by every Python that the self-test starts, its spawned children too.
WATCH = """
import os, sys

def _watch(event, arguments):
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        address = arguments[1]
        if not isinstance(address, tuple) or str(address[0]).startswith(("127.", "::1")):
            return
        asked = address[0]
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        asked = arguments[0]
    else:
        return
    with open(os.environ["ASKED"], "a") as file:
        file.write(f"{asked}\\n")
    raise OSError(f"{asked} is not asked in a test")

sys.addaudithook(_watch)
with open(os.environ["ASKED"] + ".watched", "a") as file:
    file.write(f"{os.getpid()}\\n")
"""


def fails(_trial: Trial) -> str:
    raise ValueError("broken")


def passes(_trial: Trial) -> str:
    return "fine"


def test_a_failed_step_is_told_with_its_reason_and_what_needs_it_is_left_out() -> None:
    steps = [Step("one", fails), Step("two", passes, ("one",)), Step("three", passes)]
    told: list[Outcome] = []
    report = self_test(steps, told.append)
    assert not report.passed
    assert [(each.name, each.passed, each.saw) for each in told] == [
        ("one", False, "broken"),
        ("two", False, "left out, as one did not pass"),
        ("three", True, "fine"),
    ]
    assert "ValueError" in told[0].details
    assert report.to_json()["passed"] is False


def test_steps_write_into_a_folder_that_is_gone_afterwards() -> None:
    places: list[Path] = []

    def look(trial: Trial) -> str:
        places.extend((trial.folder, data_folder()))
        (trial.folder / "file").touch()
        return ""

    own = data_folder()
    assert self_test([Step("look", look)]).passed
    assert places[1].is_relative_to(places[0])
    assert not places[0].exists()
    assert data_folder() == own


def test_needs_come_before_what_needs_them() -> None:
    names = [step.name for step in STEPS]
    assert len(set(names)) == len(names)
    for place, step in enumerate(STEPS):
        assert set(step.needs) <= set(names[:place])


@pytest.mark.gui
@pytest.mark.slow
def test_the_real_one_passes_and_no_other_machine_is_asked(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
    asked = tmp_path / "asked"
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-m", "faceapp", "self-test", "--json"],
        env={**os.environ, "PYTHONPATH": path, "ASKED": str(asked)},
        capture_output=True,
        text=True,
        check=False,
    )
    report = json.loads(done.stdout)
    assert report["passed"], report
    assert done.returncode == 0
    assert [each["name"] for each in report["steps"]] == [step.name for step in STEPS]
    watched = (tmp_path / "asked.watched").read_text().split()
    assert len(watched) >= 2  # the training's process, too
    assert not asked.exists(), asked.read_text()
