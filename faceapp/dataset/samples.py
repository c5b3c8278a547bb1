"""Samples: added once, read a page at a time, set aside reversibly."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from faceapp.dataset.changes import Changes
from faceapp.dataset.core import Core
from faceapp.dataset.database import many
from faceapp.dataset.errors import BadName, UnknownSample
from faceapp.dataset.history import now
from faceapp.dataset.model import NewSample, Query, Sample
from faceapp.dataset.query import Selection
from faceapp.words import Words, counted

_COLUMNS = (
    "samples.id, name, path, sha256, phash, width, height, format, source, person, quarantined, "
    "added, provenance"
)
_LISTED = "IN (SELECT value FROM json_each(?))"
_INSERT = (
    "INSERT INTO samples (name, path, in_place, sha256, phash, width, height, format, source, "
    "person, added, provenance) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (sha256, name) DO NOTHING"
)
# As pathlib would say, for both systems at once, but a hundred thousand times a second.
_ABSOLUTE = re.compile(r"/|\\\\|[A-Za-z]:[\\/]")
_NOWHERE = frozenset({"", ".", ".."})


def is_in_place(path: str) -> bool:
    """Whether a sample's path is absolute (on any system), that is, outside the dataset."""
    return _ABSOLUTE.match(path) is not None


def check_path(path: str) -> str:
    """The path itself, if it is absolute or stays inside the dataset on every system.

    Raises:
        BadName: it is empty, climbs out with "..", or holds a backslash or a drive.

    """
    strays = not _NOWHERE.isdisjoint(path.split("/")) or "\\" in path or path[1:2] == ":"
    if strays and not is_in_place(path):
        raise BadName(
            Words(
                "{path!r} does not lie inside the dataset's folder. Choose another name.", path=path
            )
        )
    return path


def _signed(phash: int) -> int:
    """SQLite's integers are signed."""
    return phash - (1 << 64) if phash >> 63 else phash


def _sample(row: Sequence[Any]) -> Sample:
    *start, quarantined, added, provenance = row
    sample_id, name, path, sha256, phash, width, height, image_format, source, person = start
    return Sample(
        id=sample_id,
        name=name,
        path=path,
        sha256=sha256,
        phash=phash % (1 << 64),
        width=width,
        height=height,
        format=image_format,
        source=source,
        group=person,
        quarantined=bool(quarantined),
        added=added,
        provenance=json.loads(provenance),
    )


class Samples(Core):
    """The samples of a dataset."""

    @property
    def movable(self) -> bool:
        """Whether the folder can be moved: no sample stayed in place outside it."""
        return not self._db.value("SELECT EXISTS (SELECT 1 FROM samples WHERE in_place)")

    def samples(
        self, query: Query = Query(), limit: int | None = None, offset: int = 0
    ) -> list[Sample]:
        """The query's samples in its order, `limit` of them from `offset` on."""
        selection = Selection(self._db, query)
        # Whole rows are read last, or SQLite would carry them through the sorting.
        ids = self._db.rows(
            f"SELECT samples.id {selection.ordered} LIMIT ? OFFSET ?",
            *selection.values,
            -1 if limit is None else limit,
            offset,
        )
        return self.by_ids(sample for (sample,) in ids)

    def sample_ids(self, query: Query = Query()) -> list[int]:
        """Ids of all the query's samples, in its order."""
        selection = Selection(self._db, query)
        rows = self._db.rows(f"SELECT samples.id {selection.ordered}", *selection.values)
        return [row[0] for row in rows]

    def count(self, query: Query = Query()) -> int:
        """How many samples the query has."""
        selection = Selection(self._db, query)
        return int(self._db.value(f"SELECT count(*) {selection.unordered}", *selection.values))

    def sample(self, sample: int) -> Sample:
        """The sample of that id; raises `UnknownSample`."""
        found = self.by_ids([sample])
        if not found:
            raise UnknownSample(
                Words("The dataset has no sample {sample}. It may have been undone.", sample=sample)
            )
        return found[0]

    def by_ids(self, ids: Iterable[int]) -> list[Sample]:
        """The samples of these ids, in that order; unknown ids are passed over."""
        wanted = list(ids)
        rows = self._db.rows(f"SELECT {_COLUMNS} FROM samples WHERE id {_LISTED}", many(wanted))
        found = {row[0]: _sample(row) for row in rows}
        return [found[each] for each in wanted if each in found]

    def find_sample(self, name: str, sha256: str) -> int | None:
        """Id of the sample of that name and content."""
        found: int | None = self._db.value(
            "SELECT id FROM samples WHERE name = ? AND sha256 = ?", name, sha256
        )
        return found

    def image_path(self, sample: Sample) -> Path:
        """Where the sample's image lies; raises `BadName` for a path that leads out."""
        return self.folder / check_path(sample.path)

    def add_samples(self, source: int, samples: Sequence[NewSample]) -> tuple[list[int], Changes]:
        """Add samples, and return their ids in the order given.

        A sample whose name and content are already here is not added again: its id is returned.
        Inside `action` a call is one batch of the undo step.

        Raises:
            BadName: a path leads out of the dataset.

        """
        with self._write(
            counted(len(samples), Words("Add {number} sample"), Words("Add {number:,} samples"))
        ) as write:
            ids = self._insert_samples(source, samples)
        return ids, write.changes

    def _insert_samples(self, source: int, samples: Sequence[NewSample]) -> list[int]:
        ids: list[int] = []
        for new, row in zip(samples, _rows(source, samples), strict=True):
            added = self._db.insert(_INSERT, *row)
            known = self.find_sample(new.name, new.sha256) if added is None else added
            assert known is not None
            ids.append(known)
        return ids

    def quarantine(self, ids: Iterable[int], reason: str = "") -> Changes:
        """Set samples aside: they stay, but nothing is trained on them."""
        known = self._known(ids)
        with self._write(
            counted(
                len(known),
                Words("Quarantine {number} sample"),
                Words("Quarantine {number:,} samples"),
            )
        ) as write:
            self._db.run(
                "UPDATE samples SET quarantined = 1, quarantine_reason = ? "
                f"WHERE NOT quarantined AND id {_LISTED}",
                reason,
                many(known),
            )
        return write.changes

    def restore(self, ids: Iterable[int]) -> Changes:
        """Take samples out of quarantine."""
        known = self._known(ids)
        with self._write(
            counted(
                len(known), Words("Restore {number} sample"), Words("Restore {number:,} samples")
            )
        ) as write:
            self._db.run(
                f"UPDATE samples SET quarantined = 0, quarantine_reason = '' WHERE id {_LISTED}",
                many(known),
            )
        return write.changes

    def quarantine_reasons(self, ids: Iterable[int] | None = None) -> dict[int, str]:
        """Why samples are in quarantine: only those that are."""
        chosen = "" if ids is None else f"AND id {_LISTED}"
        values = () if ids is None else (many(ids),)
        return dict(
            self._db.rows(
                f"SELECT id, quarantine_reason FROM samples WHERE quarantined {chosen}", *values
            )
        )

    def set_groups(self, groups: Mapping[int, str | None]) -> Changes:
        """Say which person samples show; None or "" for nobody known."""
        self._known(groups)
        with self._write(
            counted(
                len(groups),
                Words("Set the group of {number} sample"),
                Words("Set the group of {number:,} samples"),
            )
        ) as write:
            self._db.run_many(
                "UPDATE samples SET person = ? WHERE id = ?",
                ((group or None, sample) for sample, group in groups.items()),
            )
        return write.changes


def _rows(source: int, samples: Sequence[NewSample]) -> Iterator[tuple[Any, ...]]:
    added = now()
    for new in samples:
        path = check_path(new.path)
        yield (
            new.name,
            path,
            int(is_in_place(path)),
            new.sha256,
            _signed(new.phash),
            new.width,
            new.height,
            new.format,
            source,
            new.group or None,
            added,
            json.dumps(dict(new.provenance), ensure_ascii=False, sort_keys=True),
        )
