"""A `Query` in SQL: one statement a page, whatever is asked."""

from __future__ import annotations

from typing import Any

from faceapp.dataset.database import Database, many
from faceapp.dataset.errors import DatasetError
from faceapp.dataset.labels import COUNTS_AS
from faceapp.dataset.model import Query, Task
from faceapp.dataset.tasks import class_id, find_task
from faceapp.words import Words

_LISTED = "IN (SELECT value FROM json_each(?))"
# The newest label of a person, if there is one, decides the answer; else imported ones do.
ORIGIN = (
    "coalesce((SELECT origin FROM labels WHERE labels.sample = answers.sample "
    "AND labels.task = answers.task AND NOT undone AND origin <> 'import' "
    "ORDER BY id DESC LIMIT 1), 'import')"
)
_OPEN_PROPOSALS = (
    f"FROM proposals WHERE state = 'open' AND {COUNTS_AS} NOT IN "
    "(SELECT id FROM classes WHERE removed) AND task = "
)
_ORDERS = {
    "added": "samples.id",
    "newest": "samples.id DESC",
    "name": "samples.name, samples.id",
    "agreement": "coalesce(answers.agreement, 2), samples.id",  # unanswered ones come last
    "confidence": "coalesce(best.score, -1) DESC, samples.id",  # those without a proposal come last
}


class Selection:
    """FROM, WHERE and ORDER BY of a query, with the values that belong to them."""

    def __init__(self, db: Database, query: Query) -> None:
        self._conditions: list[str] = []
        self._values: list[Any] = []
        self._source = "FROM samples"
        if query.task is not None:
            self._join_task(db, query)
        elif _speaks_of_answers(query):
            raise DatasetError(Words("A query about answers must say of which task."))
        self._narrow(query)
        self._order = f"ORDER BY {_ORDERS[query.order]}"

    @property
    def unordered(self) -> str:
        """`FROM ... WHERE ...`."""
        where = f" WHERE {' AND '.join(self._conditions)}" if self._conditions else ""
        return f"{self._source}{where}"

    @property
    def ordered(self) -> str:
        """`FROM ... WHERE ... ORDER BY ...`."""
        return f"{self.unordered} {self._order}"

    @property
    def values(self) -> tuple[Any, ...]:
        """Values of the statement's parameters, in order."""
        return tuple(self._values)

    def _add(self, condition: str, *values: Any) -> None:
        self._conditions.append(condition)
        self._values += values

    def _join_task(self, db: Database, query: Query) -> None:
        assert query.task is not None
        task = find_task(db, query.task)
        self._source += (
            f" LEFT JOIN answers ON answers.task = {task.id} AND answers.sample = samples.id"
        )
        if query.order == "confidence":
            self._source += (
                f" LEFT JOIN (SELECT sample, max(score) AS score {_OPEN_PROPOSALS}{task.id} "
                "GROUP BY sample) best ON best.sample = samples.id"
            )
        self._narrow_answers(db, task, query)
        if query.origins is not None:
            self._add("answers.sample IS NOT NULL")
            self._add(f"{ORIGIN} {_LISTED}", many(query.origins))
        if query.disagreed:
            self._add("answers.agreement < 1")
        if query.proposed:
            self._add(f"samples.id IN (SELECT sample {_OPEN_PROPOSALS}{task.id})")

    def _narrow_answers(self, db: Database, task: Task, query: Query) -> None:
        any_of = []
        names = query.answers or ()
        classes = [class_id(db, task, name) for name in names if name is not None]
        if classes:
            any_of.append(f"answers.class IN ({', '.join(map(str, classes))})")
        if query.unsure or None in names:
            any_of.append("answers.sample IS NOT NULL AND answers.class IS NULL")
        if query.unlabelled:
            any_of.append("answers.sample IS NULL")
        if any_of:
            self._add(f"({' OR '.join(any_of)})")
        elif query.answers is not None:
            self._add("FALSE")

    def _narrow(self, query: Query) -> None:
        if query.quarantined is not None:
            self._add("samples.quarantined = ?", int(query.quarantined))
        if query.text:
            self._add("instr(casefold(samples.name), ?) > 0", query.text.casefold())
        if query.sources is not None:
            self._add(f"samples.source {_LISTED}", many(query.sources))
        if query.among is not None:
            self._add(f"samples.id {_LISTED}", many(query.among))
        if query.finding is not None:
            self._add(
                "samples.id IN (SELECT sample FROM findings LEFT JOIN verdicts "
                "USING (kind, sample, family) WHERE kind = ? AND state IS NULL)",
                query.finding,
            )


def _speaks_of_answers(query: Query) -> bool:
    return (
        query.answers is not None
        or query.unlabelled
        or query.unsure
        or query.origins is not None
        or query.disagreed
        or query.proposed
        or query.order in {"agreement", "confidence"}
    )
