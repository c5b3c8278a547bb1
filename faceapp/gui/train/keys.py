"""The keys of the Train page in words."""

from __future__ import annotations

from faceapp.gui.language import tr


def key_help() -> list[tuple[str, str]]:
    """Every key of the page and what it does."""
    return [
        ("Ctrl+Enter", tr("start training")),
        ("Ctrl+K", tr("stop the training and keep the best; stop a tuning")),
        ("Ctrl+T", tr("tune the recipe")),
        (tr("Esc"), tr("leave the tuning")),
        (tr("Tab, Space"), tr("go to the next field, tick or press it")),
        (tr("Arrows, Enter"), tr("in the confusion matrix: move, show the images")),
        ("Ctrl+Shift+O", tr("open the report of the run on show")),
        ("Ctrl+L", tr("use the run on show in Live")),
        ("Ctrl+H", tr("show where the model looked")),
        ("Ctrl+D", tr("compare the selected runs")),
        ("Ctrl+E", tr("export the selected run")),
        ("/", tr("filter the runs")),
        ("F2", tr("in the table: write a note")),
        (tr("Del"), tr("in the table: delete the selected runs")),
    ]
