"""Model files that faceapp did not make: looked into, and described once, for the Live page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from faceapp.gui.live.service import ElsewhereService, LiveModel, Said
from faceapp.jobs import Job

if TYPE_CHECKING:
    from faceapp.networks.foreign import Alignment, Channels, Outline, Scaling


def elsewhere_service() -> ElsewhereService:
    """Classifiers made elsewhere for the window; loads nothing of it yet."""
    return ElsewhereService(
        undescribed=undescribed,
        is_elsewhere=is_elsewhere,
        look=look,
        said=said,
        describe=describe,
    )


def undescribed(error: Exception) -> bool:
    """Whether this is `networks.foreign.Undescribed`."""
    from faceapp.networks.foreign import Undescribed

    return isinstance(error, Undescribed)


def is_elsewhere(model: LiveModel) -> bool:
    """See `networks.foreign.is_foreign`."""
    from faceapp.networks.foreign import is_foreign

    return model.path is not None and is_foreign(model.path)


def look(path: Path, job: Job) -> Outline:
    """See `networks.foreign.outline_of`."""
    from faceapp.networks.foreign import outline_of

    job.check()
    return outline_of(path)


def said(path: Path) -> Said | None:
    """What lies beside the file, if it can be used."""
    from faceapp.networks.foreign import Undescribed, description_of

    try:
        found = description_of(path)
    except Undescribed:
        return None
    return Said(found.classes, found.size, found.channels, found.scaling, found.alignment)


def describe(path: Path, told: Said, job: Job) -> None:
    """See `networks.foreign.describe`; raises `ModelRefused`."""
    from faceapp.networks.foreign import Description
    from faceapp.networks.foreign import describe as keep

    job.check()
    keep(
        path,
        Description(
            told.classes,
            told.size,
            cast("Channels", told.channels),
            cast("Scaling", told.scaling),
            cast("Alignment", told.alignment),
        ),
    )
