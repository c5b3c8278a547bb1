"""Openverse: a JSON interface to openly licensed images, without a key."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from faceapp.scraping.engines.reading import (
    address_of,
    json_of,
    layout_unknown,
    pixels_of,
    text_of,
)
from faceapp.scraping.engines.values import (
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

_TITLE = "Openverse"
# What it allows those who have no key.
_PAGE, _PAGES, _GAP = 20, 20, 1.0


def _build(home: str, wanted: Wanted, start: int) -> Request:
    query: dict[str, str | int] = {
        "q": wanted.text,
        "page": start // _PAGE + 1,
        "page_size": _PAGE,
    }
    if wanted.licence == "reuse":
        query["license_type"] = "commercial,modification"
    return Request(f"{home}/v1/images/?{urlencode(query)}", {"Accept": "application/json"})


def _read(reply: Reply, start: int) -> ResultPage:
    check_status(reply, _TITLE)
    answer = json_of(reply, _TITLE)
    listed = answer.get("results")
    if not isinstance(listed, list):
        raise layout_unknown(_TITLE)
    if not listed:
        raise NoResults(Words("{title} has no (more) results.", title=_TITLE))
    results = tuple(
        _found(each)
        for each in listed
        if isinstance(each, dict) and address_of(each.get("url")) and each.get("mature") is not True
    )
    if not results and not all(isinstance(each, dict) and each.get("url") for each in listed):
        raise layout_unknown(_TITLE)
    page = start // _PAGE + 1
    last = min(_PAGES, pixels_of(answer.get("page_count", _PAGES)))
    return ResultPage(results, start + _PAGE if page < last else None)


def _found(facts: dict[str, Any]) -> Found:
    names = [text_of(facts.get(part)) for part in ("license", "license_version")]
    return Found(
        image_url=address_of(facts["url"]),
        page_url=address_of(facts.get("foreign_landing_url")),
        thumbnail_url=address_of(facts.get("thumbnail")),
        title=text_of(facts.get("title")),
        width=pixels_of(facts.get("width")),
        height=pixels_of(facts.get("height")),
        licence=" ".join(name for name in names if name),
        licence_url=address_of(facts.get("license_url")),
        creator=text_of(facts.get("creator")),
        attribution=text_of(facts.get("attribution")),
    )


OPENVERSE = Engine(
    "openverse", _TITLE, "https://api.openverse.org", _build, _read, licensed=True, gap=_GAP
)
