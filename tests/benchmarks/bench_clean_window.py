"""The Clean page beside its own checks: does the window stay smooth while they run?

    python tests/benchmarks/bench_clean_window.py [--people 40] [--dots 20000] [--labels]

Offscreen, in a window of 1280 x 800 pixels, on drawn faces, eight a person. Printed are gaps
between ticks of a 5 ms timer in the main thread, in milliseconds:
- idle: nothing happens.
- checks: all checks of images and copies run for the first time (with --labels, wrong labels too).
- slide: the threshold moves over its whole scale, a step a tick.
- key: findings are quarantined one by one.
- hover, zoom: the mouse moves over a map of so many dots; the wheel turns over it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from benchmarks.bench_label import Ticks, pause, wait_until
from faceapp.dataset import Dataset
from faceapp.dataset.importing import ImportOptions, import_images
from faceapp.gui.clean.map_view import Dots, MapView
from faceapp.gui.clean.page import CleanPage
from faceapp.gui.messages import Messages
from faceapp.gui.services import Services
from faceapp.gui.session import DatasetSession
from faceapp.gui.settings import Settings
from faceapp.gui.theme import Theme
from faceapp.gui.workers import JobRunner
from faceapp.services.cleaning import make_cleaner
from faceapp.training.recipes import recipe_named

IDLE_SECONDS, STEPS, STEP_MS = 3.0, 100, 20
SLID, CHECKED_SECONDS = "low_contrast", 1800


def make_dataset(folder: Path, people: int) -> Path:
    """Drawn faces with their expressions."""
    from faceapp.demo_faces import draw_demo_faces

    faces = draw_demo_faces(folder / "drawn", identities=people, size=160).folder
    options = ImportOptions(
        task="expression",
        csv=faces / "labels.csv",
        label_column="expression",
        group_column="person",
    )
    with Dataset.create(folder / "dataset") as dataset:
        import_images(dataset, faces, options)
    return folder / "dataset"


def gaps_of(act: Callable[[], object]) -> dict[str, float]:
    """Gaps in the main thread while something goes on."""
    with Ticks() as ticks:
        act()
    return {
        "p50": statistics.median(ticks.gaps),
        "p95": statistics.quantiles(ticks.gaps, n=20, method="inclusive")[-1],
        "worst": max(ticks.gaps),
    }


class Measured:
    """The page on a dataset, as the window has it."""

    def __init__(self, folder: Path) -> None:
        self.session = DatasetSession(Dataset.open(folder))
        self.messages = Messages()
        self.jobs = JobRunner(self.messages)
        cleaner = make_cleaner(recipe_named("quick"))
        services = Services(settings=Settings(folder / "settings.json"), cleaner=cleaner)
        self.page = CleanPage(self.session, self.jobs, self.messages, services)
        self.page.resize(1280, 800)
        self.page.show()
        self.page.activated()
        wait_until(lambda: self.page.idle)

    def check(self, *, labels: bool) -> None:
        recalled = self.page.findings.recalled
        assert recalled is not None
        kinds = [k for k, c in recalled.checks.items() if labels or "evidence" not in c.needs]
        self.page.findings.check(kinds)
        for _ in range(CHECKED_SECONDS):
            if self.page.findings.running is None:
                break
            pause(1000)

    def slide(self) -> None:
        view = self.page.listing.threshold
        view.setFocus()
        for step in range(STEPS):
            QTest.keyClick(view, Qt.Key.Key_Right if step < STEPS - 10 else Qt.Key.Key_Left)
            pause(STEP_MS)

    def quarantine(self) -> None:
        for _ in range(min(STEPS, len(self.page.findings.shown or ()))):
            QTest.keyClick(self.page.grid, "q")
            pause(STEP_MS)

    def close(self) -> None:
        self.jobs.close()
        self.page.close()
        self.page.deleteLater()
        self.session.close()
        pause(50)


def dotted(number: int) -> MapView:
    """A map of so many dots in five colours."""
    chance, view = random.Random(0), MapView()
    view.resize(1000, 760)
    view.show_points([(chance.random(), chance.random()) for _ in range(number)])
    colours = ("#0072b2", "#d55e00", "#009e73", "#e69f00", "#56b4e9")
    view.show_dots([Dots(c, tuple(range(n, number, 5))) for n, c in enumerate(colours)])
    view.show()
    pause(500)
    return view


def hover(view: MapView) -> None:
    for step in range(STEPS):
        QTest.mouseMove(view, QPoint(100 + 7 * step, 100 + 5 * step))
        pause(STEP_MS)


def zoom(view: MapView) -> None:
    for step in range(STEPS // 4):
        view.zoom_by(1.25 if step % 8 < 4 else 0.8, QPointF(400, 300))
        pause(4 * STEP_MS)


def measure(people: int, dots: int, *, labels: bool) -> dict[str, dict[str, float]]:
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    Theme(app)
    folder = Path(tempfile.mkdtemp())
    try:
        opened = Measured(make_dataset(folder, people))
        found = {"idle": gaps_of(lambda: pause(round(1000 * IDLE_SECONDS)))}
        found["checks"] = gaps_of(lambda: opened.check(labels=labels))
        opened.page.findings.choose(SLID)
        pause(500)
        found["slide"] = gaps_of(opened.slide)
        found["key"] = gaps_of(opened.quarantine)
        opened.close()
        view = dotted(dots)
        found["hover"] = gaps_of(lambda: hover(view))
        found["zoom"] = gaps_of(lambda: zoom(view))
        view.close()
    finally:
        shutil.rmtree(folder)
    return found


def print_table(found: dict[str, dict[str, float]]) -> None:
    print("| gaps, ms | p50 | p95 | worst |\n| --- | ---: | ---: | ---: |")
    for name, gaps in found.items():
        print(f"| {name} | {gaps['p50']:.1f} | {gaps['p95']:.1f} | {gaps['worst']:.1f} |")


def main(arguments: Sequence[str] | None = None) -> dict[str, dict[str, float]]:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument("--dots", type=int, default=20_000)
    parser.add_argument("--labels", action="store_true")
    parser.add_argument("--json", action="store_true")
    chosen: Any = parser.parse_args(arguments)
    found = measure(chosen.people, chosen.dots, labels=chosen.labels)
    if chosen.json:
        print(json.dumps(found))
    else:
        print_table(found)
    return found


if __name__ == "__main__":
    main()
