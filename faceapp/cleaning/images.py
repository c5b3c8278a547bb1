"""Checks of single images: what the measures of `faces.measure` say of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import get_args

from faceapp.cleaning.look import Look
from faceapp.cleaning.model import Check, Measured, Need
from faceapp.imaging import Reason
from faceapp.words import Words

_MEASURES: frozenset[Need] = frozenset({"measures"})
_OURS = "our own, from the landmarks: faceapp.faces.measures"


def _of(name: str) -> Callable[[Look], list[Measured]]:
    """Every sample's value of one measure; those that have none are no concern of the check."""

    def measured(look: Look) -> list[Measured]:
        values = ((sample, look.value(sample, name)) for sample in look.samples)
        return [Measured((sample,), value) for sample, value in values if value is not None]

    return measured


def _unreadable(look: Look) -> Sequence[Measured]:
    """Samples whose file is damaged or gone, and files that were refused at import."""
    damaged = [
        Measured((sample,), 1.0, detail={"problem": look.measures[sample].problem})
        for sample in look.samples
        if sample in look.measures and look.measures[sample].problem
    ]
    taken = {sample.name for sample in look.samples.values()}
    return damaged + [
        Measured((), 1.0, detail={"problem": refusal.reason}, files=(refusal.file,))
        for refusal in look.dataset.refusals()
        # Rows of a CSV are refused too, and what came in later is refused no longer.
        if refusal.reason.split(":")[0] in get_args(Reason) and refusal.file not in taken
    ]


def _faces(look: Look) -> list[Measured]:
    return [
        Measured(each.samples, each.value, detail={"faces": int(count)})
        for each in _of("second_face")(look)
        if (count := look.value(each.samples[0], "faces")) and count > 1
    ]


# The thresholds of light lie below what dark skin in good light measures: it is no fault.
IMAGE_CHECKS = (
    Check(
        kind="unreadable",
        title=Words("Unreadable"),
        reason=Words("The file cannot be read: {problem}."),
        suggestion=Words("Get the file anew and import it again, or quarantine the sample."),
        source="decoding the file in full, with the limits of faceapp.imaging",
        worse="high",
        threshold=1.0,
        worst=1.0,
        best=0.0,
        measure=_unreadable,
        needs=_MEASURES,
    ),
    Check(
        kind="too_small",
        title=Words("Too small"),
        reason=Words("The face is only {value:.0f} pixels wide and high."),
        suggestion=Words("Find a larger version, or quarantine it."),
        source="pixels of the face found, not of the file",
        worse="low",
        threshold=48.0,
        worst=0.0,
        best=224.0,
        measure=_of("face_pixels"),
        needs=_MEASURES,
    ),
    Check(
        kind="blurred",
        title=Words("Blurred"),
        reason=Words("The face has little detail (sharpness {value:.3f})."),
        suggestion=Words("Quarantine it if the expression cannot be told."),
        source="normalised variance of the Laplacian, after Pech-Pacheco et al., ICPR 2000",
        worse="low",
        threshold=0.035,
        worst=0.0,
        best=0.2,
        measure=_of("sharpness"),
        needs=_MEASURES,
    ),
    Check(
        kind="dark",
        title=Words("Dark"),
        reason=Words("Even the lightest tenth of the face is dark ({value:.0%} of white)."),
        suggestion=Words("Quarantine it if the expression cannot be told."),
        source="90th percentile of the luma (ITU-R BT.601) on the face",
        worse="low",
        threshold=0.22,
        worst=0.0,
        best=0.7,
        measure=_of("lightest"),
        needs=_MEASURES,
    ),
    Check(
        kind="bright",
        title=Words("Bright"),
        reason=Words("Even the darkest tenth of the face is light ({value:.0%} of white)."),
        suggestion=Words("Quarantine it if the expression cannot be told."),
        source="10th percentile of the luma (ITU-R BT.601) on the face",
        worse="high",
        threshold=0.7,
        worst=1.0,
        best=0.3,
        measure=_of("darkest"),
        needs=_MEASURES,
    ),
    Check(
        kind="low_contrast",
        title=Words("Low contrast"),
        reason=Words("Light and dark of the face differ by only {value:.0%} of the scale."),
        suggestion=Words("Quarantine it if the expression cannot be told."),
        source="5th to 95th percentile of the luma on the face, after Peli, JOSA A 1990",
        worse="low",
        threshold=0.12,
        worst=0.0,
        best=0.5,
        measure=_of("contrast"),
        needs=_MEASURES,
    ),
    Check(
        kind="no_face",
        title=Words("No face"),
        reason=Words("No face was found."),
        suggestion=Words("Draw the face by hand, or quarantine it."),
        source="CenterFace: Xu et al., Scientific Programming 2020",
        worse="low",
        threshold=1.0,
        worst=0.0,
        best=1.0,
        measure=_of("faces"),
        needs=_MEASURES,
    ),
    Check(
        kind="several_faces",
        title=Words("Several faces"),
        reason=Words(
            "{faces} faces were found; the second has {value:.0%} of the first one's area."
        ),
        suggestion=Words("Make one sample a face, or crop to the face that is meant."),
        source="CenterFace: Xu et al., Scientific Programming 2020",
        worse="high",
        threshold=0.25,
        worst=1.0,
        best=0.0,
        measure=_faces,
        needs=_MEASURES,
    ),
    Check(
        kind="face_cut",
        title=Words("Face cut by the border"),
        reason=Words("{value:.0%} of the face lies outside the image."),
        suggestion=Words("Quarantine it if brows or mouth are missing."),
        source=_OURS,
        worse="high",
        threshold=0.15,
        worst=0.5,
        best=0.0,
        measure=_of("outside"),
        needs=_MEASURES,
    ),
    Check(
        kind="turned_away",
        title=Words("Turned away"),
        reason=Words("The head is turned by some {value:.0f} degrees."),
        suggestion=Words("Quarantine it if half of the face is hidden."),
        source=_OURS,
        worse="high",
        threshold=50.0,
        worst=90.0,
        best=0.0,
        measure=_of("turned"),
        needs=_MEASURES,
    ),
    Check(
        kind="aspect",
        title=Words("Extreme shape"),
        reason=Words(
            "The image is {value:.1f} times as long as it is wide, or the other way round."
        ),
        suggestion=Words("Crop it to the face."),
        source="long side by short side of the image",
        worse="high",
        threshold=2.0,
        worst=4.0,
        best=1.0,
        measure=_of("aspect"),
        needs=_MEASURES,
    ),
)
