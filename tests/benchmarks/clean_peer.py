"""What cleanvision 0.3.7 and imagededup 0.3.3 say of a folder of images, in their environment.

    PYTHON clean_peer.py FOLDER

The last line is one JSON object: {quality: {issue: {name: score}}, quality_seconds, pairs: [[name,
name, distance]], pairs_seconds}. Scores are cleanvision's, 0 (worst) to 1; pairs are those whose
perceptual hashes of 64 bits imagededup finds at most 10 apart, its default.
The environment: pip install cleanvision==0.3.7 imagededup==0.3.3.post2.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

ISSUES = ("blurry", "dark", "light", "low_information")


def quality(folder: str):  # noqa: ANN201 - plain values of another program
    from cleanvision import Imagelab

    start = time.perf_counter()
    lab = Imagelab(data_path=folder, verbose=False)
    lab.find_issues({issue: {} for issue in ISSUES}, verbose=False)
    seconds = time.perf_counter() - start
    names = [Path(path).name for path in lab.issues.index]
    scores = {issue: lab.issues[f"{issue}_score"].tolist() for issue in ISSUES}
    return {issue: dict(zip(names, scores[issue], strict=True)) for issue in ISSUES}, seconds


def pairs(folder: str):  # noqa: ANN201 - as above
    from imagededup.methods import PHash

    start = time.perf_counter()
    found = PHash(verbose=False).find_duplicates(image_dir=folder, scores=True)
    seconds = time.perf_counter() - start
    tied = {
        (*sorted((name, other)), int(distance))
        for name, others in found.items()
        for other, distance in others
    }
    return sorted(tied), seconds


def main(folder: str) -> None:
    scores, first = quality(folder)
    tied, second = pairs(folder)
    said = {"quality": scores, "quality_seconds": first, "pairs": tied, "pairs_seconds": second}
    print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
