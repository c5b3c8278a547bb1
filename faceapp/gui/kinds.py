"""What the core's kinds of findings and of sources are called on screen."""

from __future__ import annotations

from faceapp.gui.language import tr


def finding_words(kind: str) -> str:
    """What a kind of finding is called; one that another version made, by its plain name."""
    return _findings().get(kind) or kind.replace("_", " ")


def source_kind_words(kind: str) -> str:
    """What a kind of source is called; one that another version made, by its plain name."""
    return _sources().get(kind) or kind.replace("_", " ")


def _findings() -> dict[str, str]:
    """The titles of the checks (a test holds both together), which Qt must find as literals."""
    return {
        "unreadable": tr("Unreadable"),
        "too_small": tr("Too small"),
        "blurred": tr("Blurred"),
        "dark": tr("Dark"),
        "bright": tr("Bright"),
        "low_contrast": tr("Low contrast"),
        "no_face": tr("No face"),
        "several_faces": tr("Several faces"),
        "face_cut": tr("Face cut by the border"),
        "turned_away": tr("Turned away"),
        "aspect": tr("Extreme shape"),
        "exact_duplicate": tr("Exact duplicates"),
        "near_duplicate": tr("Near-duplicates"),
        "contradicting_duplicates": tr("Contradicting copies"),
        "contradicting_raters": tr("Raters contradict"),
        "wrong_label": tr("Wrong labels"),
        "outlier": tr("Outliers"),
        "leakage": tr("Leaks between splits"),
        "spurious_cue": tr("False cues"),
        "dominant_group": tr("One carries a class"),
        "small_class": tr("Small classes"),
    }


def _sources() -> dict[str, str]:
    return {
        "folder": tr("folder"),
        "csv": tr("table"),
        "database": tr("database"),
        "search": tr("search"),
        "camera": tr("camera"),
        "video": tr("video"),
        "drawn": tr("drawn"),
    }
