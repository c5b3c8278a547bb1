"""Answers in the formats of the image-search sites, made by the tests: never a saved page."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True)
class Shown:
    """An image as a site would show it."""

    url: str
    page: str = "https://pages.example/about"
    title: str = "a face"
    width: int = 640
    height: int = 480


def yahoo(images: Sequence[Shown], *, scheme: bool = True) -> str:
    items = []
    for image in images:
        query = {
            "back": "https://images.search.yahoo.com/search/images?p=q",
            "w": image.width,
            "h": image.height,
            "imgurl": image.url if scheme else image.url.split("://", 1)[-1],
            "rurl": image.page,
            "size": "138.8KB",
            "name": image.title,
            "turl": "https://tse1.mm.bing.net/th?id=OIP.x&pid=Api",
            "tt": image.title,
        }
        link = html.escape(f"/images/view;_ylt=Awr?{urlencode(query)}")
        items.append(
            f'<li class="ld"><a href="{link}"><img data-src="https://tse1.mm.bing.net/th?id=1"></a>'
        )
    return f'<html><section id="results"><ul id="sres">{"".join(items)}</ul></section></html>'


def yahoo_data(images: Sequence[Shown]) -> str:
    items = []
    for image in images:
        facts = {"iurl": image.url, "rurl": image.page, "w": image.width, "h": str(image.height)}
        told = html.escape(json.dumps(facts | {"t": image.title}))
        items.append(f"<li data='{told}'><a href='#'><img src='https://t.example/1'></a></li>")
    return f'<ul id="sres">{"".join(items)}</ul>'


def yahoo_script(images: Sequence[Shown]) -> str:
    facts = [
        {"url": image.url, "ow": image.width, "oh": image.height, "ru": image.page}
        for image in images
    ]
    return f"<html><body><script>window.x = {json.dumps({'items': facts})};</script></body></html>"


def bing(images: Sequence[Shown]) -> str:
    links = []
    for image in images:
        facts = {"murl": image.url, "purl": image.page, "turl": "https://t.example/2"}
        told = html.escape(json.dumps(facts | {"t": f"{image.title}", "md5": "0" * 32}))
        links.append(f'<a class="iusc" href="/images/search?view=detail" m="{told}"></a>')
    return f'<html><div class="dgControl">{"".join(links)}</div></html>'


def openverse(images: Sequence[Shown], pages: int = 1) -> str:
    results = [
        {
            "id": str(number),
            "title": image.title,
            "url": image.url,
            "thumbnail": "https://t.example/3",
            "foreign_landing_url": image.page,
            "creator": "Ana Pérez",
            "license": "by",
            "license_version": "2.0",
            "license_url": "https://creativecommons.org/licenses/by/2.0/",
            "attribution": f'"{image.title}" by Ana Pérez is licensed under CC BY 2.0.',
            "width": image.width,
            "height": image.height,
            "mature": False,
        }
        for number, image in enumerate(images)
    ]
    return json.dumps({"result_count": len(results), "page_count": pages, "results": results})


def commons(images: Sequence[Shown], following: int | None = None) -> str:
    pages = [
        {
            "pageid": 100 - number,
            "title": f"File:{image.title}",
            "index": number + 1,
            "imageinfo": [
                {
                    "url": image.url,
                    "thumburl": "https://t.example/4",
                    "descriptionurl": image.page,
                    "width": image.width,
                    "height": image.height,
                    "mime": "image/jpeg",
                    "extmetadata": {
                        "LicenseShortName": {"value": "CC BY-SA 4.0"},
                        "LicenseUrl": {"value": "https://creativecommons.org/licenses/by-sa/4.0"},
                        "Artist": {"value": '<a href="//c.example/u">Jan <b>Kowalski</b></a>'},
                        "Credit": {"value": "<span>Own work</span>"},
                    },
                }
            ],
        }
        for number, image in enumerate(images)
    ]
    pages.reverse()  # the answer's order is not the search's
    answer: dict[str, object] = {"batchcomplete": True, "query": {"pages": pages}}
    if following is not None:
        answer["continue"] = {"gsroffset": following, "continue": "gsroffset||"}
    return json.dumps(answer)


def page(images: Sequence[Shown]) -> str:
    tags = "".join(f'<img src="{html.escape(i.url)}" alt="{i.title}">' for i in images)
    return f"<!doctype html><html><body>{tags}</body></html>"


def urls(images: Sequence[Shown]) -> str:
    return "\n".join(image.url for image in images)


ANSWERS: Mapping[str, Callable[[Sequence[Shown]], str]] = {
    "yahoo": yahoo,
    "bing": bing,
    "openverse": openverse,
    "commons": commons,
    "page": page,
    "urls": urls,
}
NOTHING: Mapping[str, str] = {
    "yahoo": '<html><div class="no-results">We did not find results for: <b>x</b></div></html>',
    "bing": "<html><body><h1>There are no results for x</h1></body></html>",
    "openverse": json.dumps({"result_count": 0, "page_count": 0, "results": []}),
    "commons": json.dumps({"batchcomplete": True}),
    "page": "<html><body>Nothing to see</body></html>",
    "urls": " \n",
}
CONSENT: Mapping[str, str] = {
    "yahoo": '<form class="consent-form" action="https://consent.yahoo.com/v2/collectConsent">'
    "<button>Agree</button></form>",
    "bing": '<form action="/consent/save"><button>Accept</button></form>',
}
UNKNOWN: Mapping[str, str] = {
    "yahoo": "<html><div id='brand-new'><figure><img src='/x.jpg'></figure></div></html>",
    "bing": "<html><div class='brand-new'><img src='/x.jpg'></div></html>",
    "openverse": json.dumps({"items": [{"href": "https://a.example/1.jpg"}]}),
    "commons": json.dumps({"batchcomplete": True, "query": {"files": [{"u": "x"}]}}),
}
