"""How long a face takes: found in one frame, and made into a crop. One thread, one image at a time.

    python tests/benchmarks/bench_faces.py [--frames 200]

Frames hold one drawn face; one holds none and so is looked at twice. Times are in milliseconds;
on a machine that has other work the best one tells most.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from faceapp._cv import cv2
from faceapp.demo_faces import draw_demo_faces
from faceapp.faces import FaceDetector, Preprocessing, main_face, prepare
from faceapp.imaging import read_image

Image = NDArray[np.uint8]


def drawn_face(detector: FaceDetector) -> Image:
    """The first drawn face that passes for a real one."""
    with tempfile.TemporaryDirectory() as folder:
        draw_demo_faces(Path(folder), identities=1, size=256)
        images = [read_image(file).pixels for file in sorted(Path(folder).glob("*.jpg"))]
    return next(image for image in images if detector.detect(image))


def frame(face: Image, height: int, width: int) -> Image:
    """The face on grey, as high as the frame."""
    canvas = np.full((height, width, 3), 128, np.uint8)
    canvas[:, :height] = cv2.resize(face, (height, height))
    return canvas


def milliseconds(work: Callable[[], object], times: int) -> NDArray[np.float64]:
    work()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - start))
    return np.array(taken)


def figures(times: int) -> dict[str, NDArray[np.float64]]:
    cv2.setNumThreads(1)
    detector = FaceDetector(threads=1)
    face = drawn_face(detector)
    results = {}
    for height, width in ((320, 320), (480, 640), (1080, 1920)):
        image = frame(face, height, width)
        found = main_face(detector.detect(image), (height, width))
        assert found is not None
        results[f"find in {width} x {height}"] = milliseconds(
            partial(detector.detect, image), times
        )
        for size in (112, 224):
            spec = Preprocessing(size=size)
            results[f"crop {size} of {width} x {height}"] = milliseconds(
                partial(prepare, image, found, spec), times
            )
    empty = np.full((320, 320, 3), 128, np.uint8)
    results["find none in 320 x 320"] = milliseconds(partial(detector.detect, empty), times)
    return results


def main(arguments: Sequence[str] | None = None) -> dict[str, NDArray[np.float64]]:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=200)
    results = figures(parser.parse_args(arguments).frames)
    print("| one thread | best, ms | median, ms | 95%, ms |")
    print("| --- | --- | --- | --- |")
    for name, times in results.items():
        best, middle, most = np.percentile(times, (0, 50, 95))
        print(f"| {name} | {best:.2f} | {middle:.2f} | {most:.2f} |")
    return results


if __name__ == "__main__":
    main()
