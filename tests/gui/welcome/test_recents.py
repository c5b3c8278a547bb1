"""Recent datasets: newest first, each once, a few; and Welcome, which lists them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faceapp.gui.settings import Settings
from faceapp.gui.welcome.recents import KEPT, RECENT, Recents

pytestmark = pytest.mark.gui

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@given(opened=st.lists(st.integers(0, 12), max_size=30), forgotten=st.sets(st.integers(0, 12)))
def test_the_newest_comes_first_and_each_once(opened: list[int], forgotten: set[int]) -> None:
    with TemporaryDirectory() as folder:
        settings = Settings(Path(folder) / "settings.json")
        recents = Recents(settings)
        for moment, number in enumerate(opened):
            recents.note(Path(f"/data/{number}"), number, NOON + timedelta(hours=moment))
        expected = list(dict.fromkeys(reversed(opened)))[:KEPT]
        assert [each.samples for each in recents.all()] == expected
        for number in forgotten:
            recents.forget(str(Path(f"/data/{number}")))
        again = Recents(Settings(Path(folder) / "settings.json")).all()
        assert [each.samples for each in again] == [n for n in expected if n not in forgotten]


def test_a_recent_dataset_tells_its_name_and_moment(tmp_path: Path) -> None:
    recent = Recents(Settings()).note(tmp_path / "faces", 12, NOON)
    assert (recent.name, recent.samples, recent.moment) == ("faces", 12, NOON)


def test_datasets_of_one_name_have_pictures_of_their_own(tmp_path: Path) -> None:
    recents = Recents(Settings())
    one = recents.note(tmp_path / "a" / "faces", 1, NOON)
    other = recents.note(tmp_path / "b" / "faces", 1, NOON)
    assert one.picture != other.picture
    assert one.picture.suffix == ".png"


@pytest.mark.parametrize(
    "value",
    [
        [3],
        [{}],
        [{"folder": 3, "samples": 1, "opened": NOON.isoformat()}],
        [{"folder": "/a", "samples": True, "opened": NOON.isoformat()}],
        [{"folder": "/a", "samples": 1, "opened": "soon"}],
    ],
)
def test_what_somebody_else_wrote_is_no_recent_dataset(value: Sequence[Any]) -> None:
    Settings().set(RECENT, list(value))
    assert Recents(Settings()).all() == []


def test_the_place_is_told_from_home(own_home: Path) -> None:
    recents = Recents(Settings())
    inside = recents.note(own_home / "Faces" / "pilot", 1, NOON)
    outside = recents.note(Path("/data/faces/pilot"), 1, NOON)
    assert (inside.place, outside.place) == (str(Path("~/Faces")), str(Path("/data/faces")))
