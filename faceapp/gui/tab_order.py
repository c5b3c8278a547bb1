"""Tab goes through a page as it is read, whatever order its parts were made in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QScrollArea, QSplitter, QStackedWidget, QTabWidget, QWidget


def tab_through(*parts: QWidget) -> None:
    """Have Tab visit the fields of these parts in the order in which they are laid out.

    To be called again when some of them were made anew: those take their place then.
    """
    fields = [
        each
        for part in parts
        for each in _laid_out(part)
        if each.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    for one, next_one in pairwise(fields):
        QWidget.setTabOrder(one, next_one)


def _laid_out(widget: QWidget) -> Iterator[QWidget]:
    """A widget and everything in it, as it is read."""
    yield widget
    for child in _parts(widget):
        yield from _laid_out(child)


def _parts(widget: QWidget) -> Iterator[QWidget]:
    places: Iterable[QWidget | None]
    match widget:
        case QScrollArea():
            places = (widget.widget(),)
        case QTabWidget():
            pages = (widget.widget(place) for place in range(widget.count()))
            places = (widget.tabBar(), *pages)
        case QSplitter() | QStackedWidget():
            places = (widget.widget(place) for place in range(widget.count()))
        case _:
            layout = widget.layout()
            places = () if layout is None else _in_layout(layout)
    return (each for each in places if each is not None)


def _in_layout(layout: QLayout) -> Iterator[QWidget]:
    items = (layout.itemAt(place) for place in range(layout.count()))
    for item in (each for each in items if each is not None):
        if (child := item.widget()) is not None:
            yield child
        elif (inner := item.layout()) is not None:
            yield from _in_layout(inner)
