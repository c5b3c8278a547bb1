"""What the Label page knows of runs: the split that the newest one kept."""

from __future__ import annotations

from pathlib import Path

from faceapp.dataset import Split
from faceapp.dataset.runs import finished_runs, read_object
from faceapp.errors import FaceAppError

_SPLIT = "split.json"


def newest_split(runs: Path, task: str) -> Split | None:
    """The split of the newest run of a task; None where there is none that can be read."""
    for run in finished_runs(runs, task):
        try:
            return Split.from_json(read_object(run / _SPLIT))
        except (FaceAppError, TypeError):  # written by another program, or cut short
            continue
    return None
