"""A training that is set up in the window, as the engine takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faceapp.gui.train.offers import SetUp

if TYPE_CHECKING:
    from faceapp.training.material import TrainConfig


def config_of(setup: SetUp) -> TrainConfig:
    """The same as a `TrainConfig`."""
    from faceapp.training.material import TrainConfig

    return TrainConfig(
        task=setup.task,
        recipe=setup.recipe,
        classes=setup.classes,
        folds=setup.folds,
        seed=setup.seed,
        ratios=setup.ratios,
        weights=setup.weights,
        exemplars=setup.exemplars,
        scraped=setup.scraped,
        samples=setup.samples,
        split_by=setup.split_by,
    )
