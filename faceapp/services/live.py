"""What stands behind the Live page: cameras, models, reading, keeping crops, training on them."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from faceapp.dataset import Dataset
from faceapp.gui.live.service import Engine, Hears, LiveModel, LiveService, Named, Rgb
from faceapp.jobs import Job
from faceapp.services.elsewhere import elsewhere_service
from faceapp.services.films import film_service

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from faceapp.faces import Face
    from faceapp.live.devices import CameraChoice
    from faceapp.live.frames import Frame
    from faceapp.live.looking import Looker
    from faceapp.live.pace import PaceFigures
    from faceapp.live.reader import Model, Settings
    from faceapp.live.readings import FrameReading, Reading
    from faceapp.live.recorder import Recorded, Recorder
    from faceapp.live.storing import Stored
    from faceapp.live.takes import LiveCrop
    from faceapp.live.tracking import Detect
    from faceapp.live.watch import Patience
    from faceapp.networks.saved_model import ModelInfo

_RECIPE = "quick"
_LEAVE_SECONDS = 3.0


def live_service() -> LiveService:
    """The live core for the window; loads nothing of it yet."""
    return LiveService(
        cameras=cameras,
        played=played,
        is_video=is_video,
        has_starter=has_starter,
        open_model=open_model,
        open_mapper=open_mapper,
        start=start,
        settings=settings,
        images=images,
        read_still=read_still,
        store_take=store_take,
        store_wrong=store_wrong,
        train=train,
        takes=takes,
        films=film_service(),
        elsewhere=elsewhere_service(),
    )


@dataclass(frozen=True)
class OpenedModel:
    """A model and a detector that several threads may ask, one after another."""

    path: Path | None
    network: Model
    detect: Detect

    @property
    def info(self) -> ModelInfo:
        """Its classes and its task."""
        return self.network.info


class _InTurn:
    """Networks serve one thread at a time: the view, or a job that reads an image."""

    def __init__(self, network: Model, detect: Detect) -> None:
        self.info = network.info
        self._network, self._detect = network, detect
        self._lock = threading.Lock()

    def probabilities(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """See `Classifier.probabilities`."""
        with self._lock:
            return self._network.probabilities(crops)

    def detect(self, pixels: NDArray[np.uint8]) -> Sequence[Face]:
        """See `FaceDetector.detect`."""
        with self._lock:
            return self._detect(pixels)


class _NoModel:
    """Stands in where there is no model: every class is as probable, so every face is unsure."""

    def __init__(self, classes: Sequence[str]) -> None:
        from faceapp.faces import Preprocessing
        from faceapp.networks.saved_model import ModelInfo

        self.info = ModelInfo(
            task="",
            classes=tuple(classes) if len(classes) > 1 else ("a", "b"),
            preprocessing=Preprocessing(size=32),
            mirror=False,
            temperature=1.0,
            unsure_below=1.0,
            **dict.fromkeys(
                ("backbone", "recipe", "weights_digest", "trained_on", "faceapp_version"), ""
            ),
        )

    def probabilities(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The same for each class."""
        import numpy as np

        classes = len(self.info.classes)
        return np.full((len(crops), classes), 1 / classes, np.float32)


def cameras(names: Sequence[Named] | None) -> Sequence[CameraChoice]:
    """See `live.devices.camera_choices`."""
    from faceapp.live.devices import camera_choices, numbered_cameras

    return camera_choices(numbered_cameras if names is None else lambda: names)


def played(path: Path) -> CameraChoice:
    """See `live.devices.played_video`."""
    from faceapp.live.devices import played_video

    return played_video(path)


def is_video(path: Path) -> bool:
    """See `live.frames.is_video`."""
    from faceapp.live.frames import is_video as looks_like_one

    return looks_like_one(path)


def has_starter() -> bool:
    """Whether the starter's head ships with this program."""
    from faceapp.paths import resource_path

    return resource_path("starter", "head.npz").is_file()  # the window asks: no network is loaded


def open_model(path: Path | str | None, classes: Sequence[str], job: Job) -> OpenedModel:
    """Detector and model on all cores but one; see `live.opening`."""
    from faceapp.faces import FaceDetector
    from faceapp.inference import spare_threads
    from faceapp.live.opening import open_model as open_network
    from faceapp.networks.starter import STARTER, starter_model

    network: Model
    if path is None:
        file, network = None, _NoModel(classes)
    else:
        file = starter_model() if path == STARTER else Path(path)
        network = open_network(file, job)
    in_turn = _InTurn(network, FaceDetector(threads=spare_threads()).detect)
    return OpenedModel(file, in_turn, in_turn.detect)


def open_mapper(model: LiveModel, job: Job) -> Any:
    """See `networks.heat.HeatMapper`."""
    from faceapp.networks.heat import HeatMapper

    job.check()
    assert model.path is not None
    return HeatMapper(model.path, threads=1)


def settings(smoothing: float, *, neutral: bool) -> Settings:
    """Of reading, with what the page can turn."""
    from faceapp.live.reader import DEFAULTS

    return replace(DEFAULTS, smoothing=smoothing, neutral=neutral)


def start(model: LiveModel, turned: Settings, hears: Hears) -> Engine:
    """Begin to read; a camera is yet to be chosen."""
    assert isinstance(model, OpenedModel)
    return LiveEngine(model, turned, hears)


class LiveEngine:
    """One live view with all that may be done beside it: holding, recording, calibrating, heat."""

    def __init__(
        self,
        model: OpenedModel,
        turned: Settings,
        hears: Hears,
        patience: Patience | None = None,
    ) -> None:
        from faceapp.live.reader import FrameReader
        from faceapp.live.takes import Hold, LastCrops
        from faceapp.live.view import Listener, LiveView
        from faceapp.live.watch import PATIENCE

        self._hears = hears
        self._model = model
        self._last, self._hold = LastCrops(), Hold()
        self._recorder: Recorder | None = None
        self._looker: Looker | None = None
        self._lookers: list[Looker] = []
        self._neutral: list[Reading] | None = None
        self._largest = 0
        listener = Listener(hears.frame, self._on_reading, hears.status, hears.restored)
        reader = FrameReader(model.network, model.detect, turned)
        self._view = LiveView(reader, listener, patience=patience or PATIENCE)

    @property
    def settings(self) -> Settings:
        """What a person turned."""
        return self._view.reader.settings

    @settings.setter
    def settings(self, turned: Settings) -> None:
        self._view.reader.settings = turned

    def choose(self, camera: CameraChoice) -> None:
        """See `LiveView.choose`."""
        self._view.choose(camera)

    def use(self, model: LiveModel) -> None:
        """Read with another model."""
        assert isinstance(model, OpenedModel)
        self.look_with(None)
        self._model = model
        self._view.reader.use(model.network)

    def look_with(self, mapper: Any | None) -> None:
        """See `live.looking.Looker`."""
        from faceapp.live.looking import Looker

        old, self._looker = self._looker, None
        if old is not None:
            old.stop()
        if mapper is not None:
            self._looker = Looker(mapper, self._hears.look)
            self._lookers.append(self._looker)

    def begin_neutral(self) -> None:
        """Gather the largest face's readings."""
        self._neutral = []

    def end_neutral(self) -> None:
        """Calibrate the face that was seen most of that time."""
        from faceapp.live.smoothing import NeutralCalibration

        seen, self._neutral = self._neutral or [], None
        numbers = [each.number for each in seen]
        number = max(set(numbers), key=numbers.count, default=0)
        raw = [each.raw for each in seen if each.number == number]
        found = NeutralCalibration.of(self._view.reader.info.classes, raw)
        self._view.reader.calibrate(number, found)

    def begin_hold(self, label: str) -> None:
        """See `live.takes.Hold`."""
        self._hold.begin(label)

    @property
    def held(self) -> int:
        """Crops gathered so far."""
        return self._hold.count

    def end_hold(self) -> tuple[LiveCrop, ...]:
        """The crops of the take."""
        ended = self._hold.end()
        return () if ended is None else ended[1]

    def last_crops(self) -> tuple[LiveCrop, ...]:
        """See `live.takes.LastCrops`."""
        return self._last.of(self._largest)

    def record(self, csv: Path, film: Path | None, colours: dict[str, Rgb]) -> None:
        """See `live.recorder.Recorder`."""
        from faceapp.live.classifying import Outputs
        from faceapp.live.recorder import Recorder

        name = str(self._model.path or "")
        classes = self._view.reader.info.classes
        self._recorder = Recorder(Outputs(csv, film), classes, name, colours)

    def mark(self, text: str) -> None:
        """See `Recorder.mark`."""
        if self._recorder is not None:
            self._recorder.mark(text)

    def end_record(self) -> Recorded | None:
        """See `Recorder.close`."""
        recorder, self._recorder = self._recorder, None
        return None if recorder is None else recorder.close()

    def stop(self) -> None:
        """Let go of everything."""
        self._view.stop()
        self.look_with(None)
        self.end_record()
        self._last.clear()
        # A thread that is inside a driver or a network when the program ends would abort it. So
        # the program waits for this one, which waits for those; but for no camera that hangs.
        threading.Thread(target=self.join, args=(_LEAVE_SECONDS,), name="let go").start()

    def join(self, seconds: float | None = None) -> bool:
        """After `stop`: wait for all threads; False if one is stuck in a driver."""
        ended = [each.join(seconds) for each in self._lookers]
        return self._view.join(seconds) and all(ended)

    def _on_reading(self, frame: Frame, read: FrameReading, pace: PaceFigures) -> None:
        self._last.add(frame, read)
        self._hold.add(frame, read)
        faces = [each for each in read.readings if each.raw]
        self._largest = faces[0].number if faces else 0
        if self._neutral is not None and faces:
            self._neutral.append(faces[0])
        if (looker := self._looker) is not None:
            looker.offer(frame, read)
        if (recorder := self._recorder) is not None:
            self._keep(recorder, frame, read)
        self._hears.reading(frame, read, pace)

    def _keep(self, recorder: Recorder, frame: Frame, read: FrameReading) -> None:
        from faceapp.live.table import NotWritten

        if read.classes != recorder.classes:  # read just before another model was chosen
            return
        try:
            recorder.add(frame, read)
        except NotWritten as error:
            self._recorder = None
            self._hears.trouble(error)


def images(path: Path, job: Job) -> Sequence[Path]:
    """The images of a folder by name, or the file itself; raises `SourceRefused`."""
    from faceapp.live.frames import ImageFiles

    job.check()
    return [file for _, file in ImageFiles(path).files]


def read_still(model: LiveModel, path: Path, job: Job) -> tuple[Frame, FrameReading]:
    """One image and all faces in it; raises `ImageRefused`."""
    from faceapp.imaging import read_image
    from faceapp.live.clock import MONOTONIC
    from faceapp.live.frames import Frame
    from faceapp.live.reader import FrameReader

    assert isinstance(model, OpenedModel)
    job.check()
    frame = Frame(read_image(path).pixels, None, 0, MONOTONIC.now(), path.name)
    return frame, FrameReader(model.network, model.detect).read(frame)


def store_take(folder: Path, crops: Sequence[LiveCrop], task: str, label: str) -> Stored:
    """See `live.storing.store_take`."""
    from faceapp.live.storing import store_take as store

    with Dataset.open(folder) as dataset:
        return store(dataset, crops, task, label)


def store_wrong(folder: Path, crops: Sequence[LiveCrop], task: str, label: str) -> Stored:
    """See `live.storing.store_for_review`."""
    from faceapp.live.storing import store_for_review

    with Dataset.open(folder) as dataset:
        return store_for_review(dataset, crops, task, label)


def takes(folder: Path, task: str, job: Job) -> Mapping[str, int]:
    """How many people or takes show each class, in the task's order."""
    job.check()
    with Dataset.open(folder) as dataset:
        answers = dataset.answers(task)
        groups = dataset.groups(sorted(answers))
        pairs = {(a.answer, groups[i]) for i, a in answers.items() if a.answer is not None}
        found = Counter(name for name, _ in pairs)
        return {name: found[name] for name in dataset.task(task).names}


def train(folder: Path, task: str, classes: Sequence[str], job: Job) -> Path:
    """Train the quick recipe, as the Train page does."""
    from faceapp.gui.train.offers import Order, SetUp, Wishes
    from faceapp.services.training import train as train_in_child
    from faceapp.training.events import ignore
    from faceapp.training.recipes import recipe_named

    setup = SetUp(task, tuple(classes), recipe_named(_RECIPE))
    wishes = Wishes(enough=lambda: False, discard=lambda: False)
    return train_in_child(folder, Order(task, _RECIPE, setup), job, ignore, wishes)
