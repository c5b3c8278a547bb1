"""The Live page in its window: what watching costs the main thread, the memory, and latency.

    python tests/benchmarks/bench_live_window.py --model RUN [--faces DIR] [--seconds 60]
        [--minutes 0] [--starts 0]

The 640 x 480 video of `bench_live` (of drawn faces without DIR) is played in real time through the
camera's door. A gap is the time between ticks of a 5 ms timer in the main thread: first idle, with
the page open and no camera; then live; last while the same video is read as a file, which takes all
cores. Latency is from capture to the reading being painted. With --minutes it goes on for so long,
and memory after the first minute is held against the end. With --starts the camera is then turned
on and off so often, by choosing it and by leaving the page in turns, and what is left of threads,
handles and child processes is counted.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.bench_label import Ticks
from benchmarks.live_scene import Actor, face_images, make_video
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
from live_page import live_threads

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


class OnePage:
    """The Live page on an empty dataset, with a model that reads."""

    def __init__(self, dataset: Dataset, folder: Path, model: Path) -> None:
        dataset.add_task("expression", ["neutral", "happy"])
        messages = Messages()
        self.jobs = JobRunner(messages)
        services = Services(Settings(folder.with_name("settings.json")), live=live_service())
        self.page = LivePage(DatasetSession(dataset), self.jobs, messages, services)
        self.page.resize(1280, 800)
        self.page.show()
        self.page.activated()
        self.page.use_run(model)
        wait_for(lambda: self.page.idle and self.page.models.reads)

    def close(self) -> None:
        self.page.close()
        self.jobs.close()
        self.page.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def watch(page: LivePage, video: Path, args: argparse.Namespace) -> dict[str, float]:
    """The figures of gaps, latency and memory."""
    spend(1.0)
    idle = gaps(args.seconds / 4)
    page.watch(played_video(video))
    wait_for(lambda: bool(page.side.readout.bars.shown))
    spend(min(WARM_SECONDS, args.seconds))
    live = gaps(args.seconds)
    pace = page.video.figures
    figures = {
        "idle gap p95, ms": float(np.percentile(idle, 95)),
        "idle gap worst, ms": max(idle),
        "live gap p95, ms": float(np.percentile(live, 95)),
        "live gap worst, ms": max(live),
        "frames read a second": pace.fps,
        "latency p50, ms": pace.p50,
        "latency p95, ms": pace.p95,
    }
    if args.minutes:
        figures |= memory(60 * args.minutes)
    page.turn_off()
    return figures | read_as_file(page, video)


def read_as_file(page: LivePage, video: Path) -> dict[str, float]:
    """The figures of gaps while a video file is read; the second time, its model is warm."""
    page.open_file(video)
    wait_for(lambda: page.films.film is not None)
    page.turn_off()
    began = time.monotonic()
    with Ticks() as ticks:
        page.open_file(video)
        wait_for(lambda: page.films.film is not None)
    film = page.films.film
    assert film is not None
    seconds = time.monotonic() - began
    page.turn_off()
    return {
        "file gap p95, ms": float(np.percentile(ticks.gaps, 95)),
        "file gap worst, ms": max(ticks.gaps),
        "file frames a second": len(film.readings) / seconds,
    }


def memory(seconds: float) -> dict[str, float]:
    """Memory after the first minute of so many seconds, every minute's most, and at the end."""
    spend(min(FIRST_MINUTE, seconds / 2))
    early = most = resident_mb()
    until = time.monotonic() + max(0.0, seconds - FIRST_MINUTE)
    while time.monotonic() < until:
        spend(min(FIRST_MINUTE, max(0.1, until - time.monotonic())))
        most = max(most, resident_mb())
    late = resident_mb()
    return {
        "memory after a minute, MB": early,
        "memory at its most, MB": most,
        "memory at the end, MB": late,
        "memory grew, %": 100 * (late / early - 1),
    }


def held() -> tuple[int, int, int]:
    """Threads, open handles and child processes of this one; 0 where /proc does not say."""
    handles = Path("/proc/self/fd")
    tasks = Path("/proc/self/task")
    children = [
        child
        for task in (tasks.iterdir() if tasks.is_dir() else ())
        for child in (task / "children").read_text(encoding="ascii").split()
    ]
    open_ones = len(list(handles.iterdir())) if handles.is_dir() else 0
    return threading.active_count(), open_ones, len(children)


def start_and_stop(page: LivePage, video: Path, times: int) -> dict[str, float]:
    """What is left of turning the camera on and off."""

    def once(number: int) -> None:
        page.watch(played_video(video))
        wait_for(lambda: not page.video.image.isNull())
        if number % 2:
            page.hide()
            page.turn_off()
            page.show()
        else:
            page.turn_off()
        wait_for(lambda: not live_threads())

    once(0)
    once(1)
    before = held()
    for number in range(times):
        once(number)
    names = ("threads", "handles", "child processes")
    return {
        f"{name} more after {times} starts": float(after - earlier)
        for name, earlier, after in zip(names, before, held(), strict=True)
    }


def main(arguments: Sequence[str] | None = None) -> dict[str, float]:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--faces", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--minutes", type=float, default=0.0)
    parser.add_argument("--starts", type=int, default=0)
    args = parser.parse_args(arguments)
    running = QApplication.instance()
    application = running if isinstance(running, QApplication) else QApplication([])
    theme = Theme(application)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        actors = [Actor(image) for image in face_images(args.faces, 12)]
        length = min(VIDEO_SECONDS, args.seconds * 4)
        video = make_video(Path(scratch) / "faces.avi", actors, length)
        folder = Path(scratch) / "dataset"
        with Dataset.create(folder) as dataset:
            one = OnePage(dataset, folder, args.model)
            figures = watch(one.page, video, args)
            if args.starts:
                figures |= start_and_stop(one.page, video, args.starts)
            one.close()
    theme.deleteLater()
    print("| | |\n| --- | ---: |")
    for name, value in figures.items():
        print(f"| {name} | {value:.1f} |")
    return figures


if __name__ == "__main__":
    main()
