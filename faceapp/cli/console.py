"""How commands talk: progress on stderr, answers on stdout, problems in one plain sentence."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from faceapp import jobs

out = Console()
err = Console(stderr=True)


def print_json(answer: Mapping[str, Any]) -> None:
    """Put one object on stdout, and nothing else."""
    print(json.dumps(answer, ensure_ascii=False, indent=2))  # noqa: T201 - unwrapped, uncoloured


def table(title: str, header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """Print a table; every column but the first is right-aligned."""
    out.print(title, style="bold", soft_wrap=True, highlight=False)
    grid = Table(box=None, pad_edge=False)
    for position, name in enumerate(header):
        grid.add_column(name, justify="right" if position else "left", header_style="dim")
    for row in rows:
        grid.add_row(*row)
    out.print(grid)


@contextmanager
def running_job() -> Iterator[jobs.Job]:
    """A job whose progress is drawn on stderr and that Ctrl+C stops at its next step.

    A second Ctrl+C interrupts at once, wherever the program is.
    """
    stop = threading.Event()

    def on_interrupt(_signal: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = signal.signal(signal.SIGINT, on_interrupt)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[count]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    try:
        with Progress(*columns, console=err, transient=True) as bars:
            yield jobs.Job(report=_Bar(bars).show, cancelled=stop.is_set)
    finally:
        signal.signal(signal.SIGINT, before)


class _Bar:
    """One bar a step of the work: a step with another name starts its own."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._task = bars.add_task("", total=None, count="")
        self._what = ""

    def show(self, progress: jobs.Progress) -> None:
        if progress.what != self._what:
            self._what = progress.what
            self._bars.reset(self._task, description=progress.what)
        count = f"{progress.done:.0f} of {progress.total:.0f}" if progress.total > 1 else ""
        total = progress.total or None
        self._bars.update(self._task, completed=progress.done, total=total, count=count)
