"""People by face likeness: groups proposed for samples of which nobody said whom they show."""

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
