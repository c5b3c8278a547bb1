"""A whole set of drawn faces on disk: many people, six expressions, and what each picture shows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from faceapp._cv import cv2
from faceapp.demo_faces.actions import EXPRESSIONS, ways_of
from faceapp.demo_faces.canvas import Bytes
from faceapp.demo_faces.identity import SEXES, draw_identity
from faceapp.demo_faces.portrait import draw_portrait
from faceapp.jobs import Job
from faceapp.words import Words

LABELS = "labels.csv"
COLUMNS = ("image", "expression", "sex", "person", "intensity")

_THREADS = 2
# Each person wears every expression once, and some a second time.
_EXTRA = 2


@dataclass(frozen=True)
class Drawn:
    """One picture to draw: who wears what, how strongly (0 not at all, 1 exaggerated)."""

    image: str
    expression: str
    sex: str
    person: str
    intensity: float


@dataclass(frozen=True)
class DrawnSet:
    """What was drawn: `folder` holds the pictures and `labels.csv`."""

    folder: Path
    pictures: tuple[Drawn, ...]

    @property
    def labels(self) -> Path:
        """The CSV that says what each picture shows."""
        return self.folder / LABELS


def draw_demo_faces(
    folder: Path, *, identities: int = 60, seed: int = 0, size: int = 256, job: Job = Job()
) -> DrawnSet:
    """Draw a set of faces into `folder`: JPEGs of `size` pixels, and labels.csv.

    The same arguments give the same bytes. Half of the people are of each sex; every person has
    each expression once or twice, from muted to exaggerated, and over all people each expression
    comes equally often.

    Raises:
        Cancelled: the person stopped it; what was drawn by then stays.

    """
    folder.mkdir(parents=True, exist_ok=True)
    pictures = tuple(_plan(identities, seed))
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="draw") as pool:
        drawn = pool.map(
            lambda place: _jpeg(pictures[place], seed, place, size), range(len(pictures))
        )
        try:
            for picture in job.track(pictures, Words("Drawing faces")):
                (folder / picture.image).write_bytes(next(drawn))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    (folder / LABELS).write_text(_csv(pictures), encoding="utf-8", newline="")
    return DrawnSet(folder, pictures)


def _plan(identities: int, seed: int) -> Iterator[Drawn]:
    random = np.random.default_rng([seed, 0])
    for number in range(identities):
        person = f"person{number + 1:03d}"
        again = [EXPRESSIONS[(number * _EXTRA + k) % len(EXPRESSIONS)] for k in range(_EXTRA)]
        worn = random.permutation([*EXPRESSIONS, *again])
        for take, expression in enumerate(worn, start=1):
            # Over 0.2..1: most are plain to see, one in eight is barely there.
            strength = 0.2 + 0.8 * random.beta(2.0, 1.2)
            intensity = 0.0 if expression == "neutral" else strength
            sex = SEXES[number % 2]
            name = f"{person}_{take:03d}.jpg"
            yield Drawn(name, str(expression), sex, person, round(float(intensity), 3))


def _jpeg(picture: Drawn, seed: int, place: int, size: int) -> bytes:
    """One picture's file; what is chance in it depends on the seed and its place alone."""
    number = int(picture.person.removeprefix("person"))
    person = draw_identity(picture.sex, np.random.default_rng([seed, 1, number]))
    random = np.random.default_rng([seed, 2, place])
    way = int(random.integers(ways_of(picture.expression)))
    portrait = draw_portrait(
        person, picture.expression, way=way, intensity=picture.intensity, rng=random, size=size
    )
    return _encoded(portrait.pixels, quality=int(random.integers(60, 96)))


def _encoded(pixels: Bytes, quality: int) -> bytes:
    done, data = cv2.imencode(
        ".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality]
    )
    if not done:
        raise ValueError("a drawn face could not be encoded")
    return bytes(data)


def _csv(pictures: tuple[Drawn, ...]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((p.image, p.expression, p.sex, p.person, p.intensity) for p in pictures)
    return text.getvalue()
