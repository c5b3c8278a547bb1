"""Only what lies in the source folder is offered; the rest is refused by name or is plain junk."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faceapp.dataset.importing import (
    FoundFile,
    ImportRefused,
    NotInSource,
    SourceFiles,
    find_files,
)

Filled = Callable[[Mapping[str, bytes | str]], Path]
Picture = Callable[..., bytes]


def names(files: SourceFiles) -> list[str]:
    return [file.name for file in files.files]


def reasons(files: SourceFiles) -> dict[str, str]:
    return {each.file: each.reason for each in files.refused}


def test_files_come_in_the_order_of_names_from_all_folders(filled: Filled) -> None:
    files = find_files(filled({"b.jpg": "x", "a/z.jpg": "x", "a/deep/y": "x", "c.PNG": "x"}))
    assert names(files) == ["a/deep/y", "a/z.jpg", "b.jpg", "c.PNG"]


def test_other_files_are_passed_over_unless_they_hold_an_image(
    filled: Filled, picture: Picture
) -> None:
    junk = ["Thumbs.db", ".DS_Store", "notes.txt", "labels.csv", "a/model.zip", "empty.txt"]
    files = find_files(
        filled({**dict.fromkeys(junk, "junk"), "face.txt": picture(1), ".secret.csv": picture(2)})
    )
    assert names(files) == [".secret.csv", "face.txt"]
    assert files.refused == ()


def test_hidden_folders_are_refused_as_one(filled: Filled, picture: Picture) -> None:
    files = find_files(filled({".thumbnails/a.png": picture(1), "b.png": picture(2)}))
    assert names(files) == ["b.png"]
    assert reasons(files) == {".thumbnails": "hidden: not looked into"}


def test_links_are_followed_inside_the_folder_only(
    filled: Filled, picture: Picture, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.png").write_bytes(picture(1))
    folder = filled({"a.png": picture(2), "sub/b.png": picture(3)})
    (folder / "in.png").symlink_to("sub/b.png")
    (folder / "out.png").symlink_to(outside / "secret.png")
    (folder / "out.txt").symlink_to(outside / "secret.png")
    (folder / "up.png").symlink_to("../../etc/passwd")
    (folder / "folder").symlink_to(outside)
    (folder / "loop.png").symlink_to("loop.png")
    files = find_files(folder)
    assert names(files) == ["a.png", "in.png", "loop.png", "sub/b.png"]
    assert reasons(files) == {
        "folder": "outside: a link to a folder",
        "out.png": "outside: a link out of the source folder",
        "out.txt": "outside: a link out of the source folder",
        "up.png": "outside: a link out of the source folder",
    }


def test_the_source_itself_may_be_a_link(filled: Filled, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(filled({"a.png": "x"}))
    assert names(find_files(link)) == ["a.png"]


def test_a_name_that_is_no_text_is_refused_in_a_form_that_can_be_stored(filled: Filled) -> None:
    folder = filled({"a.png": "x"})
    (folder / os.fsdecode(b"caf\xe9.png")).write_bytes(b"x")
    files = find_files(folder)
    assert names(files) == ["a.png"]
    assert reasons(files) == {
        "caf\\udce9.png": "unreadable: its name is no valid UTF-8; rename it",
    }


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
def test_a_closed_folder_is_refused_by_name(filled: Filled) -> None:
    folder = filled({"a.png": "x", "closed/b.png": "x"})
    (folder / "closed").chmod(0)
    try:
        assert list(reasons(find_files(folder))) == ["closed"]
    finally:
        (folder / "closed").chmod(0o700)


def test_a_pipe_is_not_opened(filled: Filled) -> None:
    folder = filled({"a.png": "x"})
    os.mkfifo(folder / "pipe.txt")
    assert names(find_files(folder)) == ["a.png", "pipe.txt"]


def test_a_folder_can_be_left_out(filled: Filled) -> None:
    folder = filled({"a.png": "x", "own/b.png": "x"})
    assert names(find_files(folder, leave_out=folder / "own")) == ["a.png"]


def test_what_is_no_folder_is_an_error(filled: Filled) -> None:
    folder = filled({"a.png": "x"})
    for path in (folder / "a.png", folder / "gone"):
        with pytest.raises(ImportRefused, match="is not a folder"):
            find_files(path)


SOURCE = SourceFiles(
    Path("/data/faces"),
    tuple(
        FoundFile(name, Path("/data/faces") / name)
        for name in (
            "a.jpg",
            "x/b.jpg",
            "x/c.jpg",
            "y/c.jpg",
            "Zoe\u0308.jpg",
            "w\\in.jpg",
            " s.jpg",
        )
    ),
)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("a.jpg", "a.jpg"),
        (" a.jpg ", "a.jpg"),
        (" s.jpg", " s.jpg"),
        ("./a.jpg", "a.jpg"),
        ("faces/a.jpg", "a.jpg"),
        ("data/faces/x/b.jpg", "x/b.jpg"),
        ("faces\\x\\b.jpg", "x/b.jpg"),
        ("b.jpg", "x/b.jpg"),
        ("x/c.jpg", "x/c.jpg"),
        ("/data/faces/y/c.jpg", "y/c.jpg"),
        ("Zo\u00eb.jpg", "Zoe\u0308.jpg"),
        ("w\\in.jpg", "w\\in.jpg"),
    ],
)
def test_a_csv_may_write_names_in_the_usual_ways(written: str, found: str) -> None:
    assert SOURCE.named(written).name == found


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("c.jpg", "ambiguous"),
        ("d.jpg", "missing"),
        ("A.jpg", "missing"),
        ("x/a.jpg/d.jpg", "missing"),
        ("x", "missing"),
        (".", "missing"),
        ("../a.jpg", "outside"),
        ("x/../../a.jpg", "outside"),
        ("..\\a.jpg", "outside"),
        ("/etc/passwd", "outside"),
        ("/a.jpg", "outside"),
        ("\\\\server\\share\\a.jpg", "outside"),
        ("C:\\a.jpg", "outside"),
        ("c:a.jpg", "outside"),
        ("/data/faces/../a.jpg", "outside"),
        ("x/a.jpg", "missing"),
        ("other/a.jpg", "missing"),
        ("other/faces/a.jpg", "missing"),
        ("/data/faces//etc/passwd", "outside"),
        ("a.jpg\0", "outside"),
        ("a\0/a.jpg", "outside"),
    ],
)
def test_a_csv_cannot_name_anything_else(written: str, reason: str) -> None:
    with pytest.raises(NotInSource, match=f"^{reason}: "):
        SOURCE.named(written)


@given(st.text(st.sampled_from("abcxy./\\:\0 "), max_size=20))
def test_whatever_a_csv_writes_only_files_of_the_source_are_meant(written: str) -> None:
    try:
        found = SOURCE.named(written)
    except NotInSource:
        return
    assert found in SOURCE.files
