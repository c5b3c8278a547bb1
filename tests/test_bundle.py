"""What is built around the shipped program: its place in the desktop's menu."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import REPOSITORY

INSTALL = REPOSITORY / "resources" / "bundle" / "install.sh"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a desktop of Linux")


def install(folder: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(INSTALL, folder)
    return subprocess.run(
        ["sh", str(folder / "install.sh"), *arguments],
        env={"HOME": str(home), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_menus_entry_names_the_program_by_its_whole_path(tmp_path: Path) -> None:
    entry = tmp_path / "home" / ".local" / "share" / "applications" / "faceapp.desktop"
    folder = tmp_path / 'some "place"'
    assert install(folder, tmp_path / "home").returncode == 0
    lines = entry.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "[Desktop Entry]"
    assert f'Exec="{tmp_path}/some \\\\"place\\\\"/faceapp" %f' in lines
    assert f"Icon={folder}/faceapp.png" in lines
    assert install(folder, tmp_path / "home", "--remove").returncode == 0
    assert not entry.exists()


def test_a_folder_that_launchers_do_not_find_is_refused_in_words(tmp_path: Path) -> None:
    answer = install(tmp_path / "100%", tmp_path / "home")
    assert answer.returncode == 1
    assert "move faceapp" in answer.stderr
