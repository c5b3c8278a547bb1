"""`faceapp clean` as a script calls it."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from faceapp.cli import run
from faceapp.dataset import Dataset


def call(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], *arguments: object
) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["faceapp", "clean", *map(str, arguments)])
    capfd.readouterr()
    code = run()
    heard = capfd.readouterr()
    return code, heard.out, heard.err


@pytest.fixture
def folder(drawn_faces: Path, tmp_path: Path) -> Path:
    """A dataset of three drawn faces, one of them twice, and a file that was cut."""
    from faceapp.dataset.importing import import_images

    images = tmp_path / "images"
    images.mkdir()
    for name in ("person002_001.jpg", "person004_001.jpg", "person008_001.jpg"):
        shutil.copy(drawn_faces / name, images / name)
    shutil.copy(drawn_faces / "person002_001.jpg", images / "twin.jpg")
    (images / "cut.jpg").write_bytes((drawn_faces / "person003_001.jpg").read_bytes()[:900])
    with Dataset.create(tmp_path / "dataset") as dataset:
        import_images(dataset, images)
    return tmp_path / "dataset"


def test_clean_prints_what_scripts_rely_on(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], folder: Path
) -> None:
    code, out, _ = call(monkeypatch, capfd, folder, "--json")
    assert code == 0
    answer = json.loads(out)
    assert answer.keys() >= {"findings", "counts", "seconds"}
    found = {each["kind"]: each for each in answer["findings"]}
    assert found["unreadable"]["files"] == ["cut.jpg"]
    copies = found["exact_duplicate"]
    assert copies["files"] == ["person002_001.jpg", "twin.jpg"]
    assert copies.keys() >= {"kind", "files", "score", "value", "threshold", "suggestion"}
    assert (copies["value"], copies["threshold"]) == (2, 2)
    assert answer["counts"]["exact_duplicate"] == 1
    assert answer["skipped"].keys() == {"wrong_label", "outlier"}
    assert "wrong_label" not in answer["counts"]


def test_clean_runs_only_the_checks_asked_for(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], folder: Path
) -> None:
    checks = ("--check", "exact_duplicate", "--check", "aspect")
    _, out, _ = call(monkeypatch, capfd, folder, *checks, "--json")
    assert json.loads(out)["counts"] == {"aspect": 0, "exact_duplicate": 1}
    code, out, _ = call(monkeypatch, capfd, folder, *checks)
    assert code == 0
    assert "person002_001.jpg and 1 more" in out
    assert "Keep the first" in out


def test_a_class_without_any_image_is_listed(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], folder: Path
) -> None:
    with Dataset.open(folder) as dataset:
        dataset.add_task("expression", ["happy", "angry"])
        dataset.label(dataset.sample_ids(), "expression", "happy")
    code, out, _ = call(monkeypatch, capfd, folder, "--check", "small_class")
    assert code == 0
    assert "angry has 0 samples" in out


def test_an_unknown_check_is_a_problem_in_plain_words(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], folder: Path
) -> None:
    code, _, err = call(monkeypatch, capfd, folder, "--check", "ugly")
    assert code == 1
    assert "There is no check 'ugly'" in err
