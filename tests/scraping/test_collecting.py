"""Whole scrapes over the loopback internet: what is kept, what is refused and why, and going on."""

from __future__ import annotations

import zlib
from typing import Any

import pytest
from PIL import ImageOps

from engine_answers import CONSENT, UNKNOWN, Shown, openverse, yahoo
from faceapp.dataset import Dataset, NewSample
from faceapp.errors import Cancelled
from faceapp.jobs import Job
from faceapp.scraping.control import Control
from faceapp.scraping.judging import Rules
from faceapp.scraping.planning import resume_scrape
from fake_web import FakeClock, FakeWeb, Say
from portraits import encoded, picture, portrait


def put(web: FakeWeb, *seeds: int, host: str = "img.test", **options: Any) -> list[Shown]:
    """Portraits on a host, as an engine would show them."""
    return [
        Shown(web.put(host, f"/{seed}.jpg", portrait(seed, **options)), f"https://{host}/about")
        for seed in seeds
    ]


def test_faces_are_kept_with_their_provenance_and_a_proposal(web: FakeWeb, scraping: Any) -> None:
    scraping.answer("openverse", "sad face", put(web, 1, 2))
    report = scraping.run(scraping.wish("sad face", engines=("openverse",)))
    assert (report.kept, report.refused) == (2, {})
    first, second = scraping.dataset.samples()
    assert first.provenance | {"time": ""} == {
        "engine": "openverse",
        "query": "sad face",
        "language": "en",
        "rank": 1,
        "image_url": web.url("img.test", "/1.jpg"),
        "page_url": "https://img.test/about",
        "thumbnail_url": "https://t.example/3",
        "title": "a face",
        "width": 640,
        "height": 480,
        "licence": "by 2.0",
        "licence_url": "https://creativecommons.org/licenses/by/2.0/",
        "creator": "Ana Pérez",
        "attribution": '"a face" by Ana Pérez is licensed under CC BY 2.0.',
        "time": "",
        "sha256": first.sha256,
    }
    assert first.name == "openverse/sad-face/0001.jpg"
    assert (first.width, first.format, first.group) == (160, "jpeg", None)
    assert scraping.dataset.image_path(first).read_bytes() == portrait(1)
    (source,) = (s for s in scraping.dataset.sources() if s.id == second.source)
    assert (source.kind, source.details["query"]) == ("search", "sad face")
    offers = scraping.dataset.proposals("expression")
    assert [(each.sample, each.answer, each.origin) for each in offers] == [
        (first.id, "sad", "query"),
        (second.id, "sad", "query"),
    ]
    assert scraping.dataset.class_counts("expression").unlabelled == 2
    assert len(scraping.dataset.faces(detector="stand-in")[first.id]) == 1
    assert scraping.dataset.undo_name == "Find 2 images"
    scraping.dataset.undo()
    assert scraping.dataset.count() == 0


def test_every_refusal_has_its_reason(web: FakeWeb, scraping: Any) -> None:
    image = picture(1)
    bodies = {
        "good.jpg": encoded(image, quality=92),
        "same-bytes.jpg": encoded(image, quality=92),
        "half-size.jpg": encoded(image.resize((96, 96)), quality=80),
        "mirrored.png": encoded(ImageOps.mirror(image), "PNG"),
        "other-format.webp": encoded(image, "WEBP", quality=80),
        "html.jpg": b"<html><body>Not here</body></html>",
        "cut.jpg": portrait(2)[:2000],
        "drawing.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><rect/></svg>",
        "empty.jpg": b"",
        "wide.png": encoded(picture(3).resize((100_000, 1)), "PNG"),
        "tiny.jpg": portrait(4, size=48),
        "nobody.jpg": portrait(5, faces=0),
        "crowd.jpg": portrait(6, faces=3),
        "blurred.jpg": portrait(7, blurred=True),
        "moving.gif": encoded(
            picture(8, faces=1), "GIF", save_all=True, append_images=[picture(9)]
        ),
    }
    shown = [Shown(web.put("img.test", f"/{name}", body)) for name, body in bodies.items()]
    shown += [
        Shown(web.put("img.test", "/bomb.png", bomb())),
        Shown(web.url("img.test", "/good.jpg#again")),
        Shown(web.url("img.test", "/missing.jpg")),
        Shown("http://private.test/inside.jpg"),
        Shown("file:///etc/passwd"),
        Shown(web.put("closed.test", "/closed.jpg", portrait(10))),
        Shown(web.put("img.test", "/escape.jpg", portrait(11)).replace("/esc", "/../../../esc")),
    ]
    web.put("closed.test", "/robots.txt", b"User-agent: *\nDisallow: /")
    scraping.answer("bing", "q", shown)
    report = scraping.run(scraping.wish("q", engines=("bing",)))
    assert scraping.reasons() == {
        "good.jpg": "kept",
        "same-bytes.jpg": "duplicate_bytes",
        "half-size.jpg": "near_duplicate",
        "mirrored.png": "near_duplicate",
        "other-format.webp": "near_duplicate",
        "html.jpg": "not_image",
        "cut.jpg": "not_image",
        "drawing.svg": "not_image",
        "empty.jpg": "not_image",
        "wide.png": "too_large",
        "bomb.png": "too_large",
        "tiny.jpg": "too_small",
        "nobody.jpg": "no_face",
        "crowd.jpg": "several_faces",
        "blurred.jpg": "blurred",
        "moving.gif": "kept",
        "good.jpg#again": "duplicate_url",
        "missing.jpg": "http_error",
        "inside.jpg": "forbidden_address",
        "passwd": "forbidden_address",
        "closed.jpg": "robots",
        "escape.jpg": "kept",
    }
    assert report.kept == 3
    assert sum(report.refused.values()) + report.kept == report.queries[0].found == len(shown)
    assert report.refused["near_duplicate"] == 3
    files = {p for p in scraping.dataset.folder.parent.rglob("*") if p.is_file()}
    images = {p for p in files if p.is_relative_to(scraping.dataset.images)}
    assert images == {scraping.dataset.image_path(each) for each in scraping.dataset.samples()}
    assert {p.parent for p in files - images} == {scraping.dataset.folder}
    assert set(web.dialled) == {"127.0.0.1"}


def bomb() -> bytes:
    """A small PNG whose header promises 20,000 x 20,000 pixels."""
    small = bytearray(encoded(picture(1), "PNG"))
    small[16:24] = (20_000).to_bytes(4, "big") * 2
    small[29:33] = zlib.crc32(small[12:29]).to_bytes(4, "big")
    return bytes(small)


def test_refused_images_are_remembered_for_ever(web: FakeWeb, scraping: Any) -> None:
    shown = put(web, 1) + put(web, 2, faces=0) + put(web, 3, faces=0)
    scraping.answer("bing", "q", shown, [])
    scraping.run(scraping.wish("q", engines=("bing",)))
    scraping.dataset.undo()
    # The same again: under the same address, as the same bytes elsewhere, and one that failed.
    again = Shown(web.put("other.test", "/copy.jpg", portrait(3, faces=0)))
    scraping.answer("bing", "r", [*shown, again, Shown(web.url("img.test", "/none.jpg"))])
    report = scraping.run(scraping.wish("r", engines=("bing",)))
    assert report.kept == 1
    assert report.refused == {"refused_before": 3, "http_error": 1}
    asked = web.paths("img.test")
    assert (asked.count("/1.jpg"), asked.count("/2.jpg")) == (2, 1)


def test_failures_of_the_moment_are_tried_again_another_day(web: FakeWeb, scraping: Any) -> None:
    url = web.put("img.test", "/1.jpg", Say(b"", 503), Say(b"", 503), Say(b"", 503), portrait(1))
    scraping.answer("bing", "q", [Shown(url), Shown(url)])
    wish = scraping.wish("q", engines=("bing",))
    assert scraping.run(wish).refused == {"http_error": 1, "refused_before": 1}
    assert scraping.run(wish).kept == 1


def test_a_class_that_has_enough_ends_its_queries(web: FakeWeb, scraping: Any) -> None:
    for number, query in enumerate(("q", "r")):
        pages = [put(web, *range(start, start + 4)) for start in range(number * 100, 20, 4)]
        scraping.answer("bing", query, *(pages or [put(web, *range(100, 104))]))
    wish = scraping.wish("q", "r", engines=("bing",), per_class=6)
    report = scraping.run(wish)
    assert report.kept == scraping.dataset.count() == 6
    assert [each.ended for each in report.queries] == ["enough", "enough"]
    # Pages come in turns: four of the first query, two of the second.
    assert [each.kept for each in report.queries] == [4, 2]
    assert scraping.run(wish).kept == 0  # the class has its six already


def test_the_smallest_class_comes_first(scraping: Any) -> None:
    dataset = scraping.dataset
    dataset.add_task("expression", ["happy", "sad"])
    source = dataset.add_source("folder", "x").id
    new = NewSample("a.jpg", "images/a.jpg", "0" * 64, 0, 9, 9, "jpeg")
    (sample,), _ = dataset.add_samples(source, [new])
    dataset.label([sample], "expression", "happy")
    wish = scraping.wish(classes=("happy", "sad"), languages=("en", "es"), per_class=5)
    scrape = scraping.start(wish)
    asked = [(each.class_name, each.query) for each in dataset.searches(scrape.id)]
    assert asked[:2] == [("sad", "sad face"), ("sad", "sad human face")]
    assert asked[-1] == ("happy", "persona riendo a carcajadas")
    assert scrape.options["targets"] == {"sad": 5, "happy": 4}


def test_the_host_limit_counts_what_was_kept(web: FakeWeb, scraping: Any) -> None:
    shown = put(web, 1, faces=0) + put(web, 2, 3, 4) + put(web, 5, host="other.test")
    scraping.answer("bing", "q", shown)
    report = scraping.run(scraping.wish("q", engines=("bing",), host_limit=2))
    assert (report.kept, report.refused) == (3, {"no_face": 1, "host_limit": 1})


def test_a_face_each_where_the_person_chose_so(web: FakeWeb, scraping: Any) -> None:
    scraping.answer("bing", "q", put(web, 1, faces=2, size=400))
    rules = Rules(several="each", near=0)
    assert scraping.run(scraping.wish("q", engines=("bing",), rules=rules)).kept == 1
    one, two = scraping.dataset.samples()
    assert [each.name for each in (one, two)] == ["bing/q/0001-1.png", "bing/q/0001-2.png"]
    assert (two.provenance["face"], two.provenance["sha256"] != two.sha256) == (2, True)
    x, y, width, height = scraping.dataset.faces()[two.id][0].box
    assert x >= 0
    assert x + width <= two.width
    assert y >= 0
    assert y + height <= two.height


@pytest.mark.parametrize(
    ("answers", "ended", "found"),
    [
        ([[]], "no_results", 0),
        ([Say(CONSENT["yahoo"].encode())], "consent", 0),
        ([Say(UNKNOWN["yahoo"].encode())], "layout", 0),
        ([Say(b"", 999)], "blocked", 0),
        ([Say(b"", 429, {"Retry-After": "3600"})], "blocked", 0),
        ([Say(b"", 404)], "error", 0),
        ([Say(b"", 302, {"Location": "http://private.test/"})], "error", 0),
        ([Say(b"x", length=9, reset=True)], "error", 0),
        ([Say(b"<a>" * 100_000, endless=True)], "error", 0),
    ],
)
def test_how_a_query_may_end(
    web: FakeWeb, scraping: Any, answers: list[Any], ended: str, found: int
) -> None:
    made = [Say(b'<div class="no-results"></div>') if each == [] else each for each in answers]
    scraping.answer("yahoo", "q", *made)
    report = scraping.run(scraping.wish("q"))
    (query,) = report.queries
    assert (query.ended, query.found) == (ended, found)
    assert query.note
    assert report.to_json() == {
        "kept": 0,
        "refused": {},
        "queries": [
            {
                "engine": "yahoo",
                "query": "q",
                "language": "",
                "found": 0,
                "kept": 0,
                "ended": ended,
            }
        ],
    }


def test_an_unknown_page_is_kept_for_a_bug_report(web: FakeWeb, scraping: Any) -> None:
    scraping.answer("yahoo", "q", Say(UNKNOWN["yahoo"].encode()))
    note = scraping.run(scraping.wish("q")).queries[0].note
    (page,) = (scraping.dataset.cache / "pages").iterdir()
    assert page.read_bytes() == UNKNOWN["yahoo"].encode()
    assert str(page) in note
    assert "another engine" in note


def test_a_query_ends_when_a_page_brings_nothing_new(web: FakeWeb, scraping: Any) -> None:
    shown = put(web, 1, 2)
    scraping.answer("yahoo", "q", shown, [*shown, *put(web, 3)], shown)
    report = scraping.run(scraping.wish("q"))
    assert (report.kept, report.refused) == (3, {"duplicate_url": 2})
    assert (report.queries[0].ended, report.queries[0].found) == ("exhausted", 5)


def test_an_engine_that_keeps_refusing_is_left_alone(web: FakeWeb, scraping: Any) -> None:
    for query in "abcde":
        scraping.answer("yahoo", query, Say(b"", 999))
    report = scraping.run(scraping.wish(*"abcde"))
    assert [each.ended for each in report.queries] == ["blocked"] * 5
    assert len(web.paths("yahoo.test")) == 3


def test_pages_and_lists_of_addresses_are_engines_too(web: FakeWeb, scraping: Any) -> None:
    put(web, 1, 2, 3)
    page = web.put("blog.test", "/post", b'<img src="//img.test:%d/1.jpg">' % web.port)
    wish = scraping.wish(page, engines=("page",))
    assert scraping.run(wish).kept == 1
    assert "/robots.txt" in web.paths("blog.test")
    listed = "\n".join(web.url("img.test", f"/{n}.jpg") for n in (1, 2, 3))
    report = scraping.run(scraping.wish(listed, engines=("urls",)))
    assert (report.kept, report.refused) == (2, {"duplicate_url": 1})
    assert report.queries[0].ended == "exhausted"


def test_a_page_that_asks_robots_to_stay_away_is_left_alone(web: FakeWeb, scraping: Any) -> None:
    web.put("blog.test", "/robots.txt", b"User-agent: faceapp\nDisallow: /post")
    page = web.put("blog.test", "/post", b"<img src='x.jpg'>")
    report = scraping.run(scraping.wish(page, "no address", engines=("page",)))
    assert [each.ended for each in report.queries] == ["blocked", "error"]
    assert web.paths("blog.test") == ["/robots.txt"]


def test_halves_of_characters_do_no_harm(web: FakeWeb, scraping: Any) -> None:
    shown = Shown(put(web, 1)[0].url, title="TITLE")
    answer = openverse([shown]).replace("TITLE", "\\ud800 and \\u0000")
    scraping.answer("openverse", "q", Say(answer.encode()))
    assert scraping.run(scraping.wish("q", engines=("openverse",))).kept == 1
    assert scraping.dataset.samples()[0].provenance["title"].startswith("? and")


def test_a_cancelled_scrape_keeps_what_it_has_and_goes_on(web: FakeWeb, scraping: Any) -> None:
    scraping.answer("yahoo", "q", put(web, 1, 2, 3, 4), put(web, 5, 6))
    scraping.answer("yahoo", "r", put(web, 7, 8))
    wish = scraping.wish("q", "r")
    scrape = scraping.start(wish)
    control = Control(Job(cancelled=lambda: len(scraping.judged) >= 2), FakeClock())
    with pytest.raises(Cancelled):
        scraping.collect(scrape, control)
    assert {each.ended for each in scraping.dataset.searches(scrape.id)} == {"cancelled"}
    assert scraping.dataset.count() == 2
    pages = len(web.paths("yahoo.test"))
    report = scraping.resume()
    assert report.kept == 8
    assert [each.ended for each in report.queries] == ["exhausted", "exhausted"]
    assert "/search/images" in web.paths("yahoo.test")[pages:]  # the first page is not asked again
    starts = [a.query["b"] for a in web.asked if a.host == "yahoo.test" and a.query["p"] == "q"]
    assert starts == ["1", "61", "121"]


def test_a_finished_scrape_is_not_resumed(web: FakeWeb, scraping: Any) -> None:
    scraping.answer("yahoo", "q", put(web, 1))
    scraping.run(scraping.wish("q"))
    assert resume_scrape(scraping.dataset, "expression") is None
    assert resume_scrape(scraping.dataset, "sex") is None


def test_a_query_that_was_blocked_is_asked_again_when_resumed(web: FakeWeb, scraping: Any) -> None:
    scraping.answer("yahoo", "q", Say(b"", 999))
    assert scraping.run(scraping.wish("q")).queries[0].ended == "blocked"
    scraping.answer("yahoo", "q", put(web, 1))
    report = scraping.resume()
    assert (report.kept, report.queries[0].ended) == (1, "exhausted")


def test_a_paused_scrape_waits_and_goes_on(web: FakeWeb, scraping: Any) -> None:
    scraping.answer("yahoo", "q", put(web, 1, 2))
    clock = FakeClock()
    asked: list[int] = []

    def paused() -> bool:
        if clock.now < 1010:
            asked.append(len(web.asked))
        return clock.now < 1010

    control = Control(clock=clock, paused=paused)
    assert scraping.run(scraping.wish("q"), control).kept == 2
    assert set(asked) == {0}
    assert len(asked) > 100


def test_progress_is_told(web: FakeWeb, scraping: Any) -> None:
    scraping.answer("yahoo", "q", put(web, 1, 2))
    told: list[tuple[str, float, float]] = []
    job = Job(report=lambda p: told.append((p.what, p.done, p.total)))
    scraping.run(scraping.wish("q", per_class=5), Control(job, FakeClock()))
    assert told == [("Finding sad", 1, 5), ("Finding sad", 2, 5)]


def test_images_are_judged_in_order_whatever_comes_first(web: FakeWeb, scraping: Any) -> None:
    late = Shown(web.put("slow.test", "/1.jpg", Say(b"", 503), Say(b"", 503), portrait(1)))
    copy = Shown(web.put("fast.test", "/copy.jpg", encoded(picture(1), quality=70)))
    scraping.answer("yahoo", "q", [late, copy])
    scraping.run(scraping.wish("q"))
    assert scraping.reasons() == {"1.jpg": "kept", "copy.jpg": "near_duplicate"}


def test_what_folders_brought_is_known_too(web: FakeWeb, scraping: Any) -> None:
    scraping.answer("yahoo", "q", put(web, 1))
    scraping.run(scraping.wish("q"))
    (sample,) = scraping.dataset.samples()
    with Dataset.create(scraping.dataset.folder.parent / "other") as other:
        source = other.add_source("folder", "x").id
        other.add_samples(
            source,
            [NewSample("a.jpg", "images/a.jpg", sample.sha256, sample.phash, 160, 160, "jpeg")],
        )
        other.quarantine([1])
        scraping.dataset = other
        assert scraping.run(scraping.wish("q")).refused == {"duplicate_bytes": 1}


def test_yahoo_answers_without_schemes(web: FakeWeb, scraping: Any) -> None:
    scraping.answer("yahoo", "q", Say(yahoo(put(web, 1), scheme=False).encode()))
    assert scraping.run(scraping.wish("q")).kept == 1
