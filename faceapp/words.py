"""Texts for the person: English as they stand, and fit to be said in another language."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from string import Formatter
from typing import Any, Self

# How values are written in templates. A dataset may be a stranger's: a width that it asks for could
# take all memory, a dot or bracket in a name would look into the value.
_FORM = re.compile(r",?(\.\d)?[f%]?")


class Words(str):
    """An English text that remembers what it was made of.

    Whoever takes it for the `str` that it is (files, logs, JSON, a terminal) gets plain English.
    The window looks up `template` in the person's language and fills in `values` there
    (`faceapp.gui.language.core_words`); a value that is Words itself is said likewise.

    The template is a literal where Words is called, as that is where `pyside6-lupdate` looks for
    it, and values have names, as it takes a second literal for a comment. Without values nothing
    is filled in, so that a template can be kept until they are known (`filled`).
    """

    __slots__ = ("template", "values")
    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, /, **values: object) -> Self:
        """Fill the values in, where there are any."""
        values = {name: _plain(value) for name, value in values.items()}
        words = super().__new__(cls, template.format(**values) if values else template)
        words.template, words.values = template, values
        return words

    def filled(self, **values: object) -> Words:
        """The same template with these values."""
        return Words(self.template, **values)


def _plain(value: object) -> object:
    """Of an error what it says: it would keep its traceback, and may not cross a pipe."""
    return str(value) if isinstance(value, BaseException) else value


def made_of(text: str) -> str:
    """What `again` needs beside a text that is kept, as JSON; "" for one without a template."""
    return json.dumps(_parts(text), ensure_ascii=False) if isinstance(text, Words) else ""


def again(text: str, made_of: str) -> str:
    """A text that was kept, as Words where what was kept beside it makes that very text."""
    try:
        words = _whole(json.loads(made_of))
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return text
    return words if words == text else text


def _parts(words: Words) -> list[object]:
    """Template and values as JSON values: a list stands for Words, which no other value is."""

    def part(value: object) -> object:
        if isinstance(value, Words):
            return _parts(value)
        return value if isinstance(value, int | float) else str(value)

    return [words.template, {name: part(value) for name, value in words.values.items()}]


def _whole(parts: Any) -> Words:
    """The Words of these parts; raises `ValueError`, or what else comes of JSON of another kind."""
    template, kept = parts
    values = {name: _whole(each) if isinstance(each, list) else each for name, each in kept.items()}
    for _text, name, form, _repr in Formatter().parse(template):
        if name is not None and not (name in values and _FORM.fullmatch(form or "")):
            raise ValueError(f"no template of ours: {template!r}")
    return Words(template, **values)


def counted(number: int, one: Words, many: Words, **values: object) -> Words:
    """`one` where the number is 1, else `many`, with `number` and the values filled in."""
    return (one if number == 1 else many).filled(number=number, **values)
