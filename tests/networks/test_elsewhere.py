"""README's programs that use an exported model without faceapp, run as they stand there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from faceapp.demo_faces import draw_demo_faces
from faceapp.faces import FaceDetector, main_face, prepare
from faceapp.imaging import read_image
from faceapp.networks.classifier import Classifier
from faceapp.networks.exporting import export_model
from faceapp.networks.formats import FORMATS
from faceapp.networks.saved_model import read_info

README = Path(__file__).resolve().parents[2] / "README.md"
PROGRAM = re.compile(r"^<!-- use: (\S+) -->\n```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def programs() -> dict[str, str]:
    return dict(PROGRAM.findall(README.read_text("utf-8")))


def test_readme_has_one_for_every_format() -> None:
    assert set(programs()) == {"crop.py", *FORMATS}
    assert all(len(text.splitlines()) <= 25 for text in programs().values())


@pytest.mark.parametrize("form", FORMATS)
def test_a_program_says_what_faceapp_says(saved: Path, tmp_path: Path, form: str) -> None:
    drawn = draw_demo_faces(tmp_path / "drawn", identities=1, size=200)
    picture = min(p for p in drawn.folder.rglob("*") if p.suffix in {".jpg", ".png"})
    pixels = read_image(picture).pixels
    face = main_face(FaceDetector(threads=1).detect(pixels), pixels.shape[:2])
    assert face is not None
    model = Classifier(saved, threads=1)
    crop = prepare(pixels, face, model.info.preprocessing)
    (wanted,) = model.probabilities(crop[None])

    work = tmp_path / "work"
    export_model(saved, work / "faces", form, crop[None])
    Image.fromarray(pixels).save(work / "face.png")
    (work / "landmarks.json").write_text(json.dumps(face.landmarks))
    (work / "crop.py").write_text(programs()["crop.py"])
    (work / "main.py").write_text(programs()[form])
    done = subprocess.run(
        [sys.executable, "main.py"],
        cwd=work,
        env={**os.environ, "PYTHONPATH": "", "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert tuple(said) == read_info(saved).classes
    np.testing.assert_allclose(list(said.values()), wanted, atol=1e-3)
