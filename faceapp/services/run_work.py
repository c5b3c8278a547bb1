"""Work on finished runs for the window: notes, comparing, where a model looks, exporting."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from faceapp.dataset import Dataset
from faceapp.errors import WorldError
from faceapp.gui.train.figures import Compared, ExportDone, HeatPicture
from faceapp.jobs import Job
from faceapp.words import Words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from faceapp.networks.heat import HeatMapper
    from faceapp.training.child import TrainingRequest
    from faceapp.training.events import OnEvent

NOTE = "note.txt"
# Warm colours over what a model looked at: from none over orange to red.
_WARM = ((255.0, 196.0, 0.0), (220.0, 20.0, 0.0))
_STRONGEST = 0.7
# A model that is asked with parts covered takes seconds an image: so many are enough to see.
_MOST_BY_OCCLUSION = 6
_EXPORT_PATIENCE_SECONDS = 300.0


class NoteNotKept(WorldError):
    """A note could not be written; the message says why."""


def read_note(run: Path) -> str:
    """The person's note on a run; "" where there is none."""
    try:
        return (run / NOTE).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return ""


def keep_note(run: Path, text: str) -> None:
    """Keep a note with a run; "" removes it. Raises `NoteNotKept`."""
    file, partial = run / NOTE, run / f".{NOTE}"
    try:
        if text.strip():
            partial.write_text(text.strip() + "\n", encoding="utf-8")
            partial.replace(file)
        else:
            file.unlink(missing_ok=True)
    except OSError as error:
        raise NoteNotKept(
            Words("The note on {run} cannot be kept: {error}.", run=run.name, error=error)
        ) from error


def compare(folder: Path, runs: Sequence[Path], job: Job = Job()) -> Compared:
    """See `training.comparing.compare`, with curves and the samples whose answer changed."""
    from faceapp.services.run_reading import read_curve, samples_by_name
    from faceapp.training.comparing import compare as compare_runs
    from faceapp.training.records import read_run

    found = compare_runs(runs)
    job.check()
    with Dataset.open(folder) as dataset:
        samples = samples_by_name(dataset, runs[0])
    return Compared(
        comparison=found,
        curves={run.name: tuple(read_curve(run)) for run in runs},
        recipes={run.name: read_run(run).recipe for run in runs},
        changed=tuple(samples[each.image] for each in found.changed if each.image in samples),
    )


_one_at_a_time = threading.Lock()  # a mapper is not for two threads


@lru_cache(maxsize=1)
def _mapper(run: Path) -> HeatMapper:
    from faceapp.networks.heat import HeatMapper

    return HeatMapper(run)


def heat(
    folder: Path, run: Path, wanted: Sequence[tuple[int, str]], job: Job = Job()
) -> list[HeatPicture]:
    """Where a run's model looked in samples, each with the class that it answered.

    Samples that cannot be read (any more) are passed over. Raises `ModelRefused`.
    """
    from faceapp.networks.crops import Crops

    found = []
    with _one_at_a_time, Dataset.open(folder) as dataset:
        mapper = _mapper(run)
        answered = dict(wanted if mapper.exact else wanted[:_MOST_BY_OCCLUSION])
        crops = Crops(dataset, list(answered), mapper.info.preprocessing)
        ids = [item.id for item in crops.items]
        for done, (sample, crop) in enumerate(crops(ids)):
            job.step(Words("Looking where it looked"), done, len(ids))
            chosen = mapper.info.classes.index(answered[sample])
            warm = warmed(crop, mapper.heat(crop, chosen))
            found.append(HeatPicture(sample, len(warm), warm.tobytes(), mapper.exact))
    return found


def warmed(crop: NDArray[np.uint8], places: NDArray[np.float32]) -> NDArray[np.uint8]:
    """A crop (S, S, 3) with warm colours where `places` (h, w) are above 0."""
    import numpy as np

    from faceapp._cv import cv2

    side = len(crop)
    for_it = np.clip(places, 0, None)
    for_it /= max(float(for_it.max()), 1e-9)
    share = np.clip(cv2.resize(for_it, (side, side), interpolation=cv2.INTER_CUBIC), 0, 1)[
        ..., None
    ]
    low, high = (np.array(colour) for colour in _WARM)
    colour = low + (high - low) * share
    mixed = crop * (1 - _STRONGEST * share) + colour * _STRONGEST * share
    warm: NDArray[np.uint8] = np.rint(mixed).astype(np.uint8)
    return warm


def export(folder: Path, run: Path, form: str, out: Path, job: Job = Job()) -> ExportDone:
    """See `training.exports.export_run`; in a process of its own, as it loads TensorFlow."""
    from faceapp.training.child import TrainingRequest
    from faceapp.training.supervising import new_log, supervise

    request = TrainingRequest(folder, new_log(), resume=run, notes=(form, str(out)))
    file = request.log.with_suffix(".json")
    try:
        supervise(request, job, work=export_and_check, patience_seconds=_EXPORT_PATIENCE_SECONDS)
        done: Any = json.loads(file.read_text(encoding="utf-8"))
    finally:
        file.unlink(missing_ok=True)
    return ExportDone(
        Path(done["file"]), done["checked"], done["same_class"], done["max_difference"]
    )


def export_and_check(request: TrainingRequest, _job: Job, _on_event: OnEvent) -> Path:
    """Work of the process that exports: leaves what it found beside its log."""
    from faceapp.training.exports import export_run

    assert request.resume is not None
    form, out = request.notes
    done = export_run(request.resume, Path(out), form)
    file = request.log.with_suffix(".json")
    file.write_text(json.dumps({**asdict(done), "file": str(done.file)}), encoding="utf-8")
    return file
