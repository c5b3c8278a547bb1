"""The datasets that were open lately, with what can be said of each without opening it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from faceapp import paths
from faceapp.gui.settings import Row, Settings

KEPT = 8


@dataclass(frozen=True)
class Recent:
    """A dataset as it was when it was last open; `opened` is ISO-8601 in local time."""

    folder: str
    samples: int
    opened: str

    @property
    def name(self) -> str:
        """Name of its folder."""
        return Path(self.folder).name

    @property
    def place(self) -> str:
        """Where its folder lies, with the person's home as "~"."""
        parent = Path(self.folder).parent
        home = Path.home()
        return str("~" / parent.relative_to(home)) if parent.is_relative_to(home) else str(parent)

    @property
    def moment(self) -> datetime:
        """When it was last open."""
        return datetime.fromisoformat(self.opened)

    @property
    def picture(self) -> Path:
        """Where a few of its faces are kept as one small picture."""
        name = hashlib.sha256(self.folder.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        return paths.cache_folder() / "recent" / f"{name}.png"


def _are_recents(values: Sequence[Any]) -> bool:
    return all(
        isinstance(each, dict)
        and isinstance(each.get("folder"), str)
        and type(each.get("samples")) is int
        and _is_moment(each.get("opened"))
        for each in values
    )


def _is_moment(value: object) -> bool:
    try:
        datetime.fromisoformat(str(value))
    except ValueError:
        return False
    return True


RECENT = Row[list[Any]]("recent datasets", [], _are_recents)


class Recents:
    """The last few datasets, newest first, kept in the settings."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def all(self) -> list[Recent]:
        """Every one of them, also where its folder is gone (it may be on a stick)."""
        return [
            Recent(each["folder"], each["samples"], each["opened"])
            for each in self._settings.get(RECENT)
        ]

    def note(self, folder: Path, samples: int, now: datetime) -> Recent:
        """A dataset is open: it becomes the first."""
        recent = Recent(str(folder), samples, now.isoformat(timespec="seconds"))
        others = [each for each in self.all() if each.folder != recent.folder]
        self._keep([recent, *others][:KEPT])
        return recent

    def forget(self, folder: str) -> None:
        """Leave a dataset out from now on; nothing of it is touched."""
        self._keep([each for each in self.all() if each.folder != folder])

    def _keep(self, recents: list[Recent]) -> None:
        self._settings.set(RECENT, [asdict(each) for each in recents])
