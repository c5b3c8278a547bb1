"""What cleaning finds of planted faults, and how long it takes.

    python tests/benchmarks/bench_cleaning.py --images FOLDER [--faults 30] [--most 3733]
        [--labels FOLDER/labels.csv --label-column emotion --labelled 1500 --recipe faceapp]
        [--activations FOLDER] [--seeds N ...] [--peer PYTHON] [--large] [--only PART ...]

Faults are planted in images of the folder, so many a kind: blur, dark, bright, low contrast,
rescaled, re-encoded, grey, mirrored and cropped copies, files cut after import; with --labels, 15%
of the labels flipped. Of quality, recall and precision at the usual threshold, and the area under
the ROC curve against the untouched images; these may hold true faults, which here count as false.
Of copies, a pair is right where both come from one image; pairs that hold no planted copy are
printed apart, as nobody planted them and they may be true. Then the time a cleaning takes, cold
and warm, and a search among 20,000 fingerprints (with --large also 100,000), and 100 more.
With --peer, cleanvision and imagededup, in the environment of that interpreter (see clean_peer.py),
are asked about the same files. --activations names the cache of a dataset of the same images, from
which those of the labelled ones are copied. Parts are faults, search and labels. --seeds says which
images are made faulty and which labels are kept and flipped; of several the means are printed too.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
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
_PEER = Path(__file__).with_name("clean_peer.py")
# What cleanvision calls the faults; of low contrast it knows only how much an image tells.
THEIRS = {"blurred": "blurry", "dark": "dark", "bright": "light", "low_contrast": "low_information"}
DISTANCES = (0, 4, 10)  # of perceptual hashes, in bits
# Average precision of ranking 15% of flipped labels at a classifier's accuracy, by simulation.
PROMISED = ((0.60, 0.60), (0.75, 0.79))
PARTS = ("faults", "search", "labels")
Pair = tuple[str, str]


def planted_folder(images: Path, folder: Path, faults: int, most: int, seed: int = 0) -> None:
    """Copy at most so many images, and beside them so many of each fault, each of another one."""
    chosen = sorted(path for path in images.iterdir() if path.suffix.lower() in {".jpg", ".png"})
    chosen = sorted(random.Random(0).sample(chosen, min(most, len(chosen))))
    for path in chosen:
        shutil.copy(path, folder / path.name)
    for place, fault in enumerate((*QUALITY, *DUPLICATES)):
        chance = random.Random(100 * seed + place + 1)
        some = chance.sample(chosen, min(faults, len(chosen)))
        for number, path in enumerate(some):
            made = plant(path, folder, fault, seed=100_000 * seed + 1000 * place + number)
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
        hits = {names[each.samples[0]] for each in cleaning.findings if each.kind == kind}
        planted = {name for name in names.values() if fault_of(name) == kind}
        false = {name for name in hits if not fault_of(name)}
        sign = -1 if kind == "bright" else 1
        goodness = {names[e.samples[0]]: sign * e.value for e in cleaning.measured[kind]}
        right = len(hits & planted)
        recall, precision = right / len(planted), right / max(1, right + len(false))
        found[kind] = recall, precision, area(goodness, kind)
    return found


def area(goodness: Mapping[str, float], kind: str) -> float:
    """Area under the curve that tells images with a fault from untouched ones by a score."""
    bad = np.array([value for name, value in goodness.items() if fault_of(name) == kind])
    good = np.array([value for name, value in goodness.items() if not fault_of(name)])
    return 1 - area_under_curve(bad, good)


def copies(cleaning: Cleaning) -> tuple[dict[str, tuple[float, ...]], int]:
    """Recall and precision by kind of copy, and the pairs that hold no planted image."""
    names = {sample.id: sample.name for sample in cleaning.look.samples.values()}
    pairs = [
        (names[each.samples[0]], names[each.samples[1]])
        for each in cleaning.measured["near_duplicate"]
        if each.value >= cleaning.look.thresholds["near_duplicate"]
    ]
    return judged_pairs(names.values(), pairs)


def judged_pairs(
    names: Iterable[str], pairs: Sequence[Pair]
) -> tuple[dict[str, tuple[float, ...]], int]:
    """Recall and precision by kind of copy, and the pairs that hold no planted image."""
    found: dict[str, tuple[float, ...]] = {}
    every = list(names)
    for kind in DUPLICATES:
        planted = {name for name in every if fault_of(name) == kind}
        mine = [pair for pair in pairs if not planted.isdisjoint(pair)]
        right = [pair for pair in mine if origin_of(pair[0]) == origin_of(pair[1])]
        hit = {name for pair in right for name in pair} & planted
        found[kind] = len(hit) / len(planted), len(right) / max(1, len(mine))
    return found, sum(not any(map(fault_of, pair)) for pair in pairs)


def asked_peer(python: str, folder: Path) -> dict[str, Any]:
    """What cleanvision and imagededup say of the same folder, and how long they take.

    Returns `quality` (cleanvision's area under the curve by kind of fault), `copies` (what
    `judged_pairs` says of imagededup's pairs, by distance), and seconds.
    """
    command = [python, str(_PEER), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"The other programs ended badly: {done.stderr[-2000:]}")
    said = json.loads(done.stdout.splitlines()[-1])
    names = said["quality"]["dark"]
    near = {
        most: [(one, other) for one, other, distance in said["pairs"] if distance <= most]
        for most in DISTANCES
    }
    return {
        "quality": {kind: area(said["quality"][theirs], kind) for kind, theirs in THEIRS.items()},
        "copies": {most: judged_pairs(names, pairs) for most, pairs in near.items()},
        "quality_seconds": said["quality_seconds"],
        "pairs_seconds": said["pairs_seconds"],
    }


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


def flip(dataset: Dataset, number: int, seed: int = 0) -> tuple[dict[int, str], set[int]]:
    """Keep so many samples of five classes and flip some labels: what was true, and which."""
    said = {i: each.answer for i, each in dataset.answers("expression").items()}
    answers = {i: answer for i, answer in said.items() if answer in FIVE}
    kept = set(random.Random(2 * seed).sample(sorted(answers), min(number, len(answers))))
    dataset.quarantine(set(dataset.sample_ids()) - kept)
    chance = random.Random(2 * seed + 1)
    flipped = set(chance.sample(sorted(kept), round(FLIPPED * len(kept))))
    labels = [
        NewLabel(each, chance.choice([name for name in FIVE if name != answers[each]]))
        for each in sorted(flipped)
    ]
    dataset.add_labels("expression", labels, Origin.PERSON)
    return answers, flipped


def flipped_labels(images: Path, asked: argparse.Namespace) -> dict[int, dict[str, float]]:
    """How well flipped labels are ranked, beside chance and the judges' own accuracy, by seed."""
    with tempfile.TemporaryDirectory() as folder, Dataset.create(Path(folder) / "d") as dataset:
        options = ImportOptions(
            task="expression",
            csv=asked.labels,
            label_column=asked.label_column,
            group_pattern=r"^(.+)_\d+\.",
        )
        import_images(dataset, images, options)
        if asked.activations:
            shutil.copytree(asked.activations, dataset.cache / "activations")
        return {seed: flipped_once(dataset, asked, seed) for seed in asked.seeds}


def flipped_once(dataset: Dataset, asked: argparse.Namespace, seed: int) -> dict[str, float]:
    """Flip some labels, rank all that are kept, and put everything back."""
    from faceapp.training.out_of_fold import out_of_fold
    from faceapp.training.recipes import recipe_named

    answers, flipped = flip(dataset, asked.labelled, seed)
    started = time.perf_counter()
    found = out_of_fold(dataset, "expression", recipe_named(asked.recipe))
    seconds = time.perf_counter() - started
    dataset.undo()
    dataset.undo()
    evidence = Evidence(
        found.task, found.classes, found.ids, found.truth, found.probabilities, found.features
    )
    wrong = np.array([sample in flipped for sample in found.ids])
    truth = np.array([answers[sample] for sample in found.ids])
    return {**ranked(evidence, wrong, truth), "seconds": seconds}


def ranked(evidence: Evidence, wrong: NDArray[np.bool_], truth: NDArray[Any]) -> dict[str, float]:
    """Figures of a ranking by self-confidence: `wrong` are flipped labels, `truth` the old ones."""
    from sklearn.metrics import average_precision_score

    judged = np.array(evidence.classes)[evidence.probabilities.argmax(axis=1)]
    accuracy = float((judged == truth).mean())
    confidence = self_confidence(evidence)
    doubted = suspected(evidence)
    (low, least), (high, most) = PROMISED
    return {
        "samples": len(evidence.ids),
        "accuracy of the judges": accuracy,
        "average precision": float(average_precision_score(wrong, -confidence)),
        "average precision promised": least + (accuracy - low) / (high - low) * (most - least),
        "average precision of chance": float(wrong.mean()),
        "area under the curve": area_under_curve(-confidence[wrong], -confidence[~wrong]),
        "recall of the suspected": float((doubted & wrong).sum() / wrong.sum()),
        "precision of the suspected": float((doubted & wrong).sum() / max(1, doubted.sum())),
    }


def planted_faults(images: Path, asked: argparse.Namespace, seed: int) -> dict[str, Any]:
    """What is found of planted faults, by faceapp and by the other programs."""
    with tempfile.TemporaryDirectory() as folder:
        planted = Path(folder) / "images"
        planted.mkdir()
        planted_folder(images, planted, asked.faults, asked.most, seed)
        with Dataset.create(Path(folder) / "dataset") as dataset:
            import_images(dataset, planted)
            busy = time.process_time()
            cold = clean(dataset)
            busy, warm = time.process_time() - busy, clean(dataset)
            found = {
                "samples": dataset.count(),
                "cold": cold.seconds,
                "cold, of processor": busy,
                "warm": warm.seconds,
                "quality": quality(cold),
                "copies": copies(cold),
                "truncated": truncated(dataset, asked.faults),
            }
        if asked.peer:
            found["peer"] = asked_peer(asked.peer, planted)
        return found


def row(*cells: object) -> None:
    """Print one row of a table."""
    words = (f"{each:.3f}" if isinstance(each, float) else str(each) for each in cells)
    print("| " + " | ".join(words) + " |")


def print_faults(found: dict[str, Any]) -> None:
    """Print the tables of planted faults."""
    row("fault", "recall", "precision", "area under the curve")
    row(*["---"] * 4)
    for kind, figures in found["quality"].items():
        row(kind, *figures)
    for kind, figures in {**found["copies"][0], "truncated": found["truncated"]}.items():
        row(kind, *map(float, figures), "")
    print(f"\nPairs without a planted image: {found['copies'][1]}")
    times = (found["cold"], found["cold, of processor"], found["warm"])
    words = "cold {:.1f} s ({:.1f} s of processor), warm {:.1f} s"
    print(f"{found['samples']} samples: {words.format(*times)}")
    if "peer" in found:
        print_peer(found["peer"])


def print_peer(peer: Mapping[str, Any]) -> None:
    """Print what the other programs said of the same files."""
    for kind, value in peer["quality"].items():
        print(f"cleanvision, {THEIRS[kind]} for {kind}: area under the curve {value:.3f}")
    row("imagededup, recall / precision", *(f"distance {most}" for most in DISTANCES))
    row(*["---"] * (1 + len(DISTANCES)))
    for kind in DUPLICATES:
        figures = [peer["copies"][most][0][kind] for most in DISTANCES]
        row(kind, *(f"{recall:.3f} / {precision:.3f}" for recall, precision in figures))
    row("pairs without a planted image", *(peer["copies"][most][1] for most in DISTANCES))
    print(f"cleanvision {peer['quality_seconds']:.1f} s, imagededup {peer['pairs_seconds']:.1f} s")


def print_labels(found: Mapping[int, Mapping[str, float]]) -> None:
    """Print the figures of flipped labels, a column a seed, and their means."""
    row("flipped labels", *(f"seed {seed}" for seed in found), "mean")
    row(*["---"] * (2 + len(found)))
    for name in next(iter(found.values())):
        values = [each[name] for each in found.values()]
        row(name, *values, sum(values) / len(values))


def searched(asked: argparse.Namespace) -> dict[str, float]:
    """Seconds of the searches, printed too."""
    found = {}
    for number in (asked.prints, *([100_000] if asked.large else [])):
        found[f"search {number}"] = search_seconds(number)
        print(f"{number} fingerprints searched in {found[f'search {number}']:.2f} s")
    found["adding"] = search_seconds(asked.prints, range(asked.prints - 100, asked.prints))
    print(f"100 added to {asked.prints} in {found['adding']:.2f} s")
    return found


def main(arguments: Sequence[str] | None = None) -> dict[str, Any]:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--faults", type=int, default=30)
    parser.add_argument("--most", type=int, default=100_000)
    parser.add_argument("--prints", type=int, default=20_000)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--peer", help="Interpreter of an environment with the other programs.")
    parser.add_argument("--labels", type=Path)
    parser.add_argument("--label-column", default="emotion")
    parser.add_argument("--labelled", type=int, default=1500)
    parser.add_argument("--recipe", default="faceapp", help="Whose activations judge the labels.")
    parser.add_argument("--activations", type=Path, help="cache/activations of another dataset.")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    asked = parser.parse_args(arguments)
    found: dict[str, Any] = {}
    for seed in asked.seeds if "faults" in asked.only else ():
        print(f"\nSeed {seed}")
        found |= planted_faults(asked.images, asked, seed)
        print_faults(found)
    if "search" in asked.only:
        found |= searched(asked)
    if "labels" in asked.only and asked.labels:
        found["labels"] = flipped_labels(asked.images, asked)
        print_labels(found["labels"])
    return found


if __name__ == "__main__":
    main()
