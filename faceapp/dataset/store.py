"""The dataset: a folder the user owns, put together from its parts."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Self

from faceapp.dataset import schema
from faceapp.dataset.database import FILE_NAME
from faceapp.dataset.errors import DatasetExists, DatasetUnwritable
from faceapp.dataset.facestore import Faces
from faceapp.dataset.facets import Faceting
from faceapp.dataset.findings import Findings
from faceapp.dataset.groups import Groups
from faceapp.dataset.labels import Labels
from faceapp.dataset.measurements import Measurements
from faceapp.dataset.proposals import Proposals
from faceapp.dataset.samples import Samples
from faceapp.dataset.searches import Searches
from faceapp.dataset.sources import Sources
from faceapp.dataset.tasks import Tasks
from faceapp.words import Words

_FOLDERS = ("images", "cache", "runs")
_UNFINISHED = f"{FILE_NAME}.new"
# What file managers leave behind in a folder that its owner calls empty, and what we may have.
_IGNORED = frozenset({".DS_Store", "Thumbs.db", "desktop.ini", _UNFINISHED})


class Dataset(
    Searches,
    Samples,
    Sources,
    Tasks,
    Labels,
    Faces,
    Findings,
    Measurements,
    Proposals,
    Groups,
    Faceting,
):
    """A dataset: `dataset.sqlite`, `images/`, `cache/` and `runs/` in one folder.

    Every method that writes is one transaction, returns `Changes`, and can be undone unless it
    says otherwise. A dataset is used from the thread that opened it; other threads and processes
    open their own.
    """

    SCHEMA_VERSION = schema.SCHEMA_VERSION

    @classmethod
    def create(cls, folder: Path) -> Self:
        """Make a dataset in a folder that is new or empty, and open it.

        Raises:
            DatasetExists: the folder is not empty.
            DatasetUnwritable: the folder cannot be written.

        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            found = {entry.name for entry in folder.iterdir()}
            if FILE_NAME in found:
                raise DatasetExists(
                    Words("{folder} is a dataset already. Open it instead.", folder=folder)
                )
            if found - _IGNORED:
                raise DatasetExists(
                    Words("{folder} is not empty. Choose a new or empty folder.", folder=folder)
                )
            _lay(folder / _UNFINISHED)
            (folder / _UNFINISHED).replace(folder / FILE_NAME)
        except (OSError, sqlite3.OperationalError) as error:
            raise _unwritable(folder, error) from error
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the dataset in a folder, bringing an older one up to date after a backup copy.

        Raises:
            NotADataset: there is none.
            NewerSchema: it was written by a newer faceapp.
            DatasetBusy: another program is writing it.
            DatasetDamaged: its database cannot be read.

        """
        dataset = cls(folder.absolute())
        try:
            for name in _FOLDERS:
                (dataset.folder / name).mkdir(exist_ok=True)
        except OSError as error:
            dataset.close()
            raise _unwritable(folder, error) from error
        return dataset

    @classmethod
    def open_or_create(cls, folder: Path) -> Self:
        """Open the dataset in a folder, made first where the folder is new or empty."""
        return cls.open(folder) if (folder / FILE_NAME).is_file() else cls.create(folder)

    @property
    def images(self) -> Path:
        """Where images lie that were copied in."""
        return self.folder / "images"

    @property
    def cache(self) -> Path:
        """What can be made again at any time."""
        return self.folder / "cache"

    @property
    def runs(self) -> Path:
        """One folder a training."""
        return self.folder / "runs"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _lay(file: Path) -> None:
    file.unlink(missing_ok=True)
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        schema.lay(connection)


def _unwritable(folder: Path, error: Exception) -> DatasetUnwritable:
    return DatasetUnwritable(
        Words(
            "{folder} cannot be written ({error}). Choose another folder.",
            folder=folder,
            error=error,
        )
    )
