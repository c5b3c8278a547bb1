"""Small drawn images and folders of them. Session-wide, so that hypothesis can use them too."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from PIL import Image


def draw(number: int, kind: str = "PNG", size: int = 24) -> bytes:
    """The file of a picture that no other number gives."""
    rough = np.random.default_rng(number).integers(0, 255, (4, 4, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(rough).resize((size, size)).save(buffer, kind)
    return buffer.getvalue()


def fill(folder: Path, files: Mapping[str, bytes | str]) -> Path:
    """Write files, by relative name, and return the folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


@pytest.fixture(scope="session")
def picture() -> Callable[..., bytes]:
    """`draw`."""
    return draw


@pytest.fixture(scope="session")
def filled() -> Iterator[Callable[[Mapping[str, bytes | str]], Path]]:
    """A function that makes a folder of files."""
    with ExitStack() as stack:

        def make(files: Mapping[str, bytes | str]) -> Path:
            return fill(Path(stack.enter_context(TemporaryDirectory())).resolve() / "in", files)

        yield make
