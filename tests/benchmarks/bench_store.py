"""The store beside plain files and pandas, on synthetic rows without images.

    python tests/benchmarks/bench_store.py --sizes 1000 20000 100000

Every side keeps the same fields and leaves each finished step in the file system, so that a killed
program keeps it; none waits for the disk itself. "files" is one JSON file a sample, all read into
memory when opened, written beside and renamed. "pandas" is one CSV, read whole when opened,
appended to batch by batch, written beside and renamed when labels change. Only the store keeps who
said what when, can undo, and shows other programs each change. Times are medians of five with the
file system's cache warm.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from faceapp.dataset import Dataset, NewLabel, NewSample, Query

TASK = "expression"
CLASSES = ("neutral", "happy", "sad", "angry", "surprised")
SHOWN = "happy"
BATCH, PAGE, LABELLED, REPEATS = 500, 500, 1000, 5
Row = dict[str, Any]


def rows_of(size: int) -> list[Row]:
    """Three samples a person; names that are not in the order of adding."""
    return [
        {
            "name": f"person_{number * 7919 % size:06}_{number}.jpg",
            "path": f"images/{number}.jpg",
            "sha256": hashlib.sha256(str(number).encode()).hexdigest(),
            "phash": number * 0x9E3779B97F4A7C15 % 2**63,
            "width": 250,
            "height": 250,
            "format": "jpeg",
            "group": f"person {number // 3}",
            "answer": CLASSES[number % len(CLASSES)],
        }
        for number in range(size)
    ]


def batches(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


class Side(Protocol):
    """One way to keep a dataset; a key is whatever it names a sample by."""

    def add(self, rows: Sequence[Row]) -> None: ...

    def open(self) -> Counter[str]: ...

    def page(self, offset: int) -> list[str]: ...

    def keys(self, number: int) -> list[Any]: ...

    def label(self, keys: Sequence[Any], answer: str) -> None: ...

    def close(self) -> None: ...


class Store:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with Dataset.create(folder) as dataset:
            dataset.add_task(TASK, CLASSES)

    def add(self, rows: Sequence[Row]) -> None:
        with Dataset.open(self._folder) as dataset, dataset.action("Import"):
            source = dataset.add_source("folder", "/faces", {})
            for batch in batches(rows):
                answers = [row["answer"] for row in batch]
                fields = [{key: row[key] for key in row if key != "answer"} for row in batch]
                ids, _ = dataset.add_samples(source.id, [NewSample(**each) for each in fields])
                dataset.add_labels(TASK, list(map(NewLabel, ids, answers)))

    def open(self) -> Counter[str]:
        self._dataset = Dataset.open(self._folder)
        return Counter(self._dataset.class_counts(TASK).counts)

    def page(self, offset: int) -> list[str]:
        query = Query(task=TASK, answers=(SHOWN,), order="name")
        return [sample.name for sample in self._dataset.samples(query, PAGE, offset)]

    def keys(self, number: int) -> list[Any]:
        return self._dataset.sample_ids()[:number]

    def label(self, keys: Sequence[Any], answer: str) -> None:
        self._dataset.label(keys, TASK, answer)

    def close(self) -> None:
        self._dataset.close()


class Files:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()

    def add(self, rows: Sequence[Row]) -> None:
        for row in rows:
            self._write(row)

    def _write(self, row: Row) -> None:
        file = self._folder / f"{row['name']}.json"
        unfinished = file.with_suffix(".part")
        unfinished.write_text(json.dumps(row), encoding="utf-8")
        unfinished.replace(file)

    def open(self) -> Counter[str]:
        files = sorted(self._folder.glob("*.json"))
        rows = [json.loads(file.read_text(encoding="utf-8")) for file in files]
        self._rows = {row["name"]: row for row in rows}
        return Counter(row["answer"] for row in rows)

    def page(self, offset: int) -> list[str]:
        shown = sorted(name for name, row in self._rows.items() if row["answer"] == SHOWN)
        return shown[offset : offset + PAGE]

    def keys(self, number: int) -> list[Any]:
        return list(self._rows)[:number]

    def label(self, keys: Sequence[Any], answer: str) -> None:
        for key in keys:
            self._rows[key]["answer"] = answer
            self._write(self._rows[key])

    def close(self) -> None:
        self._rows = {}


class Pandas:
    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._file = folder / "samples.csv"

    def add(self, rows: Sequence[Row]) -> None:
        for batch in batches(rows):
            new = not self._file.exists()
            pd.DataFrame(batch).to_csv(self._file, mode="a", header=new, index=False)

    def open(self) -> Counter[str]:
        self._table = pd.read_csv(self._file)
        return Counter(self._table["answer"].value_counts().to_dict())

    def page(self, offset: int) -> list[str]:
        shown = self._table[self._table["answer"] == SHOWN].sort_values("name")
        return [str(name) for name in shown["name"].iloc[offset : offset + PAGE]]

    def keys(self, number: int) -> list[Any]:
        return list(self._table.index[:number])

    def label(self, keys: Sequence[Any], answer: str) -> None:
        self._table.loc[keys, "answer"] = answer
        unfinished = self._file.with_suffix(".part")
        self._table.to_csv(unfinished, index=False)
        unfinished.replace(self._file)

    def close(self) -> None:
        del self._table


SIDES: dict[str, Callable[[Path], Side]] = {"store": Store, "files": Files, "pandas": Pandas}


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(side: Side, rows: Sequence[Row]) -> tuple[dict[str, float], object]:
    """Figures by step, and what the side answered, which must be the same for every side."""
    adding = seconds(lambda: side.add(rows))
    opening, paging, labelling, answers = [], [], [], []
    middle = len(rows) // len(CLASSES) // 2
    for turn in range(REPEATS):
        opening.append(seconds(lambda: answers.append(side.open())))
        paging.append(seconds(lambda: answers.append(side.page(middle))))
        keys, answer = side.keys(LABELLED), CLASSES[turn % len(CLASSES)]
        labelling.append(seconds(lambda: side.label(keys, answer)))  # noqa: B023 - run at once
        side.close()
    figures = {
        "open and count the classes, ms": 1000 * statistics.median(opening),
        f"filtered page of {PAGE}, ms": 1000 * statistics.median(paging),
        f"label {LABELLED:,} at once, ms": 1000 * statistics.median(labelling),
        "add, samples/s": len(rows) / adding,
    }
    return figures, answers[:2]


def lines_of(size: int, folder: Path) -> Iterator[str]:
    """Lines of the table for one size."""
    rows = rows_of(size)
    measured = {name: measure(make(folder / name), rows) for name, make in SIDES.items()}
    if any(answers != measured["store"][1] for _, answers in measured.values()):
        raise AssertionError("the sides do not answer the same")
    for step in measured["store"][0]:
        own, files, pandas = (measured[name][0][step] for name in SIDES)
        cells = [f"{other:,.1f} | {times(step, own, other):.2f}x" for other in (files, pandas)]
        yield f"| {size:,} | {step} | {own:,.1f} | {' | '.join(cells)} |"


def times(step: str, own: float, other: float) -> float:
    """How many times as fast as the other the store is."""
    return other / own if step.endswith("ms") else own / other


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 20_000, 100_000])
    sizes = parser.parse_args().sizes
    print("| samples | step | store | files | store is | pandas | store is |")
    print("| ---: | :--- | ---: | ---: | ---: | ---: | ---: |")
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            for line in lines_of(size, Path(folder)):
                print(line, flush=True)


if __name__ == "__main__":
    main()
