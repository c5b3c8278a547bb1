"""Recipes: named training set-ups, and how single settings of them are changed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin, get_type_hints

from faceapp.errors import WorldError
from faceapp.faces import Preprocessing
from faceapp.networks.architectures import BACKBONES, Backbone
from faceapp.networks.backbones import JOINT, TrunkSpec
from faceapp.networks.tails import NONE, frozen_cut
from faceapp.words import Words

_SHARES = {"smoothing", "dropout"}
_COUNTS = {"batch", "epochs", "tune_batch", "tune_epochs"}


class RecipeError(WorldError):
    """A recipe or a setting that does not exist, or a value that does not fit it."""


@dataclass(frozen=True)
class Recipe:
    """Everything that decides how a training goes, apart from the samples.

    Attributes:
        name: as shown and stored with the run.
        backbone: a key of `networks.BACKBONES`.
        cut: layer of the backbone whose output the head reads; "top" is fc2 where the weights
            have it, else the last pooling layer; several ends of stages are joined by "+".
        pool: "mean2" averages 2x2 neighbours of the map (14x14 becomes 7x7), "mean7" as many as
            make it 7x7, "mean" the whole map, "none" keeps it.
        size: input side in pixels.
        alignment: "aligned" crops the face by its landmarks, "whole" takes the image as it is.
        no_face: what becomes of images in which no face is found: "whole" uses them as they are
            (right for tight crops), "leave_out" does not train or judge on them.
        scale: zoom of the aligned crop (see `faces.Preprocessing`).
        grey: whether colour is taken away.
        normalisation: "own" (what the backbone was trained on), "caffe" (BGR minus the ImageNet
            means, which is a VGG's own) or "raw".
        mirror: average over the image and its mirror image, in training and in the saved model.
        views: 0 trains on the plain crop; V > 0 on V augmented views, epoch e on view e mod V.
        head: "ridge" (least squares on +-1 targets) or "softmax" (cross-entropy).
        solver: of the ridge head: "gradient", with a loss curve, or "closed_form".
        balance: weight samples so that every class counts the same.
        inner_folds: 2 and more deal the people who are not for testing into so many folds: every
            sample is scored by a ridge head that saw nobody of its fold, all of them decide what
            validation decides otherwise, and the head that is kept learns from all of them. Not
            with augmented views.
        level: how far to go, 0..1, towards class biases with which no class is favoured among the
            samples that decide (see `crossing.level`): more balanced accuracy for less plain.
        adapter: filters of a 1 x 1 convolution that learns on the frozen maps beside the ridge
            head, whose scores and its own are added in equal parts (see `adapting`); 0 is none.
            Only where `inner_folds` decide.
        penalty: of the ridge head, for features scaled to a mean squared norm of 1.
        learning_rate: of the softmax head's Adam.
        batch: samples a step of the softmax head.
        epochs: at most.
        patience: epochs without a better validation loss before it stops; 0 never stops early.
        unfreeze: "none" trains the head alone; a stage of the backbone ("block5") lets the base
            learn from there on, once the head is fitted; "all" the whole base.
        tune_epochs: of fine-tuning, at most.
        tune_patience: epochs without a better balanced accuracy in validation before it stops;
            0 never stops early. The best epoch is kept, or the head alone if it is not bettered.
        tune_batch: samples a step of fine-tuning.
        head_rate: learning rate of the head in fine-tuning.
        base_rate: learning rate of the unfrozen layers, lower than the head's.
        schedule: "cosine" lets both rates fall to 0 over `tune_epochs`, "constant" keeps them.
        warm_up: epochs over which both rates rise from 0 at the start.
        weight_decay: of AdamW in fine-tuning.
        smoothing: share of each answer that is spread over all classes (label smoothing), 0..1, in
            fine-tuning and of the adapter.
        mixup: alpha of mixup's Beta distribution; 0 mixes nothing.
        batch_norm: normalise the features, channel by channel, before the last layer.
        dropout: share of the features left out at random in each step of fine-tuning, 0..1, or of
            what the adapter makes of them.

    """

    name: str
    backbone: str = "vgg16"
    cut: str = "block4_pool"
    pool: Literal["none", "mean2", "mean7", "mean"] = "mean2"
    size: int = 224
    alignment: Literal["aligned", "whole"] = "aligned"
    no_face: Literal["whole", "leave_out"] = "whole"
    scale: float = 2.1
    grey: bool = True
    normalisation: Literal["own", "caffe", "raw"] = "caffe"
    mirror: bool = True
    views: int = 0
    head: Literal["ridge", "softmax"] = "ridge"
    solver: Literal["gradient", "closed_form"] = "gradient"
    balance: bool = True
    inner_folds: int = 0
    level: float = 0.0
    adapter: int = 0
    penalty: float = 1.0
    learning_rate: float = 1e-4
    batch: int = 32
    epochs: int = 300
    patience: int = 30
    unfreeze: str = NONE
    tune_epochs: int = 12
    tune_patience: int = 4
    tune_batch: int = 16
    head_rate: float = 1e-4
    base_rate: float = 3e-5
    schedule: Literal["cosine", "constant"] = "cosine"
    warm_up: float = 1.0
    weight_decay: float = 1e-4
    smoothing: float = 0.1
    mixup: float = 0.0
    batch_norm: bool = True
    dropout: float = 0.5

    @property
    def tunes(self) -> bool:
        """Whether any of the base learns."""
        return self.unfreeze != NONE

    @property
    def crosses(self) -> bool:
        """Whether inner folds of people decide what validation decides otherwise."""
        return self.inner_folds > 1 and self.head == "ridge" and not (self.views or self.tunes)

    @property
    def adapts(self) -> bool:
        """Whether an adapter learns beside the head."""
        return self.adapter > 0 and self.crosses

    @property
    def preprocessing(self) -> Preprocessing:
        """How an image becomes the network's input."""
        return Preprocessing(size=self.size, alignment=self.alignment, scale=self.scale)

    def trunk(self, *, has_top: bool) -> TrunkSpec:
        """The frozen part of the network; `has_top` says whether the weights hold fc1 and fc2."""
        top = "fc2" if has_top else "block5_pool"
        return TrunkSpec(
            backbone=self.backbone,
            size=self.size,
            cut=top if self.cut == "top" else self.cut,
            pool=self.pool,
            grey=self.grey,
            normalisation=self.normalisation,
        )

    def maps(self, *, has_top: bool) -> TrunkSpec:
        """The part of the trunk that stays frozen in fine-tuning, up to a whole map.

        Raises:
            InvalidTrunk: `unfreeze` names no stage before the cut.

        """
        spec = self.trunk(has_top=has_top)
        cut = frozen_cut(spec, self.unfreeze)
        return dataclasses.replace(spec, cut=cut, pool="none")

    def with_settings(self, settings: Mapping[str, str]) -> Recipe:
        """The same recipe with some settings changed, each given as text.

        Another backbone brings its own cut and normalisation, unless they are given as well.

        Raises:
            RecipeError: a setting that does not exist or a value that does not fit, by name.

        """
        values = {k: _parse(k, v) for k, v in settings.items()}
        backbone = BACKBONES.get(values.get("backbone", self.backbone))
        if backbone is not None and backbone.name != self.backbone:
            values = {**self._fitting(backbone), **values}
        return dataclasses.replace(self, **values)

    def _fitting(self, backbone: Backbone) -> dict[str, Any]:
        """What must change for another backbone; nothing between two VGGs."""
        if set(self.cut.split(JOINT)) <= set(backbone.cuts):
            return {}
        fitting = {"cut": backbone.default_cut, "normalisation": "own"}
        if self.tunes:
            last = backbone.stages[-1]
            fitting |= {"cut": last.end, "pool": "mean", "unfreeze": last.name}
        return fitting

    def to_json(self) -> dict[str, Any]:
        """Every setting by name."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Recipe:
        """The recipe that `to_json` wrote; settings it lacks take their defaults."""
        unknown = sorted(set(data) - set(_types()))
        if unknown:
            raise RecipeError(Words("a recipe has no setting {unknown!r}", unknown=unknown[0]))
        return cls(**data)


def _types() -> dict[str, Any]:
    return get_type_hints(Recipe)


def _parse(setting: str, text: str) -> Any:
    types = _types()
    kind = types.get(setting)
    if kind is None or setting == "name":
        known = ", ".join(sorted(set(types) - {"name"}))
        raise RecipeError(
            Words(
                "a recipe has no setting {setting!r}; settings are: {known}",
                setting=setting,
                known=known,
            )
        )
    if get_origin(kind) is Literal:
        return _one_of(setting, text, get_args(kind))
    if kind is bool:
        return _one_of(setting, text.lower(), ("true", "false")) == "true"
    try:
        value = kind(text)
    except ValueError:
        raise RecipeError(
            Words(
                "{setting}={text}: a {kind} is needed",
                setting=setting,
                text=text,
                kind=kind.__name__,
            )
        ) from None
    if kind in {int, float} and not 0 <= value < float("inf"):
        raise RecipeError(
            Words(
                "{setting}={text}: the value may not be negative or infinite",
                setting=setting,
                text=text,
            )
        )
    if setting in _SHARES and value >= 1:
        raise RecipeError(
            Words("{setting}={text}: a share below 1 is needed", setting=setting, text=text)
        )
    if setting == "level" and value > 1:
        raise RecipeError(
            Words("{setting}={text}: a share of at most 1 is needed", setting=setting, text=text)
        )
    if setting in _COUNTS and value < 1:
        raise RecipeError(
            Words("{setting}={text}: at least 1 is needed", setting=setting, text=text)
        )
    return value


def _one_of(setting: str, text: str, choices: Iterable[str]) -> str:
    if text not in choices:
        raise RecipeError(
            Words(
                "{setting}={text}: one of {choices} is needed",
                setting=setting,
                text=text,
                choices=", ".join(choices),
            )
        )
    return text


DEFAULT = "faceapp"

RECIPES: Mapping[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        Recipe(
            "faceapp",
            cut="block3_pool+block4_pool",
            pool="mean7",
            size=112,
            inner_folds=4,
            level=0.75,
            adapter=64,
        ),
        Recipe("quick", cut="block3_pool", pool="mean7", size=112, mirror=False),
        Recipe("fine-tune", cut="block5_pool", pool="none", unfreeze="block5"),
        Recipe(
            "study",
            cut="top",
            pool="none",
            alignment="whole",
            grey=False,
            normalisation="raw",
            mirror=False,
            views=4,
            head="softmax",
            balance=False,
            epochs=50,
            patience=0,
        ),
    )
}


def recipe_named(name: str) -> Recipe:
    """The recipe of that name.

    Raises:
        RecipeError: there is none; the message lists those there are.

    """
    try:
        return RECIPES[name]
    except KeyError:
        raise RecipeError(
            Words(
                "no recipe {name!r}; recipes are: {recipes}", name=name, recipes=", ".join(RECIPES)
            )
        ) from None


def settings_of(recipe: Recipe) -> dict[str, str]:
    """The settings by which it differs from the recipe of its name, as text for `with_settings`.

    Raises:
        RecipeError: faceapp has no recipe of that name.

    """
    named = recipe_named(recipe.name).to_json()
    return {key: _text(value) for key, value in recipe.to_json().items() if value != named[key]}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
