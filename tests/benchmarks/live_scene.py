"""The video that the live view is measured on: still faces made to move, and who they are."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from faceapp._cv import cv2
from faceapp.dataset import Dataset
from faceapp.demo_faces import draw_demo_faces
from faceapp.imaging import ImageRefused, read_image

Image = NDArray[np.uint8]
Box = tuple[float, float, float, float]
RATE = 30
WIDTH, HEIGHT = 640, 480
STRETCH = 2.0  # seconds of one way of moving
_MOST_IMAGES = 3  # a person of more would be missed in training


@dataclass(frozen=True)
class Actor:
    """One still face: its picture, its class and its person where they are known."""

    picture: Image
    label: str = ""
    group: str = ""


@dataclass(frozen=True)
class Shown:
    """Where an actor's picture stands in a frame: x, y, width and height."""

    actor: Actor
    box: Box

    def holds(self, box: Sequence[float]) -> bool:
        """Whether the middle of a box that was found lies in it."""
        x, y = box[0] + box[2] / 2, box[1] + box[3] / 2
        left, top, width, height = self.box
        return left <= x <= left + width and top <= y <= top + height


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


def cast(
    dataset: Dataset, classes: Sequence[str], count: int, most: int = _MOST_IMAGES
) -> list[Actor]:
    """People of few images, one image each, the classes in turn; chosen by lot, by no detector."""
    answers = {
        each: a.answer for each, a in dataset.answers("expression", quarantined=None).items()
    }
    groups = dataset.groups(sorted(answers))
    sizes: dict[str, int] = {}
    for each in answers:
        sizes[groups[each]] = sizes.get(groups[each], 0) + 1
    few = [each for each in sorted(answers) if sizes[groups[each]] <= most]
    lots = [int(each) for each in np.random.default_rng(0).permutation(few)]
    actors: list[Actor] = []
    while len(actors) < count:
        label = classes[len(actors) % len(classes)]
        taken = {actor.group for actor in actors}
        one = next(n for n in lots if answers[n] == label and groups[n] not in taken)
        picture = read_image(dataset.image_path(dataset.sample(one))).pixels
        actors.append(Actor(picture, label, groups[one]))
    return actors


def placed(actors: Sequence[Actor], number: int, stretch: float) -> list[Shown]:
    """Who stands where in a frame: every third stretch stands still, every other has two faces."""
    at = number / RATE
    turn = int(at / stretch)
    way = 0.0 if turn % 3 == 2 else at
    found = []
    for who in range(1 + turn % 2):
        side = 230 - 60 * who
        x = 60 + 260 * who + round(50 * np.sin(1.3 * way + who))
        y = 120 + round(60 * np.sin(0.9 * way + 2 * who))
        actor = actors[(3 * (turn // 2) + turn % 2 + who) % len(actors)]
        found.append(Shown(actor, (x, y, side, side)))
    return found


def actors_needed(seconds: float, stretch: float) -> int:
    """How many show in a video of that length, each once."""
    turns = int(np.ceil(seconds / stretch))
    return 3 * (turns // 2) + turns % 2


def scene(actors: Sequence[Actor], seconds: float, stretch: float = STRETCH) -> Iterator[Image]:
    """The frames."""
    rng = np.random.default_rng(0)
    ground = cv2.resize(rng.integers(60, 200, (12, 16, 3), np.uint8), (WIDTH, HEIGHT))
    for number in range(round(seconds * RATE)):
        frame = ground.copy()
        for each in placed(actors, number, stretch):
            x, y, side, _ = (int(value) for value in each.box)
            frame[y : y + side, x : x + side] = cv2.resize(each.actor.picture, (side, side))
        grain = rng.normal(0, 3, (HEIGHT, WIDTH, 1))  # as a camera has: no two frames are equal
        yield np.clip(frame + grain, 0, 255).astype(np.uint8)


def make_video(
    path: Path, actors: Sequence[Actor], seconds: float, stretch: float = STRETCH
) -> Path:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), RATE, (WIDTH, HEIGHT))
    for frame in scene(actors, seconds, stretch):
        writer.write(frame[..., ::-1])
    writer.release()
    return path
