"""What the page says of cameras and readings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from faceapp.dataset import Task
from faceapp.dataset.vocabulary import default_classes, match_class

if TYPE_CHECKING:
    from faceapp.live.watch import CameraStatus


def _tr(text: str) -> str:
    return QCoreApplication.translate("live", text)


def camera_words(status: CameraStatus) -> tuple[str, str]:
    """Title and advice for the state of a camera; both empty while it plays."""
    titles = {
        "opening": _tr("Opening {0}..."),
        "unavailable": _tr("{0} cannot be used"),
        "hanging": _tr("{0} does not answer"),
        "silent": _tr("{0} sends no pictures any more"),
        "empty": _tr("{0} sends empty pictures"),
        "frozen": _tr("{0} sends the same picture again and again"),
        "stopped": _tr("{0} is off"),
    }
    advice = {
        "unavailable": _tr(
            "Plug it in, close other programs that use it, and see that this one may use cameras."
        ),
        "hanging": _tr("Unplug it and plug it in again, or choose another."),
        "silent": _tr("Was it unplugged? It goes on by itself when it is back."),
        "empty": _tr("See that its cover is open and no other program uses it."),
        "frozen": _tr("Was it unplugged?"),
    }
    title = titles.get(status.state.value, "").format(status.camera)
    return title, advice.get(status.state.value, "")


def class_colours(classes: Sequence[str], tasks: Sequence[Task]) -> Mapping[str, str]:
    """The colour "#rrggbb" of each of a model's classes: the dataset's own where it knows it."""
    known = {each.name: each.colour for task in reversed(tasks) for each in task.classes}
    usual = {each.name: each.colour for each in default_classes(classes)}
    return {
        name: known.get(match_class(name, list(known)) or name, usual[name]) for name in classes
    }
