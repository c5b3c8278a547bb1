"""Damaged images and malicious CSVs are read right or refused by name, and touch nothing else."""

from __future__ import annotations

import hashlib
import io
import shutil
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from dataset.importing.hostile import hostile_csv, hostile_image
from faceapp.dataset import Dataset
from faceapp.dataset.importing import ImportOptions, ImportRefused, import_images
from faceapp.imaging import read_image


def snapshot(folder: Path, without: Path) -> dict[str, tuple[int, str]]:
    """Every file with its time and content, outside the dataset."""
    return {
        str(path): (path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_relative_to(without)
    }


def upright_size(data: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(data)) as image:
        return ImageOps.exif_transpose(image).size


@pytest.mark.parametrize("number", [50, pytest.param(500, marks=pytest.mark.slow)])
def test_damaged_images_are_read_right_or_refused_by_name(
    dataset: Dataset, tmp_path: Path, number: int
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    images = {image.name: image for image in map(hostile_image, range(number))}
    for image in images.values():
        (source / image.name).write_bytes(image.data)
    before = snapshot(tmp_path, dataset.folder)
    report = import_images(dataset, source)
    assert snapshot(tmp_path, dataset.folder) == before

    samples = {sample.name: sample for sample in dataset.samples()}
    refused = {each.file for each in report.refused}
    silent = {name for name in images if name not in samples and name not in refused}
    assert samples.keys().isdisjoint(refused)
    assert all(name.endswith(".txt") for name in silent)
    assert {name for name, image in images.items() if image.well_formed} <= samples.keys()
    assert len(samples) > number * 0.2
    assert len(refused) > number * 0.2
    for name, sample in samples.items():
        path = dataset.image_path(sample)
        assert path.resolve().is_relative_to(dataset.images.resolve())
        assert path.read_bytes() == images[name].data
        decoded = read_image(path)
        assert (decoded.width, decoded.height) == (sample.width, sample.height)
        if images[name].well_formed:
            assert upright_size(images[name].data) == (sample.width, sample.height)
    dataset.close()
    with Dataset.open(dataset.folder) as again:
        assert again.count() == len(samples)


@pytest.mark.parametrize("number", [20, pytest.param(200, marks=pytest.mark.slow)])
def test_malicious_csvs_are_read_right_or_refused_by_name(tmp_path: Path, number: int) -> None:
    source = tmp_path / "source"
    (source / "sub").mkdir(parents=True)
    names = ["a.png", "b.png", "sub/c.png"]
    for shade, name in enumerate(names):
        Image.new("RGB", (8, 8), (shade * 90, 0, 0)).save(source / name)
    Image.new("RGB", (8, 8), "white").save(tmp_path / "secret.png")
    outcomes = [import_one(tmp_path, source, names, each) for each in range(number)]
    # Both kinds of end are met, or the generator would prove nothing.
    assert 0.1 < sum(outcomes) / number < 0.95


def import_one(place: Path, source: Path, names: list[str], number: int) -> bool:
    """Import with one CSV, check everything, and return whether it was read."""
    made = hostile_csv(number, names)
    path = place / "labels.csv"
    path.write_bytes(made.data)
    folder = place / "dataset"
    before = snapshot(place, folder)
    with Dataset.create(folder) as dataset:
        try:
            report = import_images(dataset, source, ImportOptions(task="expression", csv=path))
        except ImportRefused as refusal:
            message = str(refusal)
            assert dataset.count() == 0
        else:
            message = ""
            assert report.added == len(names)
        given = {name: answer_of(dataset, name) for name in names} if not message else None
    assert snapshot(place, folder) == before
    shutil.rmtree(folder)
    if made.expected is not None:
        assert (given, message) == (made.expected, ""), number
    if message:
        assert "labels.csv" in message, number
        assert message.isprintable(), number
    return not message


def answer_of(dataset: Dataset, name: str) -> str | None:
    (sample,) = (each for each in dataset.samples() if each.name == name)
    answer = dataset.answers("expression").get(sample.id)
    return None if answer is None else answer.answer
