"""Writing down what is kept: the file, the sample, where it came from, and what it may show."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from faceapp.dataset import Dataset, NewSample, StoredFace
from faceapp.dataset.errors import DatasetUnwritable
from faceapp.dataset.history import now
from faceapp.dataset.importing.storing import lay_image
from faceapp.dataset.searches import Kept, Outcome, Search, SearchResult
from faceapp.dataset.sources import SEARCH_KIND
from faceapp.faces import Face
from faceapp.imaging import extension_for
from faceapp.scraping.engines import find_engine
from faceapp.scraping.judging import Portrait
from faceapp.words import Words

_NO_LETTER = re.compile(r"[\W_]+")
_LONGEST_NAME = 60
_PAGES_KEPT = 20


class Keeper:
    """Adds what a scrape keeps to a dataset.

    Args:
        dataset: where it goes.
        task: whose classes are proposed.
        incoming: folder for files that are not yet complete.
        detector: the name that goes with the faces.

    """

    def __init__(self, dataset: Dataset, task: str, incoming: Path, detector: str) -> None:
        self._dataset = dataset
        self._task = task
        self._incoming = incoming
        self._detector = detector

    def keep(
        self,
        search: Search,
        result: SearchResult,
        outcome: Outcome,
        portraits: Sequence[Portrait],
    ) -> list[int]:
        """Add the portraits of a result as samples; return their ids."""
        provenance = _provenance(search, result, outcome.sha256)
        kept = []
        for number, portrait in enumerate(portraits, 1):
            part = f"-{number}" if len(portraits) > 1 else ""
            told = {**provenance, "face": number} if part else provenance
            sample = self._sample(_name(search, result, part), portrait, told)
            kept.append(Kept(sample, [_stored(face) for face in portrait.faces]))
        return self._dataset.keep(
            result,
            outcome,
            kept,
            source=self._source(search),
            detector=self._detector,
            proposal=(self._task, search.class_name) if search.class_name else None,
        )

    def raw_page(self, engine: str, body: bytes) -> Path:
        """Keep a page that nobody understood, for a bug report; only so many of an engine."""
        folder = self._dataset.cache / "pages"
        try:
            folder.mkdir(exist_ok=True)
            older = sorted(folder.glob(f"{engine}-*.html"))
            for file in older[: len(older) - _PAGES_KEPT + 1]:
                file.unlink(missing_ok=True)
            number = int(older[-1].stem.rpartition("-")[2]) + 1 if older else 1
            page = folder / f"{engine}-{number:06d}.html"
            page.write_bytes(body)
        except OSError as error:
            raise DatasetUnwritable(
                Words(
                    "{folder} cannot be written ({error}). Look at disk and permissions.",
                    folder=folder,
                    error=error.strerror,
                )
            ) from error
        return page

    def _sample(self, name: str, portrait: Portrait, provenance: dict[str, Any]) -> NewSample:
        loaded = portrait.loaded
        image = loaded.image
        path = lay_image(
            self._dataset.folder, self._incoming, loaded.data, loaded.sha256, image.format
        )
        return NewSample(
            name=f"{name}{extension_for(image.format)}",
            path=path,
            sha256=loaded.sha256,
            phash=loaded.phash,
            width=image.width,
            height=image.height,
            format=image.format,
            provenance=provenance,
        )

    def _source(self, search: Search) -> int:
        details = {
            "engine": search.engine,
            "query": search.query,
            "language": search.language,
            "class": search.class_name,
        }
        location = f"{find_engine(search.engine).title}: {search.query}"
        return self._dataset.add_source(SEARCH_KIND, location, details).id


def _name(search: Search, result: SearchResult, part: str) -> str:
    """A name out of the query and the rank alone: what a site calls its image is not trusted."""
    words = _NO_LETTER.sub("-", search.query)[:_LONGEST_NAME].strip("-") or "query"
    return f"{search.engine}/{words}/{result.rank:04d}{part}"


def _provenance(search: Search, result: SearchResult, sha256: str) -> dict[str, Any]:
    """Whatever is known of one image; what nobody told is left out."""
    told = {
        "engine": search.engine,
        "query": search.query,
        "language": search.language,
        "rank": result.rank,
        **result.facts,
        "time": now(),
        "sha256": sha256,
    }
    return {name: value for name, value in told.items() if value}


def _stored(face: Face) -> StoredFace:
    return StoredFace(face.box, face.landmarks, face.score)
