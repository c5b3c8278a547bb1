"""The images of any web page; the query is its address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

from faceapp.errors import WorldError
from faceapp.scraping.engines.reading import attribute, pixels_of, soup_of, text_of
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

_TITLE = "The page"
_IMAGE_NAME = re.compile(r"\.(jpe?g|png|webp|gif|bmp|tiff?)$", re.IGNORECASE)
_INLINE = ("data:", "blob:", "about:", "javascript:", "#")
_LAZY = ("data-src", "data-original", "data-lazy-src", "src")


def _build(home: str, wanted: Wanted, _start: int) -> Request:
    url = wanted.text.strip()
    if home:
        url = urljoin(f"{home}/", url)
    if urlsplit(url).scheme.lower() not in {"http", "https"}:
        raise WorldError(
            Words(
                "{text!r} is no web address: for the engine page, the query is the page's "
                "address, such as https://example.org/people.",
                text=wanted.text,
            )
        )
    return Request(url)


def _read(reply: Reply, _start: int) -> ResultPage:
    check_status(reply, _TITLE)
    soup = soup_of(reply, _TITLE)
    base = attribute(soup.select_one("base[href]"), "href")
    try:
        start = urljoin(reply.url, base)
    except ValueError:
        start = reply.url
    results = {
        found.image_url: found for found in _images(soup, start, reply.url) if found.image_url
    }
    if not results:
        raise NoResults(Words("The page shows no images."))
    return ResultPage(tuple(results.values()))


def _images(soup: BeautifulSoup, start: str, page_url: str) -> Iterator[Found]:
    for tag in soup.select("img, picture source, a[href], meta[property='og:image']"):
        if url := _address(tag):
            yield Found(
                image_url=_joined(start, url),
                page_url=page_url,
                title=text_of(attribute(tag, "alt") or attribute(tag, "title")),
                width=pixels_of(attribute(tag, "width")),
                height=pixels_of(attribute(tag, "height")),
            )


def _address(tag: Tag) -> str:
    """The address of the image that a tag shows or links to; "" where there is none."""
    if tag.name == "a":
        url = attribute(tag, "href")
        return url if _IMAGE_NAME.search(url.split("?")[0]) else ""
    if tag.name == "meta":
        return attribute(tag, "content")
    named = [attribute(tag, name) for name in _LAZY]
    best = _largest(attribute(tag, "srcset") or attribute(tag, "data-srcset"))
    urls = [url for url in (best, *named) if url and not url.lower().startswith(_INLINE)]
    return urls[0] if urls else ""


def _largest(srcset: str) -> str:
    """The address of the widest image of a srcset ("a.jpg 480w, b.jpg 800w")."""
    offers = [offer.split() for offer in srcset.split(", ") if offer.strip()]
    return max(offers, key=_width, default=[""])[0].rstrip(",")


def _width(offer: list[str]) -> float:
    try:
        return float(offer[1].rstrip("wx,"))
    except (IndexError, ValueError):
        return 0.0


def _joined(start: str, url: str) -> str:
    try:
        return urljoin(start, url)
    except ValueError:  # "http://[half an address"
        return url


PAGE = Engine("page", "A web page", "", _build, _read, crawled=True)
