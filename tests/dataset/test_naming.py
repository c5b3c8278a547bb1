"""Naming samples on a command line."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from faceapp.dataset import Dataset, UnknownSample
from faceapp.dataset.naming import samples_named
from sample_rows import new_sample

NAMES = ("a/happy/1.jpg", "a/sad/1.jpg", "a/sad/2.jpg", "3.jpg", "b/3.jpg")


@pytest.fixture
def ids(dataset: Dataset) -> dict[str, int]:
    source = dataset.add_source("folder", "/faces", {})
    new = [new_sample(number, name=name) for number, name in enumerate(NAMES)]
    return dict(zip(NAMES, dataset.add_samples(source.id, new)[0], strict=True))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a/sad/1.jpg", "a/sad/1.jpg"),
        ("sad/1.jpg", "a/sad/1.jpg"),
        ("sad\\1.jpg", "a/sad/1.jpg"),
        ("2.jpg", "a/sad/2.jpg"),
        ("3.jpg", "3.jpg"),  # its very name, though another one ends so
        ("b/3.jpg", "b/3.jpg"),
    ],
)
def test_a_name_or_its_end_is_enough(
    dataset: Dataset, ids: dict[str, int], text: str, name: str
) -> None:
    assert samples_named(dataset, [text]) == [ids[name]]


def test_order_stays_and_nobody_comes_twice(dataset: Dataset, ids: dict[str, int]) -> None:
    found = samples_named(dataset, ["2.jpg", "3.jpg", "sad/2.jpg"])
    assert found == [ids["a/sad/2.jpg"], ids["3.jpg"]]


def test_an_end_that_several_have_is_refused_with_all_of_them(
    dataset: Dataset, ids: dict[str, int]
) -> None:
    with pytest.raises(UnknownSample, match=r"'a/happy/1.jpg', 'a/sad/1.jpg'"):
        samples_named(dataset, ["1.jpg"])


def test_a_file_names_the_samples_of_its_content(dataset: Dataset, tmp_path: Path) -> None:
    file = tmp_path / "elsewhere.bin"
    file.write_bytes(b"bytes of a face")
    sha256 = hashlib.sha256(b"bytes of a face").hexdigest()
    source = dataset.add_source("folder", "/faces", {})
    new = [new_sample(n, name=f"twin {n}.jpg", sha256=sha256) for n in (1, 2)]
    added = dataset.add_samples(source.id, new)[0]
    assert samples_named(dataset, [str(file)]) == added


def test_samples_in_quarantine_can_be_named(dataset: Dataset, ids: dict[str, int]) -> None:
    dataset.quarantine([ids["3.jpg"]])
    assert samples_named(dataset, ["3.jpg"]) == [ids["3.jpg"]]


def test_every_unknown_file_is_told_of_and_many_are_counted(
    dataset: Dataset, ids: dict[str, int]
) -> None:
    with pytest.raises(UnknownSample, match=r"'w'.*'x'.*'y'.* And 1 more."):
        samples_named(dataset, ["3.jpg", "w", "x", "y", "z"])
    with pytest.raises(UnknownSample):
        samples_named(dataset, [""])
