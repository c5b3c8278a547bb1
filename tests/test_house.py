"""The rules of the house that can be checked: sizes, who knows whom, and no Qt below the window."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import faceapp

PACKAGE = Path(faceapp.__file__).parent
FUNCTION_LINES, CLASS_LINES, MODULE_LINES = 40, 400, 400
# Longer functions that are better read in one piece, each with its reason; none so far.
EXCEPTIONS: dict[str, str] = {}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def definitions() -> Iterator[tuple[str, ast.AST, int]]:
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                yield f"{path.relative_to(PACKAGE).as_posix()}:{node.name}", node, lines


def test_modules_stay_small() -> None:
    large = {
        path.relative_to(PACKAGE).as_posix(): lines
        for path in modules()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MODULE_LINES
    }
    assert large == {}


def test_classes_stay_small() -> None:
    large = {
        n: k for n, node, k in definitions() if isinstance(node, ast.ClassDef) and k > CLASS_LINES
    }
    assert large == {}


def test_functions_stay_within_a_screen() -> None:
    lengths = {n: k for n, node, k in definitions() if not isinstance(node, ast.ClassDef)}
    long = {n: k for n, k in lengths.items() if k > FUNCTION_LINES and n not in EXCEPTIONS}
    assert len(long) <= 0.05 * len(lengths), long
    assert max(long.values(), default=0) <= 60, long


def core_modules() -> list[str]:
    names = []
    for path in modules():
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        if parts[1] not in {"gui", "app", "app.py", "__main__"}:
            names.append(".".join(parts).removesuffix(".__init__"))
    return names


def run_python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


@pytest.fixture
def opencv() -> None:
    """Skips where OpenCV's system libraries are missing: most of the core stands on it."""
    pytest.importorskip("faceapp._cv", exc_type=ImportError)


@pytest.mark.usefixtures("opencv")
def test_the_core_imports_without_qt() -> None:
    blocked = "import sys; sys.modules['PySide6'] = None\n"
    imports = "\n".join(f"import {name}" for name in core_modules())
    answer = run_python(blocked + imports)
    assert answer.returncode == 0, answer.stderr


@pytest.mark.usefixtures("opencv")
@pytest.mark.parametrize("heavy", ["tensorflow", "keras", "openvino", "sklearn", "matplotlib"])
def test_importing_the_core_does_not_load(heavy: str) -> None:
    imports = "\n".join(f"import {name}" for name in core_modules())
    answer = run_python(f"{imports}\nimport sys; print({heavy!r} in sys.modules)")
    assert answer.stdout.strip() == "False", answer.stderr


def test_the_wheel_brings_every_resource_that_the_program_reads() -> None:
    repository = Path(__file__).resolve().parent.parent
    wheel = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    brought = set(wheel["hatch"]["build"]["targets"]["wheel"]["force-include"])
    not_read = {"resources/screenshots", "resources/bundle"}
    there = {f"resources/{path.name}" for path in (repository / "resources").iterdir()}
    assert brought == there - not_read
