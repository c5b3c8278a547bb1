"""The log: what went wrong and when, in a file that never grows large."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

from faceapp import paths

FILE_NAME = "faceapp.log"
_LARGEST_BYTES = 1_000_000
_KEPT_FILES = 3


def start_log() -> Path | None:
    """Write warnings and errors of the whole program to a file; None where none can be written."""
    file = paths.log_folder() / FILE_NAME
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            file, maxBytes=_LARGEST_BYTES, backupCount=_KEPT_FILES, encoding="utf-8", delay=True
        )
    except OSError:
        return None
    handler.setLevel(logging.WARNING)
    handler.setFormatter(
        logging.Formatter("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s")
    )
    logging.getLogger().addHandler(handler)
    return file
