"""Theme and size of text as the person chose them, from one day to the next."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from faceapp.gui.actions import ZOOMS, Actions
from faceapp.gui.settings import THEME, ZOOM, Settings
from faceapp.gui.theme import Theme


class Appearance(QObject):
    """Ties the actions of theme and text size to the theme, and remembers them."""

    def __init__(self, theme: Theme, actions: Actions, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._actions = actions
        self._settings = settings
        theme.set_mode(settings.get(THEME))
        theme.set_zoom(settings.get(ZOOM))
        actions.show_mode(theme.mode)
        actions.modes.triggered.connect(self._choose)
        actions.larger.triggered.connect(lambda: self._zoom(1))
        actions.smaller.triggered.connect(lambda: self._zoom(-1))
        actions.usual_size.triggered.connect(lambda: self._set_zoom(ZOOM.default))

    def _choose(self, action: QAction) -> None:
        mode = str(action.data())
        self._theme.set_mode(mode)
        self._settings.set(THEME, mode)
        self._actions.show_mode(mode)

    def _zoom(self, step: int) -> None:
        """Go to the next size that is larger (1) or smaller (-1); at the last, stay."""
        now = self._theme.zoom
        further = [each for each in ZOOMS if (each - now) * step > 0]
        if further:
            self._set_zoom(further[0] if step > 0 else further[-1])

    def _set_zoom(self, zoom: float) -> None:
        self._theme.set_zoom(zoom)
        self._settings.set(ZOOM, zoom)
