"""The program's first lines, for `faceapp`, `python -m faceapp` and the frozen binary alike."""

from __future__ import annotations

import multiprocessing
import os
import sys
from pathlib import Path


def main() -> None:
    """Run the command line, or the window where there are no arguments."""
    multiprocessing.freeze_support()  # a spawned child of a frozen program starts here too
    if sys.stdout is None or sys.stderr is None:  # windowed: nobody listens
        quiet = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - open to the end
        sys.stdout = sys.stdout or quiet
        sys.stderr = sys.stderr or quiet
    # TensorFlow's greetings would stand between a person and the answer.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.argv[1:] = _take_base_dir(sys.argv[1:])
    sys.exit(_run())


def _take_base_dir(arguments: list[str]) -> list[str]:
    """Keep everything in the folder that `--base-dir` names, and return the other arguments.

    Read here because it holds for the window too, and before anything asks where folders are;
    children inherit it.
    """
    option, _, value = (arguments or [""])[0].partition("=")
    if option != "--base-dir":
        return arguments
    rest = arguments[1:] if value else arguments[2:]
    value = value or "".join(arguments[1:2])
    if not value:
        print("Problem: --base-dir needs a folder.", file=sys.stderr)  # noqa: T201
        sys.exit(1)
    os.environ["FACEAPP_BASE_DIR"] = str(Path(value).absolute())
    return rest


def _run() -> int:
    """Open the window without arguments, or with a folder alone; else a command."""
    folder = Path(sys.argv[1]) if len(sys.argv) == 2 else None
    if len(sys.argv) < 2 or (folder is not None and _is_for_the_window(folder)):
        from faceapp.app import WindowUnavailable, run_window

        try:
            return run_window(folder and folder.absolute())
        except WindowUnavailable as problem:
            print(f"Problem: {problem}", file=sys.stderr)  # noqa: T201 - the console is not loaded
            return 1
    from faceapp.cli import run

    return run()


def _is_for_the_window(folder: Path) -> bool:
    """Whether this is a dataset, or a folder dropped on the program's icon: by its whole path.

    A name alone may be a command's, whatever folder of that name lies here.
    """
    return (folder / "dataset.sqlite").is_file() or (folder.is_absolute() and folder.is_dir())


if __name__ == "__main__":
    main()
