"""The registry of checks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from faceapp.cleaning.copies import COPY_CHECKS
from faceapp.cleaning.images import IMAGE_CHECKS
from faceapp.cleaning.labels import LABEL_CHECKS
from faceapp.cleaning.model import Check
from faceapp.cleaning.whole import WHOLE_CHECKS
from faceapp.errors import WorldError
from faceapp.words import Words

CHECKS: Mapping[str, Check] = {
    check.kind: check for check in (*IMAGE_CHECKS, *COPY_CHECKS, *LABEL_CHECKS, *WHOLE_CHECKS)
}


class UnknownCheck(WorldError):
    """A check that there is not; the message names those there are."""


def checks_named(kinds: Iterable[str] | None) -> tuple[Check, ...]:
    """The checks of these kinds, each once, in the registry's order; None is all of them.

    Raises:
        UnknownCheck: there is no check of a kind.

    """
    if kinds is None:
        return tuple(CHECKS.values())
    wanted = set(kinds)
    if unknown := sorted(wanted - set(CHECKS)):
        raise UnknownCheck(
            Words(
                "There is no check {unknown!r}. Checks are: {checks}.",
                unknown=unknown[0],
                checks=", ".join(CHECKS),
            )
        )
    return tuple(check for kind, check in CHECKS.items() if kind in wanted)
