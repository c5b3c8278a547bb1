"""The commands as a script calls them: the real main, one object on stdout, exit codes."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import us10k_maker
from faceapp.cli import run
from faceapp.networks.architectures import BACKBONES
from faceapp.networks.weights import WeightsMissing, find_weights

Call = Callable[..., tuple[int, str, str]]
SMALL = ("--recipe", "quick", "--set", "size=64", "--set", "epochs=40")


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Call:
    """Runs the program with arguments; gives exit code, stdout and stderr."""

    def main(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["faceapp", *map(str, arguments)])
        capfd.readouterr()
        code = run()
        heard = capfd.readouterr()
        return code, heard.out, heard.err

    return main


def answered(call: Call, *arguments: object) -> Any:
    code, out, err = call(*arguments, "--json")
    assert code == 0, err
    return json.loads(out)


@pytest.fixture
def imported(call: Call, drawn_faces: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "dataset"
    answered(
        call, "import", folder, drawn_faces, "--csv", drawn_faces / "labels.csv",
        "--label-column", "expression", "--task", "expression", "--group-pattern", r"^(.+)_\d+\.",
    )  # fmt: skip
    return folder


def test_the_10k_faces_come_in_by_their_own_command(
    call: Call, drawn_faces: Path, tmp_path: Path
) -> None:
    images = [path for path in sorted(drawn_faces.rglob("*.*")) if path.suffix != ".csv"]
    made = us10k_maker.make(tmp_path / "10k", lambda number: images[number].read_bytes())
    us10k_maker.write_csvs(made, {"final values.csv": "Final Values"}, european=True)
    report = answered(call, "import-us10k", tmp_path / "dataset", made.folder)
    assert (report["added"], report["labelled"], report["refused"]) == (7, 10, [])
    info = answered(call, "info", tmp_path / "dataset")
    assert set(info["tasks"]) == {"expression", "sex"}
    assert info["tasks"]["sex"]["unlabelled"] == 2
    code, _out, err = call("import-us10k", tmp_path / "other", drawn_faces)
    assert code == 1
    assert "demographic-others-labels.xlsx" in err


def test_import_and_info_tell_what_is_there(
    call: Call, imported: Path, drawn_faces: Path, tmp_path: Path
) -> None:
    again = answered(
        call, "import", imported, drawn_faces, "--csv", drawn_faces / "labels.csv",
        "--label-column", "sex", "--task", "sex",
    )  # fmt: skip
    assert again == {
        "added": 0, "known": 80, "labelled": 80, "refused": [], "unknown_labels": {},
    }  # fmt: skip
    info = answered(call, "info", imported)
    assert (info["samples"], info["groups"], info["quarantined"]) == (80, 10, 0)
    assert info["tasks"]["sex"] == {"female": 40, "male": 40, "unlabelled": 0, "unsure": 0}
    assert sum(info["tasks"]["expression"].values()) == 80


def test_an_import_that_finished_is_fine_whatever_it_refused(call: Call, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "broken.jpg").write_bytes(b"no image at all")
    report = answered(call, "import", tmp_path / "d", source)
    assert report["added"] == 0
    assert [refused["file"] for refused in report["refused"]] == ["broken.jpg"]
    assert answered(call, "info", tmp_path / "d")["refused"] == report["refused"]
    code, out, _err = call("info", tmp_path / "d")
    assert code == 0
    assert "1 files refused" in " ".join(out.split())


def test_an_export_comes_back(call: Call, imported: Path, tmp_path: Path) -> None:
    assert answered(call, "export", imported, tmp_path / "out")["exported"] == 80
    answered(call, "import", tmp_path / "back", tmp_path / "out")
    before, after = (answered(call, "info", d) for d in (imported, tmp_path / "back"))
    assert (before["tasks"], before["groups"]) == (after["tasks"], after["groups"])


def test_train_evaluate_and_classify_speak_json(
    call: Call, imported: Path, drawn_faces: Path, tmp_path: Path
) -> None:
    try:
        find_weights()
    except WeightsMissing as missing:
        pytest.skip(str(missing))
    trained = answered(call, "train", imported, "--task", "expression", *SMALL)
    assert {"dataset", "run", "recipe", "split", "test", "seconds"} <= set(trained)
    test = trained["test"]
    assert {"accuracy", "balanced_accuracy", "macro_f1", "interval", "n", "classes"} <= set(test)
    assert test["interval"][0] <= test["balanced_accuracy"] <= test["interval"][1]
    assert sum(map(sum, test["confusion"])) == test["n"] == trained["split"]["test"]["images"]
    assert Path(trained["run"]).is_absolute()
    assert trained["dataset"] == str(imported)

    judged = answered(
        call, "evaluate", trained["run"], drawn_faces, "--labels", drawn_faces / "labels.csv"
    )
    assert (judged["n"], judged["left_out"]) == (80, {})
    assert {"balanced_accuracy", "interval", "no_face", "confusion"} <= set(judged)

    one = next(drawn_faces.glob("*.jpg"))
    rows = tmp_path / "rows.csv"
    read = answered(call, "classify", one, "--model", trained["run"], "--csv", rows)
    with rows.open(encoding="utf-8", newline="") as file:
        written = list(csv.DictReader(file))
    raw = [f"raw_{name}" for name in test["classes"]]
    smoothed = [f"smoothed_{name}" for name in test["classes"]]
    assert list(written[0]) == [
        "file", "time", "frame", "face", "x", "y", "w", "h", "label", *raw, *smoothed, "model",
        "mark",
    ]  # fmt: skip
    assert written[0]["file"] == one.name
    assert {written[0][name] for name in ("time", "frame", "mark", *smoothed)} == {""}
    assert sum(float(written[0][name]) for name in raw) == pytest.approx(1, abs=1e-4)
    assert read["readings"][0]["label"] == written[0]["label"]
    assert (read["frames"], read["faces"]) == (1, len(written))
    assert {"seconds", "fps", "latency_ms", "precision", "share", "refused"} <= set(read)


@pytest.mark.parametrize("pattern", ["(", "person"])
def test_evaluate_refuses_a_group_pattern_as_import_does(
    call: Call, drawn_faces: Path, tmp_path: Path, pattern: str
) -> None:
    csv_file, named = drawn_faces / "labels.csv", ("--group-pattern", pattern)
    asked = call("evaluate", tmp_path, drawn_faces, "--labels", csv_file, *named)
    imported = call(
        "import", tmp_path / "d", drawn_faces, "--csv", csv_file, "--task", "sex", *named
    )
    assert (asked[0], imported[0]) == (1, 1)
    assert asked[2].split() == imported[2].split()
    assert "The group pattern" in asked[2]


def test_weights_are_surveyed(call: Call) -> None:
    places = answered(call, "weights")
    assert set(places) == set(BACKBONES)
    assert all({"name", "found", "verified"} <= set(place) for place in places["vgg16"])


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("info", "nowhere"), "nowhere"),
        (("train", "nowhere", "--task", "x", "--recipe", "magic"), "magic"),
        (("train", "nowhere", "--task", "x", "--set", "size"), "KEY=VALUE"),
        (("export",), "DIR"),
        (("nonsense",), "nonsense"),
        (("info", "nowhere", "--nonsense"), "nonsense"),
    ],
)
def test_a_problem_is_named_in_plain_words(
    call: Call, arguments: tuple[str, ...], complaint: str
) -> None:
    code, out, err = call(*arguments)
    assert code == 1
    assert out == ""
    assert complaint in err
    assert "Traceback" not in err


def test_the_version_is_told(call: Call) -> None:
    code, out, _ = call("--version")
    assert code == 0
    assert out.startswith("faceapp ")


@pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise there")
def test_ctrl_c_stops_and_keeps_what_is_done(tmp_path: Path, drawn_faces: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    images = sorted(drawn_faces.glob("*.jpg"))
    for number in range(1200):  # links take no room, and the import reads them as files
        (source / f"{number}.jpg").hardlink_to(images[number % len(images)])
    folder = tmp_path / "dataset"
    command = [sys.executable, "-m", "faceapp", "import", str(folder), str(source)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    while not (folder / "images").is_dir() or not any((folder / "images").iterdir()):
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Cancelled" in err
    assert "Traceback" not in err


def test_the_demo_goes_the_whole_way(call: Call, tmp_path: Path) -> None:
    try:
        find_weights()
    except WeightsMissing as missing:
        pytest.skip(str(missing))
    done = answered(
        call, "demo", "--headless", "--out", tmp_path / "demo", "--identities", "8",
        "--set", "size=64", "--set", "epochs=40",
    )  # fmt: skip
    run_folder = Path(done["run"])
    assert run_folder.is_relative_to(tmp_path / "demo" / "demo-8-people")
    assert (run_folder / "report.html").is_file()
    assert "drawn" in (run_folder / "report.html").read_text(encoding="utf-8")
    assert any("drawn" in note for note in done["notes"])


def test_the_demo_takes_a_persons_own_faces_into_a_dataset_of_their_own(
    call: Call, drawn_faces: Path, tmp_path: Path
) -> None:
    try:
        find_weights()
    except WeightsMissing as missing:
        pytest.skip(str(missing))
    done = answered(
        call, "demo", "--headless", "--out", tmp_path, "--faces", drawn_faces,
        "--csv", drawn_faces / "labels.csv", "--task", "sex", "--group-pattern", r"^(.+)_\d+\.",
        "--set", "size=64", "--set", "epochs=40",
    )  # fmt: skip
    assert done["dataset"] == str(tmp_path / "own-faces")
    assert done["test"]["classes"] == ["female", "male"]
    assert sum(side["images"] for side in done["split"].values()) == 80
    assert not any("drawn" in note for note in done["notes"])
    assert answered(call, "info", tmp_path / "own-faces")["groups"] == 10
    assert not (tmp_path / "drawn-faces").exists()


@pytest.mark.parametrize("named", [("--csv", "labels.csv"), ("--group-pattern", "^(.)")])
def test_the_demo_says_that_labels_without_faces_are_nothing(
    call: Call, tmp_path: Path, named: tuple[str, str]
) -> None:
    code, out, err = call("demo", "--headless", "--out", tmp_path / "demo", "--json", *named)
    assert (code, out) == (1, "")
    assert named[0] in err
    assert "--faces" in err
    assert not (tmp_path / "demo").exists()


def test_a_run_suggests_and_a_person_decides(call: Call, learned: Path) -> None:
    (run_folder,) = (learned / "runs").iterdir()
    before = answered(call, "info", learned)

    made = answered(call, "suggest", learned, "--run", run_folder)

    assert made["run"] == run_folder.name
    assert made["task"] == "expression"
    assert made["suggested"] == sum(made["classes"].values()) == 24
    assert (made["settled"], made["left_out"], made["unreadable"]) == (0, {}, {})
    assert 0 <= made["unsure"] <= 24
    assert answered(call, "info", learned) == before
    waiting = answered(call, "review", learned)["waiting"]
    assert len(waiting) == 24
    names = [each["sample"] for each in waiting]
    assert answered(call, "review", learned, "--accept", *names[:2])["accepted"] == 2
    assert answered(call, "review", learned, "--refuse", names[2])["refused"] == 1
    again = answered(call, "suggest", learned, "--run", run_folder)
    assert (again["suggested"], again["settled"], again["action"]) == (21, 1, "")
    for step in ("Refuse 1 proposal", "Accept 2 proposals", made["action"]):
        assert answered(call, "undo", learned)["undone"] == step
    assert answered(call, "review", learned)["waiting"] == []
    code, out, _ = call("suggest", learned, "--run", run_folder)
    assert code == 0
    assert "suggests expression for 24 samples" in " ".join(out.split())


def test_suggesting_with_what_is_no_run_is_a_problem(call: Call, learned: Path) -> None:
    code, out, err = call("suggest", learned, "--run", learned / "runs" / "nothing", "--json")
    assert (code, out) == (1, "")
    assert "no model" in " ".join(err.split())


def test_a_mistake_of_ours_is_named_in_a_line_and_stands_in_the_log(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_job: object) -> None:
        raise ValueError("seven is no colour")

    monkeypatch.setattr("faceapp.computer.check", broken)
    monkeypatch.setenv("FACEAPP_BASE_DIR", str(tmp_path))
    code, out, err = call("check")
    assert (code, out) == (1, "")
    log = tmp_path / "log" / "faceapp.log"
    assert "seven is no colour" in err
    assert str(log) in err
    assert "Traceback" not in err
    assert "Traceback" in log.read_text("utf-8")
    assert "seven is no colour" in log.read_text("utf-8")
