"""What checks look at: a dataset's samples with everything that was made of them before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from functools import cached_property

from faceapp.cleaning.alike import near_pairs
from faceapp.cleaning.model import Evidence, Measured
from faceapp.dataset import Answer, Dataset, Likeness, Measures, Query, Sample
from faceapp.dataset.model import FindingState

_COLOURED = 0.02  # mean saturation, from which on an image is not grey
_SHARP = 0.1  # sharpness, from which on more says nothing of the detail
_AS_LARGE = 0.9  # faces that differ by less are found of different size by chance
_ORDINARY = 2.0  # long side by short side: beyond it there is no more to see of the face


class Look:
    """One look at a dataset; everything in it is read at most once.

    Args:
        dataset: whose samples, those in quarantine left out.
        measures: of the samples.
        thresholds: of every check, by kind.

    """

    def __init__(
        self, dataset: Dataset, measures: Mapping[int, Measures], thresholds: Mapping[str, float]
    ) -> None:
        self.dataset = dataset
        self.measures = measures
        self.thresholds = thresholds
        self.evidence: tuple[Evidence, ...] = ()
        self._verdicts: dict[str, Mapping[tuple[int, str], FindingState]] = {}

    def on(self, dataset: Dataset) -> Look:
        """The same look, held against what the person has done since; read by this connection."""
        other = copy(self)
        other.__dict__.update(dataset=dataset, _verdicts={})
        other.__dict__.pop("gone", None)
        return other

    def verdicts(self, kind: str) -> Mapping[tuple[int, str], FindingState]:
        """What the person said of findings of a kind, by sample and family; read once."""
        if kind not in self._verdicts:
            self._verdicts[kind] = self.dataset.verdicts(kind)
        return self._verdicts[kind]

    @cached_property
    def gone(self) -> frozenset[int]:
        """The samples that were set aside, or are not there any more, since they were read."""
        return frozenset(self.samples).difference(self.dataset.sample_ids())

    def answers_now(self, measured: Sequence[Measured]) -> dict[str, dict[int, Answer]]:
        """What the samples of values are answered at this moment, by the task of each value."""
        samples: dict[str, set[int]] = defaultdict(set)
        for each in measured:
            samples[each.detail["task"]].update(each.samples)
        return {task: self.dataset.answers(task, ids) for task, ids in samples.items()}

    def take_evidence(self, evidence: Sequence[Evidence]) -> None:
        """Look at what classifiers say, too; samples in quarantine are left out of it."""
        self.evidence = tuple(_narrowed(each, self.samples) for each in evidence)

    @cached_property
    def samples(self) -> dict[int, Sample]:
        """The samples by id, in the order they were added."""
        found = self.dataset.samples(Query(quarantined=False))
        return {sample.id: sample for sample in found}

    @cached_property
    def answers(self) -> dict[str, dict[int, Answer]]:
        """What each sample is answered, by task."""
        return {task.name: self.dataset.answers(task.name) for task in self.dataset.tasks()}

    @cached_property
    def classes(self) -> dict[str, tuple[str, ...]]:
        """The names of each task's classes, in order."""
        return {task.name: task.names for task in self.dataset.tasks()}

    @cached_property
    def groups(self) -> dict[int, str]:
        """The split group of each sample."""
        return self.dataset.groups(self.samples)

    @cached_property
    def pairs(self) -> list[Likeness]:
        """All near-duplicate pairs down to the least likeness that is kept."""
        return near_pairs(self.dataset)

    @cached_property
    def copies(self) -> dict[str, tuple[int, ...]]:
        """Byte-identical samples, two or more, by their SHA-256."""
        alike: dict[str, list[int]] = defaultdict(list)
        for sample in self.samples.values():
            alike[sample.sha256].append(sample.id)
        return {sha256: tuple(ids) for sha256, ids in alike.items() if len(ids) > 1}

    def value(self, sample: int, name: str) -> float | None:
        """One measure of one sample."""
        found = self.measures.get(sample)
        return found.values.get(name) if found else None

    def best_first(self, ids: Sequence[int]) -> tuple[int, ...]:
        """Samples of one picture, the one to keep first.

        Colour goes before grey, then a large sharp face, then an image of ordinary shape that
        shows more around it, then the larger file, which was compressed less, then the older.
        """
        detail = {sample: self._face_detail(sample) for sample in ids}
        most = max(detail.values())

        def rank(sample: int) -> tuple[bool, bool, bool, int, float, int]:
            pixels = self.samples[sample].width * self.samples[sample].height
            return (
                (self.value(sample, "colour") or 0) >= _COLOURED,
                detail[sample] >= _AS_LARGE * most,
                (self.value(sample, "aspect") or 0) < _ORDINARY,
                pixels,
                self.value(sample, "bytes") or 0,
                -sample,
            )

        return tuple(sorted(ids, key=rank, reverse=True))

    def _face_detail(self, sample: int) -> float:
        """Pixels of the face's side; one that is not sharp has fewer than it pretends."""
        sharp = min(1.0, (self.value(sample, "sharpness") or 0) / _SHARP)
        return (self.value(sample, "face_pixels") or 0) * sharp


def families(tied: Iterable[Sequence[int]]) -> list[list[int]]:
    """Samples that are tied together, directly or by a chain; each family ascending."""
    family: dict[int, list[int]] = {}
    for ids in tied:
        one = family.setdefault(ids[0], [ids[0]])
        for each in ids[1:]:
            other = family.setdefault(each, [each])
            if one is not other:
                one += other
                family.update(dict.fromkeys(other, one))
    unique = {id(members): sorted(members) for members in family.values()}
    return sorted(unique.values())


def _narrowed(evidence: Evidence, samples: Mapping[int, Sample]) -> Evidence:
    kept = [row for row, sample in enumerate(evidence.ids) if sample in samples]
    if len(kept) == len(evidence.ids):
        return evidence
    return Evidence(
        evidence.task,
        evidence.classes,
        tuple(evidence.ids[row] for row in kept),
        evidence.labels[kept],
        evidence.probabilities[kept],
        evidence.features[kept],
    )
