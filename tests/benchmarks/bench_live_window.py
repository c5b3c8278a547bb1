"""The Live page in its window: what watching costs the main thread, the memory, and latency.

    python tests/benchmarks/bench_live_window.py --model RUN [--faces DIR] [--seconds 60]
        [--memory-seconds 0]

The 640 x 480 video of `bench_live` (of drawn faces without DIR) is played in real time through the
camera's door. A gap is the time between ticks of a 5 ms timer in the main thread: first idle, with
the page open and no camera; then live. Latency is from capture to the reading being painted. With
--memory-seconds it goes on for so long and memory after the first minute is held against the end.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.bench_label import Ticks
from benchmarks.bench_live import face_images, make_video
from faceapp.dataset import Dataset
from faceapp.gui.live.page import LivePage
from faceapp.gui.messages import Messages
from faceapp.gui.services import Services
from faceapp.gui.session import DatasetSession
from faceapp.gui.settings import Settings
from faceapp.gui.theme import Theme
from faceapp.gui.workers import JobRunner
from faceapp.live.devices import played_video
from faceapp.services.live import live_service

VIDEO_SECONDS, WARM_SECONDS, FIRST_MINUTE = 12.0, 5.0, 60.0
PATIENCE_SECONDS = 120.0


def spend(seconds: float) -> None:
    """Let the window live for so long."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def wait_for(condition: Callable[[], bool]) -> None:
    limit = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < limit, "the page did not get there"
        spend(0.02)


def resident_mb() -> float:
    """Memory of this process; nan where the system does not say it in /proc."""
    status = Path("/proc/self/statm")
    if not status.is_file():
        return float("nan")
    return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def gaps(seconds: float) -> list[float]:
    with Ticks() as ticks:
        spend(seconds)
    return ticks.gaps


def watch(folder: Path, model: Path, video: Path, args: argparse.Namespace) -> dict[str, float]:
    """The figures of one page on an empty dataset."""
    messages = Messages()
    jobs = JobRunner(messages)
    settings = Settings(folder.with_name("settings.json"))
    with Dataset.create(folder) as dataset:
        dataset.add_task("expression", ["neutral", "happy"])
        session = DatasetSession(dataset)
        page = LivePage(session, jobs, messages, Services(settings, live=live_service()))
        page.resize(1280, 800)
        page.show()
        page.activated()
        page.use_run(model)
        wait_for(lambda: page.idle and page.models.reads)
        spend(1.0)
        idle = gaps(args.seconds / 4)
        page.watch(played_video(video))
        wait_for(lambda: bool(page.side.readout.bars.shown))
        spend(min(WARM_SECONDS, args.seconds))
        live = gaps(args.seconds)
        pace = page.video.figures
        early = late = float("nan")
        if args.memory_seconds:
            spend(min(FIRST_MINUTE, args.memory_seconds / 2))
            early = resident_mb()
            spend(max(0.0, args.memory_seconds - FIRST_MINUTE))
            late = resident_mb()
        page.close()
        jobs.close()
        page.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return {
        "idle gap p95, ms": float(np.percentile(idle, 95)),
        "idle gap worst, ms": max(idle),
        "live gap p95, ms": float(np.percentile(live, 95)),
        "live gap worst, ms": max(live),
        "frames read a second": pace.fps,
        "latency p50, ms": pace.p50,
        "latency p95, ms": pace.p95,
        "memory after a minute, MB": early,
        "memory at the end, MB": late,
    }


def main(arguments: Sequence[str] | None = None) -> dict[str, float]:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--faces", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--memory-seconds", type=float, default=0.0)
    args = parser.parse_args(arguments)
    running = QApplication.instance()
    application = running if isinstance(running, QApplication) else QApplication([])
    theme = Theme(application)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        images = face_images(args.faces, 12)
        length = min(VIDEO_SECONDS, args.seconds * 4)
        video = make_video(Path(scratch) / "faces.avi", images, length)
        figures = watch(Path(scratch) / "dataset", args.model, video, args)
    theme.deleteLater()
    print("| | |\n| --- | ---: |")
    for name, value in figures.items():
        print(f"| {name} | {value:.1f} |")
    return figures


if __name__ == "__main__":
    main()
