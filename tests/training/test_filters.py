"""Filters of a training's samples: sources, reviewed labels, minima of raters; families."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from faceapp.dataset import Dataset, NewFinding, NewLabel, NewSample
from faceapp.training.checking import check, remaining
from faceapp.training.filters import FilterProblem, Filters, ratings
from faceapp.training.material import (
    Material,
    TrainConfig,
    TrainingProblem,
    all_parts,
    fold_parts,
    gather,
    inner_parts,
    split_parts,
)
from faceapp.training.recipes import Recipe
from faceapp.training.report import REPORT
from faceapp.training.trainer import train


def sample(number: int, **provenance: object) -> NewSample:
    return NewSample(
        name=f"{number}.png", path=f"images/{number}.png", sha256=f"{number:064x}", phash=number,
        width=9, height=9, format="png", group=f"p{number // 2}", provenance=provenance,
    )  # fmt: skip


@pytest.fixture
def rated(tmp_path: Path) -> Iterator[Dataset]:
    """40 rated samples of 20 people, later ones with more emotion; 20 unrated ones of a folder."""
    with Dataset.create(tmp_path / "rated") as dataset:
        told = [
            sample(n, emotion_amount=1 + n / 10, agreement={"expression": 1 - n / 80})
            for n in range(40)
        ]
        known, _ = dataset.add_samples(dataset.add_source("database", "10k").id, told)
        more = [sample(n) for n in range(40, 60)]
        unknown, _ = dataset.add_samples(dataset.add_source("folder", "mine").id, more)
        dataset.add_task("expression", ["neutral", "happy"])
        labels = {i: ("neutral", "happy")[n // 2 % 2] for n, i in enumerate((*known, *unknown))}
        dataset.add_labels("expression", [NewLabel(i, name) for i, name in labels.items()])
        yield dataset


@pytest.fixture
def config(small: Recipe) -> TrainConfig:
    return TrainConfig("expression", small)


def filtered(config: TrainConfig, **chosen: object) -> TrainConfig:
    return replace(config, samples=Filters(**chosen))  # type: ignore[arg-type]


def test_sources_are_chosen_for_every_side(rated: Dataset, config: TrainConfig) -> None:
    mine = rated.sources()[1].id
    chosen = filtered(config, sources=(mine,))
    material = gather(rated, chosen)
    assert {each.source for each in rated.by_ids(material.ids)} == {mine}
    assert len(material.ids) == 20
    with pytest.raises(FilterProblem, match="no source 99"):
        gather(rated, filtered(config, sources=(99,)))


def test_reviewed_is_what_a_person_gave_or_accepted(rated: Dataset, config: TrainConfig) -> None:
    chosen = filtered(config, reviewed=True)
    with pytest.raises(TrainingProblem, match="among the chosen samples"):
        gather(rated, chosen)
    ids = rated.sample_ids()
    given = [*ids[:6]]
    rated.label(given[:3], "expression", "happy")
    rated.label(given[3:], "expression", "neutral")
    assert gather(rated, chosen).ids == tuple(sorted(given))


def test_minima_are_for_training_alone(rated: Dataset, config: TrainConfig) -> None:
    plain = split_parts(gather(rated, config), config)
    chosen = filtered(config, min_intensity=0.3)
    material = gather(rated, chosen)
    parts = split_parts(material, chosen)
    assert (parts.validation, parts.test) == (plain.validation, plain.test)
    names = {i: material.classes[index] for i, index in material.truth.items()}
    told = ratings(rated, "expression", names)
    weak = {i for i, r in told.items() if r.intensity is not None and r.intensity < 0.3}
    assert weak
    assert set(plain.train) - set(parts.train) == weak & set(plain.train)
    assert any(i in weak for i in (*parts.validation, *parts.test))
    assert Material.from_json(material.to_json()) == material  # a resumed run keeps it
    folded = replace(chosen, folds=4)
    for each in (*fold_parts(material, folded), all_parts(material, folded)):
        assert not weak.intersection(each.train)
    for each in inner_parts(material, 3, 0):
        assert not weak.intersection(each.train)
        assert weak.intersection(each.validation)


def test_a_neutral_face_shows_its_class_by_little_emotion(
    rated: Dataset, config: TrainConfig
) -> None:
    chosen = filtered(config, min_intensity=0.5)
    material = gather(rated, chosen)
    for each in rated.by_ids(material.only_judge):
        amount = each.provenance["emotion_amount"]
        neutral = material.classes[material.truth[each.id]] == "neutral"
        assert amount > 3 if neutral else amount < 3


def test_agreement_of_raters_counts_where_there_were_several(
    rated: Dataset, config: TrainConfig
) -> None:
    disputed = rated.sample_ids()[-1]
    votes = ["happy", "happy", "neutral"]
    rated.add_labels("expression", [NewLabel(disputed, v, f"r{n}") for n, v in enumerate(votes)])
    below = gather(rated, filtered(config, min_agreement=0.8)).only_judge
    assert disputed in below
    shares = [each.provenance.get("agreement") for each in rated.by_ids(below - {disputed})]
    assert shares
    assert all(isinstance(s, dict) and s["expression"] < 0.8 for s in shares)


def test_a_minimum_that_leaves_nothing_stops_it(rated: Dataset, config: TrainConfig) -> None:
    rated.quarantine(rated.sample_ids()[40:], "only rated ones are left")
    chosen = filtered(config, min_agreement=1.0)
    with pytest.raises(TrainingProblem, match="lower it"):
        split_parts(gather(rated, chosen), chosen)
    assert any("lower it" in p.text and p.blocking for p in check(chosen, rated))
    assert remaining(chosen, rated).sides == {}


def test_what_remains_is_counted_a_class_and_side(rated: Dataset, config: TrainConfig) -> None:
    chosen = replace(filtered(config, min_intensity=0.3), exemplars=0.5)
    left = remaining(chosen, rated)
    material = gather(rated, chosen)
    parts = split_parts(material, chosen)
    for index, name in enumerate(material.classes):
        train, validation, test = left.sides[name]
        of = [i for i in parts.train if material.truth[i] == index]
        assert len(of) / 2 <= train <= len(of) / 2 + 2
        assert validation == sum(material.truth[i] == index for i in parts.validation)
        assert test == sum(material.truth[i] == index for i in parts.test)
    assert (left.taken, left.labelled, left.only_judge) == (60, 60, len(material.only_judge))
    assert left.rated == {"intensity", "agreement"}
    assert dict(left.sources) == {
        source.id: n for source, n in zip(rated.sources(), (40, 20), strict=True)
    }


def test_by_family_a_person_may_be_on_two_sides(rated: Dataset, config: TrainConfig) -> None:
    ids = rated.sample_ids()
    pair = (ids[0], ids[21])
    rated.record_findings("near_duplicate", [NewFinding(i, 1.0, 0.5, "twins") for i in pair])
    chosen = replace(config, split_by="family")
    material = gather(rated, chosen)
    assert material.groups[pair[0]] == material.groups[pair[1]]
    assert len(set(material.groups.values())) == 59
    person = gather(rated, config).groups
    assert person[pair[0]] == person[pair[1]]  # by person families stay together too
    parts = split_parts(material, chosen)
    people = [{person[i] for i in side} for side in (parts.train, parts.test)]
    assert people[0] & people[1]
    assert any("not by person" in problem.text for problem in check(chosen, rated))
    assert not any("not by person" in problem.text for problem in check(config, rated))


def test_a_run_tells_what_it_was_trained_on(
    dataset: Dataset, small: Recipe, imagenet: None
) -> None:
    votes = [NewLabel(i, "male", f"rater {n}") for n in range(3) for i in dataset.sample_ids()[:10]]
    dataset.add_labels("sex", votes)
    config = TrainConfig("sex", small, samples=Filters(min_agreement=0.6), split_by="family")
    assert TrainConfig.from_json(json.loads(json.dumps(config.to_json()))) == config
    run = train(dataset, config)
    stored = json.loads((run.folder / "config.json").read_text())
    assert stored["samples"]["min_agreement"] == 0.6
    assert stored["split_by"] == "family"
    assert any("60% of the raters" in note for note in run.result.notes)
    assert any("near-duplicates" in note for note in run.result.notes)
    report = (run.folder / REPORT).read_text()
    assert "60% of the raters" in report
    assert "test families of images it never saw" in report
