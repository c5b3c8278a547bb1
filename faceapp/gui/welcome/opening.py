"""The ways to a dataset: open one, make one, have the demo made, drop a folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from faceapp import paths
from faceapp.dataset import Dataset, NotADataset
from faceapp.dataset.database import FILE_NAME
from faceapp.errors import FaceAppError
from faceapp.gui.dialogs import choose_folder, choose_new_folder
from faceapp.gui.messages import MessageAction, Messages
from faceapp.gui.services import Services
from faceapp.gui.welcome.importing import new_place
from faceapp.gui.workers import JobRunner, RunningJob

DEMO_FOLDER = "demo"


class Opening(QObject):
    """Opens datasets; what cannot be opened is said in the message bar.

    Signals:
        opened(Dataset): opened in the window's thread.
        import_wanted(Path): a folder is no dataset, so its images may be imported.
        page_wanted(str): the page of that name is to be shown.
    """

    opened = Signal(object)
    import_wanted = Signal(object)
    page_wanted = Signal(str)

    def __init__(
        self, window: QWidget, jobs: JobRunner, messages: Messages, services: Services
    ) -> None:
        super().__init__(window)
        self._window = window
        self._jobs = jobs
        self._messages = messages
        self._services = services
        self._demo: RunningJob | None = None

    def open(self, folder: Path, show: Callable[[Dataset], object] | None = None) -> bool:
        """Open the dataset in a folder; False where that cannot be.

        `show` gets it in place of those who hear of what is opened.
        """
        try:
            dataset = Dataset.open(folder)
        except NotADataset as error:
            offer = MessageAction(
                self.tr("Import its images..."), lambda: self.import_wanted.emit(folder)
            )
            self._messages.problem(error, action=offer if folder.is_dir() else None, key="open")
            return False
        except (FaceAppError, OSError) as error:
            self._messages.problem(error, key="open")
            return False
        self._messages.take_back("open")
        (show or self.opened.emit)(dataset)
        return True

    def choose(self) -> None:
        """Have a dataset's folder chosen, and open it."""
        folder = choose_folder(self._window, self.tr("Open a dataset"), paths.data_folder())
        if folder is not None:
            self.open(folder)

    def make(self) -> None:
        """Have a place chosen for a new dataset, make it there, and open it."""
        suggested = new_place(self.tr("faces"))
        folder = choose_new_folder(self._window, self.tr("New dataset"), suggested)
        if folder is None:
            return
        try:
            dataset = Dataset.create(folder)
        except (FaceAppError, OSError) as error:
            self._messages.problem(error, key="open")
            return
        self.opened.emit(dataset)

    def make_demo(self) -> None:
        """Open the demo dataset, which is made first where it is not there yet."""
        make, folder = self._services.make_demo, paths.data_folder() / DEMO_FOLDER
        if self._demo is not None or make is None:
            return
        done = folder / "done"
        made = Path(done.read_text(encoding="utf-8")) if done.is_file() else folder
        if (made / FILE_NAME).is_file():
            self.open(made)
            return

        def show(dataset: Path) -> None:
            self._forget_demo()
            done.write_text(str(dataset), encoding="utf-8")
            if self.open(dataset):
                self._tell_demo()

        self._demo = self._jobs.start(
            self.tr("Making the demo"),
            lambda job: make(folder, job),
            done=show,
            failed=self._demo_failed,
            cancelled=self._forget_demo,
        )

    def _tell_demo(self) -> None:
        """Say what minutes of waiting have brought; it stands until it is put away."""
        self._messages.info(
            self.tr("The demo is ready: drawn faces, and a model that was trained on them."),
            details=self.tr(
                "Label: give the faces other labels. Clean: find what is wrong with them.\n"
                "Train: how well the model does, and another try. Live: let it read a video."
            ),
            action=MessageAction(
                self.tr("How well it does"), lambda: self.page_wanted.emit("train")
            ),
            key="demo",
        )

    def _forget_demo(self) -> None:
        self._demo = None

    def _demo_failed(self, error: Exception) -> None:
        self._forget_demo()
        self._messages.problem(error)

    def take_dropped(self, path: Path) -> Path | None:
        """Open a dropped folder that is a dataset; any other is to be imported, and returned."""
        if path.is_dir() and (path / FILE_NAME).is_file():
            self.open(path)
            return None
        return path
