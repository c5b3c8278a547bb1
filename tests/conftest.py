"""Fixtures for every test: an own home and settings, and the shared faces where they lie."""

from __future__ import annotations

import importlib
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# Before TensorFlow or Qt are imported by any test.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("MPLBACKEND", "agg")

QT_PATIENCE_MS = 60_000
JOB_THREAD = "job: "  # how the names of a JobRunner's threads begin
SLOW_TIMEOUT_SECONDS = 1500
REPOSITORY = Path(__file__).resolve().parent.parent

# How long one example takes says more about the machine, and about what stands in its memory after
# two thousand tests, than about what is tested.
settings.register_profile("faceapp", deadline=None)
settings.load_profile("faceapp")


def _missing(module: str) -> str:
    """Why a module cannot be loaded, or nothing."""
    try:
        importlib.import_module(module)
    except ImportError as error:
        return str(error)
    return ""


# What needs system libraries: where they are missing, the folders of tests that stand on them.
_QT, _CV2 = _missing("PySide6.QtWidgets"), _missing("faceapp._cv")
_NEEDING = {
    "gui": _QT,
    "e2e": _QT,
    "benchmarks": _QT or _CV2,
    **dict.fromkeys(
        ("cleaning", "cli", "demo", "faces", "live", "networks", "scraping", "training"), _CV2
    ),
}
# pytest-qt stops the whole run where Qt does not load, so it is switched on here, not by itself.
pytest_plugins = [] if _QT else ["pytestqt.plugin"]


def pytest_configure() -> None:
    """Let waiting for Qt be patient: a busy machine is no failure; what never comes still is."""
    if _QT:
        return
    from pytestqt.qtbot import QtBot

    for wait in (QtBot.waitUntil, QtBot.waitSignal, QtBot.waitExposed, QtBot.waitActive):
        wait.__kwdefaults__["timeout"] = QT_PATIENCE_MS
    _answer_for_nobody()


def _answer_for_nobody() -> None:
    """A question that no test answers is refused in the end: it would wait for ever."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QMessageBox

    ask = QMessageBox.exec

    def ask_for_a_while(box: QMessageBox) -> int:
        limit = QTimer(box, singleShot=True, interval=QT_PATIENCE_MS)
        limit.timeout.connect(box.reject)
        limit.start()
        return ask(box)

    QMessageBox.exec = ask_for_a_while


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give slow tests time on a slow machine."""
    for item in items:
        if item.get_closest_marker("slow") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(SLOW_TIMEOUT_SECONDS))


def apt_line() -> str:
    """The line of README that installs the system libraries."""
    lines = (REPOSITORY / "README.md").read_text(encoding="utf-8").splitlines()
    return lines[lines.index("<!-- ci: apt -->") + 2]


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out the tests of what cannot be loaded; tests/test_libraries.py says so by a skip."""
    parts = collection_path.relative_to(Path(__file__).parent).parts
    return True if parts and _NEEDING.get(parts[0]) else None


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test has a home and user folders of its own."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("FACEAPP_BASE_DIR", str(home / "faceapp"))
    return home


@pytest.fixture(autouse=True)
def _no_job_outlives_its_test() -> Iterator[None]:
    """A window that closes waits for none of its jobs; the next test would run beside them."""
    yield
    for thread in threading.enumerate():
        if thread.name.startswith(JOB_THREAD):
            thread.join(QT_PATIENCE_MS / 1000)


@pytest.fixture(scope="session")
def face_data() -> Path:
    """The folder of shared real faces (images/, labels.csv, sex.csv), or a skip."""
    named = os.environ.get("FACEAPP_TEST_FACES")
    folder = Path(named) if named else REPOSITORY.parent / "shared" / "data" / "faces"
    if not (folder / "labels.csv").is_file():
        pytest.skip(f"the shared faces are not at {folder}; name them with FACEAPP_TEST_FACES")
    return folder


@pytest.fixture(scope="session")
def drawn_faces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of 80 drawn faces of ten people with their labels.csv; not to be changed."""
    from faceapp.demo_faces import draw_demo_faces

    return draw_demo_faces(tmp_path_factory.mktemp("drawn"), identities=10, size=160).folder


@pytest.fixture(scope="session")
def drawn_dataset(drawn_faces: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of the drawn faces with both tasks; copy it before changing it."""
    from faceapp.dataset import Dataset
    from faceapp.dataset.importing import ImportOptions, import_images

    folder = tmp_path_factory.mktemp("drawn-dataset") / "dataset"
    with Dataset.create(folder) as dataset:
        for task in ("expression", "sex"):
            options = ImportOptions(
                task=task, csv=drawn_faces / "labels.csv", label_column=task, group_column="person"
            )
            import_images(dataset, drawn_faces, options)
    return folder


@pytest.fixture(scope="session")
def learned_dataset(drawn_faces: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of the drawn faces in which the people 8 to 10 have no expression, with one run.

    The run is a small one of the real network, which knows three expressions. Copy the folder
    before changing it.
    """
    from faceapp.dataset import Dataset
    from faceapp.dataset.importing import ImportOptions, import_images
    from faceapp.networks.weights import WeightsMissing
    from faceapp.training.material import TrainConfig
    from faceapp.training.recipes import recipe_named
    from faceapp.training.trainer import train

    folder = tmp_path_factory.mktemp("learned-dataset") / "dataset"
    known = folder.with_name("known.csv")
    rows = (drawn_faces / "labels.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    late = ("person008", "person009", "person010")
    known.write_text("".join(row for row in rows if not row.startswith(late)), encoding="utf-8")
    small = recipe_named("quick").with_settings({"size": "64", "epochs": "60"})
    with Dataset.create(folder) as dataset:
        for task, csv in (("sex", drawn_faces / "labels.csv"), ("expression", known)):
            options = ImportOptions(task=task, csv=csv, label_column=task, group_column="person")
            import_images(dataset, drawn_faces, options)
        try:
            train(dataset, TrainConfig("expression", small, classes=("happy", "sad", "surprised")))
        except WeightsMissing as missing:
            pytest.skip(str(missing))
    return folder


@pytest.fixture
def learned(learned_dataset: Path, tmp_path: Path) -> Path:
    """A copy of `learned_dataset` of the test's own."""
    return Path(shutil.copytree(learned_dataset, tmp_path / "learned"))
