"""The 10k US Adult Faces Database comes in as its maker wrote it, whatever became of its tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import us10k_maker
from faceapp.dataset import Dataset, Query
from faceapp.dataset.importing import (
    ImportOptions,
    ImportRefused,
    ImportReport,
    import_images,
    plan_import,
)
from us10k_maker import AMOUNT, EMOTION, EMOTIONS, GENDER, HEADER, SEXES, Made

Picture = Callable[..., bytes]
US10K = ImportOptions(layout="us10k")


@pytest.fixture
def made(tmp_path: Path, picture: Picture) -> Made:
    return us10k_maker.make(tmp_path / "faces", lambda number: picture(number, "JPEG"))


def named(dataset: Dataset) -> dict[str, int]:
    return {sample.name.rsplit("/", 1)[-1]: sample.id for sample in dataset.samples(Query())}


def check_labels(dataset: Dataset, made: Made, *, raters: bool = True) -> None:
    """Samples, labels, raters and agreements are exactly the maker's."""
    ids = named(dataset)
    assert set(ids) == {*made.rated, *made.unrated}
    for task, column, words in (("expression", EMOTION, EMOTIONS), ("sex", GENDER, SEXES)):
        answers = dataset.answers(task)
        assert set(answers) == {ids[name] for name in made.rated}
        for name in made.rated:
            given = {label.rater: label.answer for label in dataset.history(ids[name], task)}
            code = made.answer(name, column)
            expected = None if code is None else words[code]
            if raters:
                votes = made.votes(name, column)
                assert given == {rater: words[code] for rater, code in votes.items()}
                assert answers[ids[name]].answer == expected
                agreement = made.agreement(name, column)
                assert answers[ids[name]].agreement == pytest.approx(agreement)
            else:
                assert list(given) == ["final values"]
                assert expected is None or answers[ids[name]].answer == expected


def check_strength(dataset: Dataset, made: Made, *, agreement: bool = True) -> None:
    for sample in dataset.samples(Query()):
        name = sample.name.rsplit("/", 1)[-1]
        if name in made.unrated:
            assert sample.provenance == {}
            continue
        told = sample.provenance
        assert told["us10k_number"] == made.rated.index(name) + 1
        assert told["emotion_amount"] == pytest.approx(made.amount(name), abs=1e-3)
        if agreement:
            assert told["agreement"] == {
                "expression": pytest.approx(made.agreement(name, EMOTION), abs=1e-3),
                "sex": pytest.approx(made.agreement(name, GENDER), abs=1e-3),
            }


def reasons(report: ImportReport) -> dict[str, str]:
    return {each.file: each.reason for each in report.refused}


def test_the_workbook_comes_in_whole(dataset: Dataset, made: Made) -> None:
    us10k_maker.write_book(made)
    report = import_images(dataset, made.folder, US10K)
    assert (report.added, report.refused, report.unknown_labels) == (7, (), {})
    check_labels(dataset, made)
    check_strength(dataset, made)
    first = {s.name.rsplit("/", 1)[-1]: s.provenance for s in dataset.samples(Query())}
    assert first[made.rated[0]]["failed_catch"] == 1
    assert first[made.rated[1]]["failed_catch"] == 2
    assert dataset.task("expression").names == (
        "neutral", "happy", "sad", "angry", "surprised", "disgusted", "fearful",
    )  # fmt: skip
    again = import_images(dataset, made.folder, US10K)
    assert (again.added, again.labelled, again.known) == (0, 0, 7)


@pytest.mark.parametrize("european", [False, True])
def test_final_values_kept_as_csv_come_in(dataset: Dataset, made: Made, european: bool) -> None:
    tables = {"final.csv": "Final Values", "StDev values.csv": "StDev Values"}
    us10k_maker.write_csvs(made, tables, european=european)
    report = import_images(dataset, made.folder, US10K)
    assert (report.added, report.refused) == (7, ())
    check_labels(dataset, made, raters=False)
    check_strength(dataset, made)


def test_final_values_alone_say_nothing_of_agreement(dataset: Dataset, made: Made) -> None:
    us10k_maker.write_csvs(made, {"mine.csv": "Final Values"})
    import_images(dataset, made.folder, US10K)
    check_labels(dataset, made, raters=False)
    check_strength(dataset, made, agreement=False)
    assert all("agreement" not in sample.provenance for sample in dataset.samples(Query()))


def test_single_ratings_kept_as_csv_come_in_as_raters(dataset: Dataset, made: Made) -> None:
    us10k_maker.write_csvs(made, {"everything.csv": "All Data"}, european=True)
    import_images(dataset, made.folder, US10K)
    check_labels(dataset, made)
    check_strength(dataset, made)


def test_single_ratings_as_comma_csv_come_in_as_raters(dataset: Dataset, made: Made) -> None:
    us10k_maker.write_csvs(made, {"All Data.csv": "All Data"})
    report = import_images(dataset, made.folder, US10K)
    assert report.refused == ()
    check_labels(dataset, made)
    check_strength(dataset, made)


def test_ovals_are_stored_byte_for_byte(dataset: Dataset, made: Made) -> None:
    us10k_maker.write_book(made)
    import_images(dataset, made.folder, US10K)
    for sample in dataset.samples(Query()):
        (source,) = made.folder.rglob(sample.name.rsplit("/", 1)[-1])
        stored = (dataset.folder / sample.path).read_bytes()
        assert stored == source.read_bytes()


@pytest.mark.parametrize("as_csv", [False, True])
def test_final_values_that_are_not_numbers_leave_the_image_open(
    dataset: Dataset, made: Made, as_csv: bool
) -> None:
    finals = {row[0]: row for row in made.sheets["Final Values"]}
    deviations = {row[0]: row for row in made.sheets["StDev Values"]}
    unlabelled, unsure, unmeasured = made.rated[:3]
    finals[unlabelled][EMOTION] = None
    deviations[unlabelled][EMOTION] = None
    deviations[unsure][EMOTION] = deviations[unsure][GENDER] = None
    finals[unmeasured][AMOUNT] = None
    if as_csv:
        tables = {"final.csv": "Final Values", "StDev values.csv": "StDev Values"}
        us10k_maker.write_csvs(made, tables)
    else:
        us10k_maker.write_book(made, sheets=["Final Values", "StDev Values"])
    import_images(dataset, made.folder, US10K)
    ids = named(dataset)
    expression, sex = dataset.answers("expression"), dataset.answers("sex")
    assert ids[unlabelled] not in expression
    assert ids[unlabelled] in sex
    assert {ids[name] for name in made.rated[1:]} == set(expression)
    told = {s.name.rsplit("/", 1)[-1]: s.provenance for s in dataset.samples(Query())}
    assert set(told[unlabelled]["agreement"]) == {"sex"}
    assert "agreement" not in told[unsure]
    assert set(told[made.rated[3]]["agreement"]) == {"expression", "sex"}
    assert "emotion_amount" not in told[unmeasured]
    assert "emotion_amount" in told[unsure]


def test_without_deviations_alone_agreement_is_from_single_ratings(
    dataset: Dataset, made: Made
) -> None:
    us10k_maker.write_book(made, sheets=["All Data", "Final Values", "Operations"])
    report = import_images(dataset, made.folder, US10K)
    assert list(reasons(report)) == ["demographic-others-labels.xlsx, StDev Values"]
    check_labels(dataset, made)
    check_strength(dataset, made)


def test_a_csv_with_another_header_is_named_and_the_rest_comes_in(
    dataset: Dataset, made: Made
) -> None:
    header = list(HEADER)
    header[EMOTION] = "Shoe size"
    made.header = header
    us10k_maker.write_csvs(made, {"final.csv": "Final Values"})
    report = import_images(dataset, made.folder, US10K)
    (reason,) = reasons(report).values()
    assert list(reasons(report)) == ["final.csv"]
    assert "'Shoe size' and not 'Emotion'" in reason
    assert [task.name for task in dataset.tasks()] == ["sex"]
    assert len(dataset.answers("sex")) == 5


def test_headers_may_vary_while_columns_stay(dataset: Dataset, made: Made) -> None:
    header = list(HEADER)
    header[0], header[EMOTION], header[GENDER] = "File name", "EMOTION", "What gender is it? "
    us10k_maker.write_book(made, header=header)
    report = import_images(dataset, made.folder, US10K)
    assert report.refused == ()
    check_labels(dataset, made)


def test_a_column_under_another_header_is_named_and_the_rest_comes_in(
    dataset: Dataset, made: Made
) -> None:
    header = list(HEADER)
    header[GENDER] = "Shoe size"
    us10k_maker.write_book(made, header=header)
    report = import_images(dataset, made.folder, US10K)
    assert set(reasons(report)) == {
        f"demographic-others-labels.xlsx, {sheet}"
        for sheet in ("All Data", "Final Values", "StDev Values")
    }
    assert all("'Shoe size' and not 'Gender'" in reason for reason in reasons(report).values())
    assert [task.name for task in dataset.tasks()] == ["expression"]
    assert len(dataset.answers("expression")) == 5


def test_without_single_ratings_the_final_values_count(dataset: Dataset, made: Made) -> None:
    us10k_maker.write_book(made, sheets=["Final Values", "StDev Values", "Operations"])
    report = import_images(dataset, made.folder, US10K)
    assert "no such sheet" in reasons(report)["demographic-others-labels.xlsx, All Data"]
    check_labels(dataset, made, raters=False)
    check_strength(dataset, made)


def test_single_ratings_alone_lack_nothing(dataset: Dataset, made: Made) -> None:
    us10k_maker.write_book(made, sheets=["All Data"])
    report = import_images(dataset, made.folder, US10K)
    assert [file.rsplit(", ")[1] for file in reasons(report)] == ["Final Values", "StDev Values"]
    check_labels(dataset, made)
    check_strength(dataset, made)


@pytest.mark.parametrize("content", [b"no workbook", b"PK\x03\x04 torn", b""])
def test_a_wrong_file_is_named_and_the_images_come_in(
    dataset: Dataset, made: Made, content: bytes
) -> None:
    us10k_maker.write_book(made).write_bytes(content)
    report = import_images(dataset, made.folder, US10K)
    assert report.added == 7
    assert "no workbook" in reasons(report)["demographic-others-labels.xlsx"]


def test_a_workbook_of_other_sheets_is_named(dataset: Dataset, made: Made) -> None:
    us10k_maker.write_book(made, sheets=["Operations", "Budget"])
    report = import_images(dataset, made.folder, US10K)
    assert "'Operations', 'Budget'" in reasons(report)["demographic-others-labels.xlsx"]
    assert (report.added, report.labelled) == (7, 0)


def test_images_that_are_not_there_are_named(dataset: Dataset, made: Made) -> None:
    us10k_maker.write_book(made)
    gone = next(made.folder.rglob(made.rated[2]))
    gone.unlink()
    report = import_images(dataset, made.folder, US10K)
    assert report.added == 6
    assert list(reasons(report)) == [made.rated[2]]
    assert reasons(report)[made.rated[2]].startswith("missing")


def test_a_row_without_a_name_is_found_by_its_number(dataset: Dataset, made: Made) -> None:
    for sheet in ("All Data", "Final Values", "StDev Values"):
        made.sheets[sheet] = [
            [None if row[1] == 1 else row[0], *row[1:]] for row in made.sheets[sheet]
        ]
    us10k_maker.write_book(made)
    report = import_images(dataset, made.folder, US10K)
    assert report.refused == ()
    check_labels(dataset, made)


def test_codes_that_mean_nothing_are_named(dataset: Dataset, made: Made) -> None:
    made.rows[20][EMOTION] = 9
    us10k_maker.write_book(made)
    report = import_images(dataset, made.folder, US10K)
    assert report.unknown_labels == {"expression code 9": 1}


def test_other_images_are_no_faces(dataset: Dataset, made: Made, picture: Picture) -> None:
    us10k_maker.write_book(made)
    (made.folder / "map.jpg").write_bytes(picture(99, "JPEG"))
    report = import_images(dataset, made.folder, US10K)
    assert reasons(report) == {"map.jpg": "not among the faces"}
    assert report.added == 7


def test_a_folder_without_the_tables_is_refused(dataset: Dataset, made: Made) -> None:
    with pytest.raises(ImportRefused, match="demographic-others-labels"):
        import_images(dataset, made.folder, US10K)


def test_the_database_is_recognised(made: Made) -> None:
    us10k_maker.write_book(made)
    plan = plan_import(made.folder)
    assert (plan.layout, plan.images) == ("us10k", 7)
    assert plan.raters == tuple(f"rater {number:02}" for number in range(1, 13))
    assert set(plan.classes) == {"expression", "sex"}
