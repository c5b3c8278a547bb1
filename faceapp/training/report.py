"""report.html: one self-contained page that says what a run did and how well."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from string import Template

from faceapp.training.evaluation import Interval, Judgement
from faceapp.training.plots import confusion_png, curves_png, reliability_png
from faceapp.training.runs import REPORT, RunResult, write_figures

_PAGE = Template("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>$title</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: 0; } h2 { font-size: 1.1rem; margin-top: 2rem; }
.figure { font-size: 3rem; font-weight: 600; line-height: 1.1; margin: 1rem 0 0; }
.quiet { opacity: .7; } table { border-collapse: collapse; }
th, td { text-align: left; padding: .3rem .9rem .3rem 0; border-bottom: 1px solid #8884; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
img { max-width: 100%; background: white; border-radius: 4px; }
</style></head><body>
<h1>$title</h1><p class="quiet">$subtitle</p>
$notes
<p class="figure">$main</p><p>balanced accuracy on test $whom it never saw, 95% interval $interval
(chance $chance)</p>
<h2>Figures</h2>$figures
<h2>Classes</h2>$classes
<h2>Confusion</h2><img alt="confusion matrix" src="$confusion">
<h2>Learning curves</h2>$curves
<h2>Calibration</h2><img alt="reliability diagram" src="$reliability">
<h2>Data</h2>$data
<h2>Recipe</h2>$recipe
<p class="quiet">Test figures come from the saved model run end to end on the images. Intervals
resample whole groups ($whom), not images.</p>
</body></html>
""")


def write_run(folder: Path, result: RunResult, *, as_run: Path) -> None:
    """Write everything of a run but its model: figures, pictures and the report."""
    write_figures(folder, result, as_run=as_run)
    pictures = {
        "confusion": confusion_png(result.test),
        "reliability": reliability_png(result.test),
    }
    if result.curve:
        pictures["curves"] = curves_png(result.curve, result.fit.best_epoch)
    for name, png in pictures.items():
        (folder / f"{name}.png").write_bytes(png)
    write_report(folder / REPORT, result, pictures)


def write_report(path: Path, result: RunResult, pictures: Mapping[str, bytes]) -> None:
    """Write the page; `pictures` holds PNG bytes named confusion, reliability and maybe curves."""
    test = result.test
    curves = pictures.get("curves")
    page = _PAGE.substitute(
        title=escape(f"{result.task}: {result.recipe.name}"),
        subtitle=escape(_subtitle(result)),
        notes="".join(f"<p><strong>{escape(note)}</strong></p>" for note in result.notes),
        main=_percent(test.balanced_accuracy),
        interval=_interval(test.interval),
        chance=_percent(test.chance),
        whom="people" if result.split_by == "person" else "families of images",
        figures=_figures(result),
        classes=_classes(test),
        confusion=_source(pictures["confusion"]),
        reliability=_source(pictures["reliability"]),
        curves=f'<img alt="learning curves" src="{_source(curves)}">'
        if curves
        else "<p>Solved in closed form: there is no curve.</p>",
        data=_data(result),
        recipe=_table(("setting", "value"), list(result.recipe.to_json().items())),
    )
    path.write_text(page, encoding="utf-8")


def _subtitle(result: RunResult) -> str:
    judged = f"{result.folds}-fold cross-validation" if result.folds else "held-out test split"
    return f"{result.backbone}, {judged}, {result.seconds:.0f} s, seed {result.seed}"


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"


def _interval(interval: Interval) -> str:
    return f"{100 * interval.low:.1f} to {100 * interval.high:.1f}%"


def _source(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")


def _table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    def cell(tag: str, position: int, value: object) -> str:
        number = ' class="n"' if position else ""
        return f"<{tag}{number}>{escape(str(value))}</{tag}>"

    def line(tag: str, values: Sequence[object]) -> str:
        return "<tr>" + "".join(cell(tag, i, v) for i, v in enumerate(values)) + "</tr>"

    return "<table>" + line("th", header) + "".join(line("td", row) for row in rows) + "</table>"


def _figures(result: RunResult) -> str:
    test, fit = result.test, result.fit
    rows = [
        ("Balanced accuracy", _percent(test.balanced_accuracy), _interval(test.interval)),
        ("Accuracy", _percent(test.accuracy), _interval(test.accuracy_interval)),
        ("Macro-F1", _percent(test.macro_f1), _interval(test.macro_f1_interval)),
        ("Always the commonest class (accuracy)", _percent(test.majority), ""),
        ("Chance (balanced accuracy)", _percent(test.chance), ""),
        ("Calibration error", f"{test.calibration_error:.3f}", ""),
        ("Training balanced accuracy", _percent(fit.train_balanced_accuracy), ""),
        ("Validation balanced accuracy", _percent(fit.validation_balanced_accuracy), ""),
        ("Train minus validation", _percent(fit.gap), ""),
    ]
    return _table(("", "value", "95% interval"), rows)


def _classes(test: Judgement) -> str:
    rows = [
        (c.name, c.support, _percent(c.precision), _percent(c.recall), _percent(c.f1))
        for c in test.per_class
    ]
    return _table(("class", "test images", "precision", "recall", "F1"), rows)


def _data(result: RunResult) -> str:
    rows: list[tuple[object, ...]] = [
        (side, share.images, share.groups) for side, share in result.split.items()
    ]
    faces = "; ".join(f"{escape(k)}: {v}" for k, v in result.faces.items())
    return _table(("side", "images", "groups"), rows) + f"<p>Faces: {faces}.</p>"
