"""Labels as fast as it can until it is killed, and says of every chip that it has painted it.

    python label_victim.py DATASET SEED

Every line on stdout is "sample<TAB>class": that chip stands on the screen now.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from faceapp.dataset import Dataset
from faceapp.gui.label.page import LabelPage
from faceapp.gui.messages import Messages
from faceapp.gui.samples.chips import Chip
from faceapp.gui.samples.delegate import SampleDelegate
from faceapp.gui.services import Services
from faceapp.gui.session import DatasetSession
from faceapp.gui.settings import Settings
from faceapp.gui.workers import JobRunner

paint_chip = SampleDelegate.paint_chip


def paint_and_tell(
    self: SampleDelegate, painter: QPainter, place: QRect, chip: Chip, sample: int
) -> None:
    paint_chip(self, painter, place, chip, sample)
    sys.stdout.write(f"{sample}\t{chip.text}\n")
    sys.stdout.flush()


def main(folder: Path, seed: int) -> None:
    SampleDelegate.paint_chip = paint_and_tell  # type: ignore[method-assign]
    app = QApplication([])
    messages = Messages()
    session = DatasetSession(Dataset.open(folder))
    page = LabelPage(session, JobRunner(messages), messages, Services(settings=Settings()))
    page.resize(1280, 800)
    page.show()
    page.activated()
    chance = random.Random(seed)
    keys = [each.key for each in session.dataset.task("expression").classes]
    while True:
        app.processEvents()
        if page.model.ids:
            page.grid.go_to(chance.randrange(len(page.model.ids)))
            QTest.keyClick(page.grid, chance.choice(keys))
            if chance.random() < 0.1:
                QTest.keyClick(page.grid, "a", Qt.KeyboardModifier.ControlModifier)
                QTest.keyClick(page.grid, chance.choice(keys))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
