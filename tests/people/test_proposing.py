"""Who may be whom: proposed, written as one step, and taken back exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from faceapp.cleaning import clean
from faceapp.cli.main import app
from faceapp.dataset import Dataset, StoredFace
from faceapp.dataset.importing import ImportOptions, import_images
from faceapp.errors import Cancelled
from faceapp.faces.embedding import CROP, EmbedderMissing, FaceEmbedder, can_embed, network_file
from faceapp.faces.resnet import ResnetRefused, face_resnet
from faceapp.jobs import Job
from faceapp.people import ProposedPeople, apply_groups, propose_people
from faceapp.people.vectors import face_vectors
from faceapp.services.people import find_families, propose

needs_network = pytest.mark.skipif(
    not can_embed(), reason="the extra `people` is not installed (pip install 'faceapp[people]')"
)
_FACE = StoredFace((8, 8, 48, 48), ((20, 28), (44, 28), (32, 38), (24, 48), (40, 48)), 0.9)


class Colours:
    """Stands for the network where people are told apart by the colour of their picture."""

    name = "colours"

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, crop: np.ndarray) -> np.ndarray:
        self.asked += 1
        found = np.zeros(128, np.float32)
        found[:3] = crop[100:150, 100:150].mean((0, 1)) / 255
        return found


@pytest.fixture
def coloured(tmp_path: Path) -> Iterator[Dataset]:
    """Three pictures each of Red and Blue, and one of Green, whose faces are known."""
    from PIL import Image

    folder = tmp_path / "pictures"
    folder.mkdir()
    for name, colour in {"red": (200, 0, 0), "blue": (0, 0, 200), "green": (0, 200, 0)}.items():
        for number in range(1 if name == "green" else 3):
            tinted = tuple(max(0, each - 3 * number) for each in colour)
            Image.new("RGB", (64, 64), tinted).save(folder / f"{name}_{number}.png")
    with Dataset.create(tmp_path / "d") as dataset:
        import_images(dataset, folder, ImportOptions())
        ids = dataset.sample_ids()
        dataset.store_faces({each: [_FACE] for each in ids}, "test")
        yield dataset


def by_name(dataset: Dataset) -> dict[str, int]:
    return {each.name: each.id for each in dataset.samples()}


def ask(dataset: Dataset, **settings: Any) -> ProposedPeople:
    network = settings.pop("network", Colours())
    return propose_people(
        dataset, _no_families, threshold=0.3, embedder=lambda: network, **settings
    )


def _no_families(_dataset: Dataset, _job: Job) -> None:
    pytest.fail("near-duplicates are only looked for where there is no network")


def _missing() -> FaceEmbedder:
    raise EmbedderMissing("It is not installed.")


def written(proposed: ProposedPeople) -> dict[int, str]:
    return {each: group.name for group in proposed.groups for each in group.samples}


def test_groups_are_proposed_written_as_one_step_and_taken_back(coloured: Dataset) -> None:
    ids = by_name(coloured)
    before = coloured.samples()
    found = ask(coloured)
    assert found.used == "likeness"
    assert {frozenset(each.samples) for each in found.groups} == {
        frozenset(ids[f"{name}_{number}.png"] for number in range(3)) for name in ("red", "blue")
    }
    assert {each.name for each in found.groups} == {"person 1", "person 2"}
    assert (found.alone, found.settled, found.faceless, found.unreadable) == (1, 0, 0, 0)
    assert coloured.samples() == before

    changes = apply_groups(coloured, written(found))
    assert changes.what == coloured.undo_name == "Group 6 samples into 2 people"
    assert coloured.groups()[ids["red_0.png"]] == coloured.groups()[ids["red_2.png"]]
    coloured.undo()
    assert coloured.samples() == before
    coloured.redo()
    assert {each.id: each.group for each in coloured.samples() if each.group} == written(found)


def test_a_known_person_keeps_theirs_and_others_join(coloured: Dataset) -> None:
    ids = by_name(coloured)
    coloured.set_groups({ids["red_0.png"]: "Rosa", ids["green_0.png"]: "Gus"})
    found = ask(coloured)
    assert found.settled == 2
    (rosa,) = (each for each in found.groups if each.name == "Rosa")
    assert rosa.known
    assert set(rosa.samples) == {ids["red_1.png"], ids["red_2.png"]}
    assert rosa.beside == (ids["red_0.png"],)


def test_two_known_people_are_left_apart_unless_all_are_asked_for(coloured: Dataset) -> None:
    ids = by_name(coloured)
    reds = {ids[f"red_{number}.png"]: f"take {number}" for number in range(3)}
    coloured.set_groups(reds)
    assert all(not set(each.samples) & set(reds) for each in ask(coloured).groups)
    everyone = ask(coloured, everyone=True)
    (joined,) = (each for each in everyone.groups if each.known)
    assert len(joined.samples) == 2
    assert set(joined.samples) | set(joined.beside) == set(reds)
    assert everyone.settled == 0


def test_with_everybody_known_nothing_is_computed(coloured: Dataset) -> None:
    coloured.set_groups(dict.fromkeys(coloured.sample_ids(), "Ann"))
    network = Colours()
    assert ask(coloured, network=network).groups == ()
    assert network.asked == 0


def test_a_new_name_is_not_one_that_is_taken(coloured: Dataset) -> None:
    coloured.set_groups({by_name(coloured)["green_0.png"]: "person 1"})
    assert {each.name for each in ask(coloured).groups} == {"person 2", "person 3"}


def test_a_face_is_computed_once_even_when_the_work_was_stopped(coloured: Dataset) -> None:
    network = Colours()
    stopping = Job(cancelled=lambda: network.asked >= 4)
    with pytest.raises(Cancelled):
        ask(coloured, network=network, job=stopping)
    assert network.asked == 4
    ask(coloured, network=network)
    assert network.asked == 7
    ask(coloured, network=network)
    assert network.asked == 7


def test_quarantine_and_images_without_face_or_file_are_left_out(coloured: Dataset) -> None:
    ids = by_name(coloured)
    coloured.quarantine([ids["red_0.png"]])
    coloured.store_faces({ids["red_1.png"]: []}, "test")
    coloured.image_path(coloured.sample(ids["red_2.png"])).unlink()
    found = ask(coloured)
    assert [set(each.samples) for each in found.groups] == [
        {ids[f"blue_{number}.png"] for number in range(3)}
    ]
    assert (found.faceless, found.unreadable, found.alone) == (1, 1, 1)


def test_without_the_network_near_duplicates_are_grouped_and_it_is_said(
    drawn_dataset: Path, tmp_path: Path
) -> None:
    from shutil import copytree

    from PIL import Image

    folder = copytree(drawn_dataset, tmp_path / "d")
    with Dataset.open(folder) as dataset:
        one = dataset.samples()[0]
        again = tmp_path / "again"
        again.mkdir()
        with Image.open(dataset.image_path(one)) as image:
            image.convert("RGB").resize((150, 150)).save(again / "copy.jpg")
        import_images(dataset, again, ImportOptions())
        dataset.set_groups(dict.fromkeys(dataset.sample_ids(), None))
        copy = by_name(dataset)["copy.jpg"]
        found = propose_people(dataset, find_families, embedder=_missing)
        assert found.used == "families"
        assert "not installed" in found.problem
        assert any({one.id, copy} <= set(each.samples) for each in found.groups)


@needs_network
def test_the_network_itself_finds_families_and_people_of_drawn_faces(
    drawn_dataset: Path, tmp_path: Path
) -> None:
    from shutil import copytree

    with Dataset.open(copytree(drawn_dataset, tmp_path / "d")) as dataset:
        dataset.set_groups(dict.fromkeys(dataset.sample_ids(), None))
        found = propose(dataset)
        assert found.used == "likeness"
        assert found.threshold > 0
        free = len(dataset.sample_ids()) - found.faceless
        assert sum(len(each.samples) for each in found.groups) + found.alone == free


@needs_network
@pytest.mark.faces
def test_real_people_come_together_and_others_do_not(face_data: Path, tmp_path: Path) -> None:
    people = ("Serena_Williams", "Hugo_Chavez", "Gerhard_Schroeder")
    folder = tmp_path / "some"
    folder.mkdir()
    for name in people:
        files = sorted((face_data / "images").glob(f"{name}_*"))[:6]
        assert len(files) > 1
        for file in files:
            (folder / file.name).write_bytes(file.read_bytes())
    with Dataset.create(tmp_path / "d") as dataset:
        import_images(dataset, folder, ImportOptions())
        found = propose(dataset)
        names = {each.id: each.name.rsplit("_", 1)[0] for each in dataset.samples()}
        assert all(len({names[each] for each in group.samples}) == 1 for group in found.groups)
        assert sum(len(each.samples) for each in found.groups) > 0.7 * len(names)


@needs_network
def test_the_same_crop_gives_the_same_numbers() -> None:
    crop = np.random.default_rng(0).integers(0, 255, (CROP.size, CROP.size, 3), np.uint8)
    network = FaceEmbedder()
    assert network(crop).shape == (128,)
    assert np.array_equal(network(crop), FaceEmbedder()(crop))


@needs_network
@pytest.mark.faces
def test_the_network_says_what_dlib_says(face_data: Path) -> None:
    dlib = pytest.importorskip("dlib")
    from faceapp.faces import FaceDetector, prepare
    from faceapp.imaging import read_image

    network = FaceEmbedder()
    reference = dlib.face_recognition_model_v1(str(network_file()))
    for file in sorted((face_data / "images").iterdir())[:2]:
        pixels = read_image(file).pixels
        crop = prepare(pixels, FaceDetector().detect(pixels)[0], CROP)
        chip = np.ascontiguousarray(crop[79:229, 53:203])
        said = np.array(reference.compute_face_descriptor(chip))
        assert np.abs(network(crop) - said).max() < 1e-5


def test_another_file_is_no_network(tmp_path: Path) -> None:
    other = tmp_path / "other.dat"
    other.write_bytes(b"\x01\x02")
    with pytest.raises(ResnetRefused):
        face_resnet(other)


def test_vectors_are_kept_a_network_apart(coloured: Dataset) -> None:
    ids = coloured.sample_ids()
    one, other = Colours(), Colours()
    first = face_vectors(coloured, ids, one, "one")
    second = face_vectors(coloured, ids, other, "other")
    assert (one.asked, other.asked) == (7, 7)
    assert np.allclose(first.rows, second.rows, atol=1e-3)


@pytest.fixture
def run(coloured: Dataset, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """The command on those pictures, with their colours for a network."""
    import json

    from typer.testing import CliRunner

    import faceapp.people as package

    real = package.propose_people
    monkeypatch.setattr(package, "propose_people", lambda *a, **k: real(*a, **k, embedder=Colours))

    def call(*arguments: str) -> Any:
        answer = CliRunner().invoke(
            app, ["people", str(coloured.folder), "--threshold", "0.3", *arguments]
        )
        assert answer.exit_code == 0, answer.output
        return json.loads(answer.stdout) if "--json" in arguments else answer.stdout

    return call


def test_the_command_lists_and_changes_nothing(run: Callable[..., Any], coloured: Dataset) -> None:
    found = run("--json")
    assert found["used"] == "likeness"
    assert sorted(found["groups"][0]) == [
        "beside", "count", "distance", "files", "known", "name", "sure",
    ]  # fmt: skip
    assert {tuple(sorted(each["files"])) for each in found["groups"]} == {
        ("red_0.png", "red_1.png", "red_2.png"),
        ("blue_0.png", "blue_1.png", "blue_2.png"),
    }
    assert not found["applied"]
    assert not any(each.group for each in coloured.samples())
    text = run()
    assert "person 1" in text
    assert "--apply" in text


def test_the_command_writes_what_undo_takes_back(
    run: Callable[..., Any], coloured: Dataset
) -> None:
    found = run("--apply", "--json")
    assert found["applied"]
    assert found["action"] == "Group 6 samples into 2 people"
    assert sum(bool(each.group) for each in coloured.samples()) == 6
    assert run("--json")["settled"] == 6
    coloured.undo()
    assert not any(each.group for each in coloured.samples())


def test_near_duplicates_stay_together_though_they_look_unlike(coloured: Dataset) -> None:
    from faceapp.dataset import NewFinding

    ids = by_name(coloured)
    pair = (ids["red_0.png"], ids["blue_0.png"])
    coloured.record_findings(
        "near_duplicate", [NewFinding(each, 0.9, 0.1, family="pair") for each in pair]
    )
    assert any(set(pair) <= set(each.samples) for each in ask(coloured).groups)


def test_clean_is_what_looks_for_families(coloured: Dataset) -> None:
    find_families(coloured, Job())
    known = clean(coloured, ["near_duplicate"])
    assert {each.kind for each in coloured.findings()} <= {"near_duplicate"}
    assert set(known.counts) <= {"near_duplicate"}
