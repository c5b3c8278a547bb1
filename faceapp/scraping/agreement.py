"""That a person was told, once, what asking search sites for images means."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from faceapp.errors import WorldError
from faceapp.paths import data_folder
from faceapp.scraping.engines import find_engine
from faceapp.words import Words

NOTICE = Words(
    "{sites} is made for people, and asks programs to stay away. What you search for, under its "
    "terms, is your own act: faceapp asks slowly, one thing at a time, and says who it is. "
    "Images of people are theirs and their makers': mind licences, consent and the law where you "
    "live."
)


class NotAgreed(WorldError):
    """The person has not said yet that a search site may be asked."""


def _note() -> Path:
    return data_folder() / "search-sites-agreed"


def sites_to_agree_to(engines: Iterable[str], elsewhere: Iterable[str] = ()) -> list[str]:
    """Titles of the search sites among engines that the person has not agreed to yet.

    An engine that is asked `elsewhere` than at its own address needs no agreement.
    """
    if _note().is_file():
        return []
    asked = dict.fromkeys(engines)
    away = set(elsewhere)
    return [
        find_engine(name).title for name in asked if name not in away and find_engine(name).asks
    ]


def remember_agreement() -> None:
    """Never ask this person again; raises `OSError` where that cannot be written."""
    _note().parent.mkdir(parents=True, exist_ok=True)
    _note().touch()
