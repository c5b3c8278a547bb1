"""What an import did, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from faceapp.dataset.importing import ImportReport, Refused
from faceapp.gui.language import core_words, tr
from faceapp.gui.text import counted, number

MOST_LINES = 2000


def headline(report: ImportReport) -> str:
    """One line: how much came in, and whether something did not."""
    words = [counted(report.added, tr("1 image imported"), tr("{0} images imported"))]
    if report.known:
        words.append(tr("{0} were here already").format(number(report.known)))
    if report.labelled:
        words.append(counted(report.labelled, tr("1 label added"), tr("{0} labels added")))
    if report.refused:
        words.append(counted(len(report.refused), tr("1 refused"), tr("{0} refused")))
    if report.unknown_labels:
        unknown = len(report.unknown_labels)
        words.append(counted(unknown, tr("1 word not understood"), tr("{0} words not understood")))
    return ", ".join(words) + "."


def details(report: ImportReport) -> str:
    """Every refused file under its reason, and every word that was not understood."""
    lines = [*_unknown(report), *_refused(report.refused)]
    if len(lines) > MOST_LINES:
        more = tr("... and {0} more lines").format(number(len(lines) - MOST_LINES))
        lines = [*lines[:MOST_LINES], more]
    return "\n".join(lines)


def _unknown(report: ImportReport) -> Iterator[str]:
    if report.unknown_labels:
        yield tr("Words not understood; these images came in unlabelled:")
        for word, count in report.unknown_labels.items():
            yield f"  {word} ({number(count)})"


def _refused(refused: Iterable[Refused]) -> Iterator[str]:
    by_reason: defaultdict[str, list[str]] = defaultdict(list)
    for each in refused:
        by_reason[each.reason].append(each.file)
    for reason, files in sorted(by_reason.items(), key=lambda item: -len(item[1])):
        yield tr("Refused, {0} ({1}):").format(core_words(reason), number(len(files)))
        yield from (f"  {file}" for file in files)
