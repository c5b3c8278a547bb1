"""Out-of-fold probabilities: everybody judged once, by a head that never saw them."""

from __future__ import annotations

import numpy as np
import pytest

from faceapp.dataset import Dataset, SplitImpossible
from faceapp.jobs import Job
from faceapp.training import out_of_fold as module
from faceapp.training.fitting import Fitted, fit_head
from faceapp.training.heads import HeadData
from faceapp.training.material import Material, Parts, TrainConfig, TrainingProblem, fold_parts
from faceapp.training.out_of_fold import out_of_fold
from faceapp.training.recipes import Recipe
from faceapp.training.strangers import Fold, judged_by_strangers

pytestmark = pytest.mark.usefixtures("imagenet")


def test_people_who_cannot_be_dealt_twice_are_judged_fold_after_fold(
    dataset: Dataset, small: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows: dict[int, set[bytes]] = {}

    def watched(data: HeadData, recipe: Recipe, seed: int, job: Job) -> Fitted:
        seen = np.concatenate([*data.views, data.validation])
        rows[len(rows)] = {row.tobytes() for row in seen}
        return fit_head(data, recipe, seed, job)

    monkeypatch.setattr(module, "fit_head", watched)
    monkeypatch.setattr(module, "inner_folds", lambda *_: None)
    found = out_of_fold(dataset, "sex", small, folds=3)
    assert len(rows) == 3
    assert found.ids == tuple(sorted(dataset.answers("sex")))
    assert found.classes == ("female", "male")
    assert found.features.shape[0] == found.probabilities.shape[0] == len(found.ids)
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1)
    groups = dataset.groups(found.ids)
    by_group: dict[str, set[bytes]] = {}
    for sample, row in zip(found.ids, found.features, strict=True):
        by_group.setdefault(groups[sample], set()).add(row.tobytes())
    for members in by_group.values():
        # A group is wholly unknown to one head, the one that judged it, and known to the others.
        assert sorted(bool(members & seen) for seen in rows.values()) == [False, True, True]
    right = (found.probabilities.argmax(axis=1) == found.truth).mean()
    assert right > 0.6


def test_every_class_counts_as_often_as_it_is_where_labels_are_judged(
    dataset: Dataset, small: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipes: list[Recipe] = []

    def watched(data: HeadData, recipe: Recipe, seed: int, job: Job) -> Fitted:
        recipes.append(recipe)
        return fit_head(data, recipe, seed, job)

    monkeypatch.setattr(module, "fit_head", watched)
    settings = {"head": "softmax", "level": "0.75"}
    out_of_fold(dataset, "sex", small.with_settings(settings), folds=2)
    assert [(each.level, each.balance) for each in recipes] == [(0, False)] * 2


def test_heads_that_are_solved_at_once_know_nobody_whom_they_judge(
    dataset: Dataset, small: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    dealt: list[Fold] = []

    def watched(data: HeadData, folds: list[Fold], recipe: Recipe, job: Job) -> np.ndarray:
        dealt.extend(folds)
        return judged_by_strangers(data, folds, recipe, job)

    monkeypatch.setattr(module, "judged_by_strangers", watched)
    found = out_of_fold(dataset, "sex", small)
    assert 2 < len(dealt) <= 10
    assert sorted(np.concatenate([fold.judged for fold in dealt])) == list(range(len(found.ids)))
    groups = np.array([dataset.groups(found.ids)[each] for each in found.ids])
    for fold in dealt:
        assert sorted([*fold.judged, *fold.learned]) == list(range(len(found.ids)))
        assert not set(groups[fold.judged]) & set(groups[fold.learned])
        for each in np.unique(fold.inner):
            held = fold.inner == each
            assert not set(groups[fold.learned[held]]) & set(groups[fold.learned[~held]])
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1)
    assert (found.probabilities.argmax(axis=1) == found.truth).mean() > 0.6


def test_a_class_of_too_few_people_is_left_out(dataset: Dataset, small: Recipe) -> None:
    happy = [i for i, a in dataset.answers("expression").items() if a.answer == "happy"]
    groups = dataset.groups(happy)
    of_two = sorted(set(groups.values()))[:2]
    others = [sample for sample in happy if groups[sample] not in of_two]
    dataset.quarantine(others)
    answers = dataset.answers("expression")
    rest = [i for i, answer in answers.items() if answer.answer not in {"happy", "sad"}]
    dataset.quarantine(rest)
    with pytest.raises(TrainingProblem, match="3 people"):
        out_of_fold(dataset, "expression", small)
    dataset.undo()
    found = out_of_fold(dataset, "expression", small, folds=2)
    assert "happy" not in found.classes
    assert found.left_out == {"happy": len(happy) - len(others)}


def test_fewer_folds_are_made_where_people_cannot_be_dealt_into_more(
    dataset: Dataset, small: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def few(material: Material, config: TrainConfig) -> list[Parts]:
        asked.append(config.folds)
        if config.folds > 3:
            raise SplitImpossible("too many")
        return fold_parts(material, config)

    monkeypatch.setattr(module, "fold_parts", few)
    found = out_of_fold(dataset, "sex", small)
    assert asked[-1] == 3
    assert len(asked) > 1
    assert len(found.ids) == len(dataset.answers("sex"))
