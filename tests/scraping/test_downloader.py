"""The downloader against a real server: limits, manners, and addresses that are never dialled."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from email.utils import formatdate
from itertools import pairwise

import pytest

from faceapp.errors import Cancelled
from faceapp.jobs import Job
from faceapp.scraping.control import Control
from faceapp.scraping.downloader import Downloader, FetchRefused, Limits
from faceapp.scraping.engines import Request
from faceapp.scraping.politeness import Pacer
from fake_web import Ask, FakeClock, FakeWeb, Say

MakeDownloader = Callable[..., Downloader]


def refused(downloader: Downloader, url: str) -> str:
    with pytest.raises(FetchRefused) as caught:
        downloader.image(url)
    return caught.value.reason


def test_an_image_comes_byte_for_byte(web: FakeWeb, make_downloader: MakeDownloader) -> None:
    body = bytes(range(256)) * 1000
    url = web.put("a.test", "/x.jpg", body)
    assert make_downloader().image(url) == body
    asked = web.asked[-1]
    assert asked.headers["user-agent"].startswith("faceapp/")
    assert asked.headers["accept-encoding"] == "identity"
    assert web.paths("a.test") == ["/robots.txt", "/x.jpg"]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Say(b"x" * 2000), "too_large"),
        (Say(b"x" * 100, length=10**15), "too_large"),
        (Say(b"x" * 100, endless=True), "too_large"),
        (Say(b"x" * 100, length=500, reset=True), "http_error"),
        (Say(b"gone", 404), "http_error"),
        (Say(b"oh", 500), "http_error"),
        (Say(b"", 302), "http_error"),
        (Say(b"", 302, {"Location": "file:///etc/passwd"}), "forbidden_address"),
        (Say(b"", 302, {"Location": "http://private.test/x.jpg"}), "forbidden_address"),
        (Say(b"", 302, {"Location": "http://10.1.2.3/x.jpg"}), "forbidden_address"),
        (
            Say(b"", 302, {"Location": "http://linklocal.test/latest/meta-data"}),
            "forbidden_address",
        ),
        (Say(b"", 302, {"Location": "http://[half"}), "forbidden_address"),
        (Say(b"", 302, {"Location": "/x.jpg"}), "http_error"),
        (Say(b"no gzip at all", 200, {"Content-Encoding": "gzip"}), "http_error"),
    ],
)
def test_what_goes_wrong_has_a_reason(
    web: FakeWeb, make_downloader: MakeDownloader, answer: Say, reason: str
) -> None:
    url = web.put("a.test", "/x.jpg", answer)
    downloader = make_downloader(limits=Limits(image_bytes=1000))
    assert refused(downloader, url) == reason
    assert set(web.dialled) == {"127.0.0.1"}


@pytest.mark.parametrize(
    "url",
    [
        "http://private.test/x.jpg",
        "https://private.test/x.jpg",
        "http://linklocal.test/",
        "http://mapped.test/",
        "http://nowhere.test/",
        "http://10.1.2.3/",
        "http://[::ffff:10.1.2.3]/",
        "http://0.0.0.0/",
        "file:///etc/passwd",
        "http://user:word@a.test/",
    ],
)
def test_forbidden_addresses_are_never_dialled(
    web: FakeWeb, make_downloader: MakeDownloader, url: str
) -> None:
    assert refused(make_downloader(), url) == "forbidden_address"
    assert web.dialled == []


def test_loopback_is_forbidden_unless_allowed(
    web: FakeWeb, make_downloader: MakeDownloader
) -> None:
    url = web.put("a.test", "/x.jpg", b"x")
    assert refused(make_downloader(allow_loopback=False), url) == "forbidden_address"
    assert refused(make_downloader(allow_loopback=False), web.url("127.0.0.1")) == (
        "forbidden_address"
    )
    assert web.dialled == []


def test_the_public_address_of_a_mixed_host_is_dialled(
    web: FakeWeb, make_downloader: MakeDownloader
) -> None:
    url = web.put("mixed.test", "/x.jpg", b"x")
    assert make_downloader(allow_loopback=False).image(url) == b"x"
    assert set(web.dialled) == {"93.184.216.34"}


def test_a_name_that_changes_its_mind_is_judged_where_it_is_dialled(
    web: FakeWeb, make_downloader: MakeDownloader, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([["93.184.216.34"], ["10.1.2.3"]])
    monkeypatch.setattr(web, "resolve", lambda _host, _port: next(answers))
    web.put("a.test", "/robots.txt", Say(b"", 404, {"Connection": "close"}))
    downloader = make_downloader(allow_loopback=False)
    assert refused(downloader, web.put("a.test", "/x.jpg", b"x")) == "forbidden_address"
    assert web.dialled == ["93.184.216.34"]


def test_an_unknown_name_is_an_http_error(web: FakeWeb, make_downloader: MakeDownloader) -> None:
    assert refused(make_downloader(), "http://no.such.name.example/x") == "http_error"
    assert (
        refused(make_downloader(), f"https://a.test:{web.port}/x") == "http_error"
    )  # no TLS there


def test_redirects_are_followed_across_hosts(web: FakeWeb, make_downloader: MakeDownloader) -> None:
    web.put("b.test", "/y.jpg", b"here")
    moved = Say(b"z" * 100, 301, {"Location": web.url("b.test", "/y.jpg")}, endless=True)
    assert make_downloader().image(web.put("a.test", "/x.jpg", moved)) == b"here"


def test_silence_ends_in_a_timeout(web: FakeWeb, make_downloader: MakeDownloader) -> None:
    url = web.put("a.test", "/x.jpg", Say(silent=True))
    assert refused(make_downloader(limits=Limits(read_seconds=0.1)), url) == "timeout"


def test_dribbling_ends_in_a_timeout(web: FakeWeb, make_downloader: MakeDownloader) -> None:
    url = web.put("a.test", "/x.jpg", Say(b"x", dribble=True))
    downloader = make_downloader(Control(), limits=Limits(total_seconds=0.2))
    reasons: list[str] = []
    reader = threading.Thread(target=lambda: reasons.append(refused(downloader, url)))
    reader.start()
    while reader.is_alive():
        downloader.tick()
        reader.join(0.01)
    assert reasons == ["timeout"]


def test_what_fails_for_the_moment_is_asked_again(
    web: FakeWeb, make_downloader: MakeDownloader, clock: FakeClock
) -> None:
    broken = Say(b"x" * 10, length=100, reset=True)
    url = web.put("a.test", "/x.jpg", broken, Say(b"", 503), Say(b"here"))
    assert make_downloader().image(url) == b"here"


@pytest.mark.parametrize("dated", [False, True])
def test_a_host_that_asks_for_time_gets_it(
    web: FakeWeb, make_downloader: MakeDownloader, clock: FakeClock, *, dated: bool
) -> None:
    asked_at = clock.now
    wish = formatdate(clock.time() + 30, usegmt=True) if dated else "30"
    url = web.put("a.test", "/x.jpg", Say(b"", 429, {"Retry-After": wish}), Say(b"here"))
    assert make_downloader().image(url) == b"here"
    assert clock.now - asked_at == pytest.approx(30, abs=1.1)


def test_a_host_that_asks_for_too_long_is_left_alone(
    web: FakeWeb, make_downloader: MakeDownloader, clock: FakeClock
) -> None:
    url = web.put("a.test", "/x.jpg", Say(b"", 429, {"Retry-After": "3600"}))
    other = web.put("a.test", "/y.jpg", b"y")
    downloader = make_downloader()
    assert refused(downloader, url) == "http_error"
    assert refused(downloader, other) == "http_error"
    assert web.paths("a.test") == ["/robots.txt", "/x.jpg"]
    reply = downloader.page(Request(other), crawled=False)
    assert (reply.status, reply.wait) == (429, pytest.approx(3600, abs=1))
    clock.sleep(3600)
    assert downloader.image(other) == b"y"


def test_a_page_comes_with_its_status_and_its_waiting_time(
    web: FakeWeb, make_downloader: MakeDownloader
) -> None:
    url = web.put("a.test", "/s", Say(b"later", 429, {"Retry-After": "900"}))
    reply = make_downloader().page(Request(url), crawled=False)
    assert (reply.status, reply.wait, reply.body) == (429, 900.0, b"later")
    assert web.paths("a.test") == ["/s"]  # a search that a person starts asks no robots.txt
    assert make_downloader().page(Request(web.url("b.test", "/no")), crawled=True).status == 404


def test_requests_to_a_host_keep_their_distance(
    web: FakeWeb, make_downloader: MakeDownloader, clock: FakeClock
) -> None:
    for name in ("/1", "/2", "/3"):
        web.put("a.test", name, b"x")
    web.put("b.test", "/1", b"x")
    downloader = make_downloader(delay=2.0)
    began = clock.now
    for name in ("/1", "/2", "/3"):
        downloader.image(web.url("a.test", name))
    # Four requests, robots.txt among them, with three pauses of 2 to 3 seconds.
    assert 6.0 <= clock.now - began <= 9.0
    after = clock.now
    downloader.page(Request(web.url("b.test", "/1")), crawled=False)
    assert clock.now == after


def test_a_host_is_asked_one_thing_at_a_time(web: FakeWeb, make_downloader: MakeDownloader) -> None:
    downloader = make_downloader()
    urls = [web.put(f"{h}.test", f"/{n}", b"x" * 50_000) for n in range(8) for h in "ab"]
    threads = [threading.Thread(target=downloader.image, args=(url,)) for url in urls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(web.asked) == 18
    assert set(web.busiest.values()) == {1}


def test_jitter_makes_no_two_pauses_alike(clock: FakeClock) -> None:
    pacer = Pacer(Control(clock=clock), 1.0, 60.0, random.Random(4))
    moments = []
    for _ in range(6):
        with pacer.turn("a"):
            moments.append(clock.now)
    pauses = [round(b - a, 6) for a, b in pairwise(moments)]
    assert len(set(pauses)) == 5
    assert all(1.0 <= pause <= 1.5 for pause in pauses)


ROBOTS = b"User-agent: faceapp\nDisallow: /private\nCrawl-delay: 7\n\nUser-agent: *\nDisallow: /\n"


def test_robots_txt_is_honoured_and_read_once(
    web: FakeWeb, make_downloader: MakeDownloader, clock: FakeClock
) -> None:
    web.put("a.test", "/robots.txt", ROBOTS)
    inside, outside = web.put("a.test", "/private/x", b"x"), web.put("a.test", "/y", b"y")
    downloader = make_downloader()
    began = clock.now
    assert refused(downloader, inside) == "robots"
    assert downloader.image(outside) == b"y"
    assert clock.now - began >= 7.0
    assert web.paths("a.test") == ["/robots.txt", "/y"]
    moved = web.put("b.test", "/z", Say(b"", 302, {"Location": inside}))
    assert refused(downloader, moved) == "robots"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Say(b"", 500), "robots"),
        (Say(b"", 403), None),
        (Say(b"", 302, {"Location": "/robots.txt"}), None),
        (Say(b"\xff\x00 request-rate:\nDisallow: /\n"), None),
        (Say(b"#" * 2_000_000), "too_large"),
        (Say(silent=True), "timeout"),
    ],
)
def test_robots_files_of_every_kind(
    web: FakeWeb, make_downloader: MakeDownloader, answer: Say, reason: str | None
) -> None:
    web.put("a.test", "/robots.txt", answer)
    url = web.put("a.test", "/x.jpg", b"x")
    downloader = make_downloader(limits=Limits(read_seconds=0.1))
    if reason is None:
        assert downloader.image(url) == b"x"
    else:
        assert refused(downloader, url) == reason


def test_cancelling_stops_a_wait_at_once(
    web: FakeWeb, make_downloader: MakeDownloader, clock: FakeClock
) -> None:
    stop = threading.Event()
    url = web.put("a.test", "/x.jpg", Say(b"", 503, {"Retry-After": "50"}))

    def answer(_ask: Ask) -> Say:
        stop.set()
        return Say(b"", 503, {"Retry-After": "50"})

    web.put("a.test", "/x.jpg", answer)
    began = clock.now
    with pytest.raises(Cancelled):
        make_downloader(Control(Job(cancelled=stop.is_set), clock)).image(url)
    assert clock.now - began < 1.0


def test_closing_wakes_a_reader_that_waits_for_bytes(
    web: FakeWeb, make_downloader: MakeDownloader
) -> None:
    asked = threading.Event()

    def answer(_ask: Ask) -> Say:
        asked.set()
        return Say(silent=True)

    url = web.put("a.test", "/x.jpg", answer)
    downloader = make_downloader()
    ends: list[type[BaseException]] = []

    def read() -> None:
        try:
            downloader.image(url)
        except (Cancelled, FetchRefused) as end:
            ends.append(type(end))

    reader = threading.Thread(target=read)
    reader.start()
    assert asked.wait(10)
    downloader.close()
    reader.join(10)
    assert ends == [Cancelled]


def test_a_pause_lets_nothing_begin(web: FakeWeb, make_downloader: MakeDownloader) -> None:
    pauses = iter([True, True, True])
    looked: list[int] = []

    def paused() -> bool:
        looked.append(len(web.asked))
        return next(pauses, False)

    url = web.put("a.test", "/x.jpg", b"x")
    control = Control(clock=FakeClock(), paused=paused)
    assert make_downloader(control).image(url) == b"x"
    assert looked[:4] == [0, 0, 0, 0]
