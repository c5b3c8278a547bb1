"""A run's model for use elsewhere: checked on its own test images, with its card beside it."""

from __future__ import annotations

from pathlib import Path

from faceapp.networks.exporting import Exported, export_model
from faceapp.training.cards import model_card
from faceapp.training.tested import crops_of_run


def export_run(run: Path, out: Path, form: str, count: int = 50) -> Exported:
    """Write the model of a run in a dataset's `runs/` as `out`, in a format of `FORMATS`.

    Args:
        run: its folder.
        out: file to write; the format's ending is added where it lacks it.
        form: one of `networks.formats.FORMATS`.
        count: test images that it must answer as the Keras model does.

    Raises:
        ExportRefused: see `export_model`.
        RunUnreadable, ModelRefused: the run cannot be read.

    """
    return export_model(run, out, form, crops_of_run(run, count), model_card(run))
