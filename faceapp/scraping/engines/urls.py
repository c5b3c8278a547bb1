"""A pasted list of addresses: the query is the list, and nothing need be asked."""

from __future__ import annotations

from faceapp.scraping.engines.values import Engine, Found, NoResults, Reply, ResultPage, Wanted
from faceapp.words import Words

# What people and programs put around the addresses of a list.
_WRAPPING = "<>\"',;"


def _build(_home: str, _wanted: Wanted, _start: int) -> None:
    return None


def _read(reply: Reply, _start: int) -> ResultPage:
    """The reply's body is the pasted text: addresses between blanks or line ends."""
    addresses = [word.strip(_WRAPPING) for word in reply.text.split()]
    if not any(addresses):
        raise NoResults(Words("The list holds no addresses."))
    return ResultPage(tuple(Found(image_url=address) for address in addresses if address))


URLS = Engine("urls", "A list of addresses", "", _build, _read)
