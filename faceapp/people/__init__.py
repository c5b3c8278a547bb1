"""People by face likeness: groups proposed for samples of which nobody said whom they show."""

from typing import TYPE_CHECKING

from faceapp.facades import lazily

if TYPE_CHECKING:
    from faceapp.people.proposing import (
        DEFAULT_THRESHOLD,
        PersonGroup,
        ProposedPeople,
        apply_groups,
        propose_people,
    )

__all__ = [
    "DEFAULT_THRESHOLD",
    "PersonGroup",
    "ProposedPeople",
    "apply_groups",
    "propose_people",
]

__getattr__ = lazily(
    __name__,
    {
        "proposing": "DEFAULT_THRESHOLD PersonGroup ProposedPeople apply_groups propose_people",
    },
)
