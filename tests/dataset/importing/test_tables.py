"""Label CSVs are read right, whoever wrote them, or refused by file and line."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faceapp.dataset.importing import (
    CsvRefused,
    LabelTable,
    UnknownColumn,
    csv_columns,
    read_label_csv,
)


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., LabelTable]:
    def write_and_read(content: str | bytes, **options: Any) -> LabelTable:
        path = tmp_path / "labels.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_label_csv(path, **options)

    return write_and_read


def cells(table: LabelTable) -> list[tuple[str, str, str, str | None]]:
    return [(row.image, row.label, row.rater, row.group) for row in table.rows]


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1", "cp1252"],
)
def test_every_usual_encoding_is_told(read: Callable[..., LabelTable], encoding: str) -> None:
    text = "image,emotion\nJürgen é.jpg,fröhlich\n"
    table = read(text.encode(encoding))
    assert cells(table) == [("Jürgen é.jpg", "fröhlich", "", None)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_usual_delimiter_is_told(
    read: Callable[..., LabelTable], delimiter: str, end: str
) -> None:
    lines = [("image", "emotion", "note"), ("a,b;c.jpg", "happy", "x"), ("b.jpg", "sad", "")]
    text = end.join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
    assert cells(read(text)) == [("a,b;c.jpg", "happy", "", None), ("b.jpg", "sad", "", None)]


def test_delimiter_is_the_one_that_gives_the_wanted_columns(
    read: Callable[..., LabelTable],
) -> None:
    table = read("image;emotion, coded, by, hand;emotion\na.jpg;1,2,3,4;sad\n")
    assert cells(table) == [("a.jpg", "sad", "", None)]


@pytest.mark.parametrize("image", ["image", "file", "filename", "path", "name", " Image ", "FILE"])
@pytest.mark.parametrize("label", ["emotion", "label", "class", "expression", "Emotion"])
def test_columns_are_found_by_their_usual_names(
    read: Callable[..., LabelTable], image: str, label: str
) -> None:
    assert cells(read(f"nr,{label},{image}\n1,happy,a.jpg\n")) == [("a.jpg", "happy", "", None)]


def test_the_first_usual_name_wins(read: Callable[..., LabelTable]) -> None:
    table = read("name,image,label,emotion\nx,a.jpg,y,sad\n")
    assert cells(table) == [("a.jpg", "sad", "", None)]


@pytest.mark.parametrize("rater", ["rater", "user.id", "user_id", "annotator"])
def test_raters_are_found_by_their_usual_names(read: Callable[..., LabelTable], rater: str) -> None:
    table = read(f"{rater},image,emotion\n 628 ,a.jpg, anger \n")
    assert cells(table) == [("a.jpg", "anger", "628", None)]


def test_the_label_column_may_bear_the_name_of_the_task(read: Callable[..., LabelTable]) -> None:
    text = "image,emotion,Sex\na.jpg,happy,male\n"
    assert cells(read(text, task="sex"))[0][1] == "male"
    assert cells(read(text, task="expression"))[0][1] == "happy"
    assert read("image,emotion\na.jpg,happy\n", task="emotions").label_column == "emotion"


def test_labels_of_one_task_are_not_taken_for_another(read: Callable[..., LabelTable]) -> None:
    with pytest.raises(UnknownColumn, match=r"labels\.csv has no column for the label.*'emotion'"):
        read("image,emotion\na.jpg,happy\n", task="age")


def test_chosen_columns_count_and_no_others(read: Callable[..., LabelTable]) -> None:
    text = "image,emotion,rater,pic,mood,who,person\nx,y,z,a.jpg,sad,r1,Anna\n"
    table = read(
        text, image_column="pic", label_column="mood", rater_column="who", group_column="person"
    )
    assert cells(table) == [("a.jpg", "sad", "r1", "Anna")]
    assert (table.image_column, table.label_column) == ("pic", "mood")


@pytest.mark.parametrize("column", ["image", "label", "rater", "group"])
def test_a_chosen_column_that_is_missing_is_an_error_naming_the_others(
    read: Callable[..., LabelTable], column: str
) -> None:
    with pytest.raises(UnknownColumn) as caught:
        read("image,emotion\na.jpg,happy\n", **{f"{column}_column": "nope"})
    assert str(caught.value) == (
        "labels.csv has no column 'nope'. Its columns are: 'image', 'emotion'."
    )


def test_a_column_that_stands_twice_is_refused_only_where_it_is_used(
    read: Callable[..., LabelTable],
) -> None:
    assert len(read("image,emotion,note,note\na.jpg,happy,1,2\n").rows) == 1
    with pytest.raises(UnknownColumn, match="'emotion' more than once"):
        read("image,emotion,emotion\na.jpg,happy,sad\n")


def test_a_table_without_labels_is_read_only_where_none_are_needed(
    read: Callable[..., LabelTable],
) -> None:
    with pytest.raises(UnknownColumn, match="for the label"):
        read("image,person\na.jpg,Anna\n")
    table = read("image,person\na.jpg,Anna\n", group_column="person", label_needed=False)
    assert cells(table) == [("a.jpg", "", "", "Anna")]


def test_rows_that_cannot_be_told_are_refused_by_line(read: Callable[..., LabelTable]) -> None:
    table = read("image,emotion\nSmith, Bob.jpg,happy\na.jpg,sad,\n\n  ,happy\nb.jpg\n")
    assert cells(table) == [("a.jpg", "sad", "", None), ("b.jpg", "", "", None)]
    assert [(each.file, each.reason) for each in table.refused] == [
        ("labels.csv, line 2", "3 cells where the header has 2"),
        ("labels.csv, line 5", "names no image"),
    ]


def test_lines_are_counted_as_an_editor_counts_them(read: Callable[..., LabelTable]) -> None:
    table = read('image,emotion,note\na.jpg,happy,"one\ntwo"\nb.jpg,sad,\n')
    assert [row.line for row in table.rows] == [3, 4]


def test_huge_cells_are_read(read: Callable[..., LabelTable]) -> None:
    table = read(f"image,emotion,pixels\na.jpg,happy,{'7 ' * 500_000}\nb.jpg,sad,\n")
    assert [row.label for row in table.rows] == ["happy", "sad"]


@pytest.mark.parametrize(
    "text",
    ['image,emotion\na.jpg,"happy\nb.jpg,sad\n', 'image,emotion\n"a"b.jpg,happy\n'],
)
def test_quotes_that_do_not_close_are_refused_rather_than_swallow_rows(
    read: Callable[..., LabelTable], text: str
) -> None:
    with pytest.raises(CsvRefused, match=r"labels\.csv cannot be read at line \d"):
        read(text)


def test_text_that_is_not_what_its_mark_says_is_refused(read: Callable[..., LabelTable]) -> None:
    with pytest.raises(CsvRefused, match="save it as UTF-8"):
        read(b"\xef\xbb\xbfimage,emotion\n\xff.jpg,happy\n")


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\x89PNG\r\n\x1a\n\x00\x00", b"\x00" * 5000])
def test_what_is_no_table_is_refused(read: Callable[..., LabelTable], content: bytes) -> None:
    with pytest.raises((CsvRefused, UnknownColumn), match=r"labels\.csv"):
        read(content)


def test_messages_are_harmless_and_short(read: Callable[..., LabelTable]) -> None:
    with pytest.raises(UnknownColumn) as caught:
        read(f"\x1b[31mred,{'x' * 1000}\n")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 400


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(CsvRefused, match=r"gone\.csv"):
        read_label_csv(tmp_path / "gone.csv")


# Whatever UTF-16 can hold; blanks around a cell mean nothing, and a NUL is no part of a name.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12).map(str.strip)


@given(
    rows=st.lists(st.tuples(TEXT.filter(bool), TEXT, TEXT), max_size=8),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
    delimiter=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_whatever_is_written_as_csv_is_read_back(
    rows: list[tuple[str, str, str]], encoding: str, delimiter: str, quoting: Any
) -> None:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, quoting=quoting)
    writer.writerow(("image", "emotion", "rater"))
    writer.writerows(rows)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "labels.csv"
        path.write_bytes(buffer.getvalue().encode(encoding))
        table = read_label_csv(path)
    assert [(row.image, row.label, row.rater) for row in table.rows] == rows
    assert table.refused == ()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_columns_of_any_name_can_be_offered_for_choosing(tmp_path: Path, delimiter: str) -> None:
    file = tmp_path / "odd.csv"
    file.write_text(delimiter.join(["Bild", " Gefühl ", "wer"]) + "\n", encoding="utf-8")
    assert csv_columns(file) == ("Bild", "Gefühl", "wer")
