"""The Label page on a dataset."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from faceapp.dataset import Dataset


@pytest.fixture
def build_page(dataset: Dataset, qtbot: object) -> Iterator[Callable[..., object]]:
    """Builds the page on the dataset, shown and read; closes everything afterwards."""
    from label_page import PageUnderTest

    made: list[PageUnderTest] = []

    def build(**services: object) -> PageUnderTest:
        made.append(PageUnderTest(dataset, qtbot, **services))
        return made[-1]

    yield build
    for each in made:
        each.close()
