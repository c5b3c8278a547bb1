"""What the Live page asks of the packages that it must not load: callables, and what crosses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from faceapp.jobs import Job

if TYPE_CHECKING:
    from faceapp.live.devices import CameraChoice
    from faceapp.live.frames import Frame
    from faceapp.live.looking import Look
    from faceapp.live.pace import PaceFigures
    from faceapp.live.reader import Settings
    from faceapp.live.readings import FrameReading
    from faceapp.live.recorder import Recorded
    from faceapp.live.storing import Stored
    from faceapp.live.takes import LiveCrop
    from faceapp.live.watch import CameraStatus
    from faceapp.networks.foreign import Outline
    from faceapp.networks.saved_model import ModelInfo

# A camera's name, and the number or device path that it is opened by.
Named = tuple[str, int | str]
Rgb = tuple[int, int, int]


class LiveModel(Protocol):
    """A model that was opened for watching."""

    @property
    def path(self) -> Path | None:
        """Its run's folder or its file; None where faces are only found, by no model."""

    @property
    def info(self) -> ModelInfo:
        """Its classes and its task."""


@dataclass(frozen=True)
class Hears:
    """Who is told while watching; every call comes on a thread of the engine's.

    Attributes:
        frame: every picture of the camera.
        reading: what was read in one, and how fast reading goes.
        status: another state of the camera.
        restored: a choice that failed, and the camera that goes on in its place.
        look: where the model looked.
        trouble: recording or the heat map ended, and why.

    """

    frame: Callable[[Frame], None]
    reading: Callable[[Frame, FrameReading, PaceFigures], None]
    status: Callable[[CameraStatus], None]
    restored: Callable[[CameraStatus, CameraChoice], None]
    look: Callable[[Look], None]
    trouble: Callable[[Exception], None]


class Engine(Protocol):
    """Cameras read until `stop`. No method waits."""

    settings: Settings

    def choose(self, camera: CameraChoice) -> None:
        """Show another camera."""

    def use(self, model: LiveModel) -> None:
        """Read with another model; a heat map ends."""

    def look_with(self, mapper: Any | None) -> None:
        """Say now and then where the model looks, with what `LiveService.open_mapper` gave."""

    def begin_neutral(self) -> None:
        """Look at the largest face's resting expression from now on."""

    def end_neutral(self) -> None:
        """Calibrate that person on what was seen; raises a WorldError where that was too little."""

    def begin_hold(self, label: str) -> None:
        """Gather crops of the largest face."""

    @property
    def held(self) -> int:
        """Crops gathered since `begin_hold`."""

    def end_hold(self) -> tuple[LiveCrop, ...]:
        """The crops gathered."""

    def last_crops(self) -> tuple[LiveCrop, ...]:
        """The last second of the largest face."""

    def record(self, csv: Path, film: Path | None, colours: dict[str, Rgb]) -> None:
        """Write what is read from now on; raises `NotWritten`."""

    def mark(self, text: str) -> None:
        """Note an event in what is recorded."""

    def end_record(self) -> Recorded | None:
        """Close the files; None where nothing was recorded."""

    def stop(self) -> None:
        """Let go of the camera; a recording is closed. Nothing is told after it."""


@dataclass(frozen=True, eq=False)
class FilmReading:
    """A video that was read to its end.

    `share` holds for every class, and for what stands in place of one ("unsure", "too small", "no
    face"), the part of all frames whose largest face was read so.
    """

    path: Path
    classes: tuple[str, ...]
    readings: tuple[FrameReading, ...]
    share: Mapping[str, float]

    @property
    def seconds(self) -> float:
        """Time of the last frame."""
        return self.readings[-1].time or 0.0


@dataclass(frozen=True)
class FilmService:
    """Whole videos; all are for a job's thread.

    Attributes:
        read: every frame of a video, by a model and with settings of reading.
        frame: the picture of that number.
        keep: the faces of one frame in so many seconds become samples of the dataset there.

    """

    read: Callable[[Path, LiveModel, Settings, Job], FilmReading]
    frame: Callable[[FilmReading, int, Job], Frame]
    keep: Callable[[Path, FilmReading, float, Job], Stored]


@dataclass(frozen=True)
class Said:
    """What a person says of a classifier made elsewhere; see `networks.foreign.Description`."""

    classes: tuple[str, ...]
    size: int
    channels: str
    scaling: str
    alignment: str


@dataclass(frozen=True)
class ElsewhereService:
    """Classifiers that faceapp did not make; those that take a `Job` are for a job's thread.

    Attributes:
        undescribed: whether opening failed only because nobody has said what the model takes.
        is_elsewhere: whether a model was made elsewhere, so that what was said can be changed.
        look: what a file says of itself.
        said: what was said of it before, if anything.
        describe: keeps what is said beside the file once the model answers as it is said to.

    """

    undescribed: Callable[[Exception], bool]
    is_elsewhere: Callable[[LiveModel], bool]
    look: Callable[[Path, Job], Outline]
    said: Callable[[Path], Said | None]
    describe: Callable[[Path, Said, Job], None]


@dataclass(frozen=True)
class LiveService:
    """What app.py hands the Live page; those that take a `Job` run in a job's thread.

    Attributes:
        cameras: what can be chosen of these names, or of numbered cameras for None.
        played: a video file as a camera that plays it in real time.
        is_video: whether a file is a video.
        has_starter: whether the model that ships is there.
        open_model: a run's folder, a model file, or "starter"; None finds faces only, and its
            classes are those named.
        open_mapper: what shows where a model looks.
        start: begins to read, with a model and settings.
        settings: of reading, with smoothing in seconds and whether people are corrected.
        images: the images of a folder, or the one file.
        read_still: one image read.
        store_take, store_wrong: crops become samples with a label, or proposals; (dataset folder,
            crops, task, label).
        train: trains a task's classes by the quick recipe; returns the run's folder.
        takes: how many people or takes show each class of a task.
        films: reading of whole videos.
        elsewhere: model files that faceapp did not make.

    """

    cameras: Callable[[Sequence[Named] | None], Sequence[CameraChoice]]
    played: Callable[[Path], CameraChoice]
    is_video: Callable[[Path], bool]
    has_starter: Callable[[], bool]
    open_model: Callable[[Path | str | None, Sequence[str], Job], LiveModel]
    open_mapper: Callable[[LiveModel, Job], Any]
    start: Callable[[LiveModel, Settings, Hears], Engine]
    settings: Callable[..., Settings]
    images: Callable[[Path, Job], Sequence[Path]]
    read_still: Callable[[LiveModel, Path, Job], tuple[Frame, FrameReading]]
    store_take: Callable[[Path, Sequence[LiveCrop], str, str], Stored]
    store_wrong: Callable[[Path, Sequence[LiveCrop], str, str], Stored]
    train: Callable[[Path, str, Sequence[str], Job], Path]
    takes: Callable[[Path, str, Job], Mapping[str, int]]
    films: FilmService
    elsewhere: ElsewhereService
