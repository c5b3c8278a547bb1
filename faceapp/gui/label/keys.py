"""What a key means on the Label page: pure functions, so that widgets only forward."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from faceapp.dataset import Task

UNSURE_KEY = "u"
QUARANTINE_KEY = "q"


class Command(StrEnum):
    """What keys do that are no answers."""

    QUARANTINE = "quarantine"
    ACCEPT = "accept"
    REFUSE = "refuse"
    NEXT_WAITING = "next waiting"
    LARGE = "large"
    BACK = "back"
    ZOOM_IN = "zoom in"
    ZOOM_OUT = "zoom out"
    SEARCH = "search"


@dataclass(frozen=True)
class GiveAnswer:
    """Answer `task` for the selection with a class name, or None for "unsure".

    `advance` says whether to go on to the next sample afterwards.
    """

    task: str
    answer: str | None
    advance: bool


@dataclass(frozen=True)
class Press:
    """A key as it was pressed: `text` is what it types, `name` what it is called if nothing.

    `ctrl` stands for every modifier that makes a shortcut of a letter (Ctrl, Alt, Meta).
    """

    text: str = ""
    name: str = ""
    shift: bool = False
    ctrl: bool = False


Action = Command | GiveAnswer

_BY_NAME: Mapping[str, Command] = {
    "space": Command.ACCEPT,
    "backspace": Command.REFUSE,
    "delete": Command.REFUSE,
    "return": Command.LARGE,
    "enter": Command.LARGE,
    "escape": Command.BACK,
}
_BY_TEXT: Mapping[str, Command] = {
    QUARANTINE_KEY: Command.QUARANTINE,
    ".": Command.NEXT_WAITING,
    "+": Command.ZOOM_IN,
    "=": Command.ZOOM_IN,
    "-": Command.ZOOM_OUT,
    "/": Command.SEARCH,
}
# Keys that mean the same for every task; "?" is the window's.
RESERVED = frozenset({*_BY_TEXT, UNSURE_KEY, "?", " "})


def action_for(press: Press, task: Task | None, second: Task | None) -> Action | None:
    """What a key does while `task` is labelled, and `second` in the same pass.

    Keys of the first task advance, those of the second stay, so that both can be given to one
    sample; where both have a key the first task's counts.
    """
    if press.ctrl:
        return None
    if press.name in _BY_NAME:
        return _BY_NAME[press.name]
    text = press.text.casefold()
    for asked in (task, second):
        if asked is None or not text:
            continue
        advance = asked is task
        if text == UNSURE_KEY and advance is not press.shift:
            return GiveAnswer(asked.name, None, advance)
        for each in asked.classes:
            if each.key and each.key.casefold() == text:
                return GiveAnswer(asked.name, each.name, advance)
    return _BY_TEXT.get(text)


def collisions(tasks: Iterable[Task]) -> dict[str, tuple[str, ...]]:
    """Keys that several classes claim, or that mean something else: key -> "task: class" each."""
    claims: dict[str, list[str]] = {}
    for task in tasks:
        for each in task.classes:
            if each.key:
                claims.setdefault(each.key.casefold(), []).append(f"{task.name}: {each.name}")
    return {
        key: tuple(claimed)
        for key, claimed in claims.items()
        if len(claimed) > 1 or key in RESERVED
    }


def fits_as_key(text: str) -> bool:
    """Whether a class may have this key: one visible character that means nothing else."""
    return len(text) == 1 and text.isprintable() and text.casefold() not in RESERVED


def key_help(task: Task | None, second: Task | None) -> Iterator[tuple[str, str]]:
    """The keys of the classes and what each does, for the page's list of keys."""
    for asked in (task, second):
        for each in asked.classes if asked else ():
            if each.key:
                yield each.key.upper(), f"{asked.name if asked else ''}: {each.name}"
