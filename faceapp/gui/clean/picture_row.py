"""The images of one finding side by side: one alone, or a family with its best first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from faceapp.gui.itemmodels.rows import Row
from faceapp.gui.itemmodels.thumbnails import LargePicture
from faceapp.gui.samples.canvas import ImageCanvas
from faceapp.gui.stylesheet import give_role
from faceapp.gui.text import counted
from faceapp.gui.theme import HALF, UNIT
from faceapp.gui.widgets.elided_label import ElidedLabel

MOST = 5  # images side by side


@dataclass(frozen=True)
class Shown:
    """One image to be shown: `standing` says what it is to its family."""

    row: Row
    picture: LargePicture | None
    stand_in: QImage | None
    standing: str = ""


class _Picture(QWidget):
    """An image with its name above and what is known of it below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = ElidedLabel()
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        self.name.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        give_role(self.name, "strong")
        self.canvas = ImageCanvas()
        self.facts = ElidedLabel()
        self.facts.setTextFormat(Qt.TextFormat.PlainText)
        self.facts.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        give_role(self.facts, "dim small")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(HALF)
        layout.addWidget(self.name)
        layout.addWidget(self.canvas, 1)
        layout.addWidget(self.facts)

    def show_image(self, shown: Shown) -> None:
        sample = shown.row.sample
        self.name.setText(sample.name)
        answers = [answer.answer for answer in shown.row.answers.values() if answer.answer]
        size = self.tr("{0} x {1} pixels").format(sample.width, sample.height)
        words = ([shown.standing] if shown.standing else []) + [size, *answers]
        self.facts.setText("  \u00b7  ".join(words))
        self.canvas.show_sample(sample, shown.picture, shown.stand_in)


class PictureRow(QWidget):
    """Shows up to `MOST` images, and how many more there are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures = [_Picture() for _ in range(MOST)]
        self._more = QLabel()
        give_role(self._more, "dim")
        self._words = QLabel()
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._words.setWordWrap(True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        give_role(self._words, "heading")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(UNIT)
        for picture in self._pictures:
            layout.addWidget(picture, 1)
        layout.addWidget(self._words, 1)
        layout.addWidget(self._more)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.show_images((), 0)

    @property
    def canvases(self) -> list[ImageCanvas]:
        """The images on show."""
        return [each.canvas for each in self._pictures if not each.isHidden()]

    @property
    def complete(self) -> bool:
        """Whether every image on show is the image itself, or the reason why there is none."""
        return all(each.complete for each in self.canvases)

    def show_images(self, images: Sequence[Shown], total: int, words: str = "") -> None:
        """Show these of `total` images; where there are none, words in their place."""
        for place, picture in enumerate(self._pictures):
            picture.setVisible(place < len(images))
            if place < len(images):
                picture.show_image(images[place])
            else:
                picture.canvas.show_sample(None, None, None)
        rest = total - len(images)
        self._more.setText(counted(rest, self.tr("and 1 more"), self.tr("and {0} more")))
        self._more.setVisible(rest > 0)
        self._words.setText(words)
        self._words.setVisible(not images)
