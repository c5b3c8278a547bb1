"""Which of a training's samples can be used: what cannot be read or shows no face is left out."""

from __future__ import annotations

from faceapp.dataset import Dataset
from faceapp.faces import FaceDetector
from faceapp.jobs import Job
from faceapp.networks.crops import ensure_faces
from faceapp.training.material import Material
from faceapp.training.recipes import Recipe


def readable(dataset: Dataset, material: Material, recipe: Recipe, job: Job = Job()) -> Material:
    """The material without what cannot be read, or shows no face where the recipe wants one.

    Looks for faces where nobody has yet.
    """
    if recipe.alignment == "whole":
        return material
    unreadable = ensure_faces(dataset, material.ids, FaceDetector(), job)
    material = material.without(each.sample for each in unreadable)
    if recipe.no_face == "leave_out":
        faces = dataset.faces(material.ids)
        material = material.without(each for each in material.ids if not faces[each])
    return material
