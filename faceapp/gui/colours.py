"""The colours of light and dark, the grid that everything keeps to, and the sizes of text."""

from __future__ import annotations

from dataclasses import dataclass

UNIT = 8  # px: every gap is a multiple of it, or its half
HALF = UNIT // 2
RADIUS = 6
DISPLAY, TITLE, HEADING, BODY, SMALL = 2.5, 1.8, 1.25, 1.0, 0.9  # of text, as shares of the body's


@dataclass(frozen=True)
class Colours:
    """The colours of one scheme, as "#rrggbb"; text on any ground keeps a contrast of 4.5:1."""

    scheme: str  # "light" or "dark": says which of the pictures in resources/icons go with it
    window: str
    base: str  # fields, lists and cards
    raised: str  # buttons
    hover: str
    text: str
    dim: str  # text of less weight
    line: str
    handle: str  # of scroll bars, and the edge of fields: 3:1 on the window and on cards
    accent: str
    accent_hover: str
    on_accent: str
    selected: str  # ground of selected rows
    info: str
    warning: str
    problem: str


LIGHT = Colours(
    scheme="light",
    window="#f4f5f7",
    base="#ffffff",
    raised="#ffffff",
    hover="#eceef3",
    text="#1b1d23",
    dim="#5a6070",
    line="#d5d8e0",
    handle="#868b9b",
    accent="#4a4fcf",
    accent_hover="#3c40b4",
    on_accent="#ffffff",
    selected="#e3e4fa",
    info="#4a4fcf",
    warning="#9a5b00",
    problem="#b3261e",
)
DARK = Colours(
    scheme="dark",
    window="#17181c",
    base="#1f2127",
    raised="#2a2d35",
    hover="#343843",
    text="#e8e9ee",
    dim="#a3a8b6",
    line="#3a3e49",
    handle="#757b8b",
    accent="#a0a5ff",
    accent_hover="#b9bdff",
    on_accent="#14153a",
    selected="#33366b",
    info="#a0a5ff",
    warning="#f0b254",
    problem="#ff8a80",
)
