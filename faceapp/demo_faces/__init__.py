"""Drawn faces: portraits of people who do not exist, the same for the same seed."""

from typing import TYPE_CHECKING

from faceapp.facades import lazily

if TYPE_CHECKING:
    from faceapp.demo_faces.series import Drawn, DrawnSet, draw_demo_faces

__all__ = ["Drawn", "DrawnSet", "draw_demo_faces"]

__getattr__ = lazily(
    __name__,
    {
        "series": "Drawn DrawnSet draw_demo_faces",
    },
)
