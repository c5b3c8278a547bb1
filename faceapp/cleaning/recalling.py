"""What the checks said last time, without looking at any image again.

Most values follow from the measures in the store; those that were made of a network's evidence
are kept in the dataset's cache, with the time of each check.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from faceapp.cleaning.checks import CHECKS
from faceapp.cleaning.cleaning import Cleaning
from faceapp.cleaning.look import Look
from faceapp.cleaning.model import Check, Measured
from faceapp.cleaning.state import state_of
from faceapp.dataset import Dataset, Query
from faceapp.dataset.history import now
from faceapp.jobs import Job
from faceapp.words import Words, again, made_of

_NAME, _VERSION = "cleaning.json", 1


def remember(cleaning: Cleaning) -> None:
    """Keep when each of these checks ran, and what cannot be told from the store alone."""
    dataset = cleaning.look.dataset
    kept = _read(dataset)
    kept["version"] = _VERSION
    kept["skipped"] = {**cleaning.skipped}
    kept["made_of"] = {kind: made_of(text) for kind, text in cleaning.skipped.items()}
    kept["times"] = {**kept.get("times", {}), **dict.fromkeys(cleaning.measured, now())}
    values = {
        kind: [_plain(each) for each in measured]
        for kind, measured in cleaning.measured.items()
        if "evidence" in CHECKS[kind].needs
    }
    kept["values"] = {**kept.get("values", {}), **values}
    dataset.cache.mkdir(parents=True, exist_ok=True)
    unfinished = dataset.cache / f"{_NAME}.part"
    unfinished.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
    unfinished.replace(dataset.cache / _NAME)


def recall(dataset: Dataset, job: Job = Job()) -> Cleaning | None:
    """The checks that ran before, with the values as they follow from the dataset now.

    No image is opened and nothing is written; None where no check ever ran.
    """
    started = time.monotonic()
    kept = _read(dataset)
    checks = [check for kind, check in CHECKS.items() if kind in kept.get("times", {})]
    if not checks:
        return None
    samples = dataset.sample_ids(Query(quarantined=False))
    known = dataset.measures()
    usual = {kind: check.threshold for kind, check in CHECKS.items()}
    measures = {sample: known[sample] for sample in samples if sample in known}
    look = Look(dataset, measures, usual | dataset.thresholds())
    measured = {
        check.kind: _values(check, kept.get("values", {}), look)
        for check in job.track(checks, Words("Reading what was found"))
    }
    parts = kept.get("made_of", {})
    skipped = {
        kind: again(text, parts.get(kind, "")) for kind, text in kept.get("skipped", {}).items()
    }
    state = state_of(dataset)
    made = Cleaning(look, measured, (), skipped, time.monotonic() - started, state)
    return made.with_findings()


def times(dataset: Dataset) -> dict[str, str]:
    """When each check ran last, ISO-8601 in UTC, by its kind."""
    return dict(_read(dataset).get("times", {}))


def _values(check: Check, kept: Mapping[str, Iterable[Any]], look: Look) -> Sequence[Measured]:
    if "evidence" not in check.needs:
        return check.measure(look)
    values = (
        Measured(tuple(samples), value, family, detail)
        for samples, value, family, detail in kept.get(check.kind, ())
    )
    return [each for each in values if all(sample in look.samples for sample in each.samples)]


def _plain(measured: Measured) -> list[Any]:
    return [measured.samples, measured.value, measured.family, dict(measured.detail)]


def _read(dataset: Dataset) -> dict[str, Any]:
    """What is kept; nothing where there is none, or another version's, or it is damaged."""
    try:
        kept = json.loads((dataset.cache / _NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    whole = isinstance(kept, dict) and kept.get("version") == _VERSION
    return kept if whole else {}
