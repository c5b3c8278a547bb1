"""Which of the labelled samples are learned from: all or the most extreme, found ones or not."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QVBoxLayout, QWidget

from faceapp.gui.theme import UNIT
from faceapp.gui.train.offers import Scraped
from faceapp.gui.train.parts import words

_SHARES = (1.0, 0.75, 0.5, 0.25)


class SamplesChoice(QWidget):
    """Exemplars, and what becomes of images that a search found.

    Signals:
        changed(): something else was chosen.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.exemplars = QComboBox()
        self.exemplars.setAccessibleName(self.tr("Exemplars to learn from"))
        for share in _SHARES:
            text = self.tr("The most extreme {0}%").format(round(100 * share))
            self.exemplars.addItem(self.tr("All") if share == 1 else text, share)
        self.exemplars.setToolTip(
            self.tr(
                "Of each class those that show it best: by what raters said of strength and "
                "agreement, elsewhere by models that never saw the person. Test images stay."
            )
        )
        self.scraped = QComboBox()
        self.scraped.setAccessibleName(self.tr("Images found by a search"))
        self.scraped.addItem(self.tr("As all others"), "as_others")
        self.scraped.addItem(self.tr("In training only"), "train_only")
        self.scraped.addItem(self.tr("Leave out"), "leave_out")
        form = QFormLayout()
        form.setHorizontalSpacing(2 * UNIT)
        form.setVerticalSpacing(UNIT)
        form.addRow(self.tr("Learn from"), self.exemplars)
        self._scraped_label = words(self.tr("Found images"))
        form.addRow(self._scraped_label, self.scraped)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(form)
        self.exemplars.currentIndexChanged.connect(self.changed)
        self.scraped.currentIndexChanged.connect(self.changed)
        self.offer_scraped(offered=False)

    def offer_scraped(self, *, offered: bool) -> None:
        """Ask about found images where the dataset has any."""
        self.scraped.setVisible(offered)
        self._scraped_label.setVisible(offered)

    @property
    def share(self) -> float:
        """Share of each class's training samples that is learned from, 0..1."""
        chosen: float = self.exemplars.currentData()
        return chosen

    @property
    def found(self) -> Scraped:
        """What becomes of found images."""
        chosen: Scraped = self.scraped.currentData()
        return chosen
