"""Qt's key events as plain values."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from faceapp.gui.label.keys import Press

_NAMES: dict[int, str] = {
    Qt.Key.Key_Space: "space",
    Qt.Key.Key_Backspace: "backspace",
    Qt.Key.Key_Delete: "delete",
    Qt.Key.Key_Return: "return",
    Qt.Key.Key_Enter: "enter",
    Qt.Key.Key_Escape: "escape",
    Qt.Key.Key_Left: "left",
    Qt.Key.Key_Right: "right",
    Qt.Key.Key_Up: "up",
    Qt.Key.Key_Down: "down",
    Qt.Key.Key_Home: "home",
    Qt.Key.Key_End: "end",
}
_SHORTCUTS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


def press_of(event: QKeyEvent) -> Press:
    """The key that was pressed; `text` is what it types, whatever the keyboard's layout."""
    text = event.text()
    return Press(
        text=text if text.isprintable() else "",
        name=_NAMES.get(event.key(), ""),
        shift=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier),
        ctrl=bool(event.modifiers() & _SHORTCUTS),
    )
