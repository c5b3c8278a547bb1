"""The end of the program: soon, whatever is still computed, and in the middle of no promised write.

What still runs when the window has closed was asked to stop and may take its time to look: a model
that OpenVINO compiles, a picture, a camera that hangs in its driver. Nobody has to wait for those.
Ending the process under them tears nothing, since whatever is written is either one transaction or
a file that is renamed into place: a kill at any moment leaves them whole, as tests of killed
imports, labellings and trainings show.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

# What looks for a stop now and then has looked by then, and has tidied up.
GRACE_SECONDS = 0.6
# What the person takes for written is waited for, unless the disk it goes to is gone.
KEEPING_SECONDS = 10.0


class JobThread(threading.Thread):
    """Runs a job; `keeps` where that writes what the person takes for written already."""

    def __init__(self, run: Callable[[], object], title: str, *, keeps: bool) -> None:
        super().__init__(target=run, name=f"job: {title}")
        self.keeps = keeps


def leave(code: int) -> int:
    """End the process with `code` within a second, or return it where nothing runs any more.

    A thread that is inside native code while the interpreter is taken down may crash the process,
    so that is left out where there is one: the log is flushed, children are killed (a training's
    process would end by itself), and the process is gone.
    """
    limit = time.monotonic() + GRACE_SECONDS
    for thread in _others():
        keeps = isinstance(thread, JobThread) and thread.keeps
        seconds = KEEPING_SECONDS if keeps else max(0.0, limit - time.monotonic())
        with suppress(AssertionError, RuntimeError):  # one of Qt's, which cannot be waited for
            thread.join(seconds)
    if not _others():
        return code
    for child in multiprocessing.active_children():
        child.kill()
        child.join(0.1)
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # nobody reads it any more, or it is closed
            stream.flush()
    os._exit(code)


def _others() -> list[threading.Thread]:
    """Threads of Python's own that run beside this one."""
    return [each for each in threading.enumerate() if each is not threading.current_thread()]
