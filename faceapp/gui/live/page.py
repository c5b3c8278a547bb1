"""The Live page: expressions read as they are seen."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QImage, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from faceapp.gui.live.cameras import with_leave
from faceapp.gui.live.controls import SMOOTHING, Controls
from faceapp.gui.live.describing import Describing
from faceapp.gui.live.films import FilmPane
from faceapp.gui.live.invite import invite
from faceapp.gui.live.keeping import Keeping
from faceapp.gui.live.keys import add_shortcuts, key_help
from faceapp.gui.live.models import Models
from faceapp.gui.live.recording import Recording
from faceapp.gui.live.side import Side
from faceapp.gui.live.sources import Sources
from faceapp.gui.live.stage import Stage
from faceapp.gui.live.stills import Stills
from faceapp.gui.live.strip import Strip
from faceapp.gui.live.turning import Turning
from faceapp.gui.live.video import VideoView
from faceapp.gui.live.watching import Watching
from faceapp.gui.live.words import camera_words, class_colours
from faceapp.gui.messages import Messages
from faceapp.gui.quiet_start import when_quiet
from faceapp.gui.services import Services
from faceapp.gui.session import DatasetSession
from faceapp.gui.tab_order import tab_through
from faceapp.gui.theme import UNIT
from faceapp.gui.widgets.empty_state import EmptyState
from faceapp.gui.workers import JobRunner

if TYPE_CHECKING:
    from faceapp.gui.live.service import LiveModel
    from faceapp.live.devices import CameraChoice
    from faceapp.live.frames import Frame
    from faceapp.live.pace import PaceFigures
    from faceapp.live.readings import FrameReading
    from faceapp.live.watch import CameraStatus

_FIGURES_MS = 500


class LivePage(QWidget):
    """A picture, what is read in it, and what can be done with both.

    Signals:
        page_wanted(str): another page, such as that of training.
    """

    page_wanted = Signal(str)

    def __init__(
        self,
        session: DatasetSession,
        jobs: JobRunner,
        messages: Messages,
        services: Services,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        assert services.live is not None
        self.title = self.tr("Live")
        self._session, self._jobs, self._messages = session, jobs, messages
        self._services, self._service = services, services.live
        self._source = ""
        self.models = Models(session, jobs, messages, self._service, self)
        self.describing = Describing(self.models, self._service, jobs, messages, self)
        self.watching = Watching(self._service, self)
        self.sources = Sources(self._service, jobs, messages, self)
        self.stills = Stills(self._service, jobs, messages, self)
        self.empty, self.video, self.side = EmptyState(), VideoView(), Side()
        self.stage = Stage()
        self.controls = Controls(services.settings.get(SMOOTHING))
        self.turning = Turning(
            self.controls,
            self.video,
            watching=self.watching,
            models=self.models,
            service=self._service,
            jobs=jobs,
            messages=messages,
            settings=services.settings,
            parent=self,
        )
        self._clock = QTimer(self, interval=_FIGURES_MS)
        self._clock.timeout.connect(self._show_figures)
        self.films = FilmPane(self._service.films, session, jobs, messages)
        self.strip = Strip()
        self.keeping = Keeping(
            self.strip,
            self.watching,
            models=self.models,
            session=session,
            service=self._service,
            jobs=jobs,
            messages=messages,
            parent=self,
        )
        self.recording = Recording(
            self.strip,
            self.watching,
            models=self.models,
            session=session,
            messages=messages,
            page=self,
        )
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._build()
        self._connect()
        self._show_cameras()

    def _build(self) -> None:
        self.stage.addWidget(self.empty)
        self.stage.addWidget(self.video)
        left = QVBoxLayout()
        left.setSpacing(UNIT)
        left.addWidget(self.stage, 1)
        left.addWidget(self.films)
        left.addWidget(self.controls)
        upper = QHBoxLayout()
        upper.setSpacing(2 * UNIT)
        upper.addLayout(left, 3)
        upper.addWidget(self.side, 1)
        self.whole = QVBoxLayout(self)
        self.whole.setContentsMargins(2 * UNIT, UNIT, 2 * UNIT, UNIT)
        self.whole.setSpacing(UNIT)
        self.whole.addLayout(upper, 1)
        self.whole.addWidget(self.strip)
        tab_through(self)

    def _connect(self) -> None:
        source = self.controls.source
        source.camera_chosen.connect(self.watch)
        source.look_wanted.connect(self.sources.look)
        source.off_wanted.connect(self.turn_off)
        source.file_wanted.connect(self.sources.ask_file)
        source.folder_wanted.connect(self.sources.ask_images)
        source.played_wanted.connect(self.sources.ask_played)
        self.stage.file_dropped.connect(self.open_file)
        self.sources.found.connect(self._show_cameras)
        self.sources.camera.connect(self.watch)
        self.sources.file.connect(self.open_file)
        self.sources.images.connect(self.open_images)
        self.sources.model.connect(self.models.choose)
        self.side.model.model_chosen.connect(self.models.choose)
        self.side.model.file_wanted.connect(lambda: self.sources.ask_model(self._session.folder))
        self.side.model.describe_wanted.connect(self.describing.ask_again)
        self.side.train_wanted.connect(lambda: self.page_wanted.emit("train"))
        self.models.opened.connect(self._use)
        self.models.changed.connect(self._show_models)
        self.watching.frame.connect(self.video.show_frame)
        self.watching.reading.connect(self._show_reading)
        self.watching.status.connect(self._show_status)
        self.watching.restored.connect(self._show_restored)
        self.watching.trouble.connect(self._messages.problem)
        self.keeping.tapped.connect(self.recording.mark)
        self.watching.running_changed.connect(self._show_running)
        self.stills.read.connect(self._show_still)
        self.films.shown.connect(self._show_still)
        self.films.summed.connect(self.side.readout.show_whole)
        self.films.ended.connect(self.turn_off)
        self.stills.refused.connect(self._show_refused)
        self._session.changed.connect(lambda *_: self._refresh_models())
        self._session.task_changed.connect(self._follow_task)
        add_shortcuts(
            self,
            {
                "F5": self.sources.look,
                "Ctrl+H": self.controls.heat.toggle,
                "Ctrl+E": self.controls.begin_neutral,
                "Ctrl+Shift+O": self.sources.ask_file,
                "Ctrl+D": source.click,
                "Ctrl+Return": self.recording.mark,
                "Ctrl+T": self.keeping.train,
            },
        )

    # -- what the window asks

    @property
    def idle(self) -> bool:
        """Whether everything on show is known."""
        return (
            self.sources.looked and self.models.ready and not (self.stills.busy or self.films.busy)
        )

    def page_keys(self) -> list[tuple[str, str]]:
        """Every key of this page and what it does."""
        return key_help()

    def activated(self) -> None:
        """The page is looked at now."""
        self.setFocus()
        self._refresh_models()
        self.keeping.catch_up()
        if not self.sources.looked:
            when_quiet(self, self.sources.look)

    def use_run(self, folder: Path) -> None:
        """Read with the model of a run from now on."""
        self.models.choose(folder)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's own
        """Go on with the camera that was watched."""
        super().showEvent(event)
        self._clock.start()
        self.watching.set_on_screen(True)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's own
        """Let go of the camera: nothing runs unseen."""
        self.watching.set_on_screen(False)
        self._clock.stop()
        super().hideEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's own
        """A key let go in another window is not heard of here."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            self.keeping.let_go()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's own
        """Hold a class, or step through images."""
        label = self._class_of(event)
        if label is not None:
            if not event.isAutoRepeat():
                self.keeping.press(label)
        elif not self.stills.take_key(event.key()):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's own
        """Let a class go."""
        label = self._class_of(event)
        if label is None:
            super().keyReleaseEvent(event)
        elif not event.isAutoRepeat():
            self.keeping.release(label)

    def _class_of(self, event: QKeyEvent) -> str | None:
        plain = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier
        return self.keeping.class_of(event.text()) if event.modifiers() in plain else None

    # -- sources

    def watch(self, camera: CameraChoice) -> None:
        """Watch a camera, once the system allows it."""

        def granted() -> None:
            self.stills.close()
            self.films.close_film()
            self._source = camera.name
            if self.watching.engine is None:  # another one says itself that it opens
                self.video.clear()
                self.video.say(self.tr("Opening {0}...").format(camera.name))
            self.stage.setCurrentWidget(self.video)
            self.watching.choose(camera)
            self._show_cameras()
            self.setFocus()

        words = self.tr("This program may not use cameras: allow it in the system's settings.")
        with_leave(self, granted, lambda: self._messages.problem(words, key="live source"))

    def turn_off(self) -> None:
        """Watch nothing."""
        self._turn_to("")

    def open_file(self, path: Path) -> None:
        """Read an image, or a video to its end."""
        if not self._service.is_video(path):
            self.open_images(path)
        else:
            self._turn_to(path.name)
            turned = self._service.settings(self.controls.smoothing, neutral=False)
            self.films.read(path, self.models.model, turned, self._colours())

    def open_images(self, path: Path) -> None:
        """Read an image, or the images of a folder."""
        self._turn_to(path.name)
        self.stills.open(path)

    def _turn_to(self, name: str) -> None:
        """Watch a file instead of a camera, or nothing."""
        self.watching.choose(None)
        self.stills.close()
        self.films.close_film()
        self.video.clear()
        self.side.readout.show_nothing()
        self.video.say(self.tr("Reading {0}...").format(name))
        self._source = name  # an empty one brings back the invitation
        self.stage.setCurrentWidget(self.video)
        self._show_cameras()

    def _show_cameras(self) -> None:
        """Offer what there is, and say what to do where nothing is watched."""
        watched = self._source or None
        watching = self.watching.camera is not None
        self.controls.source.show_sources(self.sources.cameras, watched, watching=watching)
        self.controls.set_reading(self.models, watching=watching)
        self.side.readout.plot.setVisible(watching or watched is None)  # files have no "now"
        if watched is not None:
            return
        self.stage.setCurrentWidget(self.empty)
        invite(self.empty, self.sources, self.watch)

    def _show_running(self, _running: bool) -> None:
        self._show_cameras()
        self.side.show_pace(None)

    def _show_status(self, status: CameraStatus) -> None:
        title, advice = camera_words(status)
        self.video.say(title, advice)
        if status.failed:
            self.video.show_reading(None)
            self.side.readout.show_nothing()

    def _show_restored(self, status: CameraStatus, camera: CameraChoice) -> None:
        """A choice failed; the camera before it goes on."""
        title, advice = camera_words(status)
        self._messages.warning(f"{title}. {advice}", key="live source")
        self.watching.camera = camera
        self._source = camera.name
        self.video.say("")
        self._show_cameras()

    # -- the model

    def _refresh_models(self) -> None:
        if self.isVisible():
            self.models.refresh()

    def _follow_task(self, _name: str) -> None:
        self._refresh_models()
        self.keeping.follow_task()

    def _show_models(self) -> None:
        from faceapp.gui.pages import PAGES  # which knows this page

        self.side.model.show_models(self.models)
        can_train = any(entry.name == "train" for entry in PAGES)
        self.recording.show()
        self.side.show_reading_model(
            opening=self.models.opening, reads=self.models.reads, can_train=can_train
        )

    def _colours(self) -> Mapping[str, str]:
        """The colours of what is read."""
        model = self.models.model
        classes = model.info.classes if model is not None and self.models.reads else ()
        return class_colours(classes, self._session.dataset.tasks())

    def _use(self, model: LiveModel) -> None:
        """Another model reads."""
        colours = self._colours()
        self.video.named = self.models.reads
        self.video.set_colours(colours)
        self.video.show_reading(None)
        self.video.show_inset(QImage())
        self.side.readout.set_classes(colours)
        self.controls.heat.setChecked(False)
        self.watching.use(model)
        self.stills.model = model
        if self.films.path is not None:
            self.open_file(self.films.path)  # what another model says of it
        self.stills.read_again()
        self.keeping.follow_task()
        self._show_cameras()

    # -- what is read

    def _show_reading(self, _frame: Frame, read: FrameReading, _pace: PaceFigures) -> None:
        self.video.show_reading(read)
        model = self.models.model
        if model is not None and read.classes == model.info.classes and self.models.reads:
            self.side.readout.show_reading(read)

    def _show_figures(self) -> None:
        if self.watching.engine is not None:
            self.side.show_pace(self.video.figures)

    def _show_still(self, frame: Frame, read: FrameReading) -> None:
        self.video.say("")
        self._source = self.stills.words or self._source
        self.video.show_frame(frame)
        self.video.show_reading(read)
        if self.models.reads:
            self.side.readout.show_reading(read)
        self._show_cameras()

    def _show_refused(self, name: str, reason: str) -> None:
        self.video.clear()
        self.side.readout.show_nothing()
        self.video.say(self.tr("{0} cannot be read").format(name), reason)
