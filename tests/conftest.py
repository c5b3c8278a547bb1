"""Fixtures for every test: an own home and settings, and the shared faces where they lie."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# Before TensorFlow or Qt are imported by any test.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("MPLBACKEND", "agg")

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test has a home and user folders of its own."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("FACEAPP_BASE_DIR", str(home / "faceapp"))
    return home


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
