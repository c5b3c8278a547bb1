"""A person labels real faces: the store holds what was done, after closing and reopening too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from faceapp.dataset import Dataset, NewProposal, Origin, Query
from faceapp.dataset.importing import ImportOptions, import_images
from faceapp.gui.label.filters import Choice, Facet
from label_page import PageUnderTest

pytestmark = [pytest.mark.gui, pytest.mark.faces]

CTRL = Qt.KeyboardModifier.ControlModifier
FACES = 120
EXPRESSION_KEYS = {"1": "neutral", "2": "happy", "3": "sad", "4": "angry", "5": "surprised"}
SEX_KEYS = {"f": "female", "m": "male"}


@pytest.fixture
def folder(face_data: Path, tmp_path: Path) -> Path:
    """A dataset of real faces: the first rows of labels.csv, without a label yet."""
    some = tmp_path / "some"
    some.mkdir()
    for image in sorted((face_data / "images").iterdir())[:FACES]:
        (some / image.name).write_bytes(image.read_bytes())
    with Dataset.create(tmp_path / "dataset") as dataset:
        import_images(dataset, some, ImportOptions(group_pattern=r"^(.+)_\d+\."))
    return tmp_path / "dataset"


class Journey:
    """The page on a folder, closed and opened again as often as one likes."""

    def __init__(self, folder: Path, qtbot: Any) -> None:
        self._folder = folder
        self._qtbot = qtbot
        self.open()

    def open(self) -> None:
        self.dataset = Dataset.open(self._folder)
        self.page = PageUnderTest(self.dataset, self._qtbot)

    def close(self) -> None:
        self.page.close()
        self.dataset.close()

    def reopen(self) -> None:
        self.close()
        self.open()

    def undo(self) -> str | None:
        """Ctrl+Z, and what it took back."""
        name = self.dataset.undo_name
        self.page.session.undo()
        return name


@pytest.fixture
def journey(folder: Path, qtbot: Any) -> Iterator[Journey]:
    made = Journey(folder, qtbot)
    yield made
    made.close()


def make_tasks(journey: Journey) -> None:
    page = journey.page
    page.click(page.page.large.answers.none.buttons[0])
    page.page.tasks.add("sex", ("female", "male"))
    page.session.set_current_task("expression")
    page.settle()


def label_fifty(journey: Journey) -> tuple[dict[int, str], dict[int, str]]:
    """Fifty faces one by one, the second task in the same pass."""
    page, expressions, sexes = journey.page, {}, {}
    page.choose(Choice(Facet.UNLABELLED))
    page.press(Qt.Key.Key_Home)
    for place in range(50):
        sample = page.page.model.ids[place]
        assert page.page.grid.current == place
        sex_key, key = "fm"[place % 2], "12345"[place % 5]
        page.press(sex_key + key)
        expressions[sample], sexes[sample] = EXPRESSION_KEYS[key], SEX_KEYS[sex_key]
    return expressions, sexes


def standing(dataset: Dataset, task: str) -> dict[int, str | None]:
    return {sample: each.answer for sample, each in dataset.answers(task).items()}


def test_the_store_holds_exactly_what_was_done(journey: Journey) -> None:
    make_tasks(journey)
    page = journey.page
    expressions, sexes = label_fifty(journey)
    assert standing(journey.dataset, "expression") == expressions
    assert standing(journey.dataset, "sex") == sexes

    journey.reopen()
    page = journey.page
    page.choose(Choice(Facet.UNLABELLED))
    assert len(page.page.model.ids) == FACES - 50

    rest = list(page.page.model.ids)
    page.press(Qt.Key.Key_A, CTRL)
    page.press("2")
    assert standing(journey.dataset, "expression") == expressions | dict.fromkeys(rest, "happy")
    assert journey.undo() == f"Label {FACES - 50} samples happy"
    assert standing(journey.dataset, "expression") == expressions

    while (journey.dataset.undo_name or "").startswith("Label"):
        journey.undo()
    assert standing(journey.dataset, "expression") == standing(journey.dataset, "sex") == {}
    while journey.dataset.redo_name:
        journey.page.session.redo()
    assert standing(journey.dataset, "expression") == expressions | dict.fromkeys(rest, "happy")
    journey.undo()
    review_and_merge(journey, expressions, rest)
    assert standing(journey.dataset, "sex") == sexes


def review_and_merge(journey: Journey, expressions: dict[int, str], rest: list[int]) -> None:
    offers = [NewProposal(sample, "sad", 0.9 - n / 100) for n, sample in enumerate(rest[:6])]
    journey.dataset.propose("expression", offers, "model")
    journey.reopen()
    page = journey.page
    page.click(page.page.browser.review.review)
    page.settle()
    assert list(page.page.model.ids) == rest[:6]
    page.press(Qt.Key.Key_Space)  # accept
    page.press("5")  # correct
    page.press(Qt.Key.Key_Backspace)  # refuse
    page.click(page.page.browser.review.accept)
    done = expressions | {rest[0]: "sad", rest[1]: "surprised", rest[3]: "sad"}
    assert standing(journey.dataset, "expression") == done

    page.page.tasks.edit("expression")
    editor: Any = page.page.tasks.dialog
    editor.choose("surprised")
    into = {action.text(): action for action in editor.tool("merge").menu().actions()}
    into["happy"].trigger()
    page.click(editor.do_it)
    editor.close()
    merged = {s: "happy" if name == "surprised" else name for s, name in done.items()}
    assert standing(journey.dataset, "expression") == merged

    journey.reopen()
    assert standing(journey.dataset, "expression") == merged
    assert "surprised" not in journey.dataset.task("expression").names
    assert journey.dataset.history(rest[0])[-1].origin is Origin.PROPOSAL
    waiting = journey.dataset.sample_ids(Query("expression", proposed=True))
    assert waiting == rest[4:6]
