"""Getting pages and images: politely, within limits, from allowed addresses, or a reason why."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Literal
from urllib.parse import urljoin

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

from faceapp import __version__
from faceapp.errors import WorldError
from faceapp.scraping.addresses import ForbiddenAddress, check_url
from faceapp.scraping.control import Control
from faceapp.scraping.engines.values import Reply, Request
from faceapp.scraping.politeness import HostOnHold, Pacer, Robots
from faceapp.scraping.transport import Dialler, GuardedAdapter
from faceapp.words import Words

FetchReason = Literal["too_large", "robots", "forbidden_address", "http_error", "timeout"]

USER_AGENT = f"faceapp/{__version__} (a person's own image search; one request at a time)"
_CHUNK = 64 * 1024
_ROBOTS_BYTES = 500 * 1024  # RFC 9309, 2.5: at least so much of a robots.txt counts
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TRY_AGAIN = frozenset({429, 500, 502, 503, 504})
_GONE = frozenset({403, 404, 410, 451})
_TOO_MANY_REQUESTS = 429


@dataclass(frozen=True)
class Limits:
    """How much, and how long.

    Attributes:
        image_bytes: of an image file, at most.
        page_bytes: of a page of results, at most.
        connect_seconds: until a host answers the call.
        read_seconds: without a byte.
        total_seconds: for one request, all in all.
        redirects: followed, at most.
        attempts: at one address that fails for the moment.
        patience: seconds, at most, that are waited because a host asks for it.

    """

    image_bytes: int = 25 * 2**20
    page_bytes: int = 8 * 2**20
    connect_seconds: float = 10.0
    read_seconds: float = 20.0
    total_seconds: float = 60.0
    redirects: int = 5
    attempts: int = 3
    patience: float = 60.0


class FetchRefused(WorldError):
    """An address that gave nothing: `reason` in one word; `final` where it never will."""

    def __init__(self, reason: FetchReason, detail: str, *, final: bool = False) -> None:
        super().__init__(detail)
        self.reason = reason
        self.final = final


class _Broken(Exception):
    """A connection that failed, and may work the next time."""


class Downloader:
    """Asks hosts of the internet; used from any number of threads.

    Args:
        dialler: opens connections, and only to allowed addresses.
        control: clock, pause, cancel.
        delay: seconds between two requests to a host, at least.
        limits: how much, and how long.

    """

    def __init__(
        self,
        dialler: Dialler,
        control: Control,
        delay: float = 1.0,
        limits: Limits = Limits(),
    ) -> None:
        self._dialler = dialler
        self._control = control
        self._delay = delay
        self._limits = limits
        self._adapter = GuardedAdapter(dialler)
        self._pacer = Pacer(control, delay, limits.patience)
        self._robots = Robots(self._robots_file, self._pacer.slow)

    def image(self, url: str) -> bytes:
        """The bytes that an address gives, whatever they are.

        Raises:
            FetchRefused: too large, forbidden, or it failed; the reason says which.
            Cancelled: the person stopped.

        """
        reply = self._patiently(Request(url, {"Accept": "image/*"}), self._limits.image_bytes)
        if reply.status != requests.codes.ok:
            final = reply.status in _GONE
            raise FetchRefused(
                "http_error", Words("HTTP {status}", status=reply.status), final=final
            )
        return reply.body

    def page(self, request: Request, *, crawled: bool, gap: float = 0.0) -> Reply:
        """The answer to a request, whatever its status.

        Args:
            request: the page.
            crawled: honour the site's robots.txt.
            gap: least seconds between requests that the site asks for.

        Raises:
            FetchRefused: no answer came, or none that may be read.
            Cancelled: the person stopped.

        """
        self._pacer.slow(check_host(request.url), gap)
        return self._patiently(request, self._limits.page_bytes, robots=crawled)

    def tick(self) -> None:
        """Break off what takes too long; to be called while waiting for other threads."""
        self._dialler.break_off(self._control.clock.monotonic())

    def close(self) -> None:
        """Break off everything; this downloader asks nobody any more."""
        self._control.end()
        self._dialler.break_off()
        self._adapter.close()

    def _patiently(self, request: Request, most: int, *, robots: bool = True) -> Reply:
        """Ask again where that may help, as often and as late as the limits allow."""
        for attempt in range(1, self._limits.attempts + 1):
            last = attempt == self._limits.attempts
            try:
                reply = self._follow(request, most, robots=robots)
            except _Broken as broken:
                if last:
                    raise FetchRefused("http_error", str(broken)) from broken
                wait: float | None = None
            else:
                wait = reply.wait
                too_long = wait is not None and wait > self._limits.patience
                in_vain = reply.status == _TOO_MANY_REQUESTS and wait is None
                if reply.status not in _TRY_AGAIN or last or too_long or in_vain:
                    return reply
            self._control.sleep(self._delay * 2**attempt if wait is None else wait)
        raise AssertionError  # the last attempt returns or raises

    def _follow(self, request: Request, most: int, *, robots: bool) -> Reply:
        """Ask, and go where redirects lead, looking at each address anew."""
        url = request.url
        for _ in range(self._limits.redirects + 1):
            host = check_host(url)
            if robots and not self._robots.allow(url):
                raise FetchRefused(
                    "robots", Words("{host} asks programs not to fetch this", host=host)
                )
            reply = self._ask(Request(url, request.headers), host, most)
            target = reply.headers.get("location", "")
            if reply.status not in _REDIRECTS or not target:
                return reply
            url = _joined(url, target)
        raise FetchRefused("http_error", Words("redirected again and again"))

    def _robots_file(self, url: str) -> tuple[int, str]:
        for attempt in range(self._limits.attempts):
            try:
                request = Request(url, {"Accept": "text/plain"})
                reply = self._follow(request, _ROBOTS_BYTES, robots=False)
            except _Broken:
                if attempt + 1 == self._limits.attempts:
                    raise
            except FetchRefused as refused:
                if refused.reason == "http_error":  # redirected in a circle: as good as missing
                    return requests.codes.not_found, ""
                raise
            else:
                return reply.status, reply.text
        raise AssertionError  # the last attempt returns or raises

    def _ask(self, request: Request, host: str, most: int) -> Reply:
        """One request, in its host's turn."""
        try:
            with self._pacer.turn(host):
                reply = self._send(request, most)
                if reply.wait is not None:
                    self._pacer.hold(host, reply.wait)
                return reply
        except HostOnHold as hold:
            return Reply(request.url, b"", _TOO_MANY_REQUESTS, wait=hold.seconds)

    def _send(self, request: Request, most: int) -> Reply:
        until = self._control.clock.monotonic() + self._limits.total_seconds
        try:
            return self._exchange(request, most, until)
        except (requests.Timeout, ReadTimeoutError) as error:
            raise FetchRefused("timeout", Words("no answer came in time")) from error
        except (requests.exceptions.InvalidURL, UnicodeError) as error:
            raise FetchRefused("forbidden_address", str(error)) from error
        except (requests.RequestException, HTTPError, OSError) as error:
            self._control.check()
            if self._control.clock.monotonic() >= until:
                raise FetchRefused("timeout", Words("it took too long")) from error
            raise _Broken(f"the connection failed ({type(error).__name__})") from error
        except ForbiddenAddress as error:
            raise FetchRefused("forbidden_address", str(error)) from error
        finally:
            self._dialler.release()

    def _exchange(self, request: Request, most: int, until: float) -> Reply:
        headers = {
            "User-Agent": USER_AGENT,
            # Compressed, a small answer could unfold into a very large one.
            "Accept-Encoding": "identity",
            **request.headers,
        }
        prepared = requests.Request("GET", request.url, headers=headers).prepare()
        seconds = (self._limits.connect_seconds, self._limits.read_seconds)
        self._adapter.set_deadline(until)
        with self._adapter.send(prepared, stream=True, timeout=seconds) as answer:
            told = {name.lower(): value for name, value in answer.headers.items()}
            redirected = answer.status_code in _REDIRECTS
            body = b"" if redirected else self._body(answer, most, until)
            wait = _waiting_time(told.get("retry-after"), self._control.clock.time())
            return Reply(request.url, body, answer.status_code, told, wait)

    def _body(self, answer: requests.Response, most: int, until: float) -> bytes:
        told = answer.headers.get("Content-Length", "")
        if told.isascii() and told.isdigit() and int(told[:15]) > most:
            raise FetchRefused(
                "too_large", Words("more than {most:,} bytes", most=most), final=True
            )
        body = bytearray()
        for chunk in answer.raw.stream(_CHUNK, decode_content=True):
            body += chunk
            if len(body) > most:
                raise FetchRefused(
                    "too_large", Words("more than {most:,} bytes", most=most), final=True
                )
            self._control.check()
            if self._control.clock.monotonic() >= until:
                raise FetchRefused("timeout", Words("it took too long"))
        return bytes(body)


def check_host(url: str) -> str:
    """The host of a web address; raises `FetchRefused` for "forbidden_address"."""
    try:
        return check_url(url)
    except ForbiddenAddress as error:
        raise FetchRefused("forbidden_address", str(error)) from error


def _joined(url: str, target: str) -> str:
    # HTTP headers are Latin-1 to Python, whatever bytes they hold.
    try:
        return urljoin(url, target.encode("latin-1").decode("utf-8", errors="replace"))
    except ValueError as error:
        raise FetchRefused(
            "forbidden_address", Words("redirected to nonsense: {error}", error=error)
        ) from error


def _waiting_time(value: str | None, now: float) -> float | None:
    """Seconds that a Retry-After header asks for, as a number or a date; None for anything else."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        return None
