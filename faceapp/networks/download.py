"""Fetching Keras's files of weights: with progress, resumed where it broke off, verified."""

from __future__ import annotations

import hashlib
from pathlib import Path

import requests

from faceapp.errors import WorldError
from faceapp.jobs import Job
from faceapp.networks.architectures import KerasFile
from faceapp.words import Words

_CHUNK = 256 * 1024
_TIMEOUT = (10, 30)  # seconds to connect, and without a byte


class DownloadFailed(WorldError):
    """The file could not be fetched, or is not the one that Keras publishes."""


def download(file: KerasFile, folder: Path, job: Job = Job()) -> Path:
    """Fetch `file` into `folder` and return its path.

    What came so far stays beside it as `.part`, so that a cancelled or broken download goes on
    where it stopped. Only a file with the right MD5 takes the final name.
    """
    target, part = folder / file.name, folder / f"{file.name}.part"
    resumed = part.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _fetch(file, part, job)
        if md5_of(part) != file.md5 and resumed:
            part.unlink()
            _fetch(file, part, job)
        if md5_of(part) != file.md5:
            part.unlink()
            raise DownloadFailed(
                Words(
                    "What {url} gave is not Keras's file (wrong MD5): try again later.",
                    url=file.url,
                )
            )
        part.replace(target)
    except requests.RequestException as error:
        raise DownloadFailed(
            Words(
                "{url} could not be fetched ({error}): check the connection; "
                "the download goes on where it stopped.",
                url=file.url,
                error=type(error).__name__,
            )
        ) from error
    except OSError as error:
        raise DownloadFailed(
            Words("{part} cannot be written: {error}.", part=part, error=error)
        ) from error
    return target


def _fetch(file: KerasFile, part: Path, job: Job) -> None:
    """Append the rest of the file to `part`; from the start if the server will not resume."""
    have = part.stat().st_size if part.exists() else 0
    headers = {"Range": f"bytes={have}-"} if have else {}
    with requests.get(file.url, headers=headers, stream=True, timeout=_TIMEOUT) as answer:
        if answer.status_code == requests.codes.requested_range_not_satisfiable:
            return  # nothing is left to fetch: the MD5 decides
        answer.raise_for_status()
        if answer.status_code != requests.codes.partial_content:
            have = 0
        total = have + int(answer.headers.get("Content-Length", 0))
        with part.open("ab" if have else "wb") as out:
            for chunk in answer.iter_content(_CHUNK):
                out.write(chunk)
                have += len(chunk)
                job.step(Words("Downloading {file}", file=file.name), have, total)


def md5_of(path: Path) -> str:
    """MD5 of a file, as Keras names its files' digests."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
