"""One contract for every engine, and what is particular about each."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import engine_answers as made
from engine_answers import Shown
from faceapp.errors import WorldError
from faceapp.scraping.engines import (
    ENGINES,
    Blocked,
    ConsentAsked,
    LayoutUnknown,
    NoResults,
    Reply,
    Request,
    ResultPage,
    SearchRefused,
    Wanted,
    find_engine,
)

SHOWN = [
    Shown("https://a.example/one.jpg?w=1&h=2", "https://a.example/page?x=1&y=2", 'Ann & "Bo"'),
    Shown("https://b.example/zwei%20drei.png", "http://b.example/seite", "größe 12"),
]


def reply(text: str | bytes, url: str = "https://site.example/search", **more: object) -> Reply:
    body = text.encode() if isinstance(text, str) else text
    return Reply(url, body, **more)  # type: ignore[arg-type]


def address(request: Request | None) -> tuple[str, dict[str, str]]:
    assert request is not None
    parts = urlsplit(request.url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return f"{parts.scheme}://{parts.netloc}{parts.path}", query


@pytest.mark.parametrize("name", ENGINES)
class TestEveryEngine:
    def test_reads_the_images_of_an_answer_in_order(self, name: str) -> None:
        page = ENGINES[name].read(reply(made.ANSWERS[name](SHOWN)), 0)
        assert [found.image_url for found in page.results] == [each.url for each in SHOWN]

    def test_tells_nothing_found(self, name: str) -> None:
        with pytest.raises(NoResults):
            ENGINES[name].read(reply(made.NOTHING[name]), 0)

    @pytest.mark.parametrize("status", [403, 429, 999])
    def test_tells_that_it_is_blocked_and_for_how_long(self, name: str, status: int) -> None:
        if name == "urls":  # nothing is asked, so nothing can refuse
            return
        text = made.ANSWERS[name](SHOWN)
        with pytest.raises(Blocked) as caught:
            ENGINES[name].read(reply(text, status=status, wait=12.0), 0)
        assert caught.value.wait == 12.0
        assert "12 seconds" in str(caught.value)

    def test_tells_an_error_from_an_answer(self, name: str) -> None:
        if name == "urls":
            return
        with pytest.raises(SearchRefused) as caught:
            ENGINES[name].read(reply("oh no", status=500), 0)
        assert caught.value.ended == "error"

    def test_asks_the_given_home(self, name: str) -> None:
        engine = ENGINES[name]
        wanted = Wanted("http://127.0.0.1:99/p" if name == "page" else "sad & face")
        request = engine.build("http://127.0.0.1:99", wanted, 0)
        assert (request is None) == (name == "urls")
        if request is not None:
            assert request.url.startswith("http://127.0.0.1:99/")

    def test_its_name_is_its_key(self, name: str) -> None:
        assert find_engine(name).name == name


@pytest.mark.parametrize("name", ENGINES)
@given(body=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
def test_no_answer_makes_an_engine_stumble(name: str, body: bytes) -> None:
    try:
        page = ENGINES[name].read(reply(body), 0)
    except SearchRefused:
        return
    assert page.results


JSON_KEYS = [
    "results",
    "query",
    "pages",
    "imageinfo",
    "url",
    "index",
    "extmetadata",
    "value",
    "continue",
    "gsroffset",
    "error",
    "code",
    "info",
    "license",
    "page_count",
    "mature",
    "title",
    "batchcomplete",
    "Artist",
]


@st.composite
def json_answers(draw: st.DrawFn) -> str:
    leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5))
    keys = st.sampled_from(JSON_KEYS)
    nested = st.recursive(
        leaves, lambda some: st.lists(some, max_size=3) | st.dictionaries(keys, some, max_size=4)
    )
    return json.dumps(draw(st.dictionaries(keys, nested, max_size=5)))


@pytest.mark.parametrize("name", ["openverse", "commons"])
@settings(max_examples=50)
@given(text=json_answers())
def test_json_of_the_wrong_shape_is_refused_in_words(name: str, text: str) -> None:
    try:
        page = ENGINES[name].read(reply(text), 0)
    except SearchRefused:
        return
    assert all(found.image_url for found in page.results)


@pytest.mark.parametrize("name", made.UNKNOWN)
def test_an_unknown_layout_is_never_no_results(name: str) -> None:
    with pytest.raises(LayoutUnknown):
        ENGINES[name].read(reply(made.UNKNOWN[name]), 0)


@pytest.mark.parametrize("name", made.CONSENT)
def test_a_consent_page_is_told_from_results(name: str) -> None:
    with pytest.raises(ConsentAsked):
        ENGINES[name].read(reply(made.CONSENT[name]), 0)
    # A banner over results takes nothing away from them.
    both = made.CONSENT[name] + made.ANSWERS[name](SHOWN)
    assert len(ENGINES[name].read(reply(both), 0).results) == 2


def test_a_redirect_to_yahoos_consent_host_is_consent() -> None:
    with pytest.raises(ConsentAsked):
        ENGINES["yahoo"].read(reply("<p>Hello</p>", url="https://guce.yahoo.com/consent?x"), 0)


@pytest.mark.parametrize("form", [made.yahoo, made.yahoo_data, made.yahoo_script])
def test_yahoo_in_all_its_layouts(form: object) -> None:
    page = ENGINES["yahoo"].read(reply(form(SHOWN)), 60)  # type: ignore[operator]
    first = page.results[0]
    assert (first.image_url, first.page_url) == (SHOWN[0].url, SHOWN[0].page)
    assert (first.width, first.height) == (640, 480)
    assert page.following == 120


def test_yahoo_pages_begin_at_1_61_121() -> None:
    starts = []
    start: int | None = 0
    while start is not None and len(starts) < 3:
        place, query = address(ENGINES["yahoo"].build("https://y.example", Wanted("día"), start))
        starts.append(query["b"])
        start = ENGINES["yahoo"].read(reply(made.yahoo(SHOWN)), start).following
    assert starts == ["1", "61", "121"]
    assert place == "https://y.example/search/images"
    assert query["p"] == "día"


@pytest.mark.parametrize(
    ("bare", "page", "whole"),
    [
        ("m.example/a.jpg", "https://p.example/", "https://m.example/a.jpg"),
        ("m.example/a.jpg", "http://p.example/", "http://m.example/a.jpg"),
        ("m.example:8080/a.jpg", "https://p.example/", "http://m.example:8080/a.jpg"),
        ("m.example:443/a.jpg", "http://p.example/", "http://m.example:443/a.jpg"),
        ("//m.example/a.jpg", "", "https://m.example/a.jpg"),
        ("file:///etc/passwd", "https://p.example/", "file:///etc/passwd"),
        ("m.example:99999999/a.jpg", "https://p.example/", "https://m.example:99999999/a.jpg"),
    ],
)
def test_yahoo_addresses_without_a_scheme(bare: str, page: str, whole: str) -> None:
    answer = made.yahoo([Shown(bare, page)])
    assert ENGINES["yahoo"].read(reply(answer), 0).results[0].image_url == whole


def test_yahoo_items_that_cannot_be_read_are_passed_over() -> None:
    answer = (
        made.yahoo(SHOWN)
        .replace("<ul id", "<p>ad</p><ul id")
        .replace('<li class="ld">', '<li><a href="http://[bad"></a></li><li class="ld">', 1)
    )
    assert len(ENGINES["yahoo"].read(reply(answer), 0).results) == 2


def test_bing_asks_for_faces_and_for_licences() -> None:
    engine = ENGINES["bing"]
    place, query = address(engine.build(engine.home, Wanted("x", licence="reuse"), 35))
    assert place == "https://www.bing.com/images/search"
    assert query["qft"].split() == [
        "filterui:face-face",
        "filterui:photo-photo",
        "filterui:license-L2_L3_L4",
    ]
    assert (query["first"], query["count"]) == ("36", "35")
    assert "license" not in address(engine.build(engine.home, Wanted("x"), 0))[1]["qft"]


@pytest.mark.parametrize("name", ["yahoo", "bing"])
def test_search_sites_are_asked_in_the_language_of_the_query(name: str) -> None:
    request = ENGINES[name].build("https://s.example", Wanted("cara triste", "es"), 0)
    assert request is not None
    assert request.headers["Accept-Language"] == "es"
    plain = ENGINES[name].build("https://s.example", Wanted("x"), 0)
    assert plain is not None
    assert not plain.headers


def test_bing_behind_a_captcha_is_blocked() -> None:
    with pytest.raises(Blocked):
        ENGINES["bing"].read(reply('<html><div class="captcha">Prove it</div></html>'), 0)


def test_openverse_tells_licence_and_creator_and_stops_at_the_last_page() -> None:
    engine = ENGINES["openverse"]
    page = engine.read(reply(made.openverse(SHOWN, pages=2)), 0)
    assert page.results[0].licence == "by 2.0"
    assert page.results[0].creator == "Ana Pérez"
    assert page.results[0].attribution.endswith("CC BY 2.0.")
    assert page.following == 20
    _, query = address(engine.build(engine.home, Wanted("x", licence="reuse"), 20))
    assert query == {
        "q": "x",
        "page": "2",
        "page_size": "20",
        "license_type": "commercial,modification",
    }
    assert engine.read(reply(made.openverse(SHOWN, pages=2)), 20).following is None


def test_openverse_is_not_asked_past_page_twenty() -> None:
    answer = reply(made.openverse(SHOWN, pages=500))
    assert ENGINES["openverse"].read(answer, 18 * 20).following == 19 * 20
    assert ENGINES["openverse"].read(answer, 19 * 20).following is None


def test_openverse_leaves_out_what_is_marked_mature() -> None:
    answer = json.loads(made.openverse(SHOWN))
    answer["results"][0]["mature"] = True
    found = ENGINES["openverse"].read(reply(json.dumps(answer)), 0).results
    assert [each.image_url for each in found] == [SHOWN[1].url]


def test_a_page_of_nothing_but_mature_images_is_not_the_last() -> None:
    answer = json.loads(made.openverse(SHOWN, pages=3))
    for each in answer["results"]:
        each["mature"] = True
    assert ENGINES["openverse"].read(reply(json.dumps(answer)), 0) == ResultPage((), 20)


def test_commons_reads_artists_out_of_html_and_goes_on_where_told() -> None:
    engine = ENGINES["commons"]
    page = engine.read(reply(made.commons(SHOWN, following=50)), 0)
    first = page.results[0]
    assert (first.creator, first.attribution) == ("Jan Kowalski", "Own work")
    assert (first.licence, first.title) == ("CC BY-SA 4.0", 'Ann & "Bo"')
    assert page.following == 50
    assert address(engine.build(engine.home, Wanted("x"), 50))[1]["gsroffset"] == "50"
    # An offset that stands still would be asked for ever.
    assert engine.read(reply(made.commons(SHOWN, following=50)), 50).following is None


@pytest.mark.parametrize(("code", "ended"), [("ratelimited", "blocked"), ("badvalue", "error")])
def test_commons_errors(code: str, ended: str) -> None:
    text = json.dumps({"error": {"code": code, "info": "In words"}})
    with pytest.raises(SearchRefused, match="In words") as caught:
        ENGINES["commons"].read(reply(text), 0)
    assert caught.value.ended == ended


def test_a_page_gives_images_wherever_it_names_them() -> None:
    text = """<html><head><base href="/deep/"><meta property="og:image" content="og.jpg"></head>
    <img src="a.jpg" alt="A"><img src="data:image/gif;base64,R0" data-src="lazy.jpg">
    <img srcset="s480.jpg 480w, s800.jpg 800w" src="small.jpg">
    <picture><source srcset="p.webp 2x"></picture>
    <a href="big.JPEG?x=1"><img src="a.jpg"></a><a href="other.html">no</a>
    <img src="../../etc/passwd"><img src="file:///etc/passwd"><img src="http://[half/x.jpg">
    <img src="data:image/png;base64,AAAA"></html>"""
    found = ENGINES["page"].read(reply(text, url="https://p.example/dir/page.html"), 0).results
    assert [each.image_url for each in found] == [
        "https://p.example/deep/og.jpg",
        "https://p.example/deep/a.jpg",
        "https://p.example/deep/lazy.jpg",
        "https://p.example/deep/s800.jpg",
        "https://p.example/deep/p.webp",
        "https://p.example/deep/big.JPEG?x=1",
        "https://p.example/etc/passwd",
        "file:///etc/passwd",
        "http://[half/x.jpg",
    ]
    assert {each.page_url for each in found} == {"https://p.example/dir/page.html"}


def test_a_page_needs_an_address() -> None:
    with pytest.raises(WorldError, match="sad face"):
        ENGINES["page"].build("", Wanted("sad face"), 0)
    request = ENGINES["page"].build("http://127.0.0.1:9", Wanted("gallery.html"), 0)
    assert request == Request("http://127.0.0.1:9/gallery.html")


def test_a_list_of_addresses_comes_as_pasted() -> None:
    text = "<https://a.example/1.jpg>,\n 'https://a.example/2,3.jpg';\nnonsense"
    found = ENGINES["urls"].read(reply(text), 0).results
    assert [each.image_url for each in found] == [
        "https://a.example/1.jpg",
        "https://a.example/2,3.jpg",
        "nonsense",
    ]


def test_a_deep_page_is_read_or_refused() -> None:
    deep = "<div>" * 50_000 + made.yahoo(SHOWN)
    assert len(ENGINES["yahoo"].read(reply(deep), 0).results) == 2


def test_an_unknown_engine_is_refused_with_the_known_ones() -> None:
    with pytest.raises(WorldError, match="yahoo, bing, openverse, commons, page, urls"):
        find_engine("altavista")
