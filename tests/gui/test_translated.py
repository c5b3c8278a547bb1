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

from catalogue import make_catalogue, translate
from faceapp.app import make_program
from faceapp.dataset import Dataset, DatasetError, NewFinding, NewProposal
from faceapp.gui.clean.page import CleanPage
from faceapp.gui.main_window import MainWindow
from faceapp.gui.train.recipe_form import RecipeForm
from faceapp.jobs import Job
from faceapp.services.cleaning import make_cleaner
from faceapp.training.recipes import recipe_named
from main_program import tear_down

pytestmark = [pytest.mark.gui, pytest.mark.slow]

# What is nobody's language: data of this dataset, names of keys, of files and of settings' values.
_DATA = re.compile(
    r"faceapp|dataset|expression|sex|neutral|happy|sad|angry|surprised|disgusted|fearful|contempt"
    r"|female|male|Expression|Sex|person\d+(_\d+)?(\.jpg)?|drawn\d*|jpeg|fine-tune|quick|study|Ctrl\+\w"
    r"|\d\d [A-Z][a-z]{2} \d\d:\d\d"
    r"|Scroll (Left|Right)"  # Qt's own, in a catalogue of Qt's own
)
# Checks of which drawn faces have findings, and whose reasons have words for values.
_KINDS = ("small_class", "dominant_group", "spurious_cue", "too_small", "aspect")


@pytest.fixture(scope="module")
def marking(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A language in which everything is as in English, between « and »: what lupdate finds."""
    file = tmp_path_factory.mktemp("language") / "faceapp_de.ts"
    make_catalogue(file)
    return translate(file, lambda words: f"«{words}»")


@pytest.fixture
def window(
    drawn_dataset: Path,
    marking: Path,
    tmp_path: Path,
    qtbot: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[MainWindow]:
    """The program in that language, on a dataset with something of everything."""
    folder = shutil.copytree(drawn_dataset, tmp_path / "dataset")
    with Dataset.open(folder) as dataset:
        ids = dataset.sample_ids()
        for kind in ("blurred", "near_duplicate"):
            dataset.record_findings(kind, [NewFinding(ids[3], 1.0, 0.1)])
        dataset.propose("expression", [NewProposal(ids[4], "sad", 0.9)], "model")
        dataset.set_thresholds({"too_small": 500.0, "aspect": 1.0, "small_class": 100.0})
    make_cleaner(recipe_named("quick")).check(folder, _KINDS, Job())
    monkeypatch.setattr("sys.excepthook", None)
    monkeypatch.setattr("threading.excepthook", threading.excepthook)
    language = QTranslator()
    assert language.load(str(marking))
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
    rest = re.sub(r"«[^«»]*(«[^«»]*»[^«»]*)*»", "", words)
    return bool(re.search(r"[A-Za-z]{3}", _DATA.sub("", rest)))


def bare_words(window: MainWindow) -> set[str]:
    """Everything that stands there untranslated at this moment."""
    found: set[str] = set()
    for widget in [window, *window.findChildren(QWidget)]:
        if isinstance(widget, QComboBox) and isinstance(widget.parent(), RecipeForm):
            continue  # values of settings, as they stand in the files of recipes
        found.update(filter(bare, words_of(widget)))
    found.update(filter(bare, (action.text() for action in window.findChildren(QAction))))
    return found


def show(window: MainWindow, name: str, qtbot: Any) -> QWidget:
    """Show a page, and wait until it has read what it shows."""
    window.show_page(name)
    pages = window.pages
    assert pages is not None
    qtbot.waitUntil(lambda: pages.current.idle)
    return pages.current


def test_nothing_on_screen_is_bare(window: MainWindow, qtbot: Any) -> None:
    found: set[str] = set()
    for name in window.page_names:
        show(window, name, qtbot)
        found |= bare_words(window)
    assert not found, "\n".join(sorted(found))


def test_reasons_of_findings_are_not_bare(window: MainWindow, qtbot: Any) -> None:
    page = show(window, "clean", qtbot)
    assert isinstance(page, CleanPage)
    found, said = set[str](), ""
    for kind in page.findings.counts:
        page.kinds.rows[kind].click()
        qtbot.waitUntil(lambda: page.idle)
        said += page.pane.reason.text()
        found |= bare_words(window)
    assert "«The image is" in said
    assert not found, "\n".join(sorted(found))


def test_steps_and_errors_are_not_bare(window: MainWindow, qtbot: Any, tmp_path: Path) -> None:
    show(window, "label", qtbot)
    assert window.pages is not None
    session = window.pages.session
    ids = session.dataset.sample_ids()
    for number, answer in ((1, "happy"), (3, None)):
        session.do(window, lambda d, n=number, a=answer: d.label(ids[:n], "expression", a))
        assert not bare_words(window)
    assert window.actions_of_window.undo.text() == "«&Undo»: «Label 3 samples «unsure»»"
    with pytest.raises(DatasetError) as refused:
        Dataset.open(tmp_path)
    window.messages.problem(refused.value)
    assert "«" in window.messages.standing[-1].text
    assert not bare_words(window)
