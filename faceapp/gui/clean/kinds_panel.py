"""The left side of the Clean page: the kinds of findings with their numbers, and the checks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from faceapp.gui.clean.findings import Findings
from faceapp.gui.icons import Tone
from faceapp.gui.kinds import finding_words
from faceapp.gui.language import core_words, tr
from faceapp.gui.stylesheet import give_role
from faceapp.gui.tab_order import tab_through
from faceapp.gui.text import counted, day, percent
from faceapp.gui.theme import HALF, UNIT
from faceapp.gui.widgets.choice_row import ChoiceRow
from faceapp.gui.widgets.elided_label import ElidedLabel
from faceapp.gui.widgets.icon_button import IconButton
from faceapp.gui.widgets.thin_bar import ThinBar


def sections(kinds: Iterable[str]) -> list[tuple[str, list[str]]]:
    """The kinds under headings, in their own order."""
    heads = {
        **dict.fromkeys(_COPIES, tr("Copies")),
        **dict.fromkeys(_LABELS, tr("Labels")),
        **dict.fromkeys(_WHOLE, tr("Dataset")),
    }
    images = tr("Images")
    found: dict[str, list[str]] = {}
    for kind in kinds:
        found.setdefault(heads.get(kind, images), []).append(kind)
    return list(found.items())


_COPIES = ("exact_duplicate", "near_duplicate", "contradicting_duplicates")
_LABELS = ("contradicting_raters", "wrong_label", "outlier")
_WHOLE = ("leakage", "spurious_cue", "dominant_group", "small_class")


class KindsPanel(QWidget):
    """Check, see how far that is, and choose a kind.

    Signals:
        chosen(str): a kind was clicked.
        map_wanted(): the map should be shown.
        check_wanted(), choose_wanted(), cancel_wanted(), report_wanted(): a button was pressed.
    """

    chosen = Signal(str)
    map_wanted = Signal()
    check_wanted = Signal()
    choose_wanted = Signal()
    cancel_wanted = Signal()
    report_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: dict[str, ChoiceRow] = {}
        self.check = IconButton("reload", self.tr("Check now"), Tone.ON_ACCENT)
        give_role(self.check, "primary")
        self.check.setToolTip(self.tr("Run all checks on what is new or changed (F5)"))
        self.check.clicked.connect(self.check_wanted)
        self.some = self._quiet(self.tr("Some..."), self.tr("Choose which checks to run"))
        self.some.clicked.connect(self.choose_wanted)
        self.report = self._quiet(
            self.tr("Report..."), self.tr("Write what was found, done and left (Ctrl+Shift+R)")
        )
        self.report.clicked.connect(self.report_wanted)
        self.map = ChoiceRow(self.tr("Map of all faces"))
        self.map.setToolTip(self.tr("Faces that look alike, side by side (M)"))
        self.map.clicked.connect(self.map_wanted)
        self.working = _Working()
        self.working.cancel.clicked.connect(self.cancel_wanted)
        self.state = QLabel()
        self.state.setWordWrap(True)
        give_role(self.state, "dim small")
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, HALF, 0)
        self._list.setSpacing(0)
        self._build()

    def _quiet(self, words: str, tip: str) -> QPushButton:
        button = QPushButton(words)
        give_role(button, "quiet")
        button.setToolTip(tip)
        return button

    def _build(self) -> None:
        content = QWidget()
        content.setLayout(self._list)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(content)
        more = QHBoxLayout()
        more.setSpacing(0)
        more.addWidget(self.some)
        more.addStretch(1)
        more.addWidget(self.report)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(UNIT, UNIT, HALF, UNIT)
        layout.setSpacing(UNIT)
        layout.addWidget(self.check)
        layout.addLayout(more)
        layout.addWidget(self.working)
        layout.addWidget(self.map)
        layout.addWidget(scroll, 1)
        layout.addWidget(self.state)

    def show_findings(self, findings: Findings, *, mapped: bool) -> None:
        """Show what is known and what is under way; `mapped` says that the map is on show."""
        recalled = findings.recalled
        if recalled is not None and not self.rows:
            self._make_rows(recalled.checks)
        for kind, row in self.rows.items():
            row.set_count(findings.counts.get(kind))
            row.setChecked(kind == findings.kind and not mapped)
        self.map.setChecked(mapped)
        self.working.show_job(findings)
        busy = findings.running is not None
        self.check.setVisible(not busy)
        self.some.setEnabled(not busy)
        self.report.setEnabled(findings.cleaning is not None)
        self.state.setText(self._state_words(findings))

    def _make_rows(self, kinds_known: Iterable[str]) -> None:
        for head, kinds in sections(kinds_known):
            label = QLabel(head)
            give_role(label, "dim small")
            label.setContentsMargins(UNIT, UNIT, 0, 2)
            self._list.addWidget(label)
            for kind in kinds:
                row = ChoiceRow(finding_words(kind))
                row.clicked.connect(lambda _=False, one=kind: self.chosen.emit(one))
                self._list.addWidget(row)
                self.rows[kind] = row
        self._list.addStretch(1)
        tab_through(self)

    def _state_words(self, findings: Findings) -> str:
        recalled = findings.recalled
        if recalled is None or not recalled.times:
            return ""
        last = datetime.fromisoformat(max(recalled.times.values())).astimezone()
        today = datetime.now(last.tzinfo).date()
        words = [self.tr("Checked {0}, {1}").format(day(last, today), f"{last:%H:%M}")]
        if unchecked := findings.unchecked:
            words.append(
                counted(
                    unchecked,
                    self.tr("1 image came in since."),
                    self.tr("{0} images came in since."),
                )
            )
        return "\n".join(words)


class _Working(QWidget):
    """How far the checks are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = ElidedLabel()
        self.bar = ThinBar()
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setToolTip(self.tr("Stop; what was measured is kept for the next time"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(HALF)
        layout.addWidget(self.words)
        layout.addWidget(self.bar)
        layout.addWidget(self.cancel)
        self.hide()

    def show_job(self, findings: Findings) -> None:
        running = findings.running
        self.setVisible(running is not None)
        if running is not None:
            share = running.progress.share
            self.words.setText(progress_words(findings))
            self.bar.show_share(round(share * 1000), 1000, percent(share))
            self.cancel.setEnabled(not running.cancelling)


def progress_words(findings: Findings) -> str:
    """What the checks under way are at, and how far."""
    running = findings.running
    if running is None:
        return ""
    if running.cancelling:
        return tr("Stopping...")
    return f"{core_words(running.progress.what)}  {percent(running.progress.share)}"
