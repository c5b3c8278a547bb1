"""Whole videos for the Live page: read to the end, looked up, and their frames kept."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from faceapp.dataset import Dataset
from faceapp.gui.live.service import FilmReading, FilmService, LiveModel
from faceapp.jobs import Job
from faceapp.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from faceapp.live.frames import Frame
    from faceapp.live.reader import FrameReader, Settings
    from faceapp.live.readings import FrameReading
    from faceapp.live.storing import Stored


def film_service() -> FilmService:
    """Reading of whole videos for the window; loads nothing of it yet."""
    return FilmService(read=read, frame=frame, keep=keep)


def read(path: Path, model: LiveModel, turned: Settings, job: Job) -> FilmReading:
    """Every frame of a video, as fast as it goes.

    Raises:
        SourceRefused: it is no video, or holds no picture.
        Cancelled: the person stopped it.

    """
    from faceapp.live.classifying import read_frames
    from faceapp.live.frames import SourceRefused, VideoFile
    from faceapp.live.readings import NO_FACE

    video = VideoFile(path)
    with closing(read_frames(video, _reader(model, turned, job), job)) as reads:
        found = tuple(reading for _, reading in reads)
    if not found:
        raise SourceRefused(Words("{video} holds no picture that can be read.", video=video.name))
    labels = Counter(each.readings[0].label if each.readings else NO_FACE for each in found)
    share = {label: count / len(found) for label, count in labels.items()}
    return FilmReading(path, model.info.classes, found, share)


def _reader(model: LiveModel, turned: Settings, job: Job) -> FrameReader:
    """With networks of its own on all cores: those of the live view leave one free."""
    from faceapp.faces import FaceDetector
    from faceapp.live.opening import open_for_films
    from faceapp.live.reader import FrameReader
    from faceapp.services.live import OpenedModel

    assert isinstance(model, OpenedModel)
    network = model.network if model.path is None else open_for_films(model.path, job)
    return FrameReader(network, FaceDetector(threads=1).detect, turned)


def frame(film: FilmReading, number: int, job: Job) -> Frame:
    """One picture of a video that was read.

    Going there at once is quick but some files do not lead to the frame that was asked for, which
    its time tells; then they are read from the beginning.
    """
    from faceapp.live.clock import MONOTONIC
    from faceapp.live.frames import SourceRefused, VideoFile

    video = VideoFile(film.path)
    wanted = film.readings[number].time or 0.0
    found = video.frame_at(number)
    if found is not None and abs((found.time or 0.0) - wanted) < 0.5 / video.rate:
        return found
    frames = video.frames(MONOTONIC)
    try:
        for each in frames:
            job.check()
            if each.number == number:
                return each
    finally:
        frames.close()
    raise SourceRefused(Words("{video} has changed since it was read.", video=video.name))


def keep(folder: Path, film: FilmReading, every: float, job: Job) -> Stored:
    """The faces of one frame in `every` seconds become unlabelled samples of one group."""
    from faceapp.live.clock import MONOTONIC
    from faceapp.live.frames import VideoFile
    from faceapp.live.storing import store_unlabelled
    from faceapp.live.takes import crops_at

    frames = VideoFile(film.path).frames(MONOTONIC)

    def read_again() -> Iterator[tuple[Frame, FrameReading]]:
        total = len(film.readings)
        for each, reading in zip(frames, film.readings, strict=False):
            job.step(Words("Taking frames"), each.number, total)
            yield each, reading

    try:
        crops = list(crops_at(read_again(), every))
    finally:
        frames.close()
    with Dataset.open(folder) as dataset:
        return store_unlabelled(dataset, crops)
