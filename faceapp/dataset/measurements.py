"""What cleaning measured of samples, kept so that it need not be measured again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from faceapp.dataset.changes import Changes, Part
from faceapp.dataset.core import Core
from faceapp.dataset.database import many
from faceapp.dataset.model import Fingerprint, Likeness, Measures

_LISTED = "IN (SELECT value FROM json_each(?))"


class Measurements(Core):
    """The measures of a dataset's samples, and how alike their pictures are.

    All of it is derived data, without undo steps; samples that go take theirs with them.
    """

    def measures(self) -> dict[int, Measures]:
        """What was measured, by sample."""
        rows = self._db.rows("SELECT id, key, problem, found FROM measures ORDER BY id")
        return {
            sample: Measures(key, json.loads(found), problem)
            for sample, key, problem, found in rows
        }

    def store_measures(
        self, measures: Mapping[int, Measures], fingerprints: Mapping[int, Fingerprint]
    ) -> Changes:
        """Put measures in place of older ones of these samples, and so their fingerprints.

        What these samples were found to be like is forgotten: they are to be compared again.
        """
        known = many(self._known(measures))
        with self._derive(Part.FINDINGS, "Measure samples", measures) as write:
            self._db.run(f"DELETE FROM fingerprints WHERE id {_LISTED}", known)
            self._db.run(f"DELETE FROM likenesses WHERE one {_LISTED}", known)
            self._db.run(f"DELETE FROM likenesses WHERE other {_LISTED}", known)
            self._db.run_many(
                "INSERT OR REPLACE INTO measures (id, key, problem, found) VALUES (?, ?, ?, ?)",
                (
                    (sample, each.key, each.problem, json.dumps(dict(each.values)))
                    for sample, each in measures.items()
                ),
            )
            self._db.run_many(
                "INSERT INTO fingerprints (id, descriptor, pictures) VALUES (?, ?, ?)",
                ((sample, each.descriptor, each.pictures) for sample, each in fingerprints.items()),
            )
        return write.changes

    def descriptors(self) -> tuple[dict[int, bytes], frozenset[int]]:
        """Descriptors by sample, and which of these samples were compared with all others."""
        rows = self._db.rows("SELECT id, descriptor, compared FROM fingerprints ORDER BY id")
        compared = frozenset(sample for sample, _, done in rows if done)
        return {sample: descriptor for sample, descriptor, _ in rows}, compared

    def pictures(self, ids: Iterable[int]) -> dict[int, bytes]:
        """The small pictures of samples that have a fingerprint."""
        return dict(
            self._db.rows(f"SELECT id, pictures FROM fingerprints WHERE id {_LISTED}", many(ids))
        )

    def likenesses(self) -> list[Likeness]:
        """The pairs of samples that were found alike, most alike first."""
        rows = self._db.rows(
            "SELECT one, other, value, how FROM likenesses ORDER BY value DESC, one, other"
        )
        return [Likeness(*row) for row in rows]

    def store_likenesses(self, found: Sequence[Likeness], compared: Iterable[int]) -> Changes:
        """Add pairs that are alike, and note that `compared` were held against all others."""
        done = self._known(compared)
        with self._derive(Part.FINDINGS, "Compare samples", done) as write:
            self._db.run_many(
                "INSERT OR REPLACE INTO likenesses (one, other, value, how) VALUES (?, ?, ?, ?)",
                ((*sorted((each.one, each.other)), each.value, each.how) for each in found),
            )
            self._db.run(f"UPDATE fingerprints SET compared = 1 WHERE id {_LISTED}", many(done))
        return write.changes

    def thresholds(self) -> dict[str, float]:
        """The thresholds that the person moved, by kind of finding."""
        return dict(self._db.rows("SELECT kind, value FROM thresholds ORDER BY kind"))

    def set_thresholds(self, thresholds: Mapping[str, float | None]) -> None:
        """Move thresholds; None puts one back to where its check has it."""
        with self._db.transaction():
            for kind, value in thresholds.items():
                self._db.run("DELETE FROM thresholds WHERE kind = ?", kind)
                if value is not None:
                    self._db.run("INSERT INTO thresholds VALUES (?, ?)", kind, float(value))
