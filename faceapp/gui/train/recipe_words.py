"""The fields of a recipe in groups, with what each does, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication


@dataclass(frozen=True)
class Field:
    """A setting of a recipe: its name there, its label and what it does (sources of tr)."""

    name: str
    label: str
    help: str


@dataclass(frozen=True)
class Group:
    """Fields that belong together."""

    title: str
    fields: tuple[Field, ...]


def _(text: str) -> str:
    return cast("str", QT_TRANSLATE_NOOP("recipes", text))


def tr(text: str) -> str:
    """Words of this module in the person's language."""
    return QCoreApplication.translate("recipes", text)


RECIPES = {
    "faceapp": _(
        "Aligned grey faces at 112 px, the third and fourth block of VGG16, a balanced linear head "
        "averaged over the mirror image and decided by folds of people. Best figures; minutes."
    ),
    "quick": _("The fourth block alone, without mirror image. A first look; fast on camera."),
    "fine-tune": _(
        "The whole VGG16; after the head, its fifth block learns too, at a lower rate. Slow "
        "without a graphics card."
    ),
    "study": _("As the study did it: whole colour image, its augmentation, one new last layer."),
}

GROUPS = (
    Group(
        _("Network"),
        (
            Field("backbone", _("Network"), _("The ImageNet network that looks at the face.")),
            Field("cut", _("Read at"), _("The layer, or two, whose output the head reads.")),
            Field("pool", _("Pooling"), _("mean2 joins 2x2 places, mean7 leaves 7x7, mean 1.")),
            Field("normalisation", _("Scaling"), _("own: as the network was trained. raw: 0-255.")),
        ),
    ),
    Group(
        _("Images"),
        (
            Field("size", _("Side, px"), _("Larger sees more and takes longer.")),
            Field("alignment", _("Crop"), _("aligned: eyes and mouth in fixed places.")),
            Field("no_face", _("No face found"), _("Use the whole image, or leave it out.")),
            Field("scale", _("Crop width"), _("Of the aligned crop; more shows more around it.")),
            Field("grey", _("Grey"), _("Take colour away, so that light and skin matter less.")),
            Field("mirror", _("Mirror"), _("Average over the image and its mirror image.")),
            Field("views", _("Augmented views"), _("0 is none; each view is shifted and turned.")),
        ),
    ),
    Group(
        _("Head"),
        (
            Field("head", _("Head"), _("ridge: least squares, balanced. softmax: the study's.")),
            Field("solver", _("Solver"), _("gradient shows a curve; closed_form does not.")),
            Field("balance", _("Balance"), _("Every class counts the same, however few it has.")),
            Field("inner_folds", _("Inner folds"), _("0 decides by the validation people alone.")),
            Field("level", _("Levelling"), _("0 to 1: lifts classes that are missed too often.")),
            Field("adapter", _("Adapter"), _("Filters of a small layer that learns; 0 is none.")),
            Field("penalty", _("Penalty"), _("More fits the training faces less closely.")),
            Field("learning_rate", _("Rate"), _("Of the softmax head.")),
            Field("batch", _("Batch"), _("Samples a step of the softmax head.")),
            Field("epochs", _("Epochs"), _("At most.")),
            Field("patience", _("Patience"), _("Epochs without a better one before it stops.")),
        ),
    ),
    Group(
        _("Fine-tuning"),
        (
            Field("unfreeze", _("Learns from"), _("none: head only. The block from which on.")),
            Field("tune_epochs", _("Epochs"), _("At most.")),
            Field("tune_patience", _("Patience"), _("Epochs without a better one; 0: never stop.")),
            Field("tune_batch", _("Batch"), _("Samples a step; fewer need less memory.")),
            Field("head_rate", _("Rate of the head"), _("How far each step goes.")),
            Field("base_rate", _("Rate of the network"), _("Lower, or it forgets what it knows.")),
            Field("schedule", _("Schedule"), _("cosine lets the rates fall to 0.")),
            Field("warm_up", _("Warm-up, epochs"), _("The rates rise from 0 over these.")),
            Field("weight_decay", _("Weight decay"), _("Keeps weights small.")),
            Field("smoothing", _("Label smoothing"), _("Share of an answer spread over all.")),
            Field("mixup", _("Mixup"), _("0 is none; blends pairs of faces.")),
            Field("batch_norm", _("Normalise"), _("Batch normalisation before the last layer.")),
            Field("dropout", _("Dropout"), _("Share of features left out at random.")),
        ),
    ),
)
