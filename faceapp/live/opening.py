"""Models and readers: for the live view on all cores but one, for video files on all of them."""

from __future__ import annotations

from pathlib import Path

from faceapp.faces import FaceDetector
from faceapp.inference import all_threads, spare_threads, streams_of_films
from faceapp.jobs import Job
from faceapp.live.clock import MONOTONIC, Clock
from faceapp.live.reader import DEFAULTS, FrameReader, Settings
from faceapp.networks.classifier import Classifier
from faceapp.networks.precision import fastest
from faceapp.networks.saved_model import model_file


def open_model(model: Path, job: Job = Job()) -> Classifier:
    """The model of a run or file, for `FrameReader.use`; takes seconds the first time.

    One core is left to the preview. The first time on a processor that has eight-bit integers or
    bfloat16, they are proved on validation samples, which takes longer.

    Raises:
        ModelRefused: the file is no whole model of faceapp.

    """
    return fastest(model, threads=spare_threads(), job=job)


def open_for_films(model: Path, job: Job = Job(), *, fast: bool = True) -> Classifier:
    """The model of a run or file for `read_frames`: no core stays free, as nobody watches.

    With `fast` in the fastest arithmetic that is proved, as in the live view, else in f32.

    Raises:
        ModelRefused: the file is no whole model of faceapp.

    """
    threads, streams = all_threads(), streams_of_films()
    if fast:
        return fastest(model, threads=threads, streams=streams, job=job)
    return Classifier(model_file(model), threads, "f32", streams)


def open_reader(
    model: Path, settings: Settings = DEFAULTS, clock: Clock = MONOTONIC, job: Job = Job()
) -> FrameReader:
    """A reader for `LiveView`; detector and model take turns on the same cores.

    Raises:
        WorldError: the model or the detector cannot be used.

    """
    detector = FaceDetector(threads=spare_threads())
    return FrameReader(open_model(model, job), detector.detect, settings, clock)
