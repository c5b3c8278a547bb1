"""What the dialog needs of scraping: values, and the callables that app hands over. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from faceapp.dataset.searches import Yield
from faceapp.jobs import Job

KEPT = "kept"


@dataclass(frozen=True)
class EngineFacts:
    """An engine: `phrases` says that it is searched with words, else with addresses.

    `asks` is a site whose terms are to be agreed to first, `licensed` can be asked for images that
    may be used again.
    """

    name: str
    title: str
    phrases: bool
    asks: bool
    licensed: bool


@dataclass(frozen=True)
class PhraseRow:
    """A phrase to search with; `class_name` as the task calls it, `own` the person wrote."""

    class_name: str
    text: str
    language: str
    intensity: Literal[1, 2] = 1
    gloss: str = ""
    preset: str = ""
    own: bool = False


@dataclass(frozen=True)
class Unfinished:
    """An earlier scrape that can go on: when it began, what it kept of how many."""

    time: str
    kept: int
    wanted: int


@dataclass(frozen=True)
class TaskOutlook:
    """A task and what may be searched for it.

    Attributes:
        name: of the task.
        classes: in their order, with colour.
        have: images a class, those that wait for review included.
        phrases: of all languages, plain ones first.
        yields: what phrases brought in all earlier scrapes, by (class, phrase).
        unfinished: the last scrape, where it can go on.

    """

    name: str
    classes: Mapping[str, str]
    have: Mapping[str, int]
    phrases: tuple[PhraseRow, ...]
    yields: Mapping[tuple[str, str], Yield]
    unfinished: Unfinished | None = None


@dataclass(frozen=True)
class Outlook:
    """Everything that the dialog begins with.

    Attributes:
        engines: all there are.
        tasks: those of the dataset; the usual ones where it has none.
        notice: what asking search sites means, with {sites} for their titles.
        unagreed: names of engines whose sites the person must agree to first.

    """

    engines: tuple[EngineFacts, ...]
    tasks: tuple[TaskOutlook, ...]
    notice: str
    unagreed: frozenset[str]


@dataclass(frozen=True)
class ImageRules:
    """What an image must be like; a scrape's own defaults."""

    image_side: int = 80
    face_side: int = 40
    several: Literal["refuse", "each"] = "refuse"
    sharp: bool = True


@dataclass(frozen=True)
class ScrapeRequest:
    """A new scrape: phrases are searched for, or else addresses of one class are asked.

    `engines` are names; `per_class` is what every class is brought to.
    """

    task: str
    classes: tuple[str, ...]
    engines: tuple[str, ...]
    per_class: int
    phrases: tuple[PhraseRow, ...] = ()
    addresses: tuple[str, ...] = ()
    licence: Literal["any", "reuse"] = "any"
    host_limit: int | None = None
    rules: ImageRules = field(default_factory=ImageRules)


@dataclass(frozen=True)
class Judged:
    """A result and what became of it.

    Attributes:
        result: its number in the dataset.
        class_name: what it was searched for as.
        query: the phrase, or the address.
        outcome: "kept", or the reason of its refusal.
        detail: that in more words.
        samples: what it became.
        picture: a small JPEG of a refused image that could be decoded, else nothing.
        address: the image's own.

    """

    result: int
    class_name: str
    query: str
    outcome: str
    detail: str
    samples: tuple[int, ...]
    picture: bytes
    address: str

    @property
    def kept(self) -> bool:
        """Whether it became samples."""
        return self.outcome == KEPT


@dataclass(frozen=True)
class QueryState:
    """A query of a scrape and how far it is; `ended` is "" while it may go on."""

    engine: str
    title: str
    query: str
    language: str
    class_name: str
    found: int
    kept: int
    ended: str
    note: str


class Watch(Protocol):
    """Who looks on while a scrape runs; called in its thread."""

    def paused(self) -> bool:
        """Whether the person wants a pause now."""

    def begin(self, wanted: int) -> None:
        """The scrape was planned: so many images are wanted."""

    def tell(self, judged: Judged) -> None:
        """A result was judged."""

    def report(self, states: Sequence[QueryState], now: int | None) -> None:
        """How far all queries are; `now` is the place of the one whose turn it is."""


@dataclass(frozen=True)
class ScrapeWork:
    """The callables; those that take a job run in its thread and open the dataset themselves.

    Attributes:
        look: reads what can be searched for.
        save_phrases: replaces the person's own phrases of a task (the task's name, the rows).
        agree: remembers that search sites may be asked.
        collect: scrapes as asked, or goes on with the last scrape of the task that is named.

    """

    look: Callable[[Path, Job], Outlook]
    save_phrases: Callable[[str, Sequence[PhraseRow]], None]
    agree: Callable[[], None]
    collect: Callable[[Path, ScrapeRequest | str, Watch, Job], None]
