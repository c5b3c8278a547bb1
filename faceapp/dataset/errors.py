"""What a dataset can refuse, each with a sentence that says what to do."""

from __future__ import annotations

from faceapp.errors import WorldError


class DatasetError(WorldError):
    """Base of everything that a dataset refuses."""


class NotADataset(DatasetError):
    """The folder holds no `dataset.sqlite`, or that file was not made by faceapp."""


class DatasetExists(DatasetError):
    """A new dataset was asked for in a folder that is not empty."""


class NewerSchema(DatasetError):
    """The dataset was written by a newer faceapp than this one."""


class DatasetBusy(DatasetError):
    """Another program is writing the dataset for longer than we wait."""


class DatasetUnwritable(DatasetError):
    """The disk is full, read-only or failing."""


class DatasetReadOnly(DatasetError):
    """It is open to read only, since another window writes it."""


class DatasetDamaged(DatasetError):
    """`dataset.sqlite` can no longer be read as a database."""


class UnknownTask(DatasetError):
    """No task of that name; the message names those that are there."""


class UnknownClass(DatasetError):
    """No class of that name in the task; the message names those that are there."""


class UnknownSample(DatasetError):
    """A sample id that is not in the dataset."""


class BadName(DatasetError):
    """A name, colour, key or path that the dataset cannot take."""


class SplitImpossible(DatasetError):
    """A class has too few groups to stand on every side."""
