"""The live view end to end: frames a second, latency, where the time goes, and beside others.

    python tests/benchmarks/bench_live.py [--model RUN ...] [--faces DIR] [--twin DATASET]
        [--fer PYTHON] [--seconds 20] [--stretch 1] [--most 30] [--live 10] [--keras 40]
        [--video FILE]

One 640 x 480 video is made of the images in DIR (of drawn faces without it): a face moves, pauses,
changes, and for stretches there are two. Every model reads it three times, each for at most --most
seconds: one frame after another with one core left free, which tells where the time goes; as a
video file is read, on all cores; and --live seconds of it in real time at 30 frames a second
through the live view, where one core is free and frames are dropped. --keras of the same crops then
go through the model and through Keras's predict, one face a call, each on all cores, as FER has
them. Times are in milliseconds.

With --twin the people of the video are chosen by lot from DIR (images/, labels.csv, sex.csv), which
is imported into DATASET, a scratch one; they are set aside there, and the starter model's twin is
trained on everybody else (minutes the first time; kept). Then the table also says how often the
faces shown are read as they are labelled. With --fer, the interpreter of an environment that has
FER 25.10.3 (see fer_peer.py), that library reads the same video in the same run.
"""

from __future__ import annotations

import argparse
import queue
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.bench_accuracy import FIVE, imported
from benchmarks.live_accuracy import Read, Seen, report_accuracy, twin_without
from benchmarks.live_scene import Actor, Image, actors_needed, cast, face_images, make_video
from benchmarks.peers import ask_video, kept_to
from faceapp.faces import FaceDetector, prepare
from faceapp.inference import all_threads, spare_threads
from faceapp.live.classifying import read_frames
from faceapp.live.clock import MONOTONIC
from faceapp.live.devices import played_video
from faceapp.live.frames import VideoFile
from faceapp.live.opening import open_for_films, open_model
from faceapp.live.pace import PaceFigures, pace_figures
from faceapp.live.reader import FrameReader
from faceapp.live.readings import FrameReading
from faceapp.live.view import Listener, LiveView
from faceapp.networks.precision import fastest
from faceapp.networks.saved_model import load_keras


@dataclass(frozen=True)
class Figures:
    """One model on the video; stages are means a frame, Keras and the network a face.

    `steady` is one frame after another, `film` the video as a file, on all cores; `network_face` is
    beside Keras, on all cores too.
    """

    model: str
    precision: str
    frames: int
    faces: int
    steady: PaceFigures
    film: PaceFigures
    detection: float
    network: float
    rest: float
    real_time: PaceFigures
    dropped: int
    network_face: float
    keras_face: float
    seen: Seen

    @property
    def rest_share(self) -> float:
        """Part of the end-to-end time that is neither detection nor network."""
        return self.rest / (self.detection + self.network + self.rest)


def read_steadily(
    reader: FrameReader, video: Path, most: float, crops: int
) -> tuple[list[FrameReading], float, Image]:
    """The readings of so many seconds' work, the seconds it took, and crops of what was read."""
    spec = reader.info.preprocessing
    reads: list[FrameReading] = []
    found = []
    began = time.perf_counter()
    taken = 0.0
    for frame in VideoFile(video).frames(MONOTONIC):
        read = reader.read(frame)
        reads.append(read)
        taken = time.perf_counter() - began
        found += [(frame, each.face) for each in read.readings if len(found) < crops]
        if taken > most:
            break
    return reads, taken, np.stack([prepare(frame.pixels, face, spec) for frame, face in found])


def read_film(model: Path, video: Path, most: float) -> PaceFigures:
    """The pace of a video file, read as the window does it; opening the model is left out."""
    reader = FrameReader(open_for_films(model), FaceDetector(threads=1).detect)
    latencies: list[float] = []
    began = time.perf_counter()
    taken = 0.0
    with closing(read_frames(VideoFile(video), reader)) as reads:
        for _, read in reads:
            latencies.append(read.latency)
            taken = time.perf_counter() - began
            if taken > most:
                break
    return pace_figures(latencies, taken)


def read_live(reader: FrameReader, video: Path, seconds: float) -> tuple[PaceFigures, int]:
    """The pace of the live view while the video plays in real time, and the frames dropped."""
    reads: queue.Queue[FrameReading] = queue.Queue()
    view = LiveView(
        reader,
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


def network_face(model: Path, crops: Image) -> float:
    """Milliseconds of the model for one face, on all cores, the first call left out."""
    network = fastest(model, threads=all_threads())
    network.probabilities(crops[:1])
    began = time.perf_counter()
    for each in crops:
        network.probabilities(each[None])
    return 1000 * (time.perf_counter() - began) / len(crops)


def keras_face(model: Path, crops: Image) -> float:
    """Milliseconds of Keras's predict for one face, the first call left out."""
    network = load_keras(model)
    inputs = crops.astype(np.float32)
    network.predict(inputs[:1], verbose=0)
    began = time.perf_counter()
    for each in inputs:
        network.predict(each[None], verbose=0)
    return 1000 * (time.perf_counter() - began) / len(inputs)


def measure(name: str, model: Path, video: Path, args: argparse.Namespace) -> Figures:
    network_of = open_model(model)
    reader = FrameReader(network_of, FaceDetector(threads=spare_threads()).detect)
    reads, taken, crops = read_steadily(reader, video, args.most, args.keras)
    faces = sum(len(read.readings) for read in reads)
    spent = [read.spent for read in reads]
    real_time, dropped = read_live(reader, video, args.live)
    detection, network = (sum(getattr(s, part) for s in spent) for part in ("detection", "network"))
    return Figures(
        model=name,
        precision=network_of.precision,
        frames=len(reads),
        faces=faces,
        steady=pace_figures([read.latency for read in reads], taken),
        film=read_film(model, video, args.most),
        detection=1000 * detection / len(reads),
        network=1000 * network / len(reads),
        # Decoding belongs to the end-to-end time too: whatever is neither of the two networks.
        rest=1000 * (taken - detection - network) / len(reads),
        real_time=real_time,
        dropped=dropped,
        network_face=network_face(model, crops),
        keras_face=keras_face(model, crops),
        seen=[
            [
                (each.box, dict(zip(read.classes, each.raw, strict=True)))
                for each in read.readings
                if each.box is not None and each.raw
            ]
            for read in reads
        ],
    )


def report(found: Sequence[Figures]) -> Iterator[str]:
    yield "| model | frames/s | p50 | p95 | detection | network | rest | rest, share |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    for f in found:
        name = f"{f.model}, {f.precision}"
        yield (
            f"| {name}, a core free | {f.steady.fps:.1f} | {f.steady.p50:.1f} "
            f"| {f.steady.p95:.1f} | {f.detection:.1f} | {f.network:.1f} | {f.rest:.1f} "
            f"| {f.rest_share:.0%} |"
        )
        yield (
            f"| {name}, as a video file | {f.film.fps:.1f} | {f.film.p50:.1f} | {f.film.p95:.1f} "
            "| | | | |"
        )
        yield (
            f"| {name}, in real time | {f.real_time.fps:.1f} | {f.real_time.p50:.1f} "
            f"| {f.real_time.p95:.1f} | {f.dropped} frames dropped | | | |"
        )
        yield (
            f"| {name}, one face | network {f.network_face:.1f} | keras {f.keras_face:.1f} "
            f"| {f.keras_face / f.network_face:.1f}x | {f.faces} faces in {f.frames} frames | | | |"
        )


def ask_fer(python: str, video: Path) -> tuple[Seen, str]:
    """What FER sees in each frame, and its row of the table."""
    frames = ask_video(python, video)
    spent = [frame.seconds for frame in frames]
    pace = pace_figures(spent, sum(spent))
    row = f"| FER, without decoding | {pace.fps:.1f} | {pace.p50:.1f} | {pace.p95:.1f} | | | | |"
    kept = [
        [(box, dict(zip(FIVE, kept_to(said, FIVE), strict=True))) for box, said in frame.faces]
        for frame in frames
    ]
    return kept, row


def wanted(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, action="append", default=[])
    parser.add_argument("--faces", type=Path)
    parser.add_argument("--twin", type=Path, help="Scratch dataset to train the twin in.")
    parser.add_argument("--fer", help="Interpreter of an environment with FER.")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--stretch", type=float, default=1)
    parser.add_argument("--most", type=float, default=30)
    parser.add_argument("--live", type=float, default=10)
    parser.add_argument("--keras", type=int, default=40)
    parser.add_argument("--video", type=Path, help="Keep the video here.")
    args = parser.parse_args(arguments)
    if not (args.model or args.twin):
        parser.error("name a --model or a --twin")
    if args.twin and not args.faces:
        parser.error("--twin needs --faces")
    return args


def main(arguments: Sequence[str] | None = None) -> list[Figures]:
    args = wanted(arguments)
    count = actors_needed(args.seconds, args.stretch)
    models = [(model.name, model) for model in args.model]
    with tempfile.TemporaryDirectory() as folder:
        if args.twin:
            with imported(args.twin, args.faces) as dataset:
                actors = cast(dataset, FIVE, count)
                models.append(("quick, the twin", twin_without(dataset, actors)))
        else:
            actors = [Actor(image) for image in face_images(args.faces, count)]
        path = args.video or Path(folder) / "faces.avi"
        video = make_video(path, actors, args.seconds, args.stretch)
        found = [measure(name, model, video, args) for name, model in models]
        print("\n".join(report(found)))
        read = [Read(f.model, f.seen) for f in found[len(args.model) :]]  # of the twin
        if args.fer:
            seen, row = ask_fer(args.fer, video)
            print(row)
            read.append(Read("FER", seen))
        if args.twin:
            print("\n".join(["", *report_accuracy(read, actors, args.stretch)]))
    return found


if __name__ == "__main__":
    main()
