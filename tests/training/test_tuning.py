"""Fine-tuning on small maps: what learns, what is kept, and that resuming changes nothing."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from faceapp.errors import Cancelled
from faceapp.jobs import Job
from faceapp.networks.backbones import Head
from faceapp.networks.frameworks import keras_module
from faceapp.networks.shelf import Rows
from faceapp.networks.tails import Tail
from faceapp.training import tuned
from faceapp.training.checkpoints import Checkpoint, CheckpointUnusable
from faceapp.training.events import BatchDone, EpochDone, TrainingEvent, ValidationConfusion
from faceapp.training.heads import FittedHead
from faceapp.training.maps import TuningData
from faceapp.training.material import TrainingProblem
from faceapp.training.recipes import Recipe
from faceapp.training.tuned import TailRunner, TunedNetwork
from faceapp.training.tuning import Tuned, Tuner

CLASSES = ("neutral", "happy", "sad")
SHAPE, CHANNELS = (4, 4, 5), 6
RECIPE = Recipe(
    "small", tune_epochs=4, tune_patience=0, tune_batch=8, head_rate=1e-2, base_rate=3e-3
)


def nothing() -> None:
    """Look for no stop."""


def rows(maps: np.ndarray) -> Rows:
    return Rows(maps.reshape(len(maps), math.prod(SHAPE)).astype(np.float16), np.arange(len(maps)))


def some_data(train: int = 42, validation: int = 20, views: int = 2) -> TuningData:
    """Maps whose class shows in the place of a bright spot, which a convolution must find."""
    random = np.random.default_rng(0)

    def draw(count: int) -> tuple[tuple[Rows, ...], np.ndarray]:
        truth = np.arange(count) % len(CLASSES)
        seen = []
        for _ in range(views):
            maps = random.normal(0, 0.5, (count, *SHAPE))
            maps[np.arange(count), truth, :, 0] += 1.5
            seen.append(rows(maps))
        return tuple(seen), truth

    learned, truth = draw(train)
    watched, validation_truth = draw(validation)
    return TuningData(learned, truth, watched, validation_truth, CLASSES)


def some_tail() -> Tail:
    """A convolution, a batch normalisation that stays as it is, and a pool."""
    keras = keras_module()
    keras.utils.set_random_seed(3)
    norm = keras.layers.BatchNormalization(trainable=False)
    model = keras.Sequential(
        [
            keras.Input(SHAPE),
            keras.layers.Conv2D(CHANNELS, 3, padding="same", activation="relu"),
            norm,
            keras.layers.MaxPooling2D(2),
            keras.layers.Flatten(),
        ]
    )
    return Tail(model, cost=4 * 4 * 9 * 5 * CHANNELS)


def some_network(data: TuningData, recipe: Recipe = RECIPE) -> tuple[TunedNetwork, Tail, Head]:
    tail = some_tail()
    features = TailRunner(tail).features(data.views, nothing)
    random = np.random.default_rng(1)
    head = Head(random.normal(0, 0.05, (features.shape[1], 3)), random.normal(0, 0.05, 3))
    return TunedNetwork(tail, head, features, channels=CHANNELS, recipe=recipe, seed=0), tail, head


def tune(
    checkpoint: Path,
    recipe: Recipe = RECIPE,
    *,
    data: TuningData | None = None,
    job: Job = Job(),
    on_event: Callable[[TrainingEvent], None] = lambda _event: None,
) -> tuple[Tuned, TunedNetwork]:
    data = data or some_data()
    network = some_network(data, recipe)[0]
    tuner = Tuner(network, data, recipe, seed=5, checkpoint=checkpoint, on_event=on_event)
    return tuner.run(job=job), network


def same(first: list[np.ndarray], second: list[np.ndarray]) -> None:
    assert len(first) == len(second)
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("batch_norm", [False, True])
def test_it_starts_with_the_answers_of_the_head(batch_norm: bool) -> None:
    data = some_data()
    network, tail, head = some_network(data, replace(RECIPE, batch_norm=batch_norm))
    features = TailRunner(tail).features(data.validation, nothing)
    wanted = FittedHead(*head.folded(), (), 0).scores(features)
    np.testing.assert_allclose(network.scores(features), wanted, atol=1e-4)


def test_features_are_averaged_over_the_views() -> None:
    data = some_data()
    run = TailRunner(some_tail())
    each = [run.features([view], nothing).astype(np.float32) for view in data.views]
    mean = run.features(data.views, nothing)
    np.testing.assert_allclose(mean, np.mean(each, axis=0), atol=2e-3)


def test_pieces_of_a_batch_give_the_step_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    data = some_data()
    maps = data.views[0][np.arange(8)].astype(np.float32)
    wanted = np.eye(3, dtype=np.float32)[data.truth[:8]]
    after = []
    for piece in (10**9, 1):
        monkeypatch.setattr(tuned, "_PIECE", piece)
        network, tail, _ = some_network(data, replace(RECIPE, dropout=0.0))
        looks = []
        step = network.step(maps, wanted, (1e-3, 1e-3), lambda looks=looks: looks.append(1))
        assert len(looks) == (2 if piece > 1 else 2 * 8)
        after.append((step.loss, tail.model.get_weights(), network.layer()))
    assert after[0][0] == pytest.approx(after[1][0], rel=1e-5)
    for whole, pieces in zip(after[0][1], after[1][1], strict=True):
        np.testing.assert_allclose(whole, pieces, atol=2e-5)
    np.testing.assert_allclose(after[0][2][0], after[1][2][0], atol=2e-5)


def test_base_and_head_learn_at_rates_of_their_own() -> None:
    data = some_data()
    maps, wanted = data.views[0][np.arange(8)].astype(np.float32), np.eye(3)[data.truth[:8]]
    for rates, moves in (((0.0, 1e-2), (False, True)), ((1e-2, 0.0), (True, False))):
        network, tail, _ = some_network(data, replace(RECIPE, weight_decay=0.0, batch_norm=False))
        base, head = tail.model.get_weights(), network.layer()[0]
        network.step(maps, wanted.astype(np.float32), rates, nothing)
        moved = [
            any((a != b).any() for a, b in zip(base, tail.model.get_weights(), strict=True)),
            bool((head != network.layer()[0]).any()),
        ]
        assert tuple(moved) == moves


def test_it_learns_what_the_head_alone_cannot(tmp_path: Path) -> None:
    events: list[TrainingEvent] = []
    recipe = replace(RECIPE, tune_epochs=12, smoothing=0.0, dropout=0.2)
    done, network = tune(tmp_path / "c.npz", recipe, on_event=events.append)
    tuning = [row for row in done.curve if row.phase == "tuning"]
    assert [row.epoch for row in tuning] == list(range(1, 13))
    assert tuning[-1].loss < 0.7 * tuning[0].loss
    assert done.best_epoch > 0
    best = tuning[done.best_epoch - 1]
    assert best.validation_balanced_accuracy == max(r.validation_balanced_accuracy for r in tuning)
    assert best.validation_balanced_accuracy > 0.8
    data = some_data()
    scores = network.scores(network.features(data.validation, nothing))
    right = (scores.argmax(axis=1) == data.validation_truth).mean()
    assert right == pytest.approx(best.validation_accuracy)  # the network of that epoch is kept


def test_events_tell_what_the_curve_will_hold(tmp_path: Path) -> None:
    events: list[TrainingEvent] = []
    done, _ = tune(tmp_path / "c.npz", on_event=events.append)
    rows = [event.row for event in events if isinstance(event, EpochDone)]
    assert tuple(rows) == done.curve
    batches = [event for event in events if isinstance(event, BatchDone)]
    assert [(b.epoch, b.batch) for b in batches[:7]] == [(1, n) for n in range(1, 7)] + [(2, 1)]
    assert sum(b.images for b in batches) == 4 * 42
    confusions = [event for event in events if isinstance(event, ValidationConfusion)]
    for row, confusion in zip(rows, confusions, strict=True):
        counts = np.array(confusion.counts)
        assert counts.sum(axis=1).tolist() == [7, 7, 6]
        assert counts.trace() / 20 == pytest.approx(row.validation_accuracy)
    assert [c.epoch for c in confusions if c.best][-1] == done.best_epoch


def test_early_stopping_waits_for_a_better_balanced_accuracy(tmp_path: Path) -> None:
    still = replace(RECIPE, tune_epochs=9, tune_patience=2, head_rate=0.0, base_rate=0.0)
    done, _ = tune(tmp_path / "c.npz", replace(still, batch_norm=False, weight_decay=0.0))
    assert done.best_epoch == 0
    assert len(done.curve) == 2


def test_what_does_not_better_the_head_is_dropped(tmp_path: Path) -> None:
    data = some_data()
    wild = replace(RECIPE, head_rate=0.5, base_rate=5.0, warm_up=0.0, tune_epochs=2)
    network, _, _ = some_network(data, wild)
    answers = network.scores(network.features(data.validation, nothing)).argmax(axis=1)
    perfect = replace(data, validation_truth=answers)
    before = network.weights
    done = Tuner(network, perfect, wild, seed=0, checkpoint=tmp_path / "c.npz").run()
    assert done.best_epoch == 0
    assert len(done.curve) == 2
    same(network.weights, before)


def test_without_validation_samples_the_last_epoch_counts(tmp_path: Path) -> None:
    done, _ = tune(tmp_path / "c.npz", data=some_data(validation=0))
    assert done.best_epoch == RECIPE.tune_epochs


class Killed(Exception):
    """Stands for the end of the process."""


def killed_in(epoch: int, batch: int) -> Callable[[TrainingEvent], None]:
    def on_event(event: TrainingEvent) -> None:
        if isinstance(event, BatchDone) and (event.epoch, event.batch) == (epoch, batch):
            raise Killed

    return on_event


def test_a_resumed_fine_tuning_ends_as_an_uninterrupted_one(tmp_path: Path) -> None:
    recipe = replace(RECIPE, mixup=0.3, dropout=0.4, tune_epochs=5)
    data = some_data()
    whole, network = tune(tmp_path / "whole.npz", recipe, data=data)
    for epoch, batch in ((1, 2), (3, 6), (4, 1)):
        with pytest.raises(Killed):
            tune(tmp_path / "c.npz", recipe, data=data, on_event=killed_in(epoch, batch))
        at = Checkpoint.load(tmp_path / "c.npz")
        assert (at.epoch if at else 0) == epoch - 1
    events: list[TrainingEvent] = []
    resumed, after = tune(tmp_path / "c.npz", recipe, data=data, on_event=events.append)
    assert {e.row.epoch for e in events if isinstance(e, EpochDone)} == {4, 5}
    assert resumed == whole
    same(after.weights, network.weights)


def test_a_finished_fine_tuning_is_not_done_again(tmp_path: Path) -> None:
    first, network = tune(tmp_path / "c.npz")
    events: list[TrainingEvent] = []
    again, other = tune(tmp_path / "c.npz", on_event=events.append)
    assert events == []
    assert again == first
    same(other.weights, network.weights)


@pytest.mark.parametrize("epoch", [1, 3])
def test_enough_keeps_the_best_so_far(tmp_path: Path, epoch: int) -> None:
    seen: list[TrainingEvent] = []

    def enough() -> bool:
        return any(isinstance(e, BatchDone) and (e.epoch, e.batch) == (epoch, 2) for e in seen)

    done, network = tune(tmp_path / "c.npz", job=Job(enough=enough), on_event=seen.append)
    assert len(done.curve) == epoch - 1
    assert isinstance(seen[-1], BatchDone)  # not one batch more
    assert seen[-1].batch == 2
    kept = Checkpoint.load(tmp_path / "c.npz")
    if kept:
        same(network.weights, list(kept.weights))
    else:
        same(network.weights, some_network(some_data())[0].weights)


def test_enough_before_anything_was_tried_keeps_the_head(tmp_path: Path) -> None:
    seen: list[TrainingEvent] = []
    done, network = tune(tmp_path / "c.npz", job=Job(enough=lambda: True), on_event=seen.append)
    assert (done, seen) == (Tuned(0, ()), [])
    assert not (tmp_path / "c.npz").exists()
    same(network.weights, some_network(some_data())[0].weights)


def test_it_says_how_often_it_will_look() -> None:
    data, run = some_data(), TailRunner(some_tail())
    looks: list[str] = []
    for views in (data.views, data.validation):
        run.features(views, lambda: looks.append("once more"))
    assert run.looks(data.views, data.validation) == len(looks)


def test_a_cancelled_fine_tuning_stops_at_the_next_batch(tmp_path: Path) -> None:
    seen: list[TrainingEvent] = []
    with pytest.raises(Cancelled):
        tune(tmp_path / "c.npz", job=Job(cancelled=lambda: len(seen) > 2), on_event=seen.append)
    assert len(seen) == 3


def test_a_loss_without_bounds_is_said(tmp_path: Path) -> None:
    # Not by infinite inputs: on some processors a pooling layer makes numbers of NaN again.
    wild = RECIPE.with_settings({"head_rate": "1e38", "base_rate": "1e38"})
    with pytest.raises(TrainingProblem, match="lower head_rate"):
        tune(tmp_path / "c.npz", wild)


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04", b"x" * 100])
def test_a_damaged_checkpoint_is_refused(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "c.npz").write_bytes(damage)
    with pytest.raises(CheckpointUnusable, match=r"c\.npz is damaged"):
        tune(tmp_path / "c.npz")


def test_half_a_checkpoint_is_refused_and_never_written(tmp_path: Path) -> None:
    path = tmp_path / "c.npz"
    tune(path)
    assert [left.name for left in tmp_path.iterdir()] == ["c.npz"]
    path.write_bytes(path.read_bytes()[:-500])
    with pytest.raises(CheckpointUnusable):
        Checkpoint.load(path)


def test_a_checkpoint_that_cannot_be_written_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_arrays: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(CheckpointUnusable, match="free space"):
        tune(tmp_path / "c.npz")
    assert list(tmp_path.iterdir()) == []
