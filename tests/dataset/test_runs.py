"""Which runs a dataset has."""

from __future__ import annotations

import json
from pathlib import Path

from faceapp.dataset.runs import finished_runs


def leave(runs: Path, name: str, text: str) -> Path:
    (runs / name).mkdir(parents=True)
    (runs / name / "metrics.json").write_text(text, encoding="utf-8")
    return runs / name


def test_finished_runs_of_a_task_come_newest_first(tmp_path: Path) -> None:
    mine, other = json.dumps({"task": "expression"}), json.dumps({"task": "sex"})
    old = leave(tmp_path, "20260101-000000-expression-quick", mine)
    new = leave(tmp_path, "20260102-000000-expression-faceapp", mine)
    leave(tmp_path, "20260103-000000-sex-quick", other)
    leave(tmp_path, ".unfinished-20260104-000000-expression-quick-17", mine)
    leave(tmp_path, "20260105-000000-expression-quick", mine[:9])  # cut short
    leave(tmp_path, "20260106-000000-expression-quick", "[]")
    (tmp_path / "notes").mkdir()
    assert finished_runs(tmp_path, "expression") == [new, old]
    assert finished_runs(tmp_path / "nowhere", "expression") == []
