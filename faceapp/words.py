"""Texts for the person: English as they stand, and fit to be said in another language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Self


class Words(str):
    """An English text that remembers what it was made of.

    Whoever takes it for the `str` that it is (files, logs, JSON, a terminal) gets plain English.
    The window looks up `template` in the person's language and fills in `values` there
    (`faceapp.gui.text.core_words`); a value that is Words itself is said likewise.

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
    except (ValueError, TypeError, LookupError, AttributeError):
        return text
    return words if words == text else text


def _parts(words: Words) -> list[object]:
    """Template and values as JSON values: a list stands for Words, which no other value is."""
    values = {
        name: _parts(value)
        if isinstance(value, Words)
        else value
        if isinstance(value, int | float)
        else str(value)
        for name, value in words.values.items()
    }
    return [words.template, values]


def _whole(parts: Any) -> Words:
    template, values = parts
    return Words(
        template,
        **{name: _whole(each) if isinstance(each, list) else each for name, each in values.items()},
    )


def counted(number: int, one: Words, many: Words, **values: object) -> Words:
    """`one` where the number is 1, else `many`, with `number` and the values filled in."""
    return (one if number == 1 else many).filled(number=number, **values)
