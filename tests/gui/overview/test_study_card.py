"""The study from the Overview: a job in a process of its own, and its results to open."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from faceapp.dataset import Dataset, NewSample
from faceapp.errors import WorldError
from faceapp.gui.messages import Messages
from faceapp.gui.overview.page import OverviewPage
from faceapp.gui.overview.study_card import STUDY_PAGE, STUDY_PICTURE
from faceapp.gui.services import Services
from faceapp.gui.session import DatasetSession
from faceapp.gui.settings import Settings
from faceapp.gui.workers import JobRunner
from faceapp.jobs import Job

pytestmark = pytest.mark.gui


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Dataset]:
    with Dataset.create(tmp_path / "faces") as dataset:
        source = dataset.add_source("folder", "x").id
        new = NewSample("a.png", "images/a.png", "a" * 64, 1, 9, 9, "png")
        dataset.add_samples(source, [new])
        yield dataset


def shown(dataset: Dataset, jobs: JobRunner, qtbot: Any, **services: Any) -> OverviewPage:
    page = OverviewPage(DatasetSession(dataset), jobs, Messages(), Services(Settings(), **services))
    qtbot.addWidget(page)
    page.show()
    page.activated()
    qtbot.waitUntil(lambda: page.idle)
    return page


def leave(folder: Path) -> Path:
    for file in (STUDY_PAGE, STUDY_PICTURE):
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_text("results")
    return folder / STUDY_PAGE


def test_the_names_are_those_of_the_engine() -> None:
    from faceapp.training import study

    assert Path(study.FOLDER, study.PAGE) == STUDY_PAGE
    assert Path(study.FOLDER, study.PICTURE) == STUDY_PICTURE


def test_it_runs_and_offers_what_came_of_it(
    opened: Dataset, jobs: JobRunner, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, urls = threading.Event(), list[str]()

    def open_url(url: QUrl) -> bool:
        urls.append(url.toLocalFile())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)

    def study(folder: Path, _job: Job) -> Path:
        go.wait(60)
        return leave(folder)

    page = shown(opened, jobs, qtbot, study=study)
    assert not page.study.page.isVisible()
    page.study.run.click()
    assert not page.study.run.isEnabled()
    go.set()
    qtbot.waitUntil(page.study.run.isEnabled)
    page.study.page.click()
    page.study.picture.click()
    (message,) = page._messages.standing
    assert message.action is not None
    message.action.run()
    results = [str(opened.folder / file) for file in (STUDY_PAGE, STUDY_PICTURE, STUDY_PAGE)]
    assert urls == results


def test_what_went_wrong_is_said(opened: Dataset, jobs: JobRunner, qtbot: Any) -> None:
    def study(_folder: Path, _job: Job) -> Path:
        raise WorldError("the disk is full")

    page = shown(opened, jobs, qtbot, study=study)
    page.study.run.click()
    qtbot.waitUntil(page.study.run.isEnabled)
    assert [each.text for each in page._messages.standing] == ["the disk is full"]


def test_results_of_before_are_offered(opened: Dataset, jobs: JobRunner, qtbot: Any) -> None:
    leave(opened.folder)
    page = shown(opened, jobs, qtbot, study=lambda folder, _job: leave(folder))
    assert page.study.page.isVisible()
    assert page.study.picture.isVisible()


def test_without_the_service_there_is_no_card(opened: Dataset, jobs: JobRunner, qtbot: Any) -> None:
    assert not shown(opened, jobs, qtbot).study.isVisible()
