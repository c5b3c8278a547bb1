"""Small widgets: what they show can be read, clicked, and reached by keyboard."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from faceapp.gui.widgets.choice_row import ChoiceRow
from faceapp.gui.widgets.class_bars import Bar, ClassBars
from faceapp.gui.widgets.class_button import ClassButton, Standing
from faceapp.gui.widgets.empty_state import EmptyState
from faceapp.gui.widgets.thin_bar import ThinBar

pytestmark = pytest.mark.gui

ORANGE = "#e69f00"


def picture(widget: QWidget) -> QImage:
    return widget.grab().toImage()


def share_of(image: QImage, colour: str) -> float:
    """Share of an image's pixels that have this very colour."""
    wanted = QColor(colour).rgb()
    pixels = [image.pixel(x, y) for y in range(image.height()) for x in range(image.width())]
    return pixels.count(wanted) / len(pixels)


def test_a_choice_tells_its_count_to_eye_and_screen_reader(qtbot: Any) -> None:
    row = ChoiceRow("happy", ORANGE)
    qtbot.addWidget(row)
    row.resize(160, 24)
    assert row.accessibleName() == "happy"
    bare = picture(row)
    row.set_count(1300)
    assert row.accessibleName() == "happy, 1,300"
    assert picture(row) != bare
    assert share_of(picture(row), ORANGE) > 0


def test_a_choice_is_made_by_mouse_and_by_space(qtbot: Any) -> None:
    row = ChoiceRow("happy")
    qtbot.addWidget(row)
    QTest.mouseClick(row, Qt.MouseButton.LeftButton)
    assert row.isChecked()
    QTest.keyClick(row, Qt.Key.Key_Space)
    assert not row.isChecked()


def test_a_long_choice_is_cut_and_not_the_count(qtbot: Any) -> None:
    row = ChoiceRow("a very long name of a source that nobody has room for")
    qtbot.addWidget(row)
    row.set_count(7)
    assert row.minimumSizeHint().width() < row.sizeHint().width() / 4


@pytest.mark.parametrize(
    ("standing", "least", "most"),
    [(Standing.GIVEN, 0.5, 1.0), (Standing.SUGGESTED, 0.005, 0.2), (Standing.NONE, 0.005, 0.2)],
)
def test_the_present_answer_is_filled(
    qtbot: Any, standing: Standing, least: float, most: float
) -> None:
    button = ClassButton("happy", "2", ORANGE)
    qtbot.addWidget(button)
    button.resize(160, 32)
    button.set_standing(standing)
    assert least <= share_of(picture(button), ORANGE) <= most


def test_an_answer_says_how_it_stands(qtbot: Any) -> None:
    button = ClassButton("happy", "2", ORANGE)
    qtbot.addWidget(button)
    names = []
    for standing in Standing:
        button.set_standing(standing)
        names.append(button.accessibleName())
    assert names == ["happy", "happy, present answer", "happy, suggested"]


def test_another_key_is_wanted_by_the_context_menu(qtbot: Any) -> None:
    button = ClassButton("happy", "2", ORANGE)
    qtbot.addWidget(button)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(1, 1), QPoint(1, 1))
    with qtbot.waitSignal(button.key_wanted):
        QApplication.sendEvent(button, event)


def test_bars_are_as_long_as_their_shares(qtbot: Any) -> None:
    bars = ClassBars()
    qtbot.addWidget(bars)
    bars.resize(400, 50)
    bars.show_bars([Bar("happy", ORANGE, 40, 1.0), Bar("sad", "#0072b2", 10, 0.25)])
    bars.show()
    long, short = bars.buttons
    ratio = share_of(picture(long), ORANGE) / share_of(picture(short), "#0072b2")
    assert ratio == pytest.approx(4, rel=0.25)
    assert short.accessibleName() == "sad, 10"


def test_a_bar_tells_which_class_was_clicked(qtbot: Any) -> None:
    bars = ClassBars()
    qtbot.addWidget(bars)
    bars.show_bars([Bar("happy", ORANGE, 40, 1.0), Bar("sad", "#0072b2", 0, 0.0)])
    with qtbot.waitSignal(bars.chosen) as chosen:
        QTest.mouseClick(bars.buttons[1], Qt.MouseButton.LeftButton)
    assert chosen.args == ["sad"]


def test_the_same_bars_are_kept_when_only_numbers_change(qtbot: Any) -> None:
    bars = ClassBars()
    qtbot.addWidget(bars)
    bars.show_bars([Bar("happy", ORANGE, 40, 1.0)])
    before = list(bars.buttons)
    bars.show_bars([Bar("happy", ORANGE, 41, 1.0)])
    assert list(bars.buttons) == before
    bars.show_bars([Bar("joyful", ORANGE, 41, 1.0)])
    assert list(bars.buttons) != before


@pytest.mark.parametrize(("done", "total", "share"), [(0, 0, 0.0), (1, 4, 0.25), (9, 4, 1.0)])
def test_a_thin_bar_fills(qtbot: Any, done: int, total: int, share: float) -> None:
    bar = ThinBar()
    qtbot.addWidget(bar)
    bar.show_share(done, total, "words")
    assert bar.share == share
    assert bar.accessibleName() == "words"
    picture(bar)


def test_an_empty_state_offers_what_to_do(qtbot: Any) -> None:
    pressed: list[str] = []
    empty = EmptyState()
    qtbot.addWidget(empty)
    empty.say("Old", "words", [("Gone", lambda: pressed.append("gone"))])
    empty.say(
        "Nothing",
        "here",
        [("One", lambda: pressed.append("1")), ("Two", lambda: pressed.append("2"))],
    )
    empty.show()
    assert [button.text() for button in empty.buttons] == ["One", "Two"]
    for button in empty.buttons:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert pressed == ["1", "2"]


@pytest.mark.parametrize("room", [800, 240])
def test_no_word_of_an_empty_state_stands_alone(room: int, qtbot: Any) -> None:
    empty = EmptyState()
    qtbot.addWidget(empty)
    empty.resize(room, 600)
    whole = empty.fontMetrics().horizontalAdvance
    words = "images of faces"
    while whole(words) < min(52 * 8, room - 4 * 8):  # the last word begins a line
        words += " images"
    empty.say("Nothing", words)
    empty.show()
    text, wrap = empty._text, Qt.TextFlag.TextWordWrap.value
    lines = text.fontMetrics().boundingRect(QRect(0, 0, text.width(), 999), wrap, words)
    assert lines.height() < 3 * text.fontMetrics().lineSpacing()
    assert text.width() < 0.8 * whole(words)
    empty.say("Nothing", "Word")
    assert text.maximumWidth() >= whole("Word")
