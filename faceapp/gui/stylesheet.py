"""What the palette cannot say: cards, tabs, and buttons by their weight.

A widget takes part through its property `role`: "card", "primary", "quiet", "dim", "heading".
"""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from faceapp.gui.colours import HALF, RADIUS, UNIT, Colours


def give_role(widget: QWidget, role: str) -> None:
    """Have the widget drawn in a role; it may already be on screen."""
    widget.setProperty("role", role)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def stylesheet(colours: Colours, icon: int) -> str:
    """The application's stylesheet in these colours, with icons on buttons of so many pixels."""
    return f"""
QPushButton, QToolButton {{ icon-size: {icon}px; }}
QPushButton {{
    background: {colours.raised}; color: {colours.text};
    border: 1px solid {colours.line}; border-radius: {RADIUS}px;
    padding: {HALF + 1}px {2 * UNIT - 1}px;
}}
QPushButton:hover {{ background: {colours.hover}; }}
QPushButton:pressed {{ background: {colours.line}; }}
QPushButton:disabled {{ color: {colours.dim}; background: {colours.window}; }}
QPushButton:focus {{
    border: 2px solid {colours.accent}; padding: {HALF}px {2 * UNIT - 2}px;
}}
QPushButton[role="primary"], QPushButton:default {{
    background: {colours.accent}; color: {colours.on_accent}; border-color: {colours.accent};
}}
QPushButton[role="primary"]:hover, QPushButton:default:hover {{
    background: {colours.accent_hover}; border-color: {colours.accent_hover};
}}
QPushButton[role="primary"]:focus, QPushButton:default:focus {{
    border: 2px solid {colours.text};
}}
QPushButton[role="primary"]:disabled, QPushButton:default:disabled {{
    background: {colours.line}; color: {colours.dim}; border-color: {colours.line};
}}
QPushButton[role="quiet"], QToolButton[role="quiet"] {{
    background: transparent; border: 2px solid transparent; border-radius: {RADIUS}px;
    padding: {HALF}px {UNIT}px;
}}
QPushButton[role="quiet"]:hover, QToolButton[role="quiet"]:hover {{ background: {colours.hover}; }}
QPushButton[role="quiet"]:focus, QToolButton[role="quiet"]:focus {{
    border-color: {colours.accent};
}}
QToolButton[role="quiet"]::menu-indicator, QPushButton[role="quiet"]::menu-indicator {{
    image: none;
}}
QFrame[role="card"] {{
    background: {colours.base}; border: 1px solid {colours.line}; border-radius: {UNIT}px;
}}
QLabel[role="dim"] {{ color: {colours.dim}; }}
QTabBar[role="pages"]::tab {{
    background: transparent; color: {colours.dim};
    border: none; border-bottom: 3px solid transparent;
    padding: {UNIT + 2}px {UNIT}px {UNIT - 1}px {UNIT}px; margin: 0 {UNIT}px;
}}
QTabBar[role="pages"]::tab:hover {{ color: {colours.text}; }}
QTabBar[role="pages"]::tab:selected {{
    color: {colours.text}; border-bottom-color: {colours.accent};
}}
QTabBar[role="pages"]::tab:focus {{
    color: {colours.accent};
}}
QProgressBar {{
    background: {colours.line}; border: none; border-radius: 3px; max-height: 6px;
}}
QProgressBar::chunk {{ background: {colours.accent}; border-radius: 3px; }}
QScrollArea {{ background: transparent; border: none; }}
QToolTip {{
    background: {colours.raised}; color: {colours.text};
    border: 1px solid {colours.line}; padding: {HALF}px;
}}
"""
