"""What cleaning finds of planted faults, and how long it takes.

    python tests/benchmarks/bench_cleaning.py --images FOLDER [--faults 30] [--most 3733]
        [--labels FOLDER/labels.csv --label-column emotion --labelled 1500] [--large]

Faults are planted in images of the folder, so many a kind: blur, dark, bright, low contrast,
rescaled, re-encoded, grey, mirrored and cropped copies, files cut after import; with --labels, 15%
of the labels flipped. Of quality, recall and precision at the usual threshold, and the area under
the ROC curve against the untouched images; these may hold true faults, which here count as false.
Of copies, a pair is right where both come from one image; pairs that hold no planted copy are
printed apart, as nobody planted them and they may be true. Then the time a cleaning takes, cold
and warm, and a search among 20,000 fingerprints (with --large also 100,000), and 100 more.
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaning_faults import DUPLICATES, plant
from faceapp.cleaning import Cleaning, Evidence, clean
from faceapp.cleaning.alike import candidates
from faceapp.cleaning.labels import self_confidence, suspected
from faceapp.cleaning.whole import area_under_curve
from faceapp.dataset import Dataset, NewLabel, Origin
from faceapp.dataset.importing import ImportOptions, import_images
from faceapp.faces.fingerprints import LENGTH

QUALITY = ("blurred", "dark", "bright", "low_contrast")
FLIPPED = 0.15
FIVE = ("neutral", "happy", "sad", "angry", "surprised")
_MARK = "-planted-"


def planted_folder(images: Path, folder: Path, faults: int, most: int) -> None:
    """Copy at most so many images, and beside them so many of each fault, each of another one."""
    chosen = sorted(path for path in images.iterdir() if path.suffix.lower() in {".jpg", ".png"})
    chosen = sorted(random.Random(0).sample(chosen, min(most, len(chosen))))
    for path in chosen:
        shutil.copy(path, folder / path.name)
    for place, fault in enumerate((*QUALITY, *DUPLICATES)):
        some = random.Random(place + 1).sample(chosen, min(faults, len(chosen)))
        for number, path in enumerate(some):
            made = plant(path, folder, fault, seed=1000 * place + number)
            made.rename(folder / f"{path.stem}{_MARK}{fault}.jpg")


def fault_of(name: str) -> str:
    """Which fault a file was planted with; "" for an untouched one."""
    return Path(name).stem.partition(_MARK)[2]


def origin_of(name: str) -> str:
    """The image that a file was made of."""
    return Path(name).stem.partition(_MARK)[0]


def quality(cleaning: Cleaning) -> dict[str, tuple[float, ...]]:
    """Recall, precision and area under the curve, by kind of fault."""
    names = {sample.id: sample.name for sample in cleaning.look.samples.values()}
    found: dict[str, tuple[float, ...]] = {}
    for kind in QUALITY:
        hits = {
            names[each.samples[0]] for each in cleaning.findings if each.kind == kind
        }  # fmt: skip
        planted = {name for name in names.values() if fault_of(name) == kind}
        clean_hits = {name for name in hits if not fault_of(name)}
        values = {names[each.samples[0]]: each.value for each in cleaning.measured[kind]}
        bad = np.array([values[name] for name in sorted(planted)])
        good = np.array([value for name, value in values.items() if not fault_of(name)])
        area = area_under_curve(bad, good)
        area = area if kind == "bright" else 1 - area
        right = len(hits & planted)
        found[kind] = right / len(planted), right / max(1, right + len(clean_hits)), area
    return found


def copies(cleaning: Cleaning) -> tuple[dict[str, tuple[float, ...]], int]:
    """Recall and precision by kind of copy, and the pairs that hold no planted image."""
    names = {sample.id: sample.name for sample in cleaning.look.samples.values()}
    pairs = [
        (names[each.samples[0]], names[each.samples[1]])
        for each in cleaning.measured["near_duplicate"]
        if each.value >= cleaning.look.thresholds["near_duplicate"]
    ]
    found: dict[str, tuple[float, ...]] = {}
    for kind in DUPLICATES:
        planted = {name for name in names.values() if fault_of(name) == kind}
        mine = [pair for pair in pairs if set(pair) & planted]
        right = [pair for pair in mine if origin_of(pair[0]) == origin_of(pair[1])]
        hit = {name for pair in right for name in pair} & planted
        found[kind] = len(hit) / len(planted), len(right) / max(1, len(mine))
    return found, sum(not any(map(fault_of, pair)) for pair in pairs)


def truncated(dataset: Dataset, faults: int) -> tuple[float, float]:
    """Recall and precision of files that were cut after they came in."""
    untouched = [sample for sample in dataset.samples() if not fault_of(sample.name)]
    chosen = random.Random(99).sample(untouched, min(faults, len(untouched)))
    for sample in chosen:
        path = dataset.image_path(sample)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    found = [each.samples for each in clean(dataset, ["unreadable"]).findings if each.samples]
    wanted = {(sample.id,) for sample in dataset.samples() if sample.sha256 in
              {each.sha256 for each in chosen}}  # fmt: skip
    right = len(wanted & set(found))
    return right / len(wanted), right / max(1, len(found))


def descriptors(number: int) -> NDArray[np.float32]:
    """Fingerprints of made-up images that look alike as faces do: a common part, and an own."""
    chance = np.random.default_rng(0)
    common = chance.normal(size=(2, LENGTH))
    found = common * 0.5 + chance.normal(size=(number, 2, LENGTH))
    return (found / np.linalg.norm(found, axis=2, keepdims=True)).astype(np.float32)


def search_seconds(number: int, rows: Sequence[int] | None = None) -> float:
    """Seconds of a search for all, or for some rows with their probes, as `find_alike` does it."""
    points = descriptors(number)
    probes = None if rows is None else np.repeat(points[list(rows), 1:], 6, axis=1)
    started = time.perf_counter()
    candidates(points, range(number) if rows is None else rows, probes)
    return time.perf_counter() - started


def flipped_labels(images: Path, csv: Path, column: str, number: int) -> dict[str, float]:
    """How well flipped labels are ranked, beside chance and the judges' own accuracy."""
    from sklearn.metrics import average_precision_score

    from faceapp.training.out_of_fold import out_of_fold
    from faceapp.training.recipes import recipe_named

    with tempfile.TemporaryDirectory() as folder, Dataset.create(Path(folder) / "d") as dataset:
        options = ImportOptions(
            task="expression", csv=csv, label_column=column, group_pattern=r"^(.+)_\d+\."
        )
        import_images(dataset, images, options)
        said = {i: a.answer for i, a in dataset.answers("expression").items()}
        answers = {i: answer for i, answer in said.items() if answer in FIVE}
        kept = set(random.Random(0).sample(sorted(answers), min(number, len(answers))))
        dataset.quarantine(set(dataset.sample_ids()) - kept)
        chance = random.Random(1)
        flipped = set(chance.sample(sorted(kept), round(FLIPPED * len(kept))))
        dataset.add_labels(
            "expression",
            [
                NewLabel(each, chance.choice([name for name in FIVE if name != answers[each]]))
                for each in sorted(flipped)
            ],
            Origin.PERSON,
        )
        found = out_of_fold(dataset, "expression", recipe_named("quick"))
    evidence = Evidence(
        found.task, found.classes, found.ids, found.truth, found.probabilities, found.features
    )
    wrong = np.array([sample in flipped for sample in found.ids])
    truth = np.array([answers[sample] for sample in found.ids])
    judged = np.array(found.classes)[found.probabilities.argmax(axis=1)]
    confidence = self_confidence(evidence)
    doubted = suspected(evidence)
    return {
        "samples": len(found.ids),
        "accuracy of the judges": float((judged == truth).mean()),
        "average precision": float(average_precision_score(wrong, -confidence)),
        "average precision of chance": float(wrong.mean()),
        "area under the curve": area_under_curve(-confidence[wrong], -confidence[~wrong]),
        "recall of the suspected": float((doubted & wrong).sum() / wrong.sum()),
        "precision of the suspected": float((doubted & wrong).sum() / max(1, doubted.sum())),
    }


def planted_faults(images: Path, faults: int, most: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        planted = Path(folder) / "images"
        planted.mkdir()
        planted_folder(images, planted, faults, most)
        with Dataset.create(Path(folder) / "dataset") as dataset:
            import_images(dataset, planted)
            cold, warm = clean(dataset), clean(dataset)
            return {
                "samples": dataset.count(),
                "cold": cold.seconds,
                "warm": warm.seconds,
                "quality": quality(cold),
                "copies": copies(cold),
                "truncated": truncated(dataset, faults),
            }


def main(arguments: Sequence[str] | None = None) -> dict[str, Any]:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--faults", type=int, default=30)
    parser.add_argument("--most", type=int, default=100_000)
    parser.add_argument("--prints", type=int, default=20_000)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--labels", type=Path)
    parser.add_argument("--label-column", default="emotion")
    parser.add_argument("--labelled", type=int, default=1500)
    asked = parser.parse_args(arguments)
    found = planted_faults(asked.images, asked.faults, asked.most)
    print("| fault | recall | precision | area under the curve |")
    print("| --- | --- | --- | --- |")
    for kind, figures in found["quality"].items():
        print(f"| {kind} | " + " | ".join(f"{each:.3f}" for each in figures) + " |")
    for kind, figures in {**found["copies"][0], "truncated": found["truncated"]}.items():
        print(f"| {kind} | " + " | ".join(f"{each:.3f}" for each in figures) + " | |")
    print(f"\nPairs without a planted image: {found['copies'][1]}")
    print(f"{found['samples']} samples: cold {found['cold']:.1f} s, warm {found['warm']:.1f} s")
    for number in (asked.prints, *([100_000] if asked.large else [])):
        found[f"search {number}"] = search_seconds(number)
        print(f"{number} fingerprints searched in {found[f'search {number}']:.2f} s")
    found["adding"] = search_seconds(asked.prints, range(asked.prints - 100, asked.prints))
    print(f"100 added to {asked.prints} in {found['adding']:.2f} s")
    if asked.labels:
        found["labels"] = flipped_labels(
            asked.images, asked.labels, asked.label_column, asked.labelled
        )
        for name, value in found["labels"].items():
            print(f"Flipped labels, {name}: {value:.3f}")
    return found


if __name__ == "__main__":
    main()
