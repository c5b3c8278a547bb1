"""The Label page on synthetic samples: does it stay out of the way of somebody in a hurry?

    python tests/benchmarks/bench_label.py --sizes 20000 100000

For every size, in a process of its own, offscreen, in a window of 1280 x 800 pixels:
- open: from opening the dataset until every picture on screen is painted, first with no thumbnail
  made, then with all of these kept on disk.
- key: from a key press that labels until the next sample's image is painted, 20 keys a second.
- gap: time between ticks of a 5 ms timer in the main thread, idle, and while scrolling through
  everything a screen at a time, first with no thumbnail made, then back with what was kept.
- memory: resident, after all of this.
Samples share 200 images of 250 x 250 pixels, each under a content hash of its own, so that every
thumbnail is made, kept and read by itself.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from PIL import Image

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from faceapp.dataset import Dataset, NewLabel, NewProposal, NewSample
from faceapp.gui.label.page import LabelPage
from faceapp.gui.messages import Messages
from faceapp.gui.services import Services
from faceapp.gui.session import DatasetSession
from faceapp.gui.settings import Settings
from faceapp.gui.theme import Theme
from faceapp.gui.workers import JobRunner

SHAPES = 200
CLASSES = ("neutral", "happy", "sad", "angry", "surprised")
KEY_MS, TICK_MS, IDLE_SECONDS, SCROLL_MS = 50, 5, 3.0, 15
PATIENCE_SECONDS = 60.0


def make_dataset(folder: Path, size: int) -> None:
    """Samples three quarters labelled, some with suggestions, two tasks."""
    chance = random.Random(0)
    with Dataset.create(folder) as dataset, dataset.action("Import"):
        draw_images(dataset.images)
        source = dataset.add_source("folder", "/faces", {})
        ids: list[int] = []
        for start in range(0, size, 5000):
            batch = [new_sample(number) for number in range(start, min(start + 5000, size))]
            ids += dataset.add_samples(source.id, batch)[0]
        dataset.add_task("expression", CLASSES)
        dataset.add_task("sex", ("female", "male"))
        for task, names in (("expression", CLASSES), ("sex", ("female", "male"))):
            chosen = [each for each in ids if chance.random() < 0.75]
            dataset.add_labels(task, [NewLabel(each, chance.choice(names)) for each in chosen])
        offered = [NewProposal(each, chance.choice(CLASSES), chance.random()) for each in ids[::9]]
        dataset.propose("expression", offered, "model")


def draw_images(folder: Path) -> None:
    """Blurred noise: compresses about as well as a face."""
    chance = np.random.default_rng(0)
    for number in range(SHAPES):
        rough = Image.fromarray(chance.integers(0, 256, (32, 32, 3), dtype=np.uint8))
        rough.resize((250, 250), Image.Resampling.BICUBIC).save(folder / f"{number}.jpg")


def new_sample(number: int) -> NewSample:
    return NewSample(
        name=f"person_{number // 3:06}/{number}.jpg",
        path=f"images/{number % SHAPES}.jpg",
        sha256=hashlib.sha256(str(number).encode()).hexdigest(),
        phash=number,
        width=250,
        height=250,
        format="jpeg",
        group=f"person {number // 3}",
        provenance={"url": f"https://example.org/{number}.jpg", "licence": "CC0"},
    )


class Ticks:
    """Notes the gaps between ticks of a timer in the main thread, in milliseconds."""

    def __init__(self) -> None:
        self.gaps: list[float] = []
        self._last = 0.0
        self._timer = QTimer(interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def __enter__(self) -> Self:
        self._last = time.perf_counter()
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.stop()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.gaps.append(1000 * (now - self._last))
        self._last = now


class Painted(QObject):
    """Notes when the large view has painted a sample's own image."""

    def __init__(self, page: LabelPage) -> None:
        super().__init__()
        self._canvas = page.large.canvas
        self._canvas.installEventFilter(self)
        self.sample = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own
        if event.type() == QEvent.Type.Paint and self._canvas.complete:
            sample = self._canvas.sample
            self.sample = sample.id if sample else 0
        return super().eventFilter(watched, event)


def wait_until(condition: Callable[[], bool]) -> None:
    limit = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > limit:
            raise TimeoutError("the page never came to rest")
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 5)


def pause(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


class Opened:
    """The page on a dataset, as the window has it."""

    def __init__(self, folder: Path) -> None:
        start = time.perf_counter()
        self.session = DatasetSession(Dataset.open(folder))
        messages = Messages()
        self.jobs = JobRunner(messages)
        services = Services(settings=Settings(folder / "settings.json"))
        self.page = LabelPage(self.session, self.jobs, messages, services)
        self.page.resize(1280, 800)
        self.page.show()
        self.page.activated()
        wait_until(lambda: bool(self.page.model.ids) and self.page.grid.complete)
        self.seconds = time.perf_counter() - start
        wait_until(lambda: not self.page.listed.busy)

    def close(self) -> None:
        self.jobs.close()
        self.page.close()
        self.page.deleteLater()
        self.session.close()
        pause(50)


def press_keys(page: LabelPage, presses: int) -> list[float]:
    """Milliseconds from each key press to the next image."""
    chance, painted, times = random.Random(1), Painted(page), []
    page.grid.go_to(len(page.model.ids) // 2)
    pause(500)
    for _ in range(presses):
        position = page.grid.current or 0
        following = page.model.ids[position + 1]
        start = time.perf_counter()
        QTest.keyClick(page.grid, chance.choice("12345"))
        wait_until(lambda wanted=following: painted.sample == wanted)  # type: ignore[misc]
        times.append(1000 * (time.perf_counter() - start))
        pause(max(round(KEY_MS - times[-1]), 1))
    return times


def scroll(page: LabelPage, *, backwards: bool) -> list[float]:
    """Gaps while scrolling through everything, a screen at a time."""
    bar = page.grid.verticalScrollBar()
    step = page.grid.viewport().height()
    places = list(range(0, bar.maximum() + step, step))
    with Ticks() as ticks:
        for place in reversed(places) if backwards else places:
            bar.setValue(place)
            pause(SCROLL_MS)
    wait_until(lambda: page.grid.complete)
    return ticks.gaps


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 2**20


def share(values: Sequence[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def measure(size: int, presses: int) -> dict[str, float]:
    app = QApplication([])
    Theme(app)
    folder = Path(tempfile.mkdtemp()) / "faces"
    try:
        make_dataset(folder, size)
        cold = Opened(folder)
        cold.close()
        opened = Opened(folder)
        keys = press_keys(opened.page, presses)
        with Ticks() as idle:
            pause(round(1000 * IDLE_SECONDS))
        down = scroll(opened.page, backwards=False)
        up = scroll(opened.page, backwards=True)
        memory = resident_mb()
        opened.close()
    finally:
        shutil.rmtree(folder.parent)
    return {
        "open, nothing made, s": cold.seconds,
        "open, thumbnails kept, s": opened.seconds,
        "key p50, ms": share(keys, 50),
        "key p95, ms": share(keys, 95),
        "idle gap p95, ms": share(idle.gaps, 95),
        "idle gap worst, ms": max(idle.gaps),
        "scroll gap p95, ms": share(down, 95),
        "scroll gap worst, ms": max(down),
        "scroll back gap p95, ms": share(up, 95),
        "scroll back gap worst, ms": max(up),
        "memory, MB": memory,
    }


def run_apart(size: int, presses: int) -> dict[str, float]:
    """Measure in a process of its own: memory is that of one size alone."""
    command = [sys.executable, __file__, "--one", str(size), "--presses", str(presses)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    figures: dict[str, float] = json.loads(answer.stdout.splitlines()[-1])
    return figures


def print_table(results: dict[int, dict[str, float]]) -> None:
    print("| | " + " | ".join(f"{size:,}" for size in results) + " |")
    print("| --- |" + " ---: |" * len(results))
    for name in next(iter(results.values())):
        print(f"| {name} | " + " | ".join(f"{r[name]:.1f}" for r in results.values()) + " |")


def main(arguments: Sequence[str] | None = None) -> dict[int, dict[str, float]]:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sizes", type=int, nargs="+", default=[20_000, 100_000])
    parser.add_argument("--presses", type=int, default=200)
    parser.add_argument("--one", type=int)
    chosen: Any = parser.parse_args(arguments)
    if chosen.one is not None:
        print(json.dumps(measure(chosen.one, chosen.presses)))
        return {}
    results = {size: run_apart(size, chosen.presses) for size in chosen.sizes}
    print_table(results)
    return results


if __name__ == "__main__":
    main()
