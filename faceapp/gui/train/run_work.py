"""What is done with a finished run beyond showing it: notes, heat maps, export."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from faceapp.gui.desktop import open_on_desktop
from faceapp.gui.dialogs import confirm
from faceapp.gui.messages import MessageAction, Messages
from faceapp.gui.session import DatasetSession
from faceapp.gui.text import counted
from faceapp.gui.train.export_dialog import ExportDialog
from faceapp.gui.train.figures import ExportDone, HeatPicture, Tested
from faceapp.gui.train.offers import TrainingServices
from faceapp.gui.workers import JobRunner
from faceapp.jobs import Job

_REPORT = "report.html"


class RunWork(QObject):
    """Runs what was asked for as jobs, and tells how it went."""

    def __init__(
        self,
        session: DatasetSession,
        jobs: JobRunner,
        messages: Messages,
        services: TrainingServices,
        page: QWidget,
    ) -> None:
        super().__init__(page)
        self._session, self._jobs, self._messages = session, jobs, messages
        self._services, self._page = services, page
        self.formats: Mapping[str, str] = {}
        self.dialog: ExportDialog | None = None

    def sure_to_delete(self, count: int) -> bool:
        """Ask before so many runs are deleted for good."""
        question = counted(count, self.tr("Delete this run?"), self.tr("Delete {0} runs?"))
        said = self.tr("Model, report and figures are gone then; no image and no label is.")
        return confirm(self._page, question, said, self.tr("Delete"), self.tr("Keep"))

    def open_report(self, run: Path) -> None:
        """Open the report of a run in the person's browser, where it has one."""
        if (run / _REPORT).is_file():
            open_on_desktop(run / _REPORT, self._messages)

    def note(self, run: Path, text: str) -> None:
        """Keep a note with a run."""
        keep = self._services.note

        def work(_job: Job) -> None:
            keep(run, text)

        title = self.tr("Keeping a note")
        self._jobs.start(title, work, done=lambda _nothing: None, quiet=True, keeps=True)

    def heat(
        self,
        run: Path,
        errors: Sequence[Tested],
        show: Callable[[Sequence[HeatPicture]], object],
    ) -> None:
        """Ask where the model looked in its errors."""
        heat, folder = self._services.heat, self._session.folder
        wanted = [(each.sample, each.predicted) for each in errors if each.sample is not None]

        def work(job: Job) -> Sequence[HeatPicture]:
            return heat(folder, run, wanted, job)

        self._jobs.start(self.tr("Looking where it looked"), work, done=show, looking=True)

    def export(self, run: Path) -> None:
        """Ask what to write where, and write it."""
        name = run.name.partition("-")[2].partition("-")[2] or run.name
        self.dialog = ExportDialog(self.formats, Path.home(), name, self._page)
        self.dialog.chosen.connect(lambda form, out: self._write(run, form, out))
        self.dialog.open()

    def _write(self, run: Path, form: str, out: Path) -> None:
        export, folder = self._services.export, self._session.folder

        def work(job: Job) -> ExportDone:
            return export(folder, run, form, out, job)

        self._jobs.start(self.tr("Exporting {0}").format(out.name), work, done=self._tell)

    def _tell(self, done: ExportDone) -> None:
        proof = self.tr(
            "Of {0} test images it gives {1} the same class as before; probabilities within {2}."
        ).format(done.checked, done.same, f"{done.difference:.1e}")
        folder = done.file.parent
        show = MessageAction(
            self.tr("Show folder"), lambda: open_on_desktop(folder, self._messages)
        )
        said = self.tr("The model is exported: {0}").format(done.file)
        self._messages.info(said, details=proof, action=show, key="export")
