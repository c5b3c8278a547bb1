"""Nine samples of one's own as the network would get them: cropped, grey, augmented."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QRectF, QSize, QTimer
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from faceapp.gui.theme import HALF, UNIT, colours_of
from faceapp.gui.train.figures import Seen
from faceapp.gui.train.offers import SetUp, TrainingServices
from faceapp.gui.train.setup_pane import SetUpPane
from faceapp.gui.workers import JobRunner, RunningJob
from faceapp.jobs import Job

_SIDE = 3
_SETTLE_MS = 400


class PreviewGrid(QWidget):
    """Three rows of three pictures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.images: list[QImage] = []
        self.setAccessibleName(self.tr("Nine samples as the network sees them"))
        self.setToolTip(self.tr("Nine samples as the network sees them"))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_seen(self, seen: Sequence[Seen]) -> None:
        """Show these."""
        made = (
            QImage(each.rgb, each.side, each.side, 3 * each.side, QImage.Format.Format_RGB888)
            for each in seen
        )
        self.images = [image.copy() for image in made]  # their own pixels
        self.update()

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's own
        """It is a square."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's own
        """It is a square."""
        return width

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own
        """Faces that can be told apart."""
        return QSize(30 * UNIT, 30 * UNIT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own
        """Draw the pictures, or where they will be."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        cell = (min(self.width(), self.height()) - (_SIDE - 1) * HALF) / _SIDE
        for place in range(_SIDE * _SIDE):
            x, y = place % _SIDE * (cell + HALF), place // _SIDE * (cell + HALF)
            area = QRectF(x, y, cell, cell)
            painter.fillRect(area, QColor(colours_of(self).line))
            if place < len(self.images):
                painter.drawImage(area, self.images[place])


class PreviewFeed(QObject):
    """Keeps the grid to the newest set-up while the recipe's settings are unfolded."""

    def __init__(
        self, pane: SetUpPane, folder: Path, jobs: JobRunner, services: TrainingServices
    ) -> None:
        super().__init__(pane)
        self._pane, self._folder, self._jobs, self._services = pane, folder, jobs, services
        self._shown: SetUp | None = None
        self._job: RunningJob | None = None
        self.grid = PreviewGrid()
        pane.recipe.add_preview(self.grid)
        self._settling = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._settling.timeout.connect(self._look)
        pane.changed.connect(self._settling.start)
        pane.recipe.open_button.toggled.connect(lambda _open: self._settling.start())

    @property
    def idle(self) -> bool:
        """Whether what is on show is what the recipe gives."""
        return self._job is None and not self._settling.isActive()

    def _look(self) -> None:
        setup = self._pane.setup
        wanted = self._pane.recipe.open_button.isChecked() and self._pane.isVisible()
        if setup is None or not wanted or setup == self._shown or len(setup.classes) < 2:
            return
        if self._job is not None:
            self._job.cancel()
        self._shown = setup
        preview, folder = self._services.preview, self._folder

        def work(job: Job) -> Sequence[Seen]:
            return preview(folder, setup, job)

        job = self._jobs.start(
            self.tr("Preview"),
            work,
            done=self.grid.show_seen,
            failed=lambda _error: self.grid.show_seen(()),  # the check says what is wrong
            quiet=True,
        )
        self._job = job
        job.ended.connect(lambda: self._forget(job))

    def _forget(self, job: RunningJob) -> None:
        if self._job is job:
            self._job = None
