"""What a folder suggests: tables that name images, and people in the names of files."""

from __future__ import annotations

from pathlib import Path

import pytest

from faceapp.gui.welcome.guesses import (
    NAME_AND_NUMBER,
    columns_of,
    pattern_for,
    people_column,
    table_for,
    tables_in,
)

pytestmark = pytest.mark.gui


def write(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_tables_in_the_folder_come_before_those_beside_it(tmp_path: Path) -> None:
    beside = write(tmp_path / "beside.csv", "image,label\n")
    folder = tmp_path / "images"
    folder.mkdir()
    assert tables_in(folder) == [beside]
    inside = write(folder / "inside.CSV", "image,label\n")
    assert tables_in(folder) == [inside]


def test_only_a_table_that_names_images_is_taken_at_once(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", "colour,size\nred,3\n")
    assert table_for(tmp_path) is None
    wanted = write(tmp_path / "b.csv", "File,Emotion\nx.jpg,joy\n")
    assert table_for(tmp_path) == wanted


def test_a_table_beside_the_folder_is_offered_and_not_taken(tmp_path: Path) -> None:
    write(tmp_path / "labels.csv", "image,emotion\n")
    (tmp_path / "images").mkdir()
    assert table_for(tmp_path / "images") is None


def test_an_export_of_ours_needs_no_table(tmp_path: Path) -> None:
    for name in ("samples.csv", "tasks.csv", "labels.csv"):
        write(tmp_path / name, "name,path\n")
    assert table_for(tmp_path) is None


def test_what_is_not_there_suggests_nothing(tmp_path: Path) -> None:
    assert tables_in(tmp_path / "gone" / "gone") == []
    assert columns_of(tmp_path / "gone.csv") == ()


@pytest.mark.parametrize(
    ("names", "pattern"),
    [
        ([f"P{p}_{n:04}.jpg" for p in range(5) for n in range(2)], NAME_AND_NUMBER),
        ([f"Anna_{n:04}.jpg" for n in range(20)], None),  # one person's, or just numbers
        ([f"{n}.jpg" for n in range(20)], None),
        ([f"P{n}_1.jpg" for n in range(5)] + [f"{n}.jpg" for n in range(6)], None),
        ([], None),
    ],
)
def test_people_are_told_apart_where_most_files_name_them(
    tmp_path: Path, names: list[str], pattern: str | None
) -> None:
    for name in names:
        write(tmp_path / name)
    assert pattern_for(tmp_path) == pattern


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        (("image", "label", "Person"), "Person"),
        (("image", "subject_id", "label"), "subject_id"),
        (("image", "label"), None),
    ],
)
def test_a_column_of_people_is_known_by_its_name(
    columns: tuple[str, ...], found: str | None
) -> None:
    assert people_column(columns) == found
