"""What the palette cannot say: cards, tabs, sizes of text, and buttons by their weight.

A widget takes part through its property `role`, one or several of these words: "card"; "primary"
and "quiet" for buttons, "plain" for tool buttons that look like push buttons; "pages" and "inner"
for tabs; "display", "title", "heading", "strong", "small" and "dim" for text. Sizes
of text stand here because under a stylesheet Qt takes back a font that was set on a widget when
the widget gets another parent.
"""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QWidget

from faceapp.gui.colours import DISPLAY, HALF, HEADING, RADIUS, SMALL, TITLE, UNIT, Colours
from faceapp.paths import resource_path

_SCROLL_BAR = UNIT + HALF


def give_role(widget: QWidget, role: str) -> None:
    """Have the widget drawn in a role or several; it may already be on screen."""
    widget.setProperty("role", role)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def stylesheet(colours: Colours, font: QFont) -> str:
    """The application's stylesheet in these colours, for text of this font."""
    icon = QFontMetrics(font).height() * 9 // 8
    parts = (
        _buttons(colours, icon),
        _fields(colours, icon),
        _text(colours, font),
        _frames(colours),
        _bars(colours),
    )
    return "".join(parts)


def _buttons(colours: Colours, icon: int) -> str:
    return f"""
QPushButton, QToolButton {{ icon-size: {icon}px; }}
QPushButton, QToolButton[role~="plain"] {{
    background: {colours.raised}; color: {colours.text};
    border: 1px solid {colours.line}; border-radius: {RADIUS}px;
    padding: {HALF + 1}px {2 * UNIT - 1}px;
}}
QPushButton:hover, QToolButton[role~="plain"]:hover {{ background: {colours.hover}; }}
QPushButton:pressed, QToolButton[role~="plain"]:pressed {{ background: {colours.line}; }}
QPushButton:disabled, QToolButton[role~="plain"]:disabled {{
    color: {colours.dim}; background: {colours.window};
}}
QPushButton:focus {{
    border: 2px solid {colours.accent}; padding: {HALF}px {2 * UNIT - 2}px;
}}
QToolButton[role~="plain"] {{ padding: {HALF + 1}px {UNIT}px; }}
QToolButton[role~="plain"]:focus {{
    border: 2px solid {colours.accent}; padding: {HALF}px {UNIT - 1}px;
}}
QToolButton[role~="plain"]:checked, QToolButton[role~="quiet"]:checked {{
    background: {colours.selected}; color: {colours.text};
}}
QPushButton[role~="primary"], QPushButton:default {{
    background: {colours.accent}; color: {colours.on_accent}; border-color: {colours.accent};
}}
QPushButton[role~="primary"]:hover, QPushButton:default:hover {{
    background: {colours.accent_hover}; border-color: {colours.accent_hover};
}}
QPushButton[role~="primary"]:focus, QPushButton:default:focus {{
    border: 2px solid {colours.text};
}}
QPushButton[role~="primary"]:disabled, QPushButton:default:disabled {{
    background: {colours.window}; color: {colours.dim}; border-color: {colours.line};
}}
QPushButton[role~="quiet"], QToolButton[role~="quiet"] {{
    background: transparent; border: 2px solid transparent; border-radius: {RADIUS}px;
    padding: {HALF}px {UNIT}px;
}}
QPushButton[role~="quiet"]:hover, QToolButton[role~="quiet"]:hover {{
    background: {colours.hover};
}}
QPushButton[role~="quiet"]:focus, QToolButton[role~="quiet"]:focus {{
    border-color: {colours.accent};
}}
QToolButton[role~="quiet"]::menu-indicator, QPushButton[role~="quiet"]::menu-indicator {{
    image: none;
}}
"""


def _fields(colours: Colours, icon: int) -> str:
    def picture(name: str) -> str:
        return resource_path("icons", f"{name}-{colours.scheme}.svg").as_posix()

    return f"""
QLineEdit, QPlainTextEdit, QComboBox {{
    background: {colours.base}; color: {colours.text};
    selection-background-color: {colours.accent}; selection-color: {colours.on_accent};
    border: 1px solid {colours.handle}; border-radius: {HALF}px; padding: {HALF}px {UNIT - 1}px;
}}
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus {{
    border: 2px solid {colours.accent}; padding: {HALF - 1}px {UNIT - 2}px;
}}
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled {{
    background: {colours.window}; color: {colours.dim}; border-color: {colours.line};
}}
QComboBox {{ combobox-popup: 0; }}  /* a list: the menu-like one is too short for its last line */
QComboBox QAbstractItemView::item {{ padding: {HALF - 1}px; }}
QComboBox QLineEdit {{ border: none; padding: 0; background: transparent; }}
QComboBox::drop-down {{ border: none; width: {icon + HALF}px; }}
QComboBox::down-arrow {{
    image: url("{picture("arrow")}"); width: {icon * 2 // 3}px; height: {icon * 2 // 3}px;
}}
QSlider {{ border: 2px solid transparent; border-radius: {HALF}px; }}
QSlider:focus {{ border-color: {colours.accent}; }}
QCheckBox {{ spacing: {UNIT}px; }}
QCheckBox::indicator {{
    width: {icon}px; height: {icon}px; border: 1px solid {colours.handle};
    border-radius: {HALF}px; background: {colours.base};
}}
QCheckBox::indicator:focus {{ border: 2px solid {colours.accent}; }}
QCheckBox::indicator:checked {{
    background: {colours.accent}; border-color: {colours.accent};
    image: url("{picture("tick")}");
}}
QCheckBox::indicator:checked:focus {{ border: 2px solid {colours.text}; }}
QListView::indicator, QTableView::indicator {{
    width: {icon * 3 // 4}px; height: {icon * 3 // 4}px; border: 1px solid {colours.handle};
    border-radius: {HALF}px; background: {colours.base};
}}
QListView::indicator:checked, QTableView::indicator:checked {{
    background: {colours.accent}; border-color: {colours.on_accent};
    image: url("{picture("tick")}");
}}
"""


def _text(colours: Colours, font: QFont) -> str:
    body = font.pointSizeF()
    return f"""
*[role~="display"] {{ font-size: {DISPLAY * body}pt; font-weight: 700; }}
*[role~="title"] {{ font-size: {TITLE * body}pt; font-weight: 600; }}
*[role~="heading"] {{ font-size: {HEADING * body}pt; font-weight: 600; }}
*[role~="strong"] {{ font-weight: 600; }}
*[role~="small"] {{ font-size: {SMALL * body}pt; }}
QLabel[role~="dim"] {{ color: {colours.dim}; }}
"""


def _frames(colours: Colours) -> str:
    return f"""
QFrame[role~="card"] {{
    background: {colours.base}; border: 1px solid {colours.line}; border-radius: {UNIT}px;
}}
QFrame[role~="card"]:focus {{ border-color: {colours.accent}; }}
QScrollArea[role~="stop"] {{ border: 1px solid transparent; border-radius: {HALF}px; }}
QScrollArea[role~="stop"]:focus {{ border-color: {colours.accent}; }}
QTabBar[role~="pages"]::tab {{
    background: transparent; color: {colours.dim};
    border: none; border-bottom: 3px solid transparent;
    padding: {UNIT + 2}px {UNIT}px {UNIT - 1}px {UNIT}px; margin: 0 {UNIT}px;
}}
QTabBar[role~="pages"]::tab:hover {{ color: {colours.text}; }}
QTabBar[role~="pages"]::tab:selected {{
    color: {colours.text}; border-bottom-color: {colours.accent};
}}
QTabBar[role~="pages"]::tab:focus {{
    color: {colours.accent};
}}
QTabBar[role~="inner"]::tab {{
    background: transparent; color: {colours.dim};
    border: none; border-bottom: 2px solid transparent;
    padding: {HALF}px 2px; margin: 0 {UNIT}px {HALF}px 0;
}}
QTabBar[role~="inner"]::tab:hover {{ color: {colours.text}; }}
QTabBar[role~="inner"]::tab:selected {{
    color: {colours.text}; border-bottom-color: {colours.accent};
}}
QTabBar[role~="inner"]::tab:focus {{ color: {colours.accent}; }}
QHeaderView {{ background: {colours.base}; border: none; }}
QHeaderView::section {{
    background: {colours.base}; color: {colours.dim};
    border: none; border-bottom: 1px solid {colours.line}; padding: {HALF}px {UNIT - 2}px;
}}
QTableView::item {{ padding: 0 {HALF}px; }}
QScrollArea {{ background: transparent; border: none; }}
QToolTip {{
    background: {colours.raised}; color: {colours.text};
    border: 1px solid {colours.line}; padding: {HALF}px;
}}
"""


def _bars(colours: Colours) -> str:
    return f"""
QProgressBar {{
    background: {colours.line}; border: none; border-radius: 3px; max-height: 6px;
}}
QProgressBar::chunk {{ background: {colours.accent}; border-radius: 3px; }}
QScrollBar {{ background: transparent; border: none; }}
QScrollBar:vertical {{ width: {_SCROLL_BAR}px; }}
QScrollBar:horizontal {{ height: {_SCROLL_BAR}px; }}
QScrollBar::handle {{ background: {colours.handle}; border-radius: 3px; margin: 3px; }}
QScrollBar::handle:hover {{ background: {colours.dim}; }}
QScrollBar::handle:vertical {{ min-height: {4 * UNIT}px; }}
QScrollBar::handle:horizontal {{ min-width: {4 * UNIT}px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""
