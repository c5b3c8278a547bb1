"""Promise: looking changes nothing, each image is opened once, and a verdict is kept for ever.

A check measures, scores (0..1) and compares with a threshold in three steps, so that moving a
threshold measures nothing again. Checks are entries of `CHECKS`.
"""

from typing import TYPE_CHECKING

from faceapp.facades import lazily

if TYPE_CHECKING:
    from faceapp.cleaning.checks import CHECKS, UnknownCheck, checks_named
    from faceapp.cleaning.cleaning import Cleaning, EvidenceSource, NoEvidence, clean
    from faceapp.cleaning.model import Check, Evidence, Found, Measured

__all__ = [
    "CHECKS",
    "Check",
    "Cleaning",
    "Evidence",
    "EvidenceSource",
    "Found",
    "Measured",
    "NoEvidence",
    "UnknownCheck",
    "checks_named",
    "clean",
]

__getattr__ = lazily(
    __name__,
    {
        "checks": "CHECKS UnknownCheck checks_named",
        "cleaning": "Cleaning EvidenceSource NoEvidence clean",
        "model": "Check Evidence Found Measured",
    },
)
