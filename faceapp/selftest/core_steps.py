"""Steps below the window: a video is classified, a dataset and a model exported, faults found."""

from __future__ import annotations

import csv
import hashlib

import numpy as np
from numpy.typing import NDArray

from faceapp.selftest.trial import TASK, NotAsItShould, Trial, expect

_FRAMES_A_FACE, _FACES, _RATE = 3, 4, 10.0
_TRIALS = 2
_CHECKS = ("unreadable", "no_face", "blurred", "exact_duplicate", "near_duplicate")


def _run(trial: Trial) -> str:
    if trial.run is None:
        raise NotAsItShould("There is no run.")
    return str(trial.run)


def classify(trial: Trial) -> str:
    """A video of drawn faces is written, and every face of it read through OpenVINO."""
    from pathlib import Path

    from faceapp.imaging import read_image
    from faceapp.live.classifying import Outputs
    from faceapp.live.classifying import classify as classify_input
    from faceapp.live.film import film

    video, table = trial.folder / "faces.avi", trial.folder / "readings.csv"
    with film(video, _RATE) as shown:
        for number in range(_FACES * _FRAMES_A_FACE):
            name = sorted(trial.truth)[number // _FRAMES_A_FACE]
            shown.add(read_image(trial.faces / name).pixels, number / _RATE)
    outputs = Outputs(table, trial.folder / "boxes.mp4")
    figures = classify_input(video, Path(_run(trial)), outputs).figures
    expect(figures["frames"] == _FACES * _FRAMES_A_FACE, f"{figures['frames']} frames were read.")
    expect(figures["faces"] >= figures["frames"] - 1, f"{figures['faces']} faces were read.")
    with table.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    expect(len(rows) >= figures["faces"], "The CSV lacks readings.")
    raw = [name for name in rows[0] if name.startswith("raw_")]
    trial.figures["readings"] = [[round(float(row[name]), 2) for name in raw] for row in rows]
    return f"{figures['faces']} faces in {figures['frames']} frames, {figures['precision']}"


def export(trial: Trial) -> str:
    """The dataset is exported and imported again without loss, and the model in every format."""
    from pathlib import Path

    from faceapp.dataset import Dataset
    from faceapp.dataset.exporting import export_csv
    from faceapp.dataset.importing import import_images
    from faceapp.networks.exporting import export_model
    from faceapp.networks.formats import FORMATS
    from faceapp.networks.saved_model import model_file, read_info

    out = trial.folder / "exported"
    with Dataset.open(trial.dataset) as source, Dataset.create(trial.again) as copy:
        export_csv(source, out)
        import_images(copy, out)
        expect(_answers(copy) == _answers(source), "The exported dataset is not the one it was.")
    side = read_info(model_file(Path(_run(trial)))).preprocessing.size
    crops = _crops(trial, side)
    furthest = 0.0
    for kind in FORMATS:
        done = export_model(Path(_run(trial)), trial.folder / f"model-{kind}", kind, crops)
        expect(done.same_class == done.checked, f"The model exported as {kind} answers otherwise.")
        furthest = max(furthest, done.max_difference)
    same = f"{len(trial.truth)} samples back unchanged"
    return f"{same}; the model as {', '.join(FORMATS)} within {furthest:.0e}"


def _answers(dataset: object) -> dict[str, str | None]:
    """The expression of every sample by the digest of its image."""
    from faceapp.dataset import Dataset

    assert isinstance(dataset, Dataset)
    answers = dataset.answers(TASK)
    return {
        hashlib.sha256(dataset.image_path(each).read_bytes()).hexdigest(): (
            answers[each.id].answer if each.id in answers else None
        )
        for each in dataset.samples()
    }


def _crops(trial: Trial, side: int) -> NDArray[np.uint8]:
    """Some drawn faces as a network of that side takes them, (N, side, side, 3)."""
    from PIL import Image

    names = sorted(trial.truth)[:_FACES]
    opened = [Image.open(trial.faces / name).convert("RGB") for name in names]
    return np.stack([np.asarray(each.resize((side, side)), np.uint8) for each in opened])


def tune(trial: Trial) -> str:
    """Two settings of a penalty are tried, in a study beside the dataset."""
    from faceapp.dataset import Dataset
    from faceapp.training.material import TrainConfig
    from faceapp.training.recipes import recipe_named
    from faceapp.training.trials.space import Span
    from faceapp.training.trials.tuning import TuneConfig
    from faceapp.training.trials.tuning import tune as make_trials

    recipe = recipe_named("quick").with_settings({"size": "64"})
    config = TuneConfig(TrainConfig("sex", recipe), {"penalty": Span(0.1, 10.0)}, _TRIALS, folds=3)
    with Dataset.open(trial.again) as dataset:
        found = make_trials(dataset, config)
    expect(len(found.trials) == _TRIALS and found.best, f"The study holds {found.trials}.")
    return f"{_TRIALS} trials"


def clean(trial: Trial) -> str:
    """Of a mirrored, a blurred and a faceless picture that are planted each is found."""
    from PIL import Image, ImageFilter, ImageOps

    from faceapp.cleaning.cleaning import clean as run_checks
    from faceapp.dataset import Dataset
    from faceapp.dataset.importing import import_images

    planted = trial.folder / "planted"
    planted.mkdir()
    with Image.open(trial.faces / min(trial.truth)) as face:
        ImageOps.mirror(face).save(planted / "mirrored.png")
        face.filter(ImageFilter.GaussianBlur(8)).save(planted / "blurred.png")
    rows = np.linspace(0, 255, 160, dtype=np.uint8)
    Image.fromarray(np.tile(rows, (160, 1))).save(planted / "faceless.png")
    with Dataset.open(trial.again) as dataset:
        import_images(dataset, planted)
        found = run_checks(dataset, _CHECKS)
    for kind, name in _EXPECTED.items():
        files = [file for each in found.findings if each.kind == kind for file in each.files]
        expect(name in files, f"{name} was not found to be {kind}: {files}.")
    return f"{len(found.findings)} findings, the planted ones among them"


_EXPECTED = {"near_duplicate": "mirrored.png", "blurred": "blurred.png", "no_face": "faceless.png"}
