"""Drawn faces: portraits of people who do not exist, the same for the same seed."""

from faceapp.demo_faces.series import Drawn, DrawnSet, draw_demo_faces

__all__ = ["Drawn", "DrawnSet", "draw_demo_faces"]
