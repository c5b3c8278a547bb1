"""The demo's datasets: whose faces lie in which of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from faceapp.dataset import Dataset
from faceapp.demo import DemoFaces, run_demo
from faceapp.errors import Cancelled
from faceapp.jobs import Job, Progress
from faceapp.networks.weights import WeightsMissing, find_weights
from faceapp.training.recipes import recipe_named

Contents = list[tuple[str, str, str | None, str | None]]


@pytest.fixture(autouse=True)
def _weights() -> None:
    try:
        find_weights()
    except WeightsMissing as missing:
        pytest.skip(str(missing))


def demo_until_training(
    out: Path, *, seed: int = 0, people: int = 4, faces: DemoFaces | None = None
) -> None:
    """Run the demo until its dataset is whole, and stop it there."""
    steps: list[str] = []

    def report(progress: Progress) -> None:
        steps.append(progress.what)

    job = Job(report, lambda: "Finding faces" in steps)
    with pytest.raises(Cancelled):
        run_demo(out, recipe_named("quick"), faces=faces, identities=people, seed=seed, job=job)


def contents(folder: Path) -> Contents:
    """Every sample's name, content, person and expression."""
    with Dataset.open(folder) as dataset:
        answers = dataset.answers("expression")
        return [(s.name, s.sha256, s.group, answers[s.id].answer) for s in dataset.samples()]


def test_what_a_seed_learns_from_does_not_hang_on_what_ran_before(tmp_path: Path) -> None:
    for seed, people in ((0, 4), (0, 5), (1, 4), (1, 4)):
        demo_until_training(tmp_path / "used", seed=seed, people=people)
    demo_until_training(tmp_path / "fresh", seed=1)
    used, fresh = (contents(tmp_path / out / "demo-4-people-seed-1") for out in ("used", "fresh"))
    assert used == fresh
    assert len(fresh) == 4 * 8
    assert contents(tmp_path / "used" / "demo-4-people") != fresh
    assert len(contents(tmp_path / "used" / "demo-5-people")) == 5 * 8


def test_own_faces_never_join_drawn_ones(drawn_faces: Path, tmp_path: Path) -> None:
    demo_until_training(tmp_path)
    drawn = contents(tmp_path / "demo-4-people")
    demo_until_training(tmp_path, faces=DemoFaces(drawn_faces, drawn_faces / "labels.csv"))
    assert contents(tmp_path / "demo-4-people") == drawn
    assert len(contents(tmp_path / "own-faces")) == 80
