"""Where samples came from, and what was not taken in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from faceapp.dataset.changes import Changes
from faceapp.dataset.core import Core
from faceapp.dataset.history import now
from faceapp.dataset.model import Refusal, Source
from faceapp.words import Words, counted

SEARCH_KIND = "search"  # of sources that a search of the web found


class Sources(Core):
    """The sources of a dataset, with the files that they offered and we refused."""

    def sources(self) -> list[Source]:
        """Every source, oldest first."""
        return [
            Source(number, kind, location, json.loads(details), time)
            for number, kind, location, details, time in self._db.rows(
                "SELECT id, kind, location, details, time FROM sources ORDER BY id"
            )
        ]

    def add_source(
        self, kind: str, location: str, details: Mapping[str, Any] | None = None
    ) -> Source:
        """The source of that kind, location and details, added where it is new."""
        text = json.dumps(dict(details or {}), ensure_ascii=False, sort_keys=True)
        with self._write(Words("Add source {location}", location=location)):
            self._db.run(
                "INSERT INTO sources (kind, location, details, time) VALUES (?, ?, ?, ?) "
                "ON CONFLICT DO NOTHING",
                kind,
                location,
                text,
                now(),
            )
        number, time = self._db.row(
            "SELECT id, time FROM sources WHERE kind = ? AND location = ? AND details = ?",
            kind,
            location,
            text,
        )
        return Source(number, kind, location, json.loads(text), time)

    def refusals(self, source: int | None = None) -> list[Refusal]:
        """The files that were refused, oldest first: of one source, or of all."""
        return [
            Refusal(*row)
            for row in self._db.rows(
                "SELECT source, file, reason, time FROM refusals "
                "WHERE ?1 IS NULL OR source = ?1 ORDER BY id",
                source,
            )
        ]

    def record_refusals(self, source: int, refused: Iterable[tuple[str, str]]) -> Changes:
        """Remember files that were not taken in, as (file, reason); the newest reason counts."""
        rows = [(source, file, reason, now()) for file, reason in refused]
        with self._write(
            counted(len(rows), Words("Refuse {number} file"), Words("Refuse {number:,} files"))
        ) as write:
            self._db.run_many(
                "INSERT INTO refusals (source, file, reason, time) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (source, file) DO UPDATE "
                "SET reason = excluded.reason, time = excluded.time "
                "WHERE reason <> excluded.reason",
                rows,
            )
        return write.changes
