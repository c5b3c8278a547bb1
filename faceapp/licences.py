"""Whose work faceapp stands on: every part, its licence, and the licence's own words.

From source the parts are the installed packages that faceapp requires, directly or not. A shipped
program carries a list that was made when it was built, of what is really inside.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from importlib.metadata import Distribution, PackageNotFoundError
from pathlib import Path

from faceapp import __version__
from faceapp.paths import resource_path

SHIPPED = "parts.json"
_FOLDER = "licences"
_TEXTS = re.compile(r"(licen[cs]e|copying|notice|third.?party|eula)", re.IGNORECASE)
_CODE = (".py", ".pyc", ".pyi")
_MARKER = re.compile(r"extra\s*==\s*['\"]([^'\"]+)['\"]")
_NAME = re.compile(r"^[A-Za-z0-9._-]+")
_WORD = "License :: OSI Approved :: "
_LONGEST_NAME = 80
# Packages whose files name a licence by its title alone: its words lie in resources/licences.
_WORDS_OF = {"lgpl": ("LGPL-3.0.txt", "GPL-3.0.txt")}


@dataclass(frozen=True)
class Part:
    """A part of the program: `licence` names its licence, `text` holds the licence's words."""

    name: str
    version: str
    licence: str
    text: str


def parts() -> list[Part]:
    """Every part, faceapp itself first and then by name."""
    shipped = resource_path(_FOLDER, SHIPPED)
    if getattr(sys, "frozen", False) and shipped.is_file():
        return [Part(**each) for each in json.loads(shipped.read_text("utf-8"))]
    return [_ourselves(), *installed_parts(_required("faceapp", {"weights", "people"}))]


def shipped_json(names: Iterable[str], more: Iterable[Part] = ()) -> str:
    """The list to be carried by a program that holds these distributions, and more parts."""
    found = [*installed_parts(names), *more]
    ordered = sorted(found, key=lambda part: part.name.lower())
    return json.dumps([asdict(part) for part in (_ourselves(), *ordered)], indent=1)


def installed_parts(names: Iterable[str]) -> list[Part]:
    """The parts of these distributions, by name; those that are not installed are passed over."""
    found: dict[str, Part] = {}
    for name in names:
        try:
            distribution = importlib.metadata.distribution(name)
        except PackageNotFoundError:
            continue
        part = _part(distribution)
        found[part.name.lower()] = part
    return [found[name] for name in sorted(found)]


def _ourselves() -> Part:
    texts = [resource_path(_FOLDER, "LICENSE"), resource_path(_FOLDER, "NOTICE.md")]
    texts += [resource_path().parent / "LICENSE"]
    text = "\n\n".join(file.read_text("utf-8") for file in texts if file.is_file())
    return Part("faceapp", __version__, "MIT", text)


def _part(distribution: Distribution) -> Part:
    licence = _licence_of(distribution)
    texts = []
    for file in distribution.files or ():
        path = Path(str(file.locate()))
        named = _TEXTS.search(file.name) and not file.name.endswith(_CODE)
        beside = ".dist-info" in file.parts[0] or len(file.parts) <= 2
        if named and beside and path.is_file():
            texts.append(path.read_text("utf-8", errors="replace").strip())
    for word, files in _WORDS_OF.items():
        if word in licence.lower():
            texts += [resource_path(_FOLDER, file).read_text("utf-8") for file in files]
    text = "\n\n\n".join(texts) or f"The package carries no text; its licence is: {licence}"
    return Part(distribution.metadata["Name"], distribution.version, licence, text)


def _licence_of(distribution: Distribution) -> str:
    """What the package says of its licence in a line."""
    about = distribution.metadata
    fields = ("License-Expression", "License")
    said = next((each for name in fields for each in about.get_all(name) or () if each), "")
    if not said or "\n" in said or len(said) > _LONGEST_NAME:
        classified = [each for each in about.get_all("Classifier") or () if _WORD in each]
        said = ", ".join(each.removeprefix(_WORD) for each in classified) or said.splitlines()[0:1]
        said = said if isinstance(said, str) else "".join(said)
    return said or "see its words"


def _required(root: str, extras: set[str]) -> list[str]:
    """Distributions that `root` requires with these extras, and what those require in turn."""
    seen: set[str] = set()
    waiting = [(root, extras)]
    while waiting:
        name, wanted = waiting.pop()
        try:
            requirements = importlib.metadata.requires(name) or []
        except PackageNotFoundError:
            continue
        for requirement in requirements:
            found = _NAME.match(requirement)
            extra = _MARKER.search(requirement)
            if found is None or (extra and extra[1] not in wanted):
                continue
            if found[0].lower() not in seen:
                seen.add(found[0].lower())
                waiting.append((found[0], set()))
    return sorted(seen - {root})
