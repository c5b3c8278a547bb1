"""Image-search sites and image hosts on loopback, with faces and with everything that goes wrong.

What each result is follows from its number alone, so that every scrape meets the same web.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from urllib.parse import unquote

from PIL import Image, ImageOps

from engine_answers import ANSWERS, NOTHING, Shown
from fake_web import Ask, FakeWeb, Say
from portraits import encoded, picture, portrait

PLACES = {
    "yahoo": ("/search/images", "p", "b", 60, 1),
    "bing": ("/images/search", "q", "first", 35, 1),
    "openverse": ("/v1/images/", "q", "page", 1, 1),
    "commons": ("/w/api.php", "gsrsearch", "gsroffset", 50, 0),
}
SIZES = {"yahoo": 60, "bing": 35, "openverse": 20, "commons": 50}
HOSTS = ("one.test", "two.test", "three.test")
Picture = Callable[[int], bytes]

# What becomes of a result, by the kind of its number; None is what is left: a face.
KINDS: dict[int, str] = {
    4: "duplicate_bytes",
    7: "near_duplicate",
    9: "near_duplicate",
    11: "not_image",
    12: "not_image",
    13: "not_image",
    14: "too_large",
    15: "too_large",
    16: "http_error",
    17: "http_error",
    18: "forbidden_address",
    19: "forbidden_address",
    20: "forbidden_address",
    21: "duplicate_url",
    22: "http_error",
    23: "too_large",
    24: "too_small",
    25: "not_image",
    26: "http_error",
    27: "robots",
}
ROUND = 40


def kind_of(number: int) -> str | None:
    """The reason for which a result is refused; None for one that is a face by itself."""
    return KINDS.get(number % ROUND)


class HostileWeb:
    """The web, put into a `FakeWeb`.

    Args:
        web: the server.
        results: how many there are, all queries together.
        queries: dealt out among them, each to all engines.
        face: number -> the image file of a face; equal numbers, equal files.

    """

    def __init__(
        self, web: FakeWeb, results: int, queries: tuple[str, ...], face: Picture = portrait
    ) -> None:
        self.web = web
        self.results = results
        self.queries = queries
        self._face = face
        for engine, (path, *_rest) in PLACES.items():
            web.answers[f"{engine}.test", path] = lambda ask, engine=engine: self._list(engine, ask)
        for host in HOSTS:
            web.answers[host, "*"] = self._image
        web.answers["closed.test", "/robots.txt"] = Say(b"User-agent: *\nDisallow: /")

    @property
    def homes(self) -> dict[str, str]:
        return {engine: self.web.url(f"{engine}.test", "") for engine in PLACES}

    def _list(self, engine: str, ask: Ask) -> Say:
        _, asked, begins, unit, first = PLACES[engine]
        query = ask.query[asked].removesuffix(" filetype:bitmap")
        lane = list(PLACES).index(engine) * len(self.queries) + self.queries.index(query)
        lanes = len(PLACES) * len(self.queries)
        mine = range(lane, self.results, lanes)
        page = (int(ask.query.get(begins, "0")) - first) // unit
        size = SIZES[engine]
        shown = [self._shown(number) for number in mine[page * size : (page + 1) * size]]
        if not shown:
            return Say(NOTHING[engine].encode())
        if engine == "openverse":
            return Say(ANSWERS[engine](shown, pages=99).encode())  # type: ignore[call-arg]
        if engine == "commons":
            following = (page + 1) * size
            return Say(ANSWERS[engine](shown, following=following).encode())  # type: ignore[call-arg]
        return Say(ANSWERS[engine](shown).encode())

    def _shown(self, number: int) -> Shown:
        kind = number % ROUND
        host = HOSTS[number % len(HOSTS)]
        if kind == 20:
            return Shown("http://private.test/x.jpg" if number % 3 else "file:///etc/passwd")
        if kind == 21:  # the face of kind 20 less 20, under its very address, spelt otherwise
            first = number - number % ROUND
            return Shown(self.web.url(HOSTS[first % len(HOSTS)].upper(), f"/{first}.jpg#x"))
        if kind == 27:
            return Shown(self.web.url("closed.test", f"/{number}.jpg"))
        trick = "/a/..%2f..%2f" if number % 2 else "/"
        return Shown(self.web.url(host, f"{trick}{number}.jpg"))

    def _image(self, ask: Ask) -> Say:
        name = unquote(ask.path).rpartition("/")[2].removesuffix(".jpg")
        if not name.isdigit():
            return Say(b"", 404)
        number = int(name)
        kind = number % ROUND
        first = number - kind  # of this round: a face that others copy
        if kind in _BROKEN:
            return _BROKEN[kind](number, ask)
        if kind == 4:
            return Say(self._face(first))
        if kind in {7, 9}:
            with Image.open(io.BytesIO(self._face(first))) as image:
                copy = image.convert("RGB")
                if kind == 7:
                    return Say(encoded(ImageOps.mirror(copy), quality=85))
                smaller = copy.resize((copy.width * 2 // 3, copy.height * 2 // 3))
                return Say(encoded(smaller, "WEBP", quality=80))
        if kind == 12:
            return Say(self._face(number)[:1500])
        if kind == 33 and self._times(number) == 0:
            return Say(b"", 429, {"Retry-After": "0"})
        return Say(self._face(number))

    def _times(self, number: int) -> int:
        """How often an image was asked for before this time."""
        name = f"{number}.jpg"
        return sum(ask.path.endswith(name) for ask in list(self.web.asked)) - 1


def bomb() -> bytes:
    """A small PNG whose header promises 20,000 x 20,000 pixels."""
    small = bytearray(encoded(picture(1), "PNG"))
    small[16:24] = (20_000).to_bytes(4, "big") * 2
    small[29:33] = zlib.crc32(small[12:29]).to_bytes(4, "big")
    return bytes(small)


_SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><circle r='9'/></svg>"
_BROKEN: dict[int, Callable[[int, Ask], Say]] = {
    11: lambda number, _: Say(b"<html>Not here %d</html>" % number),
    13: lambda number, _: Say(_SVG + b"<!-- %d -->" % number),
    14: lambda _number, _: Say(bomb()),
    15: lambda number, _: Say(encoded(Image.new("RGB", (100_000, 1), (number % 256, 0, 0)), "PNG")),
    16: lambda _number, _: Say(b"", 503),
    17: lambda _number, _: Say(b"\xff\xd8\xff" * 100, length=9000, reset=True),
    18: lambda _number, _: Say(b"", 302, {"Location": "file:///etc/passwd"}),
    19: lambda _number, _: Say(b"", 302, {"Location": "http://private.test/x.jpg"}),
    22: lambda _number, ask: Say(b"", 302, {"Location": ask.path}),
    23: lambda _number, _: Say(b"x" * 10_000, endless=True),
    24: lambda number, _: Say(portrait(number, size=40)),
    25: lambda _number, _: Say(b""),
    26: lambda _number, _: Say(b"gone", 404),
}
