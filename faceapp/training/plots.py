"""Pictures of a run: learning curves, confusion matrix, reliability. PNG bytes, no window."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from faceapp.training.epochs import Epoch
from faceapp.training.evaluation import Judgement

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe & Ito's colour-blind-safe blue and vermilion.
_TRAIN, _VALIDATION = "#0072B2", "#D55E00"
_DPI = 120


def figure_of(width: float, height: float) -> Figure:
    """A figure without pyplot, which would keep it alive and look for a screen."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def png_of(figure: Figure) -> bytes:
    """The figure as a file."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=_DPI)
    return buffer.getvalue()


def _plain(axes: Axes, title: str, x: str, y: str) -> None:
    axes.set_title(title, loc="left", fontsize=11)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.25)


def curves_png(curve: Sequence[Epoch], best: int) -> bytes:
    """Loss and balanced accuracy an epoch; training solid, validation dashed, the best marked.

    Of a fine-tuning only: its loss is another than the head's.
    """
    curve = [row for row in curve if row.phase == curve[-1].phase]
    figure = figure_of(9, 3.4)
    left, right = figure.subplots(1, 2)
    epochs = [row.epoch for row in curve]
    series = (
        (left, [row.loss for row in curve], [row.validation_loss for row in curve]),
        (
            right,
            [row.balanced_accuracy for row in curve],
            [row.validation_balanced_accuracy for row in curve],
        ),
    )
    for axes, train, validation in series:
        axes.plot(epochs, train, color=_TRAIN, label="training")
        if not np.isnan(validation).all():
            axes.plot(epochs, validation, color=_VALIDATION, ls="--", label="validation")
        axes.axvline(best, color="0.5", lw=0.8, ls=":")
    _plain(left, "Loss", "epoch", "loss")
    _plain(right, "Balanced accuracy", "epoch", "share")
    right.set_ylim(0, 1.02)
    left.legend(frameon=False)
    return png_of(figure)


def confusion_png(judgement: Judgement) -> bytes:
    """True classes as rows; colour is the share of the row, numbers are counts and shares."""
    counts = np.array(judgement.confusion)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    side = 2.2 + 0.85 * len(counts)
    figure = figure_of(side + 0.6, side)
    axes = figure.subplots()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (row, column), share in np.ndenumerate(shares):
        axes.text(
            column,
            row,
            f"{counts[row, column]}\n{share:.0%}",
            ha="center",
            va="center",
            fontsize=9,
            color="white" if share > 0.55 else "black",
        )
    ticks = range(len(counts))
    axes.set_xticks(ticks, judgement.classes, rotation=35, ha="right")
    axes.set_yticks(ticks, judgement.classes)
    axes.set_xlabel("predicted")
    axes.set_ylabel("true")
    axes.set_title(f"Confusion, {judgement.n} test images", loc="left", fontsize=11)
    return png_of(figure)


def reliability_png(judgement: Judgement) -> bytes:
    """How often answers are right against how sure they are; the diagonal is perfect."""
    figure = figure_of(4.4, 4)
    axes = figure.subplots()
    bins = judgement.reliability
    axes.plot([0, 1], [0, 1], color="0.6", lw=1)
    axes.plot([b.confidence for b in bins], [b.accuracy for b in bins], "o-", color=_TRAIN)
    for b in bins:
        axes.annotate(
            str(b.count),
            (b.confidence, b.accuracy),
            xytext=(4, -10),
            textcoords="offset points",
            fontsize=7,
            color="0.4",
        )
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.02)
    title = f"Reliability (calibration error {judgement.calibration_error:.2f})"
    _plain(axes, title, "top probability", "share right")
    return png_of(figure)
