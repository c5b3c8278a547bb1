"""A model's opinion beside the query's class on the Label page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from faceapp.dataset import Dataset, NewProposal
from faceapp.gui.label.filters import Sort
from faceapp.jobs import Job
from label_page import PageUnderTest

pytestmark = pytest.mark.gui


def note_run(dataset: Dataset) -> None:
    """A finished run, as far as the page looks."""
    run = dataset.runs / "2026-01-01-run"
    run.mkdir()
    (run / "metrics.json").write_text(json.dumps({"task": "expression"}), encoding="utf-8")


@pytest.fixture
def page(dataset: Dataset, faces: list[int], qtbot: Any) -> Iterator[PageUnderTest]:
    """Three proposals of a search; a model contradicts the second and then the third."""
    offers = [NewProposal(each, "happy") for each in faces[:3]]
    dataset.propose("expression", offers, "query")
    note_run(dataset)
    said = {faces[1]: ("sad", 0.92), faces[2]: ("neutral", 0.5), faces[0]: ("happy", 0.81)}

    def opinions(_folder: Path, task: str, job: Job) -> Mapping[int, tuple[str, float]]:
        assert task == "expression"
        job.check()
        return said

    made = PageUnderTest(dataset, qtbot, opinions=opinions)
    yield made
    made.close()


def review(page: PageUnderTest) -> str:
    page.click(page.page.browser.review.review)
    page.settle()
    page.wait(lambda: page.page.opinions.idle)
    page.page.grid.go_to(0)
    return said(page)


def said(page: PageUnderTest) -> str:
    opinion = page.page.browser.review.opinion
    return opinion.text() if opinion.isVisible() else ""


def test_the_review_begins_with_what_the_model_contradicts(
    page: PageUnderTest, faces: list[int]
) -> None:
    assert review(page) == "The model says sad (92%), the search happy"
    assert list(page.page.model.ids) == [faces[1], faces[2], faces[0]]
    page.press(Qt.Key.Key_Right)
    assert said(page) == "The model says neutral (50%), the search happy"
    page.press(Qt.Key.Key_Right)
    assert said(page) == "The model agrees: happy (81%)"


def test_an_answer_ends_the_opinion(page: PageUnderTest, faces: list[int]) -> None:
    review(page)
    page.press(Qt.Key.Key_Space)
    page.settle()
    page.wait(lambda: "neutral" in said(page))
    page.page.grid.go_to(0)
    assert said(page) == ""


def test_without_a_run_the_surest_suggestion_comes_first(
    dataset: Dataset, faces: list[int], qtbot: Any
) -> None:
    dataset.propose("expression", [NewProposal(faces[0], "happy")], "query")
    page = PageUnderTest(dataset, qtbot, opinions=lambda *_: pytest.fail("nobody to ask"))
    assert page.page.opinions.sort is Sort.CONFIDENCE
    assert review(page) == ""
    page.close()
