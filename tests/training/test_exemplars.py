"""The most extreme exemplars: less to train on, by what is known; the test faces stay the same."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from faceapp.dataset import Dataset, NewSample, Query
from faceapp.networks.weights import find_weights
from faceapp.training.exemplars import best_of, most_extreme, told_strengths
from faceapp.training.material import TrainConfig, TrainingProblem, fold_parts, gather, split_parts
from faceapp.training.recipes import Recipe
from faceapp.training.trainer import train


def sample(number: int, **provenance: object) -> NewSample:
    return NewSample(
        name=f"{number}.png", path=f"images/{number}.png", sha256=f"{number:064x}", phash=number,
        width=9, height=9, format="png", group=f"p{number}", provenance=provenance,
    )  # fmt: skip


@pytest.fixture
def rated(tmp_path: Path, small: Recipe) -> tuple[Dataset, TrainConfig]:
    """40 samples, of which a later one shows more emotion; the odd ones are happy."""
    dataset = Dataset.create(tmp_path / "rated")
    source = dataset.add_source("database", "10k").id
    told = [sample(n, emotion_amount=1 + n / 10, agreement={"expression": 0.5}) for n in range(40)]
    ids, _ = dataset.add_samples(source, told)
    dataset.add_task("expression", ["neutral", "happy"])
    dataset.label(ids[::2], "expression", "neutral")
    dataset.label(ids[1::2], "expression", "happy")
    return dataset, TrainConfig("expression", small, exemplars=0.5)


def test_ties_with_the_last_that_is_kept_are_kept() -> None:
    assert best_of({1: 0.9, 2: 0.5, 3: 0.5, 4: 0.1}, 0.5) == {1, 2, 3}
    assert best_of({1: 0.9, 2: 0.5}, 0.01) == {1}
    assert best_of({}, 0.5) == set()
    assert best_of({1: 0.9, 2: 0.5}, 1) == {1, 2}


def test_what_raters_said_ranks_and_a_neutral_face_shows_little(
    rated: tuple[Dataset, TrainConfig], imagenet: None
) -> None:
    dataset, config = rated
    material = gather(dataset, config)
    parts = split_parts(material, config)
    chosen = most_extreme(dataset, material, parts, config, find_weights("vgg16"))
    told = told_strengths(dataset, material, parts.train, "expression")
    assert set(told) == set(parts.train)
    assert (chosen.parts.validation, chosen.parts.test) == (parts.validation, parts.test)
    for index, direction in ((0, 1), (1, -1)):
        of_class = [i for i in parts.train if material.truth[i] == index]
        kept = [i for i in chosen.parts.train if material.truth[i] == index]
        assert kept == sorted(sorted(of_class, key=lambda i: direction * i)[: len(kept)])
        assert len(kept) == (len(of_class) + 1) // 2
    assert f"{len(parts.train)} ranked by what raters said, 0 by models" in chosen.words
    dataset.close()


def test_several_raters_tell_how_sure_a_label_is(tmp_path: Path, small: Recipe) -> None:
    from faceapp.dataset import NewLabel

    with Dataset.create(tmp_path / "raters") as dataset:
        source = dataset.add_source("folder", "x").id
        ids, _ = dataset.add_samples(source, [sample(n) for n in range(2)])
        dataset.add_task("sex", ["female", "male"])
        votes = [NewLabel(ids[0], "male", str(n)) for n in range(4)]
        votes += [NewLabel(ids[1], "female" if n else "male", str(n)) for n in range(4)]
        dataset.add_labels("sex", votes)
        material = gather(dataset, TrainConfig("sex", small))
        assert told_strengths(dataset, material, ids, "sex") == {ids[0]: 1.0, ids[1]: 0.75}


def test_provenance_of_strangers_is_not_trusted(tmp_path: Path, small: Recipe) -> None:
    with Dataset.create(tmp_path / "odd") as dataset:
        source = dataset.add_source("folder", "x").id
        odd = [sample(0, emotion_amount="much", agreement=[1]), sample(1, emotion_amount=99)]
        ids, _ = dataset.add_samples(source, odd)
        dataset.add_task("expression", ["sad", "happy"])
        dataset.label(ids[:1], "expression", "sad")
        dataset.label(ids[1:], "expression", "happy")
        material = gather(dataset, TrainConfig("expression", small))
        assert told_strengths(dataset, material, ids, "expression") == {}


def test_a_run_on_exemplars_has_less_to_learn_and_the_same_test(
    dataset: Dataset, small: Recipe, imagenet: None
) -> None:
    config = TrainConfig("sex", small)
    whole = train(dataset, config).result
    run = train(dataset, replace(config, exemplars=0.5))
    assert run.result.parts.test == whole.parts.test
    assert run.result.parts.validation == whole.parts.validation
    assert set(run.result.parts.train) < set(whole.parts.train)
    assert len(run.result.parts.train) == pytest.approx(len(whole.parts.train) / 2, abs=2)
    assert [p.name for p in run.result.predictions] == [p.name for p in whole.predictions]
    (note,) = [note for note in run.result.notes if "exemplars" in note]
    assert f"{len(whole.parts.train)} by models that saw nobody of their group" in note
    stored = json.loads((run.folder / "config.json").read_text())
    assert stored["exemplars"] == 0.5


def test_scraped_samples_train_only_and_the_test_faces_stay(
    dataset: Dataset, small: Recipe
) -> None:
    source = dataset.add_source("search", "yahoo").id
    scraped, _ = dataset.add_samples(source, [sample(n) for n in range(9)])
    dataset.label(scraped, "expression", "happy")
    mixed = TrainConfig("expression", small, ("happy", "sad"))
    without, only = (replace(mixed, scraped=each) for each in ("leave_out", "train_only"))
    for config in (without, only):
        assert TrainConfig.from_json(config.to_json()) == config
    plain = split_parts(gather(dataset, without), without)
    joined = split_parts(gather(dataset, only), only)
    assert (plain.validation, plain.test) == (joined.validation, joined.test)
    assert set(joined.train) - set(plain.train) == set(scraped)
    assert set(scraped) <= set(gather(dataset, mixed).ids)
    folded = replace(only, folds=3)
    for parts in fold_parts(gather(dataset, folded), folded):
        assert set(scraped) <= set(parts.train)
    originals = {each.group for each in dataset.by_ids(plain.test)}
    stranger, _ = dataset.add_samples(
        source, [replace(sample(50), group=originals.pop(), path="images/50.png")]
    )
    dataset.label(stranger, "expression", "happy")
    again = split_parts(gather(dataset, only), only)
    assert (again.test, again.train) == (joined.test, joined.train)


def test_classes_of_scraped_samples_alone_are_not_judged(dataset: Dataset, small: Recipe) -> None:
    source = dataset.add_source("search", "yahoo").id
    for each in dataset.samples(Query()):
        dataset.quarantine([each.id], "away")
    ids, _ = dataset.add_samples(source, [sample(n) for n in range(6)])
    dataset.label(ids[:3], "expression", "happy")
    dataset.label(ids[3:], "expression", "sad")
    with pytest.raises(TrainingProblem):
        gather(dataset, TrainConfig("expression", small, scraped="train_only"))
