"""Commands on a dataset: new, import, info, export, weights."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from faceapp.cli.console import err, out, print_json, running_job, table
from faceapp.dataset import Dataset, Query
from faceapp.dataset.exporting import export_csv, export_folders
from faceapp.dataset.importing import ImportOptions, ImportReport, Refused, import_images
from faceapp.errors import WorldError

DatasetDir = Annotated[Path, typer.Argument(metavar="DIR", help="The dataset's folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for command in (new, info, export, weights):
        app.command()(command)
    app.command("import")(import_)
    app.command("import-us10k")(import_us10k)


def new(folder: DatasetDir, *, as_json: AsJson = False) -> None:
    """Make an empty dataset in DIR."""
    with Dataset.create(folder) as dataset:
        if as_json:
            print_json({"dataset": str(dataset.folder)})
        else:
            out.print(f"A new dataset lies in {dataset.folder}")


def import_(
    folder: DatasetDir,
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help="Folder of images.")],
    *,
    csv: Annotated[Path | None, typer.Option(help="CSV of labels, one a line.")] = None,
    image_column: Annotated[str | None, typer.Option(help="Column of file names.")] = None,
    label_column: Annotated[str | None, typer.Option(help="Column of labels.")] = None,
    rater_column: Annotated[str | None, typer.Option(help="Column of who labelled.")] = None,
    group_column: Annotated[str | None, typer.Option(help="Column of the person shown.")] = None,
    group_pattern: Annotated[
        str | None,
        typer.Option(help=r"Regular expression whose first group is the person: '^(.+)_\d+\.'"),
    ] = None,
    task: Annotated[
        str | None, typer.Option(help="What the labels answer: expression, ...")
    ] = None,
    in_place: Annotated[
        bool, typer.Option("--in-place", help="Do not copy; the dataset cannot be moved then.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Import images into DIR, made if there is none: a folder a class, a flat folder, or a CSV."""
    options = ImportOptions(
        task=task,
        csv=csv,
        image_column=image_column,
        label_column=label_column,
        rater_column=rater_column,
        group_column=group_column,
        group_pattern=group_pattern,
        in_place=in_place,
    )
    with Dataset.open_or_create(folder) as dataset, running_job() as job:
        report = import_images(dataset, source, options, job)
    if as_json:
        print_json(report.to_json())
    else:
        _print_import(report)


def import_us10k(
    folder: DatasetDir,
    source: Annotated[
        Path,
        typer.Argument(metavar="FOLDER", help="Folder with the database's images and its scores."),
    ],
    *,
    group_pattern: Annotated[
        str | None,
        typer.Option(help="Regular expression whose first group is the person."),
    ] = None,
    in_place: Annotated[
        bool, typer.Option("--in-place", help="Do not copy; the dataset cannot be moved then.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Import the 10k US Adult Faces Database into DIR: faces, sex, expression, every rater."""
    options = ImportOptions(layout="us10k", group_pattern=group_pattern, in_place=in_place)
    with Dataset.open_or_create(folder) as dataset, running_job() as job:
        report = import_images(dataset, source, options, job)
    if as_json:
        print_json(report.to_json())
    else:
        _print_import(report)


def _print_import(report: ImportReport) -> None:
    out.print(
        f"{report.added} images added, {report.known} known already, {report.labelled} labels added"
    )
    if report.unknown_labels:
        words = ", ".join(f"{word} ({count})" for word, count in report.unknown_labels.items())
        out.print(f"Words that are no class, left unlabelled: {words}", highlight=False)
    _print_refused(report.refused)


def _print_refused(refused: Sequence[Refused]) -> None:
    if refused:
        rows = [(each.file, each.reason) for each in refused]
        table(f"{len(rows)} refused", ("file", "reason"), rows)


def info(folder: DatasetDir, *, as_json: AsJson = False) -> None:
    """Say what is in DIR."""
    with Dataset.open(folder) as dataset:
        facts = _facts(dataset)
    if as_json:
        print_json(facts)
        return
    out.print(
        f"{facts['samples']} samples in {facts['groups']} groups, "
        f"{facts['quarantined']} quarantined, {len(facts['refused'])} files refused at import"
    )
    for task, counts in facts["tasks"].items():
        total = sum(counts.values()) or 1
        rows = [(name, str(n), f"{n / total:.0%}") for name, n in counts.items()]
        table(f"\n{task}", ("class", "samples", "share"), rows)
    sources = [
        (str(each["id"]), each["kind"], each["location"], str(each["samples"]))
        for each in facts["sources"]
    ]
    if sources:
        table("\nsources", ("number", "kind", "place", "samples"), sources)


def _facts(dataset: Dataset) -> dict[str, Any]:
    tasks = {}
    for task in dataset.tasks():
        counts = dataset.class_counts(task.name)
        tasks[task.name] = {
            **counts.counts,
            "unlabelled": counts.unlabelled,
            "unsure": counts.unsure,
        }
    held = dataset.facets().sources
    sources = [
        {"id": s.id, "kind": s.kind, "location": s.location, "samples": held.get(s.id, 0)}
        for s in dataset.sources()
    ]
    return {
        "samples": dataset.count(Query()),
        "groups": len(set(dataset.groups().values())),
        "quarantined": dataset.count(Query(quarantined=True)),
        "refused": [{"file": each.file, "reason": each.reason} for each in dataset.refusals()],
        "movable": dataset.movable,
        "tasks": tasks,
        "sources": sources,
    }


def export(
    folder: DatasetDir,
    to: Annotated[Path, typer.Argument(metavar="OUT", help="Folder to write into.")],
    *,
    form: Annotated[
        Literal["folders", "csv"], typer.Option("--format", help="A folder a class, or CSV files.")
    ] = "csv",
    task: Annotated[str | None, typer.Option(help="Task whose classes become folders.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write the samples of DIR with their labels to OUT, so that importing OUT loses nothing."""
    with Dataset.open(folder) as dataset, running_job() as job:
        if form == "csv":
            report = export_csv(dataset, to, job)
        else:
            report = export_folders(dataset, to, task or _only_task(dataset), job)
    if as_json:
        print_json(report.to_json())
        return
    out.print(f"{report.exported} samples exported to {to.absolute()}", soft_wrap=True)
    _print_refused(report.refused)


def _only_task(dataset: Dataset) -> str:
    names = [task.name for task in dataset.tasks()]
    if len(names) != 1:
        known = ", ".join(names) or "none yet"
        raise WorldError(f"say with --task whose classes become folders; tasks are: {known}")
    return names[0]


def weights(
    *,
    download: Annotated[
        str | None,
        typer.Option(metavar="NETWORK", help="Fetch vgg16, ... from Keras first."),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Fetch the file with fc1 and fc2, as the study had.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say which ImageNet weights are found where, and whether they are the real ones."""
    from faceapp.networks.architectures import BACKBONES
    from faceapp.networks.weights import fetch_weights, survey

    if full and download is None:
        raise WorldError("--full says which file to fetch: name a network with --download.")
    if download is not None:
        with running_job() as job:
            file = fetch_weights(download, full=full, job=job)
        err.print(f"The file lies in {file}", highlight=False, soft_wrap=True)

    places = {name: survey(name) for name in BACKBONES}
    if as_json:
        print_json({name: [vars(place) for place in found] for name, found in places.items()})
        return
    for name, found in places.items():
        rows = [
            (p.name, "verified" if p.verified else "found" if p.found else "-", p.note or p.where)
            for p in found
        ]
        table(f"{name}", ("place", "state", "note"), rows)
