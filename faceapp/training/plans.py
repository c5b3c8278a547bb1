"""What a training was asked for and on what: kept beside its checkpoints until it is finished."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from faceapp.errors import WorldError
from faceapp.training.material import Material, TrainConfig
from faceapp.words import Words

PLAN = "resume.json"


class NotResumable(WorldError):
    """A run that is finished, is being trained, or whose plan cannot be read."""


@dataclass(frozen=True)
class Plan:
    """A training that can be begun again: labels that change meanwhile do not change it.

    `weights_digest` is that of the base it began with; `notes` are for the report.
    """

    config: TrainConfig
    material: Material
    notes: tuple[str, ...]
    weights_digest: str

    def write(self, folder: Path) -> None:
        """Leave it in the folder of the run."""
        data = {
            "config": self.config.to_json(),
            "material": self.material.to_json(),
            "notes": list(self.notes),
            "weights_digest": self.weights_digest,
        }
        partial = folder / f".{PLAN}"
        partial.write_text(json.dumps(data), encoding="utf-8")
        partial.replace(folder / PLAN)

    @classmethod
    def read(cls, folder: Path) -> Plan:
        """What `write` left. Raises `NotResumable` where nothing is, or nothing readable."""
        path = folder / PLAN
        try:
            data: Any = json.loads(path.read_text(encoding="utf-8"))
            return cls(
                config=TrainConfig.from_json(data["config"]),
                material=Material.from_json(data["material"]),
                notes=tuple(data["notes"]),
                weights_digest=data["weights_digest"],
            )
        except FileNotFoundError:
            raise NotResumable(
                Words(
                    "{folder} holds no unfinished run: there is no {plan}.",
                    folder=folder,
                    plan=PLAN,
                )
            ) from None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise NotResumable(
                Words(
                    "{path} is damaged ({error}): remove {folder} and train again.",
                    path=path,
                    error=error,
                    folder=folder,
                )
            ) from error
