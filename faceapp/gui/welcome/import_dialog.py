"""The look before an import: how the folder is understood, and what will come of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from faceapp.dataset import Dataset
from faceapp.dataset.importing import ImportOptions, ImportPlan, plan_import
from faceapp.gui.dialogs import choose_new_folder
from faceapp.gui.language import error_words
from faceapp.gui.session import DatasetSession
from faceapp.gui.stylesheet import give_role
from faceapp.gui.text import counted
from faceapp.gui.theme import UNIT
from faceapp.gui.welcome.import_form import ImportForm
from faceapp.gui.welcome.import_preview import ImportPreview
from faceapp.gui.widgets.elided_label import ElidedLabel
from faceapp.gui.workers import JobRunner, RunningJob
from faceapp.jobs import Job

_SETTLE_MS = 250
_PREVIEW_LETTERS = 60


@dataclass(frozen=True)
class ImportRequest:
    """An import that the person agreed to: `folder` is the dataset's, `new` if it is to be made."""

    source: Path
    options: ImportOptions
    folder: Path
    new: bool


class ImportDialog(QDialog):
    """Asks how, shows what would happen, and then either imports or does not.

    Signals:
        agreed(ImportRequest): the person pressed Import.
    """

    agreed = Signal(object)

    def __init__(
        self,
        source: Path,
        csv: Path | None,
        into: DatasetSession | Path,
        jobs: JobRunner,
        parent: QWidget | None = None,
    ) -> None:
        """`into` is the open dataset, or the folder that is suggested for a new one."""
        super().__init__(parent)
        self._source = source
        self._session = into if isinstance(into, DatasetSession) else None
        self._folder = into.folder if isinstance(into, DatasetSession) else into
        self._jobs = jobs
        self._looking: RunningJob | None = None
        self._settling = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._settling.timeout.connect(self._look)
        tasks = [task.name for task in self._session.dataset.tasks()] if self._session else []
        self.form = ImportForm(source, tasks, csv)
        self.form.changed.connect(self._look_soon)
        self.preview = ImportPreview()
        self._make()
        self._lay_out()
        self._look()

    def _make(self) -> None:
        self.setWindowTitle(self.tr("Import images"))
        self._heading = ElidedLabel()
        self._heading.setText(self.tr("Import {0}").format(self._source.name))
        self._heading.setTextFormat(Qt.TextFormat.PlainText)
        give_role(self._heading, "heading")
        self._place = QLabel()
        self._place.setTextFormat(Qt.TextFormat.PlainText)
        self._place.setWordWrap(True)
        give_role(self._place, "dim")
        self.place_button = QPushButton(self.tr("Change..."))
        self.place_button.setAccessibleName(self.tr("Change the place of the new dataset"))
        self.place_button.setVisible(self._session is None)
        self.place_button.clicked.connect(self._change_place)
        self.place_button.setAutoDefault(False)
        self._show_place()
        self.buttons = QDialogButtonBox()
        self.import_button = QPushButton(self.tr("Import"))
        self.import_button.setDefault(True)
        self.import_button.setEnabled(False)
        self.buttons.addButton(self.import_button, QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def _lay_out(self) -> None:
        form = QScrollArea(widgetResizable=True)
        form.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        form.setWidget(self.form)
        form.setMinimumWidth(self.form.minimumSizeHint().width() + 2 * UNIT)
        sides = QHBoxLayout()
        sides.setSpacing(2 * UNIT)
        sides.addWidget(form, 2)
        sides.addWidget(self.preview, 3)
        place = QHBoxLayout()
        place.addWidget(self._place, 1)
        place.addWidget(self.place_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * UNIT, 2 * UNIT, 3 * UNIT, 2 * UNIT)
        layout.setSpacing(2 * UNIT)
        layout.addWidget(self._heading)
        layout.addLayout(place)
        layout.addLayout(sides, 1)
        layout.addWidget(self.buttons)
        self.setTabOrder(self.place_button, self.form.table)
        self.form.table.setFocus()
        self._fit(self.sizeHint().height() - sides.sizeHint().height())

    def _fit(self, around: int) -> None:
        """Take the room for the whole form and a preview beside it, if the screen has it."""
        form = self.form.sizeHint()
        preview = _PREVIEW_LETTERS * self.fontMetrics().averageCharWidth()
        wanted = QSize(form.width() + preview + 10 * UNIT, form.height() + around)
        self.resize(wanted.boundedTo(self.screen().availableSize()))

    def _show_place(self) -> None:
        if self._session is not None:
            words = self.tr("Into the dataset {0}").format(self._session.name)
        else:
            words = self.tr("Into a new dataset: {0}").format(self._folder)
        self._place.setText(words)

    def _change_place(self) -> None:
        chosen = choose_new_folder(self, self.tr("Place of the new dataset"), self._folder)
        if chosen is not None:
            self._folder = chosen
            self._show_place()

    def request(self) -> ImportRequest:
        """What the person agrees to by pressing Import."""
        return ImportRequest(
            self._source, self.form.options(), self._folder, new=self._session is None
        )

    def _look_soon(self) -> None:
        self.import_button.setEnabled(False)
        self.import_button.setText(self.tr("Import"))
        self._settling.start()

    def _look(self) -> None:
        """Make the plan anew; an older one that is still being made is dropped."""
        self._stop_looking()
        self.preview.say(self.tr("Looking through the folder..."))
        source, options = self._source, self.form.options()
        folder = self._session.folder if self._session else None

        def work(job: Job) -> ImportPlan:
            if folder is None:
                return plan_import(source, options, job)
            with Dataset.open(folder) as dataset:
                return plan_import(source, options, job, dataset=dataset)

        self._looking = self._jobs.start(
            self.tr("Looking"), work, done=self._show, failed=self._refuse, quiet=True
        )

    def _stop_looking(self) -> None:
        self._settling.stop()
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None

    def _show(self, plan: ImportPlan) -> None:
        self._looking = None
        self.preview.show_plan(plan)
        self.import_button.setEnabled(plan.images > 0)
        self.import_button.setText(
            counted(plan.images, self.tr("Import 1 image"), self.tr("Import {0} images"))
        )

    def _refuse(self, error: Exception) -> None:
        self._looking = None
        self.preview.say(self.tr("This cannot be imported so"), error_words(error))

    def done(self, result: int) -> None:
        """Close; nothing is looked at any more."""
        self._stop_looking()
        super().done(result)
        if result == QDialog.DialogCode.Accepted:
            self.agreed.emit(self.request())
