"""What the core's kinds of findings and of sources are called on screen."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def finding_words(kind: str) -> str:
    """What a kind of finding is called; one that another version made, by its plain name."""
    return _findings().get(kind) or kind.replace("_", " ")


def source_kind_words(kind: str) -> str:
    """What a kind of source is called; one that another version made, by its plain name."""
    return _sources().get(kind) or kind.replace("_", " ")


def _tr(text: str) -> str:
    return QCoreApplication.translate("kinds", text)


def _findings() -> dict[str, str]:
    """The titles of the checks (a test holds both together), which Qt must find as literals."""
    return {
        "unreadable": _tr("Unreadable"),
        "too_small": _tr("Too small"),
        "blurred": _tr("Blurred"),
        "dark": _tr("Dark"),
        "bright": _tr("Bright"),
        "low_contrast": _tr("Low contrast"),
        "no_face": _tr("No face"),
        "several_faces": _tr("Several faces"),
        "face_cut": _tr("Face cut by the border"),
        "turned_away": _tr("Turned away"),
        "aspect": _tr("Extreme shape"),
        "exact_duplicate": _tr("Exact duplicates"),
        "near_duplicate": _tr("Near-duplicates"),
        "contradicting_duplicates": _tr("Contradicting copies"),
        "contradicting_raters": _tr("Raters contradict"),
        "wrong_label": _tr("Wrong labels"),
        "outlier": _tr("Outliers"),
        "leakage": _tr("Leaks between splits"),
        "spurious_cue": _tr("False cues"),
        "dominant_group": _tr("One carries a class"),
        "small_class": _tr("Small classes"),
    }


def _sources() -> dict[str, str]:
    return {
        "folder": _tr("folder"),
        "csv": _tr("table"),
        "database": _tr("database"),
        "search": _tr("search"),
        "camera": _tr("camera"),
        "video": _tr("video"),
        "drawn": _tr("drawn"),
    }
