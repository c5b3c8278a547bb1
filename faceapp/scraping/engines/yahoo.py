"""Yahoo Images: a page of HTML with a list item an image.

Each item's link bears everything in its own query; some layouts say the same as JSON in the item's
data attribute, or in a script.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from bs4 import BeautifulSoup, Tag

from faceapp.scraping.engines.reading import (
    address_of,
    attribute,
    flat_objects,
    in_language,
    json_object,
    layout_unknown,
    pixels_of,
    soup_of,
    text_of,
    with_scheme,
)
from faceapp.scraping.engines.values import (
    ConsentAsked,
    Engine,
    Found,
    NoResults,
    Reply,
    Request,
    ResultPage,
    Wanted,
    check_status,
)
from faceapp.words import Words

_TITLE = "Yahoo Images"
_PAGE = 60
_NO_RESULTS_MARKS = ".no-results, .noresults, #no-results, .zrp, .zero-results"
_NO_RESULTS_WORDS = ("did not find results", "didn't find any results", "no results")


def _build(home: str, wanted: Wanted, start: int) -> Request:
    query = {
        "p": wanted.text,
        "ei": "UTF-8",
        "b": start + 1,
        "imgty": "photo",
        "vm": "r",
    }
    return Request(f"{home}/search/images?{urlencode(query)}", in_language(wanted))


def _read(reply: Reply, start: int) -> ResultPage:
    check_status(reply, _TITLE)
    soup = soup_of(reply, _TITLE)
    items = soup.select("#sres li")
    results = tuple(found for item in items if (found := _from_item(item)) is not None)
    results = results or tuple(_from_scripts(soup))
    if results:
        return ResultPage(results, start + _PAGE)
    if _asks_consent(reply, soup):
        raise ConsentAsked(
            Words("{title} asks a person to agree first. Try another engine.", title=_TITLE)
        )
    if not items and _says_nothing_found(soup):
        raise NoResults(Words("{title} has no (more) results.", title=_TITLE))
    raise layout_unknown(_TITLE)


def _from_item(item: Tag) -> Found | None:
    for link in item.select("a[href]"):
        query = _query_of(attribute(link, "href"))
        facts = {name: values[0] for name, values in parse_qs(query).items()}
        if facts.get("imgurl"):
            return _from_facts(
                facts["imgurl"], facts, thumbnail=facts.get("turl") or _thumbnail(item)
            )
    for carrier in (item, *item.select("[data]")):
        told = json_object(attribute(carrier, "data"))
        if told and (url := address_of(told.get("ourl")) or address_of(told.get("iurl"))):
            return _from_facts(url, told, thumbnail=_thumbnail(item))
    return None


def _query_of(url: str) -> str:
    """The query of an address; "" for an address that makes no sense."""
    try:
        return urlsplit(url).query
    except ValueError:
        return ""


def _from_facts(url: str, facts: dict[str, Any], thumbnail: str) -> Found:
    page = with_scheme(address_of(facts.get("rurl")), "")
    return Found(
        image_url=with_scheme(url, page),
        page_url=page,
        thumbnail_url=thumbnail,
        title=text_of(facts.get("tt") or facts.get("t") or facts.get("name")),
        width=pixels_of(facts.get("w")),
        height=pixels_of(facts.get("h")),
    )


def _from_scripts(soup: BeautifulSoup) -> Iterator[Found]:
    for script in soup.select("script"):
        for facts in flat_objects(script.get_text(), "ru"):
            page = with_scheme(address_of(facts["ru"]), "")
            if url := address_of(facts.get("url")):
                yield Found(
                    image_url=with_scheme(url, page),
                    page_url=page,
                    width=pixels_of(facts.get("ow")),
                    height=pixels_of(facts.get("oh")),
                )


def _thumbnail(item: Tag) -> str:
    image = item.select_one("img[data-src], img[src]")
    return attribute(image, "data-src") or attribute(image, "src")


def _asks_consent(reply: Reply, soup: BeautifulSoup) -> bool:
    hosts = [reply.url, *(attribute(form, "action") for form in soup.select("form[action]"))]
    return any("guce." in host or "consent" in host for host in hosts)


def _says_nothing_found(soup: BeautifulSoup) -> bool:
    """Whether the page has the list, but empty, or says in words that it found nothing."""
    if soup.select_one(f"ul#sres, {_NO_RESULTS_MARKS}") is not None:
        return True
    words = soup.get_text(" ").casefold()
    return any(phrase in words for phrase in _NO_RESULTS_WORDS)


YAHOO = Engine("yahoo", _TITLE, "https://images.search.yahoo.com", _build, _read, asks=True)
