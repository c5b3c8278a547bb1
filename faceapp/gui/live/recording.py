"""Recording what is read into files, from a button until the next."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from faceapp.errors import FaceAppError
from faceapp.gui.dialogs import choose_new_file
from faceapp.gui.live.models import Models
from faceapp.gui.live.service import LiveModel
from faceapp.gui.live.strip import Strip
from faceapp.gui.live.watching import Watching
from faceapp.gui.live.words import class_colours
from faceapp.gui.messages import Messages
from faceapp.gui.session import DatasetSession

_SHOW_MS = 500


class Recording(QObject):
    """A CSV of readings, and the annotated video beside it where that is wanted."""

    def __init__(
        self,
        strip: Strip,
        watching: Watching,
        *,
        models: Models,
        session: DatasetSession,
        messages: Messages,
        page: QWidget,
    ) -> None:
        super().__init__(page)
        self._strip, self._watching, self._models = strip, watching, models
        self._session, self._messages, self._page = session, messages, page
        self._csv: Path | None = None
        self._since = 0.0
        self._marks = 0
        self._clock = QTimer(self, interval=_SHOW_MS)
        self._clock.timeout.connect(self._show)
        strip.csv_wanted.connect(lambda: self._ask(film=False))
        strip.film_wanted.connect(lambda: self._ask(film=True))
        strip.stop_wanted.connect(self.end)
        watching.stopping.connect(self.end)
        watching.trouble.connect(lambda _error: self.end())
        watching.running_changed.connect(lambda _on: self.show())
        models.opened.connect(self._another_model)
        self.show()

    @property
    def on(self) -> bool:
        """Whether something is being recorded."""
        return self._csv is not None

    def _ask(self, *, film: bool) -> None:
        name = f"{datetime.now().astimezone():%Y%m%d-%H%M%S}.csv"
        kinds = self.tr("Tables (*.csv)")
        path = choose_new_file(self._page, self.tr("Record readings to"), Path.home() / name, kinds)
        if path is not None:
            self.begin(path, film=film)

    def begin(self, csv: Path, *, film: bool = False) -> None:
        """Record into a CSV from now on, and with `film` into an .mp4 of the same name."""
        engine, model = self._watching.engine, self._models.model
        if engine is None or model is None or self.on:
            return
        shown = class_colours(model.info.classes, self._session.dataset.tasks())
        colours = {name: QColor(colour) for name, colour in shown.items()}
        rgb = {name: (c.red(), c.green(), c.blue()) for name, c in colours.items()}
        try:
            engine.record(csv, csv.with_suffix(".mp4") if film else None, rgb)
        except FaceAppError as error:
            self._messages.problem(error, key="live record")
            return
        self._messages.take_back("live record")
        self._csv, self._since, self._marks = csv, time.monotonic(), 0
        self._clock.start()
        self.show()

    def mark(self, text: str = "") -> None:
        """Note an event: what it is, or its number."""
        if self._watching.engine is not None and self.on:
            self._marks += 1
            self._watching.engine.mark(text or self.tr("mark {0}").format(self._marks))

    def end(self) -> None:
        """Close the files."""
        csv, self._csv = self._csv, None
        self._clock.stop()
        self.show()
        if csv is None or self._watching.engine is None:
            return
        try:
            found = self._watching.engine.end_record()
        except FaceAppError as error:
            self._messages.problem(error, key="live record")
            return
        if found is not None:
            words = self.tr("{0} frames in {1:.1f} s were recorded in {2}.")
            self._messages.info(words.format(found.frames, found.seconds, csv))

    def _another_model(self, _model: LiveModel) -> None:
        """A recording is of one model."""
        self.end()

    def _show(self) -> None:
        self._strip.show_recording(time.monotonic() - self._since)

    def show(self) -> None:
        """Show whether something is recorded, or could be."""
        self._strip.record.setEnabled(self._watching.engine is not None and self._models.reads)
        self._strip.show_recording(time.monotonic() - self._since if self.on else None)
