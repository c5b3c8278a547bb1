"""The step that searches: the whole way of a scrape, over answers that the program gives itself.

No network is used, loopback included: what the downloader dials is one end of a pair of sockets
within this process (which Windows, having no other, makes of loopback).
"""

from __future__ import annotations

import html
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from faceapp.selftest.trial import TASK, Trial, expect

_ENGINE, _PICTURES = "http://search.example", "http://pictures.example"
_ADDRESS = "93.184.216.34"  # a public one, which is never dialled
_WANTED, _CLASS, _LANGUAGE = 3, "sad", "es"
_SEED, _PEOPLE = 99, 4


class _End(socket.socket):
    """One end of a pair of sockets, for a caller that takes it for TCP."""

    def setsockopt(self, *_arguments: Any) -> None:
        """There is no TCP here whose options could be set."""


@dataclass
class Inside:
    """A web inside the process: paths of a host and what they give."""

    answers: Mapping[str, bytes]
    asked: list[str] = field(default_factory=list)
    _serving: list[tuple[threading.Thread, socket.socket]] = field(default_factory=list)

    def connect(self, _address: str, _port: int, timeout: float) -> socket.socket:
        """One end of a pair of sockets, at whose other end the answers are given."""
        ours, theirs = socket.socketpair()
        end = _End(ours.family, ours.type, ours.proto, ours.detach())
        end.settimeout(timeout)
        thread = threading.Thread(target=self._serve, args=(theirs,), name="self-test web")
        thread.start()
        self._serving.append((thread, theirs))
        return end

    def close(self) -> None:
        """Break off every connection that still stands, and wait until nobody answers any more."""
        for thread, theirs in self._serving:
            with suppress(OSError):  # closed already
                theirs.shutdown(socket.SHUT_RDWR)
            thread.join()

    def _serve(self, connection: socket.socket) -> None:
        inside = self

        class Answering(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                path = urlsplit(self.path).path
                inside.asked.append(path)
                body = inside.answers.get(path)
                self.send_response(200 if body is not None else 404)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_arguments: Any) -> None:
                """Say nothing."""

        with connection:
            Answering(connection, (_ADDRESS, 0), None)  # type: ignore[arg-type]


def scrape(trial: Trial) -> str:
    """Phrases of the shipped table are searched for, and new faces kept for review."""
    from faceapp.dataset import Dataset, Query
    from faceapp.demo_faces import draw_demo_faces
    from faceapp.scraping.phrases import shipped_phrases
    from faceapp.scraping.planning import Wish, images_by_class, start_scrape

    drawn = draw_demo_faces(trial.folder / "web", identities=_PEOPLE, seed=_SEED, size=224)
    files = [drawn.folder / each.image for each in drawn.pictures if each.expression == _CLASS]
    with Dataset.open(trial.dataset) as dataset:
        have = images_by_class(dataset, TASK).get(_CLASS, 0)
        wish = Wish(TASK, (_CLASS,), (_LANGUAGE,), per_class=have + _WANTED)
        planned = start_scrape(dataset, wish, shipped_phrases())
        inside = Inside(_answers(files))
        report = _collect(dataset, planned, inside)
        waiting = len(dataset.sample_ids(Query(TASK, proposed=True)))
    expect(report.kept == _WANTED, f"{report.kept} of {_WANTED} images were kept: {report}.")
    expect(waiting >= _WANTED, "What was found does not wait for review.")
    phrase = report.queries[0].query
    return f"{report.kept} faces kept of the search for {phrase!r}, answered within the program"


def _collect(dataset: Any, planned: Any, inside: Inside) -> Any:
    from faceapp.faces import FaceDetector
    from faceapp.scraping.collecting import Tools, collect
    from faceapp.scraping.control import Control
    from faceapp.scraping.downloader import Downloader
    from faceapp.scraping.transport import Dialler

    control, detector = Control(), FaceDetector()
    dialler = Dialler(lambda _host, _port: [_ADDRESS], inside.connect)
    tools = Tools(
        Downloader(dialler, control, delay=0),
        control,
        detector.detect,
        detector.name,
        {"yahoo": _ENGINE},
    )
    try:
        return collect(dataset, planned, tools)
    finally:
        inside.close()


def _answers(files: list[Path]) -> dict[str, bytes]:
    """A page of results in the format of the default engine, and the images it names."""
    items = []
    for file in files:
        facts = {"imgurl": f"{_PICTURES}/{file.name}", "rurl": f"{_PICTURES}/", "w": 224, "h": 224}
        link = html.escape(f"/images/view?{urlencode(facts)}")
        items.append(f'<li><a href="{link}">{html.escape(file.name)}</a></li>')
    page = f'<html><ul id="sres">{"".join(items)}</ul></html>'
    return {
        "/search/images": page.encode(),
        **{f"/{file.name}": file.read_bytes() for file in files},
    }
