"""Reasons, endings and languages in words that anybody understands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from PySide6.QtCore import QLocale

from faceapp.gui.language import tr
from faceapp.gui.scrape.work import QueryState
from faceapp.gui.text import number

# Endings that are the site's doing: another one may do better.
TROUBLED = frozenset({"consent", "blocked", "layout", "error"})


def reasons() -> Mapping[str, str]:
    """Why an image is refused, by the scraper's word."""
    return {
        "not_image": tr("not an image"),
        "too_large": tr("too large"),
        "too_small": tr("too small"),
        "no_face": tr("no face"),
        "several_faces": tr("several faces"),
        "blurred": tr("blurred"),
        "duplicate_url": tr("same address"),
        "duplicate_bytes": tr("same file"),
        "near_duplicate": tr("looks the same"),
        "refused_before": tr("refused before"),
        "host_limit": tr("enough of its host"),
        "robots": tr("its site forbids it"),
        "forbidden_address": tr("forbidden address"),
        "http_error": tr("not to be had"),
        "timeout": tr("too slow"),
    }


def reason_words(outcome: str) -> str:
    """A reason in words; one that is not known stands for itself."""
    return reasons().get(outcome, outcome)


def count_reasons(outcomes: Iterable[str]) -> str:
    """Reasons and how many of each, the most frequent first: "no face 12, too small 9"."""
    counted = Counter(outcomes).most_common()
    return ", ".join(f"{reason_words(outcome)} {number(many)}" for outcome, many in counted)


def ending_words(state: QueryState, *, now: bool, running: bool, paused: bool) -> str:
    """How a query stands."""
    if not state.ended:
        if now:
            return tr("paused") if paused else tr("searching...")
        return tr("waits for its turn") if running else tr("not finished")
    if state.ended == "enough" and not state.found:
        return tr("not needed")
    return {
        "enough": tr("enough found"),
        "exhausted": tr("no more results"),
        "no_results": tr("nothing found"),
        "consent": tr("asks for consent"),
        "blocked": tr("refuses for now"),
        "layout": tr("unknown layout"),
        "error": tr("did not answer"),
        "cancelled": tr("stopped"),
    }.get(state.ended, state.ended)


def short_title(title: str) -> str:
    """A site's name where there is little room: "Yahoo" for Yahoo Images."""
    return title.removesuffix(" Images").removeprefix("Wikimedia ")


def language_name(code: str) -> str:
    """The name of a language ("es": "Spanish"); a code that Qt does not know stands for itself."""
    found = QLocale(code).language()
    return code if found is QLocale.Language.C else QLocale.languageToString(found)
