"""What can be done about each kind of finding, and by which key."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from faceapp.gui.language import tr


class Does(Enum):
    """What a remedy does to the findings it is used on."""

    KEEP = auto()  # no fault: remembered for ever
    ACCEPT = auto()  # the class that was suggested for each
    ANSWER = auto()  # one class for all
    BEST = auto()  # keep the first of each family
    CROP = auto()
    SPLIT = auto()
    UNSURE = auto()
    QUARANTINE = auto()


@dataclass(frozen=True)
class Remedy:
    """One thing to do: its key, its words, and the class it gives, if any.

    `tip` says more than the words; `single` says that it is for one finding at a time.
    """

    does: Does
    key: str
    words: str
    tip: str = ""
    answer: str = ""
    single: bool = False


def _never() -> str:
    return tr("Never show this again")


def _keep(words: str, tip: str) -> Remedy:
    return Remedy(Does.KEEP, "1", words, tip)


def _for_ever() -> Remedy:
    return _keep(tr("No fault"), _never())


def _apart() -> Remedy:
    return _keep(tr("Not a duplicate"), tr("Never tie these together again"))


def _quarantine() -> Remedy:
    tip = tr("Set aside: it stays, but nothing is trained on it")
    return Remedy(Does.QUARANTINE, "Q", tr("Quarantine"), tip)


def _crop() -> Remedy:
    return Remedy(
        Does.CROP, "2", tr("Crop to the face"), tr("A crop takes its place; the whole is set aside")
    )


def _split() -> Remedy:
    tip = tr("A sample for each face takes its place; the whole is set aside")
    return Remedy(Does.SPLIT, "3", tr("Split faces"), tip)


def _answers(answers: Sequence[str], words: str, tip: str) -> list[Remedy]:
    """One class for all, of those that were given."""
    return [
        Remedy(Does.ANSWER, str(key), words.format(answer), tip, answer, single=True)
        for key, answer in enumerate(answers[:8], 2)
    ]


def _unsure() -> Remedy:
    return Remedy(Does.UNSURE, "U", tr("Unsure"), tr("Answer: nobody can tell"))


def remedies_for(
    kind: str, detail: Mapping[str, object], answers: Sequence[str] = (), number: int = 1
) -> list[Remedy]:
    """What can be done about findings, in the order of their buttons.

    Args:
        kind: of the findings.
        detail: of the one that is looked at.
        answers: the classes that were given to that one in its task.
        number: how many are selected.

    """
    if number > 1:
        return [each for each in _remedies(kind, {}, ()) if not each.single]
    return _remedies(kind, detail, answers)


def _remedies(kind: str, detail: Mapping[str, object], answers: Sequence[str]) -> list[Remedy]:
    special: dict[str, Callable[[], list[Remedy]]] = {
        "wrong_label": lambda: [*_label_remedies(detail), _unsure(), _quarantine()],
        "near_duplicate": lambda: [_apart(), _best(), _quarantine()],
        "exact_duplicate": lambda: [_keep(tr("Keep all"), _never()), _best(), _quarantine()],
        "contradicting_duplicates": lambda: [
            _for_ever(),
            *_answers(answers, tr("All {0}"), tr("Label all of them so")),
            _unsure(),
            _quarantine(),
        ],
        "contradicting_raters": lambda: [
            _for_ever(),
            *_answers(answers, "{0}", tr("Label it so, whatever the raters said")),
            _unsure(),
            _quarantine(),
        ],
        "several_faces": lambda: [_for_ever(), _crop(), _split(), _quarantine()],
        "aspect": lambda: [_for_ever(), _crop(), _quarantine()],
        **dict.fromkeys(OF_CLASSES, lambda: [_keep(tr("I know"), _never())]),
    }
    return special.get(kind, lambda: [_for_ever(), _quarantine()])()


# What these say is of a class or a split: no sample is at fault.
OF_CLASSES = frozenset({"leakage", "spurious_cue", "dominant_group", "small_class"})


def _best() -> Remedy:
    tip = tr("Keep the first, the best, and quarantine the rest")
    return Remedy(Does.BEST, "2", tr("Keep the best"), tip)


def _label_remedies(detail: Mapping[str, object]) -> list[Remedy]:
    """Keep the label, or give the model's first or second choice."""
    right = tr("The label is right: never doubt it again")
    first = tr("Relabel it: the model's first choice")
    if "label" not in detail:  # of many at once
        return [
            _keep(tr("Labels are right"), right),
            Remedy(Does.ACCEPT, "2", tr("Accept suggestions"), first),
        ]
    made = [_keep(str(detail["label"]), right)]
    choices = detail.get("choices")
    names = [str(each) for each in choices] if isinstance(choices, Mapping) else []
    for place, name in enumerate(names[:2]):
        tip = tr("Relabel it: the model's second choice") if place else first
        does = Does.ANSWER if place else Does.ACCEPT
        made.append(Remedy(does, str(place + 2), name, tip, name, single=bool(place)))
    return made
