"""What stands behind "Re-run the study": all of it in a process of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from faceapp.dataset import Dataset
from faceapp.jobs import Job

if TYPE_CHECKING:
    from faceapp.training.child import TrainingRequest
    from faceapp.training.events import OnEvent


def run_study(folder: Path, job: Job) -> Path:
    """See `training.study.run_study`; returns the page, the picture lies beside it."""
    from faceapp.training.child import TrainingRequest
    from faceapp.training.supervising import new_log, supervise

    return supervise(TrainingRequest(folder, new_log()), job, work=study_in_child)


def study_in_child(request: TrainingRequest, job: Job, on_event: OnEvent) -> Path:
    """Work of the process: the whole study."""
    from faceapp.training.study import run_study as run

    with Dataset.open(request.dataset) as dataset:
        return run(dataset, job=job, on_event=on_event).page
