"""What cleaning measured, and what the person decided about it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from faceapp.dataset.changes import Changes, Part
from faceapp.dataset.core import Core
from faceapp.dataset.database import many
from faceapp.dataset.model import Finding, FindingState, NewFinding
from faceapp.words import Words, counted

_LISTED = "IN (SELECT value FROM json_each(?))"
_READ = (
    "SELECT findings.id, kind, sample, family, value, score, coalesce(state, 'open'), detail "
    "FROM findings LEFT JOIN verdicts USING (kind, sample, family)"
)
_INSERT = (
    "INSERT INTO findings (kind, sample, family, value, score, detail) VALUES (?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (kind, sample, family) DO UPDATE SET "
    "value = excluded.value, score = excluded.score, detail = excluded.detail"
)


class Findings(Core):
    """The findings of a dataset. A verdict is remembered for ever, even when measured again."""

    def findings(
        self,
        kind: str | None = None,
        state: FindingState | None = None,
        ids: Iterable[int] | None = None,
    ) -> list[Finding]:
        """Findings of a kind, in a state, of samples `ids`; worst first. None is any."""
        chosen = "" if ids is None else f"AND sample {_LISTED}"
        rows = self._db.rows(
            f"{_READ} WHERE (?1 IS NULL OR kind = ?1) "
            f"AND (?2 IS NULL OR coalesce(state, 'open') = ?2) {chosen} "
            "ORDER BY score, findings.id",
            kind,
            state,
            *(() if ids is None else (many(ids),)),
        )
        return [
            Finding(number, found_kind, sample, family, value, score, judged, json.loads(detail))
            for number, found_kind, sample, family, value, score, judged, detail in rows
        ]

    def record_findings(
        self, kind: str, findings: Sequence[NewFinding], ids: Iterable[int] | None = None
    ) -> Changes:
        """Put what a check found in place of what it found before, on `ids` or everywhere.

        Derived data: no undo step.
        """
        known = self._known(each.sample for each in findings)
        looked_at = None if ids is None else many(ids)
        before = [
            sample
            for (sample,) in self._db.rows(
                "SELECT sample FROM findings WHERE kind = ?1 AND (?2 IS NULL OR sample "
                "IN (SELECT value FROM json_each(?2)))",
                kind,
                looked_at,
            )
        ]
        with self._derive(Part.FINDINGS, f"Check {kind}", {*known, *before}) as write:
            self._db.run(
                f"DELETE FROM findings WHERE kind = ? AND sample {_LISTED}", kind, many(before)
            )
            self._db.run_many(_INSERT, (_row(kind, each) for each in findings))
        return write.changes

    def verdicts(self, kind: str) -> dict[tuple[int, str], FindingState]:
        """What the person ever said of findings of a kind, by sample and family."""
        rows = self._db.rows("SELECT sample, family, state FROM verdicts WHERE kind = ?", kind)
        return {(sample, family): state for sample, family, state in rows}

    def dismiss(self, ids: Iterable[int]) -> Changes:
        """Say that findings are no fault; they will not come up again."""
        return self._judge(ids, "dismissed")

    def act_on(self, ids: Iterable[int]) -> Changes:
        """Say that findings were acted on."""
        return self._judge(ids, "acted")

    def judge_findings(
        self, kind: str, keys: Iterable[tuple[int, str]], state: Literal["dismissed", "acted"]
    ) -> Changes:
        """Judge findings of a kind by (sample, family), whether or not they are written down."""
        rows = list(dict.fromkeys(keys))
        self._known(sample for sample, _ in rows)
        with self._write(_judging(state, len(rows))) as write:
            self._db.run_many(
                f"INSERT INTO verdicts (kind, sample, family, state) VALUES (?, ?, ?, '{state}') "
                "ON CONFLICT (kind, sample, family) DO UPDATE SET state = excluded.state",
                ((kind, sample, family) for sample, family in rows),
            )
        return write.changes

    def reopen(self, ids: Iterable[int]) -> Changes:
        """Take back what was said of findings."""
        chosen = list(ids)
        with self._write(
            counted(
                len(chosen), Words("Reopen {number} finding"), Words("Reopen {number:,} findings")
            )
        ) as write:
            self._db.run(
                "DELETE FROM verdicts WHERE (kind, sample, family) IN "
                f"(SELECT kind, sample, family FROM findings WHERE id {_LISTED})",
                many(chosen),
            )
        return write.changes

    def _judge(self, ids: Iterable[int], state: Literal["dismissed", "acted"]) -> Changes:
        chosen = list(dict.fromkeys(ids))
        with self._write(_judging(state, len(chosen))) as write:
            self._db.run(
                "INSERT INTO verdicts (kind, sample, family, state) "
                f"SELECT kind, sample, family, ? FROM findings WHERE id {_LISTED} "
                "ON CONFLICT (kind, sample, family) DO UPDATE SET state = excluded.state",
                state,
                many(chosen),
            )
        return write.changes


def _judging(state: Literal["dismissed", "acted"], number: int) -> Words:
    if state == "dismissed":
        one, many = Words("Dismiss {number} finding"), Words("Dismiss {number:,} findings")
    else:
        one, many = Words("Settle {number} finding"), Words("Settle {number:,} findings")
    return counted(number, one, many)


def _row(kind: str, new: NewFinding) -> tuple[Any, ...]:
    detail = json.dumps(dict(new.detail), ensure_ascii=False)
    return kind, new.sample, new.family, new.value, new.score, detail
