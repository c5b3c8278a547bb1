"""Keeps the map on the dataset: draws it in a job, colours it, and acts on what is selected."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from faceapp.dataset import Changes, Part
from faceapp.gui.clean.cleaner import Cleaner, FaceMap
from faceapp.gui.clean.findings import Findings
from faceapp.gui.clean.map_colours import Colouring, by_finding, by_source, by_task
from faceapp.gui.clean.map_pane import FACE, MapPane
from faceapp.gui.clean.remedies import OF_CLASSES
from faceapp.gui.itemmodels.thumbnails import ThumbnailPictures
from faceapp.gui.kinds import finding_words
from faceapp.gui.language import core_words, error_words
from faceapp.gui.messages import Messages
from faceapp.gui.session import DatasetSession
from faceapp.gui.text import percent
from faceapp.gui.workers import JobRunner, RunningJob

_SOURCE, _FINDING, _TASK = "source", "finding", "task "


class Mapping(QObject):
    """Draws the map when it is first looked at.

    Signals:
        samples_wanted(list): ids of samples that should be listed on the Label page.
    """

    samples_wanted = Signal(object)

    def __init__(
        self,
        session: DatasetSession,
        jobs: JobRunner,
        messages: Messages,
        cleaner: Cleaner,
        *,
        findings: Findings,
        pane: MapPane,
    ) -> None:
        super().__init__(pane)
        self._session = session
        self._jobs = jobs
        self._messages = messages
        self._cleaner = cleaner
        self._findings = findings
        self._pane = pane
        self._by = ""
        self._drawn: FaceMap | None = None
        self.running: RunningJob | None = None
        self.stale = True  # there is no map, or one of other samples
        self._thumbnails = ThumbnailPictures(session.dataset, self._arrived)
        self.destroyed.connect(self._thumbnails.close)
        pane.colour_chosen.connect(self.colour_by)
        pane.redraw_wanted.connect(self.draw)
        pane.samples_wanted.connect(self.show_on_label_page)
        pane.quarantine_wanted.connect(self.quarantine)
        pane.view.hovered.connect(self._show_face)

    @property
    def idle(self) -> bool:
        """Whether what is on show is drawn."""
        return self.running is None

    def show(self) -> None:
        """The map is looked at now."""
        if self.stale:
            self.draw()
        else:
            self.colour()

    def draw(self) -> None:
        """Place all samples; activations that the network has not computed yet are computed."""
        if self.running is not None:
            return
        self.stale = False
        folder, draw = self._session.folder, self._cleaner.draw_map
        self.running = self._jobs.start(
            self.tr("Drawing the map"),
            lambda job: draw(folder, job),
            done=self._take,
            failed=self._fail,
            cancelled=self._cancelled,
            looking=True,
        )
        self.running.changed.connect(self._show_progress)
        self.running.ended.connect(self._forget)
        if self._pane.map is None:
            self._show_progress()

    def _forget(self) -> None:
        self.running = None

    def _show_progress(self) -> None:
        if self.running is not None and self._pane.map is None:
            progress = self.running.progress
            words = f"{core_words(progress.what)}  {percent(progress.share)}"
            self._pane.show_state(self.tr("Drawing the map"), words)

    def _fail(self, error: Exception) -> None:
        self.stale = True
        self._messages.problem(error, key="map")
        self._pane.show_state(self.tr("There is no map"), error_words(error), again=True)

    def _cancelled(self) -> None:
        self.stale = True
        words = self.tr("It was stopped.")
        self._pane.show_state(self.tr("There is no map"), words, again=True)

    def _take(self, drawn: FaceMap) -> None:
        self._messages.take_back("map")
        self._drawn = drawn
        if not drawn.ids:
            self.stale = True
            words = self.tr("There is no face to be placed on it.")
            self._pane.show_state(self.tr("There is no map"), words)
            return
        self._show_those_here()
        self.stale = False  # what cannot be read has no place, however often it is drawn
        self.colour()

    # -- colours

    def colour_by(self, what: str) -> None:
        """Colour by a task ("task NAME"), by "source" or by "finding"."""
        self._by = what
        self.colour()

    def colour(self) -> None:
        """Colour the dots as the dataset is now."""
        if self._pane.map is None:
            return
        tasks = [task.name for task in self._session.dataset.tasks()]
        choices = [(_TASK + name, name) for name in tasks]
        choices += [(_FINDING, self.tr("finding")), (_SOURCE, self.tr("source"))]
        if self._by not in dict(choices):
            self._by = choices[0][0]
        self._pane.show_choices(choices, self._by)
        self._pane.show_colouring(self._colouring(self._pane.map.ids))

    def _colouring(self, ids: tuple[int, ...]) -> Colouring:
        if self._by == _SOURCE:
            return by_source(self._session.dataset, ids)
        if self._by == _FINDING:
            return by_finding(self._found())
        return by_task(self._session.dataset, self._by.removeprefix(_TASK))

    def _found(self) -> dict[str, list[int]]:
        """Samples of findings, by the title of their kind."""
        cleaning = self._findings.cleaning
        if cleaning is None:
            return {}
        found = {}
        for kind, threshold in self._findings.thresholds.items():
            samples = [s for each in cleaning.beyond(kind, threshold) for s in each.samples]
            if samples and kind not in OF_CLASSES:
                found[finding_words(kind)] = samples
        return found

    # -- what is selected

    def show_on_label_page(self) -> None:
        """List what is selected on the Label page."""
        if ids := self._pane.selected_ids():
            self.samples_wanted.emit(ids)

    def quarantine(self) -> None:
        """Set aside what is selected."""
        if ids := self._pane.selected_ids():
            self._session.do(self, lambda dataset: dataset.quarantine(ids))

    def follow(self, changes: Changes) -> None:
        """Show what was written: samples set aside leave the map, new ones wait for a drawing."""
        if self._drawn is None:
            return
        if Part.SAMPLES in changes.parts:
            self._show_those_here()
        self.colour()

    def _show_those_here(self) -> None:
        drawn = self._drawn
        if drawn is None:
            return
        here = set(self._session.dataset.sample_ids())
        pairs = [each for each in zip(drawn.ids, drawn.points, strict=True) if each[0] in here]
        self.stale = bool(here.difference(drawn.ids))
        shown = FaceMap(tuple(i for i, _ in pairs), tuple(p for _, p in pairs))
        if self._pane.map is None or shown.ids != self._pane.map.ids:
            self._pane.show_map(shown)

    # -- the face under the mouse

    def _show_face(self, place: int) -> None:
        drawn = self._pane.map
        if drawn is None or place < 0:
            self._pane.show_face(None, None)
            return
        found = self._session.dataset.by_ids([drawn.ids[place]])
        if found:
            side = round(FACE * self._pane.devicePixelRatioF())
            self._thumbnails.new_screen()
            self._pane.show_face(found[0], self._thumbnails.get(found[0], side))

    def _arrived(self, _keys: Iterable[object]) -> None:
        self._show_face(self._pane.view.current)
