"""Image-search sites on loopback that answer as a test says, each image of a query its own."""

from __future__ import annotations

from collections.abc import Sequence

from engine_answers import ANSWERS, NOTHING, Shown
from faceapp.scraping.transport import Dialler
from faceapp.services.scraping import Scraper
from fake_web import Ask, FakeWeb, Say
from hostile_web import PLACES


class ImageSites:
    """Yahoo, Bing, Openverse and Commons, all on one `FakeWeb`.

    Args:
        web: the server.
        delay: seconds that the scraper waits between two requests to a host.

    """

    def __init__(self, web: FakeWeb, delay: float = 0.0) -> None:
        self.web = web
        self._delay = delay
        self._answers: dict[tuple[str, str], list[Say]] = {}
        for engine, (path, *_) in PLACES.items():
            web.answers[f"{engine}.test", path] = lambda ask, engine=engine: self._say(engine, ask)
        self.homes = {name: web.url(f"{name}.test", "") for name in PLACES}

    def scraper(self, *, at_home: bool = False) -> Scraper:
        """The window's scraper over these sites.

        `at_home`: they stand at the addresses that are asked for agreement, by name only.
        """
        homes = {} if at_home else self.homes
        return Scraper(
            homes,
            lambda: Dialler(self.web.resolve, self.web.connect, allow_loopback=True),
            self._delay,
        )

    def answer(self, engine: str, query: str, *pages: Sequence[str] | Say) -> None:
        """Answer a query with these image addresses, page by page, and nothing after the last."""
        self._answers[engine, query] = [
            each
            if isinstance(each, Say)
            else Say(ANSWERS[engine]([Shown(url) for url in each]).encode())
            for each in pages
        ]

    def put_images(self, host: str, images: Sequence[bytes], stem: str) -> list[str]:
        """Lay images on a host; return their addresses."""
        return [
            self.web.put(host, f"/{stem}-{number}.jpg", image)
            for number, image in enumerate(images)
        ]

    def _say(self, engine: str, ask: Ask) -> Say:
        _, words, start, size, first = PLACES[engine]
        asked = ask.query.get(words, "").removesuffix(" filetype:bitmap")
        page = (int(ask.query.get(start, str(first))) - first) // size
        known = self._answers.get((engine, asked), [])
        return known[page] if page < len(known) else Say(NOTHING[engine].encode())


__all__ = ["ImageSites"]
