"""What is watched: the camera, the model that reads it, and when both run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from faceapp.gui.live.bridge import Bridge
from faceapp.gui.live.service import Engine, LiveModel, LiveService

if TYPE_CHECKING:
    from faceapp.live.devices import CameraChoice


class Watching(QObject):
    """Runs an engine while the page is on screen and a camera is chosen; else nothing runs.

    Signals:
        frame, reading, status, restored, look, trouble: see `Bridge`; of the engine that runs.
        running_changed(bool): the camera is on, or off.
        stopping(): it is about to go off.
    """

    frame = Signal(object)
    reading = Signal(object, object, object)
    status = Signal(object)
    restored = Signal(object, object)
    look = Signal(object)
    trouble = Signal(object)
    running_changed = Signal(bool)
    stopping = Signal()

    def __init__(self, service: LiveService, parent: QObject) -> None:
        super().__init__(parent)
        self._service = service
        self._bridge: Bridge | None = None
        self._mapper: Any | None = None
        self._on_screen = False
        self.engine: Engine | None = None
        self.camera: CameraChoice | None = None
        self.model: LiveModel | None = None
        self.smoothing = 0.3
        self.neutral = True

    def use(self, model: LiveModel) -> None:
        """Read with another model from now on."""
        self.model = model
        self._mapper = None
        if self.engine is None:
            self._start()
        else:
            self.engine.use(model)

    def choose(self, camera: CameraChoice | None) -> None:
        """Watch a camera, or none."""
        self.camera = camera
        if camera is None:
            self._stop()
        elif self.engine is None:
            self._start()
        else:
            self.engine.choose(camera)

    def set_on_screen(self, on_screen: bool) -> None:
        """The page is looked at, or no longer."""
        self._on_screen = on_screen
        if on_screen:
            self._start()
        else:
            self._stop()

    def turn(self, smoothing: float, *, neutral: bool) -> None:
        """Smooth over so many seconds; correct calibrated people or not."""
        self.smoothing, self.neutral = smoothing, neutral
        if self.engine is not None:
            self.engine.settings = self._service.settings(smoothing, neutral=neutral)

    def look_with(self, mapper: Any | None) -> None:
        """Show where the model looks."""
        self._mapper = mapper
        if self.engine is not None:
            self.engine.look_with(mapper)

    def _start(self) -> None:
        if self.engine or not (self._on_screen and self.model and self.camera):
            return
        bridge = Bridge(self)
        for name in ("frame", "reading", "status", "restored", "look", "trouble"):
            getattr(bridge, name).connect(getattr(self, name))
        turned = self._service.settings(self.smoothing, neutral=self.neutral)
        self.engine = self._service.start(self.model, turned, bridge.hears)
        self._bridge = bridge
        if self._mapper is not None:
            self.engine.look_with(self._mapper)
        self.engine.choose(self.camera)
        self.running_changed.emit(True)

    def _stop(self) -> None:
        if self.engine is None:
            return
        self.stopping.emit()
        engine, self.engine = self.engine, None
        assert self._bridge is not None
        self._bridge.close()
        self._bridge.deleteLater()
        self._bridge = None
        self.running_changed.emit(False)
        engine.stop()
