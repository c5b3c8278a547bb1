"""What stands behind the window's pages: the core's work, handed over as plain callables.

Every callable runs in a job's thread and opens the dataset for itself. Networks and what else
takes long to load are imported inside, when somebody first asks.
"""

from __future__ import annotations

from collections.abc import Sequence

from faceapp.gui.services import Fact, Services
from faceapp.gui.settings import Settings
from faceapp.jobs import Job
from faceapp.services.cleaning import make_cleaner
from faceapp.services.labelling import DatasetWork, Detector, find_faces, make_demo
from faceapp.services.live import live_service
from faceapp.services.people import people_work
from faceapp.services.scraping import Scraper
from faceapp.services.study import run_study
from faceapp.services.training import training_services


def _check_computer(job: Job) -> Sequence[Fact]:
    from faceapp.computer import check

    return check(job)


def make_services(settings: Settings) -> Services:
    """Everything that pages may ask for; loads no network and no library of theirs yet."""
    detector, work = Detector(), DatasetWork()
    return Services(
        settings,
        make_demo=make_demo,
        detect_face=detector.faces,
        find_faces=find_faces,
        suggest=work.suggest,
        similar=work.similar,
        useful=work.useful,
        disputed=work.disputed,
        opinions=work.opinions,
        strengths=work.strengths,
        scraping=Scraper().work(),
        cleaner=make_cleaner(),
        live=live_service(),
        training=training_services(),
        study=run_study,
        people=people_work(),
        check_computer=_check_computer,
    )
