"""Where to look: which sites, in which languages; or which addresses of the person's own."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from faceapp.gui.scrape.words import language_name, short_title
from faceapp.gui.scrape.work import EngineFacts
from faceapp.gui.stylesheet import give_role
from faceapp.gui.theme import HALF, UNIT

SITES = ""
_USUAL_LANGUAGE = "en"


class Places(QWidget):
    """The sites that are searched, or the kind of addresses that are asked.

    Signals:
        changed(): another place is chosen.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._engines: Sequence[EngineFacts] = ()
        self.boxes: dict[str, QCheckBox] = {}
        self.way = QComboBox()
        self.way.setAccessibleName(self.tr("Where to look"))
        self.way.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.way.currentIndexChanged.connect(self._show_way)
        self._sites = QHBoxLayout()
        self._sites.setSpacing(2 * UNIT)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * UNIT)
        layout.addWidget(self.way)
        layout.addLayout(self._sites)
        layout.addStretch()

    def show_engines(self, engines: Sequence[EngineFacts]) -> None:
        """Offer these engines; the first that takes phrases is ticked."""
        self._engines = engines
        words = {
            "page": self.tr("Web pages"),
            "urls": self.tr("Image addresses"),
        }
        self.way.blockSignals(True)
        self.way.clear()
        self.way.addItem(self.tr("Search sites"), SITES)
        for each in engines:
            if not each.phrases:
                self.way.addItem(words.get(each.name, each.title), each.name)
                continue
            box = self.boxes[each.name] = QCheckBox(short_title(each.title))
            box.setToolTip(each.title)
            box.setChecked(len(self.boxes) == 1)
            box.toggled.connect(self.changed)
            self._sites.addWidget(box)
        self.way.blockSignals(False)
        self.way.setMinimumWidth(self.way.sizeHint().width())
        self._show_way()

    def tick(self, names: Collection[str]) -> None:
        """Search these sites and no others."""
        self.way.setCurrentIndex(0)
        for name, box in self.boxes.items():
            box.setChecked(name in names)

    @property
    def by_phrases(self) -> bool:
        """Whether sites are searched with phrases."""
        return self.way.currentData() in (SITES, None)

    @property
    def chosen(self) -> list[EngineFacts]:
        """The engines that are to be asked."""
        if not self.by_phrases:
            return [each for each in self._engines if each.name == self.way.currentData()]
        ticked = {name for name, box in self.boxes.items() if box.isChecked()}
        return [each for each in self._engines if each.name in ticked]

    def _show_way(self) -> None:
        for box in self.boxes.values():
            box.setVisible(self.by_phrases)
        self.changed.emit()


class Languages(QListWidget):
    """The languages of the phrases, each to be ticked.

    Signals:
        changed(): another one is ticked.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Languages"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSpacing(2)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemChanged.connect(lambda _item: self.changed.emit())

    def show_languages(self, codes: Sequence[str]) -> None:
        """Offer these languages: English and the person's own are ticked."""
        ticked = {_USUAL_LANGUAGE, QLocale().name()[:2].lower()}
        self.blockSignals(True)
        self.clear()
        for code in codes:
            item = QListWidgetItem(language_name(code), self)
            item.setData(Qt.ItemDataRole.UserRole, code)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            on = code in ticked
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        self.blockSignals(False)
        letter = self.fontMetrics().averageCharWidth()
        self.setFixedWidth(max(self.sizeHintForColumn(0), 14 * letter) + 3 * UNIT)
        self.changed.emit()

    def tick(self, codes: Collection[str]) -> None:
        """Tick these languages and no others."""
        self.blockSignals(True)
        for place in range(self.count()):
            item = self.item(place)
            on = item.data(Qt.ItemDataRole.UserRole) in codes
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        self.blockSignals(False)
        self.changed.emit()

    @property
    def chosen(self) -> list[str]:
        """The codes of the ticked languages."""
        items = (self.item(place) for place in range(self.count()))
        return [
            item.data(Qt.ItemDataRole.UserRole)
            for item in items
            if item.checkState() is Qt.CheckState.Checked
        ]


class Addresses(QWidget):
    """Addresses to take images from, and what they show.

    Signals:
        changed(): something else is written or chosen.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(self.tr("Addresses"))
        self.text.setTabChangesFocus(True)
        self.text.setPlaceholderText("https://example.org/people")
        self.text.textChanged.connect(self.changed)
        self.class_name = QComboBox()
        self.class_name.setAccessibleName(self.tr("The class that they may show"))
        self.class_name.currentIndexChanged.connect(self.changed)
        hint = QLabel(self.tr("One address a line. What is found is proposed as"))
        give_role(hint, "dim")
        line = QHBoxLayout()
        line.setSpacing(UNIT)
        line.addWidget(hint)
        line.addWidget(self.class_name)
        line.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(HALF)
        layout.addLayout(line)
        layout.addWidget(self.text, 1)

    def offer(self, classes: Sequence[str]) -> None:
        """What the images may show."""
        self.class_name.clear()
        self.class_name.addItems(list(classes))

    @property
    def lines(self) -> list[str]:
        """The addresses, one each."""
        return [line.strip() for line in self.text.toPlainText().splitlines() if line.strip()]
