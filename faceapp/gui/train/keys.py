"""The keys of the Train page in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def _tr(text: str) -> str:
    return QCoreApplication.translate("train keys", text)


def key_help() -> list[tuple[str, str]]:
    """Every key of the page and what it does."""
    return [
        ("Ctrl+Enter", _tr("start training")),
        ("Ctrl+K", _tr("stop the training and keep the best; stop a tuning")),
        ("Ctrl+T", _tr("tune the recipe")),
        (_tr("Esc"), _tr("leave the tuning")),
        (_tr("Tab, Space"), _tr("go to the next field, tick or press it")),
        (_tr("Arrows, Enter"), _tr("in the confusion matrix: move, show the images")),
        ("Ctrl+Shift+O", _tr("open the report of the run on show")),
        ("Ctrl+L", _tr("use the run on show in Live")),
        ("Ctrl+H", _tr("show where the model looked")),
        ("Ctrl+D", _tr("compare the selected runs")),
        ("Ctrl+E", _tr("export the selected run")),
        ("/", _tr("filter the runs")),
        ("F2", _tr("in the table: write a note")),
        (_tr("Del"), _tr("in the table: delete the selected runs")),
    ]
