"""The values that a dataset is made of: plain, frozen, without a database behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from faceapp.dataset.errors import DatasetError
from faceapp.words import Words

Point = tuple[float, float]
Box = tuple[float, float, float, float]

GroupedBy = Literal["person", "family"]
FindingState = Literal["open", "dismissed", "acted"]
ProposalState = Literal["open", "accepted", "refused"]
ProposalOrigin = Literal["query", "model"]
Order = Literal["added", "newest", "name", "agreement", "confidence"]


class Origin(StrEnum):
    """Who a label comes from."""

    PERSON = "person"
    IMPORT = "import"
    PROPOSAL = "proposal"  # a proposal that a person accepted


@dataclass(frozen=True)
class TaskClass:
    """One possible answer to a task: `colour` is "#rrggbb", `key` one character or ""."""

    name: str
    colour: str
    key: str


@dataclass(frozen=True)
class Task:
    """A question asked of every sample, with its classes in order."""

    id: int
    name: str
    classes: tuple[TaskClass, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the classes, in order."""
        return tuple(each.name for each in self.classes)


@dataclass(frozen=True)
class Label:
    """An answer once given: `answer` is a class name, None is "unsure".

    `time` is ISO-8601 in UTC. A label is never removed; `undone` says that it no longer stands.
    A label of a class that was renamed or merged bears the name it counts as today.
    """

    id: int
    sample: int
    task: str
    answer: str | None
    origin: Origin
    rater: str
    time: str
    undone: bool


@dataclass(frozen=True)
class NewLabel:
    """A label to be added: `answer` is a class name, None is "unsure"."""

    sample: int
    answer: str | None
    rater: str = ""


@dataclass(frozen=True)
class Answer:
    """What a sample's labels come to: a class name, or None for "unsure".

    `raters` is how many raters decided it (1 where a person's label overrules imported ones),
    `agreement` in 0..1 the share of them behind the answer, or behind each side of a tie.
    """

    answer: str | None
    raters: int
    agreement: float


@dataclass(frozen=True)
class ClassCounts:
    """Samples a class (in class order), and those without an answer or unsure."""

    counts: dict[str, int]
    unlabelled: int
    unsure: int


@dataclass(frozen=True)
class Sample:
    """One image of the dataset.

    Attributes:
        name: as it was imported, a posix path relative to what was imported.
        path: posix path relative to the dataset's folder; absolute when it stayed in place.
        sha256: of the file's bytes, in hexadecimal.
        phash: 64-bit perceptual hash, unsigned.
        width: of the upright image, in pixels.
        height: of the upright image, in pixels.
        format: "jpeg", "png", ... decided by content.
        source: id of its `Source`.
        group: the person shown; None where nobody knows, and it is then its own group.
        added: ISO-8601 in UTC.
        provenance: whatever the source knows of this one image; JSON values.

    """

    id: int
    name: str
    path: str
    sha256: str
    phash: int
    width: int
    height: int
    format: str
    source: int
    group: str | None
    quarantined: bool
    added: str
    provenance: Mapping[str, Any]


@dataclass(frozen=True)
class NewSample:
    """A sample to be added; the fields are those of `Sample`."""

    name: str
    path: str
    sha256: str
    phash: int
    width: int
    height: int
    format: str
    group: str | None = None
    provenance: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class StoredFace:
    """A face in a sample, in pixels of the upright image.

    `box` is (x, y, width, height); `landmarks` are image-left eye, image-right eye, nose,
    mouth left, mouth right; `score` is in 0..1; `origin` is "detector" or "person".
    """

    box: Box
    landmarks: tuple[Point, Point, Point, Point, Point]
    score: float
    origin: Literal["detector", "person"] = "detector"


@dataclass(frozen=True)
class NewFinding:
    """What a check measured on one sample; `family` ties samples into one finding."""

    sample: int
    value: float
    score: float
    family: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """Something cleaning says of a sample, or of all samples that share `family`.

    `value` is the measured value in the check's own unit, `score` in 0..1 (0 is worst).
    """

    id: int
    kind: str
    sample: int
    family: str
    value: float
    score: float
    state: FindingState
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class Measures:
    """What cleaning measured of a sample.

    Attributes:
        key: a text that changes with whatever would change the values; they are then stale.
        values: by name of the measure, in its own unit; what could not be measured is not there.
        problem: why the file could not be read; "" where it could.

    """

    key: str
    values: Mapping[str, float] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True)
class Fingerprint:
    """What tells a near-duplicate: a short descriptor to search by, small pictures to compare."""

    descriptor: bytes
    pictures: bytes


@dataclass(frozen=True)
class Likeness:
    """Two samples that show one picture: how alike they are, 0..1, and by what `how`."""

    one: int
    other: int
    value: float
    how: str


@dataclass(frozen=True)
class NewProposal:
    """A class offered for a sample; `score` in 0..1, `detail` whatever explains it."""

    sample: int
    answer: str
    score: float = 1.0
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Proposal:
    """A class that a query or a model offers; it counts for nothing until accepted."""

    id: int
    sample: int
    task: str
    answer: str
    origin: ProposalOrigin
    score: float
    state: ProposalState
    time: str
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class Source:
    """Where samples came from.

    `kind` is "folder", "csv", "database", "camera", "video", "search" or "drawn"; `location` the
    folder, file or address; `details` whatever else is known, JSON values; `time` ISO-8601 in UTC.
    """

    id: int
    kind: str
    location: str
    details: Mapping[str, Any]
    time: str


@dataclass(frozen=True)
class Refusal:
    """A file that was not taken in, and why."""

    source: int
    file: str
    reason: str
    time: str


@dataclass(frozen=True)
class Facets:
    """How many samples each way of narrowing a query further would leave.

    A field of the query that several values may fill (answers, sources, origins, finding) is left
    open where its own values are counted, so that each number is what choosing that value gives.

    Attributes:
        total: samples of the query itself.
        answers: by class in class order; empty without a task.
        unlabelled: without an answer to the task.
        unsure: answered "unsure".
        origins: by the origin of the answer.
        sources: by the id of the source.
        findings: by the kind of open finding.
        proposed: with an open proposal to the task.
        disagreed: whose raters disagree.
        quarantined: in quarantine.

    """

    total: int
    answers: Mapping[str, int]
    unlabelled: int
    unsure: int
    origins: Mapping[Origin, int]
    sources: Mapping[int, int]
    findings: Mapping[str, int]
    proposed: int
    disagreed: int
    quarantined: int


@dataclass(frozen=True)
class Query:
    """Which samples, in which order. Different fields narrow each other.

    Attributes:
        task: the task that `answers`, `unlabelled`, `unsure`, `origins`, `disagreed`, `proposed`
            and the orders "agreement" and "confidence" speak of.
        answers: classes of which any will do (None among them is "unsure").
        unlabelled: samples without an answer will do too.
        unsure: samples answered "unsure" will do too.
        origins: where the answer comes from; any of these will do.
        disagreed: only samples whose raters disagree.
        quarantined: False leaves them out, True keeps only them, None takes both.
        text: what the name holds, whatever the case.
        sources: ids of sources of which any will do.
        finding: kind of an open finding that the sample must have.
        proposed: only samples with an open proposal in `task`.
        among: ids of samples of which any will do.
        order: "added" (oldest first), "newest", "name", "agreement" (most disputed first), or
            "confidence" (the surest open proposal first).

    """

    task: str | None = None
    answers: tuple[str | None, ...] | None = None
    unlabelled: bool = False
    unsure: bool = False
    origins: tuple[Origin, ...] | None = None
    disagreed: bool = False
    quarantined: bool | None = False
    text: str | None = None
    sources: tuple[int, ...] | None = None
    finding: str | None = None
    proposed: bool = False
    among: tuple[int, ...] | None = None
    order: Order = "added"


_SPLIT_FIELDS = {"train", "validation", "test", "seed"}


@dataclass(frozen=True)
class Split:
    """Ids of samples, ascending, and the seed that they were dealt with."""

    train: tuple[int, ...]
    validation: tuple[int, ...]
    test: tuple[int, ...]
    seed: int

    def to_json(self) -> dict[str, Any]:
        """The split as JSON values."""
        return {
            "train": list(self.train),
            "validation": list(self.validation),
            "test": list(self.test),
            "seed": self.seed,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Split:
        """The split that `to_json` told of; raises `DatasetError` for anything else."""
        if set(value) != _SPLIT_FIELDS:
            raise DatasetError(
                Words(
                    "A split has the fields {split_fields}, not {value}.",
                    split_fields=sorted(_SPLIT_FIELDS),
                    value=sorted(value),
                )
            )
        sides = (value["train"], value["validation"], value["test"])
        ids = [each for side in sides for each in side]
        if not all(isinstance(each, int) for each in [value["seed"], *ids]):
            raise DatasetError(Words("A split holds whole numbers only."))
        if len(set(ids)) != len(ids):
            raise DatasetError(Words("A split has a sample on two sides."))
        train, validation, test = (tuple(side) for side in sides)
        return cls(train, validation, test, value["seed"])
