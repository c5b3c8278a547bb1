"""The answers that can be given to the sample shown, each a button with its key."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from faceapp.dataset import Task
from faceapp.dataset.vocabulary import EXPRESSIONS, SEX
from faceapp.gui.itemmodels.rows import Row
from faceapp.gui.label.keys import QUARANTINE_KEY, UNSURE_KEY, GiveAnswer
from faceapp.gui.stylesheet import give_role
from faceapp.gui.tab_order import tab_through
from faceapp.gui.theme import HALF, UNIT, colours_of
from faceapp.gui.widgets.class_button import ClassButton, Standing
from faceapp.gui.widgets.empty_state import EmptyState

_COMBO_WIDTH = 30 * UNIT


class TaskAnswers(QWidget):
    """The answers to one task; beside those that advance also the way into quarantine.

    Signals:
        given(GiveAnswer): a button was pressed.
        quarantine_wanted(): the sample should be set aside, or taken back.
        key_wanted(str, str): another key is wanted for (task, class).
    """

    given = Signal(object)
    quarantine_wanted = Signal()
    key_wanted = Signal(str, str)

    def __init__(self, task: Task, *, advance: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.task = task
        self._advance = advance
        self.buttons: dict[str | None, ClassButton] = {}
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(HALF)
        for each in task.classes:
            self._add(each.name, each.name, each.key, each.colour)
        unsure = UNSURE_KEY if advance else f"⇧{UNSURE_KEY}"
        self._add(None, self.tr("unsure"), unsure, colours_of(self).dim)
        self.quarantine = self._make_quarantine() if advance else None
        self._columns = 0
        self._arrange()

    def show_row(self, row: Row | None) -> None:
        """Show how the answers stand to a sample."""
        answer = row.answers.get(self.task.name) if row else None
        proposal = row.proposals.get(self.task.name) if row else None
        for name, button in self.buttons.items():
            if answer is not None and answer.answer == name:
                button.set_standing(Standing.GIVEN)
            elif proposal is not None and proposal.answer == name:
                button.set_standing(Standing.SUGGESTED)
            else:
                button.set_standing(Standing.NONE)
        if self.quarantine is not None:
            aside = row is not None and row.sample.quarantined
            self.quarantine.set_standing(Standing.GIVEN if aside else Standing.NONE)

    def resizeEvent(self, event: object) -> None:  # noqa: N802 - Qt's own
        """As many columns as there is room for."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._arrange()

    def _add(self, answer: str | None, text: str, key: str, colour: str) -> None:
        button = ClassButton(text, key, colour, self)
        what = self.tr("Label {0}, and go on") if self._advance else self.tr("Label {0}, and stay")
        shown = key.upper() or self.tr("no key")
        button.setToolTip(f"{what.format(text)}  ({shown})")
        given = GiveAnswer(self.task.name, answer, self._advance)
        button.clicked.connect(lambda _=False: self.given.emit(given))
        if answer is not None:
            button.key_wanted.connect(lambda: self.key_wanted.emit(self.task.name, answer))
        self.buttons[answer] = button

    def _make_quarantine(self) -> ClassButton:
        words, key = self.tr("quarantine"), QUARANTINE_KEY
        button = ClassButton(words, key, colours_of(self).dim, self)
        tip = self.tr("Set aside, or take back: what is in quarantine counts for nothing")
        button.setToolTip(f"{tip}  ({key.upper()})")
        button.clicked.connect(lambda _=False: self.quarantine_wanted.emit())
        return button

    def _arrange(self) -> None:
        buttons = [*self.buttons.values(), *([self.quarantine] if self.quarantine else [])]
        widest = max(button.sizeHint().width() for button in buttons)
        columns = min(max(self.width() // (widest + HALF), 1), len(buttons))
        if columns == self._columns:
            return
        self._columns = columns
        layout = self.layout()
        assert isinstance(layout, QGridLayout)
        for place, button in enumerate(buttons):
            layout.addWidget(button, place // columns, place % columns)
        for column in range(layout.columnCount()):
            layout.setColumnStretch(column, int(column < columns))
        self.updateGeometry()


class AnswerPanel(QWidget):
    """The answers to the task that is looked at and to a second one in the same pass.

    Signals:
        given(GiveAnswer): an answer button was pressed.
        quarantine_wanted(): the selection should be set aside, or taken back.
        key_wanted(str, str): another key is wanted for (task, class).
        task_chosen(str): another task should be looked at.
        second_chosen(str): another second task; "" for none.
        edit_wanted(str): the classes of a task should be edited.
        new_wanted(): a new task should be asked for.
        known_wanted(str, object): this task with these classes should be added.
    """

    given = Signal(object)
    quarantine_wanted = Signal()
    key_wanted = Signal(str, str)
    task_chosen = Signal(str)
    second_chosen = Signal(str)
    edit_wanted = Signal(str)
    new_wanted = Signal()
    known_wanted = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._groups: list[TaskAnswers] = []
        self._first = _TaskHead(self.tr("Task"), self)
        self._second = _TaskHead(self.tr("and"), self)
        self._first.chosen.connect(self.task_chosen)
        self._second.chosen.connect(self.second_chosen)
        self._first.new_wanted.connect(self.new_wanted)
        self._second.new_wanted.connect(self.new_wanted)
        self._first.edit_wanted.connect(self.edit_wanted)
        self._second.edit_wanted.connect(self.edit_wanted)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(HALF)
        self.none = EmptyState()
        self.none.say(
            self.tr("What is asked of every image?"),
            self.tr("A task is a question with its possible answers."),
            (
                (self.tr("Expression"), lambda: self.known_wanted.emit("expression", EXPRESSIONS)),
                (self.tr("Sex"), lambda: self.known_wanted.emit("sex", SEX)),
                (self.tr("Another..."), self.new_wanted.emit),
            ),
        )
        self._layout.addWidget(self.none)
        self._layout.addWidget(self._first)
        self._layout.addWidget(self._second)

    @property
    def groups(self) -> Sequence[TaskAnswers]:
        """The answers shown, of the task looked at and of the second one."""
        return self._groups

    def show_tasks(self, tasks: Sequence[Task], task: Task | None, second: Task | None) -> None:
        """Show the answers to these two of the dataset's tasks."""
        for old in self._groups:
            self._layout.removeWidget(old)
            old.deleteLater()
        self._groups = []
        names = [each.name for each in tasks]
        self._first.show_names(names, task.name if task else "")
        others = [name for name in names if task is None or name != task.name]
        self._second.show_names(["", *others], second.name if second else "")
        self._second.setVisible(bool(others))
        self._first.setVisible(task is not None)
        self.none.setVisible(task is None)
        for asked, head in ((task, self._first), (second, self._second)):
            if asked is not None:
                group = TaskAnswers(asked, advance=head is self._first)
                group.given.connect(self.given)
                group.quarantine_wanted.connect(self.quarantine_wanted)
                group.key_wanted.connect(self.key_wanted)
                self._layout.insertWidget(self._layout.indexOf(head) + 1, group)
                self._groups.append(group)
        tab_through(self)

    def show_row(self, row: Row | None) -> None:
        """Show how the answers stand to a sample."""
        for group in self._groups:
            group.show_row(row)


class _TaskHead(QWidget):
    """Which task, and the way to its classes."""

    chosen = Signal(str)
    edit_wanted = Signal(str)
    new_wanted = Signal()

    def __init__(self, words: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._names: list[str] = []
        self._present = 0
        self._label = QLabel(words)
        self._combo = QComboBox()
        self._combo.setMaximumWidth(_COMBO_WIDTH)
        self._combo.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._combo.setAccessibleName(words)
        self._combo.activated.connect(self._take)
        self._edit = QToolButton()
        self._edit.setText(self.tr("Classes..."))
        give_role(self._edit, "plain")
        self._edit.setToolTip(self.tr("Add, rename, merge or remove classes"))
        self._edit.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._edit.clicked.connect(lambda: self.edit_wanted.emit(self._names[self._present]))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, HALF, 0, 0)
        layout.setSpacing(UNIT)
        layout.addWidget(self._label)
        layout.addWidget(self._combo, 100)
        layout.addWidget(self._edit)
        layout.addStretch(1)

    def show_names(self, names: Sequence[str], chosen: str) -> None:
        """Offer these tasks; "" is none."""
        self._names = list(names)
        self._combo.clear()
        self._combo.addItems([name or self.tr("no second task") for name in names])
        self._combo.addItem(self.tr("New task..."))
        self._present = self._names.index(chosen) if chosen in self._names else 0
        self._combo.setCurrentIndex(self._present)
        self._edit.setEnabled(bool(chosen))
        self._edit.setAccessibleName(self.tr("Edit the classes of {0}").format(chosen))

    def _take(self, place: int) -> None:
        if place < len(self._names):
            self.chosen.emit(self._names[place])
        else:
            self._combo.setCurrentIndex(self._present)
            self.new_wanted.emit()
