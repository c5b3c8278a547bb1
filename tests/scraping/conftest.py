"""The loopback internet, a downloader that knows no other, and scrapes over both."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from engine_answers import ANSWERS, NOTHING, Shown
from faceapp.dataset import Dataset
from faceapp.dataset.searches import Scrape
from faceapp.scraping.collecting import Judged, Tools, collect
from faceapp.scraping.control import Control
from faceapp.scraping.downloader import Downloader, Limits
from faceapp.scraping.phrases import shipped_phrases
from faceapp.scraping.planning import Wish, resume_scrape, start_scrape
from faceapp.scraping.report import ScrapeReport
from faceapp.scraping.transport import Dialler
from fake_web import Ask, FakeClock, FakeWeb, Say, fake_web
from portraits import count_faces

MakeDownloader = Callable[..., Downloader]
_LIMITS = Limits(read_seconds=10)
_PATHS = {
    "yahoo": "/search/images",
    "bing": "/images/search",
    "openverse": "/v1/images/",
    "commons": "/w/api.php",
}
_ASKED = {"yahoo": "p", "bing": "q", "openverse": "q", "commons": "gsrsearch"}
_STARTS = {"yahoo": "b", "bing": "first", "openverse": "page", "commons": "gsroffset"}


@pytest.fixture
def web() -> Iterator[FakeWeb]:
    with fake_web() as running:
        yield running


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def make_downloader(web: FakeWeb, clock: FakeClock) -> Iterator[MakeDownloader]:
    made = []

    def make(
        control: Control | None = None,
        *,
        allow_loopback: bool = True,
        delay: float = 0.0,
        limits: Limits = _LIMITS,
    ) -> Downloader:
        dialler = Dialler(web.resolve, web.connect, allow_loopback=allow_loopback)
        made.append(Downloader(dialler, control or Control(clock=clock), delay, limits))
        return made[-1]

    yield make
    for each in made:
        each.close()


class Scraping:
    """A dataset, engines on the loopback internet, and scrapes over them."""

    def __init__(self, web: FakeWeb, dataset: Dataset, make: MakeDownloader) -> None:
        self.web = web
        self.dataset = dataset
        self.judged: list[Judged] = []
        self.homes = {name: web.url(f"{name}.test", "") for name in _PATHS}
        self._make = make
        self._answers: dict[tuple[str, str], list[Say]] = {}

    def answer(self, engine: str, query: str, *pages: Sequence[Shown] | Say) -> None:
        """Let an engine answer a query so, page by page, and with nothing after the last."""
        made = [each if isinstance(each, Say) else _say(engine, each) for each in pages]
        self._answers[engine, query] = made

        def say(ask: Ask) -> Say:
            asked = ask.query.get(_ASKED[engine], "").removesuffix(" filetype:bitmap")
            page = self._page(engine, ask)
            known = self._answers.get((engine, asked), [])
            return known[page] if page < len(known) else Say(NOTHING[engine].encode())

        self.web.answers[f"{engine}.test", _PATHS[engine]] = say

    @staticmethod
    def _page(engine: str, ask: Ask) -> int:
        start = int(ask.query.get(_STARTS[engine], "0"))
        size = {"yahoo": 60, "bing": 35, "openverse": 1, "commons": 50}[engine]
        return (start - (engine != "commons")) // size

    def wish(self, *queries: str, **more: object) -> Wish:
        named = {"classes": ("sad",), "task": "expression", "queries": queries} | more
        return Wish(**named)  # type: ignore[arg-type]

    def start(self, wish: Wish) -> Scrape:
        return start_scrape(self.dataset, wish, shipped_phrases())

    def run(self, wish: Wish, control: Control | None = None) -> ScrapeReport:
        return self.collect(self.start(wish), control)

    def resume(self) -> ScrapeReport:
        scrape = resume_scrape(self.dataset, "expression")
        assert scrape is not None
        return self.collect(scrape)

    def collect(self, scrape: Scrape, control: Control | None = None) -> ScrapeReport:
        control = control or Control(clock=FakeClock())
        tools = Tools(
            self._make(control), control, count_faces, "stand-in", self.homes, self.judged.append
        )
        return collect(self.dataset, scrape, tools)

    def reasons(self) -> dict[str, str]:
        """The outcome of every image, by the last part of its address, from all scrapes."""
        return {
            each.result.facts["image_url"].rpartition("/")[2]: each.outcome.word
            for each in self.judged
        }


def _say(engine: str, shown: Sequence[Shown]) -> Say:
    return Say(ANSWERS[engine](shown).encode())


@pytest.fixture
def scraping(web: FakeWeb, tmp_path: Path, make_downloader: MakeDownloader) -> Iterator[Scraping]:
    with Dataset.create(tmp_path / "dataset") as dataset:
        yield Scraping(web, dataset, make_downloader)
