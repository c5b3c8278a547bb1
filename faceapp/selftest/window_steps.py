"""Steps at the window: it opens, shows a dataset, takes labels by keys, sees a training through."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING

from faceapp.jobs import Job
from faceapp.selftest.trial import TASK, Trial, expect

if TYPE_CHECKING:
    from faceapp.dataset import Dataset
    from faceapp.gui.label.page import LabelPage
    from faceapp.training.events import TrainingEvent

PEOPLE, SIDE = 10, 160
EPOCHS = 2
# So few pixels and epochs that nobody waits; nothing good can come of them, and need not.
SETTINGS = {
    "size": "64",
    "epochs": "20",
    "tune_epochs": str(EPOCHS),
    "tune_patience": "0",
    "warm_up": "0",
}
LABELLED = 10


def window(trial: Trial) -> str:
    """The window opens and welcomes the person."""
    opened = trial.open_window()
    opened.begin()
    trial.wait("the welcome page", lambda: opened.stage.currentWidget() is opened.welcome)
    picture = opened.grab()
    expect(not picture.isNull(), "The window paints nothing.")
    return f"{opened.width()} x {opened.height()} pixels"


def dataset(trial: Trial) -> str:
    """Faces are drawn and imported, and the window shows the dataset."""
    from faceapp.dataset import Dataset
    from faceapp.dataset.importing import ImportOptions, import_images
    from faceapp.demo_faces import draw_demo_faces

    drawn = draw_demo_faces(trial.faces, identities=PEOPLE, size=SIDE)
    trial.truth = {each.image: each.expression for each in drawn.pictures}
    known = _without_last(drawn.labels)
    with Dataset.create(trial.dataset) as made:
        for task, table in ((TASK, known), ("sex", drawn.labels)):
            options = ImportOptions(task=task, csv=table, label_column=task, group_column="person")
            report = import_images(made, trial.faces, options)
            expect(not report.refused, f"Drawn faces were refused: {report.refused}.")
    trial.window.begin(trial.dataset)
    expect(trial.window.pages is not None, "The dataset does not open.")
    shown = trial.window.pages
    assert shown is not None
    trial.wait("the overview", lambda: shown.current.idle)
    return f"{len(trial.truth)} faces drawn and imported"


def _without_last(labels: Path) -> Path:
    """The drawn faces' table without the expression of the last ones, which are for the keys."""
    with labels.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    table = labels.with_name("known.csv")
    with table.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows[:-LABELLED])
    return table


def label(trial: Trial) -> str:
    """Unlabelled faces are labelled on the Label page by keys, and one undone and done again."""
    from faceapp.gui.label.filters import Choice, Facet, Filters
    from faceapp.gui.label.page import LabelPage

    main = trial.window
    main.show_page("label")
    page = main.pages.current if main.pages else None
    assert isinstance(page, LabelPage)
    assert main.session is not None
    main.session.set_current_task(TASK)
    page.show_filters(Filters(frozenset({Choice(Facet.UNLABELLED)})))
    trial.wait("the unlabelled faces", lambda: page.idle and len(page.model.ids) == LABELLED)
    given = _press_answers(trial, page)
    store = main.session.dataset
    expect(_answers(store, given) == given, "Keys did not give the labels that they stand for.")
    main.undo()
    trial.wait("the undo", lambda: len(_answers(store, given)) == len(given) - 1)
    main.redo()
    trial.wait("the redo", lambda: _answers(store, given) == given)
    return f"{len(given)} labels by keys, one undone and redone"


def _press_answers(trial: Trial, page: LabelPage) -> dict[int, str]:
    """Press the digit of what each unlabelled face shows; returns what was meant, by sample."""
    assert trial.window.session is not None
    store = trial.window.session.dataset
    keys = {each.name: each.key for each in store.task(TASK).classes}
    given: dict[int, str] = {}
    page.grid.go_to(0)
    for place, sample in enumerate(list(page.model.ids)):
        expect(page.grid.current == place, "A label did not lead on to the next face.")
        shown = trial.truth[store.sample(sample).name]
        _press(page, keys[shown])
        given[sample] = shown
    return given


def _press(page: LabelPage, key: str) -> None:
    from PySide6.QtCore import QCoreApplication, QEvent, Qt
    from PySide6.QtGui import QKeyEvent

    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, ord(key), Qt.KeyboardModifier.NoModifier, key)
        QCoreApplication.sendEvent(page.grid, event)


def _answers(store: Dataset, samples: dict[int, str]) -> dict[int, str | None]:
    found = store.answers(TASK, list(samples))
    return {sample: each.answer for sample, each in found.items()}


def train(trial: Trial) -> str:
    """A network is fine-tuned for two epochs in a process of its own, beside the window."""
    from faceapp.training.child import TrainingRequest
    from faceapp.training.material import TrainConfig
    from faceapp.training.recipes import recipe_named
    from faceapp.training.supervising import new_log, supervise

    recipe = recipe_named("fine-tune").with_settings(SETTINGS)
    request = TrainingRequest(trial.dataset, new_log(), TrainConfig(TASK, recipe))
    heard: list[TrainingEvent] = []
    ended: list[Path | Exception] = []

    def work(job: Job) -> Path:
        return supervise(request, job, heard.append)

    trial.window.jobs.start("Self-test", work, done=ended.append, failed=ended.append)
    trial.wait("the training", lambda: ended)
    if isinstance(ended[0], Exception):
        raise ended[0]
    trial.run = ended[0]
    return _epochs(trial, heard)


def _epochs(trial: Trial, heard: list[TrainingEvent]) -> str:
    from faceapp.training.events import BatchDone, EpochDone

    rows = [each.row for each in heard if isinstance(each, EpochDone)]
    tuned = {each.epoch for each in heard if isinstance(each, BatchDone)}
    expect(len(tuned) == EPOCHS, f"{EPOCHS} epochs were asked for, {len(tuned)} were trained.")
    last = rows[-1]
    expect(math.isfinite(last.loss), "The training's loss is no number.")
    assert trial.run is not None
    test = json.loads((trial.run / "metrics.json").read_text("utf-8"))["test"]
    trial.figures["test"] = {name: test[name] for name in ("n", "accuracy", "balanced_accuracy")}
    return f"{EPOCHS} epochs in a process of its own, loss {last.loss:.3f}"
