"""Which addresses may be asked, and which mean the same."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faceapp.scraping.addresses import ForbiddenAddress, check_url, is_allowed, url_key


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.9.10",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "198.18.0.1",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "64:ff9b::10.0.0.1",
        "2002:0a00:0001::1",
        "2001:db8::1",
        "not an address",
        "",
        "0x7f.1",
        "2130706433",
    ],
)
def test_addresses_inside_are_not_dialled(address: str) -> None:
    assert not is_allowed(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::8.8.8.8"])
def test_public_addresses_are(address: str) -> None:
    assert is_allowed(address)


def test_loopback_must_be_allowed_and_nothing_else_is_with_it() -> None:
    for address in ("127.0.0.1", "::1", "::ffff:127.0.0.1"):
        assert is_allowed(address, allow_loopback=True)
    for address in ("10.0.0.1", "169.254.0.1", "0.0.0.0", "::", "fe80::1"):
        assert not is_allowed(address, allow_loopback=True)


@given(st.ip_addresses(v=4))
def test_an_address_inside_another_is_judged_alike(address: ipaddress.IPv4Address) -> None:
    if not is_allowed(str(address)):
        assert not is_allowed(f"::ffff:{address}")
        assert not is_allowed(f"64:ff9b::{address}")


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://a.example/x.jpg",
        "javascript:alert(1)",
        "//a.example/x.jpg",
        "a.example/x.jpg",
        "http://",
        "http:///x.jpg",
        "http://[half",
        "http://a.example:0/",
        "http://a.example:99999/",
        "http://user:secret@a.example/",
        "http://a.example\\@b.example/",
        "http://a.example/ x",
        "http://a.example/\r\nX: y",
        "http://a..example/",
        f"http://{'a' * 64}.example/",
        "http://a.example/" + "x" * 5000,
        "",
    ],
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(ForbiddenAddress):
        check_url(url)


def test_hosts_are_told_in_ascii_and_lower_case() -> None:
    assert check_url("https://BÜCHER.example:8443/x") == "xn--bcher-kva.example"
    assert check_url("http://[::1]:80/") == "::1"


@given(st.text(max_size=40))
def test_no_text_makes_an_address_stumble(text: str) -> None:
    url_key(text)
    for url in (text, f"http://{text}", f"https://a.example/{text}"):
        try:
            check_url(url)
        except ForbiddenAddress:
            continue
        assert url.lower().startswith("http")


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example/x%20y.jpg?q=1",
        "https://A.EXAMPLE:443/x%20y.jpg?q=1",
        "https://a.example/x y.jpg?q=1",
        "https://a.example/%78%20y.jpg?q=1#part",
        "https://a.example./x%20y.jpg?q=1",
    ],
)
def test_spellings_of_one_address_have_one_key(url: str) -> None:
    assert url_key(url) == url_key("https://a.example/x%20y.jpg?q=1")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/x?a=1", "https://a.example/x?a=2"),
        ("https://a.example/X", "https://a.example/x"),
        ("https://a.example/a%2Fb", "https://a.example/a/b"),
        ("https://a.example/x?a=1%26b", "https://a.example/x?a=1&b"),
        ("https://a.example/%E9", "https://a.example/%E8"),
        ("https://a.example/a%2541", "https://a.example/aA"),
        ("https://a.example:8443/x", "https://a.example/x"),
    ],
)
def test_different_addresses_have_different_keys(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)
