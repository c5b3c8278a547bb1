"""Wires the window's objects together; the one place that knows all of them."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from faceapp.errors import WorldError
from faceapp.logs import start_log
from faceapp.paths import resource_path

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from faceapp.gui.main_window import MainWindow
    from faceapp.gui.messages import Messages

log = logging.getLogger(__name__)

# As README's; what a bare Debian 12 lacks for Qt.
APT_LINE = (
    "sudo apt install libgl1 libegl1 libglib2.0-0 libfontconfig1 libdbus-1-3 libxkbcommon-x11-0 "
    "libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-image0 libxcb-render-util0 "
    "libxcb-shape0 libxcb-xinerama0"
)
PLATFORM_VARIABLE = "QT_QPA_PLATFORM"
# Platforms of Qt that draw into memory: their windows are never seen.
_UNSEEN = frozenset({"offscreen", "minimal"})
DRAWN_SIZE = (1440, 900)
_LONGEST_WAIT_SECONDS = 60
# So soon a job's thread hands the interpreter to the window's. Beside a thread that draws a plot,
# painting a confusion matrix took up to 58 ms with Python's own 5 ms, and up to 26 with this.
_SWITCH_SECONDS = 0.001


class WindowUnavailable(WorldError):
    """No window can be shown on this machine; the message says what is missing."""


@dataclass(frozen=True)
class Program:
    """The running window, and what must live as long as it."""

    application: QApplication
    window: MainWindow


def has_display() -> bool:
    """Whether there is a screen to show a window on."""
    if os.environ.get(PLATFORM_VARIABLE) or sys.platform != "linux":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def shows_windows() -> bool:
    """Whether somebody would see a window that opens: there is a screen, and Qt draws to it."""
    platform = os.environ.get(PLATFORM_VARIABLE, "").partition(":")[0]
    return platform not in _UNSEEN and has_display()


def make_program(settings_file: Path | None = None) -> Program:
    """Build the window, with everything that it is handed.

    Args:
        settings_file: where settings are kept; by default the user's.

    Raises:
        WindowUnavailable: Qt cannot be loaded, or there is no screen.

    """
    _check_window_system()
    try:
        from PySide6.QtGui import QIcon
        from PySide6.QtWidgets import QApplication
    except ImportError as error:
        raise WindowUnavailable(_missing_libraries(error)) from error
    from faceapp.gui.language import take_language
    from faceapp.gui.main_window import MainWindow
    from faceapp.gui.messages import Messages
    from faceapp.gui.settings import Settings
    from faceapp.gui.theme import Theme
    from faceapp.services import make_services

    sys.setswitchinterval(_SWITCH_SECONDS)
    running = QApplication.instance()
    application = running if isinstance(running, QApplication) else QApplication(["faceapp"])
    application.setApplicationName("faceapp")
    application.setDesktopFileName("faceapp")
    application.setWindowIcon(QIcon(str(resource_path("icons", "faceapp.png"))))
    take_language(application, resource_path("translations"))
    messages = Messages(application)
    _show_our_mistakes(messages)
    services = make_services(Settings(settings_file))
    window = MainWindow(services, Theme(application, application), messages)
    return Program(application, window)


def run_window(folder: Path | None = None) -> int:
    """Open the window, on the dataset in `folder` or the one that was open last, until it closes.

    Where something is computed still that cannot be stopped, the process ends with the window and
    nothing is returned (see `faceapp.gui.leaving`).

    Raises:
        WindowUnavailable: there can be none on this machine.

    """
    from faceapp.gui.leaving import leave

    start_log()
    try:
        program = make_program()
    except Exception:  # whoever double-clicked sees no console
        log.exception("The window could not be made")
        raise
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl+C in a terminal; nothing can be lost
    if os.environ.get("FACEAPP_TELL_FIRST_PAINT"):
        from faceapp.gui.first_paint import FirstPaint

        FirstPaint(program.application)
    program.window.show()
    program.window.begin(folder)
    return leave(program.application.exec())


def draw_pages(folder: Path, out: Path) -> list[Path]:
    """Draw every page of the window on a dataset to PNG files in `out`, without any screen.

    Raises:
        WindowUnavailable: Qt's system libraries are missing.

    """
    os.environ[PLATFORM_VARIABLE] = "offscreen"
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:  # the person's own settings stay as they are
        program = make_program(Path(scratch) / "settings.json")
        window = program.window
        window.resize(*DRAWN_SIZE)
        window.show()
        window.begin(folder)
        try:
            return [_draw_page(program, name, out) for name in window.page_names]
        finally:
            _end(program)


def _end(program: Program) -> None:
    """Close the window and let it go, whoever else still runs this process."""
    from PySide6.QtCore import QEvent

    program.window.close()
    program.window.deleteLater()
    program.application.sendPostedEvents(program.window, QEvent.Type.DeferredDelete.value)


def _draw_page(program: Program, name: str, out: Path) -> Path:
    program.window.show_page(name)
    _wait_until_read(program)
    file = out / f"{name}.png"
    if not program.window.grab().save(str(file)):
        raise WorldError(f"The picture of the window cannot be written to {file}.")
    return file


def _wait_until_read(program: Program) -> None:
    """Let the window work until the page shows everything it has to."""
    deadline = time.monotonic() + _LONGEST_WAIT_SECONDS
    pages = program.window.pages
    while pages is not None and not pages.current.idle and time.monotonic() < deadline:
        program.application.processEvents()
        time.sleep(0.005)
    program.application.processEvents()


def _check_window_system() -> None:
    """Refuse in words what Qt would answer by ending the process."""
    if not has_display():
        raise WindowUnavailable(
            "There is no screen to open a window on: neither DISPLAY nor WAYLAND_DISPLAY is set. "
            "The commands work without one; see faceapp --help."
        )
    if _speaks_x11():
        try:
            ctypes.CDLL("libxcb-cursor.so.0")
        except OSError as error:
            raise WindowUnavailable(_missing_libraries(error)) from error


def _speaks_x11() -> bool:
    chosen = os.environ.get(PLATFORM_VARIABLE)
    unchosen = not chosen and not os.environ.get("WAYLAND_DISPLAY")
    return sys.platform == "linux" and (unchosen or chosen == "xcb")


def _missing_libraries(error: Exception) -> str:
    return f"Qt cannot open a window here: {error}. On Debian or Ubuntu: {APT_LINE}"


def _show_our_mistakes(messages: Messages) -> None:
    """An error that nobody handled is shown once in the bar; console and log have it too."""

    def show(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        messages.problem(error, key="mistake")
        sys.__excepthook__(kind, error, trace)

    def note(failed: threading.ExceptHookArgs) -> None:
        log.error("A thread of ours failed", exc_info=failed.exc_value)

    sys.excepthook = show
    threading.excepthook = note
