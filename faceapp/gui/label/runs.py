"""What the Label page knows of runs: their folders, and the split that the newest one kept."""

from __future__ import annotations

import json
from pathlib import Path

from faceapp.dataset import Split
from faceapp.errors import FaceAppError

_SPLIT = "split.json"
_METRICS = "metrics.json"


def finished_runs(runs: Path, task: str) -> list[Path]:
    """Folders of the runs that learned a task, newest first; their names begin with the time."""
    folders = sorted(runs.glob(f"*/{_METRICS}"), key=lambda file: file.parent.name, reverse=True)
    return [file.parent for file in folders if _read(file).get("task") == task]


def newest_split(runs: Path, task: str) -> Split | None:
    """The split of the newest run of a task; None where there is none that can be read."""
    for run in finished_runs(runs, task):
        try:
            return Split.from_json(_read(run / _SPLIT))
        except (FaceAppError, TypeError):  # written by another program, or cut short
            continue
    return None


def _read(file: Path) -> dict[str, object]:
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}
