"""Who may be whom: groups proposed for samples without a person, and written when they are chosen.

Nothing is changed until `apply_groups`, which is one step to undo.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from faceapp.dataset import Changes, Dataset, Query, Sample
from faceapp.faces.embedding import EmbedderMissing, FaceEmbedder
from faceapp.jobs import Job
from faceapp.people.grouping import cluster
from faceapp.people.vectors import face_vectors
from faceapp.words import Words, counted

Used = Literal["likeness", "families"]
Sureness = Literal["high", "fair", "low"]

# Measured on one half of the people of 3,733 real faces: see README and bench_people.py.
DEFAULT_THRESHOLD = 0.46
# Of a group whose loosest tie is below this share of the threshold.
_HIGH, _FAIR = 0.75, 0.92

_COMPARED = 0.9  # share of the whole that ends with the vectors


@dataclass(frozen=True)
class PersonGroup:
    """Samples that are taken to show one person.

    Attributes:
        name: what the person is to be called; that of a person who is known already, or a new one.
        known: whether other samples bear that name already.
        samples: ids of those that would get the name, the surest first.
        beside: ids of those that have it already.
        distance: of the loosest tie in the group; 0 where only near-duplicates are in it.
        sure: how far that is from the threshold.

    """

    name: str
    known: bool
    samples: tuple[int, ...]
    beside: tuple[int, ...]
    distance: float
    sure: Sureness


@dataclass(frozen=True)
class ProposedPeople:
    """Groups, the least sure last, and what there is to say of the rest.

    Attributes:
        used: "likeness" of faces, or near-duplicate "families" alone as there is no network.
        problem: why likeness was not used; "" where it was.
        threshold: greatest distance of what was joined.
        groups: what is proposed.
        settled: samples left alone, as they have a person.
        alone: samples that are like no other.
        faceless: samples in which no face was found.
        unreadable: samples whose file cannot be read.

    """

    used: Used
    problem: str
    threshold: float
    groups: tuple[PersonGroup, ...]
    settled: int
    alone: int
    faceless: int
    unreadable: int


FindFamilies = Callable[[Dataset, Job], object]


def propose_people(
    dataset: Dataset,
    find_families: FindFamilies,
    *,
    threshold: float = DEFAULT_THRESHOLD,
    everyone: bool = False,
    embedder: Callable[[], FaceEmbedder] = FaceEmbedder,
    job: Job = Job(),
) -> ProposedPeople:
    """Groups of samples outside quarantine that seem to show one person.

    Where the network is installed faces are compared, and what is known of near-duplicates stays
    together; otherwise near-duplicates alone are.

    Args:
        dataset: whose samples.
        find_families: looks for near-duplicates; asked only where there is no network.
        threshold: greatest distance of two parts of a group, see `grouping.cluster`.
        everyone: samples that have a person are grouped anew too. Otherwise they keep it, and
            others may join them.
        embedder: makes the network.
        job: reports and stops.

    Raises:
        Cancelled: the person stopped it; what was compared is kept.

    """
    samples = dataset.samples(Query(quarantined=False))
    ask = _Question(dataset, samples, threshold, everyone)
    if not ask.free:
        return ask.answer("likeness", ())
    try:
        network = embedder()
    except EmbedderMissing as missing:
        find_families(dataset, job)
        return ask.answer("families", ask.by_families(), problem=str(missing))
    return ask.by_likeness(network, job)


class _Question:
    """Who is whom among these samples, and what there is to answer."""

    def __init__(
        self, dataset: Dataset, samples: Sequence[Sample], threshold: float, everyone: bool
    ) -> None:
        self._dataset = dataset
        self._samples = {each.id: each for each in samples}
        self._threshold = threshold
        self._everyone = everyone
        self.free = [each.id for each in samples if everyone or not each.group]

    def by_likeness(self, network: FaceEmbedder, job: Job) -> ProposedPeople:
        """Faces are compared; what is known of near-duplicates and people starts together."""
        vectors = face_vectors(
            self._dataset, list(self._samples), network, network.name, job.part(0, _COMPARED)
        )
        ties = self._ties(vectors.ids)
        clusters = cluster(
            vectors.rows,
            self._threshold,
            [ties[each] for each in vectors.ids],
            [None if self._everyone else self._samples[each].group for each in vectors.ids],
            job.part(_COMPARED, 1),
        )
        groups = self._named(
            ([self._samples[vectors.ids[row]] for row in each.rows], each.distance)
            for each in clusters
        )
        return self.answer(
            "likeness", groups, faceless=vectors.faceless, unreadable=vectors.unreadable
        )

    def by_families(self) -> tuple[PersonGroup, ...]:
        """Groups of samples that are tied as near-duplicates or byte-identical, or by name."""
        ties = self._ties(tuple(self._samples))
        together: dict[str, list[Sample]] = {}
        for sample in self._samples.values():
            together.setdefault(ties[sample.id], []).append(sample)
        return self._named((each, 0.0) for each in sorted(together.values(), key=len, reverse=True))

    def answer(
        self,
        used: Used,
        groups: tuple[PersonGroup, ...],
        *,
        faceless: Sequence[int] = (),
        unreadable: Sequence[int] = (),
        problem: str = "",
    ) -> ProposedPeople:
        """These groups, and counts of everything else."""
        free = set(self.free)
        grouped = {sample for each in groups for sample in each.samples}
        return ProposedPeople(
            used=used,
            problem=problem,
            threshold=self._threshold,
            groups=groups,
            settled=len(self._samples) - len(free),
            alone=len(free - grouped - {*faceless, *unreadable}),
            faceless=len(free & set(faceless)),
            unreadable=len(free & set(unreadable)),
        )

    def _ties(self, ids: Sequence[int]) -> dict[int, str]:
        return self._dataset.groups(ids, by="family" if self._everyone else "person")

    def _named(self, clusters: Iterable[tuple[Sequence[Sample], float]]) -> tuple[PersonGroup, ...]:
        """The clusters that say something new, each called after a person, the surest first."""
        fresh = _new_names(each.group for each in self._samples.values() if each.group)
        used: set[str] = set()
        groups = []
        for members, distance in clusters:
            if len(members) < 2:
                continue
            common = Counter(each.group for each in members if each.group).most_common()
            known = next((each for each, _ in common if each not in used), None)
            joining = [
                each.id
                for each in members
                if not each.group or (self._everyone and each.group != known)
            ]
            if not joining:
                continue
            name = known or next(fresh)
            used.add(name)
            beside = tuple(each.id for each in members if each.group == known and known)
            sure = _sureness(distance, self._threshold)
            groups.append(
                PersonGroup(name, known is not None, tuple(joining), beside, distance, sure)
            )
        return tuple(sorted(groups, key=lambda each: each.distance))


def apply_groups(dataset: Dataset, groups: Mapping[int, str]) -> Changes:
    """Say whom samples show, by their ids: one step to undo."""
    people = len(set(groups.values()))
    one = Words("Group {samples:,} samples into {number} person")
    many = Words("Group {samples:,} samples into {number:,} people")
    what = counted(people, one, many, samples=len(groups))
    with dataset.action(what) as action:
        dataset.set_groups(dict(groups))
    return action.changes


def to_json(dataset: Dataset, proposed: ProposedPeople) -> dict[str, Any]:
    """What was proposed, with names of files, as JSON values."""
    ids = [each for group in proposed.groups for each in (*group.samples, *group.beside)]
    names = {sample.id: sample.name for sample in dataset.by_ids(ids)}
    return {
        "used": proposed.used,
        "problem": proposed.problem,
        "threshold": proposed.threshold,
        "groups": [
            {
                "name": group.name,
                "known": group.known,
                "count": len(group.samples),
                "files": [names[each] for each in group.samples],
                "beside": [names[each] for each in group.beside],
                "distance": round(group.distance, 4),
                "sure": group.sure,
            }
            for group in proposed.groups
        ],
        "settled": proposed.settled,
        "alone": proposed.alone,
        "faceless": proposed.faceless,
        "unreadable": proposed.unreadable,
    }


def _new_names(taken: Iterable[str]) -> Iterator[str]:
    """Names "person 1", "person 2", ...: those that nobody bears yet."""
    there = set(taken)
    number = 0
    while True:
        number += 1
        if (name := f"person {number}") not in there:
            yield name


def _sureness(distance: float, threshold: float) -> Sureness:
    if distance <= _HIGH * threshold:
        return "high"
    return "fair" if distance <= _FAIR * threshold else "low"
