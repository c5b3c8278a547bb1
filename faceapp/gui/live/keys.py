"""The keys of the Live page, for its help."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


def _tr(text: str) -> str:
    return QCoreApplication.translate("live", text)


def key_help() -> list[tuple[str, str]]:
    """Every key and what it does."""
    return [
        (_tr("a class's key"), _tr("hold: record that class; tap: the last second was that class")),
        (_tr("Ctrl+T"), _tr("train on what was recorded")),
        (_tr("Ctrl+Return"), _tr("note an event while recording")),
        (_tr("Ctrl+D"), _tr("choose what is watched")),
        (_tr("Ctrl+Shift+O"), _tr("open an image or a video")),
        (_tr("Left, Right"), _tr("the image before, the next one")),
        (_tr("Ctrl+H"), _tr("show where the model looks")),
        (_tr("Ctrl+E"), _tr("look neutral for three seconds: your resting face")),
        (_tr("F5"), _tr("look for cameras again")),
    ]


def add_shortcuts(page: QWidget, shortcuts: Mapping[str, Callable[[], object]]) -> None:
    """Have keys do something wherever on the page one is."""
    for keys, call in shortcuts.items():
        shortcut = QShortcut(QKeySequence(keys), page)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(call)
