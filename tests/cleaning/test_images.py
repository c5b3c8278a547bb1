"""Checks of single images: every planted fault is found, and nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cleaning_helpers import Blind, files_by_kind, only
from faceapp.cleaning import clean
from faceapp.dataset import Dataset
from faceapp.errors import Cancelled
from faceapp.faces import Face
from faceapp.jobs import Job

# Which fault each check must find, and what else it may say of planted faults.
EXPECTED = {
    "too_small": {"tiny"},
    "blurred": {"blurred"},
    "dark": {"dark"},
    "bright": {"bright"},
    "low_contrast": {"low_contrast"},
    "no_face": {"no_face"},
    "several_faces": {"beside_itself"},
    "face_cut": {"cut_at_the_mouth"},
    "aspect": {"banner"},
}
ALSO = {
    "blurred": {"no_face"},
    "low_contrast": {"dark", "bright"},
    "no_face": {"blurred"},
    "aspect": {"beside_itself"},
}


def faults_found(measured: tuple[Path, dict[str, set[tuple[str, ...]]]], kind: str) -> set[str]:
    names = [file for files in measured[1][kind] for file in files]
    return {Path(name).stem.partition("-")[2] for name in names}


@pytest.mark.parametrize("kind", EXPECTED)
def test_a_planted_fault_is_found_and_good_images_are_not(
    measured: tuple[Path, dict[str, set[tuple[str, ...]]]], kind: str
) -> None:
    found = faults_found(measured, kind)
    assert found >= EXPECTED[kind]
    assert found <= EXPECTED[kind] | ALSO.get(kind, set())


def test_nothing_is_opened_again_where_nothing_changed(dataset: Dataset) -> None:
    assert files_by_kind(clean(dataset, detector=Blind()))["dark"]


def test_a_file_damaged_or_gone_since_is_unreadable_and_found_whole_again(
    dataset: Dataset,
) -> None:
    cut = dataset.image_path(only(dataset, "person001_001.jpg"))
    gone = dataset.image_path(only(dataset, "person002_001.jpg"))
    other = dataset.image_path(only(dataset, "person003_001.jpg"))
    whole, elsewhere = cut.read_bytes(), gone.read_bytes()
    cut.write_bytes(whole[: len(whole) // 2])
    gone.unlink()
    other.write_bytes(whole)
    cleaning = clean(dataset, ["unreadable"], detector=Blind())
    assert {found.files[0]: found.reason for found in cleaning.findings} == {
        "person001_001.jpg": "The file cannot be read: truncated: its end is missing.",
        "person002_001.jpg": "The file cannot be read: its file is gone.",
        "person003_001.jpg": "The file cannot be read: its content is not what was imported.",
    }
    assert {each.kind for each in dataset.findings()} >= {"unreadable"}
    cut.write_bytes(whole)
    gone.write_bytes(elsewhere)
    (left,) = clean(dataset, ["unreadable"], detector=Blind()).findings
    assert left.files == ("person003_001.jpg",)


def test_files_refused_at_import_are_unreadable_until_they_came_in(dataset: Dataset) -> None:
    source = dataset.sources()[0].id
    dataset.record_refusals(
        source,
        [
            ("cut.jpg", "truncated: its end is missing"),
            ("labels.csv line 7", "names no file"),
            ("person001_001.jpg", "empty: it holds no bytes"),
        ],
    )
    (found,) = clean(dataset, ["unreadable"], detector=Blind()).findings
    assert (found.files, found.samples) == (("cut.jpg",), ())
    assert found.score == 0


def test_a_face_that_a_person_drew_is_measured_instead(dataset: Dataset) -> None:
    sample = only(dataset, "person001_001.jpg")
    (face,) = dataset.faces([sample.id])[sample.id]
    x, y, _, _ = face.box
    small = type(face)((x, y, 20.0, 20.0), face.landmarks, 1.0, "person")
    dataset.correct_faces(sample.id, [small])
    found = files_by_kind(clean(dataset, ["too_small"], detector=Blind()))["too_small"]
    assert (sample.name,) in found


def test_a_stop_keeps_what_was_measured(faulty_images: Path, tmp_path: Path) -> None:
    from faceapp.dataset.importing import import_images

    asked = []

    class Empty:
        name = "nothing"

        def detect(self, rgb: np.ndarray) -> list[Face]:
            asked.append(rgb.shape)
            return []

    with Dataset.create(tmp_path / "dataset") as dataset:
        import_images(dataset, faulty_images)
        with pytest.raises(Cancelled):
            clean(dataset, ["dark"], detector=Empty(), job=Job(cancelled=lambda: len(asked) == 5))
        assert len(dataset.measures()) == 5
        clean(dataset, ["dark"], detector=Empty())
        assert len(asked) == dataset.count()


def test_a_threshold_moves_without_measuring_and_stays_moved(dataset: Dataset) -> None:
    cleaning = clean(dataset, ["dark"], detector=Blind())
    values = sorted(each.value for each in cleaning.measured["dark"])
    assert len(values) == dataset.count()
    middle = values[len(values) // 2]
    found = cleaning.filtered("dark", middle)
    assert [each.value for each in found] == [value for value in values if value < middle]
    scores = [each.score for each in found]
    assert scores == sorted(scores)
    assert len(dataset.findings("dark")) == len(cleaning.findings)
    assert cleaning.move_threshold("dark", middle) == found
    assert len(dataset.findings("dark")) == len(found)
    again = clean(dataset, ["dark"], detector=Blind())
    assert [each.samples for each in again.findings] == [each.samples for each in found]
    again.move_threshold("dark", 0.22)
    assert dataset.thresholds() == {}


def test_what_was_dismissed_never_comes_up_again(dataset: Dataset) -> None:
    cleaning = clean(dataset, ["dark"], detector=Blind())
    (found,) = cleaning.findings
    (row,) = dataset.findings("dark")
    dataset.dismiss([row.id])
    assert cleaning.filtered("dark", found.threshold) == []
    assert clean(dataset, ["dark"], detector=Blind()).findings == ()
    assert cleaning.filtered("dark", 0.01) == []
    dataset.undo()
    assert clean(dataset, ["dark"], detector=Blind()).findings == (found,)


def test_quarantined_samples_are_left_out(dataset: Dataset) -> None:
    (found,) = clean(dataset, ["dark"], detector=Blind()).findings
    dataset.quarantine(found.samples)
    assert clean(dataset, ["dark"], detector=Blind()).findings == ()
