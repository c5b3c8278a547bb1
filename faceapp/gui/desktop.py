"""Files and folders opened by the programs that the desktop has for them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from faceapp.gui.language import tr
from faceapp.gui.messages import MessageAction, Messages

_LIBRARIES = "LD_LIBRARY_PATH"
# Where the bootloader of a frozen program keeps what the person had in _LIBRARIES.
_LIBRARIES_BEFORE = f"{_LIBRARIES}_ORIG"


def open_on_desktop(path: Path, messages: Messages) -> None:
    """Open a file or folder; where the desktop has no program for it, say where it lies."""
    with _libraries_of_the_desktop():
        opened = QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
    if opened:
        return
    said = tr("This desktop has no program to open it: {0}")
    copy = MessageAction(
        tr("Copy the path"),
        lambda: QGuiApplication.clipboard().setText(str(path)),
    )
    messages.warning(said.format(path), action=copy, key="desktop")


@contextmanager
def _libraries_of_the_desktop() -> Iterator[None]:
    """Let programs that are started find their own libraries.

    A frozen program on Linux runs with LD_LIBRARY_PATH naming its folder; a file manager that
    inherits it loads our libraries instead of the system's, and may not start. Only for a moment:
    the processes of a training need it.
    """
    ours = os.environ.get(_LIBRARIES)
    if ours is None or not getattr(sys, "frozen", False):
        yield
        return
    theirs = os.environ.get(_LIBRARIES_BEFORE)
    if theirs is None:
        del os.environ[_LIBRARIES]
    else:
        os.environ[_LIBRARIES] = theirs
    try:
        yield
    finally:
        os.environ[_LIBRARIES] = ours
