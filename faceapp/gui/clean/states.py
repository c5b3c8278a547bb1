"""What the Clean page says while it has no finding to show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from faceapp.gui.clean.findings import Findings
from faceapp.gui.clean.kinds_panel import progress_words
from faceapp.gui.text import counted, number


@dataclass(frozen=True)
class Calls:
    """What the buttons of an empty page do."""

    import_images: Callable[[], object]
    check: Callable[[], object]
    choose: Callable[[], object]


@dataclass(frozen=True)
class State:
    """Why there is nothing to show, and what to do: buttons by their words."""

    title: str
    text: str
    buttons: tuple[tuple[str, Callable[[], object]], ...] = ()


def _tr(text: str) -> str:
    return QCoreApplication.translate("clean", text)


def state_of(findings: Findings, samples: int, calls: Calls) -> State | None:
    """The state of the page; None where findings are to be shown."""
    known = findings.cleaning is not None
    if not known and findings.running is not None:
        return State(_tr("Checking"), progress_words(findings))
    if not known and findings.problem is not None:
        again = ((_tr("Try again"), calls.check),)
        return State(_tr("The checks could not be finished"), str(findings.problem), again)
    if findings.recalled is None:
        return State(_tr("Reading findings..."), "")
    if not samples and not findings.total:
        text = _tr("Import a folder of face images, or drop one anywhere on this window.")
        return State(_tr("No images yet"), text, ((_tr("Import images..."), calls.import_images),))
    return _unchecked_or_clean(findings, samples, calls)


def _unchecked_or_clean(findings: Findings, samples: int, calls: Calls) -> State | None:
    if findings.cleaning is None:
        text = counted(
            samples,
            _tr("1 image waits to be looked at. Looking changes nothing."),
            _tr(
                "{0} images wait to be looked at: damaged, blurred, twice there, wrongly labelled?"
                " Looking changes nothing."
            ),
        )
        buttons = ((_tr("Check now"), calls.check), (_tr("Some checks..."), calls.choose))
        return State(_tr("Nothing was checked yet"), text, buttons)
    if findings.total or findings.kind:
        return None
    looked = number(len(findings.counts))
    text = _tr("{0} kinds of faults were looked for, and none is left.").format(looked)
    return State(_tr("All clean"), text, ((_tr("Check again"), calls.check),))
