"""The bar under the tabs that shows the newest message: one line, details folded away."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, QTimer
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QKeyEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from faceapp.gui.icons import Tone, icon
from faceapp.gui.messages import Level, Message, Messages
from faceapp.gui.stylesheet import give_role
from faceapp.gui.text import counted
from faceapp.gui.theme import HALF, UNIT, colours_of

INFO_SECONDS = 10
_EDGE = 4
_DETAILS_LINES = 8


class MessageBar(QWidget):
    """Shows the newest of the messages that stand; nothing at all where none does."""

    def __init__(self, messages: Messages, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._messages = messages
        self._message: Message | None = None
        self._fading = QTimer(self, interval=1000 * INFO_SECONDS, singleShot=True)
        self._fading.timeout.connect(self._fade)
        self._make()
        self._lay_out()
        self.hide()
        messages.changed.connect(self._show_newest)
        self._show_newest()

    def _make(self) -> None:
        self.picture = QLabel()
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.more = QLabel()
        give_role(self.more, "dim")
        self.details_button = QPushButton(self.tr("Details"))
        self.details_button.setCheckable(True)
        self.details_button.toggled.connect(self._fold)
        self.action_button = QPushButton()
        self.action_button.clicked.connect(self._act)
        self.close_button = QToolButton()
        self.close_button.setIcon(icon("close"))
        self.close_button.setToolTip(self.tr("Put the message away (Esc)"))
        self.close_button.setAccessibleName(self.tr("Put the message away"))
        self.close_button.clicked.connect(self.put_away)
        for button in (self.details_button, self.action_button, self.close_button):
            give_role(button, "quiet")
        self.details = QPlainTextEdit(readOnly=True)
        self.details.setAccessibleName(self.tr("Details of the message"))
        self.details.hide()

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(UNIT)
        line.addWidget(self.picture)
        line.addWidget(self.text, 1)
        for widget in (self.more, self.details_button, self.action_button, self.close_button):
            line.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * UNIT, HALF, UNIT, HALF)
        layout.setSpacing(HALF)
        layout.addLayout(line)
        layout.addWidget(self.details)

    @property
    def message(self) -> Message | None:
        """The message on show."""
        return self._message

    def put_away(self) -> None:
        """Take the message on show off the bar."""
        if self._message is not None:
            self._messages.put_away(self._message)

    def _fade(self) -> None:
        """Put the message away, but not from under somebody's hand."""
        focused = QApplication.focusWidget()
        if self.underMouse() or (focused is not None and self.isAncestorOf(focused)):
            self._fading.start()
        else:
            self.put_away()

    def _act(self) -> None:
        message = self._message
        if message is not None and message.action is not None:
            self.put_away()
            message.action.run()

    def _show_newest(self) -> None:
        standing = self._messages.standing
        others = len(standing) - 1
        self.more.setVisible(others > 0)
        self.more.setText(counted(others, self.tr("{0} more"), self.tr("{0} more")))
        newest = standing[-1] if standing else None
        if newest is self._message:
            return
        self._message = newest
        self.setVisible(newest is not None)
        self._fading.stop()
        if newest is not None:
            self._show(newest)

    def _show(self, message: Message) -> None:
        self.text.setText(message.text)
        self._show_picture()
        self.details.setPlainText(message.details)
        self.details_button.setChecked(False)
        self.details_button.setVisible(bool(message.details))
        self.action_button.setVisible(message.action is not None)
        self.action_button.setText(message.action.text if message.action else "")
        self.setAccessibleName(message.text)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
        if message.level is Level.INFO and not message.details:
            self._fading.start()
        self.update()

    def _fold(self, unfolded: bool) -> None:
        lines = min(_DETAILS_LINES, self.details.blockCount() + 1)
        self.details.setFixedHeight(lines * self.fontMetrics().lineSpacing() + 2 * UNIT)
        self.details.setVisible(unfolded)

    def _show_picture(self) -> None:
        if self._message is not None:
            side = self.fontMetrics().height()
            self.picture.setPixmap(icon(self._message.level.value, Tone.TEXT).pixmap(side, side))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's own
        """Esc puts the message away."""
        if event.key() == Qt.Key.Key_Escape:
            self.put_away()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's own
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._show_picture()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own
        """Draw the ground, a coloured edge at the left and a line below."""
        del event
        if self._message is None:
            return
        painter = QPainter(self)
        colours = colours_of(self)
        whole = QRectF(self.rect())
        painter.fillRect(whole, QColor(colours.base))
        painter.fillRect(QRectF(0, whole.bottom() - 1, whole.width(), 1), QColor(colours.line))
        edge = QColor(getattr(colours, self._message.level.value))
        painter.fillRect(QRectF(0, 0, _EDGE, whole.height()), edge)
