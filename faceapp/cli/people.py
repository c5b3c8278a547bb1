"""The command that groups people by how alike their faces are: people."""

from __future__ import annotations

from typing import Annotated

import typer

from faceapp.cli.console import out, print_json, running_job, table
from faceapp.cli.datasets import AsJson, DatasetDir
from faceapp.dataset import Changes, Dataset
from faceapp.people import DEFAULT_THRESHOLD, ProposedPeople, apply_groups
from faceapp.people.proposing import to_json
from faceapp.services.people import propose

_SHOWN = 40
_SURE = {"high": "sure", "fair": "fairly sure", "low": "look closely"}


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(people)


def people(
    folder: DatasetDir,
    *,
    threshold: Annotated[
        float,
        typer.Option(
            min=0.1, max=1.0, help="Greatest distance within a person; less joins fewer faces."
        ),
    ] = DEFAULT_THRESHOLD,
    apply: Annotated[
        bool, typer.Option("--apply", help="Write the groups; `faceapp undo` takes it back.")
    ] = False,
    everyone: Annotated[
        bool, typer.Option("--all", help="Group samples anew that have a person already.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Propose who is whom in DIR, by how alike the faces are; changes nothing without --apply."""
    with Dataset.open(folder) as dataset:
        with running_job() as job:
            found = propose(dataset, threshold=threshold, everyone=everyone, job=job)
        answer = to_json(dataset, found)
        changes = Changes()
        if apply:
            chosen = {each: group.name for group in found.groups for each in group.samples}
            changes = apply_groups(dataset, chosen)
    if as_json:
        print_json(answer | {"applied": bool(changes), "action": changes.what})
        return
    _print(found, answer["groups"])
    if changes:
        out.print(f"{changes.what}. `faceapp undo` takes it back.", highlight=False)
    elif found.groups and not apply:
        out.print("Nothing was changed; --apply writes these groups.", highlight=False)


def _print(found: ProposedPeople, groups: list[dict[str, object]]) -> None:
    if found.used == "families":
        out.print(
            f"Near-duplicates alone were used, not the likeness of faces. {found.problem}",
            highlight=False,
            soft_wrap=True,
        )
    else:
        out.print(f"Faces were compared, up to a distance of {found.threshold:g}.", highlight=False)
    if groups:
        rows = [_row(group) for group in groups[:_SHOWN]]
        more = f", the first {_SHOWN}" if len(groups) > _SHOWN else ""
        header = ("person", "images", "known already", "distance", "how sure", "files")
        table(f"\n{len(groups)} groups{more}", header, rows)
    out.print(
        f"Like no other: {found.alone}. With a person already: {found.settled}. "
        f"Without a face: {found.faceless}. Unreadable: {found.unreadable}.",
        highlight=False,
        soft_wrap=True,
    )


def _row(group: dict[str, object]) -> tuple[str, ...]:
    files, beside = group["files"], group["beside"]
    assert isinstance(files, list)
    assert isinstance(beside, list)
    shown = files[0] if len(files) == 1 else f"{files[0]} and {len(files) - 1} more"
    return (
        str(group["name"]),
        str(len(files)),
        str(len(beside)),
        f"{group['distance']:.2f}",
        _SURE[str(group["sure"])],
        shown,
    )
