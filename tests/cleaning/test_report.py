"""The report: what was found, what was done, what is left, in numbers that agree."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cleaning_helpers import Blind
from faceapp.cleaning import clean
from faceapp.cleaning.actions import dismiss, quarantine
from faceapp.cleaning.report import ReportUnreadable, write_report
from faceapp.dataset import Dataset

KINDS = ["dark", "low_contrast", "unreadable"]


def test_a_report_follows_a_dataset_through_rounds(dataset: Dataset, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    first = clean(dataset, KINDS, detector=Blind())
    page = write_report(folder, first)
    assert page.read_text(encoding="utf-8").count("data:image/jpeg") >= len(first.findings)
    report = json.loads((folder / "cleaning.json").read_text(encoding="utf-8"))
    assert report["before"] == report["after"]
    assert report["done"] == {}
    low = [each for each in first.findings if each.kind == "low_contrast"]
    quarantine(dataset, low[:1])
    dismiss(dataset, low[1:2])
    write_report(folder, clean(dataset, KINDS, detector=Blind()))
    again = json.loads((folder / "cleaning.json").read_text(encoding="utf-8"))
    assert again["before"] == report["before"]
    assert again["after"]["samples"] == report["before"]["samples"] - 1
    assert again["after"]["quarantined"] == 1
    assert again["after"]["counts"]["low_contrast"] == len(low) - 2
    assert again["done"] == {"low_contrast": {"acted": 1, "dismissed": 1}}
    assert len(again["findings"]) == sum(again["after"]["counts"].values())


def test_names_are_only_text_on_the_page(dataset: Dataset, tmp_path: Path) -> None:
    dataset.record_refusals(
        dataset.sources()[0].id, [("<script>x</script>.jpg", "empty: no bytes")]
    )
    page = write_report(tmp_path / "report", clean(dataset, ["unreadable"], detector=Blind()))
    text = page.read_text(encoding="utf-8")
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"before": 3}', '{"before": {"counts": []}}'])
def test_a_report_that_is_none_is_not_written_over(
    dataset: Dataset, tmp_path: Path, text: str
) -> None:
    (tmp_path / "cleaning.json").write_text(text)
    with pytest.raises(ReportUnreadable, match=r"cleaning\.json"):
        write_report(tmp_path, clean(dataset, ["aspect"], detector=Blind()))
    assert (tmp_path / "cleaning.json").read_text() == text
