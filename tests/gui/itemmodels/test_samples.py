"""The samples model: ids only, rows read a block at a time when painted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from faceapp.dataset import Dataset, NewProposal
from faceapp.gui.itemmodels import samples as module
from faceapp.gui.itemmodels.samples import SamplesModel
from sample_rows import fill

pytestmark = pytest.mark.gui


@pytest.fixture
def dataset(tmp_path: Path) -> Any:
    with Dataset.create(tmp_path / "d") as made:
        fill(made, 200)
        made.add_task("expression", ["happy", "sad"])
        yield made


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[Sequence[int]]:
    """The ids of every reading."""
    seen: list[Sequence[int]] = []
    real = module.read_rows

    def counted(dataset: Dataset, ids: Sequence[int]) -> Any:
        seen.append(ids)
        return real(dataset, ids)

    monkeypatch.setattr(module, "read_rows", counted)
    return seen


def test_listing_reads_nothing(dataset: Dataset, reads: list[Sequence[int]], qapp: object) -> None:
    model = SamplesModel(dataset)
    model.set_ids(dataset.sample_ids())
    assert model.rowCount() == 200
    assert reads == []


def test_a_block_is_read_at_once_and_once(
    dataset: Dataset, reads: list[Sequence[int]], qapp: object
) -> None:
    model = SamplesModel(dataset)
    ids = dataset.sample_ids()
    model.set_ids(ids)
    names = [model.row(position).sample.name for position in range(100, 130)]
    assert names == [f"face_{n}.jpg" for n in range(100, 130)]
    assert [list(each) for each in reads] == [ids[64:128], ids[128:192]]


def test_only_what_changed_is_read_again(
    dataset: Dataset, reads: list[Sequence[int]], qapp: object
) -> None:
    model = SamplesModel(dataset)
    ids = dataset.sample_ids()
    model.set_ids(ids)
    assert model.row(5).answers == {}
    dataset.label(ids[5:6], "expression", "sad")
    dataset.propose("expression", [NewProposal(ids[6], "happy", 0.4), NewProposal(ids[6], "sad")],
                    "model")  # fmt: skip
    model.refresh(ids[5:7])
    assert model.row(5).answers["expression"].answer == "sad"
    assert model.row(6).proposals["expression"].answer == "sad"
    assert [list(each) for each in reads[1:]] == [ids[5:7]]


def test_changes_are_told_for_where_they_are_listed(dataset: Dataset, qtbot: Any) -> None:
    model = SamplesModel(dataset)
    ids = dataset.sample_ids()
    model.set_ids(ids[::-1])
    with qtbot.waitSignal(model.dataChanged) as told:
        model.refresh([ids[0], ids[9], 10**9])
    first, last = told.args[:2]
    assert (first.row(), last.row()) == (190, 199)
    with qtbot.assertNotEmitted(model.dataChanged):
        model.refresh([10**9])


def test_a_sample_that_is_gone_has_no_row(dataset: Dataset, qapp: object) -> None:
    model = SamplesModel(dataset)
    model.set_ids([10**9, dataset.sample_ids()[0]])
    assert model.row(0) is None
    assert model.row(1) is not None
    assert model.data(model.index(0)) == ""


def test_words_say_everything_that_is_painted(dataset: Dataset, qapp: object) -> None:
    ids = dataset.sample_ids()
    dataset.label(ids[:1], "expression", None)
    dataset.propose("expression", [NewProposal(ids[1], "sad")], "model")
    dataset.quarantine(ids[1:2])
    model = SamplesModel(dataset)
    model.set_ids(ids)
    role = Qt.ItemDataRole.AccessibleTextRole
    assert model.data(model.index(0), role) == "face_0.jpg\nexpression: unsure"
    assert model.data(model.index(1), role) == (
        "face_1.jpg\nexpression: perhaps sad\nin quarantine"
    )


def test_rows_remembered_are_bounded(
    dataset: Dataset, qapp: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_KEPT", 70)
    model = SamplesModel(dataset)
    model.set_ids(dataset.sample_ids())
    for position in range(200):
        model.row(position)
    assert len(model._rows) <= 70


def test_it_is_a_proper_model(dataset: Dataset, qapp: object) -> None:
    model = SamplesModel(dataset)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    ids = dataset.sample_ids()
    model.set_ids(ids)
    model.refresh(ids[:3])
    model.set_ids(ids[5:])
    model.refresh()
    model.set_ids([])
    del tester
