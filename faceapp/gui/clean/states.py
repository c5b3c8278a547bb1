"""What the Clean page says while it has no finding to show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from faceapp.gui.clean.findings import Findings
from faceapp.gui.clean.kinds_panel import progress_words
from faceapp.gui.language import error_words, tr
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


def state_of(findings: Findings, samples: int, calls: Calls) -> State | None:
    """The state of the page; None where findings are to be shown."""
    known = findings.cleaning is not None
    if not known and findings.running is not None:
        return State(tr("Checking"), progress_words(findings))
    if not known and findings.problem is not None:
        again = ((tr("Try again"), calls.check),)
        return State(tr("The checks could not be finished"), error_words(findings.problem), again)
    if findings.recalled is None:
        return State(tr("Reading findings..."), "")
    if not samples and not findings.total:
        text = tr("Import a folder of face images, or drop one anywhere on this window.")
        return State(tr("No images yet"), text, ((tr("Import images..."), calls.import_images),))
    return _unchecked_or_clean(findings, samples, calls)


def _unchecked_or_clean(findings: Findings, samples: int, calls: Calls) -> State | None:
    if findings.cleaning is None:
        text = counted(
            samples,
            tr("1 image waits to be looked at. Looking changes nothing."),
            tr(
                "{0} images wait to be looked at: damaged, blurred, twice there, wrongly labelled?"
                " Looking changes nothing."
            ),
        )
        buttons = ((tr("Check now"), calls.check), (tr("Some checks..."), calls.choose))
        return State(tr("Nothing was checked yet"), text, buttons)
    if findings.total or findings.kind:
        return None
    looked = number(len(findings.counts))
    text = tr("{0} kinds of faults were looked for, and none is left.").format(looked)
    return State(tr("All clean"), text, ((tr("Check again"), calls.check),))
