"""The two kinds of failure a person can meet, and cancellation, which is neither."""

from pathlib import Path

from faceapp.words import Words


class FaceAppError(Exception):
    """Base of everything faceapp raises on purpose; `str()` of it is fit to be shown.

    That is the message as it was given: where it is `Words`, still in parts for the window.
    """

    def __str__(self) -> str:
        return self.args[0] if self.args and isinstance(self.args[0], Words) else super().__str__()


class WorldError(FaceAppError):
    """Something outside the program is not as needed: a file, an argument, a full disk.

    The message names the file or field and says what to do.
    """


class ProgramError(FaceAppError):
    """A mistake of ours. `log` is the file to send with a bug report, where there is one."""

    def __init__(self, message: str, log: Path | None = None) -> None:
        if log is not None:
            message = Words("{message} The log is in {log}.", message=message, log=log)
        super().__init__(message)
        self.log = log


class Cancelled(Exception):
    """The person stopped this work. Never caught except where work was started."""
