"""A saved model for use elsewhere: written, asked about real crops, and only then called done."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from faceapp.errors import WorldError
from faceapp.inference import Network, openvino_module
from faceapp.networks.frameworks import building, convert
from faceapp.networks.saved_model import load_keras, model_file, read_info

# Another engine rounds otherwise; a probability that is off by more is another model's.
_TOLERANCE = 1e-3

Answers = NDArray[np.float32]


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


@dataclass(frozen=True)
class Format:
    """One kind of file: its ending, how it is written, and how it is asked about crops.

    `write` leaves its main file at the given path, and may leave others of its stem beside it.
    """

    suffix: str
    write: Callable[[Path, Path], None]
    ask: Callable[[Path, NDArray[np.uint8]], Answers]


def export_model(run: Path, out: Path, form: str, crops: NDArray[np.uint8]) -> Exported:
    """Write the model of a run as `out`, checked on crops (N, size, size, 3) RGB.

    The ending of the format is added where `out` lacks it. Classes and preprocessing are inside
    the file or, as JSON, beside it.

    Raises:
        ExportRefused: unknown format, a file that is there already or cannot be written, or one
            that answers otherwise than the model; nothing is left then.
        ModelRefused: the run has no whole model.

    """
    if form not in FORMATS:
        raise ExportRefused(f"no format {form!r}; formats are: {', '.join(FORMATS)}")
    model = model_file(run)
    wanted = _ask_keras(model, crops)
    how = FORMATS[form]
    target = out if out.suffix == how.suffix else out.with_name(out.name + how.suffix)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".export-") as folder:
            written = Path(folder, target.name)
            how.write(model, written)
            result = _compared(target, wanted, how.ask(written, crops))
            _move(Path(folder), target)
    except OSError as error:
        raise ExportRefused(f"{target} cannot be written: {error}.") from error
    return result


def _compared(target: Path, wanted: Answers, found: Answers) -> Exported:
    same = int((wanted.argmax(axis=1) == found.argmax(axis=1)).sum())
    difference = float(np.abs(wanted - found).max(initial=0))
    if not difference <= _TOLERANCE:  # nan is no number to rely on either
        raise ExportRefused(
            f"{target} was not written: it would answer otherwise than the model (probabilities "
            f"differ by up to {difference:.3f}, {len(wanted) - same} of {len(wanted)} answers)."
        )
    return Exported(target, len(wanted), same, difference)


def _move(folder: Path, target: Path) -> None:
    """Put what was written in its place, the main file last; nothing there is overwritten."""
    files = sorted(folder.iterdir(), key=lambda file: file.name == target.name)
    for file in files:
        if (target.parent / file.name).exists():
            raise ExportRefused(f"{target.parent / file.name} is there already: name another.")
    for file in files:
        file.replace(target.parent / file.name)


def _write_keras(model: Path, file: Path) -> None:
    shutil.copyfile(model, file)


def _ask_keras(file: Path, crops: NDArray[np.uint8]) -> Answers:
    with building:
        model = load_keras(file)
    return np.asarray(model.predict(crops.astype(np.float32), verbose=0), np.float32)


def _write_openvino(model: Path, file: Path) -> None:
    with building:
        converted = convert(load_keras(model))
    openvino_module().save_model(converted, file, compress_to_fp16=False)
    info = json.dumps(read_info(model).to_json(), indent=2)
    file.with_suffix(".json").write_text(info, encoding="utf-8")


def _ask_openvino(file: Path, crops: NDArray[np.uint8]) -> Answers:
    return Network(file)(crops.astype(np.float32))[0]


FORMATS: Mapping[str, Format] = {
    "keras": Format(".keras", _write_keras, _ask_keras),
    "openvino": Format(".xml", _write_openvino, _ask_openvino),
}
