"""The loopback internet and a downloader that knows no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from faceapp.scraping.control import Control
from faceapp.scraping.downloader import Downloader, Limits
from faceapp.scraping.transport import Dialler
from fake_web import FakeClock, FakeWeb, fake_web

MakeDownloader = Callable[..., Downloader]


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
        limits: Limits = Limits(),
    ) -> Downloader:
        dialler = Dialler(web.resolve, web.connect, allow_loopback=allow_loopback)
        made.append(Downloader(dialler, control or Control(clock=clock), delay, limits))
        return made[-1]

    yield make
    for each in made:
        each.close()
