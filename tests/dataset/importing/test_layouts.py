"""One contract for every way of keeping images."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

import us10k_maker
from faceapp.dataset import Dataset
from faceapp.dataset.exporting import export_csv
from faceapp.dataset.importing import LAYOUTS, ImportOptions, find_files, import_images
from faceapp.dataset.importing.entries import Layout
from faceapp.dataset.importing.layouts import layout_of

Filled = Callable[[Mapping[str, bytes | str]], Path]
Picture = Callable[..., bytes]
Kept = tuple[Path, ImportOptions]


def kept_flat(folder: Path, _dataset: Dataset) -> Kept:
    return folder, ImportOptions()


def kept_in_folders(folder: Path, _dataset: Dataset) -> Kept:
    (folder / "a_1.png").rename(folder / "happy" / "a_1.png")
    return folder, ImportOptions()


def kept_with_csv(folder: Path, _dataset: Dataset) -> Kept:
    path = folder / "labels.csv"
    path.write_text("image,emotion\na_1.png,joy\n")
    return folder, ImportOptions(csv=path)


def kept_by_us(folder: Path, dataset: Dataset) -> Kept:
    import_images(dataset, folder)
    export_csv(dataset, folder.parent / "export")
    return folder.parent / "export", ImportOptions()


def kept_as_us10k(folder: Path, _dataset: Dataset) -> Kept:
    header = ",".join(us10k_maker.HEADER)
    row = ",".join(["a_1.png", "1", *["1"] * 20])
    (folder / "final.csv").write_text(f"{header}\n{row}\n")
    return folder, ImportOptions()


KEPT = {
    "flat": kept_flat,
    "folders": kept_in_folders,
    "csv": kept_with_csv,
    "exported": kept_by_us,
    "us10k": kept_as_us10k,
}


def test_every_layout_is_tested_here() -> None:
    assert {layout.name for layout in LAYOUTS} == KEPT.keys()


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_every_file_is_an_entry_under_its_own_name(
    layout: Layout, filled: Filled, picture: Picture, dataset: Dataset
) -> None:
    other = "happy" if layout.name == "folders" else "holiday"
    folder = filled({"a_1.png": picture(1), f"{other}/b_1.png": picture(1), "bad.jpg": "no image"})
    source, options = KEPT[layout.name](folder, dataset)
    files = find_files(source)
    before = sorted(source.rglob("*"))
    assert layout_of(files, options) is layout
    arrangement = layout.arrange(files, options)
    assert [entry.file for entry in arrangement.entries] == list(files.files)
    assert len({entry.name for entry in arrangement.entries}) == len(files.files)
    assert arrangement == layout.arrange(files, options)
    assert {label.task for entry in arrangement.entries for label in entry.labels} <= set(
        arrangement.tasks
    )
    assert sorted(source.rglob("*")) == before


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_every_layout_finds_groups_by_the_pattern(
    layout: Layout, filled: Filled, picture: Picture, dataset: Dataset
) -> None:
    folder = filled({"a_1.png": picture(1), "happy/b_1.png": picture(1)})
    source, options = KEPT[layout.name](folder, dataset)
    options = ImportOptions(csv=options.csv, group_pattern=r"^(.+)_\d+\.")
    arrangement = layout.arrange(find_files(source), options)
    assert {entry.group for entry in arrangement.entries} == {"a", "b"}
