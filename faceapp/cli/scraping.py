"""Commands that search for images: scrape, credits."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from faceapp.cli.console import err, out, print_json, running_job, table
from faceapp.cli.datasets import AsJson, DatasetDir
from faceapp.dataset import Dataset
from faceapp.errors import Cancelled
from faceapp.jobs import Job

if TYPE_CHECKING:
    from faceapp.dataset.searches import Scrape
    from faceapp.scraping.collecting import Tools
    from faceapp.scraping.planning import Wish
    from faceapp.scraping.report import ScrapeReport

Many = list[str] | None


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command()(scrape)
    app.command("credits")(credits_)


def scrape(
    folder: DatasetDir,
    *,
    task: Annotated[str, typer.Option(help="Which task the images are for.")],
    classes: Annotated[Many, typer.Option("--class", help="Of these classes; else all.")] = None,
    languages: Annotated[
        Many, typer.Option("--language", help="Phrases in these languages (en, es, ...).")
    ] = None,
    queries: Annotated[
        Many, typer.Option("--query", help="Search for this instead of the phrases.")
    ] = None,
    engines: Annotated[
        Many,
        typer.Option("--engine", help="yahoo (default), bing, openverse, commons, page or urls."),
    ] = None,
    per_class: Annotated[int, typer.Option(min=1, help="Bring every class to so many.")] = 100,
    licence: Annotated[
        Literal["any", "reuse"], typer.Option(help="'reuse': only what may be used again.")
    ] = "any",
    host_limit: Annotated[
        int | None, typer.Option(min=1, help="Keep at most so many of one host.")
    ] = None,
    delay: Annotated[
        float, typer.Option(min=0, help="Seconds between two requests to a host, at least.")
    ] = 1.0,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the last scrape, if it was interrupted.")
    ] = False,
    agree: Annotated[
        bool, typer.Option("--agree", help="Yes, search sites may be asked in my name.")
    ] = False,
    engine_url: Annotated[
        Many, typer.Option(metavar="NAME=URL", help="Ask an engine there: tests and mirrors.")
    ] = None,
    allow_loopback: Annotated[
        bool, typer.Option("--allow-loopback", help="Addresses of this machine may be asked.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Search the web for faces, and add what is found to DIR (made if there is none) for review."""
    from faceapp.scraping.planning import Wish

    wish = Wish(
        task=task,
        classes=tuple(classes or ()),
        languages=tuple(each.lower() for each in languages or ()),
        queries=tuple(queries or ()),
        engines=tuple(engines or ("yahoo",)),
        per_class=per_class,
        licence=licence,
        host_limit=host_limit,
    )
    homes = _homes(engine_url or ())
    if not (agree or resume):
        _ask_agreement(wish.engines, homes)
    with Dataset.open_or_create(folder) as dataset, running_job() as job:
        planned = _plan(dataset, wish, homes, resume=resume, agree=agree)
        tools = _tools(job, homes, delay, allow_loopback=allow_loopback)
        report = _collect(dataset, planned, tools, as_json=as_json)
    _print_report(report, as_json=as_json)


def _homes(given: Iterable[str]) -> dict[str, str]:
    """Where engines are asked instead of at their own address."""
    from faceapp.scraping.addresses import check_url
    from faceapp.scraping.engines import find_engine

    homes = {}
    for text in given:
        name, _, url = text.partition("=")
        check_url(url)
        homes[find_engine(name).name] = url.rstrip("/")
    return homes


def _ask_agreement(engines: Iterable[str], homes: Mapping[str, str]) -> None:
    """Say once what asking search sites means, and go on only where the person says yes."""
    from faceapp.scraping.agreement import (
        NOTICE,
        NotAgreed,
        remember_agreement,
        sites_to_agree_to,
    )

    sites = " or ".join(sites_to_agree_to(engines, homes))
    if not sites:
        return
    if not sys.stdin.isatty():
        raise NotAgreed(f"To search {sites}, say with --agree that it may be asked in your name.")
    err.print(NOTICE.filled(sites=sites), highlight=False)
    if not typer.confirm("Go on?", err=True):
        raise NotAgreed(f"{sites} was not asked.")
    remember_agreement()


def _plan(
    dataset: Dataset, wish: Wish, homes: Mapping[str, str], *, resume: bool, agree: bool
) -> Scrape:
    """The scrape that was interrupted, where one is to be resumed, or else a new one."""
    from faceapp.scraping.phrases import all_phrases
    from faceapp.scraping.planning import resume_scrape, start_scrape

    found = resume_scrape(dataset, wish.task) if resume else None
    if resume and not agree:
        searches = dataset.searches(found.id) if found else ()
        _ask_agreement((each.engine for each in searches) if found else wish.engines, homes)
    if found is not None:
        err.print(f"Going on with the scrape of {found.time}.", highlight=False)
        return found
    return start_scrape(dataset, wish, all_phrases())


def _tools(job: Job, homes: Mapping[str, str], delay: float, *, allow_loopback: bool) -> Tools:
    from faceapp.faces import FaceDetector
    from faceapp.scraping.collecting import Tools
    from faceapp.scraping.control import Control
    from faceapp.scraping.downloader import Downloader
    from faceapp.scraping.transport import Dialler

    control = Control(job)
    downloader = Downloader(Dialler(allow_loopback=allow_loopback), control, delay)
    detector = FaceDetector()
    return Tools(downloader, control, detector.detect, detector.name, homes)


def _collect(dataset: Dataset, planned: Scrape, tools: Tools, *, as_json: bool) -> ScrapeReport:
    from faceapp.scraping.collecting import collect
    from faceapp.scraping.report import report_on

    try:
        return collect(dataset, planned, tools)
    except Cancelled:
        _print_report(report_on(dataset, planned), as_json=as_json)
        raise


def _print_report(report: ScrapeReport, *, as_json: bool) -> None:
    if as_json:
        print_json(report.to_json())
        return
    rows = [
        (
            each.query,
            each.class_name,
            each.language,
            each.engine,
            str(each.found),
            str(each.kept),
            _counts(each.refused),
            each.ended,
        )
        for each in report.queries
    ]
    header = ("query", "class", "language", "engine", "found", "kept", "refused", "ended")
    table(f"{report.kept} images kept, for review", header, rows)
    if report.refused:
        out.print(f"Refused: {_counts(report.refused)}", highlight=False)
    _print_notes(each.note for each in report.queries if each.ended in {"layout", "error"})


def _counts(refused: Mapping[str, int]) -> str:
    return ", ".join(f"{reason} {number}" for reason, number in refused.items())


def _print_notes(notes: Iterable[str]) -> None:
    for note in dict.fromkeys(notes):
        out.print(note, highlight=False, soft_wrap=True, markup=False)


def credits_(folder: DatasetDir, *, as_json: AsJson = False) -> None:
    """Write whom the found images of DIR are owed to into DIR/CREDITS.txt."""
    from faceapp.scraping.credits import credits_of, write_credits

    with Dataset.open(folder) as dataset:
        found = credits_of(dataset)
        path = write_credits(dataset, found)
    if as_json:
        print_json({"file": str(path), "credits": [asdict(each) for each in found]})
        return
    unknown = sum(not each.licence for each in found)
    out.print(f"{len(found)} images are credited in {path}", soft_wrap=True, highlight=False)
    if unknown:
        out.print(f"No search told the licence of {unknown} of them.", highlight=False)
