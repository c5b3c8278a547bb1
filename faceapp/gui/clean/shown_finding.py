"""Keeps the middle of the Clean page on the current finding: images, reason, what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from faceapp.gui.clean.doubt import Likelihood
from faceapp.gui.clean.finding_grid import FindingGrid, FindingsModel
from faceapp.gui.clean.finding_pane import FindingPane
from faceapp.gui.clean.picture_row import MOST, Shown
from faceapp.gui.clean.remedies import OF_CLASSES, remedies_for
from faceapp.gui.itemmodels.rows import Row, read_rows
from faceapp.gui.itemmodels.thumbnails import LargePictures, ThumbnailPictures
from faceapp.gui.language import core_words
from faceapp.gui.session import DatasetSession

if TYPE_CHECKING:
    from faceapp.cleaning import Found

_FAMILIES = frozenset({"near_duplicate", "exact_duplicate"})


class ShownFinding(QObject):
    """Shows the grid's current finding.

    Signals:
        changed(): another finding is shown, or nothing.
    """

    changed = Signal()

    def __init__(
        self,
        session: DatasetSession,
        grid: FindingGrid,
        model: FindingsModel,
        pane: FindingPane,
        thumbnails: ThumbnailPictures,
    ) -> None:
        super().__init__(pane)
        self._session = session
        self._grid = grid
        self._model = model
        self._pane = pane
        self._thumbnails = thumbnails
        self._rows: list[Row] = []
        self.found: Found | None = None
        self._large = LargePictures(session.dataset, self._arrived)
        self.destroyed.connect(self._large.close)
        grid.current_changed.connect(self.refresh)
        grid.selection_changed.connect(self.show_remedies)

    def selected(self) -> list[Found]:
        """The findings that are selected, worst first."""
        findings = self._model.findings
        if findings is None:
            return []
        return [findings[each] for each in self._grid.selected_positions()]

    def refresh(self) -> None:
        """Show the current finding as it is now."""
        findings, current = self._model.findings, self._grid.current
        there = findings is not None and current is not None and current < len(findings)
        self.found = findings[current] if there and findings and current is not None else None
        found = self.found
        ids = found.samples[:MOST] if found else ()
        self._rows = list(read_rows(self._session.dataset, ids).values())
        self._show_images()
        likelihoods = self._likelihoods(found) if found else []
        self._pane.doubt.show_lines(likelihoods)
        self._pane.show_reason(core_words(found.reason) if found and not likelihoods else "")
        self.show_remedies()
        self._look_ahead()
        self.changed.emit()

    def show_remedies(self) -> None:
        """Show what can be done about what is selected."""
        found = self.found
        number = len(self._grid.selected_positions())
        remedies = []
        if found is not None and (found.keys or number > 1):
            remedies = remedies_for(found.kind, found.detail, self._answers(found), number)
        self._pane.remedies.show_remedies(remedies, number, self._colours(found))
        self._pane.to_label.setEnabled(found is not None and bool(found.samples))

    def _answers(self, found: Found) -> list[str]:
        """The classes that a contradiction is between: of a family's samples, or of raters."""
        task, dataset = found.detail.get("task"), self._session.dataset
        if not isinstance(task, str):
            return []
        if found.kind == "contradicting_raters":
            labels = dataset.history(found.samples[0], task)
            given = Counter(each.answer for each in labels if each.answer and not each.undone)
            return [answer for answer, _ in given.most_common()]
        if found.kind != "contradicting_duplicates":
            return []
        answers = dataset.answers(task, found.samples)
        return sorted({each.answer for each in answers.values() if each.answer is not None})

    def _colours(self, found: Found | None) -> Mapping[str, str]:
        task = found.detail.get("task") if found else None
        for each in self._session.dataset.tasks():
            if each.name == task:
                return {one.name: one.colour for one in each.classes}
        return {}

    def _likelihoods(self, found: Found) -> list[Likelihood]:
        choices = found.detail.get("choices")
        if not isinstance(choices, Mapping):
            return []
        colours = self._colours(found)

        def line(role: str, name: str, share: float) -> Likelihood:
            return Likelihood(role, name, colours.get(name, "#888888"), share)

        roles = (self.tr("suggested"), self.tr("or"))
        return [
            line(self.tr("now"), str(found.detail["label"]), found.value),
            *(line(r, str(n), float(p)) for r, (n, p) in zip(roles, choices.items(), strict=False)),
        ]

    def _show_images(self) -> None:
        found = self.found
        self._large.new_screen()
        side = round(self._grid.side * self._grid.devicePixelRatioF())
        shown = []
        for place, row in enumerate(self._rows):
            picture = self._large.get(row.sample)
            stand_in = None if picture else self._thumbnails.get(row.sample, side)
            best = place == 0 and found is not None and found.kind in _FAMILIES
            shown.append(Shown(row, picture, stand_in, self.tr("the best") if best else ""))
        total = len(found.samples) if found else 0
        self._pane.pictures.show_images(shown, total, self._words_for_none(found))

    def _words_for_none(self, found: Found | None) -> str:
        if found is None:
            return ""
        if found.kind in OF_CLASSES or not found.files:
            return core_words(found.reason)
        return found.files[0]

    def _arrived(self, keys: Iterable[object]) -> None:
        if {row.sample.id for row in self._rows}.intersection(keys):
            self._show_images()

    def _look_ahead(self) -> None:
        """Have the first image of the next finding read."""
        current = self._grid.current
        if current is not None and current + 1 < len(self._model.ids):
            row = self._model.row(current + 1)
            if row is not None:
                self._large.get(row.sample)
