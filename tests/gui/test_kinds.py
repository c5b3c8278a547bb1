"""Kinds of findings and of sources have names on screen."""

from __future__ import annotations

import pytest

from faceapp.cleaning.checks import CHECKS
from faceapp.dataset import Source
from faceapp.gui.kinds import finding_words, source_kind_words
from faceapp.gui.text import source_in_full

pytestmark = pytest.mark.gui


def test_every_check_is_called_by_its_title() -> None:
    assert {kind: finding_words(kind) for kind in CHECKS} == {
        kind: check.title for kind, check in CHECKS.items()
    }


def test_what_another_version_made_has_a_name_too() -> None:
    assert finding_words("upside_down") == "upside down"
    assert source_kind_words("space_probe") == "space probe"


@pytest.mark.parametrize(
    ("kind", "location", "shown"),
    [
        ("folder", "/home/me/holiday/", "folder: holiday"),
        ("csv", r"C:\faces", "table: faces"),
        ("camera", "", "camera"),
    ],
)
def test_a_source_in_full(kind: str, location: str, shown: str) -> None:
    assert source_in_full(Source(1, kind, location, {}, "")) == shown
