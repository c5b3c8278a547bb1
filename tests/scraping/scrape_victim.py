"""A scrape in a process of its own, to be killed: one line a judged result, then "done"."""

from __future__ import annotations

import sys
from pathlib import Path

from faceapp.dataset import Dataset
from faceapp.scraping.collecting import Judged, Tools, collect
from faceapp.scraping.control import Control
from faceapp.scraping.downloader import Downloader, Limits
from faceapp.scraping.phrases import shipped_phrases
from faceapp.scraping.planning import Wish, resume_scrape, start_scrape
from faceapp.scraping.transport import Dialler
from fake_web import ELSEWHERE, LOOPBACK
from hostile_web import PLACES
from portraits import count_faces


def resolve(host: str, _port: int) -> list[str]:
    return ELSEWHERE.get(host, [LOOPBACK])


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def told(judged: Judged) -> None:
    say(judged.outcome.word)


def main(folder: str, port: str, *queries: str) -> None:
    control = Control()
    dialler = Dialler(resolve, allow_loopback=True)
    downloader = Downloader(dialler, control, 0.0, Limits(image_bytes=1_000_000))
    homes = {engine: f"http://{engine}.test:{port}" for engine in PLACES}
    wish = Wish("expression", ("sad",), (), queries, tuple(PLACES), per_class=100_000)
    with Dataset.open_or_create(Path(folder)) as dataset:
        scrape = resume_scrape(dataset, wish.task) or start_scrape(dataset, wish, shipped_phrases())
        collect(dataset, scrape, Tools(downloader, control, count_faces, "x", homes, told))
    say("done")


if __name__ == "__main__":
    main(*sys.argv[1:])
