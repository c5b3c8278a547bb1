"""Choices of classes that are worth one press."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from faceapp.gui.language import tr

_NEUTRAL, _HAPPY, _ANGRY = "neutral", "happy", "angry"
# Below so many images a class is left out by "enough images".
ENOUGH = 20


@dataclass(frozen=True)
class Preset:
    """Words for a choice, and the classes it ticks."""

    words: str
    classes: tuple[str, ...]


def presets(counts: Mapping[str, int]) -> list[Preset]:
    """Choices that differ from one another, for the classes with their numbers of samples."""
    there = tuple(name for name, count in counts.items() if count)
    enough = tuple(name for name in there if counts[name] >= ENOUGH)
    offers = [
        Preset(tr("All with {0} images or more").format(ENOUGH), enough),
        Preset(tr("All"), there),
    ]
    if _NEUTRAL in there:
        others = tuple(name for name in there if name != _NEUTRAL)
        offers.append(Preset(tr("No neutral"), others))
    if _HAPPY in there and _ANGRY in there:
        pair = tuple(name for name in there if name in {_HAPPY, _ANGRY})
        offers.append(Preset(tr("Happy vs angry"), pair))
    # Of two for the same classes the later one, which says more.
    kept = {offer.classes: offer for offer in offers if len(offer.classes) >= 2}
    return list(kept.values())
