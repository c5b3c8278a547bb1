"""The figures of a dataset as cards: what each shows, and in which words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from PySide6.QtWidgets import QLabel

from faceapp.dataset import Task
from faceapp.gui.language import tr
from faceapp.gui.overview.by_source import SourceFigures
from faceapp.gui.overview.cards import Card
from faceapp.gui.overview.figures import Breakdown, Figures, Histogram, Kind, TaskFigures
from faceapp.gui.overview.source_table import SourceTable
from faceapp.gui.text import counted, number
from faceapp.gui.widgets.charts import BarList, HistogramView, Part, ShareRow, ShareRows

RATERS_SHOWN = 6


def cards_for(figures: Figures) -> Iterator[Card]:
    """A card for everything that there are figures for."""
    for task in figures.tasks:
        yield _shares_card(task)
    for task in figures.tasks[:1]:
        yield from _bias_cards(task)
    for task in figures.tasks:
        if len(task.by_rater.rows) > 1:
            yield _raters_card(task)
    if figures.by_source and Kind.SCRAPED in figures.by_source and len(figures.by_source) > 1:
        yield _sources_card(figures.by_source)
    if figures.image_sizes is not None:
        yield _sizes_card(tr("Image sizes (shorter side)"), figures.image_sizes)
    if figures.face_sizes is not None:
        card = _sizes_card(tr("Face sizes (shorter side)"), figures.face_sizes)
        card.set_note(_face_note(figures))
        yield card


def _bias_cards(task: TaskFigures) -> Iterator[Card]:
    """The first task by every other one, and by source."""
    for other, breakdown in task.by_task.items():
        if breakdown.rows:
            heading = tr("{0} by {1}").format(task.task.name, other)
            yield _breakdown_card(heading, task.task, breakdown.rows)
    if task.answered:
        yield _kinds_card(task)


def _parts(task: Task, counts: Mapping[str, int]) -> tuple[Part, ...]:
    return tuple(Part(each.name, each.colour, counts.get(each.name, 0)) for each in task.classes)


def _shares_card(task: TaskFigures) -> Card:
    heading = task.task.name
    bars = BarList(heading)
    bars.show_parts(_parts(task.task, task.counts.counts))
    card = Card(heading, bars)
    words = [counted(task.answered, tr("1 image labelled"), tr("{0} images labelled"))]
    if task.counts.unlabelled:
        words.append(tr("{0} unlabelled").format(number(task.counts.unlabelled)))
    if task.counts.unsure:
        words.append(tr("{0} unsure").format(number(task.counts.unsure)))
    if task.waiting:
        words.append(tr("{0} suggestions wait and do not count").format(number(task.waiting)))
    card.set_note("  \u00b7  ".join(words))
    return card


def _breakdown_card(heading: str, task: Task, rows: Mapping[str, Mapping[str, int]]) -> Card:
    view = ShareRows(heading)
    view.show_rows([ShareRow(name, _parts(task, counts)) for name, counts in rows.items()])
    return Card(heading, view)


def _kind_names() -> dict[Kind, str]:
    return {
        Kind.ORIGINAL: tr("originals"),
        Kind.SCRAPED: tr("scraped"),
        Kind.CAMERA: tr("camera"),
        Kind.DRAWN: tr("drawn"),
    }


def _sources_card(sources: Mapping[Kind, SourceFigures]) -> Card:
    heading = tr("Scraped beside the others")
    table = SourceTable(heading)
    names = _kind_names()
    table.show_sources({names[kind]: sources[kind] for kind in Kind if kind in sources})
    card = Card(heading, table)
    notes = [tr("Medians, and the middle half of all values.")]
    if not any(each.sharpness for each in sources.values()):
        notes.append(tr("Sharpness and contrast are known once Clean has measured."))
    if any(each.strength for each in sources.values()):
        notes.append(
            tr(
                "Strength is how sure the newest run is of the label, of images that it did not "
                "learn from."
            )
        )
    else:
        notes.append(
            tr(
                "How strongly they show their class is known once a model was asked about them: "
                "choose 'model disagrees' on the Label page."
            )
        )
    card.set_note(" ".join(notes))
    return card


def _kinds_card(task: TaskFigures) -> Card:
    names = _kind_names()
    rows = {names[Kind(kind)]: counts for kind, counts in task.by_kind.rows.items()}
    card = _breakdown_card(tr("{0} by source").format(task.task.name), task.task, rows)
    if set(task.by_kind.rows) == {Kind.ORIGINAL}:
        card.set_note(tr("Nothing here was scraped from the web."))
    elif set(task.by_kind.rows) == {Kind.DRAWN}:
        card.set_note(tr("These faces are drawn: they say nothing about people."))
    return card


def _raters_card(task: TaskFigures) -> Card:
    rows = {_rater(name): counts for name, counts in _busiest(task.by_rater).items()}
    heading = tr("{0} by rater").format(task.task.name)
    card = _breakdown_card(heading, task.task, rows)
    rest = len(task.by_rater.rows) - len(rows)
    notes = [tr("Labels, not images: several raters may have answered one image.")]
    if rest > 0:
        notes.append(counted(rest, tr("1 more rater."), tr("{0} more raters.")))
    card.set_note(" ".join(notes))
    return card


def _busiest(breakdown: Breakdown) -> dict[str, Mapping[str, int]]:
    return dict(list(breakdown.rows.items())[:RATERS_SHOWN])


def _rater(name: str) -> str:
    return name or tr("no name")


def _sizes_card(heading: str, sizes: Histogram) -> Card:
    if sizes.low == sizes.high:
        same = QLabel(tr("all {0} px").format(number(round(sizes.low))))
        same.setAccessibleDescription(same.text())
        return Card(heading, same)
    view = HistogramView(heading, tr("px"), tr("median {0}"))
    view.show_counts(sizes.start, sizes.width, sizes.counts, sizes.median)
    return Card(heading, view)


def _face_note(figures: Figures) -> str:
    words = [
        tr("Looked for in {0} of {1} images").format(
            number(figures.looked_at), number(figures.samples)
        )
    ]
    if figures.faceless:
        words.append(tr("none found in {0}").format(number(figures.faceless)))
    return "  \u00b7  ".join(words)
