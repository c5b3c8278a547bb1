"""Where a fine-tuning stands, on disk: written whole or not at all, after every epoch."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from faceapp.errors import WorldError
from faceapp.training.epochs import Epoch
from faceapp.words import Words

Array = NDArray[Any]


class CheckpointUnusable(WorldError):
    """A checkpoint that cannot be written, or is not what was written."""


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """Everything that decides how a fine-tuning goes on.

    `epoch` is the last whole one; `state` what `TunedNetwork.state` gave after it; `best_epoch`,
    `best` (balanced accuracy, minus loss) and `weights` are those of the best epoch so far;
    `curve` has the rows of the head and of all epochs.
    """

    epoch: int
    state: Sequence[Array]
    best_epoch: int
    best: tuple[float, float]
    weights: Sequence[Array]
    curve: tuple[Epoch, ...]

    def save(self, path: Path) -> None:
        """Put it in the place of the one before. Raises `CheckpointUnusable` for a full disk."""
        facts = {
            "epoch": self.epoch,
            "best_epoch": self.best_epoch,
            "best": self.best,
            "curve": [asdict(row) for row in self.curve],
        }
        arrays: dict[str, Any] = {f"state{n}": array for n, array in enumerate(self.state)}
        arrays |= {f"weights{n}": array for n, array in enumerate(self.weights)}
        partial = path.with_name(f".{path.name}-{os.getpid()}")
        try:
            with partial.open("wb") as file:
                np.savez(file, facts=np.frombuffer(json.dumps(facts).encode(), np.uint8), **arrays)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        except OSError as error:
            raise CheckpointUnusable(
                Words(
                    "{path} cannot be written ({error}): see that there is free space, "
                    "then resume.",
                    path=path,
                    error=error,
                )
            ) from error
        finally:
            partial.unlink(missing_ok=True)

    @classmethod
    def load(cls, path: Path) -> Checkpoint | None:
        """What `save` wrote last; None where nothing was. Nothing is unpickled.

        Raises `CheckpointUnusable` for a file that is damaged.
        """
        if not path.is_file():
            return None
        try:
            with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
                facts = json.loads(file["facts"].tobytes())
                return cls(
                    epoch=facts["epoch"],
                    state=_numbered(file, "state"),
                    best_epoch=facts["best_epoch"],
                    best=(facts["best"][0], facts["best"][1]),
                    weights=_numbered(file, "weights"),
                    curve=tuple(Epoch(**row) for row in facts["curve"]),
                )
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
            raise CheckpointUnusable(
                Words(
                    "{path} is damaged ({error}): delete it to fine-tune from the start.",
                    path=path,
                    error=error,
                )
            ) from error


def _numbered(file: Any, name: str) -> list[Array]:
    count = sum(key.startswith(name) for key in file.files)
    return [file[f"{name}{n}"] for n in range(count)]
