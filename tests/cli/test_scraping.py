"""scrape and credits, as a person types them, against engines on this machine."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

import faceapp.faces
from engine_answers import NOTHING, Shown, openverse, yahoo
from faceapp.cli import scraping
from faceapp.cli.main import run as run_program
from faceapp.dataset import Dataset
from faceapp.dataset.exporting import export_csv
from faceapp.dataset.importing import import_images
from faceapp.errors import Cancelled, WorldError
from faceapp.jobs import Job
from faceapp.paths import data_folder
from fake_web import Ask, FakeWeb, Say, fake_web
from portraits import count_faces, portrait

HOST = "127.0.0.1"
Run = Callable[..., Any]


class StandIn:
    """A detector of our drawn stand-ins."""

    name = "stand-in"
    detect = staticmethod(count_faces)


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeWeb]:
    monkeypatch.setattr(faceapp.faces, "FaceDetector", StandIn)
    with fake_web() as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "faces"


@pytest.fixture
def run(folder: Path) -> Run:
    app = typer.Typer()
    scraping.register(app)

    def call(command: str, *arguments: str, **more: Any) -> Any:
        answer = CliRunner().invoke(app, [command, str(folder), *arguments], **more)
        if answer.exception is not None and not isinstance(answer.exception, SystemExit):
            raise answer.exception
        assert answer.exit_code == 0, answer.output
        return json.loads(answer.stdout) if "--json" in arguments else answer.stdout

    return call


def serve(web: FakeWeb, engine: str, **answers: list[Shown]) -> tuple[str, ...]:
    """Let an engine answer these queries with one page each; return the flags that lead there."""
    path, asked, form = {
        "yahoo": ("/search/images", "p", yahoo),
        "openverse": ("/v1/images/", "q", openverse),
    }[engine]

    def say(ask: Ask) -> Say:
        shown = answers.get(ask.query[asked].replace(" ", "_"), [])
        first = ask.query.get("b", "1") == "1"
        return Say((form(shown) if shown and first else NOTHING[engine]).encode())

    web.answers[HOST, path] = say
    flags = ("--engine-url", f"{engine}={web.url(HOST)}", "--allow-loopback", "--delay", "0")
    return (*flags, "--json")


def put(web: FakeWeb, *seeds: int, **options: Any) -> list[Shown]:
    return [Shown(web.put(HOST, f"/{seed}.jpg", portrait(seed, **options))) for seed in seeds]


def test_scrape_prints_what_came_of_every_query(web: FakeWeb, run: Run, folder: Path) -> None:
    flags = serve(web, "yahoo", sad_face=put(web, 1, 2) + put(web, 3, faces=0), unhappy=[])
    answer = run(
        "scrape", "--task", "expression", "--class", "sad", "--query", "sad face",
        "--query", "unhappy", *flags,
    )  # fmt: skip
    assert answer == {
        "kept": 2,
        "refused": {"no_face": 1},
        "queries": [
            {
                "engine": "yahoo",
                "query": "sad face",
                "language": "en",
                "found": 3,
                "kept": 2,
                "ended": "exhausted",
            },
            {
                "engine": "yahoo",
                "query": "unhappy",
                "language": "",
                "found": 0,
                "kept": 0,
                "ended": "no_results",
            },
        ],
    }
    with Dataset.open(folder) as dataset:
        assert [each.answer for each in dataset.proposals("expression")] == ["sad", "sad"]


def test_scrape_searches_phrases_by_class_and_language(
    web: FakeWeb, run: Run, folder: Path
) -> None:
    flags = serve(web, "yahoo", cara_de_enojado=put(web, 1), visage_triste=put(web, 2))
    answer = run(
        "scrape", "--task", "expression", "--class", "angry", "--class", "sadness",
        "--language", "es", "--language", "FR", *flags,
    )  # fmt: skip
    assert answer["kept"] == 2
    assert {each["language"] for each in answer["queries"]} == {"es", "fr"}
    assert len(answer["queries"]) == 8
    with Dataset.open(folder) as dataset:
        assert {each.answer for each in dataset.proposals("expression")} == {"angry", "sad"}


def test_per_class_host_limit_and_licence(web: FakeWeb, run: Run) -> None:
    flags = serve(web, "openverse", x=put(web, *range(8)))
    common = ("--task", "sex", "--class", "female", "--query", "x", "--engine", "openverse")
    answer = run("scrape", *common, "--per-class", "3", "--licence", "reuse", *flags)
    assert (answer["kept"], answer["queries"][0]["ended"]) == (3, "enough")
    assert web.asked[0].query["license_type"] == "commercial,modification"
    answer = run("scrape", *common, "--host-limit", "2", *flags)
    assert answer["refused"] == {"duplicate_url": 3, "host_limit": 3}


def test_a_search_site_is_asked_only_with_consent(
    web: FakeWeb, run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ("--task", "expression", "--class", "sad", "--query", "x")
    with pytest.raises(WorldError, match="--agree"):
        run("scrape", *arguments)
    assert not folder.exists()
    # One line, and exit code 1, as the program itself says it.
    monkeypatch.setattr(sys, "argv", ["faceapp", "scrape", str(folder), *arguments])
    assert run_program() == 1


def test_consent_in_a_terminal_is_asked_once(
    web: FakeWeb, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    class Terminal:
        @staticmethod
        def isatty() -> bool:
            return True

    def confirm(text: str, **_: Any) -> bool:
        asked.append(text)
        return len(asked) > 1

    monkeypatch.setattr(scraping.sys, "stdin", Terminal)
    monkeypatch.setattr(scraping.typer, "confirm", confirm)
    with pytest.raises(WorldError, match="was not asked"):
        scraping._ask_agreement(["yahoo", "openverse"], {})
    assert not data_folder().exists()
    for _ in range(2):
        scraping._ask_agreement(["yahoo"], {})
    assert len(asked) == 2
    scraping._ask_agreement(["openverse"], {})
    scraping._ask_agreement(["bing"], {"bing": "http://mirror.example"})


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--engine", "altavista"), "altavista"),
        (("--language", "xx"), "'xx'"),
        (("--class", "bored"), "bored"),
        (("--licence", "reuse"), "Yahoo"),
        (("--engine", "page"), "--query"),
        (("--engine-url", "yahoo=ftp://x"), "ftp://x"),
        (("--engine-url", "lycos=http://x.example"), "lycos"),
    ],
)
def test_what_cannot_be_searched_is_refused_in_words(
    run: Run, arguments: tuple[str, ...], named: str
) -> None:
    with pytest.raises(WorldError, match=named):
        run("scrape", "--task", "expression", "--agree", *arguments)


def test_a_new_task_needs_its_classes_and_queries(run: Run) -> None:
    with pytest.raises(WorldError, match="--class"):
        run("scrape", "--task", "mood", "--agree")
    with pytest.raises(WorldError, match="--query"):
        run("scrape", "--task", "mood", "--class", "bored", "--agree")


def test_loopback_must_be_allowed(web: FakeWeb, run: Run) -> None:
    flags = [each for each in serve(web, "yahoo", x=put(web, 1)) if each != "--allow-loopback"]
    answer = run("scrape", "--task", "expression", "--class", "sad", "--query", "x", *flags)
    assert answer["queries"][0]["ended"] == "error"
    assert web.asked == []


def test_ctrl_c_prints_what_is_done_and_resume_goes_on(
    web: FakeWeb, run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flags = serve(web, "yahoo", x=put(web, 1, 2, 3))
    arguments = ("--task", "expression", "--class", "sad", "--query", "x", *flags)

    def detect(pixels: Any) -> Any:
        interrupted.cancelled = len(seen) >= 1
        seen.append(1)
        return count_faces(pixels)

    seen: list[int] = []
    interrupted = type("Switch", (), {"cancelled": False})()
    with monkeypatch.context() as patch:
        patch.setattr(StandIn, "detect", staticmethod(detect))
        patch.setattr(Job, "check", lambda _job: _stop(interrupted))
        with pytest.raises(Cancelled):
            run("scrape", *arguments)
    with Dataset.open(folder) as dataset:
        kept = dataset.count()
        assert 1 <= kept < 3
    answer = run("scrape", *arguments, "--resume")
    assert (answer["kept"], answer["queries"][0]["ended"]) == (3, "exhausted")
    # Nothing is left to resume: it is a new scrape, which finds all known.
    again = run("scrape", *arguments, "--resume")
    assert (again["kept"], again["refused"]) == (0, {"duplicate_url": 3})


def _stop(switch: Any) -> None:
    if switch.cancelled:
        raise Cancelled


def test_the_table_for_people_names_what_went_wrong(web: FakeWeb, run: Run) -> None:
    web.put(HOST, "/search/images", b"<html>brand new</html>")
    flags = serve(web, "yahoo")[:-1]
    web.put(HOST, "/search/images", b"<html>brand new</html>")
    told = run("scrape", "--task", "expression", "--class", "sad", "--query", "x", *flags)
    assert "0 images kept" in told
    assert "Try another engine" in told


def test_credits_name_creators_and_survive_an_export(
    web: FakeWeb, run: Run, folder: Path, tmp_path: Path
) -> None:
    flags = serve(web, "openverse", x=put(web, 1))
    run("scrape", "--task", "sex", "--class", "male", "--query", "x", "--engine", "openverse",
        *flags)  # fmt: skip
    answer = run("credits", "--json")
    (credit,) = answer["credits"]
    assert (credit["creator"], credit["licence"]) == ("Ana Pérez", "by 2.0")
    text = Path(answer["file"]).read_text(encoding="utf-8")
    assert "by Ana Pérez is licensed under CC BY 2.0." in text
    assert "https://creativecommons.org/licenses/by/2.0/" in text
    with Dataset.open(folder) as dataset:
        export_csv(dataset, tmp_path / "out")
    with (tmp_path / "out" / "samples.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert json.loads(row["provenance"])["image_url"] == web.url(HOST, "/1.jpg")
    with Dataset.create(tmp_path / "again") as dataset:
        import_images(dataset, tmp_path / "out")
        (sample,) = dataset.samples()
        assert sample.provenance["creator"] == "Ana Pérez"


def test_credits_of_a_dataset_without_searches_are_empty(run: Run, folder: Path) -> None:
    Dataset.create(folder).close()
    assert run("credits", "--json")["credits"] == []
    assert "0 images" in run("credits")
