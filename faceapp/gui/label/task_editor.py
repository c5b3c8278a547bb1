"""The classes of a task: added, renamed, reordered, recoloured, merged and removed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QKeySequence, QPixmap, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QColorDialog,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from faceapp.dataset import Changes, Task, UnknownTask
from faceapp.gui.label import class_edits
from faceapp.gui.label.class_edits import Edit
from faceapp.gui.label.key_dialog import KeyDialog
from faceapp.gui.label.keys import collisions
from faceapp.gui.language import error_words, localised
from faceapp.gui.session import DatasetSession
from faceapp.gui.stylesheet import give_role
from faceapp.gui.theme import UNIT, colours_of

_SWATCH = 16
_NAME, _KEY, _SAMPLES = range(3)


class TaskEditor(QDialog):
    """Every edit is one step to undo; one that touches samples says how many and asks first."""

    def __init__(self, session: DatasetSession, task: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._name = task
        self._uses: dict[str, int] = {}
        self._filling = False
        self._asked: Edit | None = None
        self.setWindowTitle(self.tr("Classes of {0}").format(task))
        self.list = self._make_list()
        self.question = QLabel()
        self.question.setWordWrap(True)
        self.question.setTextFormat(Qt.TextFormat.PlainText)
        self.question.setMinimumHeight(5 * UNIT)
        self.do_it = QPushButton()
        self.leave_it = QPushButton(self.tr("Cancel"))
        self.do_it.clicked.connect(self._do_asked)
        self.leave_it.clicked.connect(self._forget_asked)
        self._tools = self._make_tools()
        self._build()
        session.changed.connect(self._follow)
        session.refused.connect(self._say)
        undo = QShortcut(QKeySequence.StandardKey.Undo, self)
        undo.activated.connect(session.undo)
        self._fill()
        self.resize(62 * UNIT, 56 * UNIT)

    def _make_list(self) -> QTreeWidget:
        made = QTreeWidget()
        made.setHeaderLabels([self.tr("Class"), self.tr("Key"), self.tr("Samples")])
        made.setRootIsDecorated(False)
        made.setAllColumnsShowFocus(True)
        made.setAccessibleName(self.tr("Classes"))
        give_role(made, "card")  # a frame that shows where the keys go
        made.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        made.header().setStretchLastSection(False)
        made.header().setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        made.itemChanged.connect(self._renamed)
        made.currentItemChanged.connect(lambda *_: self._enable())
        return made

    def _make_tools(self) -> dict[str, QPushButton]:
        made: dict[str, QPushButton] = {}
        steps: tuple[tuple[str, str, Callable[[], object]], ...] = (
            ("add", self.tr("&Add"), self._add),
            ("rename", self.tr("Re&name"), self._rename),
            ("key", self.tr("&Key..."), self._change_key),
            ("colour", self.tr("&Colour..."), self._change_colour),
            ("up", self.tr("&Up"), lambda: self._move(-1)),
            ("down", self.tr("&Down"), lambda: self._move(1)),
            ("merge", self.tr("&Merge into"), lambda: None),
            ("remove", self.tr("&Remove"), self._remove),
        )
        for name, text, run in steps:
            button = QPushButton(text)
            button.setAutoDefault(False)
            if name != "merge":
                button.clicked.connect(lambda _=False, call=run: call())
            made[name] = button
        made["merge"].setMenu(QMenu(self))
        return made

    def _build(self) -> None:
        side = QVBoxLayout()
        side.setSpacing(UNIT // 2)
        for button in self._tools.values():
            side.addWidget(button)
        side.addStretch()
        middle = QHBoxLayout()
        middle.addWidget(self.list, 1)
        middle.addLayout(side)
        ask = QGridLayout()
        ask.addWidget(self.question, 0, 0, 1, 3)
        ask.setColumnStretch(0, 1)
        ask.addWidget(self.do_it, 1, 1)
        ask.addWidget(self.leave_it, 1, 2)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setSpacing(UNIT)
        layout.addLayout(middle, 1)
        layout.addLayout(ask)
        layout.addWidget(close)
        self._forget_asked()

    @property
    def task(self) -> Task:
        """The task as it is now."""
        return self._session.dataset.task(self._name)

    def tool(self, name: str) -> QPushButton:
        """The button of that name: "add", "rename", "merge", ..."""
        return self._tools[name]

    def choose(self, name: str) -> None:
        """Make a class the current one."""
        found = self.list.findItems(name, Qt.MatchFlag.MatchExactly, _NAME)
        if found:
            self.list.setCurrentItem(found[0])

    @property
    def chosen(self) -> str:
        """The current class; "" where there is none."""
        item = self.list.currentItem()
        return str(item.data(_NAME, Qt.ItemDataRole.UserRole)) if item is not None else ""

    def propose(self, edit: Edit) -> None:
        """Say what an edit touches; do it at once if that is nothing, else ask."""
        self.question.setText(f"{edit.sentence} {edit.undoing}".strip())
        self._asked = edit
        if edit.touched or edit.undoing:
            self.do_it.setText(edit.verb)
            self.do_it.setAccessibleDescription(self.question.text())
            self.do_it.show()
            self.leave_it.show()
            self.list.setEnabled(False)
            self._enable()
            self.do_it.setFocus()
        else:
            self._do_asked()

    def _do_asked(self) -> None:
        edit, self._asked = self._asked, None
        if edit is not None:
            self._end_asking()
            self._session.do(self, edit.write)
            self._fill()

    def _forget_asked(self) -> None:
        self._asked = None
        self.question.setText(self._collisions())
        self._end_asking()

    def reject(self) -> None:
        """Esc takes back what is asked, and closes where nothing is."""
        if self._asked is not None:
            self._forget_asked()
        else:
            super().reject()

    def _end_asking(self) -> None:
        answered = self.do_it.hasFocus() or self.leave_it.hasFocus()
        self.do_it.hide()
        self.leave_it.hide()
        self.list.setEnabled(True)
        if answered:
            self.list.setFocus()
        if self._uses:
            self._fill()

    def _collisions(self) -> str:
        found = collisions(self._session.dataset.tasks())
        return "\n".join(
            self.tr("The key {0} is claimed by {1}.").format(key, ", ".join(claims))
            for key, claims in found.items()
        )

    def _say(self, problem: Exception) -> None:
        self.question.setText(error_words(problem))

    def _follow(self, _changes: Changes, initiator: object) -> None:
        if initiator is not self:
            self._fill()

    def _fill(self) -> None:
        try:
            task = self.task
        except UnknownTask:  # undone
            self.close()
            return
        chosen, place = self.chosen, self.list.currentIndex().row()
        self._uses = self._session.dataset.class_uses(task.name)
        self._filling = True
        self.list.clear()
        for each in task.classes:
            self.list.addTopLevelItem(self._item(each.name, each.key, each.colour))
        self._filling = False
        self.list.resizeColumnToContents(_KEY)
        self.list.resizeColumnToContents(_SAMPLES)
        self.choose(chosen)
        if not self.chosen:  # it has another name now, or is gone; at first it is none
            place = min(max(place, 0), len(task.names) - 1)
            self.list.setCurrentIndex(self.list.model().index(place, 0))
        self._enable()

    def _item(self, name: str, key: str, colour: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem([name, key.upper(), localised(f"{self._uses[name]:,}")])
        item.setData(_NAME, Qt.ItemDataRole.UserRole, name)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
        item.setTextAlignment(_KEY, Qt.AlignmentFlag.AlignCenter)
        item.setTextAlignment(_SAMPLES, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        swatch = QPixmap(_SWATCH, _SWATCH)
        swatch.fill(QColor(colour))
        icon = QIcon(swatch)
        icon.addPixmap(swatch, QIcon.Mode.Disabled)  # a colour stays itself while one is asked
        item.setIcon(_NAME, icon)
        if key and key.casefold() in collisions(self._session.dataset.tasks()):
            item.setForeground(_KEY, QColor(colours_of(self).problem))
        return item

    def _enable(self) -> None:
        asking = self._asked is not None
        chosen = self.chosen
        for name, button in self._tools.items():
            button.setEnabled(not asking and (name == "add" or bool(chosen)))
        others = [name for name in self.task.names if name != chosen]
        self._tools["merge"].setEnabled(bool(chosen and others) and not asking)
        menu = self._tools["merge"].menu()
        menu.clear()
        for other in others:
            action = menu.addAction(other.replace("&", "&&"))
            action.triggered.connect(lambda _=False, into=other: self._merge(into))

    def _add(self) -> None:
        task = self.task
        number = len(task.names) + 1
        while f"class {number}" in task.names:
            number += 1
        name = f"class {number}"
        self.propose(class_edits.add(task, name, self._session.dataset.tasks()))
        self.choose(name)
        self._rename()

    def _rename(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self.list.editItem(item, _NAME)

    def _renamed(self, item: QTreeWidgetItem, column: int) -> None:
        old = str(item.data(_NAME, Qt.ItemDataRole.UserRole))
        new = item.text(_NAME).strip()
        if self._filling or column != _NAME or new == old:
            return
        self.propose(class_edits.rename(self.task, old, new, self._uses))

    def _change_key(self) -> None:
        name = self.chosen
        dialog = KeyDialog(self._name, name, self._session.dataset.tasks(), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.key_chosen.connect(
            lambda key: self.propose(class_edits.change(self.task, name, key=key))
        )
        dialog.open()

    def _change_colour(self) -> None:
        name = self.chosen
        present = next(each.colour for each in self.task.classes if each.name == name)
        dialog = QColorDialog(QColor(present), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.colorSelected.connect(
            lambda colour: self.propose(class_edits.change(self.task, name, colour=colour.name()))
        )
        dialog.open()

    def _move(self, by: int) -> None:
        self.propose(class_edits.move(self.task, self.chosen, by))

    def _merge(self, into: str) -> None:
        self.propose(class_edits.merge(self.task, self.chosen, into, self._uses))

    def _remove(self) -> None:
        self.propose(class_edits.remove(self.task, self.chosen, self._uses))
