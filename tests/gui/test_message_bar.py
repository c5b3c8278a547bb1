"""The bar: one line, absent when silent; details fold, good news fades, Esc puts it away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from faceapp.gui.message_bar import INFO_SECONDS, MessageBar
from faceapp.gui.messages import MessageAction, Messages

pytestmark = pytest.mark.gui


@pytest.fixture
def bar(messages: Messages, qtbot: Any) -> Iterator[MessageBar]:
    """A bar in a window of its own."""
    window = QWidget()
    qtbot.addWidget(window)
    made = MessageBar(messages)
    layout = QVBoxLayout(window)
    layout.addWidget(made)
    layout.addWidget(QWidget(), 1)
    window.resize(800, 400)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield made
    window.close()


def click(button: QWidget) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def fade(bar: MessageBar) -> None:
    """What happens when the time of a message is over."""
    assert bar._fading.isActive()
    bar._fading.timeout.emit()


def test_it_is_absent_when_silent(bar: MessageBar, messages: Messages) -> None:
    assert not bar.isVisible()
    messages.info("saved")
    assert bar.isVisible()
    assert bar.text.text() == "saved"
    assert bar.accessibleName() == "saved"
    click(bar.close_button)
    assert not bar.isVisible()
    assert messages.standing == ()


def test_early_messages_wait_for_the_bar(messages: Messages, qtbot: Any) -> None:
    messages.warning("early")
    bar = MessageBar(messages)
    qtbot.addWidget(bar)
    assert bar.text.text() == "early"


def test_it_shows_the_newest_and_how_many_more(bar: MessageBar, messages: Messages) -> None:
    messages.warning("one")
    assert not bar.more.isVisible()
    messages.warning("two")
    messages.warning("three")
    assert (bar.text.text(), bar.more.text()) == ("three", "2 more")
    click(bar.close_button)
    assert (bar.text.text(), bar.more.text()) == ("two", "1 more")


def test_text_is_never_taken_for_markup(bar: MessageBar, messages: Messages) -> None:
    messages.warning("<b>no</b> such <i>folder</i>")
    assert bar.text.textFormat() is Qt.TextFormat.PlainText


def test_details_unfold_and_fold(bar: MessageBar, messages: Messages) -> None:
    messages.warning("three refused", details="a.jpg\nb.jpg\nc.jpg")
    assert not bar.details.isVisible()
    click(bar.details_button)
    assert bar.details.isVisible()
    assert bar.details.toPlainText() == "a.jpg\nb.jpg\nc.jpg"
    messages.warning("another", details="d.jpg")
    assert not bar.details.isVisible()
    messages.warning("plain")
    assert not bar.details_button.isVisible()


def test_the_action_runs_and_puts_the_message_away(bar: MessageBar, messages: Messages) -> None:
    ran: list[str] = []
    messages.info("labelled", action=MessageAction("Undo", lambda: ran.append("undo")))
    assert bar.action_button.text() == "Undo"
    click(bar.action_button)
    assert ran == ["undo"]
    assert not bar.isVisible()


def test_an_action_may_say_something_itself(bar: MessageBar, messages: Messages) -> None:
    messages.info("a", action=MessageAction("Undo", lambda: messages.info("undone")))
    click(bar.action_button)
    assert bar.text.text() == "undone"


def test_good_news_fades(bar: MessageBar, messages: Messages) -> None:
    messages.info("saved")
    assert bar._fading.interval() == 1000 * INFO_SECONDS
    fade(bar)
    assert not bar.isVisible()


@pytest.mark.parametrize(
    "say",
    [
        lambda messages: messages.warning("look"),
        lambda messages: messages.problem("bad"),
        lambda messages: messages.info("read me", details="much"),
    ],
)
def test_nothing_else_fades(
    bar: MessageBar, messages: Messages, say: Callable[[Messages], None]
) -> None:
    say(messages)
    assert not bar._fading.isActive()


def test_nothing_fades_from_under_the_keyboard(bar: MessageBar, messages: Messages) -> None:
    messages.info("labelled", action=MessageAction("Undo", lambda: None))
    bar.action_button.setFocus()
    fade(bar)
    assert bar.isVisible()
    bar.action_button.clearFocus()
    fade(bar)
    assert not bar.isVisible()


@pytest.mark.parametrize("place", ["details", "details_button", "action_button", "close_button"])
def test_esc_puts_it_away(bar: MessageBar, messages: Messages, place: str) -> None:
    messages.warning("look", details="much", action=MessageAction("Undo", lambda: None))
    click(bar.details_button)
    widget = getattr(bar, place)
    widget.setFocus()
    QTest.keyClick(widget, Qt.Key.Key_Escape)
    assert not bar.isVisible()


def test_what_is_covered_comes_back_and_fades_then(bar: MessageBar, messages: Messages) -> None:
    messages.info("saved", key="save")
    messages.problem("bad")
    assert not bar._fading.isActive()
    click(bar.close_button)
    assert bar.text.text() == "saved"
    fade(bar)
    assert not bar.isVisible()
