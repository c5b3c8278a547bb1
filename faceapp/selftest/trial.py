"""What the steps of a self-test share: a scratch folder, the window, what earlier steps made."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from faceapp.errors import FaceAppError

if TYPE_CHECKING:
    from faceapp.app import Program
    from faceapp.gui.main_window import MainWindow

TASK = "expression"
PATIENCE_SECONDS = 1200.0  # a busy machine is no failure
_LOOK_SECONDS = 0.005


class NotAsItShould(FaceAppError):
    """Something that the self-test looked at is not as it should be."""


@dataclass
class Trial:
    """One self-test under way.

    Attributes:
        folder: where everything is made; gone when the self-test is over.
        figures: numbers that are the same wherever the same version runs on the same processor,
            so that a shipped program can be compared with its source.
        truth: the expression of each drawn face by file name.
        run: folder of the run that was trained.

    """

    folder: Path
    figures: dict[str, Any] = field(default_factory=dict)
    truth: dict[str, str] = field(default_factory=dict)
    run: Path | None = None
    _program: Program | None = None

    @property
    def faces(self) -> Path:
        """Folder of the drawn faces."""
        return self.folder / "drawn-faces"

    @property
    def dataset(self) -> Path:
        """Folder of the dataset."""
        return self.folder / "self-test"

    @property
    def again(self) -> Path:
        """Folder of the dataset that was exported and imported again."""
        return self.folder / "again"

    def open_window(self) -> MainWindow:
        """Make the real window, with settings of its own, and show it."""
        from faceapp.app import make_program

        self._program = make_program(self.folder / "settings.json")
        self._program.window.show()
        return self._program.window

    @property
    def window(self) -> MainWindow:
        """The window, which an earlier step opened."""
        if self._program is None:
            raise NotAsItShould("The window is not open.")
        return self._program.window

    def wait(self, what: str, condition: Callable[[], object]) -> None:
        """Let the window work until something is so; raises `NotAsItShould` after some minutes."""
        if self._program is None:
            raise NotAsItShould("The window is not open.")
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            if time.monotonic() > deadline:
                raise NotAsItShould(f"Waited {PATIENCE_SECONDS:.0f} s in vain for {what}.")
            self._program.application.processEvents()
            time.sleep(_LOOK_SECONDS)

    def problems(self) -> list[str]:
        """What the window's message bar complains of."""
        if self._program is None:
            return []
        from faceapp.gui.messages import Level

        standing = self._program.window.messages.standing
        return [f"{m.text} {m.details}".strip() for m in standing if m.level is Level.PROBLEM]

    def close(self) -> None:
        """Close the window, whatever still runs in it."""
        if self._program is None:
            return
        from PySide6.QtCore import QEvent

        window = self._program.window
        if window.pages is not None:
            window.pages.jobs.cancel_all()
            window.pages.jobs.close()
        window.jobs.close()
        window.close()
        window.deleteLater()
        self._program.application.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        self._program = None


def expect(holds: object, otherwise: str) -> None:
    """Go on only where something holds; raises `NotAsItShould` with the words for otherwise."""
    if not holds:
        raise NotAsItShould(otherwise)
