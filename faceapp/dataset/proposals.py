"""Classes offered by queries and models, which count for nothing until a person accepts them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from faceapp.dataset.changes import Changes
from faceapp.dataset.core import Core, counted
from faceapp.dataset.database import many
from faceapp.dataset.history import now
from faceapp.dataset.labels import COUNTS_AS, insert_labels
from faceapp.dataset.model import (
    NewProposal,
    Origin,
    Proposal,
    ProposalOrigin,
    ProposalState,
    Task,
)
from faceapp.dataset.tasks import all_tasks, class_ids, find_task, unknown_class

_LISTED = "IN (SELECT value FROM json_each(?))"
_INSERT = (
    "INSERT INTO proposals (sample, task, class, origin, score, time, detail) "
    "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sample, task, class, origin) "
    "DO UPDATE SET score = excluded.score, time = excluded.time, detail = excluded.detail "
    "WHERE state = 'open' AND (score, detail) IS NOT (excluded.score, excluded.detail)"
)


class Proposals(Core):
    """The proposals of a dataset."""

    def propose(
        self, task: str, proposals: Sequence[NewProposal], origin: ProposalOrigin
    ) -> Changes:
        """Offer classes; one that was settled before stays settled, an open one gets the score.

        Raises:
            UnknownClass: an answer is no class of the task; nothing was proposed.

        """
        found = find_task(self._db, task)
        ids = class_ids(self._db, found)
        if unknown := [each.answer for each in proposals if each.answer not in ids]:
            raise unknown_class(found, unknown[0])
        self._known(each.sample for each in proposals)
        time = now()
        rows = (
            (each.sample, found.id, ids[each.answer], origin, each.score, time, _text(each))
            for each in proposals
        )
        with self._write(f"Propose {counted(len(proposals), 'label')} to {found.name}") as write:
            self._db.run_many(_INSERT, rows)
        return write.changes

    def proposals(
        self,
        task: str,
        state: ProposalState | None = "open",
        ids: Iterable[int] | None = None,
    ) -> list[Proposal]:
        """Proposals to a task, of all samples or of `ids`, best score first; None is any state.

        Those of classes that were removed since are left out, those of merged ones follow.
        """
        chosen = "" if ids is None else f"AND sample {_LISTED}"
        rows = self._db.rows(
            "SELECT proposals.id, sample, tasks.name, shown.name, origin, score, state, "
            "proposals.time, detail FROM proposals JOIN tasks ON tasks.id = proposals.task "
            "JOIN classes ON classes.id = class "
            "JOIN classes shown ON shown.id = coalesce(classes.merged_into, classes.id) "
            "WHERE proposals.task = ?1 AND (?2 IS NULL OR state = ?2) AND NOT shown.removed "
            f"{chosen} ORDER BY score DESC, proposals.id",
            find_task(self._db, task).id,
            state,
            *(() if ids is None else (many(ids),)),
        )
        return [
            Proposal(number, sample, name, answer, origin, score, found, time, json.loads(detail))
            for number, sample, name, answer, origin, score, found, time, detail in rows
        ]

    def accept(self, ids: Iterable[int], *, rater: str = "") -> Changes:
        """Turn open proposals into labels of origin proposal.

        Other open proposals for the same sample and task are thereby refused.
        """
        chosen = list(dict.fromkeys(ids))
        with self._write(f"Accept {counted(len(chosen), 'proposal')}") as write:
            for task in all_tasks(self._db):
                self._accept(task, chosen, rater)
        return write.changes

    def _accept(self, task: Task, ids: Sequence[int], rater: str) -> None:
        accepted = self._db.rows(
            f"SELECT sample, {COUNTS_AS} AS shown FROM proposals WHERE state = 'open' AND task = ? "
            f"AND id {_LISTED} AND shown NOT IN (SELECT id FROM classes WHERE removed) "
            "ORDER BY id",
            task.id,
            many(ids),
        )
        insert_labels(
            self._db, task, ((sample, each, rater) for sample, each in accepted), Origin.PROPOSAL
        )
        self._db.run(
            f"UPDATE proposals SET state = iif(id {_LISTED}, 'accepted', 'refused') "
            f"WHERE state = 'open' AND task = ? AND sample {_LISTED}",
            many(ids),
            task.id,
            many(sample for sample, _ in accepted),
        )

    def refuse(self, ids: Iterable[int]) -> Changes:
        """Say no to open proposals; they are not made again."""
        chosen = list(dict.fromkeys(ids))
        with self._write(f"Refuse {counted(len(chosen), 'proposal')}") as write:
            self._db.run(
                f"UPDATE proposals SET state = 'refused' WHERE state = 'open' AND id {_LISTED}",
                many(chosen),
            )
        return write.changes


def _text(new: NewProposal) -> str:
    return json.dumps(dict(new.detail), ensure_ascii=False)
