"""Readers for the live view: on all cores but one, in the fastest arithmetic that is proved."""

from __future__ import annotations

from pathlib import Path

from faceapp.faces import FaceDetector
from faceapp.inference import spare_threads
from faceapp.jobs import Job
from faceapp.live.clock import MONOTONIC, Clock
from faceapp.live.reader import DEFAULTS, FrameReader, Settings
from faceapp.networks.classifier import Classifier
from faceapp.networks.precision import fastest


def open_model(model: Path, job: Job = Job()) -> Classifier:
    """The model of a run or file, for `FrameReader.use`; takes seconds the first time.

    One core is left to the preview. The first time on a processor that has bfloat16, it is proved
    on validation samples, which takes longer.

    Raises:
        ModelRefused: the file is no whole model of faceapp.

    """
    return fastest(model, threads=spare_threads(), job=job)


def open_reader(
    model: Path, settings: Settings = DEFAULTS, clock: Clock = MONOTONIC, job: Job = Job()
) -> FrameReader:
    """A reader for `LiveView`; detector and model take turns on the same cores.

    Raises:
        WorldError: the model or the detector cannot be used.

    """
    detector = FaceDetector(threads=spare_threads())
    return FrameReader(open_model(model, job), detector.detect, settings, clock)
