"""Folders of small drawn images, as people keep them."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

Fill = Callable[..., Path]


def draw(number: int) -> bytes:
    """The file of an image that no other number gives."""
    rough = np.random.default_rng(number).integers(0, 255, (4, 4, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(rough).resize((24, 24)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def fill(tmp_path: Path) -> Fill:
    """Makes a folder of files: images for numbers, text for text."""

    def make(files: Mapping[str, int | str], name: str = "in") -> Path:
        folder = tmp_path / name
        folder.mkdir(parents=True, exist_ok=True)
        for each, content in files.items():
            path = folder / each
            path.parent.mkdir(parents=True, exist_ok=True)
            data = draw(content) if isinstance(content, int) else content.encode()
            path.write_bytes(data)
        return folder

    return make
