"""The keys of the Live page, for its help."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def _tr(text: str) -> str:
    return QCoreApplication.translate("live", text)


def key_help() -> list[tuple[str, str]]:
    """Every key and what it does."""
    return [
        (_tr("a class's key"), _tr("hold: record that class; tap: the last second was that class")),
        (_tr("Ctrl+T"), _tr("train on what was recorded")),
        (_tr("Ctrl+Return"), _tr("note an event while recording")),
        (_tr("Ctrl+D"), _tr("choose what is watched")),
        (_tr("Ctrl+O"), _tr("open an image or a video")),
        (_tr("Left, Right"), _tr("the image before, the next one")),
        (_tr("Ctrl+H"), _tr("show where the model looks")),
        (_tr("Ctrl+E"), _tr("look neutral for three seconds: your resting face")),
        (_tr("F5"), _tr("look for cameras again")),
    ]
