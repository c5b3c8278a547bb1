"""Running checks: measure what changed, compare with thresholds, and write down what is found."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from faceapp.cleaning.alike import find_alike
from faceapp.cleaning.checks import CHECKS, checks_named
from faceapp.cleaning.copies import NEAR
from faceapp.cleaning.look import Look
from faceapp.cleaning.measuring import Detector, measure_samples
from faceapp.cleaning.model import Check, Evidence, Found, Measured
from faceapp.cleaning.state import State, state_of
from faceapp.dataset import Dataset, Measures, NewFinding
from faceapp.dataset.model import FindingState
from faceapp.errors import WorldError
from faceapp.faces import FaceDetector
from faceapp.jobs import Job

_MEASURED, _COMPARED, _JUDGED = 0.4, 0.5, 0.95  # shares of the whole that end with these steps

# Makes evidence once faces and families are known, as groups are made of them; or `NoEvidence`.
EvidenceSource = Callable[[Job], Sequence[Evidence]]


class NoEvidence(WorldError):
    """Nothing can say how likely labels are; the message says why."""


def _none(_job: Job) -> Sequence[Evidence]:
    raise NoEvidence("no out-of-fold probabilities were handed in")


@dataclass(frozen=True)
class Cleaning:
    """What a run of checks measured and found.

    Attributes:
        look: what was looked at.
        measured: every value, by kind of check; the histogram under a threshold is made of these.
        findings: those beyond the thresholds that nobody dismissed, by check, worst first.
        skipped: checks that could not run, and why.
        seconds: that it took.
        state: of the dataset when they ran.

    """

    look: Look
    measured: Mapping[str, Sequence[Measured]]
    findings: tuple[Found, ...]
    skipped: Mapping[str, str]
    seconds: float
    state: State

    @property
    def counts(self) -> dict[str, int]:
        """Findings of each check that ran, in the registry's order."""
        counts = dict.fromkeys(self.measured, 0)
        for found in self.findings:
            counts[found.kind] += 1
        return counts

    def filtered(self, kind: str, threshold: float) -> list[Found]:
        """The findings of a kind under another threshold; nothing is measured for it."""
        return found_beyond(CHECKS[kind], self.measured[kind], threshold, self.look)

    def move_threshold(self, kind: str, threshold: float) -> list[Found]:
        """Keep another threshold for good, and write down the findings under it."""
        check = CHECKS[kind]
        usual = threshold == check.threshold
        self.look.dataset.set_thresholds({kind: None if usual else threshold})
        _record(check, self.measured[kind], threshold, self.look.dataset)
        return self.filtered(kind, threshold)

    def to_json(self) -> dict[str, Any]:
        """The run under the names that scripts rely on."""
        return {
            "findings": [found.to_json() for found in self.findings],
            "counts": self.counts,
            "skipped": dict(self.skipped),
            "seconds": round(self.seconds, 2),
        }


def clean(
    dataset: Dataset,
    kinds: Iterable[str] | None = None,
    *,
    evidence: EvidenceSource = _none,
    detector: Detector | None = None,
    job: Job = Job(),
) -> Cleaning:
    """Run checks on a dataset's samples and put what they find in its store.

    Nothing else is changed. Only images whose file or faces changed since the last run are opened.

    Args:
        dataset: what to check; samples in quarantine are left out.
        kinds: of the checks to run; None runs all.
        evidence: makes out-of-fold probabilities where a check needs them; without, it is skipped.
        detector: finds faces where it has not looked yet; by default CenterFace.
        job: reports and stops; what was measured before a stop is kept.

    Raises:
        UnknownCheck: there is no check of a kind.
        DetectorMissing: the file of the face detector is not installed.
        Cancelled: the person stopped it.

    """
    started = time.monotonic()
    chosen = checks_named(kinds)
    look = _prepared(dataset, chosen, detector, job)
    lacking = ""
    if any("evidence" in check.needs for check in chosen):
        try:
            look.take_evidence(evidence(job.part(_COMPARED, _JUDGED)))
        except NoEvidence as reason:
            lacking = str(reason)
    blind = [check.kind for check in chosen if lacking and "evidence" in check.needs]
    running = [check for check in chosen if check.kind not in blind]
    measured: dict[str, Sequence[Measured]] = {}
    findings: list[Found] = []
    for check in job.part(_JUDGED, 1).track(running, "Checking"):
        measured[check.kind] = check.measure(look)
        threshold = look.thresholds[check.kind]
        _record(check, measured[check.kind], threshold, dataset)
        findings += found_beyond(check, measured[check.kind], threshold, look)
    seconds = time.monotonic() - started
    skipped = dict.fromkeys(blind, lacking)
    return Cleaning(look, measured, tuple(findings), skipped, seconds, state_of(dataset))


def _prepared(
    dataset: Dataset, checks: Sequence[Check], detector: Detector | None, job: Job
) -> Look:
    """Do the costly work that the checks need, where it was not done before."""
    needs = {need for check in checks for need in check.needs}
    measures: Mapping[int, Measures] = {}
    if "measures" in needs:
        measures = measure_samples(dataset, detector or FaceDetector(), job.part(0, _MEASURED))
    if "likenesses" in needs:
        find_alike(dataset, job.part(_MEASURED, _COMPARED))
    usual = {kind: check.threshold for kind, check in CHECKS.items()}
    look = Look(dataset, measures, usual | dataset.thresholds())
    if "likenesses" in needs:
        # Groups, of which other checks speak, are made of the families in the store.
        _record(CHECKS[NEAR], CHECKS[NEAR].measure(look), look.thresholds[NEAR], dataset)
    return look


def found_beyond(
    check: Check, measured: Sequence[Measured], threshold: float, look: Look
) -> list[Found]:
    """The values beyond a threshold that the person has not settled, worst first."""
    verdicts = look.dataset.verdicts(check.kind)
    beyond = [
        each
        for each in measured
        if check.beyond(each.value, threshold) and not _settled(each, verdicts)
    ]
    found = [_found(check, each, threshold, look) for each in check.joined(beyond, look)]
    return sorted(found, key=lambda each: (each.score, each.samples, each.files))


def _settled(measured: Measured, verdicts: Mapping[tuple[int, str], FindingState]) -> bool:
    """Whether it was dismissed, or acted on for every sample that it still speaks of."""
    said = [verdicts.get(key) for key in measured.keys]
    return "dismissed" in said or (bool(said) and all(said))


def _found(check: Check, measured: Measured, threshold: float, look: Look) -> Found:
    names = tuple(look.samples[sample].name for sample in measured.samples)
    return Found(
        kind=check.kind,
        samples=measured.samples,
        files=measured.files or names,
        value=measured.value,
        score=check.score(measured.value),
        threshold=threshold,
        reason=check.reason.format(value=measured.value, **measured.detail),
        suggestion=check.suggestion,
        detail=measured.detail,
        keys=measured.keys,
    )


def _record(check: Check, measured: Sequence[Measured], threshold: float, dataset: Dataset) -> None:
    """Put the values beyond the threshold in the store; verdicts there stay as they are."""
    dataset.record_findings(
        check.kind,
        [
            NewFinding(sample, each.value, check.score(each.value), each.family, each.detail)
            for each in measured
            if check.beyond(each.value, threshold)
            for sample in each.samples
        ],
    )
