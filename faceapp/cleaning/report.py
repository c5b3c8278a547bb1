"""The cleaning report: found, done and left, before and after, as one page and as JSON."""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from faceapp.cleaning.checks import CHECKS
from faceapp.cleaning.cleaning import Cleaning
from faceapp.cleaning.model import Found
from faceapp.dataset import BadName, Dataset
from faceapp.dataset.thumbnails import Thumbnails
from faceapp.errors import WorldError
from faceapp.imaging import ImageRefused
from faceapp.words import Words

JSON_NAME, PAGE_NAME = "cleaning.json", "cleaning.html"
_SHOWN, _PICTURES = 12, 4  # findings of a kind, and samples of a finding, that the page shows

_PAGE = Template("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>$title</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 2rem; } table { border-collapse: collapse; }
th, td { text-align: left; padding: .3rem 1rem .3rem 0; border-bottom: 1px solid #8884; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
figure { display: inline-block; width: 14rem; margin: 0 1rem 1rem 0; vertical-align: top; }
figure img { height: 6rem; border-radius: 4px; } figcaption { font-size: .85rem; }
</style></head><body>
<h1>$title</h1>
<h2>Samples</h2>$samples
<h2>Findings</h2>$findings
$left
<p>Sources: $sources.</p>
</body></html>
""")


class ReportUnreadable(WorldError):
    """An earlier report in the same folder is not one of ours."""


def write_report(folder: Path, cleaning: Cleaning) -> Path:
    """Write cleaning.html and cleaning.json into a folder, made if there is none.

    Where a report lies there already, its first state stays the "before": so one report follows a
    dataset through several rounds.

    Raises:
        ReportUnreadable: the report that lies there cannot be read.

    """
    earlier = _earlier(folder / JSON_NAME)
    report = report_of(cleaning, earlier)
    folder.mkdir(parents=True, exist_ok=True)
    _replace(folder / JSON_NAME, json.dumps(report, ensure_ascii=False, indent=2) + "\n")
    _replace(folder / PAGE_NAME, _page(report, cleaning))
    return folder / PAGE_NAME


def report_of(cleaning: Cleaning, earlier: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The report as JSON values: `before` and `after` (state and counts), `done`, `findings`.

    `done` counts, by kind, samples whose findings were dismissed or acted on. Kinds that did not
    run in one of two rounds are missing from its counts.
    """
    after = {**cleaning.state.to_json(), "counts": cleaning.counts}
    return {
        "dataset": cleaning.look.dataset.folder.name,
        "before": earlier["before"] if earlier else after,
        "after": after,
        "done": _done(cleaning.look.dataset),
        "findings": [found.to_json() for found in cleaning.findings],
        "skipped": dict(cleaning.skipped),
    }


def _done(dataset: Dataset) -> dict[str, dict[str, int]]:
    done: dict[str, dict[str, int]] = {}
    for kind in CHECKS:
        judged = {(sample, state) for (sample, _), state in dataset.verdicts(kind).items()}
        if judged:
            done[kind] = {**Counter(state for _, state in judged)}
    return done


def _earlier(path: Path) -> dict[str, Any] | None:
    """The report that lies there, as far as another goes on with it; None where there is none."""
    try:
        before = json.loads(path.read_text(encoding="utf-8"))["before"]
        # Whatever else it holds is only shown; these two are looked into.
        classes = {task: {**counts} for task, counts in before["classes"].items()}
        return {"before": {**before, "counts": {**before["counts"]}, "classes": classes}}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReportUnreadable(
            Words(
                "{path} is no cleaning report that can be gone on with. Choose another folder.",
                path=path,
            )
        ) from error


def _replace(path: Path, text: str) -> None:
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)


def _page(report: Mapping[str, Any], cleaning: Cleaning) -> str:
    kinds = {found.kind: None for found in cleaning.findings}
    pictures = _Pictures(cleaning.look.dataset)
    return _PAGE.substitute(
        title=escape(f"Cleaning of {report['dataset']}"),
        samples=_samples_table(report["before"], report["after"]),
        findings=_findings_table(report),
        left="".join(_section(kind, cleaning.findings, pictures) for kind in kinds),
        sources="; ".join(escape(f"{CHECKS[kind].title}: {CHECKS[kind].source}") for kind in kinds)
        or "nothing was found",
    )


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    def line(tag: str, cells: Sequence[object]) -> str:
        return "<tr>" + "".join(
            f'<{tag}{" class=n" if place else ""}>{escape(str(cell))}</{tag}>'
            for place, cell in enumerate(cells)
        ) + "</tr>"  # fmt: skip

    return f"<table>{line('th', header)}{''.join(line('td', row) for row in rows)}</table>"


def _samples_table(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    rows: list[tuple[str, object, object]] = [
        ("in use", before.get("samples", "-"), after["samples"]),
        ("in quarantine", before.get("quarantined", "-"), after["quarantined"]),
    ]
    for task, counts in after["classes"].items():
        old = before["classes"].get(task, {})
        rows += [(f"{task}: {name}", old.get(name, "-"), number) for name, number in counts.items()]
    return _table(("", "before", "after"), rows)


def _findings_table(report: Mapping[str, Any]) -> str:
    before, after, done = report["before"]["counts"], report["after"]["counts"], report["done"]
    rows = [
        (
            check.title,
            before.get(kind, "-"),
            done.get(kind, {}).get("acted", 0),
            done.get(kind, {}).get("dismissed", 0),
            after.get(kind, "-"),
        )
        for kind, check in CHECKS.items()
        if kind in before or kind in after
    ]
    header = ("", "found", "acted on (samples)", "dismissed (samples)", "left")
    return _table(header, rows)


def _section(kind: str, findings: Iterable[Found], pictures: _Pictures) -> str:
    found = [each for each in findings if each.kind == kind]
    check = CHECKS[kind]
    shown = "".join(_figure(each, pictures) for each in found[:_SHOWN])
    more = f"<p>And {len(found) - _SHOWN} more.</p>" if len(found) > _SHOWN else ""
    head = escape(f"{check.title}: {len(found)}")
    return f"<h2>{head}</h2><p>{escape(check.suggestion)}</p>{shown}{more}"


def _figure(found: Found, pictures: _Pictures) -> str:
    images = "".join(pictures.of(sample) for sample in found.samples[:_PICTURES])
    names = ", ".join(found.files[:_PICTURES]) + (" ..." if len(found.files) > _PICTURES else "")
    caption = f"{escape(found.reason)}<br>{escape(names)}"
    return f"<figure>{images}<figcaption>{caption}</figcaption></figure>"


class _Pictures:
    """Thumbnails as part of the page, so that it can be passed on alone."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._thumbnails = Thumbnails(dataset.cache)

    def of(self, sample: int) -> str:
        """An image element; nothing for a file that cannot be read."""
        found = self._dataset.sample(sample)
        try:
            data = self._thumbnails.get(found.sha256, self._dataset.image_path(found))
        except (ImageRefused, BadName):
            return ""
        text = base64.b64encode(data).decode()
        return f'<img alt="{escape(found.name)}" src="data:image/jpeg;base64,{text}">'
