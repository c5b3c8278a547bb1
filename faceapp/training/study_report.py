"""The study's summary: one picture, and one self-contained page with everything behind it."""

from __future__ import annotations

import base64
import textwrap
from collections.abc import Iterator, Sequence
from html import escape
from string import Template
from typing import TYPE_CHECKING

from faceapp.training.plots import figure_of, png_of
from faceapp.training.study import ExperimentResult, StudyResult, WayResult
from faceapp.training.study_plan import EXTREME, FACEAPP, STUDY

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

# Okabe & Ito's colour-blind-safe set.
_COLOURS = {STUDY.name: "#D55E00", FACEAPP.name: "#0072B2", EXTREME.name: "#009E73"}
_LABELS = {STUDY.name: "recipe study", FACEAPP.name: "recipe faceapp", EXTREME.name: EXTREME.name}
_REPORTED = "#555555"
_HEADER = (
    "experiment", "way", "train / validation / test", "study reported", "accuracy", "95%",
    "balanced", "95%", "train minus validation",
)  # fmt: skip

_PAGE = Template("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>The study, re-run on $name</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: 0; } h2 { font-size: 1.1rem; margin-top: 2.5rem; }
.quiet { opacity: .7; } table { border-collapse: collapse; } .wide { overflow-x: auto; }
th, td { text-align: left; padding: .3rem .9rem .3rem 0; border-bottom: 1px solid #8884; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
img { max-width: 100%; background: white; border-radius: 4px; }
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(22rem, 1fr)); gap: 1.5rem; }
.bar { display: inline-block; height: .7rem; background: #0072B2; border-radius: 2px; }
</style></head><body>
<h1>The study, re-run on $name</h1>
<p class="quiet">$words</p>
<img alt="accuracy and overfitting of every experiment" src="$picture">
<h2>Results</h2><div class="wide">$table</div>
$experiments
</body></html>
""")
_WORDS = (
    "Figures are of this dataset, not of the study's; grey diamonds are what the study reported of "
    "its own faces. Test figures come from saved models run end to end on people they never saw; "
    "intervals resample people. Both recipes learn from the same split. Train minus validation is "
    "in balanced accuracy: large means overfitting."
)


def write_study(result: StudyResult) -> None:
    """Write the picture and the page into the study's folder."""
    picture = study_png(result)
    result.picture.write_bytes(picture)
    page = _PAGE.substitute(
        name=escape(result.dataset),
        words=escape(_WORDS),
        picture=_source(picture),
        table=_table(_HEADER, list(result_rows(result))),
        experiments="".join(_section(each) for each in result.experiments),
    )
    result.page.write_text(page, encoding="utf-8")


def result_rows(result: StudyResult) -> Iterator[tuple[str, ...]]:
    """A row for each way of each experiment, as text; one that was not run says why."""
    for each in result.experiments:
        asked = each.experiment
        reported = _percent(asked.reported.accuracy) if asked.reported else ""
        if each.reason:
            yield (asked.title, f"not run: {each.reason}", "", reported, *[""] * 5)
        for way in each.ways:
            sizes = [str(way.metrics["split"][side]["images"]) for side in _SIDES]
            yield (
                asked.title,
                way.name,
                " / ".join(sizes),
                reported,
                _percent(way.accuracy),
                _interval(way.accuracy_interval),
                _percent(way.balanced),
                _interval(way.balanced_interval),
                f"{100 * way.gap:+.1f}",
            )


_SIDES = ("train", "validation", "test")


def study_png(result: StudyResult) -> bytes:
    """Accuracy with intervals beside the study's own, and how far each overfits: PNG bytes."""
    rows = len(result.experiments)
    figure = figure_of(11, 1.5 + 0.62 * rows)
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=(3, 1))
    for place, each in enumerate(result.experiments):
        _draw(left, right, place, each)
    left.set_yticks(
        range(rows),
        [textwrap.fill(each.experiment.title, 26) for each in result.experiments],
    )
    left.set_ylim(rows - 0.5, -0.5)
    left.set_xlim(0, 100)
    left.set_xlabel("test accuracy, %, with 95% intervals over people")
    right.set_xlabel("train minus validation, points")
    gaps = [105 * way.gap for each in result.experiments for way in each.ways]
    right.set_xlim(0, max([10.0, *gaps]))
    left.set_title(f"The study, re-run on {result.dataset}", loc="left", fontsize=12)
    right.set_title("Overfitting", loc="left", fontsize=12)
    for axes in (left, right):
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="x", alpha=0.25)
        axes.set_axisbelow(True)
    handles, labels = _legend(left, result)
    figure.legend(handles, labels, loc="outside lower left", ncols=len(labels), frameon=False)
    return png_of(figure)


def _draw(left: Axes, right: Axes, place: int, each: ExperimentResult) -> None:
    if each.experiment.reported:
        x = 100 * each.experiment.reported.accuracy
        left.plot([x], [place], "D", color=_REPORTED, ms=6, mfc="none", mew=1.5)
    if each.reason:
        reason = each.reason.split(". ")[0]  # the ways out stand in the page
        # Below the way that was gone, where one was.
        y, lines = (place + 0.16, 1) if each.ways else (place, 3)
        words = textwrap.fill(f"not run: {reason}", 80, max_lines=lines, placeholder=" ...")
        left.text(1, y, words, va="center", color="0.4", fontsize=8, style="italic")
    for number, way in enumerate(each.ways):
        y = place - 0.16 + 0.32 * number
        low, high = way.accuracy_interval
        colour = _COLOURS[way.name]
        left.plot([100 * low, 100 * high], [y, y], color=colour, lw=2, solid_capstyle="round")
        left.plot([100 * way.accuracy], [y], "o", color=colour, ms=7)
        right.barh(y, max(0.0, 100 * way.gap), height=0.26, color=colour)
    if each.ways:
        majority = 100 * float(each.ways[0].metrics["test"]["majority"])
        left.plot([majority, majority], [place - 0.34, place + 0.34], color="0.6", lw=1.2, ls=":")


def _legend(axes: Axes, result: StudyResult) -> tuple[list[Artist], list[str]]:
    used = {way.name for each in result.experiments for way in each.ways}
    handles: list[Artist] = []
    labels = []
    for name, colour in _COLOURS.items():
        if name in used:
            handles += axes.plot([], [], "o-", color=colour, lw=2, ms=7)
            labels.append(_LABELS[name])
    handles += axes.plot([], [], "D", color=_REPORTED, mfc="none", mew=1.5)
    handles += axes.plot([], [], color="0.6", lw=1.2, ls=":")
    return handles, [*labels, "the study, on its own faces", "always the commonest class"]


def _section(each: ExperimentResult) -> str:
    title = f"<h2>{escape(each.experiment.title)}</h2>"
    reason = f"<p>Not run: {escape(each.reason)}</p>" if each.reason else ""
    if not each.ways:
        return f"{title}{reason}"
    sides = "".join(_side(way) for way in each.ways)
    return f'{title}{_shares(each)}{reason}<div class="sides">{sides}</div>'


def _shares(each: ExperimentResult) -> str:
    total = sum(sum(sides.values()) for sides in each.shares.values()) or 1
    rows = []
    for name, sides in each.shares.items():
        share = sum(sides.values()) / total
        bar = f'<span class="bar" style="width:{12 * share:.1f}rem"></span> {share:.0%}'
        cells = "".join(f'<td class="n">{sides[side]}</td>' for side in _SIDES)
        rows.append(f"<tr><td>{escape(name)}</td>{cells}<td>{bar}</td></tr>")
    header = "".join(f'<th class="n">{side}</th>' for side in _SIDES)
    return f"<table><tr><th>class</th>{header}<th>share</th></tr>{''.join(rows)}</table>"


def _side(way: WayResult) -> str:
    low, high = way.accuracy_interval
    words = (
        f"{_percent(way.accuracy)} right ({100 * low:.1f} to {100 * high:.1f}), balanced "
        f"{_percent(way.balanced)}; train minus validation {100 * way.gap:+.1f} points"
    )
    pictures = "".join(
        f'<p><img alt="{name} of {escape(way.name)}" src="{_source(file.read_bytes())}"></p>'
        for name in ("curves", "confusion")
        if (file := way.run / f"{name}.png").is_file()
    )
    notes = "".join(f"<p>{escape(note)}</p>" for note in way.metrics.get("notes", ()))
    return f"<div><h3>{escape(way.name)}</h3><p>{words}</p>{pictures}{notes}</div>"


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def _interval(ends: tuple[float, float]) -> str:
    return f"{100 * ends[0]:.1f} to {100 * ends[1]:.1f}"


def _source(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    def line(tag: str, values: Sequence[str]) -> str:
        cells = (
            f"<{tag}{' class=n' if place > 1 else ''}>{escape(value)}</{tag}>"
            for place, value in enumerate(values)
        )
        return f"<tr>{''.join(cells)}</tr>"

    return "<table>" + line("th", header) + "".join(line("td", row) for row in rows) + "</table>"
