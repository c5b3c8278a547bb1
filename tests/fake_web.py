"""A small internet on loopback: one real HTTP server under many host names.

Names are resolved by `FakeWeb.resolve` and dialled by `FakeWeb.connect`, which refuses to dial
anything but loopback: a test that would leave this machine fails instead.
"""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

LOOPBACK = "127.0.0.1"
# Names that mean something other than this machine.
ELSEWHERE = {
    "private.test": ["10.1.2.3"],
    "linklocal.test": ["169.254.169.254"],
    "mapped.test": ["::ffff:192.168.1.1"],
    "nowhere.test": [],
    "public.test": ["93.184.216.34"],
    "mixed.test": ["10.1.2.3", "93.184.216.34"],
}


@dataclass(frozen=True)
class Ask:
    """What a client asked for."""

    host: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]


@dataclass(frozen=True)
class Say:
    """An answer; `length` is what Content-Length claims, where that is not the truth."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None
    reset: bool = False  # break the connection off after the body
    endless: bool = False  # repeat the body for ever
    silent: bool = False  # say nothing at all, until the web goes down
    dribble: bool = False  # one byte of the body at a time, and never the last


Answer = Say | Callable[[Ask], Say]


class FakeWeb:
    """The server, what it answers, and what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[tuple[str, str], Answer | Sequence[Answer]] = {}
        self.asked: list[Ask] = []
        self.dialled: list[str] = []
        self.busiest: Counter[str] = Counter()
        self.over = threading.Event()
        self._lock = threading.Lock()
        self._times: Counter[tuple[str, str]] = Counter()
        self._open: Counter[str] = Counter()
        self._server = ThreadingHTTPServer((LOOPBACK, 0), self._handler())
        self._server.daemon_threads = True
        self.port = self._server.server_port

    def url(self, host: str, path: str = "/") -> str:
        return f"http://{host}:{self.port}{path}"

    def put(self, host: str, path: str, *answers: Answer | bytes) -> str:
        """Answer so, one after the other and the last for ever; return the address."""
        made = [Say(each) if isinstance(each, bytes) else each for each in answers]
        self.answers[host, path] = made
        return self.url(host, path)

    def resolve(self, host: str, _port: int) -> Sequence[str]:
        if host in ELSEWHERE:
            return ELSEWHERE[host]
        if host.endswith(".test") or host == "localhost":
            return [LOOPBACK]
        if host.replace(".", "").isdigit() or ":" in host:
            return [host]
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    def connect(self, address: str, port: int, timeout: float) -> socket.socket:
        """Dial; what is public is played by this server too, anything else must be loopback."""
        self.dialled.append(address)
        if address == "93.184.216.34":
            address = LOOPBACK
        assert address.startswith("127."), f"{address} would have been dialled"
        return socket.create_connection((address, port), timeout)

    def paths(self, host: str) -> list[str]:
        return [ask.path for ask in self.asked if ask.host == host]

    def speak_tls(self, certificate: Path, key: Path) -> None:
        """Answer by TLS alone, with that certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def serve(self) -> None:
        self._server.serve_forever(poll_interval=0.01)

    def close(self) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()

    def say(self, ask: Ask) -> Say:
        with self._lock:
            self.asked.append(ask)
            times = self._times[ask.host, ask.path]
            self._times[ask.host, ask.path] += 1
        known = self.answers.get((ask.host, ask.path), self.answers.get((ask.host, "*")))
        if known is None:
            return Say(b"there is nothing here", 404)
        answer = known[min(times, len(known) - 1)] if isinstance(known, list) else known
        return answer(ask) if callable(answer) else answer

    @contextmanager
    def _counted(self, host: str) -> Iterator[None]:
        with self._lock:
            self._open[host] += 1
            self.busiest[host] = max(self.busiest[host], self._open[host])
        try:
            yield
        finally:
            with self._lock:
                self._open[host] -= 1

    def _handler(web: FakeWeb) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                host = self.headers.get("Host", "").partition(":")[0].lower()
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                named = {name.lower(): value for name, value in self.headers.items()}
                with web._counted(host), suppress(OSError):
                    _send(self, web.say(Ask(host, parts.path, query, named)), web.over)

            def log_message(self, *_arguments: Any) -> None:
                """Say nothing on stderr."""

        return Handler


def _send(handler: BaseHTTPRequestHandler, say: Say, over: threading.Event) -> None:
    if say.silent:
        over.wait(30)
        handler.close_connection = True
        return
    handler.send_response(say.status)
    for name, value in say.headers.items():
        handler.send_header(name, value)
    if say.endless or say.dribble:
        handler.close_connection = True
    else:
        length = len(say.body) if say.length is None else say.length
        handler.send_header("Content-Length", str(length))
    handler.end_headers()
    if say.dribble:
        for byte in iter(lambda: say.body[:1], None):
            handler.wfile.write(byte)
            if over.wait(0.01):
                return
    handler.wfile.write(say.body)
    while say.endless and not over.is_set():
        handler.wfile.write(say.body)
    if say.reset:
        handler.wfile.flush()
        hang_up = struct.pack("ii", 1, 0)
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, hang_up)
        handler.close_connection = True


@contextmanager
def fake_web(*certificate: Path) -> Iterator[FakeWeb]:
    """A running web; over TLS where a certificate and its key are given."""
    web = FakeWeb()
    if certificate:
        web.speak_tls(*certificate)
    thread = threading.Thread(target=web.serve, name="fake-web")
    thread.start()
    try:
        yield web
    finally:
        web.close()
        thread.join()


class FakeClock:
    """A clock that goes only when somebody sleeps, and then at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.now = 1000.0
        self.slept: dict[str, float] = defaultdict(float)

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return 1_700_000_000.0 + self.now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.now += seconds
            self.slept[threading.current_thread().name] += seconds
