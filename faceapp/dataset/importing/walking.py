"""The files of a source folder: which may be images, and which are refused unopened.

Nothing outside the folder is ever offered: names in a CSV are looked up among the files found
here, never opened as paths.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from faceapp.dataset.importing.values import ImportRefused, Refused
from faceapp.errors import WorldError
from faceapp.words import Words

# Passed over without a word where the content is no image either.
_OTHER_NAMES = frozenset({".ds_store", "thumbs.db", "desktop.ini", ".gitignore", ".gitkeep"})
_OTHER_EXTENSIONS = re.compile(
    r".*\.(avi|csv|db|docx?|gz|html?|ini|ipynb|json|log|mat|md|mov|mp4|np[yz]|od[st]|pdf|pkl|pts|py"
    r"|rar|rtf|sqlite|tar|toml|tsv|txt|xlsx?|xml|ya?ml|zip)"
)
_IMAGE_STARTS = re.compile(
    rb"\xff\xd8\xff|\x89PNG|GIF8|BM|II\*\0|MM\0\*|II\+\0|MM\0\+|P[1-6]\s|RIFF....WEBP", re.DOTALL
)
_DRIVE = re.compile(r"[A-Za-z]:")


class NotInSource(WorldError):
    """A CSV names an image that the source folder does not offer; the message is the reason."""


@dataclass(frozen=True)
class FoundFile:
    """A file that may be an image: `name` is its posix path relative to the source folder."""

    name: str
    path: Path


@dataclass(frozen=True)
class SourceFiles:
    """What a source folder holds, in the order of names."""

    folder: Path
    files: tuple[FoundFile, ...] = ()
    refused: tuple[Refused, ...] = ()

    @cached_property
    def _by_name(self) -> dict[str, FoundFile]:
        return {file.name: file for file in self.files}

    @cached_property
    def _by_key(self) -> dict[str, FoundFile]:
        return {_key(file.name): file for file in self.files}

    @cached_property
    def _by_base(self) -> dict[str, list[FoundFile]]:
        found: dict[str, list[FoundFile]] = {}
        for file in self.files:
            found.setdefault(_key(PurePosixPath(file.name).name), []).append(file)
        return found

    def named(self, written: str) -> FoundFile:
        """The file that a CSV means by the path or name `written`.

        A path may be relative to this folder or to one above it ("images/a.jpg" in a folder
        "images"); a bare name may lie in any sub-folder, if in one only.

        Raises:
            NotInSource: the path leaves the folder, the file is missing or not the only one.

        """
        exact = self._by_name.get(written) or self._by_name.get(written.strip())
        if exact is not None:
            return exact
        parts = self._inside(written.strip())
        for start in range(len(parts)):
            file = self._by_key.get(_key("/".join(parts[start:])))
            if file is not None and self._ends_in(parts[:start]):
                return file
        alike = self._by_base.get(_key(parts[0]), []) if len(parts) == 1 else []
        if len(alike) > 1:
            raise NotInSource(
                Words("ambiguous: {number} folders hold a file of this name", number=len(alike))
            )
        if not alike:
            raise NotInSource(Words("missing: there is no such image in the source folder"))
        return alike[0]

    def _ends_in(self, parts: tuple[str, ...]) -> bool:
        return not parts or self.folder.parts[-len(parts) :] == parts

    def _inside(self, written: str) -> tuple[str, ...]:
        """Parts of a written path, relative to this folder.

        Raises:
            NotInSource: it is absolute elsewhere, has a drive, a NUL, or steps upwards.

        """
        relative = written.replace("\\", "/").removeprefix(f"{self.folder.as_posix()}/")
        parts = tuple(part for part in relative.split("/") if part not in {"", "."})
        absolute = relative.startswith("/") or _DRIVE.match(relative)
        if absolute or ".." in parts or "\0" in relative:
            raise NotInSource(Words("outside: the path leaves the source folder"))
        return parts or ("",)


def find_files(folder: Path, *, leave_out: Path | None = None) -> SourceFiles:
    """Find every file under `folder` that may be an image.

    Links are not followed out of the folder, nor into other folders; hidden folders are not
    looked into. Files that are no images by name and content alike are passed over in silence.

    Args:
        folder: the source folder.
        leave_out: a folder that is not looked into (the dataset's own).

    Raises:
        ImportRefused: there is no such folder.

    """
    root = folder.resolve()
    if not root.is_dir():
        raise ImportRefused(
            Words("{folder} is not a folder: name the folder that holds the images.", folder=folder)
        )
    found: list[FoundFile] = []
    refused: list[Refused] = []

    def refuse(path: str | Path, reason: str) -> None:
        refused.append(Refused(storable(Path(path).relative_to(root).as_posix()), reason))

    for path in _walk(root, leave_out, refuse):
        reason = _reason_against(path, root)
        if reason is not None:
            refuse(path, reason)
        elif not _is_something_else(path):
            found.append(FoundFile(path.relative_to(root).as_posix(), path))
    return SourceFiles(
        root,
        tuple(sorted(found, key=lambda file: file.name)),
        tuple(sorted(refused, key=lambda each: each.file)),
    )


def _walk(
    root: Path, leave_out: Path | None, refuse: Callable[[str | Path, str], None]
) -> Iterator[Path]:
    """Every file under `root`; folders that are not looked into are refused."""

    def closed(error: OSError) -> None:
        refuse(error.filename, f"unreadable: {error.strerror}")

    for place, folders, names in os.walk(root, onerror=closed):
        here = Path(place)
        for name in list(folders):
            reason = _reason_to_stay_out(here / name)
            if reason is not None:
                refuse(here / name, reason)
            if reason is not None or here / name == leave_out:
                folders.remove(name)
        yield from (here / name for name in names)


def is_other_name(name: str) -> bool:
    """Whether a file of this name is expected to be no image."""
    base = PurePosixPath(name.lower()).name
    return base in _OTHER_NAMES or _OTHER_EXTENSIONS.fullmatch(base) is not None


def storable(name: str) -> str:
    """The file name as text, with bytes that are no UTF-8 spelled out."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _key(name: str) -> str:
    """The name as names are compared: macOS writes accents apart from their letters."""
    return unicodedata.normalize("NFC", name)


def _reason_to_stay_out(folder: Path) -> str | None:
    if folder.is_symlink():
        return Words("outside: a link to a folder")
    if folder.name.startswith("."):
        return Words("hidden: not looked into")
    return None


def _reason_against(path: Path, root: Path) -> str | None:
    if storable(str(path)) != str(path):
        return Words("unreadable: its name is no valid UTF-8; rename it")
    # Not resolve(): on Python 3.11 that raises where links point at each other.
    if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(root):
        return Words("outside: a link out of the source folder")
    return None


def _is_something_else(path: Path) -> bool:
    """Whether name and first bytes agree that this is no image."""
    if not is_other_name(path.name) or not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return not _IMAGE_STARTS.match(file.read(16))
    except OSError:
        return False
