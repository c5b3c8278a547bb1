"""Numbers, times and sources as they stand on screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from PySide6.QtCore import QDate, QDateTime, QLocale

from faceapp.dataset import Source
from faceapp.gui.kinds import source_kind_words
from faceapp.gui.language import localised, tr

_STAMP = "%Y%m%d-%H%M%S"  # how the name of a run begins, in UTC
_STAMP_LENGTH = len("yyyymmdd-hhmmss")


def number(value: int) -> str:
    """A whole number with its thousands apart: "3,733"."""
    return localised(f"{value:,}")


def counted(value: int, one: str, many: str, *more: object) -> str:
    """`one` where the value is 1, else `many`, both translated already.

    {0} in them stands for the number, {1} and so on for `more`.
    """
    return (one if value == 1 else many).format(number(value), *more)


def percent(share: float) -> str:
    """A share in 0..1 as "41%"; only nothing is "0%" and only everything "100%"."""
    shown = f"{share:.0%}"
    if shown == "0%" and share > 0:
        return "<1%"
    if shown == "100%" and share < 1:
        return ">99%"
    return shown


def time_left(seconds: float) -> str:
    """Minutes and seconds, or hours and minutes from an hour on: "0:41", "1 h 05"."""
    whole = max(0, round(seconds))
    if whole >= 3600:
        return f"{whole // 3600} h {whole % 3600 // 60:02}"
    return f"{whole // 60}:{whole % 60:02}"


def day(moment: datetime, today: date) -> str:
    """The day of a moment as people say it: today, yesterday, or its date."""
    ago = (today - moment.date()).days
    if ago == 0:
        return tr("today")
    if ago == 1:
        return tr("yesterday")
    shown = QDate(moment.year, moment.month, moment.day)
    return QLocale().toString(shown, QLocale.FormatType.ShortFormat)


def source_words(source: Source) -> str:
    """A source in a few words: the query of a search, else the last part of its place."""
    query = source.details.get("query")
    if source.kind == "search" and query:
        return f"{query} ({source.location})" if source.location else str(query)
    parts: Sequence[str] = source.location.replace("\\", "/").rstrip("/").split("/")
    return parts[-1] or source_kind_words(source.kind)


def source_in_full(source: Source) -> str:
    """Kind of a source, and which: "folder: holiday"."""
    kind, words = source_kind_words(source.kind), source_words(source)
    return kind if words == kind else f"{kind}: {words}"


def began(name: str) -> str:
    """When a run of that name began, or the name where it does not say."""
    when = _moment(name)
    if when is None:
        return name
    return QLocale().toString(when, QLocale.FormatType.ShortFormat)


def began_short(name: str) -> str:
    """The same for a narrow column: "27 Nov 09:08", of another year "27 Nov 2025"."""
    when = _moment(name)
    if when is None:
        return name
    locale = QLocale()
    short = locale.dateFormat(QLocale.FormatType.ShortFormat)
    date_format = "MMM d" if short.startswith("M") else "d MMM"
    if when.date().year() != QDate.currentDate().year():
        return locale.toString(when, f"{date_format} yyyy")
    time = locale.toString(when.time(), QLocale.FormatType.ShortFormat)
    return f"{locale.toString(when, date_format)} {time}"


def _moment(name: str) -> QDateTime | None:
    """The moment, in the time of this place, that the name of a run begins with."""
    try:
        moment = datetime.strptime(name[:_STAMP_LENGTH], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
    return QDateTime.fromSecsSinceEpoch(int(moment.timestamp()))


def run_words(name: str) -> str:
    """A run where one is to be chosen: "expression-quick \u00b7 11/29/26 7:28 AM"."""
    when = began(name)
    return name if when == name else f"{name[_STAMP_LENGTH + 1 :]} \u00b7 {when}"
