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
    handler = _file_handler()
    if handler is None:
        return None
    logging.getLogger().addHandler(handler)
    return Path(handler.baseFilename)


def log_mistake(error: BaseException) -> Path | None:
    """Write one mistake of ours to the log of a program that keeps none otherwise: a command.

    Returns:
        the log's file; None where it cannot be written.

    """
    handler = _file_handler()
    if handler is None:
        return None
    trace = (type(error), error, error.__traceback__)
    words = "A mistake of ours"
    handler.emit(logging.LogRecord(__name__, logging.ERROR, __file__, 0, words, None, trace))
    handler.close()
    return Path(handler.baseFilename)


def _file_handler() -> RotatingFileHandler | None:
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
    return handler
