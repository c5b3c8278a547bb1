"""The theme: every text can be read in light and dark, sizes follow the zoom, the system leads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QStackedWidget, QVBoxLayout, QWidget

from faceapp.gui.colours import BODY, DISPLAY, HEADING, SMALL, TITLE
from faceapp.gui.stylesheet import give_role, stylesheet
from faceapp.gui.theme import (
    DARK,
    LIGHT,
    Colours,
    Theme,
    colours_of,
    contrast,
    install_fonts,
    luminance,
    palette,
    text_on,
)
from faceapp.paths import resource_path

pytestmark = [pytest.mark.gui, pytest.mark.usefixtures("qapp")]

READABLE, VISIBLE = 4.5, 3.0  # WCAG 2.2: text; edges, rings and icons
SCHEMES = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
Group, Role = QPalette.ColorGroup, QPalette.ColorRole
HEX = re.compile(r"#[0-9a-f]{6}")


def rules(colours: Colours) -> Iterator[tuple[str, dict[str, str]]]:
    """Every rule of the stylesheet: its selector and what it declares."""
    sheet = stylesheet(colours, QFont())
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", sheet):
        pairs = (each.split(":", 1) for each in body.split(";") if ":" in each)
        yield selector.strip(), {name.strip(): value.strip() for name, value in pairs}


@SCHEMES
def test_text_of_the_stylesheet_can_be_read(colours: Colours) -> None:
    told = [
        (selector, declared["color"], declared["background"])
        for selector, declared in rules(colours)
        if "color" in declared and HEX.fullmatch(declared.get("background", ""))
    ]
    assert len(told) >= 5
    for selector, text, ground in told:
        assert contrast(text, ground) >= READABLE, selector


@SCHEMES
@pytest.mark.parametrize("text", ["text", "dim"])
@pytest.mark.parametrize("ground", ["window", "base", "raised", "hover", "selected"])
def test_text_can_be_read_on_every_ground(colours: Colours, text: str, ground: str) -> None:
    assert contrast(getattr(colours, text), getattr(colours, ground)) >= READABLE


@SCHEMES
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("on_accent", "accent"),
        ("on_accent", "accent_hover"),
        ("text", "line"),  # a pressed button
        ("accent", "window"),  # a tab in focus
        ("accent", "base"),  # a link
        ("problem", "base"),
    ],
)
def test_coloured_text_can_be_read(colours: Colours, text: str, ground: str) -> None:
    assert contrast(getattr(colours, text), getattr(colours, ground)) >= READABLE


@SCHEMES
@pytest.mark.parametrize("mark", ["accent", "handle", "info", "warning", "problem"])
@pytest.mark.parametrize("ground", ["window", "base"])
def test_rings_edges_and_handles_are_seen(colours: Colours, mark: str, ground: str) -> None:
    assert contrast(getattr(colours, mark), getattr(colours, ground)) >= VISIBLE


@SCHEMES
@pytest.mark.parametrize("group", [Group.Active, Group.Inactive, Group.Disabled])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        (Role.WindowText, Role.Window),
        (Role.Text, Role.Base),
        (Role.Text, Role.AlternateBase),
        (Role.PlaceholderText, Role.Base),
        (Role.ButtonText, Role.Button),
        (Role.HighlightedText, Role.Highlight),
        (Role.ToolTipText, Role.ToolTipBase),
        (Role.Link, Role.Window),
        (Role.BrightText, Role.Window),
    ],
)
def test_text_of_the_palette_can_be_read(
    colours: Colours, group: Group, text: Role, ground: Role
) -> None:
    made = palette(colours)
    assert contrast(made.color(group, text), made.color(group, ground)) >= READABLE


RGB = st.tuples(*[st.integers(0, 255)] * 3).map(lambda rgb: QColor(*rgb))


@given(ground=RGB)
def test_text_can_be_read_on_any_class_colour(ground: QColor) -> None:
    assert contrast(text_on(ground), ground) >= READABLE


@given(one=RGB, other=RGB)
def test_contrast_is_the_same_both_ways_and_within_its_range(one: QColor, other: QColor) -> None:
    assert contrast(one, other) == contrast(other, one)
    assert 1 <= contrast(one, other) <= 21.001


def test_contrast_is_what_the_standard_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert luminance("#ff0000") == pytest.approx(0.2126)


@SCHEMES
def test_every_picture_of_the_stylesheet_is_there(colours: Colours) -> None:
    pictures = re.findall(r'url\("([^"]+)"\)', stylesheet(colours, QFont()))
    assert len(set(pictures)) == 2  # an arrow, and the tick of boxes and lists
    for each in pictures:
        assert resource_path("icons", each.rsplit("/", 1)[1]).is_file()


# -- the theme in force


def test_light_and_dark_can_be_chosen(theme: Theme, qtbot: Any) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    for mode, colours in (("dark", DARK), ("light", LIGHT)):
        with qtbot.waitSignal(theme.changed):
            theme.set_mode(mode)
        assert theme.colours is colours
        assert colours_of(widget) is colours


def test_the_system_leads_only_where_it_should(
    theme: Theme, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    hints = qapp.styleHints()

    class Hints:
        scheme = Qt.ColorScheme.Dark

        def colorScheme(self) -> Qt.ColorScheme:  # noqa: N802
            return self.scheme

    system = Hints()
    monkeypatch.setattr(theme._app, "styleHints", lambda: system, raising=False)
    theme.set_mode("system")
    assert theme.colours is DARK
    shown: list[Colours] = []
    theme.changed.connect(lambda: shown.append(theme.colours))
    system.scheme = Qt.ColorScheme.Light
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert shown == [LIGHT]
    assert qapp.palette().color(Role.Window) == QColor(LIGHT.window)
    theme.set_mode("dark")
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert shown == [LIGHT, DARK]
    system.scheme = Qt.ColorScheme.Unknown  # as on a desktop that does not say
    theme.set_mode("system")
    assert theme.colours is LIGHT


@pytest.mark.parametrize("zoom", [0.75, 1.0, 2.0])
def test_all_text_follows_the_zoom(theme: Theme, qapp: QApplication, zoom: float) -> None:
    usual = qapp.font().pointSizeF()
    theme.set_zoom(zoom)
    assert qapp.font().pointSizeF() == pytest.approx(zoom * usual, abs=0.1)
    theme.set_zoom(1.0)
    assert qapp.font().pointSizeF() == pytest.approx(usual)


ROLES = {"display": DISPLAY, "title": TITLE, "heading": HEADING, "strong": BODY, "small": SMALL}


@pytest.mark.parametrize("when", ["before", "after"])
def test_sizes_of_text_outlive_a_new_parent_and_follow_the_zoom(
    theme: Theme, qapp: QApplication, qtbot: Any, when: str
) -> None:
    """Under a stylesheet Qt takes a font back that was set on a widget that moves."""
    labels = {role: QLabel(role) for role in ROLES}
    page = QWidget()
    layout = QVBoxLayout(page)
    if when == "before":
        for role, label in labels.items():
            give_role(label, role)
    for label in labels.values():
        layout.addWidget(label)
    window = QStackedWidget()
    qtbot.addWidget(window)
    window.addWidget(page)
    window.show()
    if when == "after":
        for role, label in labels.items():
            give_role(label, role)
    for zoom in (1.0, 2.0):
        theme.set_zoom(zoom)
        body = qapp.font().pointSizeF()
        sizes = {role: label.font().pointSizeF() / body for role, label in labels.items()}
        assert sizes == pytest.approx(ROLES, abs=0.02)
        bold = {role for role, label in labels.items() if label.font().weight() >= 600}
        assert bold == set(ROLES) - {"small"}


def test_a_widget_may_have_several_roles(theme: Theme, qtbot: Any) -> None:
    label = QLabel("note")
    qtbot.addWidget(label)
    give_role(label, "dim small")
    label.show()
    assert label.palette().color(Role.WindowText) == QColor(theme.colours.dim)
    assert label.font().pointSizeF() < QApplication.font().pointSizeF()


def test_the_machine_has_a_font_in_the_end(qapp: QApplication) -> None:
    install_fonts()
    assert QFontDatabase.families()
