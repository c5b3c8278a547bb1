"""The faces found in samples, and that they were looked for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from faceapp.dataset.changes import Changes, Part
from faceapp.dataset.core import Core
from faceapp.dataset.database import many
from faceapp.dataset.model import StoredFace
from faceapp.words import Words


class Faces(Core):
    """The faces of a dataset's samples."""

    def faces(
        self, ids: Iterable[int] | None = None, detector: str | None = None
    ) -> dict[int, tuple[StoredFace, ...]]:
        """Faces by sample, of all or of `ids`.

        Only samples where detection ran (by that `detector` if given, or a person) are among
        them; an empty tuple says that no face was found.
        """
        chosen = "" if ids is None else "AND id IN (SELECT value FROM json_each(?))"
        rows = self._db.rows(
            "SELECT id, found FROM faces WHERE (?1 IS NULL OR detector = ?1 OR corrected) "
            f"{chosen} ORDER BY id",
            detector,
            *(() if ids is None else (many(ids),)),
        )
        return {sample: tuple(map(_face, json.loads(found))) for sample, found in rows}

    def store_faces(self, faces: Mapping[int, Sequence[StoredFace]], detector: str) -> Changes:
        """Store what a detector found, over what one found before.

        Derived data: no undo step. What a person corrected stays.
        """
        self._known(faces)
        with self._derive(Part.FACES, "Find faces", faces) as write:
            self._insert_faces(faces, detector)
        return write.changes

    def _insert_faces(self, faces: Mapping[int, Sequence[StoredFace]], detector: str) -> None:
        self._db.run_many(
            "INSERT INTO faces (id, detector, found) VALUES (?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE "
            "SET detector = excluded.detector, found = excluded.found WHERE NOT corrected",
            ((sample, detector, _text(found)) for sample, found in faces.items()),
        )

    def correct_faces(self, sample: int, faces: Sequence[StoredFace]) -> Changes:
        """Put a person's own boxes and landmarks in place of the detector's."""
        self._known([sample])
        with self._write(Words("Correct a face")) as write:
            self._db.run(
                "INSERT INTO faces (id, detector, corrected, found) VALUES (?, 'person', 1, ?) "
                "ON CONFLICT (id) DO UPDATE SET corrected = 1, found = excluded.found",
                sample,
                _text(faces),
            )
        return write.changes


def _text(faces: Sequence[StoredFace]) -> str:
    return json.dumps([[face.box, face.landmarks, face.score, face.origin] for face in faces])


def _face(stored: list[Any]) -> StoredFace:
    box, landmarks, score, origin = stored
    x, y, width, height = box
    points = [(across, down) for across, down in landmarks]
    left, right, nose, mouth_left, mouth_right = points
    return StoredFace(
        box=(x, y, width, height),
        landmarks=(left, right, nose, mouth_left, mouth_right),
        score=score,
        origin=origin,
    )
