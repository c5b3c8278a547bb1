"""The one way to tell the person something: a channel, and the bar that shows it."""

from __future__ import annotations

import logging
import platform
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from faceapp import __version__
from faceapp.errors import Cancelled, FaceAppError
from faceapp.gui.language import error_words

log = logging.getLogger(__name__)


class Level(StrEnum):
    """How much a message matters."""

    INFO = "info"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True)
class MessageAction:
    """A button beside the message ("Undo"); pressing it also puts the message away."""

    text: str
    run: Callable[[], object]


@dataclass(frozen=True)
class Message:
    """One line for the person.

    `details` unfold on demand; a message replaces the one that stands under the same `key`.
    """

    level: Level
    text: str
    details: str = ""
    action: MessageAction | None = None
    key: str = ""


class Messages(QObject):
    """The messages that stand, oldest first; those sent before a bar listens wait for it."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._standing: list[Message] = []

    @property
    def standing(self) -> tuple[Message, ...]:
        """What was said and not yet put away."""
        return tuple(self._standing)

    def info(
        self, text: str, *, details: str = "", action: MessageAction | None = None, key: str = ""
    ) -> None:
        """Say that something went as asked; the next message without a key takes its place."""
        self.say(Message(Level.INFO, text, details, action, key))

    def warning(
        self, text: str, *, details: str = "", action: MessageAction | None = None, key: str = ""
    ) -> None:
        """Say that something deserves a look."""
        self.say(Message(Level.WARNING, text, details, action, key))

    def problem(
        self,
        problem: str | BaseException,
        *,
        details: str = "",
        action: MessageAction | None = None,
        key: str = "",
    ) -> None:
        """Say that something did not work; an error of ours goes to the log whole.

        `Cancelled` is no problem and is not shown.
        """
        if isinstance(problem, Cancelled):
            return
        if isinstance(problem, BaseException):
            details = details or self._details(problem)
            if action is None and not isinstance(problem, FaceAppError | OSError):
                action = self._copying(details)
        self.say(Message(Level.PROBLEM, self._words(problem), details, action, key))

    def say(self, message: Message) -> None:
        """Show a message in place of the one that it replaces."""
        self._standing = [each for each in self._standing if not _replaces(message, each)]
        self._standing.append(message)
        self.changed.emit()

    def put_away(self, message: Message) -> None:
        """Take a message off the bar; one that is gone already is no matter."""
        if message in self._standing:
            self._standing.remove(message)
            self.changed.emit()

    def take_back(self, key: str) -> None:
        """Take off the bar what stands under a key: it no longer holds."""
        for message in [each for each in self._standing if each.key == key]:
            self.put_away(message)

    def _words(self, problem: str | BaseException) -> str:
        if isinstance(problem, str):
            return problem
        if isinstance(problem, FaceAppError | OSError):
            return error_words(problem)
        return self.tr("Something went wrong in faceapp itself: {0}").format(
            str(problem) or type(problem).__name__
        )

    def _copying(self, details: str) -> MessageAction:
        """A button that copies everything that a report of a mistake needs."""
        report = f"faceapp {__version__}, {platform.platform()}\n\n{details}"

        def copy() -> None:
            QGuiApplication.clipboard().setText(report)

        return MessageAction(self.tr("Copy details"), copy)

    def _details(self, problem: BaseException) -> str:
        if isinstance(problem, FaceAppError | OSError):
            return ""
        log.error("A mistake of ours", exc_info=problem)
        return "".join(traceback.format_exception(problem)).strip()


def _replaces(new: Message, old: Message) -> bool:
    if new.key or old.key:
        return new.key == old.key
    return old.level is Level.INFO or new == old
