"""A frame read live, by `classify` and by the judging of training: equal crops, equal answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from faceapp.dataset import Dataset
from faceapp.dataset.importing import import_images
from faceapp.faces import FaceDetector, main_face, prepare
from faceapp.jobs import Job
from faceapp.live import classifying
from faceapp.live import reader as live_reader
from faceapp.live.classifying import classify_images
from faceapp.live.clock import MONOTONIC
from faceapp.live.frames import VideoFile
from faceapp.live.reader import FrameReader
from faceapp.networks.classifier import Classifier
from faceapp.networks.crops import Crops, ensure_faces
from faceapp.training import judging


class Recorded:
    """A model that keeps the crops that it was asked about."""

    def __init__(self, model: Classifier) -> None:
        self.info, self.precision = model.info, model.precision
        self.crops: list[np.ndarray] = []
        self._model = model

    def probabilities(self, crops: np.ndarray, job: Job = Job()) -> np.ndarray:
        self.crops.append(crops)
        return self._model.probabilities(crops, job)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Recorded]:
    """Every model that `classify` and training's judging open, with the crops it was asked."""
    opened: list[Recorded] = []

    def open_one(path: Path, *rest: object) -> Recorded:
        opened.append(Recorded(Classifier(path, *rest)))
        return opened[-1]

    for place in (classifying, judging):
        monkeypatch.setattr(place, "Classifier", open_one)
    return opened


def test_a_frame_is_the_same_wherever_it_is_read(
    small_run: Path, moving_faces: Path, tmp_path: Path, asked: list[Recorded]
) -> None:
    model = Recorded(Classifier(small_run, threads=1))
    reader = FrameReader(model, FaceDetector(threads=1).detect)
    images = tmp_path / "images"
    images.mkdir()
    live = {}
    for frame in VideoFile(moving_faces).frames(MONOTONIC):
        model.crops.clear()
        found = reader.read(frame)
        if found.readings and found.readings[0].detected:
            name = f"{frame.number:02}.png"
            Image.fromarray(frame.pixels).save(images / name)
            live[name] = (frame.pixels.shape, found.readings, model.crops[0])
    assert len(live) >= 8
    assert {len(readings) for _, readings, _ in live.values()} == {1, 2}

    classified = {each.file: each.readings for each in classify_images(images, small_run).images}
    seen = np.concatenate(asked.pop().crops)
    assert np.array_equal(seen, np.concatenate([live[name][2] for name in sorted(live)]))
    for name, (_, readings, _) in live.items():
        still = classified[name]
        assert [each.face for each in still] == [each.face for each in readings]
        for one, other in zip(still, readings, strict=True):
            np.testing.assert_allclose(one.raw, other.raw, atol=1e-3)

    with Dataset.create(tmp_path / "dataset") as dataset:
        import_images(dataset, images)
        samples = {sample.id: sample.name for sample in dataset.samples()}
        ensure_faces(dataset, list(samples), FaceDetector())
        trained_on = dict(Crops(dataset, list(samples), model.info.preprocessing)(list(samples)))
        judged = judging.ask(dataset, small_run / "model.keras", list(samples))
    seen = np.concatenate(asked.pop().crops)
    for sample, row, crop in zip(judged.ids, judged.probabilities, seen, strict=True):
        shape, readings, crops = live[samples[sample]]
        about = main_face([each.face for each in readings], shape[:2])
        index = [each.face for each in readings].index(about)
        assert np.array_equal(trained_on[sample], crops[index])
        assert np.array_equal(crop, crops[index])
        np.testing.assert_allclose(row, readings[index].raw, atol=1e-3)


def test_live_uses_the_preprocessing_of_faces_unchanged() -> None:
    assert live_reader.prepare is prepare


@pytest.mark.faces
def test_real_faces_agree_too(small_run: Path, face_data: Path) -> None:
    from faceapp.live.frames import Frame, ImageFiles
    from faceapp.networks.stills import Still, read_stills

    paths = sorted((face_data / "images").iterdir())[::400]
    model = Classifier(small_run)
    detector = FaceDetector()
    stills = [
        each
        for each in read_stills([(p.name, p) for p in paths], model, Job(), all_faces=True)
        if isinstance(each, Still) and each.face is not None
    ]
    reader = FrameReader(model, detector.detect, live_reader.Settings(least_face=0))
    found = []
    for path in paths:
        for frame in ImageFiles(path).frames(MONOTONIC):
            assert isinstance(frame, Frame)
            found += reader.read(frame).readings
    assert [each.face for each in found] == [each.face for each in stills]
    for one, other in zip(found, stills, strict=True):
        np.testing.assert_allclose(one.raw, other.probabilities, atol=1e-3)
