"""Reasons, endings and languages in words that anybody understands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from PySide6.QtCore import QCoreApplication, QLocale

from faceapp.gui.scrape.work import QueryState
from faceapp.gui.text import number

# Endings that are the site's doing: another one may do better.
TROUBLED = frozenset({"consent", "blocked", "layout", "error"})


def _tr(text: str) -> str:
    return QCoreApplication.translate("scrape", text)


def reasons() -> Mapping[str, str]:
    """Why an image is refused, by the scraper's word."""
    return {
        "not_image": _tr("not an image"),
        "too_large": _tr("too large"),
        "too_small": _tr("too small"),
        "no_face": _tr("no face"),
        "several_faces": _tr("several faces"),
        "blurred": _tr("blurred"),
        "duplicate_url": _tr("same address"),
        "duplicate_bytes": _tr("same file"),
        "near_duplicate": _tr("looks the same"),
        "refused_before": _tr("refused before"),
        "host_limit": _tr("enough of its host"),
        "robots": _tr("its site forbids it"),
        "forbidden_address": _tr("forbidden address"),
        "http_error": _tr("not to be had"),
        "timeout": _tr("too slow"),
    }


def reason_words(outcome: str) -> str:
    """A reason in words; one that is not known stands for itself."""
    return reasons().get(outcome, outcome)


def count_reasons(outcomes: Iterable[str]) -> str:
    """Reasons and how many of each, the most frequent first: "no face 12, too small 9"."""
    counted = Counter(outcomes).most_common()
    return ", ".join(f"{reason_words(outcome)} {number(many)}" for outcome, many in counted)


def ending_words(state: QueryState, *, now: bool, running: bool) -> str:
    """How a query stands."""
    if not state.ended:
        if now:
            return _tr("searching...")
        return _tr("waits for its turn") if running else _tr("not finished")
    if state.ended == "enough" and not state.found:
        return _tr("not needed")
    return {
        "enough": _tr("enough found"),
        "exhausted": _tr("no more results"),
        "no_results": _tr("nothing found"),
        "consent": _tr("asks for consent"),
        "blocked": _tr("refuses for now"),
        "layout": _tr("unknown layout"),
        "error": _tr("did not answer"),
        "cancelled": _tr("stopped"),
    }.get(state.ended, state.ended)


def language_name(code: str) -> str:
    """The name of a language ("es": "Spanish"); a code that Qt does not know stands for itself."""
    found = QLocale(code).language()
    return code if found is QLocale.Language.C else QLocale.languageToString(found)
