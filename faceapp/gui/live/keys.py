"""The keys of the Live page, for its help."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from faceapp.gui.language import tr


def key_help() -> list[tuple[str, str]]:
    """Every key and what it does."""
    return [
        (tr("a class's key"), tr("hold: record that class; tap: the last second was that class")),
        (tr("Ctrl+T"), tr("train on what was recorded")),
        (tr("Ctrl+Return"), tr("note an event while recording")),
        (tr("Ctrl+D"), tr("choose what is watched")),
        (tr("Ctrl+Shift+O"), tr("open an image or a video")),
        (tr("Left, Right"), tr("the image before, the next one")),
        (tr("Ctrl+H"), tr("show where the model looks")),
        (tr("Ctrl+E"), tr("look neutral for three seconds: your resting face")),
        (tr("F5"), tr("look for cameras again")),
    ]


def add_shortcuts(page: QWidget, shortcuts: Mapping[str, Callable[[], object]]) -> None:
    """Have keys do something wherever on the page one is."""
    for keys, call in shortcuts.items():
        shortcut = QShortcut(QKeySequence(keys), page)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(call)
