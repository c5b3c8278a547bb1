"""What the window is handed: callables for a job's thread, and nothing heavy before they run."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from faceapp import demo
from faceapp.dataset import Dataset, Part, Query
from faceapp.dataset.runs import finished_runs
from faceapp.errors import Cancelled
from faceapp.gui.services import Services
from faceapp.gui.settings import Settings
from faceapp.imaging import ImageRefused
from faceapp.jobs import Job, Progress

pytest.importorskip("faceapp._cv", exc_type=ImportError)

HEAVY = (
    *("tensorflow", "keras", "openvino", "sklearn"),
    *("matplotlib", "cv2", "scipy", "imagehash", "PySide6.QtWidgets"),
)


@pytest.fixture
def services(tmp_path: Path) -> Services:
    from faceapp.services import make_services

    return make_services(Settings(tmp_path / "settings.json"))


def in_thread(call: Callable[[], object]) -> object:
    """What the call gives in a thread of its own, as the window's jobs run it."""
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.append(call()))
    thread.start()
    thread.join()
    return found[0]


def stop_at(what: str) -> Job:
    """A job that is cancelled as soon as it reports that step."""
    seen: list[str] = []

    def report(progress: Progress) -> None:
        seen.append(progress.what)

    return Job(report, lambda: what in seen)


@pytest.mark.parametrize("heavy", HEAVY)
def test_making_the_services_loads_nothing_heavy(heavy: str, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from faceapp.gui.settings import Settings\n"
        "from faceapp.services import make_services\n"
        f"make_services(Settings(Path({str(tmp_path / 's.json')!r})))\n"
        f"print({heavy!r} in sys.modules)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert answer.stdout.strip() == "False", answer.stderr


def test_everything_is_offered(services: Services) -> None:
    assert None not in vars(services).values()


def test_suggesting_and_what_stands_on_it_run_in_a_jobs_thread(
    services: Services, learned: Path
) -> None:
    assert services.suggest
    assert services.useful
    assert services.disputed
    assert services.similar
    (run,) = finished_runs(learned / "runs", "expression")
    with Dataset.open(learned) as dataset:
        waiting = dataset.sample_ids(Query(task="expression", unlabelled=True))
        labelled = set(dataset.answers("expression"))

    changes = in_thread(partial(services.suggest, learned, run, Job()))
    useful = in_thread(partial(services.useful, learned, "expression", Job()))
    disputed = in_thread(partial(services.disputed, learned, "expression", Job()))
    similar = in_thread(partial(services.similar, learned, waiting[0], Job()))

    assert changes.samples == set(waiting)
    assert sorted(useful) == waiting
    assert labelled.issuperset(disputed)
    assert sorted(similar) == sorted([*waiting, *labelled])
    assert not in_thread(partial(services.suggest, learned, run, Job()))


def test_the_second_of_two_waits_for_the_first(services: Services, learned: Path) -> None:
    assert services.suggest
    (run,) = finished_runs(learned / "runs", "expression")
    inside, go_on = threading.Event(), threading.Event()

    def hold(_progress: Progress) -> None:
        inside.set()
        go_on.wait()

    first = threading.Thread(target=services.suggest, args=(learned, run, Job(hold)))
    first.start()
    inside.wait()
    with pytest.raises(Cancelled):  # it waits, and can be cancelled while it does
        services.suggest(learned, run, Job(cancelled=lambda: True))
    go_on.set()
    first.join()
    assert not services.suggest(learned, run, Job())


def test_faces_are_found_where_nobody_looked(
    services: Services, drawn_dataset: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(drawn_dataset, tmp_path / "dataset"))
    assert services.find_faces
    with Dataset.open(folder) as dataset:
        few, rest = dataset.sample_ids()[:5], dataset.sample_ids()[5:]
        dataset.quarantine(rest)
        dataset.image_path(dataset.sample(few[0])).unlink()
    changes = in_thread(partial(services.find_faces, folder, Job()))
    assert changes.samples == set(few[1:])
    assert changes.parts == {Part.FACES}
    assert not services.find_faces(folder, Job())
    with Dataset.open(folder) as dataset:
        assert set(dataset.faces()) == set(few[1:])


def test_a_face_is_detected_in_one_file(
    services: Services, drawn_faces: Path, tmp_path: Path
) -> None:
    assert services.detect_face
    image = min(drawn_faces.glob("*.jpg"))
    (face,) = services.detect_face(image)
    assert 0 < face.score <= 1
    assert face.origin == "detector"
    text = tmp_path / "text.jpg"
    text.write_text("no image", encoding="utf-8")
    with pytest.raises(ImageRefused):
        services.detect_face(text)


@pytest.fixture
def few_people(monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo, with fewer people to draw."""
    monkeypatch.setattr(demo, "PEOPLE", 4)


@pytest.mark.usefixtures("few_people")
@pytest.mark.parametrize("step", ["Drawing faces", "Importing images", "Finding faces"])
def test_a_cancelled_demo_leaves_nothing(services: Services, tmp_path: Path, step: str) -> None:
    assert services.make_demo
    with pytest.raises(Cancelled):
        services.make_demo(tmp_path / "demo", stop_at(step))
    assert not (tmp_path / "demo").exists()


@pytest.mark.usefixtures("few_people")
def test_a_cancelled_demo_leaves_what_was_there(services: Services, tmp_path: Path) -> None:
    assert services.make_demo
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(Cancelled):
        services.make_demo(tmp_path / "demo", stop_at("Finding faces"))
    assert (tmp_path / "demo" / "mine.txt").is_file()
    assert not (tmp_path / "demo" / "demo").exists()


def test_a_demo_that_was_made_is_not_made_again(
    services: Services, learned: Path, tmp_path: Path
) -> None:
    assert services.make_demo
    (tmp_path / "folder").mkdir()
    made = learned.rename(tmp_path / "folder" / "demo")
    before = sorted(made.glob("runs/*"))
    assert services.make_demo(tmp_path / "folder", Job(cancelled=lambda: True)) == made
    assert sorted(made.glob("runs/*")) == before


@pytest.mark.slow
def test_the_demo_is_a_dataset_with_a_run(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "PEOPLE", 8)
    assert services.make_demo
    folder = services.make_demo(tmp_path / "demo", Job())
    assert folder.name == "demo"
    with Dataset.open(folder) as dataset:
        assert len(finished_runs(dataset.runs, "expression")) == 1
        assert dataset.count() == 64
