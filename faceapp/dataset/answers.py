"""What a sample's labels come to, kept in a table so that reading it costs nothing.

If a person's label or an accepted proposal stands, the newest of these is the answer. Else the
newest standing imported label of each rater is a vote, the majority is the answer, and a tie is
"unsure". Labels of a merged class count for the class it was merged into. Where the outcome is a
class that was removed the sample has no answer: it waits for a person.
"""

from __future__ import annotations

from faceapp.dataset.database import Database

_BY_LABEL = """
INSERT OR IGNORE INTO touched
SELECT task, sample FROM journal WHERE action = ? AND seq > ? AND part = 'labels'
"""

_BY_CLASS = """
INSERT OR IGNORE INTO touched
SELECT labels.task, sample FROM labels JOIN classes ON classes.id = class
WHERE classes.id IN changed OR merged_into IN changed
"""

_COMPUTE = """
INSERT INTO answers (task, sample, class, raters, agreement)
WITH standing AS (
    SELECT labels.id, labels.task, labels.sample, origin, rater,
        coalesce(classes.merged_into, labels.class) AS class
    FROM touched CROSS JOIN labels USING (task, sample) -- in this order, whatever the planner says
    LEFT JOIN classes ON classes.id = labels.class
    WHERE NOT undone
), personal AS ( -- SQLite: beside max(), the other columns come from the same row
    SELECT task, sample, class, max(id) FROM standing
    WHERE origin <> 'import' GROUP BY task, sample
), votes AS (
    SELECT task, sample, class, max(id) FROM standing
    WHERE origin = 'import' GROUP BY task, sample, rater
), tally AS (
    SELECT task, sample, class, count(*) AS votes,
        sum(count(*)) OVER of_sample AS raters, max(count(*)) OVER of_sample AS most
    FROM votes GROUP BY task, sample, class WINDOW of_sample AS (PARTITION BY task, sample)
), outcome AS (
    SELECT task, sample, class, 1 AS raters, 1.0 AS agreement FROM personal
    UNION ALL
    SELECT task, sample, CASE WHEN count(*) = 1 THEN max(class) END, raters, most * 1.0 / raters
    FROM tally WHERE votes = most AND (task, sample) NOT IN (SELECT task, sample FROM personal)
    GROUP BY task, sample
)
SELECT task, sample, class, raters, agreement FROM outcome
WHERE class IS NULL OR class NOT IN (SELECT id FROM classes WHERE removed)
"""


def prepare(db: Database) -> None:
    """Make the lists that `refresh` works with, which belong to this connection alone."""
    db.run("CREATE TEMP TABLE touched (task INTEGER, sample INTEGER, PRIMARY KEY (task, sample))")
    db.run("CREATE TEMP TABLE changed (class INTEGER PRIMARY KEY)")


def refresh(db: Database, action: int, mark: int) -> set[int]:
    """Compute the answers again that the journal's entries after `mark` may have changed.

    Returns the ids of the samples concerned.
    """
    db.run(_BY_LABEL, action, mark)
    classes = db.run(
        "INSERT OR IGNORE INTO changed "
        "SELECT row FROM journal WHERE action = ? AND seq > ? AND part = 'classes'",
        action,
        mark,
    )
    if classes:
        db.run(_BY_CLASS)
    db.run("DELETE FROM answers WHERE (task, sample) IN (SELECT task, sample FROM touched)")
    db.run(_COMPUTE)
    samples = {sample for (sample,) in db.rows("SELECT DISTINCT sample FROM touched")}
    db.run("DELETE FROM touched")
    db.run("DELETE FROM changed")
    return samples
