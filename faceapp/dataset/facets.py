"""How many samples each further narrowing of a query would leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from faceapp.dataset.core import Core
from faceapp.dataset.labels import COUNTS_AS
from faceapp.dataset.model import Facets, Origin, Query
from faceapp.dataset.query import ORIGIN, Selection
from faceapp.dataset.tasks import class_ids, find_task

_UNLABELLED, _UNSURE = "unlabelled", "unsure"
_CLASS = (
    f"CASE WHEN answers.sample IS NULL THEN '{_UNLABELLED}' "
    f"WHEN answers.class IS NULL THEN '{_UNSURE}' ELSE answers.class END"
)
_ANSWERED_BY = f"CASE WHEN answers.sample IS NOT NULL THEN {ORIGIN} END"


class Faceting(Core):
    """Counts by what queries narrow."""

    def facets(self, query: Query = Query()) -> Facets:
        """Count the query's samples by everything that could narrow it further."""
        asked = query.task is not None
        any_answer = replace(query, answers=None, unlabelled=False, unsure=False)
        by_class = self._counted(any_answer, _CLASS) if asked else {}
        any_origin = replace(query, origins=None)
        by_origin = self._counted(any_origin, _ANSWERED_BY) if asked else {}
        return Facets(
            total=self._number(query),
            answers=self._by_name(query.task, by_class),
            unlabelled=by_class.get(_UNLABELLED, 0),
            unsure=by_class.get(_UNSURE, 0),
            origins={origin: by_origin.get(origin.value, 0) for origin in Origin},
            sources=self._counted(replace(query, sources=None), "samples.source"),
            findings=self._found(replace(query, finding=None)),
            proposed=self._number(replace(query, proposed=True)) if asked else 0,
            disagreed=self._number(replace(query, disagreed=True)) if asked else 0,
            quarantined=self._number(replace(query, quarantined=True)),
        )

    def review_progress(self, task: str) -> tuple[int, int]:
        """Samples that proposals were made for: how many are settled, and how many there are."""
        found = find_task(self._db, task)
        made = self._db.value(
            "SELECT count(DISTINCT sample) FROM proposals JOIN samples ON samples.id = sample "
            "WHERE task = ? AND NOT quarantined",
            found.id,
        )
        waiting = self._number(Query(task=found.name, proposed=True))
        return made - waiting, made

    def class_uses(self, task: str) -> dict[str, int]:
        """Samples with a standing label of each class: as many as changing the class touches.

        Labels of a merged class count as today's. Not all of these samples need be answered so.
        """
        found = find_task(self._db, task)
        rows = self._db.rows(
            f"SELECT {COUNTS_AS}, count(DISTINCT sample) FROM labels "
            "WHERE task = ? AND NOT undone AND class IS NOT NULL GROUP BY 1",
            found.id,
        )
        return self._by_name(found.name, dict(rows))

    def _by_name(self, task: str | None, by_class: Mapping[Any, int]) -> dict[str, int]:
        if task is None:
            return {}
        found = find_task(self._db, task)
        ids = class_ids(self._db, found)
        return {name: by_class.get(ids[name], 0) for name in found.names}

    def _found(self, query: Query) -> dict[str, int]:
        selection = Selection(self._db, query)
        rows = self._db.rows(
            "SELECT kind, count(DISTINCT sample) FROM findings LEFT JOIN verdicts "
            "USING (kind, sample, family) WHERE state IS NULL AND sample IN "
            f"(SELECT samples.id {selection.unordered}) GROUP BY kind ORDER BY kind",
            *selection.values,
        )
        return dict(rows)

    def _counted(self, query: Query, what: str) -> dict[Any, int]:
        selection = Selection(self._db, query)
        rows = self._db.rows(
            f"SELECT {what}, count(*) {selection.unordered} GROUP BY 1 ORDER BY 1",
            *selection.values,
        )
        return dict(rows)

    def _number(self, query: Query) -> int:
        return sum(self._counted(query, "TRUE").values())
