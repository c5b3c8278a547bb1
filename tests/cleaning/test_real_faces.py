"""Real faces: what their folder really holds of faults is found, told from the files themselves."""

from __future__ import annotations

import hashlib
import shutil
from collections import defaultdict
from pathlib import Path

import pytest
from PIL import Image

from cleaning_helpers import Blind
from faceapp.cleaning import clean
from faceapp.dataset import Dataset, Query
from faceapp.dataset.importing import import_images

pytestmark = pytest.mark.faces


def sizes(folder: Path) -> dict[str, tuple[str, tuple[int, int]]]:
    """What each file really is: format and size, by its own header."""
    found = {}
    for path in sorted(folder.iterdir()):
        with Image.open(path) as image:
            found[path.name] = str(image.format), image.size
    return found


@pytest.fixture(scope="module")
def selected(face_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The odd ones of the folder (disguised, tiny, the first exact copies), and twenty others."""
    folder = face_data / "images"
    headers = sizes(folder)
    by_content: dict[str, list[str]] = defaultdict(list)
    for name in headers:
        by_content[hashlib.sha256((folder / name).read_bytes()).hexdigest()].append(name)
    twins = [names for names in by_content.values() if len(names) > 1][:5]
    assert twins
    disguised = [name for name, (form, _) in headers.items() if form != "JPEG"]
    assert disguised
    tiny = sorted(headers, key=lambda name: max(headers[name][1]))[:5]
    chosen = {*disguised, *tiny, *(name for names in twins for name in names), *list(headers)[:20]}
    target = tmp_path_factory.mktemp("selected")
    for name in chosen:
        shutil.copyfile(folder / name, target / name)
    return target


def test_odd_files_of_the_real_folder_are_found(selected: Path, tmp_path: Path) -> None:
    headers = sizes(selected)
    with Dataset.create(tmp_path / "dataset") as dataset:
        report = import_images(dataset, selected)
        assert report.added == len(headers)
        cleaning = clean(dataset, ["too_small", "exact_duplicate", "unreadable"])
        assert cleaning.counts["unreadable"] == 0  # a disguise is no reason to refuse an image
        formats = {sample.name: sample.format for sample in dataset.samples()}
        assert {n for n, form in formats.items() if form != "jpeg"} == {
            n for n, (form, _) in headers.items() if form != "JPEG"
        }
        tiny = {name for name, (_, size) in headers.items() if max(size) < 48}
        assert tiny
        found = {file for each in cleaning.findings if each.kind == "too_small"
                 for file in each.files}  # fmt: skip
        assert tiny - faceless(dataset) <= found
        contents: dict[str, set[str]] = defaultdict(set)
        for name in headers:
            digest = hashlib.sha256((selected / name).read_bytes()).hexdigest()
            contents[digest].add(name)
        families = {frozenset(each.files) for each in cleaning.findings
                    if each.kind == "exact_duplicate"}  # fmt: skip
        assert families == {frozenset(names) for names in contents.values() if len(names) > 1}
        assert clean(dataset, ["too_small"], detector=Blind()).counts == {
            "too_small": cleaning.counts["too_small"]
        }


def faceless(dataset: Dataset) -> set[str]:
    """Names of the samples that no face was found in: their face has no size."""
    faces = dataset.faces()
    return {s.name for s in dataset.samples(Query()) if not faces[s.id]}
