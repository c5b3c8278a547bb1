"""A saved model for use elsewhere: written, asked about real crops, and only then called done."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from faceapp.errors import WorldError
from faceapp.networks.formats import FORMATS, Answers, ask_keras, beside
from faceapp.networks.saved_model import model_file
from faceapp.words import Words

# Another engine rounds otherwise; a probability that is off by more is another model's.
_TOLERANCE = 1e-3
_CARD = ".md"


class ExportRefused(WorldError):
    """The model cannot be written there, or what was written does not answer as it should."""


@dataclass(frozen=True)
class Exported:
    """What was written, and how it compares with the Keras model on `checked` crops.

    `same_class` counts the crops with the same answer; `max_difference` is the largest one of any
    probability.
    """

    file: Path
    checked: int
    same_class: int
    max_difference: float

    def to_json(self) -> dict[str, Any]:
        """Values that JSON can hold; `file` is absolute."""
        return {**vars(self), "file": str(self.file.absolute())}


def export_model(
    run: Path, out: Path, form: str, crops: NDArray[np.uint8], card: str = ""
) -> Exported:
    """Write the model of a run as `out`, checked on crops (N, size, size, 3) RGB.

    The ending of the format is added where `out` lacks it. Classes and preprocessing are inside
    the file or, as JSON, beside it; so is the model card (Markdown), with a line on the check.

    Raises:
        ExportRefused: unknown format, a file that is there already or cannot be written, or one
            that answers otherwise than the model; nothing is left then.
        ModelRefused: the run has no whole model.

    """
    if form not in FORMATS:
        raise ExportRefused(
            Words(
                "no format {form!r}; formats are: {formats}", form=form, formats=", ".join(FORMATS)
            )
        )
    model = model_file(run)
    wanted = ask_keras(model, crops)
    how = FORMATS[form]
    target = out if out.suffix == how.suffix else out.with_name(out.name + how.suffix)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".export-") as folder:
            written = Path(folder, target.name)
            how.write(model, written)
            result = _compared(target, wanted, how.ask(written, crops))
            if card:
                text = f"{card.rstrip()}\n\n{_check(form, result)}\n"
                beside(written, _CARD).write_text(text, encoding="utf-8")
            _move(Path(folder), target)
    except OSError as error:
        raise ExportRefused(
            Words("{target} cannot be written: {error}.", target=target, error=error)
        ) from error
    return result


def _compared(target: Path, wanted: Answers, found: Answers) -> Exported:
    same = int((wanted.argmax(axis=1) == found.argmax(axis=1)).sum())
    difference = float(np.abs(wanted - found).max(initial=0))
    if not difference <= _TOLERANCE:  # nan is no number to rely on either
        raise ExportRefused(
            Words(
                "{target} was not written: it would answer otherwise than the model (probabilities "
                "differ by up to {difference:.3f}, {number} of {total} answers).",
                target=target,
                difference=difference,
                number=len(wanted) - same,
                total=len(wanted),
            )
        )
    return Exported(target, len(wanted), same, difference)


def _check(form: str, result: Exported) -> str:
    return (
        f"## This file\n\n`{result.file.name}` ({form}) was asked about {result.checked} test "
        f"images: {result.same_class} answers as the Keras model's, probabilities within "
        f"{result.max_difference:.1e}."
    )


def _move(folder: Path, target: Path) -> None:
    """Put what was written in its place, the main file last; nothing there is overwritten."""
    files = sorted(folder.iterdir(), key=lambda file: file.name == target.name)
    for file in files:
        if (target.parent / file.name).exists():
            raise ExportRefused(
                Words("{parent} is there already: name another.", parent=target.parent / file.name)
            )
    for file in files:
        file.replace(target.parent / file.name)
