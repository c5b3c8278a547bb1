"""The columns of the table of runs: what each says of a run, how it sorts, how wide it may be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING, Any

from faceapp.gui.language import core_words, tr
from faceapp.gui.settings import Row
from faceapp.gui.text import began_short, number, time_left
from faceapp.words import Words

if TYPE_CHECKING:
    from faceapp.training.records import RunRecord

_NOTHING: list[Any] = []
HIDDEN_COLUMNS = Row("hidden columns of runs", _NOTHING)


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        name: how settings know it.
        source_title: what stands above it; `source_about` is that in full.
        text: what it says of a run with that note.
        order: what a run is sorted by.
        letters: how wide it may be at most; 0 where it takes what the others leave.
        kept: cannot be hidden.

    """

    name: str
    source_title: Words
    source_about: Words
    text: Callable[[RunRecord, str], str]
    order: Callable[[RunRecord, str], str | float]
    letters: int = 24
    kept: bool = False

    @property
    def title(self) -> str:
        """What stands above it."""
        return core_words(self.source_title)

    @property
    def about(self) -> str:
        """What it says, in full."""
        return core_words(self.source_about)


def _share(share: float) -> str:
    return f"{100 * share:.1f}%"


def _interval(record: RunRecord) -> str:
    low, high = record.interval
    words = tr("{0} to {1}")
    return words.format(f"{100 * low:.1f}", f"{100 * high:.1f}")


def _recipe(record: RunRecord) -> str:
    if not record.folds:
        return record.recipe
    words = tr("{0}, {1} folds")
    return words.format(record.recipe, record.folds)


def _gap(record: RunRecord) -> str:
    gap = record.train_minus_validation
    return "" if isnan(gap) else f"{100 * gap:+.1f}"


def _gap_order(record: RunRecord) -> float:
    gap = record.train_minus_validation
    return -1.0 if isnan(gap) else gap


# Figures that runs are compared by come first, so that a narrow window shows them too.
COLUMNS = (
    Column(
        "when",
        Words("When"),
        Words("When the training began"),
        lambda record, _note: began_short(record.name),
        lambda record, _note: record.name,
        kept=True,
    ),
    Column(
        "recipe",
        Words("Recipe"),
        Words("What it was trained by"),
        lambda record, _note: _recipe(record),
        lambda record, _note: _recipe(record),
        letters=14,
    ),
    Column(
        "balanced",
        Words("Balanced"),
        Words("Balanced accuracy on test images: classes count alike"),
        lambda record, _note: _share(record.balanced),
        lambda record, _note: record.balanced,
        kept=True,
    ),
    Column(
        "interval",
        Words("95%"),
        Words("95% interval of the balanced accuracy, over people"),
        lambda record, _note: _interval(record),
        lambda record, _note: record.interval[0],
    ),
    Column(
        "plain",
        Words("Plain"),
        Words("Plain accuracy on test images: images count alike"),
        lambda record, _note: _share(record.accuracy),
        lambda record, _note: record.accuracy,
    ),
    Column(
        "gap",
        Words("Gap"),
        Words("Training minus validation in points: how it overfits"),
        lambda record, _note: _gap(record),
        lambda record, _note: _gap_order(record),
    ),
    Column(
        "learned",
        Words("Learned"),
        Words("How many images it learned from"),
        lambda record, _note: number(record.learned_from),
        lambda record, _note: record.learned_from,
    ),
    Column(
        "tested",
        Words("Tested"),
        Words("How many images tested it"),
        lambda record, _note: number(record.n),
        lambda record, _note: record.n,
    ),
    Column(
        "took",
        Words("Took"),
        Words("How long the training took"),
        lambda record, _note: time_left(record.seconds),
        lambda record, _note: record.seconds,
    ),
    Column(
        "task",
        Words("Task"),
        Words("What is asked of a face"),
        lambda record, _note: record.task,
        lambda record, _note: record.task,
        letters=15,
    ),
    Column(
        "classes",
        Words("Classes"),
        Words("The answers it knows; sorted by how many"),
        lambda record, _note: ", ".join(record.classes),
        lambda record, _note: len(record.classes),
        letters=0,
    ),
    Column(
        "note",
        Words("Note"),
        Words("What you wrote of it: double-click, or F2"),
        lambda _record, note: note,
        lambda _record, note: note,
        letters=0,
    ),
)
