"""Which addresses may be asked: http or https, and only hosts of the public internet."""

from __future__ import annotations

import ipaddress
import re
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import quote, unquote_to_bytes, urlsplit

from faceapp.errors import WorldError
from faceapp.words import Words

_DEFAULT_PORTS = {"http": 80, "https": 443}
# RFC 6052: the last 32 bits of such an address are an IPv4 address.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_LOWEST_32_BITS = 0xFFFFFFFF
_CONTROL = re.compile(r"[\x00-\x20\x7f\\]")
_LONGEST = 4096


class ForbiddenAddress(WorldError):
    """An address that is never asked: no web address, or one inside somebody's own network."""


def check_url(url: str) -> str:
    """The host that a web address names, in lower case and ASCII.

    Raises:
        ForbiddenAddress: no http or https, no host, a password inside, or nonsense.

    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ForbiddenAddress(
            Words("{url} is no web address: {error}.", url=_shown(url), error=error)
        ) from error
    if parts.scheme not in _DEFAULT_PORTS or not host or port == 0:
        raise ForbiddenAddress(Words("{url} is no http or https address.", url=_shown(url)))
    if "@" in parts.netloc or _CONTROL.search(url) or len(url) > _LONGEST:
        raise ForbiddenAddress(
            Words("{url} is not an address that a browser would show.", url=_shown(url))
        )
    try:
        return host.encode("idna").decode("ascii").lower().rstrip(".")
    except UnicodeError as error:
        raise ForbiddenAddress(Words("{url} names no possible host.", url=_shown(url))) from error


def is_allowed(address: str, *, allow_loopback: bool = False) -> bool:
    """Whether an IP address may be dialled: public ones, and loopback where it is allowed.

    An IPv4 address inside an IPv6 one (mapped, 6to4, Teredo, NAT64) is judged too.
    """
    try:
        outer = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(
        (allow_loopback and each.is_loopback) or (each.is_global and not each.is_multicast)
        for each in (_inner(outer) or [outer])
    )


def _inner(address: IPv4Address | IPv6Address) -> list[IPv4Address | IPv6Address]:
    """The IPv4 addresses that an IPv6 address carries inside."""
    if isinstance(address, IPv4Address):
        return []
    inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64:
        inner.append(IPv4Address(int(address) & _LOWEST_32_BITS))
    return [each for each in inner if each is not None]


def url_key(url: str) -> str:
    """A text equal for addresses that surely mean the same image.

    Scheme, fragment, default port, the case of the host and the way characters are escaped make
    no difference. An address that makes no sense is its own key.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return url
    if parts.scheme not in _DEFAULT_PORTS or not host:
        return url
    place = "" if port in {None, _DEFAULT_PORTS[parts.scheme]} else f":{port}"
    query = f"?{_escaped(parts.query)}" if parts.query else ""
    return f"{host}{place}{_escaped(parts.path) or '/'}{query}"


def _escaped(part: str) -> str:
    # What is escaped in either of two spellings is escaped in both; "%2F" is no slash, though.
    pieces = re.split(r"(%2[fF]|%3[fF]|%26|%3[dD]|%25|%2[bB])", part)
    return "".join(
        piece.upper() if number % 2 else quote(unquote_to_bytes(piece), safe="/:@!$&'()*+,;=?-._~")
        for number, piece in enumerate(pieces)
    )


def _shown(url: str) -> str:
    return repr(url if len(url) <= 200 else f"{url[:200]}...")
