"""Recipes of the person's own, remembered in the settings."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from faceapp.errors import FaceAppError
from faceapp.gui.settings import Row, Settings

if TYPE_CHECKING:
    from faceapp.training.recipes import Recipe

log = logging.getLogger(__name__)

_EMPTY: dict[str, Any] = {}
OWN_RECIPES = Row("own recipes", _EMPTY)


class OwnRecipes:
    """What was saved under a name; one that no longer fits is passed over and stays in the file."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def all(self, like: Recipe) -> list[Recipe]:
        """The recipes, by name; `like` is any other recipe."""
        found = []
        for name, values in sorted(self._settings.get(OWN_RECIPES).items()):
            try:
                found.append(type(like).from_json({**values, "name": name}))
            except (FaceAppError, TypeError) as error:  # an older or newer program wrote it
                log.warning("The recipe %s cannot be read: %s", name, error)
        return found

    def save(self, recipe: Recipe) -> None:
        """Keep a recipe under its name, in place of one of that name."""
        kept = {**self._settings.get(OWN_RECIPES), recipe.name: recipe.to_json()}
        self._settings.set(OWN_RECIPES, kept)

    def forget(self, name: str) -> None:
        """Remove the recipe of that name."""
        kept = {k: v for k, v in self._settings.get(OWN_RECIPES).items() if k != name}
        self._settings.set(OWN_RECIPES, kept)
