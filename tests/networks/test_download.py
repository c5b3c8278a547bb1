"""The download against a server on this machine: progress, resuming, verification."""

from __future__ import annotations

import hashlib
import json
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from faceapp.cli import run
from faceapp.errors import Cancelled
from faceapp.jobs import Job, Progress
from faceapp.networks import weights
from faceapp.networks.architectures import KerasFile
from faceapp.networks.download import DownloadFailed, download

DATA = np.random.default_rng(0).bytes(1_000_000)


class Server(ThreadingHTTPServer):
    """Serves DATA; what goes wrong is set from outside."""

    honours_range = True
    break_after: int | None = None
    data = DATA
    status = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.ranges: list[str | None] = []
        self.paths: list[str] = []


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        asked = self.headers.get("Range")
        self.server.ranges.append(asked)
        self.server.paths.append(self.path)
        start = int(asked[6:-1]) if asked and self.server.honours_range else 0
        data = self.server.data[start:]
        if start and not data:
            self.send_error(416)
            return
        status = self.server.status if self.server.status != 200 else 206 if start else 200
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[: self.server.break_after])

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def file(server: Server) -> KerasFile:
    url = f"http://127.0.0.1:{server.server_port}/weights.h5"
    return KerasFile("weights.h5", url, hashlib.md5(DATA).hexdigest(), has_top=False)


def test_it_fetches_and_reports(file: KerasFile, tmp_path: Path) -> None:
    seen: list[Progress] = []
    path = download(file, tmp_path / "new" / "folder", Job(report=seen.append))
    assert path.read_bytes() == DATA
    assert [left.name for left in path.parent.iterdir()] == ["weights.h5"]
    assert seen[-1].share == 1
    assert len(seen) > 2
    assert "weights.h5" in seen[0].what


def test_a_broken_download_goes_on_where_it_stopped(
    server: Server, file: KerasFile, tmp_path: Path
) -> None:
    server.break_after = 400_000
    with pytest.raises(DownloadFailed, match="goes on where it stopped"):
        download(file, tmp_path)
    assert not (tmp_path / "weights.h5").exists()
    have = (tmp_path / "weights.h5.part").stat().st_size
    assert 0 < have <= 400_000
    server.break_after = None
    seen: list[Progress] = []
    assert download(file, tmp_path, Job(report=seen.append)).read_bytes() == DATA
    assert server.ranges == [None, f"bytes={have}-"]
    assert seen[0].done > have
    assert seen[-1].total == len(DATA)


def test_a_cancelled_download_goes_on_too(server: Server, file: KerasFile, tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        download(file, tmp_path, Job(cancelled=lambda: True))
    assert (tmp_path / "weights.h5.part").stat().st_size > 0
    assert download(file, tmp_path).read_bytes() == DATA
    assert server.ranges[1] is not None


def test_a_server_that_cannot_resume_sends_all(
    server: Server, file: KerasFile, tmp_path: Path
) -> None:
    server.honours_range = False
    (tmp_path / "weights.h5.part").write_bytes(DATA[:1000])
    assert download(file, tmp_path).read_bytes() == DATA


def test_a_part_that_is_whole_already_is_taken(
    server: Server, file: KerasFile, tmp_path: Path
) -> None:
    (tmp_path / "weights.h5.part").write_bytes(DATA)
    assert download(file, tmp_path).read_bytes() == DATA


@pytest.mark.parametrize("part", [b"other", DATA[:500] + b"other", b"x" * len(DATA), DATA + b"x"])
def test_a_wrong_part_is_fetched_again(
    server: Server, file: KerasFile, tmp_path: Path, part: bytes
) -> None:
    (tmp_path / "weights.h5.part").write_bytes(part)
    assert download(file, tmp_path).read_bytes() == DATA


def test_a_wrong_file_is_not_kept(server: Server, file: KerasFile, tmp_path: Path) -> None:
    server.data = b"<html>Please log in</html>"
    with pytest.raises(DownloadFailed, match="wrong MD5"):
        download(file, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_error_of_the_server_is_said(server: Server, file: KerasFile, tmp_path: Path) -> None:
    server.status = 503
    with pytest.raises(DownloadFailed, match="HTTPError"):
        download(file, tmp_path)


def test_no_server_is_said(file: KerasFile, tmp_path: Path) -> None:
    gone = KerasFile(file.name, "http://127.0.0.1:9/weights.h5", file.md5, has_top=False)
    with pytest.raises(DownloadFailed, match="could not be fetched"):
        download(gone, tmp_path)


def test_a_folder_that_cannot_be_is_said(file: KerasFile, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(DownloadFailed, match="cannot be written"):
        download(file, tmp_path / "taken")


@pytest.fixture
def published(server: Server, own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keras's cache; both files of VGG16 are had from the server on this machine."""
    monkeypatch.delenv("KERAS_HOME", raising=False)
    root = f"http://127.0.0.1:{server.server_port}"
    md5 = hashlib.md5(DATA).hexdigest()
    vgg16 = weights.BACKBONES["vgg16"]
    files = tuple(replace(file, url=f"{root}/{file.name}", md5=md5) for file in vgg16.files)
    known = {**weights.BACKBONES, "vgg16": replace(vgg16, files=files)}
    monkeypatch.setattr(weights, "BACKBONES", known)
    return own_home / ".keras" / "models"


def command(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["faceapp", "weights", *arguments])
    return run()


@pytest.mark.parametrize(
    ("options", "ending"), [((), "kernels_notop.h5"), (("--full",), "kernels.h5")]
)
def test_the_command_downloads_the_file_unless_it_is_there(
    published: Path,
    server: Server,
    options: tuple[str, ...],
    ending: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    # Whether the extra `weights` is installed does not matter: the file was asked for.
    assert command(monkeypatch, "--download", "vgg16", *options, "--json") == 0
    (file,) = published.iterdir()
    assert file.name.endswith(ending)
    assert file.read_bytes() == DATA
    heard = capfd.readouterr()
    found = {place["where"]: place["found"] for place in json.loads(heard.out)["vgg16"]}
    assert found[str(file)]
    assert str(file) in heard.err
    assert command(monkeypatch, "--download", "vgg16", *options, "--json") == 0
    assert server.paths == [f"/{file.name}"]
    file.write_bytes(b"cut short")
    assert command(monkeypatch, "--download", "vgg16", *options, "--json") == 0
    assert file.read_bytes() == DATA


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--full",), "--download"),
        (("--download", "resnet50", "--full"), "leave out --full"),
        (("--download", "mobilenetv2"), "Ways out"),
        (("--download", "alexnet"), "no known network"),
    ],
)
def test_what_cannot_be_downloaded_is_said(
    arguments: tuple[str, ...],
    complaint: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert command(monkeypatch, *arguments) == 1
    assert complaint in " ".join(capfd.readouterr().err.split())


def test_finding_weights_never_downloads(published: Path, server: Server) -> None:
    with suppress(weights.WeightsMissing):
        weights.find_weights("vgg16")
    assert server.paths == []
    assert not published.exists()
