"""The benchmark of recipes runs: it screens, takes the better one, and measures it everywhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks import bench_recipes
from benchmarks.drawn import faces_folder
from faceapp.networks.weights import WeightsMissing, find_weights
from faceapp.training.material import Material

NAMES = ("block 3+4, linear, penalty 1", "block 4, smooth, penalty 0.5, sharpness 0.3")


def test_candidates_have_names_of_their_own() -> None:
    names = [each.name for each in bench_recipes.CANDIDATES]
    assert len(set(names)) == len(names) >= 10
    assert set(NAMES) <= set(names)


def some_faces() -> tuple[Material, NDArray[np.float32]]:
    """Points of three classes in noise, four of a person, and their products."""
    random = np.random.default_rng(0)
    truth = np.arange(240) // 4 % 3
    points = random.normal(size=(240, 30)) + 1.2 * np.eye(30)[truth]
    material = Material(
        ("neutral", "happy", "sad"),
        dict(enumerate(truth.tolist())),
        {i: f"person {i // 4}" for i in range(240)},
    )
    return material, (points @ points.T / 30).astype(np.float32)


def test_views_that_change_nothing_leave_the_head_as_it_is() -> None:
    material, products = some_faces()
    some = bench_recipes.Some(material, material.ids, seed=0)
    plain, _ = some.out_of_fold([products], bench_recipes.Candidate("3"))
    thrice = [np.tile(products, (3, 3))]
    viewed, _ = some.out_of_fold(thrice, bench_recipes.Candidate("3", views=2))
    np.testing.assert_allclose(viewed, plain, atol=1e-3)


def test_mean_heads_and_softened_labels_learn_as_well() -> None:
    material, products = some_faces()
    some = bench_recipes.Some(material, material.ids, seed=0)

    def accuracy(candidate: bench_recipes.Candidate) -> float:
        scores, added = some.out_of_fold([products], candidate)
        return some.judged(range(240), scores + added).balanced_accuracy

    plain = accuracy(bench_recipes.Candidate("3"))
    assert plain > 0.6
    for candidate in (
        bench_recipes.Candidate("3", heads=4),
        bench_recipes.Candidate("3", softened=0.5),
    ):
        assert accuracy(candidate) == pytest.approx(plain, abs=0.08)
        assert accuracy(candidate) != plain


@pytest.mark.slow
def test_other_crops_and_views_are_joined(tmp_path: Path) -> None:
    try:
        find_weights()
    except WeightsMissing as missing:
        pytest.skip(str(missing))
    faces = faces_folder(tmp_path)
    with bench_recipes.imported(tmp_path / "dataset", faces) as dataset:
        ids = dataset.sample_ids()[:12]
        kernels = bench_recipes.Kernels(dataset, ids, 64)
        usual = bench_recipes.Sight()
        (plain,) = kernels.of(bench_recipes.Candidate("34"), ids)
        (joined,) = kernels.of(
            bench_recipes.Candidate("34", sights=(usual, bench_recipes.Sight(scale=1.6))), ids[2:8]
        )
        (viewed,) = kernels.of(bench_recipes.Candidate("34", views=2), ids)
    assert plain.shape == (12, 12)
    assert joined.shape == (6, 6)
    assert viewed.shape == (36, 36)
    assert not np.allclose(joined, plain[2:8, 2:8], atol=0.01)
    assert np.corrcoef(viewed[:12, :12].ravel(), plain.ravel())[0, 1] > 0.98


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
