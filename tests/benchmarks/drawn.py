"""Drawn faces laid out as the real ones are, for small runs of the benchmarks."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

from faceapp.demo_faces import draw_demo_faces


def faces_folder(folder: Path, identities: int = 16) -> Path:
    """Images, labels.csv and sex.csv of so many drawn people in a folder."""
    drawn = draw_demo_faces(folder / "drawn", identities=identities, size=96).folder
    (folder / "images").mkdir()
    for image in drawn.glob("*.jpg"):
        shutil.copy(image, folder / "images")
    with (drawn / "labels.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for name, column in (("labels.csv", "expression"), ("sex.csv", "sex")):
        lines = [f"image,{column}", *(f"{row['image']},{row[column]}" for row in rows)]
        (folder / name).write_text("\n".join(lines), encoding="utf-8")
    return folder
