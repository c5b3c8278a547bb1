"""Catalogues of translations, made from the sources by README's commands."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import faceapp

PACKAGE = Path(faceapp.__file__).parent
README = Path(__file__).resolve().parent.parent / "README.md"


def readme_command(tool: str) -> list[str]:
    """The command line of a Qt tool as README has it, with the tool of this Python."""
    found = re.search(rf"^{tool} .*$", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert found is not None
    _, *arguments = found[0].split()
    return [str(Path(sys.executable).with_name(tool)), *arguments]


def make_catalogue(file: Path) -> None:
    """Write the .ts file of all texts, none of them translated."""
    command = readme_command("pyside6-lupdate")
    command[command.index("faceapp")] = str(PACKAGE)
    command[command.index("-ts") + 1] = str(file)
    subprocess.run(command, check=True, capture_output=True)


def translate(file: Path, said: Callable[[str], str | None]) -> Path:
    """Fill in what `said` gives for a text, and compile: the .qm file."""
    tree = ET.parse(file)
    for message in tree.getroot().iter("message"):
        if (words := said(message.findtext("source") or "")) is not None:
            translation = message.find("translation")
            assert translation is not None
            translation.text = words
            translation.attrib.pop("type", None)
    tree.write(file, encoding="utf-8", xml_declaration=True)
    tool = readme_command("pyside6-lrelease")[0]
    subprocess.run([tool, str(file)], check=True, capture_output=True)
    return file.with_suffix(".qm")
