"""What the page says of cameras and readings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from faceapp.dataset import Task
from faceapp.dataset.vocabulary import default_classes, match_class
from faceapp.gui.language import tr

if TYPE_CHECKING:
    from faceapp.live.watch import CameraStatus


def camera_words(status: CameraStatus) -> tuple[str, str]:
    """Title and advice for the state of a camera; both empty while it plays."""
    titles = {
        "opening": tr("Opening {0}..."),
        "unavailable": tr("{0} cannot be used"),
        "hanging": tr("{0} does not answer"),
        "silent": tr("{0} sends no pictures any more"),
        "empty": tr("{0} sends empty pictures"),
        "frozen": tr("{0} sends the same picture again and again"),
        "stopped": tr("{0} is off"),
    }
    advice = {
        "unavailable": tr(
            "Plug it in, close other programs that use it, and see that this one may use cameras."
        ),
        "hanging": tr("Unplug it and plug it in again, or choose another."),
        "silent": tr("Was it unplugged? It goes on by itself when it is back."),
        "empty": tr("See that its cover is open and no other program uses it."),
        "frozen": tr("Was it unplugged?"),
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
