"""Bing Images: a page of HTML whose links each carry their image's facts as JSON."""

from __future__ import annotations

from urllib.parse import urlencode

from bs4 import BeautifulSoup, Tag

from faceapp.scraping.engines.reading import (
    address_of,
    attribute,
    in_language,
    json_object,
    layout_unknown,
    plain_text,
    soup_of,
)
from faceapp.scraping.engines.values import (
    Blocked,
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

_TITLE = "Bing Images"
_PAGE = 35
_FACES = " filterui:face-face filterui:photo-photo"
_REUSE = " filterui:license-L2_L3_L4"
_NO_RESULTS_WORDS = ("there are no results", "no results found", "did not find any results")
_BLOCKED_MARKS = "#b_captcha, .captcha, [id*=captcha], iframe[src*=captcha]"


def _build(home: str, wanted: Wanted, start: int) -> Request:
    filters = _FACES + (_REUSE if wanted.licence == "reuse" else "")
    # The plus sign before each filter is the space of a query, so urlencode writes it.
    query = {"q": wanted.text, "first": start + 1, "count": _PAGE, "qft": filters}
    return Request(f"{home}/images/search?{urlencode(query)}", in_language(wanted))


def _read(reply: Reply, start: int) -> ResultPage:
    check_status(reply, _TITLE)
    soup = soup_of(reply, _TITLE)
    links = soup.select("a.iusc[m]")
    results = tuple(found for link in links if (found := _from_link(link)) is not None)
    if results:
        return ResultPage(results, start + _PAGE)
    if soup.select_one(_BLOCKED_MARKS) is not None:
        raise Blocked(
            Words("{title} takes us for a robot. Try again later, or another engine.", title=_TITLE)
        )
    if "consent" in reply.url or soup.select_one("form[action*=consent]") is not None:
        raise ConsentAsked(
            Words("{title} asks a person to agree first. Try another engine.", title=_TITLE)
        )
    if not links and _says_nothing_found(soup):
        raise NoResults(Words("{title} has no (more) results.", title=_TITLE))
    raise layout_unknown(_TITLE)


def _from_link(link: Tag) -> Found | None:
    facts = json_object(attribute(link, "m"))
    if not facts or not address_of(facts.get("murl")):
        return None
    return Found(
        image_url=address_of(facts["murl"]),
        page_url=address_of(facts.get("purl")),
        thumbnail_url=address_of(facts.get("turl")),
        title=plain_text(facts.get("t")),
    )


def _says_nothing_found(soup: BeautifulSoup) -> bool:
    if soup.select_one(".no_results, .noresults, #no_results") is not None:
        return True
    words = soup.get_text(" ").casefold()
    return any(phrase in words for phrase in _NO_RESULTS_WORDS)


BING = Engine("bing", _TITLE, "https://www.bing.com", _build, _read, asks=True, licensed=True)
