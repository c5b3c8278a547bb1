"""The contract that every check keeps."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faceapp.cleaning import CHECKS, Check, UnknownCheck, checks_named

KINDS = [
    "unreadable",
    "too_small",
    "blurred",
    "dark",
    "bright",
    "low_contrast",
    "no_face",
    "several_faces",
    "face_cut",
    "turned_away",
    "aspect",
    "exact_duplicate",
    "near_duplicate",
    "contradicting_duplicates",
    "contradicting_raters",
    "wrong_label",
    "outlier",
    "leakage",
    "spurious_cue",
    "dominant_group",
    "small_class",
]

every = pytest.mark.parametrize("check", CHECKS.values(), ids=list(CHECKS))


def test_every_kind_is_there_once() -> None:
    assert sorted(CHECKS) == sorted(KINDS)
    assert [check.kind for check in checks_named(None)] == list(CHECKS)
    assert [check.kind for check in checks_named(["dark", "blurred", "dark"])] == [
        "blurred",
        "dark",
    ]


def test_an_unknown_check_is_refused_by_name() -> None:
    with pytest.raises(UnknownCheck, match=r"'ugly'.*blurred"):
        checks_named(["dark", "ugly"])


@every
def test_a_check_says_what_it_is_and_where_it_comes_from(check: Check) -> None:
    assert all((check.title, check.reason, check.suggestion, check.source))
    assert check.reason.endswith(".")
    assert check.suggestion.endswith(".")
    assert all(name is None or name for _, name, _, _ in string.Formatter().parse(check.reason))


@every
@settings(max_examples=30)
@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_worse_values_never_score_better(check: Check, one: float, other: float) -> None:
    low, high = sorted((one, other))
    worse, better = (low, high) if check.worse == "low" else (high, low)
    assert 0 <= check.score(worse) <= check.score(better) <= 1
    assert check.score(check.worst) == 0
    assert check.score(check.best) == 1
    if check.beyond(better, check.threshold):
        assert check.beyond(worse, check.threshold)


@every
def test_the_usual_threshold_lies_between_best_and_worst(check: Check) -> None:
    assert min(check.worst, check.best) <= check.threshold <= max(check.worst, check.best)
    assert not check.beyond(check.best, check.threshold) or check.worse == "low"
