"""Before the window: what is loaded, and what is said where there can be none."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from conftest import apt_line

HEAVY = [
    *("tensorflow", "keras", "openvino", "sklearn", "scipy", "matplotlib", "cv2", "imagehash"),
    *("numpy", "PIL", "requests", "typer"),
]

# What no page may load before the first paint; the images of some need numpy and PIL.
NEVER_BEFORE = ["tensorflow", "keras", "openvino", "sklearn", "matplotlib", "cv2"]
WORKS_BEFORE_MS = 1700

FIRST_PAINT = f"""
import json, sys
from pathlib import Path
from PySide6.QtCore import QEvent, QObject, QTimer
from faceapp import __main__
from faceapp.app import make_program
from faceapp.gui.settings import LAST_PAGE, Settings

def tell():
    print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))

def end():
    tell()
    program.application.exit(0)

class FirstPaint(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            tell()
            watched.removeEventFilter(self)
            QTimer.singleShot({WORKS_BEFORE_MS}, end)
        return False

settings = Path(sys.argv[2])
Settings(settings).set(LAST_PAGE, sys.argv[3])
program = make_program(settings)
first = FirstPaint()
page = program.window.centralWidget()
page.installEventFilter(first)
program.window.show()
program.window.begin(Path(sys.argv[1]))
program.application.exec()
assert program.window.pages.shown == sys.argv[3]
program.window.close()
"""


def loaded_at_first_paint(folder: Path, page: str) -> tuple[list[str], list[str]]:
    """What is loaded when the window, open at a page, is painted first, and 1.7 s later."""
    settings = folder.with_name("settings.json")
    command = [sys.executable, "-c", FIRST_PAINT, str(folder), str(settings), page]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    first, later = map(json.loads, done.stdout.splitlines())
    return first, later


@pytest.mark.gui
def test_nothing_heavy_is_loaded_before_the_first_paint(tmp_path: Path) -> None:
    from faceapp.dataset import Dataset

    Dataset.create(tmp_path / "faces").close()
    first, _later = loaded_at_first_paint(tmp_path / "faces", "overview")
    assert first == []


@pytest.mark.gui
@pytest.mark.parametrize("page", ["overview", "label", "clean", "train", "live"])
def test_no_page_loads_much_before_the_first_paint(
    page: str, drawn_dataset: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(drawn_dataset, tmp_path / "dataset"))
    first, later = loaded_at_first_paint(folder, page)
    assert not {*first} & {*NEVER_BEFORE}
    assert not {*later} & {"tensorflow", "keras"}  # no timing
    if page == "live":
        assert not {*later} & {*NEVER_BEFORE}  # no model, no camera


def run_faceapp(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    without = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    kept = {name: value for name, value in os.environ.items() if name not in without}
    return subprocess.run(
        [sys.executable, "-m", "faceapp", *arguments],
        env={**kept, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a screen")
def test_without_a_screen_it_says_so() -> None:
    done = run_faceapp()
    assert done.returncode == 1
    assert "no screen" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a screen")
def test_why_no_window_opened_stands_in_the_log(tmp_path: Path) -> None:
    """Whoever double-clicks sees no console."""
    run_faceapp(FACEAPP_BASE_DIR=str(tmp_path))
    assert "no screen" in (tmp_path / "log" / "faceapp.log").read_text("utf-8")


def test_a_mistake_before_the_window_stands_in_the_log(tmp_path: Path) -> None:
    broken = "import faceapp.services\nfaceapp.services.make_services = lambda _: 1 / 0\n"
    done = subprocess.run(
        [sys.executable, "-c", f"{broken}from faceapp.__main__ import main; main()"],
        env={**os.environ, "FACEAPP_BASE_DIR": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "ZeroDivisionError" in (tmp_path / "log" / "faceapp.log").read_text("utf-8")


@pytest.mark.parametrize(
    ("variables", "seen"),
    [
        ({"QT_QPA_PLATFORM": "offscreen"}, False),
        ({"QT_QPA_PLATFORM": "offscreen", "DISPLAY": ":0"}, False),
        ({"QT_QPA_PLATFORM": "minimal:enable_fonts"}, False),
        ({"QT_QPA_PLATFORM": "xcb", "DISPLAY": ":0"}, True),
        ({"DISPLAY": ":0"}, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True),
    ],
)
def test_a_window_that_nobody_would_see_is_not_opened_by_the_demo(
    variables: dict[str, str], seen: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from faceapp.app import shows_windows

    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert shows_windows() is seen


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a screen")
def test_without_a_screen_the_demo_opens_no_window(monkeypatch: pytest.MonkeyPatch) -> None:
    from faceapp.app import shows_windows

    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert not shows_windows()


@pytest.mark.skipif(sys.platform != "linux", reason="the libraries of Linux")
def test_missing_libraries_are_named_with_the_line_that_helps(tmp_path: Path) -> None:
    hidden = "import ctypes\nctypes.CDLL = lambda name: (_ for _ in ()).throw(OSError(name))\n"
    (tmp_path / "sitecustomize.py").write_text(hidden, encoding="utf-8")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    done = run_faceapp(DISPLAY=":99", PYTHONPATH=path)
    assert done.returncode == 1
    assert "libxcb-cursor.so.0" in done.stderr
    assert "sudo apt install" in done.stderr


def test_the_line_that_helps_is_readmes() -> None:
    from faceapp.app import APT_LINE

    assert set(APT_LINE.split()) == set(apt_line().split()) - {"python3-venv"}


@pytest.mark.gui
def test_pages_are_drawn_without_touching_the_persons_settings(
    tmp_path: Path, drawn_dataset: Path, monkeypatch: pytest.MonkeyPatch, qapp: Any
) -> None:
    import threading

    from faceapp.app import draw_pages
    from faceapp.gui.main_window import MainWindow
    from faceapp.gui.pages import PAGES
    from faceapp.gui.settings import FILE_NAME
    from faceapp.paths import data_folder

    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    folder = Path(shutil.copytree(drawn_dataset, tmp_path / "dataset"))
    drawn = draw_pages(folder, tmp_path / "pages")
    assert not [each for each in qapp.topLevelWidgets() if isinstance(each, MainWindow)]
    assert [path.name for path in drawn] == [f"{page.name}.png" for page in PAGES]
    assert all(path.stat().st_size > 20_000 for path in drawn)
    assert not (data_folder() / FILE_NAME).exists()


def test_base_dir_keeps_everything_in_one_folder(tmp_path: Path) -> None:
    for given in (["--base-dir", str(tmp_path / "own")], [f"--base-dir={tmp_path / 'own'}"]):
        done = run_faceapp(*given, "check", "--json")
        facts = {each["name"]: each["value"] for each in json.loads(done.stdout)["facts"]}
        for name in ("Data folder", "Cache folder", "Log folder"):
            assert facts[name].startswith(str(tmp_path / "own"))


def test_base_dir_without_a_folder_is_refused() -> None:
    done = run_faceapp("--base-dir")
    assert done.returncode == 1
    assert "needs a folder" in done.stderr


def test_a_folder_that_is_dropped_on_the_icon_comes_to_the_window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from faceapp import __main__

    opened: list[Path | None] = []
    monkeypatch.setattr("faceapp.app.run_window", lambda folder: opened.append(folder) or 0)
    monkeypatch.setattr("faceapp.cli.run", lambda: 3)
    (tmp_path / "demo").mkdir()
    monkeypatch.chdir(tmp_path)
    ended: list[object] = []
    for argument in (str(tmp_path / "demo"), "demo"):  # the second is a command
        monkeypatch.setattr(sys, "argv", ["faceapp", argument])
        with pytest.raises(SystemExit) as end:
            __main__.main()
        ended.append(end.value.code)
    assert (opened, ended) == ([tmp_path / "demo"], [0, 3])
