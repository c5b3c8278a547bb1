"""Commands on runs: runs, compare, export-model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from faceapp.cli.console import err, out, print_json, table
from faceapp.cli.datasets import AsJson, DatasetDir
from faceapp.cli.training import RunPath
from faceapp.dataset import Dataset
from faceapp.training.comparing import Comparison
from faceapp.training.comparing import compare as compare_runs
from faceapp.training.records import RunRecord, run_records
from faceapp.training.run_folders import UnfinishedRun, unfinished_runs

_SHOWN_CHANGES = 20


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command()(runs)
    app.command()(compare)
    app.command("export-model")(export_model)


def runs(folder: DatasetDir, *, as_json: AsJson = False) -> None:
    """List the runs of DIR, and those that were left unfinished."""
    with Dataset.open(folder) as dataset:
        finished, problems = run_records(dataset.runs)
        unfinished = unfinished_runs(dataset.runs)
    if as_json:
        print_json(
            {
                "runs": [record.to_json() for record in finished],
                "unfinished": [_facts(run) for run in unfinished],
                "unreadable": problems,
            }
        )
        return
    rows = [_row(record) for record in finished]
    header = ("run", "task", "recipe", "balanced", "95% interval", "learned from", "n", "seconds")
    table("Runs", header, rows)
    for problem in problems:
        err.print(problem, highlight=False, soft_wrap=True)
    for run in unfinished:
        out.print(
            f"Unfinished: {run.name}; go on with: faceapp train {folder} --resume {run.name}",
            highlight=False,
            soft_wrap=True,
        )


def _facts(run: UnfinishedRun) -> dict[str, Any]:
    config = run.plan.config
    return {
        "run": str(run.folder.absolute()),
        "name": run.name,
        "task": config.task,
        "recipe": config.recipe.name,
    }


def _row(record: RunRecord) -> tuple[str, ...]:
    low, high = record.interval
    return (
        record.name,
        record.task,
        record.recipe,
        f"{100 * record.balanced:.1f}%",
        f"{100 * low:.1f} to {100 * high:.1f}%",
        str(record.learned_from),
        str(record.n),
        f"{record.seconds:.0f}",
    )


def compare(
    run: Annotated[list[Path], typer.Argument(metavar="RUN RUN...", help="Folders of runs.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Compare runs on the test images that they have in common, with McNemar's test."""
    found = compare_runs(run)
    if as_json:
        print_json(found.to_json())
        return
    _print_comparison(found)


def export_model(
    run: RunPath,
    to: Annotated[Path, typer.Argument(metavar="OUT", help="File to write.")],
    *,
    form: Annotated[
        Literal["keras", "onnx", "openvino", "litert"],
        typer.Option("--format", help="For which program."),
    ],
    as_json: AsJson = False,
) -> None:
    """Write the model of RUN for use elsewhere, checked on 50 of its own test images."""
    from faceapp.training.exports import export_run

    done = export_run(run, to, form)
    if as_json:
        print_json(done.to_json())
        return
    out.print(
        f"{done.file}: {done.same_class} of {done.checked} answers as before, probabilities "
        f"within {done.max_difference:.1e}",
        highlight=False,
        soft_wrap=True,
    )


def _print_comparison(found: Comparison) -> None:
    against = {each.run: each for each in found.against}
    rows = []
    for figures in found.figures:
        other = against.get(figures.run)
        rows.append(
            (
                figures.run,
                f"{100 * figures.balanced_accuracy:.1f}%",
                f"{100 * figures.accuracy:.1f}%",
                f"{other.only_this} to {other.only_first}" if other else "",
                f"{other.p:.3f}" if other else "",
            )
        )
    header = ("run", "balanced", "accuracy", "right alone", "McNemar p")
    table(f"{found.task}: {found.n} test images in common", header, rows)
    changed = found.changed[:_SHOWN_CHANGES]
    if changed:
        title = f"\n{len(found.changed)} images whose answer changed"
        answers = [(each.image, each.truth, " -> ".join(each.answers)) for each in changed]
        table(title, ("image", "shows", "answers"), answers)
