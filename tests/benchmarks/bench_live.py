"""The live view end to end: frames a second, latency, and where the time goes.

    python tests/benchmarks/bench_live.py --model RUN [--model RUN ...] [--faces DIR]
        [--seconds 20] [--video FILE] [--fer PYTHON]

One 640 x 480 video is made of the images in DIR (of drawn faces without it): a face moves, pauses,
changes, and for stretches there are two. Every model reads it twice: each frame as fast as it goes,
and played in real time at 30 frames a second through the live view, where frames are dropped. The
same crops then go through Keras's predict, one face a call. One core is left free, as in the live
view; Keras has all. With --fer, the interpreter of an environment that has FER 25.10.3, that
library reads the same video too. Times are in milliseconds.
"""

from __future__ import annotations

import argparse
import json
import queue
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from faceapp._cv import cv2
from faceapp.demo_faces import draw_demo_faces
from faceapp.faces import prepare
from faceapp.imaging import ImageRefused, read_image
from faceapp.live.classifying import read_frames
from faceapp.live.devices import played_video
from faceapp.live.frames import VideoFile
from faceapp.live.opening import open_reader
from faceapp.live.pace import PaceFigures, pace_figures
from faceapp.live.readings import FrameReading
from faceapp.live.view import Listener, LiveView
from faceapp.networks.saved_model import load_keras

Image = NDArray[np.uint8]
RATE = 30
WIDTH, HEIGHT = 640, 480
STRETCH = 2.0  # seconds of one way of moving
CAP = 200  # crops that Keras is asked about, one by one

FER = """
import json, sys, time, cv2
from fer import FER
detector = FER(mtcnn=False)
video = cv2.VideoCapture(sys.argv[1])
frames, taken = 0, 0.0
while True:
    fine, frame = video.read()
    if not fine:
        break
    start = time.perf_counter()
    detector.detect_emotions(frame)
    taken += time.perf_counter() - start
    frames += 1
print(json.dumps({"fps": frames / taken}))
"""


@dataclass(frozen=True)
class Figures:
    """One model on the video; stages are means a frame, Keras and the network a face."""

    model: str
    frames: int
    faces: int
    fast: PaceFigures
    detection: float
    network: float
    rest: float
    real_time: PaceFigures
    dropped: int
    network_face: float
    keras_face: float

    @property
    def rest_share(self) -> float:
        """Part of the end-to-end time that is neither detection nor network."""
        return self.rest / (self.detection + self.network + self.rest)


def face_images(folder: Path | None, count: int) -> list[Image]:
    """Images evenly taken from a folder, or drawn ones."""
    with tempfile.TemporaryDirectory() as drawn:
        if folder is None:
            folder = draw_demo_faces(Path(drawn), identities=4, size=256).folder
        files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in {".jpg", ".png"})
        images = []
        for file in files[:: max(1, len(files) // count)][:count]:
            try:
                images.append(read_image(file).pixels)
            except ImageRefused:
                continue
    return images


def scene(images: Sequence[Image], seconds: float) -> Iterator[Image]:
    """The frames: each stretch has its faces; every third stands still, every other has two."""
    rng = np.random.default_rng(0)
    ground = cv2.resize(rng.integers(60, 200, (12, 16, 3), np.uint8), (WIDTH, HEIGHT))
    for number in range(round(seconds * RATE)):
        at = number / RATE
        stretch = int(at / STRETCH)
        way = 0.0 if stretch % 3 == 2 else at
        frame = ground.copy()
        for who in range(1 + stretch % 2):
            side = 230 - 60 * who
            image = cv2.resize(images[(2 * stretch + who) % len(images)], (side, side))
            x = 60 + 260 * who + round(50 * np.sin(1.3 * way + who))
            y = 120 + round(60 * np.sin(0.9 * way + 2 * who))
            frame[y : y + side, x : x + side] = image
        grain = rng.normal(0, 3, (HEIGHT, WIDTH, 1))  # as a camera has: no two frames are equal
        yield np.clip(frame + grain, 0, 255).astype(np.uint8)


def make_video(path: Path, images: Sequence[Image], seconds: float) -> Path:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), RATE, (WIDTH, HEIGHT))
    for frame in scene(images, seconds):
        writer.write(frame[..., ::-1])
    writer.release()
    return path


def read_fast(model: Path, video: Path) -> tuple[list[FrameReading], float, Image]:
    """Every frame's reading, the seconds it took, and crops of what was read."""
    reader = open_reader(model)
    spec = reader.info.preprocessing
    reads, crops = [], []
    began = time.perf_counter()
    for frame, read in read_frames(VideoFile(video), reader):
        reads.append(read)
        crops += [(frame, each.face) for each in read.readings if len(crops) < CAP]
    taken = time.perf_counter() - began
    return reads, taken, np.stack([prepare(frame.pixels, face, spec) for frame, face in crops])


def read_live(model: Path, video: Path, seconds: float) -> tuple[PaceFigures, int]:
    """The pace of the live view while the video plays in real time, and the frames dropped."""
    reads: queue.Queue[FrameReading] = queue.Queue()
    view = LiveView(
        open_reader(model),
        Listener(
            frame=lambda _: None,
            reading=lambda _frame, read, _pace: reads.put(read),
            status=lambda _: None,
            restored=lambda *_: None,
        ),
    )
    view.choose(played_video(video))
    first = last = reads.get(timeout=60)
    latencies = []
    while last.captured - first.captured < seconds:
        last = reads.get(timeout=60)
        latencies.append(last.latency)
    view.stop()
    view.join()
    return pace_figures(latencies, last.finished - first.finished), view.dropped


def keras_face(model: Path, crops: Image) -> float:
    """Milliseconds of Keras's predict for one face, the first call left out."""
    network = load_keras(model)
    inputs = crops.astype(np.float32)
    network.predict(inputs[:1], verbose=0)
    began = time.perf_counter()
    for each in inputs:
        network.predict(each[None], verbose=0)
    return 1000 * (time.perf_counter() - began) / len(inputs)


def measure(model: Path, video: Path, seconds: float) -> Figures:
    reads, taken, crops = read_fast(model, video)
    faces = sum(len(read.readings) for read in reads)
    spent = [read.spent for read in reads]
    real_time, dropped = read_live(model, video, seconds)
    detection, network = (sum(getattr(s, part) for s in spent) for part in ("detection", "network"))
    return Figures(
        model=model.name,
        frames=len(reads),
        faces=faces,
        fast=pace_figures([read.latency for read in reads], taken),
        detection=1000 * detection / len(reads),
        network=1000 * network / len(reads),
        # Decoding belongs to the end-to-end time too: whatever is neither of the two networks.
        rest=1000 * (taken - detection - network) / len(reads),
        real_time=real_time,
        dropped=dropped,
        network_face=1000 * network / faces,
        keras_face=keras_face(model, crops),
    )


def report(found: Sequence[Figures]) -> Iterator[str]:
    yield "| model | frames/s | p50 | p95 | detection | network | rest | rest, share |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    for f in found:
        yield (
            f"| {f.model}, as fast as it goes | {f.fast.fps:.1f} | {f.fast.p50:.1f} "
            f"| {f.fast.p95:.1f} | {f.detection:.1f} | {f.network:.1f} | {f.rest:.1f} "
            f"| {f.rest_share:.0%} |"
        )
        yield (
            f"| {f.model}, in real time | {f.real_time.fps:.1f} | {f.real_time.p50:.1f} "
            f"| {f.real_time.p95:.1f} | {f.dropped} frames dropped | | | |"
        )
        yield (
            f"| {f.model}, one face | network {f.network_face:.1f} | keras {f.keras_face:.1f} "
            f"| {f.keras_face / f.network_face:.1f}x | {f.faces} faces in {f.frames} frames | | | |"
        )


def main(arguments: Sequence[str] | None = None) -> list[Figures]:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, action="append", required=True)
    parser.add_argument("--faces", type=Path)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--video", type=Path, help="Keep the video here.")
    parser.add_argument("--fer", help="Interpreter of an environment with FER.")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        images = face_images(chosen.faces, 2 * round(chosen.seconds / STRETCH) + 2)
        video = make_video(chosen.video or Path(folder) / "faces.avi", images, chosen.seconds)
        found = [measure(model, video, chosen.seconds) for model in chosen.model]
        print("\n".join(report(found)))
        if chosen.fer:
            command = [chosen.fer, "-c", FER, str(video)]
            answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            print(f"| FER | {json.loads(answer.splitlines()[-1])['fps']:.1f} | | | | | | |")
    return found


if __name__ == "__main__":
    main()
