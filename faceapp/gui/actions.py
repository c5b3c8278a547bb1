"""Everything that the window can be told to do by menu or key, and the menus."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from faceapp.gui.icons import icon
from faceapp.gui.language import core_words, tr
from faceapp.gui.session import DatasetSession

ZOOMS = (0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)
_MODES = ("system", "light", "dark")


class Actions(QObject):
    """The window's actions; who owns the window connects them."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        standard = QKeySequence.StandardKey
        self.new = self._make(self.tr("&New dataset..."), standard.New, "new")
        self.open = self._make(self.tr("&Open dataset..."), standard.Open, "open")
        self.import_images = self._make(self.tr("&Import images..."), "Ctrl+I", "import")
        self.find_images = self._make(self.tr("&Find images..."), "Ctrl+F", "search")
        self.demo = self._make(self.tr("Try the &demo"), "", "demo")
        self.show_folder = self._make(self.tr("&Show the dataset's folder"), "", "folder")
        self.close_dataset = self._make(self.tr("&Close dataset"), "Ctrl+W", "close")
        self.quit = self._make(self.tr("&Quit"), "Ctrl+Q", "")
        self.undo = self._make(self.tr("&Undo"), standard.Undo, "undo")
        self.redo = self._make(self.tr("&Redo"), "Ctrl+Shift+Z", "redo")
        self.redo.setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
        self.group_people = self._make(self.tr("&Group people..."), "Ctrl+G", "people")
        self.larger = self._make(self.tr("&Larger text"), "Ctrl++", "")
        self.larger.setShortcuts([QKeySequence("Ctrl++"), QKeySequence("Ctrl+=")])
        self.smaller = self._make(self.tr("&Smaller text"), "Ctrl+-", "")
        self.usual_size = self._make(self.tr("&Usual size of text"), "", "")
        self.reload = self._make(self.tr("&Read the dataset again"), "Ctrl+R", "reload")
        self.full_screen = self._make(self.tr("&Full screen"), "F11", "")
        self.full_screen.setCheckable(True)
        self.put_away = self._make(self.tr("Put the &message away"), "Ctrl+M", "")
        self.keys = self._make(self.tr("&Keys of this page"), "F1", "keys")
        self.keys.setShortcuts([QKeySequence("F1"), QKeySequence("?")])
        self.log = self._make(self.tr("Open the &log folder"), "", "log")
        self.check = self._make(self.tr("&Check this computer..."), "", "check")
        self.licences = self._make(self.tr("L&icences..."), "", "")
        self.about = self._make(self.tr("&About faceapp"), "", "about")
        self.modes = self._make_modes()

    def _make(self, text: str, key: str | QKeySequence.StandardKey, meaning: str) -> QAction:
        action = QAction(text, self._window)
        if meaning:
            action.setIcon(icon(meaning))
        action.setShortcut(QKeySequence(key))
        self._window.addAction(action)
        return action

    def _make_modes(self) -> QActionGroup:
        """Light, dark or as the system is; an action's data is the mode's name."""
        group = QActionGroup(self._window)
        words = {
            "system": self.tr("As the &system"),
            "light": self.tr("&Light"),
            "dark": self.tr("&Dark"),
        }
        for mode in _MODES:
            action = group.addAction(words[mode])
            action.setCheckable(True)
            action.setData(mode)
        return group

    def show_mode(self, mode: str) -> None:
        """Tick the mode in force."""
        for action in self.modes.actions():
            action.setChecked(action.data() == mode)

    def show_session(self, session: DatasetSession | None) -> None:
        """Enable what can be done now, and name what undo and redo would do."""
        for action in (
            self.close_dataset,
            self.show_folder,
            self.find_images,
            self.group_people,
            self.reload,
        ):
            action.setEnabled(session is not None)
        if session is None or session.read_only:
            self.find_images.setEnabled(False)
            self.group_people.setEnabled(False)
        self.import_images.setEnabled(session is None or not session.read_only)
        self._name(self.undo, self.tr("&Undo"), session.undo_name if session else None)
        self._name(self.redo, self.tr("&Redo"), session.redo_name if session else None)

    def _name(self, action: QAction, verb: str, what: str | None) -> None:
        action.setEnabled(what is not None)
        action.setText(f"{verb}: {core_words(what).replace('&', '&&')}" if what else verb)

    def key_help(self) -> list[tuple[str, str]]:
        """The keys that hold on every page, and what each does."""
        shown = [action for action in self._window.actions() if action.shortcuts()]
        native = QKeySequence.SequenceFormat.NativeText
        return [
            (
                ", ".join(key.toString(native) for key in action.shortcuts()),
                _plain(action.text()),
            )
            for action in shown
        ]

    def add_page(self, place: int, title: str) -> QAction:
        """An action for the page of that place, counted from 1, to stand in the View menu."""
        action = self._make(title, f"Alt+{place}", "")
        action.setCheckable(True)
        return action


def _plain(text: str) -> str:
    """A menu's text without its underlined letter and its dots."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&").removesuffix("...")


def fill_menus(bar: QMenuBar, actions: Actions, recent: QMenu, pages: Iterable[QAction]) -> None:
    """Put the menus together."""
    _add(
        bar.addMenu(tr("&File")),
        [actions.new, actions.open, recent, actions.demo, None],
        [actions.import_images, actions.find_images, actions.show_folder, None],
        [actions.close_dataset, actions.quit],
    )
    _add(bar.addMenu(tr("&Edit")), [actions.undo, actions.redo, None, actions.group_people])
    theme = QMenu(tr("&Theme"), bar)
    theme.setIcon(icon("theme"))
    theme.addActions(actions.modes.actions())
    _add(
        bar.addMenu(tr("&View")),
        [*pages, None],
        [theme, actions.larger, actions.smaller, actions.usual_size, None],
        [actions.full_screen, actions.put_away, actions.reload],
    )
    _add(
        bar.addMenu(tr("&Help")),
        [actions.keys, None, actions.check, actions.log, None],
        [actions.licences, actions.about],
    )


def _add(menu: QMenu, *groups: list[QAction | QMenu | None]) -> None:
    """Fill a menu; None is a line between."""
    for item in (item for group in groups for item in group):
        if item is None:
            menu.addSeparator()
        elif isinstance(item, QMenu):
            menu.addMenu(item)
        else:
            menu.addAction(item)
