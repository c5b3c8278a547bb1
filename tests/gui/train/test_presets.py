"""Presets of classes: each differs from the others, and the words say which it is."""

from __future__ import annotations

import pytest

from faceapp.gui.train.presets import presets
from faceapp.gui.train.study import study_figure

pytestmark = pytest.mark.gui


def test_each_choice_is_offered_once_under_the_words_that_say_most() -> None:
    offers = {p.words: p.classes for p in presets({"neutral": 50, "happy": 40, "angry": 30})}
    assert offers == {
        "All": ("neutral", "happy", "angry"),
        "Happy vs angry": ("happy", "angry"),
    }


def test_small_and_empty_classes_can_be_left_out() -> None:
    counts = {"neutral": 50, "happy": 40, "sad": 30, "angry": 5, "contempt": 0}
    offers = {p.words: p.classes for p in presets(counts)}
    assert offers["All"] == ("neutral", "happy", "sad", "angry")
    assert offers["All with 20 images or more"] == ("neutral", "happy", "sad")
    assert offers["No neutral"] == ("happy", "sad", "angry")
    assert not presets({"happy": 9})


def test_the_studys_figure_is_that_of_exactly_these_classes() -> None:
    pair = study_figure(("angry", "happy"))
    assert pair is not None
    assert (pair.accuracy, pair.n) == (0.768, 56)
    assert study_figure(("angry", "happy", "sad")) is None
