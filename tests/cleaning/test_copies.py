"""Families: copies are found whatever was done to them, the best is proposed, verdicts stay."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cleaning_faults import DUPLICATES, a_moment_later, cropped
from cleaning_helpers import Blind, only
from faceapp.cleaning import Cleaning, clean
from faceapp.cleaning.actions import dismiss, relabel
from faceapp.cleaning.alike import candidates
from faceapp.cleaning.copies import CONTRADICTING
from faceapp.dataset import Dataset, Query
from faceapp.dataset.importing import import_images
from faceapp.faces import FaceDetector, main_face
from faceapp.faces.fingerprints import fingerprint, halves


@pytest.mark.parametrize("fault", DUPLICATES)
def test_a_copy_is_found_whatever_was_done_to_it(
    measured: tuple[Path, dict[str, set[tuple[str, ...]]]], fault: str
) -> None:
    (family,) = [files for files in measured[1]["near_duplicate"] if f"-{fault}" in "".join(files)]
    assert {name.partition("-")[0].removesuffix(".jpg") for name in family} == {family[0][:13]}


def test_families_hold_one_person_each(
    measured: tuple[Path, dict[str, set[tuple[str, ...]]]],
) -> None:
    assert all(len({name[:9] for name in files}) == 1 for files in measured[1]["near_duplicate"])


@pytest.mark.parametrize("worse", ["grey", "rescaled", "tiny", "banner"])
def test_the_best_of_a_family_comes_first(dataset: Dataset, worse: str) -> None:
    families = clean(dataset, ["near_duplicate"], detector=Blind()).findings
    (family,) = [each for each in families if f"-{worse}" in "".join(each.files)]
    assert "-" not in family.files[0]


def triplets(dataset: Dataset, images: Path, folder: Path) -> None:
    """Import one image twice more."""
    (folder / "more").mkdir()
    for name in ("again.jpg", "and_again.jpg"):
        shutil.copy(images / "person008_001.jpg", folder / "more" / name)
    import_images(dataset, folder / "more")


def test_exact_copies_are_one_family_and_do_not_crowd_the_search(
    dataset: Dataset, faulty_images: Path, tmp_path: Path
) -> None:
    before = clean(dataset, ["near_duplicate"], detector=Blind()).counts
    triplets(dataset, faulty_images, tmp_path)
    cleaning = clean(dataset, ["exact_duplicate", "near_duplicate"])
    assert cleaning.counts == {"exact_duplicate": 1} | before
    (family,) = cleaning.filtered("exact_duplicate", 3)
    assert family.files == ("person008_001.jpg", "again.jpg", "and_again.jpg")
    assert family.value == 3
    assert cleaning.filtered("exact_duplicate", 4) == []
    dataset.quarantine([only(dataset, "and_again").id])
    (rest,) = cleaning.filtered("exact_duplicate", 2)
    assert rest.reason.startswith("2 files")


def test_a_copy_takes_the_place_of_its_twin_in_quarantine(
    dataset: Dataset, faulty_images: Path, tmp_path: Path
) -> None:
    more = tmp_path / "more"
    more.mkdir()
    shutil.copy(faulty_images / "person008_001.jpg", more / "twin.jpg")
    import_images(dataset, more)
    dataset.quarantine([only(dataset, "person008_001.jpg").id])
    found = clean(dataset, ["near_duplicate"]).findings
    assert ("twin.jpg", "person008_001-grey.jpg") in {each.files for each in found}


def test_not_a_duplicate_holds_for_the_pair_for_ever(dataset: Dataset) -> None:
    cleaning = clean(dataset, ["near_duplicate"], detector=Blind())
    (family,) = [each for each in cleaning.findings if "-grey" in "".join(each.files)]
    groups = dataset.groups(family.samples)
    dataset.set_groups(dict.fromkeys(family.samples))
    assert len(set(dataset.groups(family.samples).values())) == 1
    rows = [row.id for row in dataset.findings("near_duplicate", ids=family.samples)]
    dataset.dismiss(rows)
    assert family not in clean(dataset, ["near_duplicate"], detector=Blind()).findings
    assert len(set(dataset.groups(family.samples).values())) == 2
    dataset.undo()
    dataset.undo()
    assert dataset.groups(family.samples) == groups
    assert family in clean(dataset, ["near_duplicate"], detector=Blind()).findings


def test_duplicates_whose_labels_differ_are_found_until_they_agree(dataset: Dataset) -> None:
    dataset.add_task("expression", ["happy", "sad"])
    one, other = only(dataset, "person008_001.jpg"), only(dataset, "person008_001-grey")
    dataset.label([one.id], "expression", "happy")
    dataset.label([other.id], "expression", None)
    kinds = ["contradicting_duplicates"]
    assert clean(dataset, kinds, detector=Blind()).findings == ()
    dataset.label([other.id], "expression", "sad")
    (found,) = clean(dataset, kinds, detector=Blind()).findings
    assert set(found.samples) == {one.id, other.id}
    assert found.reason == "One picture is labelled happy, sad (expression)."
    dataset.label([other.id], "expression", "happy")
    assert clean(dataset, kinds, detector=Blind()).findings == ()


def contradiction(dataset: Dataset) -> tuple[int, int, Cleaning]:
    """Two copies, the first happy and the second sad, and what is found of it."""
    dataset.add_task("expression", ["happy", "sad"])
    one, other = only(dataset, "person008_001.jpg").id, only(dataset, "person008_001-grey").id
    dataset.label([one], "expression", "happy")
    dataset.label([other], "expression", "sad")
    return one, other, clean(dataset, [CONTRADICTING], detector=Blind())


def test_a_contradiction_is_over_as_soon_as_labels_agree(dataset: Dataset) -> None:
    _, other, cleaning = contradiction(dataset)
    assert len(cleaning.filtered(CONTRADICTING, 2)) == 1
    dataset.label([other], "expression", "happy")  # on the Label page, say
    assert cleaning.filtered(CONTRADICTING, 2) == []
    dataset.undo()
    assert len(cleaning.filtered(CONTRADICTING, 2)) == 1


def test_a_contradiction_goes_into_quarantine_with_the_sample_that_made_it(
    dataset: Dataset, faulty_images: Path, tmp_path: Path
) -> None:
    _, other, _ = contradiction(dataset)
    triplets(dataset, faulty_images, tmp_path)
    dataset.label([each.id for each in dataset.samples(Query(text="again"))], "expression", "happy")
    cleaning = clean(dataset, [CONTRADICTING])
    (found,) = cleaning.filtered(CONTRADICTING, 2)
    assert len(found.samples) == 4
    dataset.quarantine([other])
    assert cleaning.filtered(CONTRADICTING, 2) == []


def test_a_contradiction_that_was_mended_is_found_when_it_comes_again(dataset: Dataset) -> None:
    _, other, cleaning = contradiction(dataset)
    relabel(dataset, cleaning.findings, "expression", "happy")
    assert cleaning.filtered(CONTRADICTING, 2) == []
    dataset.label([other], "expression", "sad")
    (again,) = clean(dataset, [CONTRADICTING], detector=Blind()).findings
    dismiss(dataset, [again])
    assert clean(dataset, [CONTRADICTING], detector=Blind()).findings == ()


def test_only_new_images_are_compared(
    dataset: Dataset, faulty_images: Path, tmp_path: Path
) -> None:
    compared = dataset.descriptors()[1]
    assert compared == set(dataset.measures())
    more = tmp_path / "more"
    more.mkdir()
    with Image.open(faulty_images / "person009_001.jpg") as image:
        image.resize((120, 120)).save(more / "smaller.png")
    import_images(dataset, more)
    before = {(each.one, each.other) for each in dataset.likenesses()}
    clean(dataset, ["near_duplicate"])
    new = only(dataset, "smaller.png").id
    added = {(each.one, each.other) for each in dataset.likenesses()} - before
    assert added
    assert all(new in pair for pair in added)


def test_frames_of_one_shot_are_no_copies(drawn_faces: Path, tmp_path: Path) -> None:
    images = tmp_path / "images"
    images.mkdir()
    detector, random = FaceDetector(threads=1), np.random.default_rng(1)
    for name in ("person002_001", "person004_001", "person008_001"):
        pixels = np.array(Image.open(drawn_faces / f"{name}.jpg").convert("RGB"))
        face = main_face(detector.detect(pixels), pixels.shape[:2])
        assert face is not None
        frame = cropped(a_moment_later(pixels, face), random)
        for each, ending in ((pixels, "0"), (cropped(pixels, random), "crop"), (frame, "1")):
            Image.fromarray(each).save(images / f"{name}-{ending}.jpg", quality=92)
    with Dataset.create(tmp_path / "frames") as dataset:
        import_images(dataset, images)
        cleaning = clean(dataset, ["near_duplicate"])
        families = [sorted(each.files) for each in cleaning.findings]
    assert families
    assert all("-1" not in "".join(files) for files in families)


def test_even_and_faceless_images_are_like_nothing() -> None:
    even = [fingerprint(np.full((40, 60, 3), level, np.uint8), None) for level in (0, 128, 255)]
    descriptors = np.stack([each.descriptor for each in even]).astype(np.float32)
    assert candidates(descriptors, range(3)) == []


def test_a_mirror_image_turns_one_half_of_the_descriptor_round(drawn_faces: Path) -> None:
    pixels = np.array(Image.open(drawn_faces / "person002_001.jpg").convert("RGB"))
    straight = fingerprint(pixels, None).descriptor
    turned = fingerprint(np.ascontiguousarray(pixels[:, ::-1]), None).descriptor
    kept, changed = halves(straight)
    kept_too, changed_back = halves(turned)
    np.testing.assert_allclose(kept, kept_too, atol=0.01)
    np.testing.assert_allclose(changed, -changed_back, atol=0.01)
    product = kept.astype(float) @ kept.T + changed.astype(float) @ changed.T
    np.testing.assert_allclose(product, straight.astype(float) @ straight.T, atol=0.01)
