"""The benchmark of recipes runs: it screens, takes the better one, and measures it everywhere."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from benchmarks import bench_recipes
from faceapp.demo_faces import draw_demo_faces
from faceapp.networks.weights import WeightsMissing, find_weights

NAMES = ("block 3+4, linear, penalty 1", "block 4, smooth, penalty 0.5, sharpness 0.3")


def faces_folder(folder: Path) -> Path:
    """Drawn faces laid out as the real ones are."""
    drawn = draw_demo_faces(folder / "drawn", identities=16, size=96).folder
    (folder / "images").mkdir()
    for image in drawn.glob("*.jpg"):
        shutil.copy(image, folder / "images")
    with (drawn / "labels.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for name, column in (("labels.csv", "expression"), ("sex.csv", "sex")):
        lines = [f"image,{column}", *(f"{row['image']},{row[column]}" for row in rows)]
        (folder / name).write_text("\n".join(lines), encoding="utf-8")
    return folder


def test_candidates_have_names_of_their_own() -> None:
    names = [each.name for each in bench_recipes.CANDIDATES]
    assert len(set(names)) == len(names) >= 10
    assert set(NAMES) <= set(names)


@pytest.mark.slow
def test_the_better_of_two_is_measured_in_every_task(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        find_weights()
    except WeightsMissing as missing:
        pytest.skip(str(missing))
    few = ["--size", "64", "--folds", "2", "--seeds", "1", "--best", "1"]
    only = [word for name in NAMES for word in ("--only", name)]
    found = bench_recipes.main([str(faces_folder(tmp_path)), *few, *only])
    assert {each.name for _, each in found} == set(NAMES)
    assert found[0][0] >= found[1][0] > 0.25
    rows = [row for row in capsys.readouterr().out.splitlines() if row.startswith("| ")]
    screened, measured = rows[2:4], rows[6:]  # without headings
    assert [row.split(" | ")[0][2:] for row in screened] == list(NAMES)
    best = dict.fromkeys([found[0][1].name, bench_recipes.OWN.name])
    wanted = [[task, name] for task in bench_recipes.TASKS for name in best]
    assert [row[2:].split(" | ")[:2] for row in measured] == wanted
