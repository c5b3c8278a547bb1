"""Commands that label: label, suggest, review, undo."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from faceapp.cli.console import out, print_json, running_job, table
from faceapp.cli.datasets import AsJson, DatasetDir
from faceapp.dataset import Changes, Dataset, Proposal
from faceapp.dataset.naming import samples_named
from faceapp.dataset.vocabulary import is_unsure
from faceapp.errors import WorldError

if TYPE_CHECKING:
    from faceapp.training.suggesting import Suggested

Files = Annotated[
    list[str] | None,
    typer.Argument(metavar="FILE...", help="Samples, by the name or the file they came from."),
]


class Unclear(WorldError):
    """A command that could mean several things, or nothing."""


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for command in (label, suggest, review, undo):
        app.command()(command)


def label(
    folder: DatasetDir,
    files: Files = None,
    *,
    task: Annotated[str, typer.Option(help="Which task to answer.")],
    name: Annotated[str, typer.Option("--class", help="Its class, or 'unsure'.")],
    rater: Annotated[str, typer.Option(help="Who says so.")] = "",
    as_json: AsJson = False,
) -> None:
    """Label samples of DIR; one step to undo."""
    if not files:
        raise Unclear("Name at least one FILE to label.")
    with Dataset.open(folder) as dataset:
        found = dataset.task(task)
        answer = None if is_unsure(name) and name not in found.names else name
        ids = samples_named(dataset, files)
        changes = dataset.label(ids, found.name, answer, rater=rater)
        samples = _names(dataset, ids)
    if as_json:
        print_json(
            {"labelled": len(ids), "task": found.name, "class": answer, "samples": samples}
            | _step(changes)
        )
    else:
        out.print(f"{changes.what} in {found.name}. `faceapp undo` takes it back.", highlight=False)


def suggest(
    folder: DatasetDir,
    *,
    run: Annotated[Path, typer.Option(metavar="RUN", help="A run's folder, as `train` prints.")],
    as_json: AsJson = False,
) -> None:
    """Have the model of RUN suggest labels for what is unlabelled in DIR; one step to undo."""
    from faceapp.training.suggesting import suggest as suggest_labels

    with Dataset.open(folder) as dataset, running_job() as job:
        suggested = suggest_labels(dataset, run, job)
    if as_json:
        print_json(_suggested_facts(suggested) | _step(suggested.changes))
    else:
        _print_suggested(suggested)


def review(
    folder: DatasetDir,
    files: Files = None,
    *,
    accept: Annotated[bool, typer.Option("--accept", help="The suggestions are right.")] = False,
    refuse: Annotated[bool, typer.Option("--refuse", help="The suggestions are wrong.")] = False,
    task: Annotated[str | None, typer.Option(help="Only this task's suggestions.")] = None,
    as_json: AsJson = False,
) -> None:
    """Accept or refuse what was suggested for samples of DIR; with neither, list what waits."""
    if accept and refuse:
        raise Unclear("Say --accept or --refuse, not both.")
    with Dataset.open(folder) as dataset:
        ids = samples_named(dataset, files) if files else None
        waiting = _waiting(dataset, ids, task)
        names = _names_by_id(dataset, (each.sample for each in waiting))
        if not (accept or refuse):
            _print_waiting(waiting, names, as_json=as_json)
            return
        if ids is None:
            raise Unclear("Name at least one FILE to review; without --accept they are listed.")
        if not waiting:
            raise Unclear("Nothing is suggested for these files.")
        chosen = [each.id for each in (_best(waiting) if accept else waiting)]
        changes = dataset.accept(chosen) if accept else dataset.refuse(chosen)
    _print_reviewed(changes, len(chosen), accepted=accept, as_json=as_json)


def undo(folder: DatasetDir, *, as_json: AsJson = False) -> None:
    """Take back the last action on DIR."""
    with Dataset.open(folder) as dataset:
        what = dataset.undo_name
        dataset.undo()
        following = dataset.undo_name
    if as_json:
        print_json({"undone": what, "next": following})
    else:
        out.print(f"Undone: {what}" if what else "There is nothing to undo.", highlight=False)


def _suggested_facts(suggested: Suggested) -> dict[str, Any]:
    return {
        "run": suggested.run,
        "task": suggested.task,
        "suggested": sum(suggested.classes.values()),
        "classes": dict(suggested.classes),
        "settled": suggested.settled,
        "unsure": suggested.unsure,
        "left_out": dict(suggested.left_out),
        "unreadable": {each.file: each.reason for each in suggested.unreadable},
    }


def _print_suggested(suggested: Suggested) -> None:
    total = sum(suggested.classes.values())
    table(
        f"{suggested.run} suggests {suggested.task} for {total} samples",
        ("class", "samples"),
        [(name, str(count)) for name, count in suggested.classes.items()],
    )
    if suggested.unsure:
        out.print(f"Of {suggested.unsure} the model is unsure: expect these to be wrong.")
    for name, count in suggested.left_out.items():
        out.print(f"Left out: {name} ({count}), which is no class of {suggested.task}.")
    for each in suggested.unreadable:
        out.print(f"Not read: {each.file}: {each.reason}", highlight=False)
    if suggested.changes:
        out.print("Nothing counts until you accept it: `faceapp review` lists what waits.")


def _waiting(dataset: Dataset, ids: Sequence[int] | None, task: str | None) -> list[Proposal]:
    """Open proposals, best first: of one task or of all."""
    tasks = [dataset.task(task).name] if task else [each.name for each in dataset.tasks()]
    return [each for name in tasks for each in dataset.proposals(name, ids=ids)]


def _best(proposals: Iterable[Proposal]) -> list[Proposal]:
    """The first proposal of each sample and task."""
    best: dict[tuple[int, str], Proposal] = {}
    for each in proposals:
        best.setdefault((each.sample, each.task), each)
    return list(best.values())


def _print_waiting(waiting: Sequence[Proposal], names: Mapping[int, str], *, as_json: bool) -> None:
    if as_json:
        print_json({"waiting": [_facts(each, names[each.sample]) for each in waiting]})
        return
    table(
        f"{len(waiting)} suggestions wait for review",
        ("sample", "task", "class", "score"),
        [(names[each.sample], each.task, each.answer, f"{each.score:.2f}") for each in waiting],
    )


def _facts(waiting: Proposal, name: str) -> dict[str, Any]:
    return {
        "sample": name,
        "task": waiting.task,
        "class": waiting.answer,
        "score": round(waiting.score, 4),
        "origin": waiting.origin,
    }


def _print_reviewed(changes: Changes, number: int, *, accepted: bool, as_json: bool) -> None:
    if as_json:
        print_json({"accepted" if accepted else "refused": number} | _step(changes))
    else:
        out.print(f"{changes.what}. `faceapp undo` takes it back.", highlight=False)


def _step(changes: Changes) -> dict[str, Any]:
    return {"action": changes.what}


def _names(dataset: Dataset, ids: Sequence[int]) -> list[str]:
    return [sample.name for sample in dataset.by_ids(ids)]


def _names_by_id(dataset: Dataset, ids: Iterable[int]) -> dict[int, str]:
    return {sample.id: sample.name for sample in dataset.by_ids(set(ids))}
