"""The downloader over TLS: certificates are checked, and limits hold inside the encryption."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests.adapters

from faceapp.scraping.control import Control
from faceapp.scraping.downloader import Downloader, FetchRefused, Limits
from fake_web import FakeWeb, Say, fake_web

MakeDownloader = Callable[..., Downloader]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for a.test that signed itself, and its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("there is no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    made, key = folder / "certificate.pem", folder / "key.pem"
    command = (
        f"req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=a.test -keyout {key} -out {made}"
    )
    names = ["-addext", "subjectAltName=DNS:a.test"]
    subprocess.run([openssl, *command.split(), *names], check=True, capture_output=True)
    return made, key


@pytest.fixture
def web(certificate: tuple[Path, Path]) -> Iterator[FakeWeb]:
    with fake_web(*certificate) as running:
        yield running


@pytest.fixture
def trusted(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", str(certificate[0]))


def put(web: FakeWeb, host: str, path: str, answer: Say) -> str:
    return web.put(host, path, answer).replace("http:", "https:")


def refused(downloader: Downloader, url: str) -> str:
    with pytest.raises(FetchRefused) as caught:
        downloader.image(url)
    return caught.value.reason


@pytest.mark.usefixtures("trusted")
def test_images_come_over_one_connection(web: FakeWeb, make_downloader: MakeDownloader) -> None:
    url = put(web, "a.test", "/x.jpg", Say(b"x" * 100_000))
    downloader = make_downloader()
    assert [len(downloader.image(url)) for _ in range(3)] == [100_000] * 3
    assert len(web.dialled) == 1


def test_an_unknown_certificate_is_not_trusted(
    web: FakeWeb, make_downloader: MakeDownloader
) -> None:
    assert refused(make_downloader(), put(web, "a.test", "/x.jpg", Say(b"x"))) == "http_error"


@pytest.mark.usefixtures("trusted")
def test_a_certificate_is_good_for_its_own_name_only(
    web: FakeWeb, make_downloader: MakeDownloader
) -> None:
    assert refused(make_downloader(), put(web, "b.test", "/x.jpg", Say(b"x"))) == "http_error"


@pytest.mark.usefixtures("trusted")
def test_limits_hold_inside(web: FakeWeb, make_downloader: MakeDownloader) -> None:
    endless = put(web, "a.test", "/endless.jpg", Say(b"x" * 1000, endless=True))
    slow = put(web, "a.test", "/slow.jpg", Say(b"x", dribble=True))
    downloader = make_downloader(Control(), limits=Limits(image_bytes=5000, total_seconds=0.5))
    reasons: list[str] = []

    def read() -> None:
        reasons.extend(refused(downloader, url) for url in (endless, slow))

    reader = threading.Thread(target=read)
    reader.start()
    while reader.is_alive():
        downloader.tick()
        reader.join(0.01)
    assert reasons == ["too_large", "timeout"]
