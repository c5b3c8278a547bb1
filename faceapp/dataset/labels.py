"""Labels: only ever added, and what they come to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from faceapp.dataset.changes import Changes
from faceapp.dataset.core import Core
from faceapp.dataset.database import Database, many
from faceapp.dataset.history import now
from faceapp.dataset.model import Answer, ClassCounts, Label, NewLabel, Origin, Task
from faceapp.dataset.tasks import class_id, class_ids, find_task, unknown_class
from faceapp.words import Words, counted

_LISTED = "IN (SELECT value FROM json_each(?))"
# The class that a row's class counts for today.
COUNTS_AS = "coalesce((SELECT merged_into FROM classes WHERE id = class), class)"
_INSERT = "INSERT INTO labels (task, sample, class, rater, origin, time) VALUES (?, ?, ?, ?, ?, ?)"


def insert_labels(
    db: Database,
    task: Task,
    labels: Iterable[tuple[int, int | None, str]],
    origin: Origin,
) -> None:
    """Add labels given as (sample, class id, rater)."""
    time = now()
    db.run_many(
        _INSERT,
        ((task.id, sample, each, rater, origin.value, time) for sample, each, rater in labels),
    )


def _labelling(number: int, answer: str | None) -> Words:
    one, many = Words("Label {number} sample {answer}"), Words("Label {number:,} samples {answer}")
    return counted(number, one, many, answer=answer or Words("unsure"))


class Labels(Core):
    """The labels of a dataset."""

    def label(
        self,
        ids: Iterable[int],
        task: str,
        answer: str | None,
        *,
        rater: str = "",
        origin: Origin = Origin.PERSON,
    ) -> Changes:
        """Answer a task for samples: `answer` is a class name, None is "unsure".

        Their open proposals are thereby settled: accepted where they offered this answer.
        """
        known = self._known(ids)
        found = find_task(self._db, task)
        chosen = class_id(self._db, found, answer)
        with self._write(_labelling(len(known), answer)) as write:
            insert_labels(self._db, found, ((each, chosen, rater) for each in known), origin)
            self._db.run(
                f"UPDATE proposals SET state = iif({COUNTS_AS} IS ?, 'accepted', 'refused') "
                f"WHERE state = 'open' AND task = ? AND sample {_LISTED}",
                chosen,
                found.id,
                many(known),
            )
        return write.changes

    def add_labels(
        self, task: str, labels: Sequence[NewLabel], origin: Origin = Origin.IMPORT
    ) -> Changes:
        """Add many labels, each with its own answer and rater.

        Of several by one rater for one sample the last counts; one that the rater's newest
        standing label of this origin already says is not added again.

        Raises:
            UnknownClass: an answer is no class of the task; nothing was added.

        """
        found = find_task(self._db, task)
        ids = class_ids(self._db, found)
        if unknown := [each.answer for each in labels if each.answer not in ids]:
            raise unknown_class(found, unknown[0])
        self._known(each.sample for each in labels)
        wanted = {(each.sample, each.rater): ids[each.answer] for each in labels}
        with self._write(
            counted(
                len(wanted),
                Words("Add {number} label to {task}"),
                Words("Add {number:,} labels to {task}"),
                task=found.name,
            )
        ) as write:
            standing = self._standing(found, origin, {sample for sample, _ in wanted})
            fresh = (
                (sample, chosen, rater)
                for (sample, rater), chosen in wanted.items()
                if standing.get((sample, rater), "none") != chosen
            )
            insert_labels(self._db, found, fresh, origin)
        return write.changes

    def _standing(
        self, task: Task, origin: Origin, samples: Iterable[int]
    ) -> dict[tuple[int, str], int | None]:
        """Class of each rater's newest standing label of that origin, by (sample, rater)."""
        rows = self._db.rows(
            f"SELECT sample, rater, {COUNTS_AS}, max(id) FROM labels "
            f"WHERE NOT undone AND task = ? AND origin = ? AND sample {_LISTED} "
            "GROUP BY sample, rater",
            task.id,
            origin.value,
            many(samples),
        )
        return {(sample, rater): chosen for sample, rater, chosen, _ in rows}

    def answers(
        self, task: str, ids: Iterable[int] | None = None, quarantined: bool | None = False
    ) -> dict[int, Answer]:
        """What samples are answered, of all or of `ids`; only those that have an answer.

        `quarantined` False leaves samples in quarantine out, True keeps only them, None takes
        both.
        """
        chosen = "" if ids is None else f"AND answers.sample {_LISTED}"
        rows = self._db.rows(
            "SELECT answers.sample, classes.name, raters, agreement FROM answers "
            "JOIN samples ON samples.id = answers.sample "
            "LEFT JOIN classes ON classes.id = answers.class "
            "WHERE answers.task = ?1 AND (?2 IS NULL OR quarantined = ?2) "
            f"{chosen} ORDER BY answers.sample",
            find_task(self._db, task).id,
            quarantined,
            *(() if ids is None else (many(ids),)),
        )
        return {sample: Answer(*fields) for sample, *fields in rows}

    def class_counts(self, task: str) -> ClassCounts:
        """Samples a class, in class order; quarantined ones are left out."""
        found = find_task(self._db, task)
        # Few samples are in quarantine: counting all and taking them away reads far less.
        rows = self._db.rows(
            "SELECT name, sum(number) FROM ("
            "SELECT class, count(*) AS number FROM answers WHERE task = ?1 GROUP BY class "
            "UNION ALL SELECT class, -count(*) FROM samples "
            "CROSS JOIN answers ON sample = samples.id "
            "WHERE task = ?1 AND quarantined GROUP BY class"
            ") LEFT JOIN classes ON classes.id = class GROUP BY class",
            found.id,
        )
        answered = dict(rows)
        everything = self._db.value(
            "SELECT count(*) - (SELECT count(*) FROM samples WHERE quarantined) FROM samples"
        )
        return ClassCounts(
            counts={name: answered.get(name, 0) for name in found.names},
            unlabelled=everything - sum(answered.values()),
            unsure=answered.get(None, 0),
        )

    def history(self, sample: int, task: str | None = None) -> list[Label]:
        """Every label the sample ever had, oldest first: to one task, or to all."""
        wanted = None if task is None else find_task(self._db, task).id
        return self._labels("sample = ?1 AND (?2 IS NULL OR labels.task = ?2)", sample, wanted)

    def labels(self, task: str) -> list[Label]:
        """Every label ever given to a task, oldest first."""
        return self._labels("labels.task = ?", find_task(self._db, task).id)

    def _labels(self, where: str, *values: object) -> list[Label]:
        rows = self._db.rows(
            "SELECT labels.id, sample, tasks.name, shown.name, origin, rater, labels.time, undone "
            "FROM labels JOIN tasks ON tasks.id = labels.task "
            "LEFT JOIN classes ON classes.id = labels.class "
            "LEFT JOIN classes shown ON shown.id = coalesce(classes.merged_into, classes.id) "
            f"WHERE {where} ORDER BY labels.id",
            *values,
        )
        return [
            Label(number, sample, task, answer, Origin(origin), rater, time, bool(undone))
            for number, sample, task, answer, origin, rater, time, undone in rows
        ]
