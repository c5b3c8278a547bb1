"""What an import did, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from PySide6.QtCore import QCoreApplication

from faceapp.dataset.importing import ImportReport, Refused
from faceapp.gui.text import counted, number

MOST_LINES = 2000


def _tr(text: str) -> str:
    return QCoreApplication.translate("import summary", text)


def headline(report: ImportReport) -> str:
    """One line: how much came in, and whether something did not."""
    words = [counted(report.added, _tr("1 image imported"), _tr("{0} images imported"))]
    if report.known:
        words.append(_tr("{0} were here already").format(number(report.known)))
    if report.labelled:
        words.append(counted(report.labelled, _tr("1 label added"), _tr("{0} labels added")))
    if report.refused:
        words.append(counted(len(report.refused), _tr("1 refused"), _tr("{0} refused")))
    if report.unknown_labels:
        unknown = len(report.unknown_labels)
        words.append(
            counted(unknown, _tr("1 word not understood"), _tr("{0} words not understood"))
        )
    return ", ".join(words) + "."


def details(report: ImportReport) -> str:
    """Every refused file under its reason, and every word that was not understood."""
    lines = [*_unknown(report), *_refused(report.refused)]
    if len(lines) > MOST_LINES:
        more = _tr("... and {0} more lines").format(number(len(lines) - MOST_LINES))
        lines = [*lines[:MOST_LINES], more]
    return "\n".join(lines)


def _unknown(report: ImportReport) -> Iterator[str]:
    if report.unknown_labels:
        yield _tr("Words not understood; these images came in unlabelled:")
        for word, count in report.unknown_labels.items():
            yield f"  {word} ({number(count)})"


def _refused(refused: Iterable[Refused]) -> Iterator[str]:
    by_reason: defaultdict[str, list[str]] = defaultdict(list)
    for each in refused:
        by_reason[each.reason].append(each.file)
    for reason, files in sorted(by_reason.items(), key=lambda item: -len(item[1])):
        yield _tr("Refused, {0} ({1}):").format(reason, number(len(files)))
        yield from (f"  {file}" for file in files)
