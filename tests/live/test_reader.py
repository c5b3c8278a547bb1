"""Reading frames: states, smoothing, numbers, batches, and where the time goes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from faceapp.inference import Network, spare_threads
from faceapp.live.opening import open_reader
from faceapp.live.reader import FrameReader, Settings
from faceapp.live.readings import State
from faceapp.live.smoothing import NeutralCalibration
from live.doubles import FakeDetector, FakeModel, ManualClock, face, frame

LOOK_ALWAYS = Settings(detect_every=0)


def shaded(*colours: tuple[int, int, int]) -> np.ndarray:
    """A picture of 200 x 300 whose vertical stripes have these colours."""
    pixels = np.zeros((200, 300, 3), np.uint8)
    width = 300 // len(colours)
    for number, colour in enumerate(colours):
        pixels[:, number * width : (number + 1) * width] = colour
    return pixels


RED, GREEN, GREY = (250, 0, 0), (0, 250, 0), (120, 120, 120)


def test_all_faces_are_asked_about_at_once_the_largest_first() -> None:
    model = FakeModel()
    reader = FrameReader(model, FakeDetector(face(40, 50, 60), face(190, 50, 80)), LOOK_ALWAYS)
    found = reader.read(frame(shaded(RED, GREEN)))
    assert [each.label for each in found.readings] == ["happy", "neutral"]
    assert [each.number for each in found.readings] == [2, 1]
    assert model.batches == [2]
    assert found.classes == ("neutral", "happy", "sad")
    for each in found.readings:
        assert each.state is State.READ
        assert sum(each.raw) == pytest.approx(1)
        assert each.smoothed == each.raw
        assert each.detected


def test_no_face_is_no_reading_and_the_model_is_not_asked() -> None:
    model = FakeModel()
    found = FrameReader(model, FakeDetector()).read(frame(shaded(RED)))
    assert found.readings == ()
    assert model.batches == []


def test_a_small_face_gets_no_class() -> None:
    model = FakeModel()
    reader = FrameReader(model, FakeDetector(face(40, 50, 60), face(190, 50, 31)), LOOK_ALWAYS)
    large, small = reader.read(frame(shaded(RED, GREEN))).readings
    assert (large.state, large.label) == (State.READ, "neutral")
    assert (small.state, small.label, small.raw) == (State.TOO_SMALL, "too small", ())
    assert model.batches == [1]
    reader.settings = Settings(least_face=20, detect_every=0)
    assert reader.read(frame(shaded(RED, GREEN), 0.1)).readings[1].label == "happy"


def test_below_the_models_threshold_it_is_unsure() -> None:
    reader = FrameReader(FakeModel(unsure_below=0.5), FakeDetector(face(100, 50, 80)), LOOK_ALWAYS)
    (reading,) = reader.read(frame(shaded(GREY))).readings
    assert (reading.state, reading.label) == (State.UNSURE, "unsure")
    assert reading.confidence == pytest.approx(1 / 3, abs=0.01)
    (reading,) = reader.read(frame(shaded(RED), None)).readings
    assert reading.label == "neutral"


def test_labels_follow_the_smoothed_values_and_raw_ones_are_kept() -> None:
    settings = Settings(smoothing=1.0, detect_every=0)
    reader = FrameReader(FakeModel(), FakeDetector(face(100, 50, 80)), settings)
    reader.read(frame(shaded(RED), 0))
    (soon,) = reader.read(frame(shaded(GREEN), 0.2)).readings
    assert (soon.label, soon.raw.index(max(soon.raw))) == ("neutral", 1)
    (late,) = reader.read(frame(shaded(GREEN), 2.0)).readings
    assert late.label == "happy"
    reader.settings = Settings(smoothing=0, detect_every=0)
    (now,) = reader.read(frame(shaded(RED), 2.1)).readings
    assert now.smoothed == now.raw


def test_a_still_is_read_raw() -> None:
    reader = FrameReader(FakeModel(), FakeDetector(face(100, 50, 80)))
    for colour, label in ((RED, "neutral"), (GREEN, "happy"), (RED, "neutral")):
        found = reader.read(frame(shaded(colour), None, number=7))
        assert (found.number, found.time) == (None, None)
        assert [(r.label, r.smoothed, r.number) for r in found.readings] == [(label, (), 1)]


def test_one_person_is_calibrated_and_not_the_other() -> None:
    two = FakeDetector(face(40, 50, 60), face(190, 50, 60))
    reader = FrameReader(FakeModel(), two, Settings(smoothing=0, detect_every=0))
    first = reader.read(frame(shaded(GREEN, GREEN), 0)).readings
    assert [each.label for each in first] == ["happy", "happy"]
    resting = NeutralCalibration.of(reader.info.classes, [first[0].raw] * 5)
    reader.calibrate(first[0].number, resting)
    found = {r.number: r for r in reader.read(frame(shaded(GREEN, GREEN), 0.1)).readings}
    assert found[first[0].number].label == "neutral"
    assert found[first[1].number].label == "happy"
    assert [found[each.number].calibrated for each in first] == [True, False]
    assert found[first[0].number].raw == first[0].raw
    reader.settings = Settings(smoothing=0, detect_every=0, neutral=False)
    readings = reader.read(frame(shaded(GREEN, GREEN), 0.2)).readings
    assert [r.label for r in readings] == ["happy", "happy"]
    assert [r.calibrated for r in readings].count(True) == 1  # known still, only not applied


def test_another_model_reads_from_the_next_frame_on() -> None:
    reader = FrameReader(FakeModel(), FakeDetector(face(100, 50, 80)), Settings(detect_every=0))
    (before,) = reader.read(frame(shaded(RED), 0)).readings
    reader.use(FakeModel(classes=("a", "b", "c")))
    found = reader.read(frame(shaded(GREEN), 0.1))
    assert found.classes == ("a", "b", "c")
    assert found.readings[0].label == "b"  # nothing of the other model's is smoothed into it
    assert found.readings[0].number == before.number


def test_time_is_told_apart() -> None:
    clock = ManualClock()

    class SlowModel(FakeModel):
        def probabilities(self, crops: np.ndarray) -> np.ndarray:
            clock.advance(0.25)
            return super().probabilities(crops)

    class SlowDetector(FakeDetector):
        def __call__(self, pixels: np.ndarray) -> list[object]:
            clock.advance(0.5)
            return super().__call__(pixels)

    reader = FrameReader(SlowModel(), SlowDetector(face(100, 50, 80)), clock=clock)
    found = reader.read(frame(shaded(RED)))
    assert (found.spent.detection, found.spent.network, found.spent.rest) == (0.5, 0.25, 0)
    assert found.finished == 100.75


def test_a_reader_for_the_live_view_leaves_a_core_free(
    small_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    compiled = Network.__init__

    def noted(self: Network, *arguments: object, threads: int = 0, **options: object) -> None:
        asked.append(threads)
        compiled(self, *arguments, threads=threads, **options)

    monkeypatch.setattr(Network, "__init__", noted)
    reader = open_reader(small_run)
    assert reader.info.classes == ("neutral", "happy", "sad")
    assert reader.read(frame(shaded(GREY))).readings == ()
    assert set(asked) == {spare_threads()}
