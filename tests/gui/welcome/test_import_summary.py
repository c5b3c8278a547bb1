"""The summary of an import: every refusal and every odd word, in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faceapp.dataset.importing import ImportReport, Refused
from faceapp.gui.welcome.import_summary import MOST_LINES, details, headline

pytestmark = pytest.mark.gui


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (ImportReport(), "0 images imported."),
        (ImportReport(added=1, labelled=1), "1 image imported, 1 label added."),
        (
            ImportReport(1200, 3, 1203, (Refused("a", "b"),), {"odd": 2}),
            (
                "1,200 images imported, 3 were here already, 1,203 labels added, 1 refused, "
                "1 word not understood."
            ),
        ),
    ],
)
def test_the_headline_counts(report: ImportReport, words: str) -> None:
    assert headline(report) == words


REFUSED = st.lists(
    st.builds(
        Refused,
        file=st.text("abc./", min_size=1, max_size=5),
        reason=st.sampled_from(["empty", "no image", "twice"]),
    ),
    max_size=20,
)


@given(refused=REFUSED, unknown=st.dictionaries(st.text("xyz", min_size=1), st.integers(1, 99)))
def test_the_details_leave_nothing_out(refused: list[Refused], unknown: dict[str, int]) -> None:
    lines = details(ImportReport(refused=tuple(refused), unknown_labels=unknown)).splitlines()
    for each in refused:
        assert f"  {each.file}" in lines
    for word, count in unknown.items():
        assert f"  {word} ({count})" in lines
    for reason in {each.reason for each in refused}:
        number = sum(each.reason == reason for each in refused)
        assert f"Refused, {reason} ({number}):" in lines
    headings = len({each.reason for each in refused}) + bool(unknown)
    assert len(lines) == headings + len(refused) + len(unknown)


def test_thousands_of_refusals_are_cut_and_counted() -> None:
    refused = tuple(Refused(f"{n}.jpg", "empty") for n in range(5000))
    lines = details(ImportReport(refused=refused)).splitlines()
    assert len(lines) == MOST_LINES + 1
    assert lines[-1] == f"... and {5001 - MOST_LINES:,} more lines"


def test_without_trouble_there_are_no_details() -> None:
    assert details(ImportReport(added=3)) == ""
