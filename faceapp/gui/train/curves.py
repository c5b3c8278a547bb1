"""Learning curves as panels of a plot: training solid, validation dashed."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

from faceapp.gui.colours import Colours
from faceapp.gui.language import tr
from faceapp.gui.train.drawing import Line, Panel
from faceapp.training.epochs import Epoch

LOSS, ACCURACY = 0, 1
# Okabe & Ito's blue and vermilion, lighter on a dark ground.
_LIGHT, _DARK = ("#0072B2", "#D55E00"), ("#56B4E9", "#F08A3C")


def train_and_validation(colours: Colours) -> tuple[str, str]:
    """The two colours on this scheme."""
    return _DARK if colours.scheme == "dark" else _LIGHT


def panels(
    rows: Sequence[Epoch],
    colours: Colours,
    *,
    points: Sequence[tuple[float, float, float]] = (),
    epochs: int = 0,
    best: int | None = None,
) -> list[Panel]:
    """Loss, and balanced accuracy, an epoch; `points` are single batches at their place.

    With points the epochs on x are all that there will be, as each point must fall inside.
    """
    x = [float(row.epoch) for row in rows]
    # Before the first epoch, too, epochs are not to be fractions or below zero.
    x_range = (0.0, float(max(epochs, 1))) if points or not rows else None
    mark = float(best) if best else None
    loss = _lines(x, [r.loss for r in rows], [r.validation_loss for r in rows], colours)
    accuracy = _lines(
        x,
        [r.balanced_accuracy for r in rows],
        [r.validation_balanced_accuracy for r in rows],
        colours,
    )
    if points:
        places = [point[0] for point in points]
        blue = train_and_validation(colours)[0]
        loss.append(Line("", places, [point[1] for point in points], blue, faint=True))
        accuracy.append(Line("", places, [point[2] for point in points], blue, faint=True))
    epoch = tr("epoch")
    return [
        Panel(tr("Loss"), epoch, tuple(loss), x_range, mark=mark),
        Panel(tr("Balanced accuracy"), epoch, tuple(accuracy), x_range, (0.0, 1.02), mark),
    ]


def _lines(
    x: Sequence[float], train: Sequence[float], validation: Sequence[float], colours: Colours
) -> list[Line]:
    blue, red = train_and_validation(colours)
    lines = [Line(tr("training"), x, train, blue)] if x else []
    if x and not all(isnan(value) for value in validation):
        lines.append(Line(tr("validation"), x, validation, red, "--"))
    return lines


def last_phase(rows: Sequence[Epoch]) -> list[Epoch]:
    """The rows of the phase that came last: another phase has another loss."""
    return [row for row in rows if row.phase == rows[-1].phase] if rows else []


def words(rows: Sequence[Epoch]) -> str:
    """The newest row in words."""
    if not rows:
        return ""
    row = rows[-1]
    return tr("Epoch {0}: loss {1:.3f}, balanced accuracy {2:.0%}, in validation {3:.0%}").format(
        row.epoch, row.loss, row.balanced_accuracy, row.validation_balanced_accuracy
    )
