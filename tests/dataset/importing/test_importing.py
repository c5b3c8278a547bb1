"""Folders and CSVs come in whole, once, with what they say of labels, raters and people."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from faceapp.dataset import Dataset, NewLabel, Origin, Query, Sample
from faceapp.dataset.importing import (
    ImportOptions,
    ImportRefused,
    ImportReport,
    UnknownColumn,
    import_images,
    plan_import,
)
from faceapp.dataset.vocabulary import EXPRESSIONS, SEX
from faceapp.errors import Cancelled
from faceapp.imaging import decode
from faceapp.jobs import Job, Progress

Filled = Callable[[Mapping[str, bytes | str]], Path]
Picture = Callable[..., bytes]


def by_name(dataset: Dataset) -> dict[str, Sample]:
    return {sample.name: sample for sample in dataset.samples(Query(quarantined=None))}


def answers(dataset: Dataset, task: str = "expression") -> dict[str, str | None]:
    given = dataset.answers(task)
    return {
        sample.name: given[sample.id].answer for sample in dataset.samples() if sample.id in given
    }


def with_csv(folder: Path, text: str, **options: Any) -> ImportOptions:
    path = folder.parent / "labels.csv"
    path.write_text(text, encoding="utf-8")
    return ImportOptions(csv=path, **options)


def counts(report: ImportReport) -> tuple[int, int, int]:
    return report.added, report.known, report.labelled


# --- layouts


def test_a_flat_folder_comes_in_unlabelled(
    dataset: Dataset, filled: Filled, picture: Picture
) -> None:
    report = import_images(dataset, filled({"a.png": picture(1), "b.png": picture(2)}))
    assert counts(report) == (2, 0, 0)
    assert dataset.tasks() == ()
    assert [source.kind for source in dataset.sources()] == ["folder"]


def test_a_known_task_is_made_even_where_nothing_is_labelled(
    dataset: Dataset, filled: Filled, picture: Picture
) -> None:
    import_images(dataset, filled({"a.png": picture(1)}), ImportOptions(task="sex"))
    assert dataset.task("sex").names == SEX
    assert dataset.class_counts("sex").unlabelled == 1


def test_folders_named_like_classes_are_labels(
    dataset: Dataset, filled: Filled, picture: Picture
) -> None:
    files = {"Happiness/a.png": picture(1), "anger /b.png": picture(2), "c.png": picture(3)}
    files |= {"unsure/d.png": picture(4), "unlabelled/e.png": picture(5), "odd/f.png": picture(6)}
    report = import_images(dataset, filled(files))
    assert dataset.task("expression").names == EXPRESSIONS
    assert answers(dataset) == {
        "Happiness/a.png": "happy",
        "anger /b.png": "angry",
        "unsure/d.png": None,
    }
    assert counts(report) == (6, 0, 3)
    assert report.unknown_labels == {"odd": 1}


def test_folders_of_sexes_are_told_from_folders_of_expressions(
    dataset: Dataset, filled: Filled, picture: Picture
) -> None:
    import_images(dataset, filled({"Women/a.png": picture(1), "man/b.png": picture(2)}))
    assert answers(dataset, "sex") == {"Women/a.png": "female", "man/b.png": "male"}


def test_folders_that_are_no_classes_are_no_labels(
    dataset: Dataset, filled: Filled, picture: Picture
) -> None:
    import_images(dataset, filled({"holiday/a.png": picture(1)}))
    assert dataset.tasks() == ()


def test_folders_of_a_named_task_are_its_classes(
    dataset: Dataset, filled: Filled, picture: Picture
) -> None:
    files = {"young/a.png": picture(1), "Old/b.png": picture(2), "young/x/c.png": picture(3)}
    import_images(dataset, filled(files), ImportOptions(task="age"))
    assert dataset.task("age").names == ("Old", "young")
    assert answers(dataset, "age") == {
        "Old/b.png": "Old",
        "young/a.png": "young",
        "young/x/c.png": "young",
    }


def test_the_folder_that_is_a_class_may_lie_deeper(
    dataset: Dataset, filled: Filled, picture: Picture
) -> None:
    import_images(dataset, filled({"train/sad/a.png": picture(1), "test/fear/b.png": picture(2)}))
    assert answers(dataset) == {"test/fear/b.png": "fearful", "train/sad/a.png": "sad"}


def test_a_csv_gives_labels_raters_and_groups(
    dataset: Dataset, filled: Filled, picture: Picture
) -> None:
    folder = filled({"a.png": picture(1), "sub/b.png": picture(2), "c.png": picture(3)})
    text = "pic;mood;who;person\na.png; HAPPINESS ;r1;Anna\nb.png;Surprise;r2;\n"
    options = with_csv(
        folder,
        text,
        task="expression",
        image_column="pic",
        label_column="mood",
        rater_column="who",
        group_column="person",
    )
    report = import_images(dataset, folder, options)
    assert counts(report) == (3, 0, 2)
    assert answers(dataset) == {"a.png": "happy", "sub/b.png": "surprised"}
    samples = by_name(dataset)
    assert {name: sample.group for name, sample in samples.items()} == {
        "a.png": "Anna",
        "c.png": None,
        "sub/b.png": None,
    }
    (label,) = dataset.history(samples["a.png"].id)
    assert (label.rater, label.origin) == ("r1", Origin.IMPORT)
    (source,) = dataset.sources()
    assert source.kind == "csv"
    assert source.location == str(folder)
    assert source.details["columns"]["label"] == "mood"


@pytest.mark.parametrize(
    ("header", "words", "task"),
    [
        ("emotion", ("joy", "xyz"), "expression"),
        ("sex", ("m", "f"), "sex"),
        ("label", ("Woman", "Man"), "sex"),
        ("class", ("angry", "xyz"), "expression"),
    ],
)
def test_the_task_of_a_csv_is_told_by_its_column_or_its_words(
    dataset: Dataset,
    filled: Filled,
    picture: Picture,
    header: str,
    words: tuple[str, str],
    task: str,
) -> None:
    folder = filled({"a.png": picture(1), "b.png": picture(2)})
    text = f"image,{header}\na.png,{words[0]}\nb.png,{words[1]}\n"
    import_images(dataset, folder, with_csv(folder, text))
    assert [each.name for each in dataset.tasks()] == [task]


def test_a_csv_whose_words_tell_no_task_must_be_told(
    dataset: Dataset, filled: Filled, picture: Picture
) -> None:
    folder = filled({"a.png": picture(1)})
    with pytest.raises(ImportRefused, match="name the task"):
        import_images(dataset, folder, with_csv(folder, "image,label\na.png,seventeen\n"))
    assert dataset.count() == 0


def test_another_task_takes_the_words_of_its_column(
    dataset: Dataset, filled: Filled, picture: Picture
) -> None:
    folder = filled({f"{number}.png": picture(number) for number in range(5)})
    text = "image,age\n0.png,old\n1.png,Middle\n2.png,OLD \n3.png,unsure\n4.png,\n"
    import_images(dataset, folder, with_csv(folder, text, task="age"))
    assert dataset.task("age").names == ("Middle", "OLD")
    assert answers(dataset, "age") == {
        "0.png": "OLD",
        "1.png": "Middle",
        "2.png": "OLD",
        "3.png": None,
    }


def test_a_column_of_countless_words_is_no_task(
    dataset: Dataset, filled: Filled, picture: Picture
) -> None:
    files = {f"{number}.png": picture(1) for number in range(201)}
    folder = filled(files)
    text = "image,age\n" + "".join(f"{name},w{name}\n" for name in files)
    with pytest.raises(ImportRefused, match="201 different words"):
        import_images(dataset, folder, with_csv(folder, text, task="age"))


def test_words_outside_the_classes_are_counted_and_not_guessed(
    dataset: Dataset, filled: Filled, picture: Picture
) -> None:
    folder = filled({f"{number}.png": picture(number) for number in range(4)})
    text = "image,emotion\n0.png,happyish\n1.png,happyish\n2.png,3\n3.png,sad\n"
    report = import_images(dataset, folder, with_csv(folder, text))
    assert report.unknown_labels == {"happyish": 2, "3": 1}
    assert counts(report) == (4, 0, 1)
    assert dataset.class_counts("expression").unlabelled == 3


def test_the_majority_of_raters_counts_and_a_tie_is_unsure(
    dataset: Dataset, filled: Filled, picture: Picture
) -> None:
    folder = filled({"a.png": picture(1), "b.png": picture(2)})
    text = "rater,image,emotion\n" + "".join(
        f"{rater},{image},{word}\n"
        for image, words in (("a.png", ("sad", "joy", "happy")), ("b.png", ("sad", "joy")))
        for rater, word in enumerate(words)
    )
    report = import_images(dataset, folder, with_csv(folder, text))
    assert report.labelled == 5
    assert answers(dataset) == {"a.png": "happy", "b.png": None}
    agreement = dataset.answers("expression")[by_name(dataset)["a.png"].id].agreement
    assert agreement == pytest.approx(2 / 3)


def test_rows_without_raters_are_raters_of_their_own(
    dataset: Dataset, filled: Filled, picture: Picture
) -> None:
    folder = filled({"a.png": picture(1)})
    options = with_csv(folder, "image,emotion\na.png,joy\na.png,joy\na.png,sad\n")
    assert import_images(dataset, folder, options).labelled == 3
    assert answers(dataset) == {"a.png": "happy"}
    assert counts(import_images(dataset, folder, options)) == (0, 1, 0)


def test_the_last_word_of_a_rater_counts(
    dataset: Dataset, filled: Filled, picture: Picture
) -> None:
    folder = filled({"a.png": picture(1)})
    options = with_csv(folder, "rater,image,emotion\nr,a.png,joy\nr,a.png,sad\nr,a.png,odd\n")
    for _ in range(2):
        import_images(dataset, folder, options)
        assert answers(dataset) == {"a.png": "sad"}


@pytest.mark.parametrize("label", ["", "   "])
def test_an_empty_label_is_none(
    dataset: Dataset, filled: Filled, picture: Picture, label: str
) -> None:
    folder = filled({"a.png": picture(1)})
    report = import_images(dataset, folder, with_csv(folder, f"image,emotion\na.png,{label}\n"))
    assert counts(report) == (1, 0, 0)
    assert report.unknown_labels == {}


# --- groups


def test_a_pattern_finds_the_person_in_the_file_name(
    dataset: Dataset, filled: Filled, picture: Picture
) -> None:
    files = {"x/Al_Pacino_0001.png": picture(1), "Al_Pacino_12.png": picture(2)}
    folder = filled({**files, "nobody.png": picture(3)})
    import_images(dataset, folder, ImportOptions(group_pattern=r"^(.+)_\d+\."))
    groups = {name: sample.group for name, sample in by_name(dataset).items()}
    assert groups == {
        "Al_Pacino_12.png": "Al_Pacino",
        "nobody.png": None,
        "x/Al_Pacino_0001.png": "Al_Pacino",
    }


def test_a_group_column_comes_before_the_pattern(
    dataset: Dataset, filled: Filled, picture: Picture
) -> None:
    folder = filled({"a_1.png": picture(1), "b_1.png": picture(2)})
    options = with_csv(
        folder,
        "image,person\na_1.png,Anna\nb_1.png,\n",
        group_column="person",
        group_pattern=r"^(.+)_\d+\.",
    )
    import_images(dataset, folder, options)
    groups = {name: sample.group for name, sample in by_name(dataset).items()}
    assert groups == {"a_1.png": "Anna", "b_1.png": "b"}


@pytest.mark.parametrize(("pattern", "why"), [("(", "is wrong"), (r"^\w+_\d", "captures nothing")])
def test_a_pattern_that_cannot_work_is_refused_at_once(
    dataset: Dataset, filled: Filled, picture: Picture, pattern: str, why: str
) -> None:
    with pytest.raises(ImportRefused, match=why):
        import_images(dataset, filled({"a.png": picture(1)}), ImportOptions(group_pattern=pattern))


def test_groups_are_filled_in_later_but_never_replaced(
    dataset: Dataset, filled: Filled, picture: Picture
) -> None:
    folder = filled({"a_1.png": picture(1), "b_1.png": picture(2)})
    import_images(dataset, folder)
    dataset.set_groups({by_name(dataset)["a_1.png"].id: "Anna"})
    import_images(dataset, folder, ImportOptions(group_pattern=r"^(.)_"))
    groups = {name: sample.group for name, sample in by_name(dataset).items()}
    assert groups == {"a_1.png": "Anna", "b_1.png": "b"}


# --- files


def test_images_are_copied_under_their_own_hash(
    dataset: Dataset, filled: Filled, picture: Picture
) -> None:
    data = picture(1, "WEBP")
    import_images(dataset, filled({"disguised.jpg": data, "twin.png": data}))
    digest = hashlib.sha256(data).hexdigest()
    first, twin = dataset.samples()
    assert first.path == twin.path == f"images/{digest[:2]}/{digest}.webp"
    assert first.format == "webp"
    assert dataset.image_path(first).read_bytes() == data
    assert dataset.movable
    assert len([path for path in dataset.images.rglob("*") if path.is_file()]) == 1
    assert len(set(dataset.groups().values())) == 1


def test_images_may_stay_where_they_are(dataset: Dataset, filled: Filled, picture: Picture) -> None:
    folder = filled({"sub/a.png": picture(1)})
    import_images(dataset, folder, ImportOptions(in_place=True))
    (sample,) = dataset.samples()
    assert sample.path == (folder / "sub/a.png").as_posix()
    assert dataset.image_path(sample) == folder / "sub/a.png"
    assert not dataset.movable
    assert not any(path.is_file() for path in dataset.images.rglob("*"))


def test_samples_know_the_upright_size_and_the_hash_of_what_is_seen(
    dataset: Dataset, filled: Filled
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    wide = np.random.default_rng(0).integers(0, 255, (20, 50, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(wide).save(buffer, "PNG", exif=exif)
    import_images(dataset, filled({"a.png": buffer.getvalue()}))
    (sample,) = dataset.samples()
    assert (sample.width, sample.height) == (20, 50)
    assert decode(buffer.getvalue()).pixels.shape == (50, 20, 3)
    assert 0 <= sample.phash < 2**64


def test_files_that_cannot_be_taken_are_listed_and_remembered(
    dataset: Dataset, filled: Filled, picture: Picture
) -> None:
    files = {
        "good.png": picture(1),
        "empty.png": b"",
        "cut.png": picture(2)[:200],
        "text.jpg": "hello",
        "README": "hello",
        "notes.txt": "hello",
        "shot.txt": b"\x89PNG\r\n\x1a\nnonsense",
    }
    folder = filled(files)
    report = import_images(dataset, folder)
    assert counts(report) == (1, 0, 0)
    reasons = {each.file: each.reason.split(":")[0] for each in report.refused}
    assert reasons == {
        "README": "not_image",
        "cut.png": "truncated",
        "empty.png": "empty",
        "shot.txt": "truncated",
        "text.jpg": "not_image",
    }
    assert {each.file: each.reason for each in dataset.refusals()} == {
        each.file: each.reason for each in report.refused
    }
    assert import_images(dataset, folder).refused == report.refused
    assert len(dataset.refusals()) == 5


def test_images_that_a_csv_names_and_nobody_has_are_listed_once(
    dataset: Dataset, filled: Filled, picture: Picture
) -> None:
    folder = filled({"a.png": picture(1)})
    text = "image,emotion\ngone.png,sad\n../../etc/passwd,sad\ngone.png,happy\na.png,sad\n,sad\n"
    report = import_images(dataset, folder, with_csv(folder, text))
    assert counts(report) == (1, 0, 1)
    assert [(each.file, each.reason.split(":")[0]) for each in report.refused] == [
        ("labels.csv, line 6", "names no image"),
        ("gone.png", "missing"),
        ("../../etc/passwd", "outside"),
    ]


def test_the_dataset_itself_is_never_its_own_source(
    dataset: Dataset, filled: Filled, picture: Picture
) -> None:
    import_images(dataset, filled({"a.png": picture(1)}))
    with pytest.raises(ImportRefused, match="inside the dataset"):
        import_images(dataset, dataset.images)
    (dataset.folder.parent / "b.png").write_bytes(picture(2))
    assert counts(import_images(dataset, dataset.folder.parent)) == (1, 0, 0)


def test_a_wrong_column_stops_the_import_before_it_begins(
    dataset: Dataset, filled: Filled, picture: Picture
) -> None:
    folder = filled({"a.png": picture(1)})
    options = with_csv(folder, "image,emotion\na.png,sad\n", label_column="mood")
    with pytest.raises(UnknownColumn, match="'image', 'emotion'"):
        import_images(dataset, folder, options)
    assert dataset.count() == 0
    assert dataset.sources() == []


# --- again


def test_the_same_import_again_adds_nothing(
    dataset: Dataset, filled: Filled, picture: Picture
) -> None:
    folder = filled({"a_1.png": picture(1), "b_1.png": picture(2), "bad.png": "x"})
    options = with_csv(
        folder, "image,emotion\na_1.png,sad\n", task="expression", group_pattern=r"^(.)_"
    )
    assert counts(import_images(dataset, folder, options)) == (2, 0, 1)
    name = dataset.undo_name
    assert counts(import_images(dataset, folder, options)) == (0, 2, 0)
    assert dataset.undo_name == name
    assert len(dataset.sources()) == 1


def test_another_csv_or_task_adds_its_labels_to_the_same_samples(
    dataset: Dataset, filled: Filled, picture: Picture
) -> None:
    folder = filled({"a.png": picture(1), "b.png": picture(2)})
    import_images(dataset, folder, with_csv(folder, "image,emotion\na.png,sad\n"))
    report = import_images(dataset, folder, with_csv(folder, "image,sex\na.png,male\nb.png,f\n"))
    assert counts(report) == (0, 2, 2)
    assert answers(dataset, "sex") == {"a.png": "male", "b.png": "female"}
    assert answers(dataset) == {"a.png": "sad"}


def test_a_label_that_stands_is_not_added_again_even_if_the_rater_moved_on(
    dataset: Dataset, filled: Filled, picture: Picture
) -> None:
    folder = filled({"a.png": picture(1)})
    first = with_csv(folder, "image,emotion\na.png,sad\n")
    import_images(dataset, folder, first)
    sample = by_name(dataset)["a.png"].id
    dataset.add_labels("expression", [NewLabel(sample, "happy")])
    assert import_images(dataset, folder, first).labelled == 0
    assert answers(dataset) == {"a.png": "happy"}


def test_moved_images_are_recognised_by_content_and_last_name(
    dataset: Dataset, filled: Filled, picture: Picture
) -> None:
    import_images(dataset, filled({"old/a.png": picture(1), "old/b.png": picture(2)}))
    moved = filled({"new/x/a.png": picture(1), "new/c.png": picture(2)})
    assert counts(import_images(dataset, moved)) == (1, 1, 0)
    assert set(by_name(dataset)) == {"old/a.png", "old/b.png", "new/c.png"}


def test_a_sample_is_found_for_one_file_of_an_import_only(
    dataset: Dataset, filled: Filled, picture: Picture
) -> None:
    import_images(dataset, filled({"old/a.png": picture(1)}))
    twins = filled({"p/a.png": picture(1), "q/a.png": picture(1)})
    assert counts(import_images(dataset, twins)) == (1, 1, 0)
    assert counts(import_images(dataset, twins)) == (0, 2, 0)


def test_a_file_of_the_very_name_comes_before_a_moved_one(
    dataset: Dataset, filled: Filled, picture: Picture
) -> None:
    import_images(dataset, filled({"m/a.png": picture(1)}))
    twins = filled({"a/a.png": picture(1), "m/a.png": picture(1)})
    assert counts(import_images(dataset, twins)) == (1, 1, 0)
    assert set(by_name(dataset)) == {"a/a.png", "m/a.png"}


def test_a_changed_file_is_a_new_sample(dataset: Dataset, filled: Filled, picture: Picture) -> None:
    folder = filled({"a.png": picture(1)})
    import_images(dataset, folder)
    (folder / "a.png").write_bytes(picture(2))
    assert counts(import_images(dataset, folder)) == (1, 0, 0)


def test_the_task_is_the_one_the_dataset_has_whatever_the_case(
    dataset: Dataset, filled: Filled, picture: Picture
) -> None:
    dataset.add_task("Age", ["young", "old"])
    folder = filled({"a.png": picture(1), "b.png": picture(2)})
    text = "image,age\na.png,OLD\nb.png,ancient\n"
    report = import_images(dataset, folder, with_csv(folder, text, task="age"))
    assert answers(dataset, "Age") == {"a.png": "old"}
    assert report.unknown_labels == {"ancient": 1}
    assert len(dataset.tasks()) == 1


# --- one action


def test_an_import_is_one_step_to_undo(dataset: Dataset, filled: Filled, picture: Picture) -> None:
    folder = filled({f"{number}.png": picture(number) for number in range(130)})
    import_images(dataset, folder, with_csv(folder, "image,emotion\n7.png,sad\n"))
    assert dataset.undo_name == f"Import 130 samples from {folder.name}"
    dataset.undo()
    assert dataset.count() == 0
    assert dataset.tasks() == ()
    assert dataset.undo() is None
    dataset.redo()
    assert dataset.count() == 130
    assert answers(dataset) == {"7.png": "sad"}


def test_a_step_that_only_labels_is_called_so(
    dataset: Dataset, filled: Filled, picture: Picture
) -> None:
    folder = filled({"a.png": picture(1)})
    import_images(dataset, folder)
    import_images(dataset, folder, with_csv(folder, "image,emotion\na.png,sad\n"))
    assert dataset.undo_name == f"Import 1 label from {folder.name}"


def test_what_is_done_when_the_person_stops_stays(
    dataset: Dataset, filled: Filled, picture: Picture
) -> None:
    folder = filled({f"{number:03}.png": picture(number) for number in range(100)})
    options = with_csv(folder, "image,emotion\n069.png,sad\n099.png,sad\n")
    seen: list[Progress] = []
    job = Job(report=seen.append, cancelled=lambda: bool(seen) and seen[-1].done >= 70)
    with pytest.raises(Cancelled):
        import_images(dataset, folder, options, job)
    assert dataset.count() == 70
    assert answers(dataset) == {"069.png": "sad"}
    assert counts(import_images(dataset, folder, options)) == (30, 70, 1)
    dataset.undo()
    assert dataset.count() == 70


def test_progress_runs_from_nothing_to_all(
    dataset: Dataset, filled: Filled, picture: Picture
) -> None:
    seen: list[Progress] = []
    folder = filled({f"{number}.png": picture(number) for number in range(10)})
    import_images(dataset, folder, job=Job(report=seen.append))
    shares = [each.share for each in seen]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert seen[-1].total == 10


def test_the_report_has_the_keys_that_scripts_rely_on(
    dataset: Dataset, filled: Filled, picture: Picture
) -> None:
    folder = filled({"a.png": picture(1), "bad.png": ""})
    report = import_images(dataset, folder, with_csv(folder, "image,emotion\na.png,odd\n"))
    assert json.loads(json.dumps(report.to_json())) == {
        "added": 1,
        "known": 0,
        "labelled": 0,
        "refused": [{"file": "bad.png", "reason": "empty: it holds no bytes"}],
        "unknown_labels": {"odd": 1},
    }


# --- looking first


def test_a_plan_tells_what_an_import_will_do_and_writes_nothing(
    dataset: Dataset, filled: Filled, picture: Picture
) -> None:
    folder = filled({"a_1.png": picture(1), "a_2.png": picture(2), "b_1.png": picture(3)})
    text = "user_id,image,emotion\nr2,a_1.png,joy\nr1,a_2.png,odd\nr1,b_1.png,unsure\nr1,z,sad\n"
    options = with_csv(folder, text, group_pattern=r"^(.)_")
    plan = plan_import(folder, options, dataset=dataset)
    assert plan.layout == "csv"
    assert plan.images == 3
    assert plan.classes == {"expression": {**dict.fromkeys(EXPRESSIONS, 0), "happy": 1}}
    assert plan.unsure == 1
    assert plan.unknown_labels == {"odd": 1}
    assert plan.raters == ("r1", "r2")
    assert plan.groups == 2
    assert [each.file for each in plan.refused] == ["z"]
    assert dataset.count() == 0
    assert dataset.undo_name is None


def test_a_plan_needs_no_dataset(filled: Filled, picture: Picture) -> None:
    plan = plan_import(filled({"joy/a.png": picture(1)}))
    assert (plan.layout, plan.images, plan.classes["expression"]["happy"]) == ("folders", 1, 1)


def test_the_kind_of_the_source_may_be_given(
    dataset: Dataset, filled: Filled, picture: Picture
) -> None:
    import_images(dataset, filled({"a.png": picture(1)}), ImportOptions(source_kind="drawn"))
    assert [source.kind for source in dataset.sources()] == ["drawn"]


# --- the shared faces


@pytest.mark.faces
def test_real_faces_come_in_whole(dataset: Dataset, face_data: Path, tmp_path: Path) -> None:
    few = tmp_path / "faces"
    few.mkdir()
    every = sorted((face_data / "images").iterdir())
    webp = [path for path in every if path.read_bytes()[:4] == b"RIFF"]
    for path in [*every[:60], *webp]:
        (few / path.name).write_bytes(path.read_bytes())
    options = ImportOptions(
        task="expression", csv=face_data / "labels.csv", group_pattern=r"^(.+)_\d+\."
    )
    report = import_images(dataset, few, options)
    assert report.added == len(list(few.iterdir()))
    assert report.unknown_labels == {}
    assert {re.sub(r":.*", "", each.reason) for each in report.refused} == {"missing"}
    assert {by_name(dataset)[path.name].format for path in webp} == {"webp"}
    assert counts(
        import_images(dataset, few, replace(options, csv=face_data / "sex.csv", task="sex"))
    )[:2] == (0, report.added)
