"""What is exported comes back in without loss, and nothing else is written anywhere."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faceapp.dataset import Answer, Dataset, NewLabel, NewSample, Origin, Query
from faceapp.dataset.exporting import ExportRefused, SafeNames, export_csv, export_folders
from faceapp.dataset.importing import ImportOptions, import_images
from faceapp.errors import Cancelled
from faceapp.jobs import Job, Progress

Filled = Callable[[Mapping[str, bytes | str]], Path]
Picture = Callable[..., bytes]

# --- anything a dataset may hold

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
PART = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), min_size=1, max_size=12
).filter(lambda part: part not in {".", ".."})
NAME = st.one_of(
    st.lists(PART, min_size=1, max_size=3).map("/".join),
    st.sampled_from(
        ["CON.png", "a.png", "A.PNG", "x/a.png", "-rf", ".hidden", "a.png.", "ä" * 200]
    ),
)
# Different words for one thing among them, and names that no folder can have.
CLASSES = ("happy", "joy", "sad", "unlabelled", "NUL", "a/b", "..", "Ärger", "7", "x" * 90)
RATERS = st.one_of(st.sampled_from(["", "r1", "r2"]), TEXT)
SAMPLES = st.lists(
    st.fixed_dictionaries(
        {
            "name": NAME,
            "picture": st.integers(0, 2),
            "group": st.one_of(st.none(), TEXT.filter(bool)),
            "quarantine": st.one_of(st.none(), TEXT),
            "provenance": st.dictionaries(TEXT, st.one_of(TEXT, st.integers(), st.none())),
            "source": st.sampled_from([("folder", "/a", {}), ("search", "cats", {"n": 'a,"\n'})]),
        }
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda each: (each["name"], each["picture"]),
)
LABELS = st.lists(
    st.tuples(
        st.integers(0, 5),  # which sample
        st.integers(0, 1),  # which task
        st.one_of(st.none(), st.integers(0, len(CLASSES) - 1)),
        st.sampled_from(Origin),
        RATERS,
        st.booleans(),  # undone at once
    ),
    max_size=12,
)


@contextmanager
def some_dataset(
    folder: Path, picture: Picture, samples: list[dict[str, Any]], labels: list[Any]
) -> Iterator[Dataset]:
    """A dataset that holds just this."""
    with Dataset.create(folder) as dataset:
        for task in ("expression", "path"):
            dataset.add_task(task, CLASSES)
        ids = [add_sample(dataset, picture, each) for each in samples]
        for which, task, answer, origin, rater, undone in labels:
            sample = ids[which % len(ids)]
            made = NewLabel(sample, None if answer is None else CLASSES[answer], rater)
            changes = dataset.add_labels(("expression", "path")[task], [made], origin)
            if undone and changes:
                dataset.undo()
        yield dataset


def add_sample(dataset: Dataset, picture: Picture, wanted: dict[str, Any]) -> int:
    data = picture(wanted["picture"])
    digest = hashlib.sha256(data).hexdigest()
    (dataset.images / digest).write_bytes(data)
    new = NewSample(
        wanted["name"], f"images/{digest}", digest, 2**63, 24, 24, "png",
        wanted["group"], wanted["provenance"],
    )  # fmt: skip
    ids, _ = dataset.add_samples(dataset.add_source(*wanted["source"]).id, [new])
    if wanted["quarantine"] is not None:
        dataset.quarantine(ids, wanted["quarantine"])
    return ids[0]


def essence(dataset: Dataset) -> dict[tuple[str, str], Any]:
    """All that must survive, by name and content."""
    sources = {source.id: source for source in dataset.sources()}
    reasons = dataset.quarantine_reasons()
    answers = {task.name: dataset.answers(task.name, quarantined=None) for task in dataset.tasks()}
    return {
        (sample.name, sample.sha256): (
            sample.group,
            reasons.get(sample.id),
            sample.provenance,
            sources[sample.source].kind,
            sources[sample.source].location,
            sources[sample.source].details,
            {task: given.get(sample.id) for task, given in answers.items()},
            voices(dataset, sample.id),
        )
        for sample in dataset.samples(Query(quarantined=None))
    }


def voices(dataset: Dataset, sample: int) -> dict[tuple[str, str, str], str | None]:
    """What every rater says at last."""
    return {
        (label.task, label.origin, label.rater): label.answer
        for label in dataset.history(sample)
        if not label.undone
    }


@settings(max_examples=25)
@given(samples=SAMPLES, labels=LABELS)
def test_csvs_bring_back_samples_answers_raters_and_groups(
    picture: Picture, samples: list[dict[str, Any]], labels: list[Any]
) -> None:
    with TemporaryDirectory() as place:
        folder = Path(place).resolve()
        with some_dataset(folder / "first", picture, samples, labels) as first:
            report = export_csv(first, folder / "out")
            assert report.exported == len(samples)
            assert report.refused == ()
            with Dataset.create(folder / "second") as second:
                back = import_images(second, folder / "out")
                assert (back.added, back.refused, back.unknown_labels) == (len(samples), (), {})
                assert essence(second) == essence(first)
                assert [(task.name, task.classes) for task in second.tasks()] == [
                    (task.name, task.classes) for task in first.tasks()
                ]
                again = import_images(second, folder / "out")
                assert (again.added, again.labelled) == (0, 0)
            home = import_images(first, folder / "out")
            assert (home.added, home.labelled) == (0, 0)


def test_the_order_in_which_persons_spoke_survives(
    dataset: Dataset, filled: Filled, picture: Picture, tmp_path: Path
) -> None:
    dataset.add_task("expression", ["happy", "sad", "angry"])
    import_images(dataset, filled({"a.png": picture(1)}))
    ids = dataset.sample_ids()
    for rater, answer in (("r1", "happy"), ("r2", "sad"), ("r1", "angry")):
        dataset.label(ids, "expression", answer, rater=rater)
    export_csv(dataset, tmp_path / "out")
    with Dataset.create(tmp_path / "second") as second:
        import_images(second, tmp_path / "out")
        assert [each.answer for each in second.answers("expression").values()] == ["angry"]


@settings(max_examples=25)
@given(samples=SAMPLES, labels=LABELS)
def test_folders_bring_back_names_groups_and_answers(
    picture: Picture, samples: list[dict[str, Any]], labels: list[Any]
) -> None:
    with TemporaryDirectory() as place:
        folder = Path(place).resolve()
        with some_dataset(folder / "first", picture, samples, labels) as first:
            export_folders(first, folder / "out", "expression")
            with Dataset.create(folder / "second") as second:
                import_images(second, folder / "out")
                assert plain(second) == plain(first)
                assert second.task("expression").classes == first.task("expression").classes


def plain(dataset: Dataset) -> dict[tuple[str, str], tuple[str | None, Any]]:
    """Group and answer of what is not in quarantine."""
    answers = dataset.answers("expression")
    nothing = Answer("none", 0, 0.0)
    return {
        (sample.name, sample.sha256): (sample.group, answers.get(sample.id, nothing).answer)
        for sample in dataset.samples()
    }


# --- for other tools


def labelled(dataset: Dataset, folder: Path) -> None:
    import_images(dataset, folder)
    by_name = {sample.name: sample.id for sample in dataset.samples()}
    dataset.label([by_name["x/a.jpg"]], "expression", "happy")
    dataset.label([by_name["y/a.jpg"]], "expression", "happy")
    dataset.label([by_name["b.jpg"]], "expression", None)
    dataset.quarantine([by_name["d.jpg"]], "blurred")


@pytest.fixture
def source(dataset: Dataset, filled: Filled, picture: Picture) -> Path:
    """A dataset's source folder: four images of different fate, one unlabelled."""
    dataset.add_task("expression", ["happy", "sad"])
    files = ("x/a.jpg", "y/a.jpg", "b.jpg", "c.jpg", "d.jpg")
    folder = filled({name: picture(number) for number, name in enumerate(files)})
    labelled(dataset, folder)
    return folder


def test_folders_hold_what_is_so_answered(dataset: Dataset, source: Path, tmp_path: Path) -> None:
    report = export_folders(dataset, tmp_path / "out", "expression")
    found = sorted(
        path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*")
    )
    assert report.exported == 4
    assert found == [
        "happy",
        "happy/a-2.png",
        "happy/a.png",
        "sad",
        "samples.csv",
        "tasks.csv",
        "unlabelled",
        "unlabelled/c.png",
        "unsure",
        "unsure/b.png",
    ]
    assert (tmp_path / "out/happy/a.png").read_bytes() == (source / "x/a.jpg").read_bytes()


def test_an_image_moved_to_another_folder_is_relabelled(
    dataset: Dataset, source: Path, tmp_path: Path
) -> None:
    export_folders(dataset, tmp_path / "out", "expression")
    (tmp_path / "out/happy/a.png").rename(tmp_path / "out/sad/a.png")
    (tmp_path / "out/rage").mkdir()
    (tmp_path / "out/unlabelled/c.png").rename(tmp_path / "out/rage/c.png")
    with Dataset.create(tmp_path / "second") as second:
        report = import_images(second, tmp_path / "out")
        given = second.answers("expression")
        answers = {
            each.name: given[each.id].answer for each in second.samples() if each.id in given
        }
    assert answers == {"x/a.jpg": "sad", "y/a.jpg": "happy", "b.jpg": None}
    assert report.unknown_labels == {"rage": 1}


def test_tables_say_everything(dataset: Dataset, source: Path, tmp_path: Path) -> None:
    dataset.label([dataset.sample_ids(Query(text="c.jpg"))[0]], "expression", "sad", rater="me")
    dataset.undo()
    export_csv(dataset, tmp_path / "out")
    tables = {}
    for name in ("samples", "labels", "tasks"):
        with (tmp_path / "out" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            tables[name] = list(csv.DictReader(file))
    rows = {row["name"]: row for row in tables["samples"]}
    assert {name: row["expression"] for name, row in rows.items()} == {
        "x/a.jpg": "happy",
        "y/a.jpg": "happy",
        "b.jpg": "unsure",
        "c.jpg": "",
        "d.jpg": "",
    }
    assert (rows["d.jpg"]["quarantined"], rows["d.jpg"]["quarantine_reason"]) == ("1", "blurred")
    assert (rows["c.jpg"]["source_kind"], rows["c.jpg"]["source_location"]) == (
        "folder",
        str(source),
    )
    for name, row in rows.items():
        data = (tmp_path / "out" / row["path"]).read_bytes()
        assert row["sha256"] == hashlib.sha256(data).hexdigest()
        assert data == (source / name).read_bytes()
    (undone,) = [row for row in tables["labels"] if row["undone"]]
    assert (undone["name"], undone["answer"], undone["rater"], undone["origin"]) == (
        "c.jpg",
        "sad",
        "me",
        "person",
    )
    assert [row["class"] for row in tables["tasks"]] == ["happy", "sad"]


def test_an_export_serves_as_images_with_a_csv_too(
    dataset: Dataset, source: Path, tmp_path: Path
) -> None:
    export_csv(dataset, tmp_path / "out")
    options = ImportOptions(csv=tmp_path / "out/samples.csv", task="expression")
    with Dataset.create(tmp_path / "second") as second:
        report = import_images(second, tmp_path / "out", options)
        assert (report.added, report.labelled, report.refused) == (5, 3, ())


def test_gone_and_changed_images_are_named_and_the_rest_goes_on(
    dataset: Dataset, source: Path, picture: Picture, tmp_path: Path
) -> None:
    by_name = {sample.name: dataset.image_path(sample) for sample in dataset.samples()}
    by_name["x/a.jpg"].unlink()
    by_name["c.jpg"].write_bytes(picture(99))
    report = export_csv(dataset, tmp_path / "out")
    assert report.exported == 3
    assert {each.file: each.reason.split(":")[0] for each in report.refused} == {
        "x/a.jpg": "unreadable",
        "c.jpg": "changed",
    }
    with Dataset.create(tmp_path / "second") as second:
        assert import_images(second, tmp_path / "out").added == 3


# --- where it may be written


def test_a_folder_that_holds_something_is_left_alone(
    dataset: Dataset, source: Path, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/mine.txt").write_text("mine")
    for export in (export_csv, lambda data, out: export_folders(data, out, "expression")):
        with pytest.raises(ExportRefused, match="not empty"):
            export(dataset, tmp_path / "out")
    with pytest.raises(ExportRefused, match="inside the dataset"):
        export_csv(dataset, dataset.images / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_an_empty_folder_is_filled(dataset: Dataset, source: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert export_csv(dataset, tmp_path / "out").exported == 5


def test_a_stopped_export_leaves_nothing(dataset: Dataset, source: Path, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    seen: list[Progress] = []
    job = Job(report=seen.append, cancelled=lambda: bool(seen) and seen[-1].done >= 2)
    with pytest.raises(Cancelled):
        export_csv(dataset, tmp_path / "out", job)
    assert sorted(tmp_path.iterdir()) == before


# --- hostile exports


@pytest.mark.parametrize(
    ("name", "details"),
    [("../up", "{}"), ("/etc/x", "{}"), ("a", "[1]"), ("a", "{"), ("a", '{"x": "\\ud800"}'),
     ("a", "[" * 100_000), ("", "{}"), ("nul\0", "{}")],
)  # fmt: skip
def test_a_tampered_row_is_refused_by_name(
    dataset: Dataset, source: Path, tmp_path: Path, name: str, details: str
) -> None:
    export_csv(dataset, tmp_path / "out")
    path = tmp_path / "out/samples.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[0] |= {"name": name, "provenance": details}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    with Dataset.create(tmp_path / "second") as second:
        report = import_images(second, tmp_path / "out")
    assert report.added == 4
    (refused,) = report.refused
    assert refused.file == rows[0]["path"]
    assert refused.reason.startswith("unreadable: in its row of samples.csv")


@given(st.lists(st.tuples(TEXT, st.sampled_from(["", ".png", ".jpg"])), max_size=20))
def test_safe_names_are_safe_and_never_the_same(wishes: list[tuple[str, str]]) -> None:
    names = SafeNames(["unsure"])
    made = [names.make(wish, extension) for wish, extension in wishes]
    assert len({name.casefold() for name in [*made, "unsure"]}) == len(made) + 1
    for name in made:
        assert PurePosixPath(name).parts == (name,)
        assert name not in {".", ".."}
        assert not set(name) & set('<>:"/\\|?*\0\n')
        assert len(name.encode()) <= 255
        assert name.isprintable()
