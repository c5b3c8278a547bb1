"""The two kinds of failure a person can meet, and cancellation, which is neither."""

from pathlib import Path


class FaceAppError(Exception):
    """Base of everything faceapp raises on purpose; `str()` of it is fit to be shown."""


class WorldError(FaceAppError):
    """Something outside the program is not as needed: a file, an argument, a full disk.

    The message names the file or field and says what to do.
    """


class ProgramError(FaceAppError):
    """A mistake of ours. `log` is the file to send with a bug report, where there is one."""

    def __init__(self, message: str, log: Path | None = None) -> None:
        where = f" The log is in {log}." if log else ""
        super().__init__(f"{message}{where}")
        self.log = log


class Cancelled(Exception):
    """The person stopped this work. Never caught except where work was started."""
