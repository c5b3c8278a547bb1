"""From an empty dataset to a classifier of one's own, on the Live page of the real program."""

from __future__ import annotations

import shutil
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from faceapp.dataset import Dataset
from faceapp.demo_faces import draw_demo_faces
from faceapp.gui.live.keeping import TAP_SECONDS
from faceapp.gui.live.page import LivePage
from faceapp.gui.main_window import MainWindow
from faceapp.imaging import read_image
from faceapp.live.devices import CameraChoice, played_video
from faceapp.networks.weights import WeightsMissing, find_weights
from live.doubles import write_video
from live_page import LiveDriver, Noisy, wait_for_live_threads
from main_program import run_main

pytestmark = [pytest.mark.gui, pytest.mark.slow]

ALT = Qt.KeyboardModifier.AltModifier
CLASSES = ("neutral", "happy", "surprised")
TAKES, CROPS = 3, 8
RATE = 12.5


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A film a class: the face of one drawn person that makes it, moving a little."""
    folder = tmp_path_factory.mktemp("films")
    drawn = draw_demo_faces(folder / "drawn", identities=2, size=240).folder
    rows = [row.split(",") for row in (drawn / "labels.csv").read_text("utf-8").splitlines()]
    head, body = rows[0], rows[1:]
    image, person, expression = (head.index(n) for n in ("image", "person", "expression"))
    someone = body[0][person]
    made = {}
    for name in CLASSES:
        row = next(r for r in body if r[person] == someone and r[expression] == name)
        face = read_image(drawn / row[image]).pixels
        pictures = []
        for number in range(20):
            pixels = np.full((260, 320, 3), 120, np.uint8)
            left = 40 + round(20 * np.sin(number / 3))
            pixels[10:250, left : left + 240] = face[:240, :240]
            pictures.append(pixels)
        made[name] = write_video(folder / f"{name}.avi", pictures, RATE, "MJPG")
    return made


def camera(name: str, film: Path) -> CameraChoice:
    played = played_video(film)
    return CameraChoice(name, lambda: Noisy(played))


@pytest.fixture
def plugged_in(films: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """A camera a class, in place of the machine's own."""
    found = [camera(f"Camera {name}", film) for name, film in films.items()]
    monkeypatch.setattr("faceapp.services.live.cameras", lambda _names: found)
    monkeypatch.setattr("faceapp.services.live.has_starter", lambda: False)


def at_the_page(window: MainWindow, qtbot: Any) -> LiveDriver:
    """Go to the Live page by its tab's key."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.show_page("live")
    assert window.pages is not None
    page = window.pages.current
    assert isinstance(page, LivePage)
    return LiveDriver(page, window.pages.session, qtbot)


def record(live: LiveDriver, label: str) -> None:
    """Hold a class's key several times before its camera."""
    live.watch(f"Camera {label}")
    live.wait(lambda: live.page.controls.source.full == f"Camera {label}")
    live.wait(lambda: live.page.watching.engine is not None and live.said == "")
    live.wait(lambda: "1" in live.page.video.accessibleDescription())
    task = live.page.keeping.task
    assert task is not None
    key = Qt.Key(next(ord(each.key) for each in task.classes if each.name == label))
    for _ in range(TAKES):
        QTest.keyPress(live.page, key)
        engine = live.page.watching.engine
        assert engine is not None
        begun = time.monotonic()

        def is_long(engine: Any = engine, begun: float = begun) -> bool:
            return engine.held >= CROPS and time.monotonic() - begun > 2 * TAP_SECONDS

        live.wait(is_long)
        QTest.keyRelease(live.page, key)
        live.wait(lambda: not live.page.keeping.busy)


@pytest.mark.usefixtures("plugged_in")
def test_from_nothing_to_ones_own_classifier(tmp_path: Path, qtbot: Any) -> None:
    try:
        find_weights("vgg16")
    except WeightsMissing as missing:
        pytest.skip(str(missing))
    folder = tmp_path / "mine"
    with Dataset.create(folder) as dataset:
        dataset.add_task("expression", CLASSES)
    read: list[str] = []

    def drive(window: MainWindow) -> None:
        live = at_the_page(window, qtbot)
        live.settle()
        assert not live.page.models.reads
        for label in CLASSES:
            record(live, label)
        live.wait(lambda: len(live.page.keeping.learnable) == len(CLASSES))
        live.click(live.page.strip.train)
        qtbot.waitUntil(lambda: live.page.models.reads, timeout=600_000)
        assert live.page.models.model is not None
        assert live.page.models.model.info.classes == CLASSES
        for label in CLASSES:  # it reads what it was shown, in the page where it was made
            live.watch(f"Camera {label}")
            bars = live.page.side.readout.bars

            def is_read(label: str = label, bars: Any = bars) -> bool:
                return bool(bars.shown) and CLASSES[int(np.argmax(bars.shown))] == label

            live.wait(is_read)
            read.append(label)

    run_main(drive, str(folder))
    assert tuple(read) == CLASSES
    wait_for_live_threads()
    with Dataset.open(folder) as dataset:
        answers = dataset.answers("expression")
        assert len(answers) >= len(CLASSES) * TAKES * CROPS
        assert len(set(dataset.groups(sorted(answers)).values())) == len(CLASSES) * TAKES


def open_handles() -> int:
    """Files and devices that this process holds."""
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="handles are counted in /proc")
@pytest.mark.usefixtures("plugged_in")
def test_a_hundred_starts_and_stops_leave_nothing(
    learned_dataset: Path, tmp_path: Path, qtbot: Any
) -> None:
    import multiprocessing

    folder = Path(shutil.copytree(learned_dataset, tmp_path / "learned"))
    found: list[tuple[int, int]] = []

    def drive(window: MainWindow) -> None:
        live = at_the_page(window, qtbot)
        live.settle()
        live.watch("Camera happy")
        live.wait_for_reading()
        window.show_page("overview")
        for round_ in range(100):
            if round_ in {5, 99}:
                wait_for_live_threads()
                qtbot.waitUntil(lambda: not window.pages.jobs.running)  # type: ignore[union-attr]
                names = [each for each in threading.enumerate() if "job:" not in each.name]
                found.append((open_handles(), len(names)))
            window.show_page("live")
            live.wait(lambda: not live.page.video.image.isNull())
            live.page.video.clear()
            live.wait(lambda: not live.page.video.image.isNull())
            window.show_page("overview")
            assert live.page.watching.engine is None

    run_main(drive, str(folder))
    wait_for_live_threads()
    (early, threads), (late, late_threads) = found
    assert late_threads <= threads
    assert late <= early + 2
    assert not multiprocessing.active_children()
