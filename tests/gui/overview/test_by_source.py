"""Scraped images beside the others: figures of every source, and the table that shows them."""

from __future__ import annotations

from typing import Any

import pytest

from faceapp.dataset import Dataset, Measures, NewSample, StoredFace
from faceapp.gui.overview.by_source import Spread, by_source, spread
from faceapp.gui.overview.contents import cards_for
from faceapp.gui.overview.figures import Kind, count_figures
from faceapp.gui.overview.source_table import SourceTable

pytestmark = pytest.mark.gui


def test_a_spread_is_made_of_quarters() -> None:
    assert spread([]) is None
    assert spread([5.0, 1.0, 3.0, 2.0, 4.0]) == Spread(2.0, 3.0, 4.0, 5)


def test_what_is_not_known_is_none() -> None:
    figures = by_source(
        {1: "a", 2: "a", 3: "b"},
        image_sides={1: 10.0, 2: 20.0, 3: 30.0},
        face_sides={1: 5.0},
        measures={3: {"sharpness": 0.5}},
        strengths={},
    )
    assert figures["a"].samples == 2
    assert figures["a"].face_side == Spread(5.0, 5.0, 5.0, 1)
    assert figures["a"].sharpness is None
    assert figures["b"].sharpness == Spread(0.5, 0.5, 0.5, 1)
    assert figures["b"].face_side is None
    assert figures["b"].contrast is None


def add(dataset: Dataset, kind: str, first: int, side: int) -> list[int]:
    source = dataset.add_source(kind, kind, {})
    new = [
        NewSample(f"{n}.png", f"images/{n}.png", f"{n:064}", n, side + n - first, 400, "png")
        for n in range(first, first + 3)
    ]
    return dataset.add_samples(source.id, new)[0]


@pytest.fixture
def mixed(dataset: Dataset) -> Dataset:
    """Three originals and three scraped images, of which cleaning measured one."""
    dataset.add_task("expression", ["happy", "sad"])
    add(dataset, "folder", 0, 100)
    scraped = add(dataset, "search", 10, 200)
    face = StoredFace((1, 1, 90, 95), ((1, 1),) * 5, 0.9)
    dataset.store_faces({scraped[0]: [face]}, "d")
    dataset.store_measures({scraped[0]: Measures("k", {"sharpness": 0.25, "contrast": 0.5})}, {})
    return dataset


def test_a_card_holds_them_beside_one_another(mixed: Dataset, qtbot: Any) -> None:
    figures = count_figures(mixed, strengths={1: 0.25, 4: 0.75})
    assert figures.by_source is not None
    assert figures.by_source[Kind.SCRAPED].image_side == Spread(200, 201, 202, 3)
    card = next(each for each in cards_for(figures) if isinstance(each.content, SourceTable))
    qtbot.addWidget(card)
    assert card.heading == "Scraped beside the others"
    assert card.content.accessibleDescription().split("; ") == [
        "images: originals 3, scraped 3",
        "image, px: originals 101 (100\u2013102), scraped 201 (200\u2013202)",
        "face, px: originals \u2013, scraped 90 (90\u201390)",
        "sharpness: originals \u2013, scraped 0.25 (0.25\u20130.25)",
        "contrast: originals \u2013, scraped 0.50 (0.50\u20130.50)",
        "strength: originals 25% (25%\u201325%), scraped 75% (75%\u201375%)",
    ]
    assert not card.grab().isNull()


def test_there_is_none_without_scraped_images(dataset: Dataset, qtbot: Any) -> None:
    add(dataset, "folder", 0, 100)
    cards = list(cards_for(count_figures(dataset)))
    for card in cards:
        qtbot.addWidget(card)
    assert not any(isinstance(each.content, SourceTable) for each in cards)
