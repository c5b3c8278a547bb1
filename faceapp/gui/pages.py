"""The pages of the window, in the order of their tabs; one that is not built yet is not here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtWidgets import QWidget

from faceapp.gui.language import core_words
from faceapp.gui.messages import Messages
from faceapp.gui.services import Services
from faceapp.gui.session import DatasetSession
from faceapp.gui.workers import JobRunner
from faceapp.words import Words


class Page(Protocol):
    """What the window asks of a page, which is a QWidget besides.

    A page may also have the signals `import_wanted()` (there are no images: the window knows how
    to get some), `find_wanted(str)` (images for this task are to be searched for),
    `page_wanted(str)` (the name of another page to be shown), `samples_wanted(object, str)` (ids
    of samples for the Label page to list, and words for them) and `run_wanted(object)` (the folder
    of a run whose model the Live page is to read with).
    """

    title: str

    @property
    def idle(self) -> bool:
        """Whether everything it shows has been read."""

    def page_keys(self) -> list[tuple[str, str]]:
        """Every key of the page and what it does, for the help."""

    def activated(self) -> None:
        """The page is looked at now."""


class PageClass(Protocol):
    """How every page is made."""

    def __call__(
        self,
        session: DatasetSession,
        jobs: JobRunner,
        messages: Messages,
        services: Services,
        parent: QWidget | None = None,
    ) -> Page:
        """Make the page for one open dataset."""


@dataclass(frozen=True)
class PageEntry:
    """A page that can be shown: its module is loaded when it is first looked at."""

    name: str
    source_title: str
    load: Callable[[], PageClass]

    @property
    def title(self) -> str:
        """What stands on its tab."""
        return core_words(self.source_title)


def _overview() -> PageClass:
    from faceapp.gui.overview.page import OverviewPage

    return OverviewPage


def _label() -> PageClass:
    from faceapp.gui.label.page import LabelPage

    return LabelPage


def _clean() -> PageClass:
    from faceapp.gui.clean.page import CleanPage

    return CleanPage


def _train() -> PageClass:
    from faceapp.gui.train.page import TrainPage

    return TrainPage


def _live() -> PageClass:
    from faceapp.gui.live.page import LivePage

    return LivePage


PAGES: tuple[PageEntry, ...] = (
    PageEntry("overview", Words("Overview"), _overview),
    PageEntry("label", Words("Label"), _label),
    PageEntry("clean", Words("Clean"), _clean),
    PageEntry("train", Words("Train"), _train),
    PageEntry("live", Words("Live"), _live),
)

# What these pages do is writing: they are not for a window that may only read its dataset.
WRITING = frozenset({"clean", "train"})


def pages_for(*, read_only: bool) -> list[str]:
    """Names of the pages that may be looked at, in the order of their tabs."""
    return [entry.name for entry in PAGES if not (read_only and entry.name in WRITING)]
