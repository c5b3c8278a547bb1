"""An import that is killed at any moment can be repeated as if nothing had happened."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from faceapp.dataset import Dataset, Query
from faceapp.dataset.importing import ImportOptions, import_images

Filled = Callable[[Mapping[str, bytes | str]], Path]
Picture = Callable[..., bytes]

IMAGES = 300
_IMPORT = """
import sys
from pathlib import Path
import numpy as np
from faceapp.dataset import Dataset
from faceapp.dataset.importing import ImportOptions, import_images
from faceapp.imaging import perceptual_hash

perceptual_hash(np.zeros((8, 8, 3), np.uint8))  # loads what would take most of the time
folder, source, csv = map(Path, sys.argv[1:])
with Dataset.open(folder) as dataset:
    print("ready", flush=True)
    sys.stdin.readline()
    import_images(dataset, source, ImportOptions(csv=csv, group_pattern=r"^(.+)_\\d+\\."))
    print("done", flush=True)
"""


@pytest.fixture(scope="module")
def source(filled: Filled, picture: Picture) -> Path:
    """Images of several people, some identical, some broken, with two raters' labels beside."""
    files: dict[str, bytes | str] = {
        f"p{number % 40}_{number}.png": picture(number // 2, size=200) for number in range(IMAGES)
    }
    words = ("happy", "sad", "anger", "odd")
    rows = [
        f"r{rater},{name},{words[(number + rater * (number % 3)) % 4]}"
        for number, name in enumerate(files)
        for rater in range(2)
    ]
    folder = filled({**files, "broken_1.png": b"\x89PNG", "empty.jpg": b""})
    (folder.parent / "labels.csv").write_text("\n".join(["rater,image,emotion", *rows]))
    return folder


@pytest.fixture(scope="module")
def unharmed(source: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, float]:
    """What an import that nobody killed comes to, and the seconds it takes in a process."""
    folder = tmp_path_factory.mktemp("whole") / "dataset"
    Dataset.create(folder).close()
    with importing(folder, source) as child:
        start = begin(child)
        assert child.stdout.readline() == "done\n"
        seconds = time.monotonic() - start
    with Dataset.open(folder) as dataset:
        return essence(dataset), seconds


@contextmanager
def importing(folder: Path, source: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that imports the source once it is told to."""
    arguments = [str(folder), str(source), str(source.parent / "labels.csv")]
    with subprocess.Popen(
        [sys.executable, "-c", _IMPORT, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        try:
            assert child.stdout.readline() == "ready\n"
            yield child
        finally:
            child.kill()


def begin(child: subprocess.Popen[str]) -> float:
    child.stdin.write("go\n")
    child.stdin.flush()
    return time.monotonic()


def essence(dataset: Dataset) -> Any:
    """All that an import is for, without the numbers and times it happened to get."""
    samples = dataset.samples(Query(order="name"))
    answers = dataset.answers("expression") if dataset.tasks() else {}
    return (
        [(each.name, each.sha256, each.path, each.group, each.phash) for each in samples],
        [answers.get(each.id) for each in samples],
        [
            sorted((label.rater, label.answer) for label in dataset.history(each.id))
            for each in samples
        ],
        [(source.kind, source.location, source.details) for source in dataset.sources()],
        sorted((each.file, each.reason) for each in dataset.refusals()),
        [(task.name, task.classes) for task in dataset.tasks()],
        sorted(path.name for path in dataset.images.rglob("*") if path.is_file()),
    )


def check_what_stands(folder: Path, whole: Any) -> int:
    """A killed dataset opens and holds a beginning of the whole, each sample with its image."""
    names, _answers, labels, *_ = whole
    with Dataset.open(folder) as dataset:
        # Batches are written in the order of names.
        found, _answers, given, *_ = essence(dataset)
        assert found == names[: len(found)]
        assert all((folder / path).is_file() for _name, _hash, path, *_ in found)
        assert given == labels[: len(found)]
        return len(found)


@pytest.mark.parametrize(
    "kills", [3, pytest.param(20, marks=[pytest.mark.slow, pytest.mark.timeout(600)])]
)
def test_a_killed_import_is_complete_up_to_its_last_batch_and_can_be_repeated(
    source: Path, unharmed: tuple[Any, float], tmp_path: Path, kills: int
) -> None:
    whole, seconds = unharmed
    dice = random.Random(kills)
    found = []
    for number in range(kills):
        folder = tmp_path / f"dataset-{number}"
        Dataset.create(folder).close()
        with importing(folder, source) as child:
            moment = dice.uniform(0.0, seconds)
            begin(child)
            time.sleep(moment)
            child.send_signal(signal.SIGKILL)
            child.wait()
        found.append(check_what_stands(folder, whole))
        with Dataset.open(folder) as dataset:
            options = ImportOptions(csv=source.parent / "labels.csv", group_pattern=r"^(.+)_\d+\.")
            report = import_images(dataset, source, options)
            assert report.known == found[-1]
            assert report.added == IMAGES - found[-1]
            assert essence(dataset) == whole
            assert import_images(dataset, source, options).added == 0
    if kills > 10:
        assert any(0 < count < IMAGES for count in found), found
