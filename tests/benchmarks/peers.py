"""What another program says of the same faces: FER, in an environment of its own."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from faceapp.dataset.vocabulary import canonical_word

_SCRIPT = Path(__file__).with_name("fer_peer.py")
Scores = Mapping[str, float]


@dataclass(frozen=True)
class FerFrame:
    """What FER said of one picture: seconds, boxes x, y, w, h with scores, and of the whole."""

    seconds: float
    faces: tuple[tuple[tuple[float, ...], Scores], ...]
    whole: Scores

    @property
    def scores(self) -> Scores:
        """Of its largest face, or of the whole picture where it found none."""
        if not self.faces:
            return self.whole
        return max(self.faces, key=lambda face: face[0][2] * face[0][3])[1]


def ask_video(python: str, video: Path) -> list[FerFrame]:
    """Ask the FER of that interpreter about every frame."""
    return _ask(python, "video", str(video))


def ask_images(python: str, images: Sequence[Path]) -> list[FerFrame]:
    """Ask it about images, in their order."""
    with tempfile.TemporaryDirectory() as folder:
        names = Path(folder) / "images.txt"
        names.write_text("\n".join(map(str, images)), encoding="utf-8")
        return _ask(python, "images", str(names))


def _ask(python: str, kind: str, source: str) -> list[FerFrame]:
    command = [python, str(_SCRIPT), kind, source]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"FER ended badly: {done.stderr[-2000:]}")
    return [_read(json.loads(line)) for line in done.stdout.splitlines() if line.startswith("{")]


def _read(said: Mapping[str, object]) -> FerFrame:
    faces = tuple((tuple(each["box"]), _named(each["emotions"])) for each in said["faces"])
    return FerFrame(float(said["seconds"]), faces, _named(said.get("whole", {})))


def _named(emotions: Scores) -> Scores:
    """Its scores under our names: "fear" is "fearful" here."""
    return {canonical_word(name): float(score) for name, score in emotions.items()}


def kept_to(scores: Scores, classes: Sequence[str]) -> NDArray[np.float32]:
    """Probabilities of these classes alone; all equal where it gave them nothing."""
    found = np.array([scores.get(name, 0.0) for name in classes], np.float32)
    return found / found.sum() if found.sum() > 0 else np.full_like(found, 1 / len(classes))
