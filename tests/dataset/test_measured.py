"""Faces, findings and proposals: what programs say of samples, and what the person made of it."""

from __future__ import annotations

import pytest

from faceapp.dataset import (
    Answer,
    Changes,
    Dataset,
    NewFinding,
    NewProposal,
    Origin,
    Part,
    StoredFace,
    UnknownClass,
    UnknownSample,
)
from sample_rows import fill

POINTS = ((1.5, 2.0), (9.25, 2.0), (5.0, 5.0), (2.0, 8.0), (8.0, 8.0))
FACE = StoredFace((0.1, 0.2, 30.0, 40.0), POINTS, 1 / 3)


@pytest.fixture
def faces(dataset: Dataset) -> Dataset:
    """Four samples, 1 to 4, and a task."""
    fill(dataset, 4)
    dataset.add_task("expression", ["happy", "sad", "angry"])
    return dataset


def test_stored_faces_come_back_as_they_were(faces: Dataset) -> None:
    faces.store_faces({1: [FACE, FACE], 2: []}, "centerface")
    assert faces.faces() == {1: (FACE, FACE), 2: ()}
    assert faces.faces([2, 3]) == {2: ()}
    assert faces.faces(detector="centerface").keys() == {1, 2}
    assert faces.faces([1, 2], detector="another") == {}


def test_a_new_detection_replaces_the_old_one(faces: Dataset) -> None:
    faces.store_faces({1: [FACE], 2: [FACE]}, "first")
    faces.store_faces({1: []}, "second")
    assert faces.faces() == {1: (), 2: (FACE,)}
    assert faces.faces(detector="second") == {1: ()}


def test_a_face_that_a_person_corrected_stays_and_can_be_undone(faces: Dataset) -> None:
    own = StoredFace((5, 6, 7, 8), POINTS, 1.0, "person")
    faces.store_faces({1: [FACE]}, "first")
    changes = faces.correct_faces(1, [own])
    assert (changes.samples, changes.parts) == ({1}, {Part.FACES})
    faces.store_faces({1: [FACE, FACE]}, "second")
    assert faces.faces() == faces.faces(detector="any") == {1: (own,)}
    faces.undo()
    assert faces.faces(detector="first") == {1: (FACE,)}


def test_faces_of_an_unknown_sample_are_refused(faces: Dataset) -> None:
    with pytest.raises(UnknownSample):
        faces.store_faces({1: [], 99: []}, "first")
    assert faces.faces() == {}


def test_findings_come_worst_first(faces: Dataset) -> None:
    faces.record_findings("blurred", [NewFinding(1, 10.0, 0.5), NewFinding(2, 2.0, 1 / 3)])
    faces.record_findings("dark", [NewFinding(1, 0.1, 0.4, detail={"mean": 12})])
    assert [(each.kind, each.sample, each.score) for each in faces.findings()] == [
        ("blurred", 2, 1 / 3),
        ("dark", 1, 0.4),
        ("blurred", 1, 0.5),
    ]
    assert faces.findings("dark")[0].detail == {"mean": 12}
    assert [each.kind for each in faces.findings(ids=[2])] == ["blurred"]


def test_checking_again_replaces_findings_where_it_looked(faces: Dataset) -> None:
    faces.record_findings("blurred", [NewFinding(1, 1, 0), NewFinding(2, 1, 0)])
    changes = faces.record_findings("blurred", [NewFinding(3, 1, 0)], ids=[2, 3])
    assert changes.samples == {2, 3}
    assert {each.sample for each in faces.findings()} == {1, 3}
    faces.record_findings("blurred", [])
    assert faces.findings() == []
    assert not faces.record_findings("blurred", [])


def test_a_verdict_outlives_the_next_check(faces: Dataset) -> None:
    found = [NewFinding(1, 1, 0.1), NewFinding(2, 1, 0.2), NewFinding(3, 1, 0.3, family="f")]
    faces.record_findings("blurred", found)
    one, two, three = (each.id for each in faces.findings())
    faces.dismiss([one])
    faces.act_on([two])
    faces.record_findings("blurred", found)
    assert [each.state for each in faces.findings()] == ["dismissed", "acted", "open"]
    assert [each.sample for each in faces.findings(state="open")] == [3]
    changes = faces.reopen([faces.findings()[0].id, three])
    assert (changes.samples, changes.parts) == ({1}, {Part.FINDINGS})
    assert [each.state for each in faces.findings()] == ["open", "acted", "open"]
    faces.undo()
    faces.undo()
    faces.undo()
    assert {each.state for each in faces.findings()} == {"open"}


def test_a_proposal_counts_for_nothing_until_it_is_accepted(faces: Dataset) -> None:
    faces.propose("expression", [NewProposal(1, "sad", 0.9, {"query": "sad face"})], "query")
    (offer,) = faces.proposals("expression")
    assert (offer.sample, offer.answer, offer.origin, offer.score) == (1, "sad", "query", 0.9)
    assert offer.detail == {"query": "sad face"}
    assert faces.answers("expression") == {}
    assert faces.class_counts("expression").unlabelled == 4
    changes = faces.accept([offer.id], rater="me")
    assert changes.samples == {1}
    assert changes.parts == {Part.LABELS, Part.PROPOSALS}
    assert faces.answers("expression") == {1: Answer("sad", 1, 1.0)}
    (label,) = faces.history(1)
    assert (label.origin, label.rater) == (Origin.PROPOSAL, "me")
    faces.undo()
    assert faces.proposals("expression") == [offer]
    assert faces.answers("expression") == {}


def test_proposals_come_best_first_and_of_the_samples_asked_for(faces: Dataset) -> None:
    offers = [NewProposal(1, "sad", 0.2), NewProposal(2, "sad", 0.9), NewProposal(3, "sad", 0.5)]
    faces.propose("expression", offers, "model")
    assert [each.sample for each in faces.proposals("expression")] == [2, 3, 1]
    assert [each.sample for each in faces.proposals("expression", ids=[1, 3])] == [3, 1]


def test_accepting_one_refuses_the_other_offers_for_that_sample_only(faces: Dataset) -> None:
    faces.propose("expression", [NewProposal(1, "sad"), NewProposal(2, "sad")], "query")
    faces.propose("expression", [NewProposal(1, "angry")], "model")
    wanted = next(each for each in faces.proposals("expression") if each.answer == "angry")
    faces.accept([wanted.id])
    states = {
        (each.sample, each.answer): each.state for each in faces.proposals("expression", None)
    }
    assert states == {(1, "sad"): "refused", (1, "angry"): "accepted", (2, "sad"): "open"}
    assert not faces.accept([wanted.id])


def test_labelling_by_hand_settles_proposals(faces: Dataset) -> None:
    offers = [NewProposal(1, "sad"), NewProposal(2, "sad"), NewProposal(3, "sad")]
    faces.propose("expression", offers, "query")
    faces.label([1], "expression", "sad")
    faces.label([2], "expression", None)
    states = {each.sample: each.state for each in faces.proposals("expression", None)}
    assert states == {1: "accepted", 2: "refused", 3: "open"}
    faces.undo()
    assert {each.sample for each in faces.proposals("expression")} == {2, 3}


def test_a_refused_proposal_is_not_made_again(faces: Dataset) -> None:
    faces.propose("expression", [NewProposal(1, "sad", 0.5)], "model")
    faces.refuse([each.id for each in faces.proposals("expression")])
    assert not faces.propose("expression", [NewProposal(1, "sad", 0.9)], "model")
    assert faces.propose("expression", [NewProposal(1, "happy", 0.9)], "model")
    assert [each.answer for each in faces.proposals("expression")] == ["happy"]


def test_an_open_proposal_made_again_gets_the_new_score(faces: Dataset) -> None:
    faces.propose("expression", [NewProposal(1, "sad", 0.5)], "model")
    assert not faces.propose("expression", [NewProposal(1, "sad", 0.5)], "model")
    assert faces.propose("expression", [NewProposal(1, "sad", 0.75)], "model")
    assert [each.score for each in faces.proposals("expression")] == [0.75]


def test_proposals_follow_a_merge_and_rest_while_their_class_is_removed(faces: Dataset) -> None:
    faces.propose("expression", [NewProposal(1, "sad"), NewProposal(2, "angry")], "model")
    faces.merge_classes("expression", ["angry"], "happy")
    sad, merged = sorted(faces.proposals("expression"), key=lambda each: each.sample)
    assert merged.answer == "happy"
    faces.remove_class("expression", "sad")
    assert faces.proposals("expression") == [merged]
    assert not faces.accept([sad.id])
    faces.label([2], "expression", "happy")
    assert [each.state for each in faces.proposals("expression", None)] == ["accepted"]


def test_a_proposal_of_an_unknown_class_or_sample_is_refused(faces: Dataset) -> None:
    with pytest.raises(UnknownClass, match="happy, sad, angry"):
        faces.propose("expression", [NewProposal(1, "sad"), NewProposal(1, "bored")], "model")
    with pytest.raises(UnknownSample):
        faces.propose("expression", [NewProposal(99, "sad")], "model")
    assert faces.proposals("expression") == []


def anew(faces: Dataset, ids: list[int], *offers: tuple[int, str, float]) -> Changes:
    return faces.propose_anew("expression", ids, [NewProposal(*each) for each in offers], "model")


def offered(faces: Dataset) -> set[tuple[int, str, str, float]]:
    return {(p.sample, p.answer, p.origin, p.score) for p in faces.proposals("expression")}


def test_proposing_anew_replaces_what_this_origin_offered_these_samples(faces: Dataset) -> None:
    for each in (1, 2, 3):
        faces.propose("expression", [NewProposal(each, "sad", 0.5)], "model")
    faces.propose("expression", [NewProposal(1, "happy", 0.4)], "query")
    before = offered(faces)

    changes = anew(faces, [1, 2], (1, "angry", 0.75))

    after = {(1, "angry", "model", 0.75), (1, "happy", "query", 0.4), (3, "sad", "model", 0.5)}
    assert offered(faces) == after
    assert (changes.samples, changes.parts) == ({1, 2}, {Part.PROPOSALS})
    assert not anew(faces, [1, 2], (1, "angry", 0.75))
    faces.undo()
    assert offered(faces) == before
    faces.redo()
    assert offered(faces) == after


def test_proposing_anew_keeps_what_a_person_decided(faces: Dataset) -> None:
    anew(faces, [1, 2], (1, "sad", 0.9), (2, "sad", 0.8))
    faces.refuse([faces.proposals("expression")[0].id])
    faces.label([3], "expression", None)
    everything = [(each, "sad", 0.9) for each in (1, 2, 3)]
    assert anew(faces, [1, 2, 3], *everything).samples == {2}
    assert offered(faces) == {(2, "sad", "model", 0.9)}
    assert anew(faces, [1], (1, "happy", 0.6))  # another answer may well be offered
    assert (1, "happy", "model", 0.6) in offered(faces)


def test_a_refused_class_stays_refused_when_it_is_merged(faces: Dataset) -> None:
    anew(faces, [1], (1, "angry", 0.9))
    faces.refuse([faces.proposals("expression")[0].id])
    faces.merge_classes("expression", ["angry"], "happy")
    assert not anew(faces, [1], (1, "happy", 0.9))


def test_proposing_anew_what_cannot_be_changes_nothing(faces: Dataset) -> None:
    anew(faces, [1], (1, "sad", 0.9))
    with pytest.raises(UnknownClass, match="happy, sad, angry"):
        anew(faces, [1, 2], (1, "happy", 0.9), (2, "bored", 0.9))
    with pytest.raises(UnknownSample):
        anew(faces, [1, 99])
    assert offered(faces) == {(1, "sad", "model", 0.9)}
