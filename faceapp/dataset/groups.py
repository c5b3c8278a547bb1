"""Which samples must stay together in any split."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from faceapp.dataset.core import Core
from faceapp.dataset.model import GroupedBy

FAMILY_KINDS = ("near_duplicate",)


class Groups(Core):
    """The split groups of a dataset's samples."""

    def groups(
        self, ids: Iterable[int] | None = None, *, by: GroupedBy = "person"
    ) -> dict[int, str]:
        """The split group of every sample, or of `ids`.

        Samples are together if they show one person, are byte-identical, or belong to a family of
        near-duplicates that was not dismissed, and so are those tied by a chain of these. A group
        is called after its (alphabetically first) person, else after its first sample. By
        "family" persons tie and name nothing.
        """
        person = "person" if by == "person" else "NULL"
        rows = self._db.rows(f"SELECT id, {person}, sha256 FROM samples ORDER BY id")
        leader = _connected(
            [
                *((sample, ("person", person)) for sample, person, _ in rows if person),
                *((sample, ("bytes", sha256)) for sample, _, sha256 in rows),
                *((sample, ("family", kind, family)) for sample, kind, family in self._families()),
            ]
        )
        names: dict[int, str] = {}
        for sample, person, _ in rows:
            if person:
                first = leader[sample]
                names[first] = min(names.get(first, person), person)
        wanted = (sample for sample, _, _ in rows) if ids is None else ids
        return {
            sample: names.get(leader[sample], f"sample {leader[sample]}")
            for sample in wanted
            if sample in leader
        }

    def _families(self) -> list[tuple[int, str, str]]:
        return self._db.rows(
            "SELECT sample, kind, family FROM findings LEFT JOIN verdicts "
            f"USING (kind, sample, family) WHERE kind IN ({', '.join('?' * len(FAMILY_KINDS))}) "
            "AND family <> '' AND coalesce(state, 'open') <> 'dismissed'",
            *FAMILY_KINDS,
        )


def _connected(ties: Iterable[tuple[int, Hashable]]) -> dict[int, int]:
    """The smallest sample of each sample's connected component; samples tie by equal marks."""
    parent: dict[int, int] = {}
    first: dict[Hashable, int] = {}

    def root(sample: int) -> int:
        while parent[sample] != sample:
            parent[sample] = parent[parent[sample]]
            sample = parent[sample]
        return sample

    for sample, mark in ties:
        parent.setdefault(sample, sample)
        one, other = sorted((root(sample), root(first.setdefault(mark, sample))))
        parent[other] = one
    return {sample: root(sample) for sample in parent}
