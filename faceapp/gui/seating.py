"""Where another window writes a dataset: who that is, and the offer to read it meanwhile."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, QObject, Signal

from faceapp.dataset.seats import Seat
from faceapp.gui.messages import MessageAction, Messages

_KEY = "seat"


class Seating(QObject):
    """Takes seats at datasets, and says what comes of it in the message bar.

    Signals:
        wanted(Path, bool): the dataset in a folder is to be opened anew: to read it only, or not.
    """

    wanted = Signal(object, bool)

    def __init__(self, parent: QObject, messages: Messages) -> None:
        super().__init__(parent)
        self._messages = messages

    def seat_at(self, folder: Path, *, read_only: bool) -> Seat | None:
        """A seat at the dataset; None, with a message, where another window has the only one."""
        seat = Seat(folder)
        self._messages.take_back(_KEY)
        if seat.take():
            return seat
        if not read_only:
            self._say(folder, seat)
            return None
        seat.only_read()
        self._messages.warning(
            self.tr("{0} is open to read only: nothing can be changed here.").format(folder.name),
            action=MessageAction(self.tr("Try to write"), lambda: self.wanted.emit(folder, False)),
            key=_KEY,
        )
        return seat

    def _say(self, folder: Path, seat: Seat) -> None:
        holder = seat.holder
        words = self.tr("{0} is being written by another window.").format(folder.name)
        if holder is not None:
            words = self.tr(
                "{0} is being written by another window: on {1}, process {2}, since {3}. "
                "Read it meanwhile, or choose another dataset."
            ).format(folder.name, holder.host, holder.process, _local(holder.since))
        self._messages.problem(
            words,
            action=MessageAction(
                self.tr("Open to read only"), lambda: self.wanted.emit(folder, True)
            ),
            key=_KEY,
        )


def _local(moment: str) -> str:
    """A moment in ISO-8601 as it is said here."""
    try:
        there = datetime.fromisoformat(moment)
    except ValueError:
        return moment
    shown = QDateTime.fromSecsSinceEpoch(int(there.timestamp()))
    return QLocale().toString(shown, QLocale.FormatType.ShortFormat)
