"""The process ends soon after its window, with what was promised written."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from held_work import PATIENCE

pytestmark = pytest.mark.gui

PROGRAM = """
import logging, multiprocessing, sys, threading, time
from pathlib import Path
from faceapp.gui.leaving import GRACE_SECONDS, JobThread, leave

def forever():
    threading.Event().wait()

def write():
    time.sleep(2 * GRACE_SECONDS)
    Path(sys.argv[2]).write_text("written")

if __name__ == "__main__":
    how = sys.argv[1]
    if how == "computes":
        JobThread(forever, "computes", keeps=False).start()
    if how == "has a child":
        JobThread(forever, "waits", keeps=False).start()
        child = multiprocessing.get_context("spawn").Process(target=forever)
        child.start()
        print(child.pid, flush=True)
    if how == "writes":
        JobThread(write, "writes", keeps=True).start()
    print("closed", flush=True)
    print("unflushed", end="")
    sys.exit(leave(3) + 1)
"""


def left(how: str, folder: Path) -> tuple[subprocess.CompletedProcess[str], float]:
    """How a process ended that was left while it did that, and seconds since."""
    program = folder / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    command = [sys.executable, str(program), how, str(folder / "file")]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        lines = []
        while not lines or lines[-1] not in {"closed\n", ""}:
            lines.append(process.stdout.readline())
        since = time.monotonic()
        rest, said = process.stdout.read(), process.stderr.read()
        process.wait(PATIENCE)
        took = time.monotonic() - since
    out = "".join(lines) + rest
    return subprocess.CompletedProcess(command, process.returncode, out, said), took


def test_where_nothing_runs_the_process_ends_as_any_other(tmp_path: Path) -> None:
    done, _took = left("nothing", tmp_path)
    assert (done.returncode, done.stderr) == (4, "")


def test_work_that_does_not_look_is_not_waited_for(tmp_path: Path) -> None:
    done, took = left("computes", tmp_path)
    assert (done.returncode, done.stderr) == (3, "")
    assert done.stdout.endswith("unflushed")
    assert took < PATIENCE / 2  # and not for ever


def test_a_child_goes_along(tmp_path: Path) -> None:
    done, _took = left("has a child", tmp_path)
    assert (done.returncode, done.stderr) == (3, "")
    child = Path("/proc") / done.stdout.split()[0]
    assert not child.exists()


def test_what_was_promised_is_written(tmp_path: Path) -> None:
    done, _took = left("writes", tmp_path)
    assert (done.returncode, done.stderr) == (4, "")
    assert (tmp_path / "file").read_text() == "written"
