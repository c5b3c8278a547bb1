"""What a dataset knows of its finished trainings: their folders, newest first."""

from __future__ import annotations

import json
from pathlib import Path

CONFIG = "config.json"
METRICS = "metrics.json"
UNFINISHED = ".unfinished-"  # how the folder of a run begins until it is finished


def finished_runs(runs: Path, task: str) -> list[Path]:
    """Folders of the runs that learned a task, newest first; their names begin with the time.

    Trainings under way, whose folders are hidden, are not among them.
    """
    folders = [file.parent for file in runs.glob(f"*/{METRICS}") if file.parent.name[0] != "."]
    folders.sort(key=lambda folder: folder.name, reverse=True)
    return [folder for folder in folders if read_object(folder / METRICS).get("task") == task]


def read_object(file: Path) -> dict[str, object]:
    """The JSON object in a file of a run; empty where there is none that can be read."""
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}
