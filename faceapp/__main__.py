"""The program's first lines, for `faceapp`, `python -m faceapp` and the frozen binary alike."""

from __future__ import annotations

import multiprocessing
import os
import sys


def main() -> None:
    """Run the command line, or the window where there are no arguments."""
    multiprocessing.freeze_support()  # a spawned child of a frozen program starts here too
    if sys.stdout is None or sys.stderr is None:  # windowed: nobody listens
        quiet = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - open to the end
        sys.stdout = sys.stdout or quiet
        sys.stderr = sys.stderr or quiet
    # TensorFlow's greetings would stand between a person and the answer.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from faceapp.cli import run

    sys.exit(run())


if __name__ == "__main__":
    main()
