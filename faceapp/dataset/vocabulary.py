"""The words that datasets use for the same thing, and the colours and keys classes begin with."""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from faceapp.dataset.model import TaskClass

EXPRESSIONS = (
    "neutral",
    "happy",
    "sad",
    "angry",
    "surprised",
    "disgusted",
    "fearful",
    "contempt",
)
SEX = ("female", "male")
UNSURE = "unsure"

# class name -> other words for it; deliberately without codes such as "0" or "AN".
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "neutral": ("neutrality", "neutral face", "no expression", "expressionless"),
    "happy": ("happiness", "joy", "joyful", "smile", "smiling"),
    "sad": ("sadness", "sorrow", "unhappy"),
    "angry": ("anger", "rage", "furious"),
    "surprised": ("surprise", "surprize", "surprised face", "astonished", "astonishment"),
    "disgusted": ("disgust",),
    "fearful": ("fear", "afraid", "scared", "frightened", "terrified"),
    "contempt": ("contemptuous", "scorn"),
    "female": ("f", "woman", "women", "girl", "feminine"),
    "male": ("m", "man", "men", "boy", "masculine"),
}
_UNSURE_WORDS = frozenset({UNSURE, "uncertain", "not sure"})
_EXPRESSION_TASKS = frozenset({"expression", "expressions", "emotion", "emotions"})
_SEX_TASKS = frozenset({"sex", "gender"})

# Okabe and Ito's colour-blind-safe set ("Color Universal Design", 2008; grey for black), then the
# darker ones of Paul Tol's "muted" scheme (technical note SRON/EPS/TN/09-002, 2021).
COLOURS = (
    "#999999",
    "#e69f00",
    "#0072b2",
    "#d55e00",
    "#56b4e9",
    "#009e73",
    "#cc79a7",
    "#f0e442",
    "#332288",
    "#117733",
    "#882255",
    "#44aa99",
    "#aa4499",
    "#ddcc77",
)

DIGITS = "1234567890"
# u is "unsure", q is "quarantine"; "/" searches and is no letter anyway.
_LETTERS = tuple(letter for letter in string.ascii_lowercase if letter not in "uq")


def normal_word(word: str) -> str:
    """The word as it is compared: trimmed, without case, one space where dashes or blanks were."""
    folded = unicodedata.normalize("NFKC", word).casefold()
    return re.sub(r"[\s_\-]+", " ", folded).strip()


_CANONICAL = {word: name for name, words in SYNONYMS.items() for word in (name, *words)}


def canonical_word(word: str) -> str:
    """The class name that a known word stands for; an unknown word stands for itself."""
    normal = normal_word(word)
    return _CANONICAL.get(normal, normal)


def match_class(word: str, classes: Sequence[str]) -> str | None:
    """The one of `classes` that `word` means, by itself or by a synonym; None if not certain."""
    normal = normal_word(word)
    same = [name for name in classes if normal_word(name) == normal]
    alike = same or [name for name in classes if canonical_word(name) == canonical_word(word)]
    return alike[0] if len(alike) == 1 else None


def is_unsure(word: str) -> bool:
    """Whether the word says "unsure", which is an answer but never a class."""
    return normal_word(word) in _UNSURE_WORDS


def classes_for_task(task: str, words: Iterable[str]) -> tuple[str, ...]:
    """Names of the classes that a new task of this name begins with.

    A task about expression or sex takes the known classes whatever the words; any other takes the
    words themselves, in the order given, without blanks, repetitions and "unsure".
    """
    name = normal_word(task)
    if name in _EXPRESSION_TASKS:
        return EXPRESSIONS
    if name in _SEX_TASKS:
        return SEX
    own: dict[str, str] = {}
    for word in words:
        normal = normal_word(word)
        if normal and not is_unsure(word):
            own.setdefault(normal, word.strip())
    return tuple(own.values())


def _free_key(name: str, free: Sequence[str]) -> str:
    """The first free letter of the name, else the first free key, else none."""
    own = [letter for letter in normal_word(name) if letter in free]
    return (own or list(free) or [""])[0]


def default_classes(
    names: Sequence[str], taken: Iterable[str] = (), worn: Iterable[str] = ()
) -> tuple[TaskClass, ...]:
    """Give each name a key that nobody has `taken`, and a colour that few others have `worn`.

    The first task gets digits; where those are taken or used up, letters, of the name if possible
    (F female, M male), and never u or q, which mean the same for every task.
    """
    wearers = Counter(worn)
    colours = sorted(COLOURS, key=lambda colour: wearers[colour])
    used = {key.casefold() for key in taken}
    digits = [] if used & set(DIGITS) else list(DIGITS)
    letters = [letter for letter in _LETTERS if letter not in used]
    made = []
    for place, name in enumerate(names):
        key = digits.pop(0) if digits else _free_key(name, letters)
        if key in letters:
            letters.remove(key)
        made.append(TaskClass(name=name, colour=colours[place % len(colours)], key=key))
    return tuple(made)
