"""Downloading beside icrawler's downloader, from one server on this machine.

    pip install icrawler && python tests/benchmarks/bench_scrape.py --images 400 [--faces DIR]

Every host answers each request after the same delay, as a distant one would. Politeness is equal:
no pauses, and as many requests at a time as there are hosts; faceapp never has two at one host,
while icrawler's threads may meet there. Rates are taken at the server, from the first request for
an image to the last answer. "scrape" is faceapp's whole work: fetch, decode, hash, find the face,
and write down. Without DIR the images are drawn and a stand-in finds the faces; with it they are
those of DIR, and the detector itself looks.
"""

from __future__ import annotations

import argparse
import importlib.util
import logging
import socket
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from faceapp.dataset import Dataset
from faceapp.faces import FaceDetector
from faceapp.scraping.collecting import Tools, collect
from faceapp.scraping.control import Control
from faceapp.scraping.downloader import Downloader
from faceapp.scraping.judging import FindFaces
from faceapp.scraping.phrases import shipped_phrases
from faceapp.scraping.planning import Wish, start_scrape
from faceapp.scraping.transport import Dialler
from fake_web import LOOPBACK, Ask, FakeWeb, Say, fake_web
from portraits import count_faces, portrait

Way = Callable[[FakeWeb, Sequence[str], int, Path], None]


class Server:
    """Portraits on some hosts, each after a delay, and when they were asked for."""

    def __init__(self, web: FakeWeb, images: Sequence[bytes], hosts: int, delay: float) -> None:
        self._delay = delay
        self._images = images
        self.first, self.last = float("inf"), 0.0
        names = [f"host{number}.test" for number in range(hosts)]
        for name in names:
            web.answers[name, "*"] = self._answer
        self.urls = [
            web.url(names[number % hosts], f"/{number}.jpg") for number in range(len(images))
        ]

    def _answer(self, ask: Ask) -> Say:
        if not ask.path.endswith(".jpg"):
            return Say(b"", 404)
        self.first = min(self.first, time.perf_counter())
        time.sleep(self._delay)
        self.last = time.perf_counter()
        return Say(self._images[int(ask.path.strip("/").removesuffix(".jpg"))])


def with_icrawler(web: FakeWeb, urls: Sequence[str], hosts: int, folder: Path) -> None:
    from icrawler.builtin import UrlListCrawler

    crawler = UrlListCrawler(
        downloader_threads=hosts,
        storage={"root_dir": str(folder)},
        log_level=logging.CRITICAL,
    )
    crawler.crawl(list(urls), max_num=len(urls))


def with_downloader(web: FakeWeb, urls: Sequence[str], hosts: int, folder: Path) -> None:
    downloader = Downloader(Dialler(web.resolve, web.connect, allow_loopback=True), Control(), 0.0)

    def fetch(numbered: tuple[int, str]) -> None:
        (folder / f"{numbered[0]}.jpg").write_bytes(downloader.image(numbered[1]))

    # A thread that waits for its host's turn keeps none from asking another.
    with ThreadPoolExecutor(2 * hosts) as pool:
        list(pool.map(fetch, enumerate(urls)))
    downloader.close()


def scrape_with(find_faces: FindFaces) -> Way:
    def with_scrape(web: FakeWeb, urls: Sequence[str], hosts: int, folder: Path) -> None:
        control = Control()
        dialler = Dialler(web.resolve, web.connect, allow_loopback=True)
        tools = Tools(Downloader(dialler, control, 0.0), control, find_faces, "benchmark")
        wish = Wish("expression", ("sad",), (), ("\n".join(urls),), ("urls",), per_class=len(urls))
        with Dataset.create(folder) as dataset:
            collect(dataset, start_scrape(dataset, wish, shipped_phrases()), tools)

    return with_scrape


def ways(faces: Path | None) -> dict[str, Way]:
    return {
        "icrawler's downloader": with_icrawler,
        "faceapp's downloader": with_downloader,
        "faceapp's scrape": scrape_with(count_faces if faces is None else FaceDetector().detect),
    }


def pictures(faces: Path | None, images: int) -> list[bytes]:
    if faces is None:
        return [portrait(number) for number in range(images)]
    found = sorted((faces / "images").iterdir())
    return [each.read_bytes() for each in found[:: max(1, len(found) // images)][:images]]


def images_per_second(way: Way, images: Sequence[bytes], hosts: int, delay: float) -> float:
    with tempfile.TemporaryDirectory() as folder, fake_web() as web:
        server = Server(web, images, hosts, delay)
        way(web, server.urls, hosts, Path(folder))
        return len(images) / (server.last - server.first)


@contextmanager
def names_on_loopback() -> Iterator[None]:
    """Let the whole process find our hosts, as icrawler asks the system for them."""
    real = socket.getaddrinfo

    def look_up(host: Any, *arguments: Any, **named: Any) -> Any:
        ours = isinstance(host, str) and host.endswith(".test")
        return real(LOOPBACK if ours else host, *arguments, **named)

    socket.getaddrinfo = look_up  # type: ignore[assignment]
    try:
        yield
    finally:
        socket.getaddrinfo = real


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=400)
    parser.add_argument("--delay", type=float, default=0.02, help="seconds a host takes")
    parser.add_argument("--hosts", type=int, nargs="+", default=[1, 4])
    parser.add_argument("--faces", type=Path, help="a folder with images/")
    given = parser.parse_args()
    images = pictures(given.faces, given.images)
    print(f"| way | {' | '.join(f'{hosts} hosts, images/s' for hosts in given.hosts)} |")
    print(f"| :--- |{' ---: |' * len(given.hosts)}")
    with names_on_loopback():
        for name, way in ways(given.faces).items():
            if way is with_icrawler and importlib.util.find_spec("icrawler") is None:
                rates = ["not installed"] * len(given.hosts)
            else:
                rates = [
                    f"{images_per_second(way, images, hosts, given.delay):.1f}"
                    for hosts in given.hosts
                ]
            print(f"| {name} | {' | '.join(rates)} |")


if __name__ == "__main__":
    main()
