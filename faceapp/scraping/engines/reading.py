"""What readers of HTML and JSON answers share."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from faceapp.scraping.engines.values import LayoutUnknown, Reply, Wanted
from faceapp.words import Words

_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*>")
_FLAT_OBJECT = re.compile(r"\{[^{}]*\}")
_HTTPS_PORT = 443
MAX_TEXT = 500
_MAX_PIXELS = 1_000_000


def in_language(wanted: Wanted) -> dict[str, str]:
    """The header that asks for a page as people of that language see it."""
    return {"Accept-Language": wanted.language} if wanted.language else {}


def soup_of(reply: Reply, title: str) -> BeautifulSoup:
    """The parsed HTML page; raises `LayoutUnknown` where the answer is none."""
    text = _XML_DECLARATION.sub("", reply.text)
    if "<" not in text:
        raise layout_unknown(title)
    try:
        return BeautifulSoup(text, "html.parser")
    # A page may be any rubbish: bs4 documents no exception for what its parser cannot swallow.
    except Exception as error:
        raise layout_unknown(title) from error


def json_of(reply: Reply, title: str) -> dict[str, Any]:
    """The JSON object answered; raises `LayoutUnknown` where it is none."""
    found = json_object(reply.text)
    if found is None:
        raise layout_unknown(title)
    return found


def json_object(text: str) -> dict[str, Any] | None:
    """The JSON object that a text holds; None where it holds none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def flat_objects(text: str, key: str) -> Iterator[dict[str, Any]]:
    """Every JSON object without objects inside that has `key`, wherever it stands in a text."""
    quoted = f'"{key}"'
    for match in _FLAT_OBJECT.finditer(text):
        if quoted in match.group() and (found := json_object(match.group())):
            yield found


def layout_unknown(title: str) -> LayoutUnknown:
    """The refusal of a page that cannot be read."""
    return LayoutUnknown(
        Words(
            "{title} answered in a layout that faceapp does not know: it may have changed. "
            "Try another engine.",
            title=title,
        )
    )


def attribute(tag: Tag | None, name: str) -> str:
    """An attribute's text; "" where the tag or the attribute is missing."""
    value = tag.get(name) if tag is not None else None
    return value.strip() if isinstance(value, str) else ""


def text_of(value: object) -> str:
    """A text out of JSON, shortened; "" for anything else."""
    return " ".join(value.split())[:MAX_TEXT] if isinstance(value, str) else ""


def plain_text(value: object) -> str:
    """The text of a piece of HTML out of JSON."""
    text = value if isinstance(value, str) else ""
    return text_of(BeautifulSoup(text, "html.parser").get_text(" ") if "<" in text else text)


def address_of(value: object) -> str:
    """An address out of JSON, as it stands; "" for anything else."""
    return value.strip() if isinstance(value, str) else ""


def pixels_of(value: object) -> int:
    """A number of pixels out of JSON or a query; 0 where it is none."""
    text = str(value)
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0
    return number if number <= _MAX_PIXELS else 0


def with_scheme(url: str, page_url: str) -> str:
    """The address with a scheme, where an engine left it out.

    A page embeds images under its own scheme; a port other than 443 speaks for plain HTTP.
    """
    if not url or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:(//|(?!\d))", url):
        return url
    bare = url.removeprefix("//")
    try:
        port = urlsplit(f"//{bare}").port
    except ValueError:
        port = None
    if port is not None and port != _HTTPS_PORT:
        return f"http://{bare}"
    return f"{'http' if page_url.startswith('http:') else 'https'}://{bare}"
