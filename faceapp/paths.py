"""Where things lie: resources that ship with the program, and the user's own folders."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs

BASE_DIR_VARIABLE = "FACEAPP_BASE_DIR"


def resource_path(*parts: str) -> Path:
    """Path of a file under resources/: in a wheel, a source tree and a frozen program alike."""
    package = Path(__file__).resolve().parent
    frozen = getattr(sys, "_MEIPASS", None)
    roots = [Path(frozen) / "resources"] if frozen else []
    roots += [package / "resources", package.parent / "resources"]
    for root in roots:
        if root.joinpath(*parts).exists():
            return root.joinpath(*parts)
    return roots[0].joinpath(*parts)


def _user_folder(kind: str, fallback: str) -> Path:
    base = os.environ.get(BASE_DIR_VARIABLE)
    return Path(base) / kind if base else Path(fallback)


def data_folder() -> Path:
    """Folder for datasets the user did not place elsewhere; not created here."""
    return _user_folder("data", platformdirs.user_data_dir("faceapp", appauthor=False))


def cache_folder() -> Path:
    """Folder for what can be made again (downloaded weights, compiled networks)."""
    return _user_folder("cache", platformdirs.user_cache_dir("faceapp", appauthor=False))


def log_folder() -> Path:
    """Folder of the rotating log."""
    return _user_folder("log", platformdirs.user_log_dir("faceapp", appauthor=False))
