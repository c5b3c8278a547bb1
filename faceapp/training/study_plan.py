"""The experiments of the study that this program grew out of, and what it reported of them.

10k US Adult Faces, VGG16 (VGG19 once) frozen but for the last layer, Adam 1e-4, 224x224 pixels,
50 epochs; one split each, by image.
"""

from __future__ import annotations

from dataclasses import dataclass

from faceapp.training.material import Scraped

_FIVE = ("neutral", "happy", "sad", "angry", "surprised")
_FOUR = _FIVE[1:]
EXTREME_SHARE = 0.5


@dataclass(frozen=True)
class Reported:
    """What the study reported: images of its split, and plain test accuracy, 0..1."""

    train: int
    validation: int
    test: int
    accuracy: float


@dataclass(frozen=True)
class Way:
    """One way to train on an experiment's split: a recipe, on all or on the most extreme."""

    name: str
    recipe: str
    exemplars: float = 1.0


STUDY, FACEAPP = Way("study", "study"), Way("faceapp", "faceapp")
EXTREME = Way(f"faceapp, most extreme {EXTREME_SHARE:.0%}", "faceapp", EXTREME_SHARE)


@dataclass(frozen=True)
class Experiment:
    """One question to the data: `scraped` says what images of a search are for.

    `reported` is None where the study has no such figure.
    """

    name: str
    title: str
    task: str
    classes: tuple[str, ...]
    reported: Reported | None = None
    scraped: Scraped = "train_only"
    needs_scraped: bool = False
    backbone: str = "vgg16"
    ways: tuple[Way, ...] = (STUDY, FACEAPP)


EXPERIMENTS = (
    Experiment(
        "sex",
        "Sex",
        "sex",
        ("female", "male"),
        Reported(1356, 444, 422, 0.900),
        scraped="leave_out",
    ),
    Experiment(
        "five",
        "5 expressions",
        "expression",
        _FIVE,
        Reported(243, 85, 70, 0.357),
        scraped="leave_out",
    ),
    Experiment(
        "five-scraped",
        "5 expressions, scraped images in training",
        "expression",
        _FIVE,
        Reported(327, 115, 70, 0.386),
        needs_scraped=True,
    ),
    Experiment(
        "four",
        "4 expressions, without neutral",
        "expression",
        _FOUR,
        Reported(272, 97, 58, 0.569),
    ),
    Experiment(
        "four-vgg19",
        "4 expressions, without neutral, VGG19",
        "expression",
        _FOUR,
        Reported(272, 97, 58, 0.534),
        backbone="vgg19",
    ),
    Experiment(
        "happy-angry",
        "Happy or angry",
        "expression",
        ("happy", "angry"),
        Reported(166, 54, 56, 0.768),
    ),
    Experiment(
        "six",
        "6 expressions, beyond the study",
        "expression",
        (*_FIVE, "disgusted"),
    ),
    Experiment(
        "extreme",
        "5 expressions, most extreme exemplars",
        "expression",
        _FIVE,
        scraped="leave_out",
        ways=(FACEAPP, EXTREME),
    ),
)
