"""Every text can be translated: found by lupdate, compiled by lrelease, said by the window."""

from __future__ import annotations

import ast
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from PySide6.QtCore import QLocale, QTranslator
from PySide6.QtWidgets import QApplication, QDialogButtonBox

from catalogue import PACKAGE, README, make_catalogue, translate
from faceapp.errors import WorldError
from faceapp.gui.language import core_words, error_words, take_language, tr
from faceapp.words import Words, counted

TRANSLATIONS = README.parent / "resources" / "translations"
pytestmark = pytest.mark.gui

_NO_CONTEXT = ""
# They hand on what is marked where it stands.
_HANDED_ON = {"faceapp/gui/language.py", "faceapp/words.py"}


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalogue made from the sources as README says."""
    file = tmp_path_factory.mktemp("language") / "faceapp_de.ts"
    make_catalogue(file)
    return file


def found_by_lupdate(catalogue: Path) -> set[tuple[str, str]]:
    """Context and text of every entry."""
    return {
        (context.findtext("name") or "", message.findtext("source") or "")
        for context in ET.parse(catalogue).getroot().iter("context")
        for message in context.iter("message")
    }


def calls(node: ast.AST, context: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call, with the class that it stands in."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield context, child
        yield from calls(child, child.name if isinstance(child, ast.ClassDef) else context)


def texts() -> Iterator[tuple[str, str, str]]:
    """Where each text stands that goes on screen, and its context and words; "" if no literal."""
    for path in sorted(PACKAGE.rglob("*.py")):
        where = path.relative_to(PACKAGE.parent).as_posix()
        if where in _HANDED_ON:
            continue
        for of_class, call in calls(ast.parse(path.read_text(encoding="utf-8")), ""):
            context = context_of(call.func, of_class)
            if context is None:
                continue
            match call.args:
                case [ast.Constant(str() as words)]:
                    yield f"{where}:{call.lineno}", context, words
                case _:
                    yield f"{where}:{call.lineno}", context, ""


def context_of(function: ast.expr, of_class: str) -> str | None:
    """Where the window looks for the text that a function is given; None for other functions."""
    match function:
        case ast.Name("tr" | "Words"):
            return _NO_CONTEXT
        case ast.Attribute(ast.Name("self"), "tr"):
            return of_class
        case ast.Attribute(_, "tr"):
            return "lupdate takes the name before the dot for the class"
        case ast.Attribute(_, "translate") | ast.Name("QT_TRANSLATE_NOOP"):
            return "tr and Words are enough"
    return None


def test_lupdate_finds_every_text(catalogue: Path) -> None:
    found = found_by_lupdate(catalogue)
    lost = [where for where, *text in texts() if tuple(text) not in found]
    assert not lost, "\n".join(lost)


def test_no_name_of_a_value_is_lost_on_the_way(catalogue: Path) -> None:
    assert (_NO_CONTEXT, "Label {number:,} samples {answer}") in found_by_lupdate(catalogue)


@pytest.fixture(params=["de_DE"])
def german(catalogue: Path, qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[None]:
    """Three texts in German, as a translator would send them, on a machine set to a language."""
    said = {
        "Label {number:,} samples {answer}": "{answer} für {number:,} Bilder",
        "unsure": "unsicher",
        "{file} cannot be read: {error}.": "{file} ist unlesbar: {error}.",
        "{number} person or family": "{Zahl} Person oder Familie",
    }
    translate(catalogue, said.get)
    before = QLocale()
    QLocale.setDefault(QLocale(request.param))
    take_language(qapp, catalogue.parent)
    yield
    QLocale.setDefault(before)
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.deleteLater()


@pytest.mark.usefixtures("german")
def test_the_window_says_what_the_core_said_in_english() -> None:
    one, many = Words("Label {number} sample {answer}"), Words("Label {number:,} samples {answer}")
    step = counted(12345, one, many, answer=Words("unsure"))
    assert step == "Label 12,345 samples unsure"
    assert core_words(step) == "unsicher für 12.345 Bilder"


@pytest.mark.usefixtures("german")
def test_dialogs_of_qt_follow(qtbot: Any) -> None:
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(box)
    assert box.button(QDialogButtonBox.StandardButton.Cancel).text() == "Abbrechen"


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize("german", ["en_GB", "fr_FR"], indirect=True)
def test_other_machines_stay_english() -> None:
    assert tr("unsure") == "unsure"


@pytest.mark.usefixtures("german")
def test_an_error_inside_an_error_is_said_too() -> None:
    inner = WorldError(Words("{file} cannot be read: {error}.", file="b.csv", error=OSError("x")))
    outer = WorldError(Words("{file} cannot be read: {error}.", file="a.csv", error=inner))
    assert str(outer) == "a.csv cannot be read: b.csv cannot be read: x.."
    assert error_words(outer) == "a.csv ist unlesbar: b.csv ist unlesbar: x.."


@pytest.mark.usefixtures("german")
def test_a_name_that_was_translated_too_hides_nothing() -> None:
    assert core_words(Words("{number} person or family", number=1)) == "1 person or family"


@pytest.mark.parametrize("file", sorted(TRANSLATIONS.glob("*.ts")), ids=lambda file: file.stem)
def test_translations_that_ship_keep_the_names_in_braces(file: Path) -> None:
    for message in ET.parse(file).getroot().iter("message"):
        said = message.findtext("translation")
        if said:
            assert names_in(said) == names_in(message.findtext("source") or ""), said


def names_in(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.usefixtures("german")
def test_what_nobody_translated_stays_english() -> None:
    assert tr("Stopping...") == "Stopping..."
    assert core_words("told by a library") == "told by a library"
    assert error_words(KeyError()) == "KeyError"


@pytest.mark.parametrize("values", [{"number": 3}, {"number": 0.5}])
def test_values_are_written_as_in_english_by_default(values: dict[str, float]) -> None:
    words = Words("{number} of all", **values)
    assert core_words(words) == words
