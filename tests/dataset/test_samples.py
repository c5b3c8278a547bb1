"""Samples: added once, read a page at a time, set aside; their sources and refusals."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from faceapp.dataset import (
    BadName,
    Dataset,
    DatasetError,
    NewFinding,
    NewLabel,
    NewProposal,
    Part,
    Query,
    UnknownClass,
    UnknownSample,
    UnknownTask,
)
from faceapp.dataset.samples import check_path
from sample_rows import fill, names, new_sample


def test_a_sample_comes_back_as_it_was_given(dataset: Dataset) -> None:
    source = dataset.add_source("search", "https://example.org", {"query": "sad face"})
    given_one = new_sample(
        1,
        name="sad/Zoë 1.jpg",
        phash=2**64 - 1,
        group="Zoë",
        provenance={"url": "https://example.org/ä", "rank": 3, "width": 0.1},
    )
    (number,), changes = dataset.add_samples(source.id, [given_one])
    found = dataset.sample(number)
    for field in ("name", "path", "sha256", "phash", "width", "height", "format", "group"):
        assert getattr(found, field) == getattr(given_one, field), field
    assert found.provenance == given_one.provenance
    assert (found.source, found.quarantined) == (source.id, False)
    assert (changes.samples, changes.parts) == ({number}, {Part.SAMPLES})


def test_adding_the_same_samples_again_adds_nothing(dataset: Dataset) -> None:
    first = fill(dataset, 3)
    source = dataset.add_source("folder", "/elsewhere", {})
    ids, changes = dataset.add_samples(source.id, [new_sample(2), new_sample(0), new_sample(2)])
    assert ids == [first[2], first[0], first[2]]
    assert not changes
    assert dataset.count() == 3


def test_same_bytes_under_another_name_and_other_bytes_under_one_name_are_samples(
    dataset: Dataset,
) -> None:
    fill(dataset, 1)
    one = new_sample(0)
    twin = new_sample(0, name="twin.jpg", path="images/twin.jpg")
    namesake = new_sample(0, sha256="ff", path="images/other.jpg")
    dataset.add_samples(dataset.sources()[0].id, [one, twin, namesake])
    assert dataset.count() == 3


@pytest.mark.parametrize(
    "path",
    ["", "..", "../x.jpg", "images/../../x.jpg", "images\\x.jpg", "C:x.jpg", "images/../x.jpg"],
)
def test_a_path_that_leads_out_is_refused(dataset: Dataset, path: str) -> None:
    source = dataset.add_source("folder", "/faces", {})
    with pytest.raises(BadName):
        dataset.add_samples(source.id, [new_sample(1, path=path)])
    assert dataset.count() == 0


@given(st.text(max_size=20))
def test_an_accepted_relative_path_stays_inside(path: str) -> None:
    try:
        accepted = check_path(path)
    except BadName:
        return
    if not accepted.startswith(("/", "\\")):
        assert ".." not in accepted.split("/")


def test_text_that_is_no_text_is_refused_by_name(dataset: Dataset) -> None:
    source = dataset.add_source("folder", "/faces", {})
    with pytest.raises(BadName, match="not valid text"):
        dataset.add_samples(source.id, [new_sample(1, name="\udcff.jpg")])


def test_a_dataset_with_a_sample_in_place_is_not_movable(dataset: Dataset) -> None:
    fill(dataset, 2)
    assert dataset.movable
    absolute = "/home/me/faces/9.jpg"
    dataset.add_samples(dataset.sources()[0].id, [new_sample(9, path=absolute)])
    assert not dataset.movable
    assert dataset.image_path(dataset.samples()[-1]).as_posix() == absolute
    dataset.undo()
    assert dataset.movable


def test_quarantine_sets_aside_and_restore_takes_back(dataset: Dataset) -> None:
    one, two, three = fill(dataset, 3)
    changes = dataset.quarantine([one, three, one], "blurred")
    assert (changes.what, changes.samples) == ("Quarantine 2 samples", {one, three})
    assert dataset.sample_ids() == [two]
    assert dataset.sample_ids(Query(quarantined=True)) == [one, three]
    assert dataset.quarantine_reasons() == {one: "blurred", three: "blurred"}
    assert not dataset.quarantine([one], "dark")  # is there already, for its first reason
    dataset.restore([one, two])
    assert dataset.quarantine_reasons([one, three]) == {three: "blurred"}
    assert not dataset.restore([one])


def test_an_unknown_sample_is_refused_before_anything_is_written(dataset: Dataset) -> None:
    fill(dataset, 1)
    with pytest.raises(UnknownSample, match="no sample 99"):
        dataset.quarantine([1, 99])
    with pytest.raises(UnknownSample):
        dataset.sample(99)
    assert not dataset.sample(1).quarantined


def test_by_ids_keeps_the_order_and_passes_over_unknown_ids(dataset: Dataset) -> None:
    one, two, three = fill(dataset, 3)
    assert [each.id for each in dataset.by_ids([three, 99, one, two, one])] == [
        three,
        one,
        two,
        one,
    ]


def test_sources_are_added_once_and_keep_their_details(dataset: Dataset) -> None:
    first = dataset.add_source("camera", "0", {"take": 1})
    again = dataset.add_source("camera", "0", {"take": 1})
    other = dataset.add_source("camera", "0", {"take": 2})
    assert first == again
    assert first.id != other.id
    assert dataset.sources() == [first, other]


def test_refusals_are_remembered_once_a_file_with_the_newest_reason(dataset: Dataset) -> None:
    source = dataset.add_source("folder", "/faces", {})
    other = dataset.add_source("folder", "/more", {})
    dataset.record_refusals(source.id, [("a.jpg", "empty"), ("b.jpg", "truncated")])
    assert not dataset.record_refusals(source.id, [("a.jpg", "empty")])
    dataset.record_refusals(source.id, [("a.jpg", "not an image")])
    dataset.record_refusals(other.id, [("a.jpg", "empty")])
    assert [(each.file, each.reason) for each in dataset.refusals(source.id)] == [
        ("a.jpg", "not an image"),
        ("b.jpg", "truncated"),
    ]
    assert len(dataset.refusals()) == 3


@pytest.fixture
def labelled(dataset: Dataset) -> Dataset:
    """Ten samples: 0-2 happy, 3-4 sad, 5 unsure, 6 tied, 7-9 unlabelled; 2 and 9 set aside."""
    ids = fill(dataset, 10)
    dataset.add_task("expression", ["happy", "sad"])
    votes = [
        *(NewLabel(each, "happy", rater) for each in ids[:3] for rater in "abc"),
        *(NewLabel(each, "sad", "a") for each in ids[3:5]),
        NewLabel(ids[4], "happy", "b"),
        NewLabel(ids[4], "sad", "c"),
        NewLabel(ids[5], None, "a"),
        NewLabel(ids[6], "happy", "a"),
        NewLabel(ids[6], "sad", "b"),
    ]
    dataset.add_labels("expression", votes)
    dataset.quarantine([ids[2], ids[9]])
    return dataset


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "01345678"),
        ({"quarantined": None}, "0123456789"),
        ({"quarantined": True}, "29"),
        ({"answers": ("happy",)}, "01"),
        ({"answers": ("happy",), "quarantined": None}, "012"),
        ({"answers": ("happy", "sad")}, "0134"),
        ({"answers": ()}, ""),
        ({"answers": (None,)}, "56"),
        ({"unsure": True}, "56"),
        ({"unlabelled": True}, "78"),
        ({"unlabelled": True, "unsure": True, "answers": ("sad",)}, "345678"),
        ({"answers": (), "unlabelled": True}, "78"),
        ({"disagreed": True}, "46"),
        ({"answers": ("sad",), "disagreed": True}, "4"),
        ({"text": "FACE_7"}, "7"),
        ({"text": "%"}, ""),
        ({"order": "newest"}, "87654310"),
        ({"order": "agreement"}, "64013578"),
    ],
)
def test_a_query_narrows_and_orders(labelled: Dataset, fields: dict, expected: str) -> None:
    query = Query(task="expression", **fields)
    assert "".join(names(labelled, query)) == expected
    assert len(labelled.sample_ids(query)) == labelled.count(query) == len(expected)


def test_a_query_finds_text_whatever_the_case_beyond_ascii(dataset: Dataset) -> None:
    source = dataset.add_source("folder", "/faces", {})
    dataset.add_samples(source.id, [new_sample(1, name="Élodie_STRAẞE.jpg")])
    assert dataset.count(Query(text="éLODIE_strasse")) == 1


def test_a_query_by_name_source_finding_and_proposal(dataset: Dataset) -> None:
    ids = fill(dataset, 3)
    other = dataset.add_source("camera", "0", {})
    (late,), _ = dataset.add_samples(other.id, [new_sample(9, name="a.jpg")])
    assert dataset.sample_ids(Query(sources=(other.id,))) == [late]
    assert dataset.sample_ids(Query(sources=())) == []
    assert dataset.sample_ids(Query(order="name")) == [late, *ids]
    dataset.record_findings(
        "blurred", [NewFinding(ids[0], 1, 0), NewFinding(ids[1], 1, 0, family="f")]
    )
    dataset.dismiss([dataset.findings("blurred")[0].id])
    assert dataset.sample_ids(Query(finding="blurred")) == [ids[1]]
    dataset.add_task("sex", ["female", "male"])
    dataset.propose("sex", [NewProposal(ids[2], "male")], "model")
    assert dataset.sample_ids(Query(task="sex", proposed=True)) == [ids[2]]


def test_pages_of_a_query_are_its_whole(labelled: Dataset) -> None:
    query = Query(order="name", quarantined=None)
    whole = labelled.samples(query)
    pages = [labelled.samples(query, limit=3, offset=start) for start in range(0, 12, 3)]
    assert [each for page in pages for each in page] == whole
    assert [len(page) for page in pages] == [3, 3, 3, 1]


def test_a_query_that_cannot_be_answered_says_why(labelled: Dataset) -> None:
    with pytest.raises(UnknownTask, match="expression"):
        labelled.count(Query(task="mood"))
    with pytest.raises(UnknownClass, match="happy, sad"):
        labelled.count(Query(task="expression", answers=("angry",)))
    with pytest.raises(DatasetError, match="which task"):
        labelled.count(Query(unlabelled=True))
