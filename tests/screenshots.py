"""Pictures of every page, light and dark, empty, full and in trouble, of drawn faces.

    python tests/screenshots.py [--out resources/screenshots] [--zoom 1] [--size 1440x900]
                                [--only PAGE ...]

QT_SCALE_FACTOR=2 before it draws them for a screen of twice the density. With --only nothing but
these pages is drawn.

The faces are drawn by faceapp itself: nobody real is shown. README shows some of these.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from cleaning_faults import FAULTS, plant
from faceapp.app import Program, make_program
from faceapp.dataset import Dataset, NewProposal, Query
from faceapp.dataset.importing import ImportOptions, import_images
from faceapp.demo_faces import draw_demo_faces
from faceapp.gui.clean.page import CleanPage
from faceapp.gui.settings import THEME, ZOOM, Settings
from faceapp.jobs import Job
from faceapp.services.cleaning import make_cleaner
from faceapp.training.recipes import recipe_named
from find_screenshots import draw_find

PATIENCE_SECONDS = 120
WATCH_SECONDS = 25
EXPRESSIONS = ("neutral", "happy", "sad", "angry", "surprised")


def make_datasets(folder: Path) -> tuple[Path, Path]:
    """A dataset of drawn faces, partly labelled and with suggestions, and an empty one."""
    folder.mkdir()
    faces = draw_demo_faces(folder / "drawn", identities=40, size=200).folder
    some = faces.with_name("some.csv")
    header, *rows = (faces / "labels.csv").read_text(encoding="utf-8").splitlines()
    some.write_text("\n".join([header, *(row for n, row in enumerate(rows) if n % 9)]))
    for number, image in enumerate(sorted(faces.glob("*_001.jpg"))[: len(FAULTS)]):
        plant(image, faces, list(FAULTS)[number], seed=number)
    full, empty = folder / "faces-2026", folder / "new"
    with Dataset.create(full) as dataset:
        for task, table in (("expression", some), ("sex", faces / "labels.csv")):
            options = ImportOptions(task=task, csv=table, label_column=task, group_column="person")
            import_images(dataset, faces, options)
        waiting = dataset.sample_ids(Query("expression", unlabelled=True))
        offers = [NewProposal(each, "happy", 0.97 - n / 100) for n, each in enumerate(waiting)]
        dataset.propose("expression", offers, "model")
        dataset.quarantine(dataset.sample_ids()[5:8])
        learn(dataset)
        labelled = sorted(dataset.answers("expression"))
        for number, sample in enumerate(labelled[11::23]):  # what cleaning may doubt
            dataset.label([sample], "expression", EXPRESSIONS[number % len(EXPRESSIONS)])
    quick = recipe_named("quick").with_settings({"size": "64", "epochs": "60"})
    make_cleaner(quick).check(full, None, Job())
    Dataset.create(empty).close()
    return full, empty


def learn(dataset: Dataset) -> None:
    """A small run of the real network, where its weights are installed."""
    from faceapp.networks.weights import WeightsMissing
    from faceapp.training.material import TrainConfig
    from faceapp.training.recipes import recipe_named
    from faceapp.training.trainer import train

    small = recipe_named("quick").with_settings({"size": "96", "epochs": "80"})
    try:
        train(dataset, TrainConfig("expression", small))
    except WeightsMissing as missing:
        print(f"no model: {missing}")


def make_film(folder: Path) -> Path:
    """A drawn person in front of a camera, whose expression changes every two seconds."""
    import numpy as np

    from faceapp.imaging import read_image
    from live.doubles import write_video

    faces = sorted((folder / "drawn").glob("person012*.jpg"))[:6]
    ground = np.full((480, 640, 3), (96, 104, 112), np.uint8)
    pictures = []
    for number in range(150):
        image = np.kron(read_image(faces[number // 25]).pixels, np.ones((2, 2, 1), np.uint8))
        left = 120 + round(20 * np.sin(number / 12))
        picture = ground.copy()
        picture[40:440, left : left + 400] = image[:400, :400]
        pictures.append(picture)
    return write_video(folder / "camera.avi", pictures, 12.5, "MJPG")


def draw_live(program: Program, out: Path, film: Path, mode: str) -> None:
    """A camera double being watched, and the same film as a file."""
    from faceapp.gui.live.page import LivePage
    from faceapp.live.devices import CameraChoice, played_video

    window = program.window
    window.show_page("live")
    settle(program)
    assert window.pages is not None
    page = window.pages.current
    assert isinstance(page, LivePage)
    page.watch(CameraChoice("Built-in camera", played_video(film).open))
    limit = time.monotonic() + WATCH_SECONDS
    wait(program, lambda: time.monotonic() > limit)
    draw(program, out, "live-full", mode)
    page.open_file(film)
    wait(program, lambda: page.films.film is not None or not page.films.busy)
    draw(program, out, "live-film", mode)
    page.turn_off()


def wait(program: Program, done: Callable[[], bool]) -> None:
    """Let the program work until something is so, and its layouts have settled."""
    limit = time.monotonic() + PATIENCE_SECONDS
    while not done() and time.monotonic() < limit:
        program.application.processEvents()
        time.sleep(0.01)
    for _ in range(20):  # layouts take a few turns
        program.application.processEvents()


def settle(program: Program) -> None:
    """Let the window read everything that it shows, and other pages' jobs end."""
    pages = program.window.pages
    wait(program, lambda: True)
    wait(program, lambda: pages is None or (pages.current.idle and not pages.jobs.running))


def draw(program: Program, out: Path, name: str, mode: str) -> None:
    """Grab the window as it stands."""
    settle(program)
    if name.startswith("train"):
        wait_for_timing(program)
    if name == "label-full":
        look_at_a_face(program)
    file = out / f"{name}-{mode}.png"
    program.window.grab().save(str(file))
    print(file)


def look_at_a_face(program: Program) -> None:
    """The first samples are those with planted faults; show one that is as it should be."""
    from faceapp.gui.label.page import LabelPage

    assert program.window.pages is not None
    page = program.window.pages.current
    if isinstance(page, LabelPage):
        page.grid.go_to(3)
        settle(program)


def wait_for_timing(program: Program) -> None:
    """Until it is known how long the training would take."""
    from faceapp.gui.train.page import TrainPage

    assert program.window.pages is not None
    page = program.window.pages.current
    if isinstance(page, TrainPage):
        wait(program, lambda: page.checking.timed)
        settle(program)


def draw_cleaning(program: Program, out: Path, mode: str) -> None:
    """Copies side by side, and the map of all faces."""
    window = program.window
    window.show_page("clean")
    assert window.pages is not None
    page = window.pages.current
    assert isinstance(page, CleanPage)
    page.kinds.rows["near_duplicate"].click()
    draw(program, out, "clean-copies", mode)
    page.show_map()
    draw(program, out, "clean-map", mode)
    page.kinds.rows["wrong_label"].click()
    draw(program, out, "clean-full", mode)


def draw_trouble(program: Program, out: Path, mode: str) -> None:
    """A page with a message of something that went wrong, its details unfolded."""
    window = program.window
    window.show_page("label")
    words = "3 of 240 images were refused: they cannot be read. The rest is imported."
    window.messages.problem(words, details="person004_3.jpg: the file is cut off")
    window.message_bar.details_button.click()
    draw(program, out, "label-trouble", mode)
    window.message_bar.put_away()


def draw_import(program: Program, out: Path, faces: Path, mode: str) -> None:
    """What importing a folder would do, before it does it."""
    program.window.importing.ask(faces, faces / "labels.csv")
    dialog = program.window.importing.dialog
    assert dialog is not None
    wait(program, dialog.import_button.isEnabled)
    file = out / f"import-{mode}.png"
    dialog.grab().save(str(file))
    print(file)
    dialog.reject()


def draw_mode(mode: str, out: Path, datasets: tuple[Path, Path], args: argparse.Namespace) -> None:
    """All pictures in one theme."""
    settings_file = datasets[0].parent / f"settings-{mode}.json"
    settings = Settings(settings_file)
    settings.set(THEME, mode)
    settings.set(ZOOM, args.zoom)
    program = make_program(settings_file)
    window = program.window
    width, height = map(int, args.size.split("x"))
    window.show()
    window.resize(width, height)
    window.begin()
    draw(program, out, "welcome-empty", mode)
    for state, folder in zip(("empty", "full"), reversed(datasets), strict=True):
        window.opening.open(folder)
        for page in args.only or window.page_names:
            window.show_page(page)
            draw(program, out, f"{page}-{state}", mode)
    if not args.only:
        draw_the_rest(program, out, datasets, mode)
    window.close()


def draw_the_rest(program: Program, out: Path, datasets: tuple[Path, Path], mode: str) -> None:
    """Pages at work, dialogs, and the datasets that are offered again."""
    window = program.window
    draw_live(program, out, make_film(datasets[0].parent), mode)
    draw_cleaning(program, out, mode)
    draw_trouble(program, out, mode)
    draw_import(program, out, datasets[0].parent / "drawn", mode)
    window.close_dataset()
    draw(program, out, "welcome-full", mode)
    draw_find(program, out, datasets[0].parent / "drawn", mode, wait)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("resources/screenshots"))
    parser.add_argument("--zoom", type=float, default=1.0)
    parser.add_argument("--size", default="1440x900", metavar="WxH")
    parser.add_argument("--only", nargs="+", default=[], metavar="PAGE")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        os.environ["FACEAPP_BASE_DIR"] = os.environ["HOME"] = scratch
        datasets = make_datasets(Path(scratch) / "Faces")
        for mode in ("light", "dark"):
            draw_mode(mode, args.out, datasets, args)


if __name__ == "__main__":
    main()
