"""The fields of a recipe in groups, with what each does, in words."""

from __future__ import annotations

from dataclasses import dataclass

from faceapp.words import Words


@dataclass(frozen=True)
class Field:
    """A setting of a recipe: its name there, its label and what it does."""

    name: str
    label: str
    help: str


@dataclass(frozen=True)
class Group:
    """Fields that belong together."""

    title: Words
    fields: tuple[Field, ...]


RECIPES = {
    "faceapp": Words(
        "Aligned grey faces at 112 px, the third and fourth block of VGG16, a balanced linear head "
        "averaged over the mirror image and decided by folds of people. Best figures; minutes."
    ),
    "quick": Words("The third block alone, without mirror image. A first look; fast on camera."),
    "fine-tune": Words(
        "The whole VGG16; after the head, its fifth block learns too, at a lower rate. Slow "
        "without a graphics card."
    ),
    "study": Words(
        "As the study did it: whole colour image, its augmentation, one new last layer."
    ),
}

GROUPS = (
    Group(
        Words("Network"),
        (
            Field(
                "backbone", Words("Network"), Words("The ImageNet network that looks at the face.")
            ),
            Field(
                "cut", Words("Read at"), Words("The layer, or two, whose output the head reads.")
            ),
            Field(
                "pool", Words("Pooling"), Words("mean2 joins 2x2 places, mean7 leaves 7x7, mean 1.")
            ),
            Field(
                "normalisation",
                Words("Scaling"),
                Words("own: as the network was trained. raw: 0-255."),
            ),
        ),
    ),
    Group(
        Words("Images"),
        (
            Field("size", Words("Side, px"), Words("Larger sees more and takes longer.")),
            Field("alignment", Words("Crop"), Words("aligned: eyes and mouth in fixed places.")),
            Field(
                "no_face", Words("No face found"), Words("Use the whole image, or leave it out.")
            ),
            Field(
                "scale",
                Words("Crop width"),
                Words("Of the aligned crop; more shows more around it."),
            ),
            Field(
                "grey",
                Words("Grey"),
                Words("Take colour away, so that light and skin matter less."),
            ),
            Field("mirror", Words("Mirror"), Words("Average over the image and its mirror image.")),
            Field(
                "views",
                Words("Augmented views"),
                Words("0 is none; each view is shifted and turned."),
            ),
        ),
    ),
    Group(
        Words("Head"),
        (
            Field(
                "head",
                Words("Head"),
                Words("ridge: least squares, balanced. softmax: the study's."),
            ),
            Field(
                "solver", Words("Solver"), Words("gradient shows a curve; closed_form does not.")
            ),
            Field(
                "balance",
                Words("Balance"),
                Words("Every class counts the same, however few it has."),
            ),
            Field(
                "inner_folds",
                Words("Inner folds"),
                Words("0 decides by the validation people alone."),
            ),
            Field(
                "level",
                Words("Levelling"),
                Words("0 to 1: lifts classes that are missed too often."),
            ),
            Field(
                "adapter",
                Words("Adapter"),
                Words("Filters of a small layer that learns; 0 is none."),
            ),
            Field("penalty", Words("Penalty"), Words("More fits the training faces less closely.")),
            Field("learning_rate", Words("Rate"), Words("Of the softmax head.")),
            Field("batch", Words("Batch"), Words("Samples a step of the softmax head.")),
            Field("epochs", Words("Epochs"), Words("At most.")),
            Field(
                "patience", Words("Patience"), Words("Epochs without a better one before it stops.")
            ),
        ),
    ),
    Group(
        Words("Fine-tuning"),
        (
            Field(
                "unfreeze", Words("Learns from"), Words("none: head only. The block from which on.")
            ),
            Field("tune_epochs", Words("Epochs"), Words("At most.")),
            Field(
                "tune_patience",
                Words("Patience"),
                Words("Epochs without a better one; 0: never stop."),
            ),
            Field("tune_batch", Words("Batch"), Words("Samples a step; fewer need less memory.")),
            Field("head_rate", Words("Rate of the head"), Words("How far each step goes.")),
            Field(
                "base_rate",
                Words("Rate of the network"),
                Words("Lower, or it forgets what it knows."),
            ),
            Field("schedule", Words("Schedule"), Words("cosine lets the rates fall to 0.")),
            Field("warm_up", Words("Warm-up, epochs"), Words("The rates rise from 0 over these.")),
            Field("weight_decay", Words("Weight decay"), Words("Keeps weights small.")),
            Field(
                "smoothing", Words("Label smoothing"), Words("Share of an answer spread over all.")
            ),
            Field("mixup", Words("Mixup"), Words("0 is none; blends pairs of faces.")),
            Field(
                "batch_norm",
                Words("Normalise"),
                Words("Batch normalisation before the last layer."),
            ),
            Field("dropout", Words("Dropout"), Words("Share of features left out at random.")),
        ),
    ),
)
