"""FER 25.10.3 asked about a video or about images; `peers` runs it in an environment of its own.

    PYTHON fer_peer.py video FILE      every frame
    PYTHON fer_peer.py images LIST     the images that a file names, one a line

One JSON object a line: {seconds, faces: [{box, emotions}], whole: emotions}. `whole` is what it
says of the whole image, asked only where it found no face in one; seconds are without decoding.
The environment: pip install --no-deps fer==25.10.3, then pip install "opencv-contrib-python<5"
"setuptools<80" tensorflow-cpu pandas requests tqdm pillow "moviepy<2".
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path


def frames(kind: str, source: str):  # noqa: ANN201 - two generators of pictures, BGR
    import cv2

    if kind == "images":
        for name in Path(source).read_text(encoding="utf-8").splitlines():
            yield cv2.imread(name)
        return
    video = cv2.VideoCapture(source)
    while True:
        fine, frame = video.read()
        if not fine:
            return
        yield frame


def main(kind: str, source: str) -> None:
    import numpy as np
    from fer.fer import FER

    detector = FER(mtcnn=False)
    detector.detect_emotions(np.zeros((120, 120, 3), np.uint8))  # whatever the first call loads
    for frame in frames(kind, source):
        start = time.perf_counter()
        found = detector.detect_emotions(frame)
        answer = {
            "seconds": time.perf_counter() - start,
            "faces": [
                {"box": [int(each) for each in face["box"]], "emotions": face["emotions"]}
                for face in found
            ],
        }
        if kind == "images" and not found:
            height, width = frame.shape[:2]
            whole = detector.detect_emotions(frame, [(0, 0, width, height)])
            answer["whole"] = whole[0]["emotions"] if whole else {}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
