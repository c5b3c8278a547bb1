"""Classes offered by queries and models, which count for nothing until a person accepts them."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Mapping, Sequence

from faceapp.dataset.changes import Changes
from faceapp.dataset.core import Core
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
from faceapp.words import Words, counted

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
        offers = self._offers(found, proposals)
        with self._write(_proposing(len(offers), found)) as write:
            self._insert(found, offers, origin)
        return write.changes

    def propose_anew(
        self,
        task: str,
        ids: Iterable[int],
        proposals: Sequence[NewProposal],
        origin: ProposalOrigin,
    ) -> Changes:
        """Offer classes to the samples `ids` in place of what this origin offered them before.

        Open proposals that are not among `proposals` are withdrawn. Nothing is offered to a sample
        that has an answer, nor a class that was settled for the sample before.

        Raises:
            UnknownClass: an answer is no class of the task; nothing was changed.

        """
        found = find_task(self._db, task)
        known = self._known(ids)
        offers = self._offers(found, proposals)
        with self._write(_proposing(len(offers), found)) as write:
            closed = self._closed(found, known, origin)
            answered = self._answered(found, known)
            fresh = {
                place: offer
                for place, offer in offers.items()
                if place not in closed and offer.sample not in answered
            }
            self._withdraw(found, known, fresh, origin)
            self._insert(found, fresh, origin)
        return write.changes

    def _offers(
        self, task: Task, proposals: Sequence[NewProposal]
    ) -> dict[tuple[int, int | None], NewProposal]:
        """The proposals by sample and class id, checked to be possible."""
        ids = class_ids(self._db, task)
        if unknown := [each.answer for each in proposals if each.answer not in ids]:
            raise unknown_class(task, unknown[0])
        self._known(each.sample for each in proposals)
        return {(each.sample, ids[each.answer]): each for each in proposals}

    def _insert(
        self,
        task: Task,
        offers: Mapping[tuple[int, int | None], NewProposal],
        origin: ProposalOrigin,
    ) -> None:
        time = now()
        self._db.run_many(
            _INSERT,
            (
                (sample, task.id, chosen, origin, offer.score, time, _text(offer))
                for (sample, chosen), offer in offers.items()
            ),
        )

    def _withdraw(
        self,
        task: Task,
        ids: Sequence[int],
        kept: Container[tuple[int, int | None]],
        origin: ProposalOrigin,
    ) -> None:
        """Take the samples' open proposals back, but for those of the `kept` classes."""
        rows = self._db.rows(
            "SELECT id, sample, class FROM proposals WHERE state = 'open' AND task = ? "
            f"AND origin = ? AND sample {_LISTED}",
            task.id,
            origin,
            many(ids),
        )
        gone = [number for number, sample, chosen in rows if (sample, chosen) not in kept]
        self._db.run(f"DELETE FROM proposals WHERE id {_LISTED}", many(gone))

    def _closed(
        self, task: Task, ids: Sequence[int], origin: ProposalOrigin
    ) -> set[tuple[int, int]]:
        """Sample and class of the settled proposals, as the classes count today."""
        rows = self._db.rows(
            f"SELECT sample, {COUNTS_AS} FROM proposals WHERE state <> 'open' AND task = ? "
            f"AND origin = ? AND sample {_LISTED}",
            task.id,
            origin,
            many(ids),
        )
        return {(sample, chosen) for sample, chosen in rows}

    def _answered(self, task: Task, ids: Sequence[int]) -> set[int]:
        rows = self._db.rows(
            f"SELECT sample FROM answers WHERE task = ? AND sample {_LISTED}", task.id, many(ids)
        )
        return {sample for (sample,) in rows}

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
        with self._write(
            counted(
                len(chosen), Words("Accept {number} proposal"), Words("Accept {number:,} proposals")
            )
        ) as write:
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
        with self._write(
            counted(
                len(chosen), Words("Refuse {number} proposal"), Words("Refuse {number:,} proposals")
            )
        ) as write:
            self._db.run(
                f"UPDATE proposals SET state = 'refused' WHERE state = 'open' AND id {_LISTED}",
                many(chosen),
            )
        return write.changes


def _text(new: NewProposal) -> str:
    return json.dumps(dict(new.detail), ensure_ascii=False)


def _proposing(number: int, task: Task) -> Words:
    one, many = (
        Words("Propose {number} label to {task}"),
        Words("Propose {number:,} labels to {task}"),
    )
    return counted(number, one, many, task=task.name)
