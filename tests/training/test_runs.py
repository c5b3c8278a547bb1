from __future__ import annotations

from pathlib import Path

import pytest

from faceapp.training.run_folders import RunFolder, run_name


def test_a_finished_run_has_its_name(tmp_path: Path) -> None:
    with RunFolder(tmp_path, "run") as folder:
        (folder.path / "model.keras").write_text("x")
        finished = folder.finish()
    assert finished == tmp_path / "run"
    assert [path.name for path in tmp_path.rglob("*")] == ["run", "model.keras"]


def test_a_failed_run_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), RunFolder(tmp_path, "run") as folder:  # noqa: PT012
        (folder.path / "model.keras").write_text("x")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_training_left_goes_and_what_a_living_one_writes_stays(
    tmp_path: Path,
) -> None:
    (tmp_path / ".unfinished-dead-1").mkdir()
    with RunFolder(tmp_path, "first") as living:
        with RunFolder(tmp_path, "second") as other:
            assert living.path.is_dir()
            other.finish()
        living.finish()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first", "second"]


def test_names_never_collide(tmp_path: Path) -> None:
    for _ in range(3):
        with RunFolder(tmp_path, "run") as folder:
            folder.finish()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run", "run-2", "run-3"]


def test_a_name_is_safe_whatever_the_task() -> None:
    assert run_name("quick", "a/b c").endswith("-a_b_c-quick")
