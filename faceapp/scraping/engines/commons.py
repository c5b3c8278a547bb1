"""Wikimedia Commons: MediaWiki's JSON interface, whose files are all openly licensed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from faceapp.scraping.engines.reading import (
    address_of,
    json_of,
    layout_unknown,
    pixels_of,
    plain_text,
    text_of,
)
from faceapp.scraping.engines.values import (
    Blocked,
    Engine,
    Found,
    NoResults,
    Reply,
    Request,
    ResultPage,
    SearchRefused,
    Wanted,
    check_status,
)
from faceapp.words import Words

_TITLE = "Wikimedia Commons"
_PAGE = 50
_FILE_NAMESPACE = 6
_THUMBNAIL_WIDTH = 640
_BUSY = frozenset({"maxlag", "ratelimited"})


def _build(home: str, wanted: Wanted, start: int) -> Request:
    query = {
        "action": "query",
        "format": "json",
        "formatversion": 2,
        "generator": "search",
        "gsrsearch": f"{wanted.text} filetype:bitmap",
        "gsrnamespace": _FILE_NAMESPACE,
        "gsrlimit": _PAGE,
        "gsroffset": start,
        "prop": "imageinfo",
        "iiprop": "url|size|mime|extmetadata",
        "iiurlwidth": _THUMBNAIL_WIDTH,
    }
    return Request(f"{home}/w/api.php?{urlencode(query)}", {"Accept": "application/json"})


def _read(reply: Reply, start: int) -> ResultPage:
    check_status(reply, _TITLE)
    answer = json_of(reply, _TITLE)
    if isinstance(error := answer.get("error"), dict):
        said = text_of(error.get("info")) or error.get("code")
        words = Words("{title} answered: {said}.", title=_TITLE, said=said)
        raise (Blocked(words, reply.wait) if error.get("code") in _BUSY else SearchRefused(words))
    if "query" not in answer and "batchcomplete" in answer:
        raise NoResults(Words("{title} has no (more) results.", title=_TITLE))
    results = tuple(
        found for page in _pages(answer) if (found := _found(page, reply.url)) is not None
    )
    if not results:
        raise layout_unknown(_TITLE)
    going_on = answer.get("continue")
    following = going_on.get("gsroffset") if isinstance(going_on, dict) else None
    # An offset that does not grow would be asked for ever.
    grows = isinstance(following, int) and following > start
    return ResultPage(results, following if grows else None)


def _pages(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """The pages in the order of the search, which is not the order of the answer."""
    query = answer.get("query")
    pages = query.get("pages") if isinstance(query, dict) else None
    listed = [page for page in pages if isinstance(page, dict)] if isinstance(pages, list) else []
    return sorted(listed, key=lambda page: pixels_of(page.get("index")))


def _found(page: dict[str, Any], asked: str) -> Found | None:
    infos = page.get("imageinfo")
    info = infos[0] if isinstance(infos, list) and infos else None
    if not isinstance(info, dict) or not address_of(info.get("url")):
        return None
    about = info.get("extmetadata")
    told = about if isinstance(about, dict) else {}
    return Found(
        image_url=address_of(info["url"]),
        page_url=address_of(info.get("descriptionurl")) or asked,
        thumbnail_url=address_of(info.get("thumburl")),
        title=text_of(page.get("title")).removeprefix("File:"),
        width=pixels_of(info.get("width")),
        height=pixels_of(info.get("height")),
        licence=_told(told, "LicenseShortName"),
        licence_url=_told(told, "LicenseUrl"),
        creator=_told(told, "Artist"),
        attribution=_told(told, "Credit"),
    )


def _told(about: dict[str, Any], name: str) -> str:
    entry = about.get(name)
    return plain_text(entry.get("value")) if isinstance(entry, dict) else ""


COMMONS = Engine(
    "commons", _TITLE, "https://commons.wikimedia.org", _build, _read, licensed=True, gap=1.0
)
