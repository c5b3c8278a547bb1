"""What stands in the picture's place while nothing is watched."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from faceapp.gui.live.sources import Sources
from faceapp.gui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from collections.abc import Callable

    from faceapp.live.devices import CameraChoice

_MOST = 2  # cameras that get a button


def _tr(text: str) -> str:
    return QCoreApplication.translate("live", text)


def invite(empty: EmptyState, sources: Sources, watch: Callable[[CameraChoice], object]) -> None:
    """Say what can be watched, with a button for each."""
    file = (_tr("Image or video..."), sources.ask_file)
    if not sources.looked:
        empty.say(_tr("Looking for cameras..."), "")
    elif sources.cameras:
        cameras = [(each.name, partial(watch, each)) for each in sources.cameras[:_MOST]]
        text = _tr("Nothing leaves this machine, and nothing is stored unless you record it.")
        empty.say(_tr("Choose a camera"), text, [*cameras, file])
    else:
        text = _tr(
            "Plug one in and look again, or read an image or a video. Files can also be dropped "
            "here."
        )
        empty.say(_tr("No camera found"), text, [(_tr("Look again"), sources.look), file])
