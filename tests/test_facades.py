"""Whatever is imported by several threads at once is there, whole, for each of them."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import faceapp

PACKAGE = Path(faceapp.__file__).parent
# Loaded by the window's thread before any job begins, or by commands, which have one thread.
AT_ONCE = {"faceapp.dataset", "faceapp.services", "faceapp.cli"}

# What jobs import in threads of their own, several at once: the first ones of a window foremost.
GROUPS = {
    "window": (
        *("networks.architectures", "training.strength", "training.records"),
        *("training.run_folders", "training.checking", "networks.saved_model"),
    ),
    "cleaning": ("cleaning.checks", "cleaning", "faces", "faces.measures", "people.grouping"),
    "scraping": ("scraping.engines", "scraping.engines.values", "scraping.phrases"),
    "importing": ("dataset.importing", "dataset.importing.values", "dataset.importing.planning"),
}
TRIES = 3  # before, three of eight failed
TOGETHER = """
import dataclasses, importlib, sys, threading, typing
sys.setswitchinterval(0.0005)
failed, gate = [], threading.Barrier(len(sys.argv) - 1)
def load(name):
    gate.wait()
    try:
        importlib.import_module(name)
    except BaseException as error:
        failed.append(f"{name}: {error!r}")
threads = [threading.Thread(target=load, args=(name,)) for name in sys.argv[1:]]
for each in threads:
    each.start()
for each in threads:
    each.join()
sys.exit("; ".join(failed) or 0)
"""


def own_imports(package: str, body: list[ast.stmt]) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{package}."):
            yield f"{package}: {node.module}"


def test_no_package_loads_its_modules_before_they_are_asked_for() -> None:
    found = []
    for file in PACKAGE.rglob("__init__.py"):
        package = ".".join(file.relative_to(PACKAGE.parent).parent.parts)
        if package not in AT_ONCE:
            found += own_imports(package, ast.parse(file.read_text(encoding="utf-8")).body)
    assert found == []


def test_a_package_offers_what_it_names_and_nothing_else() -> None:
    from faceapp import cleaning, demo_faces, faces, people
    from faceapp.dataset import importing
    from faceapp.scraping import engines

    for package in (cleaning, demo_faces, engines, faces, importing, people):
        for name in package.__all__:
            assert getattr(package, name) is not None
        with pytest.raises(AttributeError, match="no_such_name"):
            package.no_such_name  # noqa: B018


@pytest.mark.parametrize("group", GROUPS)
def test_threads_that_import_at_once_all_get_what_they_ask_for(group: str) -> None:
    command = [sys.executable, "-c", TOGETHER, *(f"faceapp.{name}" for name in GROUPS[group])]
    for _ in range(TRIES):
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr
