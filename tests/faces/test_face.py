"""Which face an image is about, and what names a face in caches."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from faceapp.faces import Face, face_geometry_key, main_face

SIZE = (480, 640)
POINTS = ((10.0, 10.0), (30.0, 10.0), (20.0, 20.0), (12.0, 30.0), (28.0, 30.0))


def face(x: float, y: float, side: float) -> Face:
    """A square face whose middle is (x, y)."""
    return Face((x - side / 2, y - side / 2, side, side), POINTS, 0.9)


def test_no_faces_have_no_main_face() -> None:
    assert main_face([], SIZE) is None


def test_of_equal_faces_the_central_one_is_meant() -> None:
    corner, middle = face(60, 60, 100), face(330, 230, 100)
    assert main_face([corner, middle], SIZE) is middle


def test_a_sitter_goes_before_a_slightly_larger_passer_by() -> None:
    passer_by, sitter = face(60, 70, 110), face(320, 240, 100)
    assert main_face([passer_by, sitter], SIZE) is sitter


def test_a_large_face_at_the_side_goes_before_a_small_one_in_the_middle() -> None:
    small, large = face(320, 240, 60), face(540, 380, 180)
    assert main_face([small, large], SIZE) is large


@given(
    st.lists(st.builds(face, st.floats(0, 640), st.floats(0, 480), st.floats(5, 300)), min_size=1)
)
def test_a_face_less_than_half_the_largest_is_never_meant(faces: list[Face]) -> None:
    chosen = main_face(faces, SIZE)
    assert chosen is not None
    assert chosen.area >= 0.499 * max(each.area for each in faces)


def test_the_key_tells_landmarks_and_nothing_else() -> None:
    one = face(100, 100, 50)
    assert face_geometry_key(one) == face_geometry_key(replace(one, box=(0, 0, 9, 9), score=0.1))
    other = replace(one, landmarks=((10.01, 10.0), *POINTS[1:]))
    assert len({face_geometry_key(each) for each in (one, other, None)}) == 3


def test_the_key_is_stable_text() -> None:
    expected = "10.00,10.00;30.00,10.00;20.00,20.00;12.00,30.00;28.00,30.00"
    assert face_geometry_key(face(100, 100, 50)) == expected
    assert face_geometry_key(None) == "whole"
