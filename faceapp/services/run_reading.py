"""A finished run read back for the window, with the samples that its test images are."""

from __future__ import annotations

import csv
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from faceapp.dataset import Dataset
from faceapp.dataset.runs import METRICS
from faceapp.gui.train.figures import (
    ClassResult,
    PartResult,
    RunDetails,
    SureBin,
    Tested,
)
from faceapp.jobs import Job
from faceapp.training.epochs import Epoch
from faceapp.training.records import PREDICTIONS, RunUnreadable, read_run
from faceapp.words import Words

_REPORT, _SPLIT, _CURVE = "report.html", "split.json", "curve.csv"


def read_details(dataset: Dataset, run: Path, job: Job = Job()) -> RunDetails:
    """All that is shown of a run. Raises `RunUnreadable`."""
    record = read_run(run)
    job.check()
    try:
        data: Any = json.loads((run / METRICS).read_text(encoding="utf-8"))
        tested = _tested(dataset, run)
        test, fit = data["test"], data["fit"]
        low, high = test["accuracy_interval"]
        return RunDetails(
            record=record,
            groups=int(test["groups"]),
            accuracy_interval=(float(low), float(high)),
            majority=float(test["majority"]),
            chance=float(test["chance"]),
            train=float(fit["train_balanced_accuracy"]),
            validation=float(fit["validation_balanced_accuracy"]),
            best_epoch=int(fit["best_epoch"]),
            per_class=tuple(
                ClassResult(each["name"], each["support"], each["precision"], each["recall"])
                for each in test["per_class"]
            ),
            confusion=tuple(tuple(int(cell) for cell in row) for row in test["confusion"]),
            reliability=tuple(
                SureBin(each["confidence"], each["accuracy"], each["count"])
                for each in test["reliability"]
            ),
            calibration_error=float(test["calibration_error"]),
            parts=_parts(dataset, record.task, tested),
            curve=tuple(read_curve(run)),
            tested=tested,
            notes=tuple(data["notes"]),
            has_report=(run / _REPORT).is_file(),
            split_by=data.get("split_by", "person"),
        )
    except (OSError, ValueError, KeyError, TypeError, csv.Error) as error:
        raise RunUnreadable(
            Words("{run} is damaged ({error}): train again.", run=run, error=repr(error))
        ) from error


def _tested(dataset: Dataset, run: Path) -> tuple[Tested, ...]:
    """What was said of each test image, by the sample it is."""
    samples = samples_by_name(dataset, run)
    found = []
    with (run / PREDICTIONS).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            name, predicted = row["image"], row["predicted"]
            sure = float(row[f"p_{predicted}"])
            found.append(Tested(samples.get(name), name, row["truth"], predicted, sure))
    return tuple(found)


def samples_by_name(dataset: Dataset, run: Path) -> Mapping[str, int]:
    """Ids by name: of the run's test side where it has one, as two samples may share a name."""
    split: Any = json.loads((run / _SPLIT).read_text(encoding="utf-8"))
    test = [int(each) for each in split["test"]]
    by_name = {sample.name: sample.id for sample in dataset.samples()}
    known = set(by_name.values())
    return by_name | {
        sample.name: sample.id for sample in dataset.by_ids([i for i in test if i in known])
    }


def read_curve(run: Path) -> Iterable[Epoch]:
    """The rows of a run's curve.csv."""
    with (run / _CURVE).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            epoch, phase = int(row.pop("epoch")), row.pop("phase", "head")
            numbers = {name: float(value) if value else math.nan for name, value in row.items()}
            yield Epoch(epoch=epoch, phase="tuning" if phase == "tuning" else "head", **numbers)


def _parts(
    dataset: Dataset, task: str, tested: Iterable[Tested]
) -> tuple[tuple[str, tuple[PartResult, ...]], ...]:
    """Accuracy of the test images by every other task, and by source."""
    there = [each for each in tested if each.sample is not None]
    divided = []
    for other in dataset.tasks():
        if other.name == task:
            continue
        answers = dataset.answers(other.name, quarantined=None)
        of = {i: answer.answer for i, answer in answers.items() if answer.answer is not None}
        divided.append((other.name, _by(there, of)))
    sources = {source.id: source for source in dataset.sources()}
    samples = dataset.by_ids([each.sample for each in there if each.sample is not None])
    kinds = {sample.id: sources[sample.source].kind for sample in samples}
    divided.append(("source", _by(there, kinds)))
    return tuple((name, parts) for name, parts in divided if parts)


def _by(tested: Iterable[Tested], of: Mapping[int, str]) -> tuple[PartResult, ...]:
    hits: defaultdict[str, list[bool]] = defaultdict(list)
    for each in tested:
        if each.sample is not None and each.sample in of:
            hits[of[each.sample]].append(each.right)
    return tuple(
        PartResult(name, len(rights), sum(rights) / len(rights))
        for name, rights in sorted(hits.items())
    )
