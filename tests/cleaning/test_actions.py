"""What is done about findings: one step each, exactly undone, and remembered."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from cleaning_helpers import Blind, only
from faceapp.cleaning import Found, clean
from faceapp.cleaning.actions import (
    NothingToCrop,
    accept_suggestions,
    crop_to_face,
    dismiss,
    keep_best,
    quarantine,
    relabel,
    split_faces,
)
from faceapp.dataset import Dataset, Part, Query
from faceapp.imaging import read_image


def findings(dataset: Dataset, kind: str) -> tuple[Found, ...]:
    return clean(dataset, [kind], detector=Blind()).findings


def family_of(dataset: Dataset, fault: str) -> Found:
    families = findings(dataset, "near_duplicate")
    return next(each for each in families if f"-{fault}" in "".join(each.files))


def test_quarantine_sets_aside_for_the_kind_in_one_step(dataset: Dataset) -> None:
    found = findings(dataset, "low_contrast")
    assert len(found) > 1
    changes = quarantine(dataset, found)
    assert changes.samples == {sample for each in found for sample in each.samples}
    assert {Part.SAMPLES, Part.FINDINGS} <= changes.parts
    assert set(dataset.quarantine_reasons().values()) == {"low_contrast"}
    assert {each.state for each in dataset.findings("low_contrast")} == {"acted"}
    assert dataset.undo_name == f"Quarantine {len(found)} findings"
    dataset.undo()
    assert dataset.count(Query(quarantined=True)) == 0
    assert findings(dataset, "low_contrast") == found


def test_only_some_samples_of_a_family_can_be_set_aside(dataset: Dataset) -> None:
    family = family_of(dataset, "grey")
    quarantine(dataset, [family], samples=family.samples[1:])
    assert dataset.sample_ids(Query(quarantined=True)) == list(family.samples[1:])


def test_keeping_the_best_sets_the_rest_of_each_family_aside(dataset: Dataset) -> None:
    families = findings(dataset, "near_duplicate")
    keep_best(dataset, families)
    rest = sorted(sample for each in families for sample in each.samples[1:])
    assert dataset.sample_ids(Query(quarantined=True)) == rest
    assert findings(dataset, "near_duplicate") == ()
    dataset.undo()
    assert findings(dataset, "near_duplicate") == families


def test_not_a_duplicate_takes_the_whole_family_apart(dataset: Dataset) -> None:
    family = family_of(dataset, "banner")
    assert len(family.samples) == 3
    before = len(findings(dataset, "near_duplicate"))
    dismiss(dataset, [family])
    assert len(findings(dataset, "near_duplicate")) == before - 1
    assert dataset.undo_name == "Dismiss 1 finding"
    dataset.undo()
    assert len(findings(dataset, "near_duplicate")) == before


def test_what_is_dismissed_under_a_moved_threshold_is_remembered_too(dataset: Dataset) -> None:
    cleaning = clean(dataset, ["dark"], detector=Blind())
    more = cleaning.filtered("dark", 0.9)
    dismiss(dataset, more[-1:])
    assert cleaning.filtered("dark", 0.9) == more[:-1]


def test_relabelling_settles_the_contradiction(dataset: Dataset) -> None:
    dataset.add_task("expression", ["happy", "sad"])
    family = family_of(dataset, "grey")
    for sample, answer in zip(family.samples, ("happy", "sad"), strict=True):
        dataset.label([sample], "expression", answer)
    found = findings(dataset, "contradicting_duplicates")
    relabel(dataset, found, "expression", "sad", rater="me")
    assert {each.answer for each in dataset.answers("expression").values()} == {"sad"}
    assert findings(dataset, "contradicting_duplicates") == ()
    dataset.undo()
    assert {each.answer for each in dataset.answers("expression").values()} == {"happy", "sad"}


def test_suggestions_are_taken_each_for_its_sample(dataset: Dataset) -> None:
    dataset.add_task("expression", ["happy", "sad"])
    one, other = dataset.sample_ids()[:2]
    dataset.label([one], "expression", "sad")
    dataset.label([other], "expression", "happy")
    found = [
        Found(
            "wrong_label", (sample,), ("x",), 0.1, 0.1, 0.5, "", "",
            {"task": "expression", "suggested": suggested}, ((sample, "expression:x"),),
        )
        for sample, suggested in ((one, "happy"), (other, "sad"))
    ]  # fmt: skip
    accept_suggestions(dataset, found)
    answers = dataset.answers("expression")
    assert [answers[sample].answer for sample in (one, other)] == ["happy", "sad"]
    assert dataset.undo_name == "Relabel 2 findings"


def test_a_crop_takes_the_place_of_its_image_with_labels_and_person(dataset: Dataset) -> None:
    dataset.add_task("expression", ["happy", "sad"])
    whole = only(dataset, "person004_001-banner")
    dataset.label([whole.id], "expression", "sad", rater="me")
    before = read_image(dataset.image_path(whole)).pixels
    crop_to_face(dataset, [whole.id])
    crop = only(dataset, "person004_001-banner")
    assert crop.name == "person004_001-banner-face1.png"
    assert (crop.group, crop.source) == (whole.group, whole.source)
    (label,) = dataset.history(crop.id)
    assert (label.answer, label.rater) == ("sad", "me")
    left, top, width, height = crop.provenance["box"]
    assert crop.provenance["cropped_from"] == whole.name
    pixels = read_image(dataset.image_path(crop)).pixels
    np.testing.assert_array_equal(pixels, before[top : top + height, left : left + width])
    assert crop.width / crop.height < 2
    assert dataset.quarantine_reasons() == {whole.id: "cropped to the face"}
    assert read_image(dataset.image_path(whole)).pixels.shape == before.shape
    dataset.undo()
    assert only(dataset, "person004_001-banner") == whole


def test_faces_are_split_into_samples_of_which_only_the_main_one_is_labelled(
    dataset: Dataset,
) -> None:
    dataset.add_task("expression", ["happy", "sad"])
    both = only(dataset, "beside_itself")
    dataset.label([both.id], "expression", "happy")
    split_faces(dataset, [both.id])
    faces = dataset.samples(Query(text="beside_itself", order="name"))
    assert [each.name[-9:] for each in faces] == ["face1.png", "face2.png"]
    assert dataset.answers("expression").keys() == {faces[0].id}
    assert (faces[0].group, faces[1].group) == (both.group, None)
    assert clean(dataset, ["several_faces"]).findings == ()
    dataset.undo()
    assert dataset.samples(Query(text="beside_itself")) == [both]


def test_a_sample_without_a_face_is_not_cropped_and_nothing_is_done(dataset: Dataset) -> None:
    bare, fine = only(dataset, "no_face"), only(dataset, "person004_001.jpg")
    with pytest.raises(NothingToCrop, match="no_face"):
        crop_to_face(dataset, [fine.id, bare.id])
    assert dataset.count(Query(quarantined=True)) == 0


def test_a_file_that_is_gone_stops_the_crop_before_anything_is_done(dataset: Dataset) -> None:
    fine, gone = only(dataset, "person004_001.jpg"), only(dataset, "person006_001.jpg")
    dataset.image_path(gone).unlink()
    steps = dataset.undo_name
    with pytest.raises(Exception, match="unreadable"):
        crop_to_face(dataset, [fine.id, gone.id])
    assert dataset.undo_name == steps


def test_crops_of_grey_pngs_are_images_too(dataset: Dataset) -> None:
    sample = only(dataset, "person008_001-grey")
    crop_to_face(dataset, [sample.id])
    with Image.open(dataset.image_path(only(dataset, "person008_001-grey"))) as image:
        assert (image.format, image.mode) == ("PNG", "RGB")
