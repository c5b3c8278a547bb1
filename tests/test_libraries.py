"""The system libraries that wheels cannot bring; where they are missing, the line that helps."""

from __future__ import annotations

import importlib

import pytest

from conftest import apt_line


@pytest.mark.parametrize(
    ("module", "tests"),
    [
        ("PySide6.QtWidgets", "gui and e2e"),
        ("faceapp._cv", "faces, networks, training, demo and command"),
    ],
)
def test_system_libraries_are_there(module: str, tests: str) -> None:
    try:
        importlib.import_module(module)
    except ImportError as error:
        pytest.skip(f"{tests} tests are left out ({error}); install with: {apt_line()}")


def test_readme_names_the_libraries() -> None:
    assert apt_line().startswith("sudo apt install ")
    assert {"libegl1", "libgl1", "libxcb-cursor0"} <= set(apt_line().split())
