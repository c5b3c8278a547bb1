"""What is painted of one sample, read for a whole screen at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from faceapp.dataset import Answer, Dataset, Proposal, Sample


@dataclass(frozen=True, slots=True)
class Row:
    """One sample with its answers and its best open proposals, by the name of the task."""

    sample: Sample
    answers: Mapping[str, Answer]
    proposals: Mapping[str, Proposal]


def read_rows(dataset: Dataset, ids: Sequence[int]) -> dict[int, Row]:
    """Rows by id; samples that are gone are left out."""
    answers: dict[int, dict[str, Answer]] = {}
    proposals: dict[int, dict[str, Proposal]] = {}
    for task in dataset.tasks():
        for sample, answer in dataset.answers(task.name, ids, quarantined=None).items():
            answers.setdefault(sample, {})[task.name] = answer
        for proposal in dataset.proposals(task.name, ids=ids):  # the best one comes first
            proposals.setdefault(proposal.sample, {}).setdefault(task.name, proposal)
    return {
        sample.id: Row(sample, answers.get(sample.id, {}), proposals.get(sample.id, {}))
        for sample in dataset.by_ids(ids)
    }
