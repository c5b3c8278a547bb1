"""What stands in the picture's place while nothing is watched."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from faceapp.gui.language import tr
from faceapp.gui.live.sources import Sources
from faceapp.gui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from collections.abc import Callable

    from faceapp.live.devices import CameraChoice

_MOST = 2  # cameras that get a button


def invite(empty: EmptyState, sources: Sources, watch: Callable[[CameraChoice], object]) -> None:
    """Say what can be watched, with a button for each."""
    file = (tr("Image or video..."), sources.ask_file)
    if not sources.looked:
        empty.say(tr("Looking for cameras..."), "")
    elif sources.cameras:
        cameras = [(each.name, partial(watch, each)) for each in sources.cameras[:_MOST]]
        text = tr("Nothing leaves this machine, and nothing is stored unless you record it.")
        empty.say(tr("Choose a camera"), text, [*cameras, file])
    else:
        text = tr(
            "Plug one in and look again, or read an image or a video. Files can also be dropped "
            "here."
        )
        empty.say(tr("No camera found"), text, [(tr("Look again"), sources.look), file])
