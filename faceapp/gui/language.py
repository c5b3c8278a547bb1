"""The person's language: words of modules and of the core, and numbers inside them."""

from __future__ import annotations

from pathlib import Path
from string import Formatter
from typing import Any

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from faceapp.words import Words

# Words outside any class: `pyside6-lupdate` files them under no context.
_NO_CONTEXT = ""


def take_language(application: QCoreApplication, folder: Path) -> None:
    """Speak the language of this machine, where `folder` holds faceapp_LANGUAGE.qm of it."""
    here = QLocale()
    if here.language() is QLocale.Language.English:  # or its user's second language would be taken
        return
    ours = QTranslator(application)
    if not ours.load(here, "faceapp", "_", str(folder)):
        return
    application.installTranslator(ours)
    of_qt = QTranslator(application)  # words of its own dialogs
    if of_qt.load(
        here, "qtbase", "_", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    ):
        application.installTranslator(of_qt)


def tr(text: str) -> str:
    """Words of a module, which has no `self.tr`, in the person's language."""
    return QCoreApplication.translate(_NO_CONTEXT, text)


def core_words(text: str) -> str:
    """What the core says, in English in itself, as the person's language has it."""
    if not isinstance(text, Words) or not text.values:
        return tr(text) if text else ""
    try:
        return _FILLING.vformat(tr(text.template), (), text.values)
    except (LookupError, ValueError):  # a translator's slip must not hide what is said
        return text


def error_words(error: BaseException) -> str:
    """What went wrong, in the person's language as far as it is an error of ours."""
    return core_words(str(error)) or type(error).__name__


def localised(number: str) -> str:
    """A number in English writing ("1,234.5") with the separators of the person's place."""
    place = QLocale()
    return number.translate({ord(","): place.groupSeparator(), ord("."): place.decimalPoint()})


class _Filling(Formatter):
    """Fills values into a translated template."""

    def format_field(self, value: Any, format_spec: str) -> str:
        """Numbers as the person's place writes them; Words in the person's language."""
        if isinstance(value, Words):
            return format(core_words(value), format_spec)
        shown: str = super().format_field(value, format_spec)
        return localised(shown) if isinstance(value, int | float) else shown


_FILLING = _Filling()
