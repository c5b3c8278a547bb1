"""What the dots of the map may be coloured by: the classes of a task, sources, or findings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from faceapp.dataset import Dataset
from faceapp.dataset.vocabulary import COLOURS
from faceapp.gui.kinds import source_kind_words
from faceapp.gui.language import tr

PLAIN = "#8a8f9c"  # neither this nor that
FAINT = f"#{round(0.45 * 255):x}{PLAIN[1:]}"  # as a faint dot of it looks
_SHOWN = 9  # sources or kinds with a colour of their own


@dataclass(frozen=True)
class Colouring:
    """Names with their colours in order, and the name of each sample that has one."""

    colours: Mapping[str, str]
    names: Mapping[int, str]
    rest: str


def by_task(dataset: Dataset, task: str) -> Colouring:
    """By the classes of a task."""
    found = dataset.task(task)
    answers = dataset.answers(task, quarantined=None)
    unsure = tr("unsure")
    names = {sample: answer.answer or unsure for sample, answer in answers.items()}
    colours = {each.name: each.colour for each in found.classes}
    return Colouring({**colours, unsure: PLAIN}, names, tr("no answer"))


def by_source(dataset: Dataset, ids: Sequence[int]) -> Colouring:
    """By where the samples came from."""
    sources = {source.id: source for source in dataset.sources()}
    words = {
        key: f"{source_kind_words(source.kind)} {source.location}"
        for key, source in sources.items()
    }
    names = {sample.id: words[sample.source] for sample in dataset.by_ids(ids)}
    return Colouring(_most(list(names.values())), names, tr("others"))


def by_finding(kinds: Mapping[str, Sequence[int]]) -> Colouring:
    """By the first kind of finding of each sample; `kinds` are samples by title."""
    names: dict[int, str] = {}
    for title, samples in kinds.items():
        for sample in samples:
            names.setdefault(sample, title)
    return Colouring(_most(list(names.values())), names, tr("nothing found"))


def _most(names: Sequence[str]) -> dict[str, str]:
    """Colours for the names that occur most."""
    counts: dict[str, int] = defaultdict(int)
    for name in names:
        counts[name] += 1
    order = sorted(counts, key=lambda name: (-counts[name], name))[:_SHOWN]
    return dict(zip(order, COLOURS[1:], strict=False))
