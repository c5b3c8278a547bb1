"""How smoothly the window's thread runs while a training goes on, beside idle in the same run.

    python tests/benchmarks/bench_train_window.py [--dataset DIR] [--recipe fine-tune]
        [--set KEY=VALUE ...] [--idle 10]

The real program, offscreen, on a copy of DIR (drawn faces without it), with the Train page open. A
timer of 5 ms notes when it was called; a gap is the time between two calls, and belongs to the
step that the training was at. "start" is from pressing Start to the first step: the process is
spawned and imports TensorFlow. "set up" is from opening the page until its set-up is checked and a
batch is timed, "results" from the training's end until its results are drawn. In milliseconds.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QEventLoop, Qt, QTimer

sys.path.insert(0, str(Path(__file__).parents[1]))

from faceapp.app import Program, make_program
from faceapp.cli.training import parse_settings
from faceapp.dataset import Dataset
from faceapp.dataset.importing import ImportOptions, import_images
from faceapp.demo_faces import draw_demo_faces
from faceapp.gui.train.page import TrainPage
from main_program import tear_down

TIMER_MS = 5
PATIENCE_SECONDS = 3600


@dataclass(frozen=True)
class Gaps:
    """What one step did to the window's thread, in milliseconds."""

    count: int
    p50: float
    p95: float
    p99: float
    longest: float


class Watch:
    """Notes the gaps of a timer in the window's thread by step."""

    def __init__(self) -> None:
        self.step = "set up"
        self._gaps: defaultdict[str, list[float]] = defaultdict(list)
        self._last = time.perf_counter()
        self._timer = QTimer(interval=TIMER_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._note)
        self._timer.start()

    def _note(self) -> None:
        now = time.perf_counter()
        self._gaps[self.step].append(1000 * (now - self._last))
        self._last = now

    def found(self) -> dict[str, Gaps]:
        """The gaps of each step, in order."""
        return {
            step: Gaps(len(gaps), *(float(q) for q in np.percentile(gaps, [50, 95, 99, 100])))
            for step, gaps in self._gaps.items()
        }


def make_dataset(folder: Path) -> Path:
    """A dataset of drawn faces."""
    faces = draw_demo_faces(folder / "drawn", identities=20, size=200).folder
    with Dataset.create(folder / "faces") as dataset:
        options = ImportOptions(
            task="expression",
            csv=faces / "labels.csv",
            label_column="expression",
            group_column="person",
        )
        import_images(dataset, faces, options)
    return folder / "faces"


def run_until(condition: object, seconds: float = PATIENCE_SECONDS) -> None:
    """Run the event loop, as exec() does, until something is true or the time is over."""
    assert callable(condition)
    loop, limit = QEventLoop(), time.monotonic() + seconds
    looking = QTimer(interval=20)
    looking.timeout.connect(
        lambda: loop.quit() if condition() or time.monotonic() > limit else None
    )
    looking.start()
    loop.exec()
    looking.stop()


def measure(program: Program, args: argparse.Namespace) -> dict[str, Gaps]:
    window = program.window
    watch = Watch()
    window.show_page("train")
    assert window.pages is not None
    page = window.pages.current
    assert isinstance(page, TrainPage)
    run_until(lambda: page.idle)
    choice = page.setup.recipe
    choice.choose(args.recipe)
    assert choice.recipe is not None
    choice.form.changed.emit(choice.recipe.with_settings(parse_settings(args.settings or ())))
    run_until(lambda: page.idle and page.checking.timed)
    watch.step = "idle"
    run_until(lambda: False, args.idle)
    watch.step = "start"
    page.setup.start_button.click()
    assert page.control.busy, page.setup.checks.texts
    worker = page.control.worker
    assert worker is not None
    worker.heard.connect(
        lambda _events: setattr(watch, "step", page.run_view.progress.phase or watch.step)
    )
    run_until(lambda: not page.control.busy)
    watch.step = "results"
    run_until(lambda: page.idle and page.upper.currentWidget() is page.results)
    return watch.found()


def main(arguments: list[str] | None = None) -> dict[str, Gaps]:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dataset", type=Path)
    parser.add_argument("--recipe", default="fine-tune")
    parser.add_argument("--set", action="append", dest="settings", metavar="KEY=VALUE")
    parser.add_argument("--idle", type=float, default=10.0)
    args = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        place = Path(scratch)
        if args.dataset:
            folder = Path(shutil.copytree(args.dataset, place / "dataset"))
        else:
            folder = make_dataset(place)
        program = make_program(place / "settings.json")
        program.window.show()
        program.window.resize(1440, 900)
        program.window.begin(folder)
        try:
            found = measure(program, args)
        finally:
            program.window.close()
            tear_down()
    print("| step | gaps | p50 | p95 | p99 | longest |\n| --- | ---: | ---: | ---: | ---: | ---: |")
    for step, gaps in found.items():
        figures = (gaps.p50, gaps.p95, gaps.p99, gaps.longest)
        print(f"| {step} | {gaps.count} | " + " | ".join(f"{f:.1f}" for f in figures) + " |")
    return found


if __name__ == "__main__":
    main()
