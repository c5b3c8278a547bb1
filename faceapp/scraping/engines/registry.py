"""The engines that there are."""

from collections.abc import Mapping
from types import MappingProxyType

from faceapp.errors import WorldError
from faceapp.scraping.engines.bing import BING
from faceapp.scraping.engines.commons import COMMONS
from faceapp.scraping.engines.openverse import OPENVERSE
from faceapp.scraping.engines.page import PAGE
from faceapp.scraping.engines.urls import URLS
from faceapp.scraping.engines.values import Engine
from faceapp.scraping.engines.yahoo import YAHOO
from faceapp.words import Words

ENGINES: Mapping[str, Engine] = MappingProxyType(
    {engine.name: engine for engine in (YAHOO, BING, OPENVERSE, COMMONS, PAGE, URLS)}
)


def find_engine(name: str) -> Engine:
    """The engine of that name; raises `WorldError` where there is none."""
    if name not in ENGINES:
        raise WorldError(
            Words(
                "There is no engine {name!r}. Choose among: {engines}.",
                name=name,
                engines=", ".join(ENGINES),
            )
        )
    return ENGINES[name]
