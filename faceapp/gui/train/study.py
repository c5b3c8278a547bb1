"""What the study reported for its experiments, to stand beside one's own figures."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class StudyFigure:
    """Plain test accuracy (0..1) of the study's VGG16 on `n` test images of these classes."""

    classes: frozenset[str]
    accuracy: float
    n: int


# On the 10k US Adult Faces; sex is 380 of 422 right (its confusion: 160 32 / 10 220).
FIGURES = (
    StudyFigure(frozenset({"female", "male"}), 0.900, 422),
    StudyFigure(frozenset({"neutral", "happy", "sad", "angry", "surprised"}), 0.357, 70),
    StudyFigure(frozenset({"happy", "sad", "angry", "surprised"}), 0.569, 58),
    StudyFigure(frozenset({"happy", "angry"}), 0.768, 56),
)


def study_figure(classes: Collection[str]) -> StudyFigure | None:
    """The study's figure for the experiment with exactly these classes; None where it made none."""
    wanted = frozenset(classes)
    return next((figure for figure in FIGURES if figure.classes == wanted), None)
