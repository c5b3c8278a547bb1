"""Promise: an engine never touches the network, and never takes an unknown page for no results."""

from typing import TYPE_CHECKING

from faceapp.facades import lazily

if TYPE_CHECKING:
    from faceapp.scraping.engines.registry import ENGINES, find_engine
    from faceapp.scraping.engines.values import (
        Blocked,
        ConsentAsked,
        Ended,
        Engine,
        Found,
        LayoutUnknown,
        Licence,
        NoResults,
        Reply,
        Request,
        ResultPage,
        SearchRefused,
        Wanted,
    )

__all__ = [
    "ENGINES",
    "Blocked",
    "ConsentAsked",
    "Ended",
    "Engine",
    "Found",
    "LayoutUnknown",
    "Licence",
    "NoResults",
    "Reply",
    "Request",
    "ResultPage",
    "SearchRefused",
    "Wanted",
    "find_engine",
]

__getattr__ = lazily(
    __name__,
    {
        "registry": "ENGINES find_engine",
        "values": "Blocked ConsentAsked Ended Engine Found "
        "LayoutUnknown Licence NoResults Reply Request ResultPage SearchRefused Wanted",
    },
)
