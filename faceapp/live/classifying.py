"""Classifying finished inputs: an image, a folder or a video in, rows and figures out."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from faceapp.errors import WorldError
from faceapp.faces import FaceDetector
from faceapp.inference import streams_of_films
from faceapp.jobs import Job
from faceapp.live.ahead import read_ahead
from faceapp.live.clock import MONOTONIC, Clock
from faceapp.live.drawing import annotated, class_colours
from faceapp.live.film import film
from faceapp.live.frames import Frame, ImageFiles, SourceRefused, VideoFile, is_video
from faceapp.live.opening import open_for_films
from faceapp.live.reader import DEFAULTS, FrameReader, Settings
from faceapp.live.readings import FrameReading, Reading, State
from faceapp.live.table import reading_table
from faceapp.live.tally import Tally
from faceapp.networks.classifier import Classifier
from faceapp.networks.saved_model import model_file
from faceapp.networks.stills import RefusedFile, Still, read_stills
from faceapp.words import Words


class NoFilm(WorldError):
    """An annotated video was asked for, and the input is none."""


@dataclass(frozen=True)
class Outputs:
    """Files to write, each there only when everything is read.

    `csv` gets one row a face (see `table.columns`); `film`, an .mp4 or .avi, the video with boxes
    and names.
    """

    csv: Path | None = None
    film: Path | None = None


NOTHING = Outputs()


@dataclass(frozen=True)
class Classified:
    """What an input came to.

    Attributes:
        model: the file that was asked.
        classes: of the model, in order.
        figures: `frames`, `faces`, `seconds`, `fps`, `latency_ms`, `precision` and `share`.
        images: one for each image of the input; None for a video, which has too many frames to
            keep.
        refused: files that could not be read.

    """

    model: str
    classes: tuple[str, ...]
    figures: dict[str, Any]
    images: tuple[FrameReading, ...] | None = None
    refused: tuple[RefusedFile, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The figures and the model; of images every reading as well, and refusals."""
        answer = {**self.figures, "model": self.model}
        if self.images is not None:
            answer["readings"] = [
                _reading_json(image, each) for image in self.images for each in image.readings
            ]
            answer["refused"] = [vars(refused) for refused in self.refused]
        return answer


def _reading_json(image: FrameReading, reading: Reading) -> dict[str, Any]:
    return {
        "file": image.file,
        "face": reading.number,
        "box": reading.box,
        "label": reading.label,
        "raw": dict(zip(image.classes, reading.raw, strict=True)),
    }


def classify(
    source: Path,
    model: Path,
    outputs: Outputs = NOTHING,
    *,
    job: Job = Job(),
    settings: Settings = DEFAULTS,
    clock: Clock = MONOTONIC,
    fast: bool = False,
) -> Classified:
    """Read every face of an image, a folder of images, or a video with the model of a run.

    Args:
        source: the input; its content says what it is.
        model: folder of a run, or a model file.
        outputs: files to write.
        job: reports and stops.
        settings: how a video is read; images are never smoothed nor "unsure".
        clock: measures.
        fast: whether a video may be read in a faster arithmetic than f32, where one is proved on
            the model (see `networks.precision`).

    Raises:
        WorldError: the input, the model or an output cannot be used.

    """
    if is_video(source):
        began = clock.now()
        classifier = open_for_films(model, job, fast=fast)
        reader = FrameReader(classifier, FaceDetector(threads=1).detect, settings, clock)
        tally = Tally(classifier.info.classes, classifier.precision)
        name = str(model_file(model))
        _read_video(VideoFile(source), reader, tally, name, outputs, job=job, clock=clock)
        figures = tally.to_json(clock.now() - began)
        return Classified(name, classifier.info.classes, figures)
    if outputs.film is not None:
        raise NoFilm(Words("{source} is no video: leave --annotated out.", source=source))
    outcome = classify_images(source, model, job, clock)
    if outputs.csv is not None:
        with reading_table(outputs.csv, outcome.classes, outcome.model) as table:
            for image in outcome.images or ():
                table.add(image)
    return outcome


def classify_images(
    source: Path, model: Path, job: Job = Job(), clock: Clock = MONOTONIC
) -> Classified:
    """Read every face of an image, or of a folder of images; one without a face is read whole."""
    images = ImageFiles(source)
    began = clock.now()
    classifier = Classifier(model_file(model))
    info = classifier.info
    refused = list(images.refused)
    found: list[Still] = []
    for each in read_stills(images.files, classifier, job, all_faces=True):
        if isinstance(each, RefusedFile):
            refused.append(each)
        else:
            found.append(each)
    read = tuple(
        FrameReading(
            file, None, None, info.classes, tuple(_reading(s, info.classes) for s in faces)
        )
        for file, faces in groupby(found, lambda still: still.file)
    )
    tally = Tally(info.classes, classifier.precision)
    for image in read:
        tally.add(image)
    figures = tally.to_json(clock.now() - began)
    return Classified(str(model_file(model)), info.classes, figures, read, tuple(refused))


def _reading(still: Still, classes: tuple[str, ...]) -> Reading:
    raw = tuple(float(p) for p in still.probabilities)
    return Reading(still.number, still.face, State.READ, classes[raw.index(max(raw))], raw)


def _read_video(
    video: VideoFile,
    reader: FrameReader,
    tally: Tally,
    model: str,
    outputs: Outputs,
    *,
    job: Job,
    clock: Clock,
) -> None:
    """Count every frame and write what is wanted of it: nothing is dropped of a file."""
    classes = reader.info.classes
    colours = class_colours(classes)
    with ExitStack() as files:
        table = outputs.csv and files.enter_context(reading_table(outputs.csv, classes, model))
        shown = outputs.film and files.enter_context(film(outputs.film, video.rate))
        # Before the files, so that a stop has ended all threads when they go.
        reads = files.enter_context(closing(read_frames(video, reader, job, clock)))
        for frame, read in reads:
            tally.add(read)
            if table:
                table.add(read)
            if shown:
                shown.add(annotated(frame.pixels, read, colours), frame.time or 0.0)
        if not tally.frames:
            raise SourceRefused(
                Words("{video} holds no picture that can be read.", video=video.name)
            )


def read_frames(
    video: VideoFile, reader: FrameReader, job: Job = Job(), clock: Clock = MONOTONIC
) -> Generator[tuple[Frame, FrameReading]]:
    """Every frame of a video with what is read in it, reporting and looking for a stop.

    Several frames are under way at a time, see `read_ahead`. The total is that of the file's
    header, which may be wrong.
    """
    with closing(read_ahead(video.frames(clock), reader, streams_of_films())) as reads:
        for frame, read in reads:
            job.step(Words("Reading frames"), frame.number, max(video.count, frame.number + 1))
            yield frame, read
