"""Running checks: measure what changed, compare with thresholds, and write down what is found."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import Any, overload

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
from faceapp.words import Words

_MEASURED, _COMPARED, _JUDGED = 0.4, 0.5, 0.95  # shares of the whole that end with these steps

# Makes evidence once faces and families are known, as groups are made of them; or `NoEvidence`.
EvidenceSource = Callable[[Job], Sequence[Evidence]]


class NoEvidence(WorldError):
    """Nothing can say how likely labels are; the message says why."""


def _none(_job: Job) -> Sequence[Evidence]:
    raise NoEvidence(Words("no out-of-fold probabilities were handed in"))


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
    _ranked: dict[str, list[Measured]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def counts(self) -> dict[str, int]:
        """Findings of each check that ran, in the registry's order."""
        counts = dict.fromkeys(self.measured, 0)
        for found in self.findings:
            counts[found.kind] += 1
        return counts

    def on(self, dataset: Dataset) -> Cleaning:
        """The same values, held against what the person has done since they were measured.

        For a thread that has a connection of its own; what it reads there it reads once.
        """
        return replace(self, look=self.look.on(dataset))

    def with_findings(self) -> Cleaning:
        """The same values, with the findings beyond the thresholds as they stand now."""
        found = [each for kind in self.measured for each in self.beyond(kind, self.threshold(kind))]
        return replace(self, findings=tuple(found))

    def threshold(self, kind: str) -> float:
        """Where the threshold of a kind stood when it was looked at."""
        return self.look.thresholds[kind]

    def beyond(self, kind: str, threshold: float) -> Beyond:
        """The findings of a kind under a threshold, as `on` saw them settled; worst first."""
        check, ranked = CHECKS[kind], self._worst_first(kind)
        stop = bisect_left(ranked, True, key=lambda each: not check.beyond(each.value, threshold))
        return beyond(check, ranked[:stop], threshold, self.look)

    def values(self, kind: str) -> list[float]:
        """Every value of a kind, the worst first."""
        return [each.value for each in self._worst_first(kind)]

    def _worst_first(self, kind: str) -> list[Measured]:
        """Sorted once for all thresholds."""
        if kind not in self._ranked:
            high = CHECKS[kind].worse == "high"
            self._ranked[kind] = sorted(
                self.measured[kind], key=lambda each: each.value, reverse=high
            )
        return self._ranked[kind]

    def filtered(self, kind: str, threshold: float) -> list[Found]:
        """The findings of a kind under another threshold; nothing is measured for it."""
        return list(self.on(self.look.dataset).beyond(kind, threshold))

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
    for check in job.part(_JUDGED, 1).track(running, Words("Checking")):
        measured[check.kind] = check.measure(look)
        threshold = look.thresholds[check.kind]
        _record(check, measured[check.kind], threshold, dataset)
        findings += beyond(check, measured[check.kind], threshold, look)
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


def beyond(check: Check, measured: Sequence[Measured], threshold: float, look: Look) -> Beyond:
    """The values beyond a threshold that the person has not settled, worst first."""
    beyond = [each for each in measured if check.beyond(each.value, threshold)]
    standing = [
        kept
        for each in check.standing(beyond, look)
        if (kept := _of_those_here(each, look.gone))
        and not _settled(kept, look.verdicts(check.kind), by_answers=check.of_answers)
    ]
    joined = check.joined(standing, look)
    joined.sort(key=lambda each: (check.score(each.value), each.samples, each.files))
    return Beyond(check, joined, threshold, look)


class Beyond(Sequence[Found]):
    """Findings by place, each put into words when somebody looks: there may be thousands."""

    def __init__(
        self, check: Check, measured: Sequence[Measured], threshold: float, look: Look
    ) -> None:
        self._check, self._measured = check, measured
        self._threshold, self._look = threshold, look

    def __len__(self) -> int:
        return len(self._measured)

    @overload
    def __getitem__(self, place: int) -> Found: ...
    @overload
    def __getitem__(self, place: slice) -> list[Found]: ...
    def __getitem__(self, place: int | slice) -> Found | list[Found]:
        if isinstance(place, slice):
            return [self._found(each) for each in self._measured[place]]
        return self._found(self._measured[place])

    def sample(self, place: int) -> int | None:
        """The first sample of a finding; None where it is of files that are no samples."""
        samples = self._measured[place].samples
        return samples[0] if samples else None

    def size(self, place: int) -> int:
        """How many samples a finding is about."""
        return len(self._measured[place].samples)

    def keys(self) -> Iterator[tuple[tuple[int, str], ...] | tuple[str, ...]]:
        """What tells each finding apart from others of its kind, whatever its value."""
        return (each.keys or each.files or (each.family,) for each in self._measured)

    def _found(self, measured: Measured) -> Found:
        check, samples = self._check, self._look.samples
        names = tuple(samples[sample].name for sample in measured.samples)
        return Found(
            kind=check.kind,
            samples=measured.samples,
            files=measured.files or names,
            value=measured.value,
            score=check.score(measured.value),
            threshold=self._threshold,
            reason=check.reason.filled(value=measured.value, **measured.detail),
            suggestion=check.suggestion,
            detail=measured.detail,
            keys=measured.keys,
        )


def _of_those_here(measured: Measured, gone: AbstractSet[int]) -> Measured | None:
    """The value without samples that are gone; None where nothing, or no family, is left."""
    if gone.isdisjoint(measured.samples):
        return measured
    rest = tuple(sample for sample in measured.samples if sample not in gone)
    if not rest or len(rest) == 1 < len(measured.samples):
        return None
    return replace(measured, samples=rest)


def _settled(
    measured: Measured,
    verdicts: Mapping[tuple[int, str], FindingState],
    *,
    by_answers: bool,
) -> bool:
    """Whether it was dismissed, or acted on for every sample that it still speaks of.

    Where answers say whether it stands, an action that was overtaken by others settles nothing.
    """
    if not verdicts:
        return False
    said = [verdicts.get(key) for key in measured.keys]
    return "dismissed" in said or (not by_answers and bool(said) and all(said))


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
