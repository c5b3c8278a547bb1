"""What the Train page says where nothing can be learned, or nothing was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from faceapp.dataset import Dataset
from faceapp.gui.desktop import open_on_desktop
from faceapp.gui.language import error_words, tr
from faceapp.gui.messages import Messages
from faceapp.gui.widgets.empty_state import EmptyState


def invite(
    empty: EmptyState,
    dataset: Dataset,
    show_page: Callable[[str], object],
    import_images: Callable[[], object],
) -> bool:
    """Say what to do first where nothing can be trained on; False where something can."""
    if any(
        sum(count > 0 for count in dataset.class_counts(task.name).counts.values()) > 1
        for task in dataset.tasks()
    ):
        return False
    if dataset.count():
        empty.say(
            tr("Nothing to learn from yet"),
            tr("Training needs labelled faces of two classes or more."),
            [(tr("Label"), lambda: show_page("label"))],
        )
    else:
        empty.say(
            tr("No images yet"),
            tr("Import a folder of face images, or drop one anywhere on this window."),
            [(tr("Import images..."), import_images)],
        )
    return True


def tell_failure(hint: EmptyState, error: Exception, messages: Messages) -> None:
    """Say why a training did not finish, and offer its log where there is one."""
    log = getattr(error, "log", None)
    buttons: list[tuple[str, Callable[[], object]]] = []
    if isinstance(log, Path):
        buttons.append((tr("Open the log"), lambda: open_on_desktop(log, messages)))
    said = tr("What was cached stays. A run that can be resumed is listed below.")
    hint.say(tr("The training did not finish"), f"{error_words(error)}\n\n{said}", buttons)
