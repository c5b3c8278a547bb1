"""What an engine is: two functions without network, and the values that they exchange."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from faceapp.errors import WorldError
from faceapp.words import Words

Licence = Literal["any", "reuse"]
Ended = Literal[
    "enough", "exhausted", "no_results", "consent", "blocked", "layout", "error", "cancelled"
]

# What sites answer to a program that asks too often: 999 is Yahoo's own.
_BLOCKED = frozenset({401, 403, 429, 999})
_UNAVAILABLE = 503


@dataclass(frozen=True)
class Wanted:
    """What is searched for: a text in some language ("" where nobody knows), under a licence."""

    text: str
    language: str = ""
    licence: Licence = "any"


@dataclass(frozen=True)
class Request:
    """A page to get: its address, with the query in it."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    """What came back: the address that answered in the end, and its page.

    `headers` have their names in lower case; `wait` is what Retry-After asked for, in seconds.
    """

    url: str
    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    wait: float | None = None

    @property
    def text(self) -> str:
        """The body as text, whatever is no UTF-8 replaced."""
        return self.body.decode("utf-8", errors="replace")


@dataclass(frozen=True)
class Found:
    """An image that an engine names; whatever it does not tell is "" or 0."""

    image_url: str
    page_url: str = ""
    thumbnail_url: str = ""
    title: str = ""
    width: int = 0
    height: int = 0
    licence: str = ""
    licence_url: str = ""
    creator: str = ""
    attribution: str = ""


@dataclass(frozen=True)
class ResultPage:
    """One page of results; `following` is where the next one begins, None after the last."""

    results: tuple[Found, ...]
    following: int | None = None


class SearchRefused(WorldError):
    """An answer without results: `ended` says what kind of answer, `wait` when to come back."""

    ended: ClassVar[Ended] = "error"

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class NoResults(SearchRefused):
    """The engine understood, and has nothing (more)."""

    ended: ClassVar[Ended] = "no_results"


class ConsentAsked(SearchRefused):
    """The engine wants a person to agree to something first."""

    ended: ClassVar[Ended] = "consent"


class Blocked(SearchRefused):
    """The engine refuses to answer, for `wait` seconds or for nobody knows how long."""

    ended: ClassVar[Ended] = "blocked"


class LayoutUnknown(SearchRefused):
    """The engine answered something that we do not understand: its layout has changed."""

    ended: ClassVar[Ended] = "layout"


@dataclass(frozen=True)
class Engine:
    """A way to find images.

    Attributes:
        name: as commands and provenance call it.
        title: as a person reads it.
        home: scheme and host that its addresses begin with; "" where the query is the address.
        build: (home, wanted, where the page begins: 0 for the first) -> the request; None where
            the query already holds the answer. Raises `WorldError` for an impossible query.
        read: (reply, where that page began) -> its results; raises a `SearchRefused`.
        asks: a search site for people, whose terms the person must agree to first.
        crawled: a page like any other: its robots.txt is honoured.
        licensed: can be asked for images that may be used again.
        gap: least seconds between two requests that its rules ask for.

    """

    name: str
    title: str
    home: str
    build: Callable[[str, Wanted, int], Request | None]
    read: Callable[[Reply, int], ResultPage]
    asks: bool = False
    crawled: bool = False
    licensed: bool = False
    gap: float = 0.0


def check_status(reply: Reply, title: str) -> None:
    """Raise `Blocked`, or `SearchRefused` for any other answer that is no page."""
    if reply.status in _BLOCKED or (reply.status == _UNAVAILABLE and reply.wait is not None):
        later = "later" if reply.wait is None else f"in {reply.wait:.0f} seconds"
        raise Blocked(
            Words(
                "{title} does not answer us now (HTTP {status}). Try again {later}.",
                title=title,
                status=reply.status,
                later=later,
            ),
            reply.wait,
        )
    if reply.status >= 400:
        raise SearchRefused(
            Words(
                "{title} answered with an error (HTTP {status}).", title=title, status=reply.status
            )
        )
