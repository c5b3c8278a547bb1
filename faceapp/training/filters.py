"""Which of the labelled samples a training takes, and what raters said of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from faceapp.dataset import Dataset, Origin, Query, Source
from faceapp.dataset.vocabulary import EXPRESSIONS, classes_for_task
from faceapp.errors import WorldError
from faceapp.words import Words

# The scale of "how much emotion is in this face" (Bainbridge, Isola & Oliva 2013).
_LITTLE, _MUCH = 1.0, 5.0
_NEUTRAL = "neutral"


class FilterProblem(WorldError):
    """A filter names what the dataset does not have."""


@dataclass(frozen=True)
class Filters:
    """Which labelled samples a training takes.

    `sources` (ids of sources of which any will do; None takes all) and `reviewed` (only labels that
    a person gave or accepted here, none that was only imported) hold on every side of the split.
    `min_intensity` and `min_agreement` (0..1, see `Rated`) hold for what is learned from alone:
    validation and test stay whole, and so does whatever nobody rated.
    """

    sources: tuple[int, ...] | None = None
    reviewed: bool = False
    min_intensity: float = 0.0
    min_agreement: float = 0.0

    @property
    def everywhere(self) -> bool:
        """Whether they leave samples out of every side."""
        return self.sources is not None or self.reviewed

    @property
    def in_training(self) -> bool:
        """Whether they leave samples out of what is learned from."""
        return self.min_intensity > 0 or self.min_agreement > 0

    def to_json(self) -> dict[str, Any]:
        """Values that JSON can hold; `from_json` makes the same of them."""
        return {
            "sources": None if self.sources is None else list(self.sources),
            "reviewed": self.reviewed,
            "min_intensity": self.min_intensity,
            "min_agreement": self.min_agreement,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Filters:
        """What `to_json` wrote; {} takes everything."""
        sources = data.get("sources")
        return cls(
            None if sources is None else tuple(int(each) for each in sources),
            bool(data.get("reviewed", False)),
            float(data.get("min_intensity", 0.0)),
            float(data.get("min_agreement", 0.0)),
        )

    def words(self, sources: Sequence[Source]) -> Iterator[str]:
        """What they do, a sentence each; `sources` are those of the dataset."""
        if self.sources is not None:
            names = [f"{s.kind} {s.location}".strip() for s in sources if s.id in self.sources]
            yield f"Only images of these sources: {'; '.join(names)}."
        if self.reviewed:
            yield "Only images whose label a person gave or accepted, none that was only imported."
        if self.min_intensity > 0:
            yield (
                f"Learned from rated images only if they show their class to "
                f"{self.min_intensity:.0%} of the raters' scale or more; validation and test "
                "images stay, whatever they show."
            )
        if self.min_agreement > 0:
            yield (
                f"Learned from rated images only if {self.min_agreement:.0%} of the raters agree "
                "or more; validation and test images stay, however much their raters agree."
            )


EVERYTHING = Filters()


@dataclass(frozen=True)
class Rated:
    """What raters said of a sample, each 0..1 and None where nobody told.

    `intensity` is how much emotion they saw, of a neutral face how little; `agreement` the share
    of them that stands behind the answer.
    """

    intensity: float | None
    agreement: float | None

    @property
    def strength(self) -> float | None:
        """The mean of what is known."""
        known = [value for value in (self.intensity, self.agreement) if value is not None]
        return sum(known) / len(known) if known else None

    def reaches(self, filters: Filters) -> bool:
        """Whether nothing that is known of it is below a minimum."""
        return (self.intensity is None or self.intensity >= filters.min_intensity) and (
            self.agreement is None or self.agreement >= filters.min_agreement
        )


def allowed(dataset: Dataset, task: str, filters: Filters) -> set[int] | None:
    """The samples that the filters leave to every side; None where they leave all.

    Raises `FilterProblem` for a source that there is not.
    """
    if not filters.everywhere:
        return None
    there = {source.id for source in dataset.sources()}
    missing = [each for each in filters.sources or () if each not in there]
    if missing:
        raise FilterProblem(
            Words(
                "there is no source {missing}: `faceapp info` lists those there are",
                missing=missing[0],
            )
        )
    origins = (Origin.PERSON, Origin.PROPOSAL) if filters.reviewed else None
    return set(dataset.sample_ids(Query(task=task, sources=filters.sources, origins=origins)))


def ratings(dataset: Dataset, task: str, names: Mapping[int, str]) -> dict[int, Rated]:
    """What raters said of samples, given with the class that each shows; unrated ones are left out.

    Intensity and agreement come with the sample where its source knows them (10k US Adult Faces);
    else the share of the raters that decided its label, where there were several.
    """
    answers = dataset.answers(task, names)
    asks_expression = classes_for_task(task, ()) == EXPRESSIONS
    found: dict[int, Rated] = {}
    for sample in dataset.by_ids(names):
        answer = answers.get(sample.id)
        agreement = _agreement(sample.provenance, task)
        if agreement is None and answer is not None and answer.raters > 1:
            agreement = answer.agreement
        name = names[sample.id]
        intensity = _intensity(sample.provenance, name) if asks_expression else None
        rated = Rated(intensity, agreement)
        if rated.strength is not None:
            found[sample.id] = rated
    return found


def _agreement(provenance: Mapping[str, Any], task: str) -> float | None:
    shares = provenance.get("agreement")
    return _share(shares.get(task)) if isinstance(shares, Mapping) else None


def _intensity(provenance: Mapping[str, Any], name: str) -> float | None:
    amount = provenance.get("emotion_amount")
    if not isinstance(amount, int | float):
        return None
    share = _share((amount - _LITTLE) / (_MUCH - _LITTLE))
    return 1 - share if share is not None and name == _NEUTRAL else share


def _share(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and 0 <= value <= 1 else None
