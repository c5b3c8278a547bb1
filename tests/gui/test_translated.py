"""Words on screen go through tr(): in a language that marks them all, none is bare."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QTabBar,
    QTreeWidget,
    QWidget,
)

from faceapp.app import make_program
from faceapp.dataset import Dataset, NewFinding, NewProposal
from faceapp.gui.main_window import MainWindow
from faceapp.gui.train.recipe_form import RecipeForm
from main_program import tear_down

pytestmark = [pytest.mark.gui, pytest.mark.slow]

# What is nobody's language: data of this dataset, names of keys, of files and of settings' values.
_DATA = re.compile(
    r"faceapp|dataset|expression|sex|neutral|happy|sad|angry|surprised|disgusted|fearful|contempt"
    r"|female|male|Expression|Sex|person\d+(_\d+)?(\.jpg)?|drawn\d*|jpeg|fine-tune|quick|study|Ctrl\+\w"
    r"|\d\d [A-Z][a-z]{2} \d\d:\d\d"
)
# What the core says in English: names of steps to undo, and what stands against a training.
_CORE = re.compile(r"^«&(Undo|Redo)»: |^\w+ has \d+ images: ")


class Marking(QTranslator):
    """A language in which everything is as in English, between « and »."""

    def isEmpty(self) -> bool:  # noqa: N802 - Qt's own
        return False

    def translate(
        self, context: str, source: str, disambiguation: str | None = None, n: int = -1
    ) -> str:
        del context, disambiguation, n
        return f"«{source}»"


@pytest.fixture
def window(
    drawn_dataset: Path, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MainWindow]:
    """The program in that language, on a dataset with something of everything."""
    monkeypatch.setattr("sys.excepthook", None)
    monkeypatch.setattr("threading.excepthook", threading.excepthook)
    folder = shutil.copytree(drawn_dataset, tmp_path / "dataset")
    with Dataset.open(folder) as dataset:
        ids = dataset.sample_ids()
        for kind in ("blurred", "near_duplicate"):
            dataset.record_findings(kind, [NewFinding(ids[3], 1.0, 0.1)])
        dataset.propose("expression", [NewProposal(ids[4], "sad", 0.9)], "model")
    language = Marking()
    QApplication.installTranslator(language)
    program = make_program()
    program.window.show()
    program.window.begin(folder)
    yield program.window
    QApplication.removeTranslator(language)
    program.window.close()
    tear_down()


def words_of(widget: QWidget) -> Iterator[str]:
    """Everything that a widget says, to the eye, beside the mouse and to a screen reader."""
    yield from (widget.toolTip(), widget.accessibleName(), widget.accessibleDescription())
    match widget:
        case QLabel() | QAbstractButton():
            yield widget.text()
        case QComboBox():
            yield from (widget.itemText(n) for n in range(widget.count()))
        case QTabBar():
            yield from (widget.tabText(n) for n in range(widget.count()))
        case QLineEdit():
            yield widget.placeholderText()
        case QTreeWidget():
            for row in range(widget.topLevelItemCount()):
                item = widget.topLevelItem(row)
                assert item is not None
                yield from (item.text(column) for column in range(widget.columnCount()))


def bare(words: str) -> bool:
    """Whether there is a word outside « and »."""
    if _CORE.match(words):
        return False
    rest = re.sub(r"«[^«»]*(«[^«»]*»[^«»]*)*»", "", words)
    return bool(re.search(r"[A-Za-z]{3}", _DATA.sub("", rest)))


def test_nothing_on_screen_is_bare(window: MainWindow, qtbot: Any) -> None:
    pages = window.pages
    assert pages is not None
    found: set[str] = set()
    for name in window.page_names:
        window.show_page(name)
        qtbot.waitUntil(lambda: pages.current.idle)
        for widget in [window, *window.findChildren(QWidget)]:
            if isinstance(widget, QComboBox) and isinstance(widget.parent(), RecipeForm):
                continue  # values of settings, as they stand in the files of recipes
            found.update(filter(bare, words_of(widget)))
    found.update(filter(bare, (action.text() for action in window.findChildren(QAction))))
    assert not found, "\n".join(sorted(found))
