"""Which samples the Label page lists, in which order: values without a widget behind them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from faceapp.dataset import Facets, Origin, Query
from faceapp.dataset.model import Order


class Facet(StrEnum):
    """What a sample can be chosen by. Choices of one facet widen, different facets narrow."""

    CLASS = "class"
    UNLABELLED = "unlabelled"
    UNSURE = "unsure"
    SOURCE = "source"
    ORIGIN = "origin"
    FINDING = "finding"
    SPLIT = "split"
    PROPOSED = "proposed"
    DISAGREED = "disagreed"
    MODEL_DISAGREES = "model disagrees"
    QUARANTINED = "quarantined"
    GIVEN = "given"  # samples that another page named; the value says what they are


@dataclass(frozen=True)
class Choice:
    """One thing to choose: `value` is a class name, a source's id, ...; "" where it is only one."""

    facet: Facet
    value: str | int = ""


# Of these only one value at a time makes sense to the store.
_SINGLE = frozenset({Facet.FINDING, Facet.SPLIT})


@dataclass(frozen=True)
class Filters:
    """What was chosen, what the name must hold, and the ids behind a choice of `Facet.GIVEN`."""

    chosen: frozenset[Choice] = frozenset()
    text: str = ""
    given: tuple[int, ...] = ()

    @classmethod
    def of_samples(cls, ids: Sequence[int], words: str) -> Filters:
        """These samples and no others, in quarantine or not; `words` say what they are."""
        return cls(frozenset({Choice(Facet.GIVEN, words)}), given=tuple(ids))

    def __bool__(self) -> bool:
        return bool(self.chosen or self.text)

    def toggled(self, choice: Choice) -> Filters:
        """With that choice where it was not made, without it where it was."""
        if choice in self.chosen:
            return replace(self, chosen=self.chosen - {choice})
        kept = self.chosen
        if choice.facet in _SINGLE:
            kept = frozenset(each for each in kept if each.facet is not choice.facet)
        return replace(self, chosen=kept | {choice})

    def only(self, choice: Choice) -> Filters:
        """That choice and nothing else; nothing at all where it was the only one."""
        alone = Filters(frozenset({choice}))
        return Filters() if self == alone else alone

    def without_answers(self) -> Filters:
        """Without what speaks of one task's answers: another task is looked at."""
        gone = {Facet.CLASS, Facet.UNLABELLED, Facet.UNSURE}
        return replace(self, chosen=frozenset(c for c in self.chosen if c.facet not in gone))

    def keeping(self, classes: Collection[str]) -> Filters:
        """Without the classes that are not among these."""
        return replace(
            self,
            chosen=frozenset(
                c for c in self.chosen if c.facet is not Facet.CLASS or c.value in classes
            ),
        )

    def has(self, facet: Facet) -> bool:
        """Whether anything was chosen of that facet."""
        return any(choice.facet is facet for choice in self.chosen)

    def values(self, facet: Facet) -> tuple[str | int, ...]:
        """What was chosen of one facet, in a fixed order."""
        return tuple(sorted((c.value for c in self.chosen if c.facet is facet), key=str))

    def query(
        self,
        task: str | None,
        order: Order = "added",
        among: Mapping[Choice, Sequence[int]] | None = None,
    ) -> Query:
        """The store's query; `among` gives the ids of choices that the store cannot answer."""
        classes = tuple(str(value) for value in self.values(Facet.CLASS))
        sources = tuple(int(value) for value in self.values(Facet.SOURCE))
        origins = tuple(Origin(str(value)) for value in self.values(Facet.ORIGIN))
        findings = self.values(Facet.FINDING)
        asked = task is not None
        return Query(
            task=task,
            answers=classes or None if asked else None,
            unlabelled=asked and self.has(Facet.UNLABELLED),
            unsure=asked and self.has(Facet.UNSURE),
            origins=origins or None if asked else None,
            disagreed=asked and self.has(Facet.DISAGREED),
            proposed=asked and self.has(Facet.PROPOSED),
            quarantined=self._quarantined(),
            text=self.text.strip() or None,
            sources=sources or None,
            finding=str(findings[0]) if findings else None,
            among=self._among(among or {}),
            order=order if asked or order not in {"agreement", "confidence"} else "added",
        )

    def _quarantined(self) -> bool | None:
        if self.has(Facet.QUARANTINED):
            return True
        return None if self.has(Facet.GIVEN) else False

    def _among(self, known: Mapping[Choice, Sequence[int]]) -> tuple[int, ...] | None:
        listed = [known[choice] for choice in self.chosen if choice in known]
        if self.has(Facet.GIVEN):
            listed.append(self.given)
        if not listed:
            return None
        common = set(listed[0]).intersection(*listed[1:])
        return tuple(sorted(common))


def count_of(choice: Choice, facets: Facets) -> int | None:
    """The number beside a choice; None where nobody counted."""
    value = choice.value
    match choice.facet:
        case Facet.CLASS:
            return facets.answers.get(str(value), 0)
        case Facet.SOURCE:
            return facets.sources.get(int(value), 0)
        case Facet.ORIGIN:
            return facets.origins.get(Origin(str(value)), 0)
        case Facet.FINDING:
            return facets.findings.get(str(value), 0)
        case Facet.SPLIT | Facet.MODEL_DISAGREES | Facet.GIVEN:
            return None
    single = {
        Facet.UNLABELLED: facets.unlabelled,
        Facet.UNSURE: facets.unsure,
        Facet.PROPOSED: facets.proposed,
        Facet.DISAGREED: facets.disagreed,
        Facet.QUARANTINED: facets.quarantined,
    }
    return single[choice.facet]


class Sort(StrEnum):
    """In which order samples stand."""

    TIME = "time"
    NAME = "name"
    CONFIDENCE = "confidence"
    DISAGREEMENT = "disagreement"
    SIMILARITY = "similarity"
    USEFUL = "useful"
    MODEL = "model"  # what a model says otherwise than was proposed comes first

    @property
    def order(self) -> Order:
        """The store's order that it begins with."""
        orders: dict[Sort, Order] = {
            Sort.NAME: "name",
            Sort.CONFIDENCE: "confidence",
            Sort.DISAGREEMENT: "agreement",
            Sort.MODEL: "confidence",
        }
        return orders.get(self, "added")

    @property
    def ranked(self) -> bool:
        """Whether a service says the order, and not the store."""
        return self in {Sort.SIMILARITY, Sort.USEFUL, Sort.MODEL}


@dataclass(frozen=True)
class Listing:
    """Everything that decides what is listed: a snapshot to be read by another thread."""

    filters: Filters = field(default_factory=Filters)
    sort: Sort = Sort.TIME
    backwards: bool = False


def ranked(ids: Sequence[int], ranking: Sequence[int]) -> list[int]:
    """The ids in the order of `ranking`; those that it does not name follow as they were."""
    place = {sample: position for position, sample in enumerate(ranking)}
    return sorted(ids, key=lambda sample: place.get(sample, len(place)))
