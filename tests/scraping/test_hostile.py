"""A web of faces and junk: what is kept is right, and a killed scrape keeps the same."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from faceapp.dataset import Dataset
from faceapp.faces import FaceDetector
from faceapp.imaging import read_image
from faceapp.scraping.collecting import Tools, collect
from faceapp.scraping.control import Control
from faceapp.scraping.downloader import Downloader, Limits
from faceapp.scraping.judging import FindFaces, Rules
from faceapp.scraping.phrases import shipped_phrases
from faceapp.scraping.planning import Wish, start_scrape
from faceapp.scraping.report import ScrapeReport
from faceapp.scraping.transport import Dialler
from fake_web import FakeWeb
from hostile_web import PLACES, HostileWeb, Picture, kind_of
from portraits import count_faces, portrait

QUERIES = ("sad face", "visage triste")
LIMITS = Limits(image_bytes=1_000_000)
VICTIM = Path(__file__).with_name("scrape_victim.py")


def scrape(
    web: FakeWeb, folder: Path, results: int, face: Picture, find_faces: FindFaces
) -> ScrapeReport:
    hostile = HostileWeb(web, results, QUERIES, face)
    control = Control()
    dialler = Dialler(web.resolve, web.connect, allow_loopback=True)
    downloader = Downloader(dialler, control, 0.0, LIMITS)
    wish = Wish("expression", ("sad",), (), QUERIES, tuple(PLACES), per_class=100_000)
    with Dataset.create(folder) as dataset:
        begun = start_scrape(dataset, wish, shipped_phrases())
        tools = Tools(downloader, control, find_faces, "x", hostile.homes)
        return collect(dataset, begun, tools)


def check_what_was_kept(folder: Path, find_faces: FindFaces) -> None:
    """Every sample a face, none twice, each file where it belongs, and no other file."""
    with Dataset.open(folder) as dataset:
        samples = dataset.samples()
        paths = [dataset.image_path(each) for each in samples]
        assert len(dataset.proposals("expression")) == len(samples)
    for path in paths:
        assert len(find_faces(read_image(path).pixels)) == 1
    assert len({each.sha256 for each in samples}) == len(samples)
    hashes = np.array([each.phash for each in samples], np.uint64)
    differing = np.bitwise_count(hashes[:, None] ^ hashes[None, :])
    np.fill_diagonal(differing, 64)
    assert differing.min() > Rules().near
    files = {path for path in folder.parent.rglob("*") if path.is_file()}
    assert {each for each in files if each.suffix not in {".sqlite", ".sqlite-wal", ".sqlite-shm"}
            } == set(paths)  # fmt: skip


def expected(results: int) -> Counter[str]:
    return Counter(kind_of(number) or "kept" for number in range(results))


def test_a_web_of_faces_and_junk(web: FakeWeb, tmp_path: Path) -> None:
    report = scrape(web, tmp_path / "d", 120, portrait, count_faces)
    # Who is first of several copies depends on the order of the queries; how many there are, not.
    assert _merged(Counter(report.refused) + Counter(kept=report.kept)) == _merged(expected(120))
    assert [each.ended for each in report.queries] == ["exhausted"] * 8
    assert sum(each.found for each in report.queries) == 120
    assert set(web.dialled) == {"127.0.0.1"}
    check_what_was_kept(tmp_path / "d", count_faces)


def _merged(counts: Counter[str]) -> Counter[str]:
    """Copies of one image counted together, whichever of them came first."""
    merged = Counter(counts)
    for word in ("duplicate_url", "duplicate_bytes", "near_duplicate"):
        merged["copy"] += merged.pop(word, 0)
    return merged


@contextmanager
def victim(folder: Path, web: FakeWeb) -> Iterator[subprocess.Popen[str]]:
    tests = str(Path(__file__).parent.parent)
    path = os.pathsep.join([tests, *filter(None, [os.environ.get("PYTHONPATH")])])
    command = [sys.executable, str(VICTIM), str(folder), str(web.port), *QUERIES]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": path}
    ) as process:
        yield process


def outcomes(folder: Path) -> dict[tuple[str, str, int], str]:
    with Dataset.open(folder) as dataset:
        found = dataset.latest_scrape("expression")
        assert found is not None
        return {
            (search.engine, search.query, result.rank): result.outcome
            for search in dataset.searches(found.id)
            for result in dataset.results(search.id)
        }


def kept(folder: Path) -> set[tuple[str, str]]:
    with Dataset.open(folder) as dataset:
        return {(each.name, each.sha256) for each in dataset.samples()}


@pytest.mark.parametrize(
    ("results", "kills"), [(80, 2), pytest.param(2000, 20, marks=pytest.mark.slow)]
)
@pytest.mark.timeout(1500)
def test_a_killed_scrape_goes_on_to_the_same_end(
    web: FakeWeb, tmp_path: Path, results: int, kills: int
) -> None:
    HostileWeb(web, results, QUERIES)
    dice = random.Random(results)
    for _ in range(kills):
        with victim(tmp_path / "killed", web) as process:
            assert process.stdout is not None
            for _ in range(dice.randint(1, results // (kills + 1))):
                assert process.stdout.readline() != "done\n"
            process.kill()
    for name in ("killed", "undisturbed"):
        with victim(tmp_path / name, web) as process:
            told, _ = process.communicate()
        assert told.endswith("done\n")
    assert kept(tmp_path / "killed") == kept(tmp_path / "undisturbed")
    assert outcomes(tmp_path / "killed") == outcomes(tmp_path / "undisturbed")
    assert "" not in outcomes(tmp_path / "killed").values()


@pytest.mark.faces
@pytest.mark.parametrize("results", [80, pytest.param(2000, marks=pytest.mark.slow)])
@pytest.mark.timeout(1500)
def test_real_faces_among_junk(web: FakeWeb, tmp_path: Path, face_data: Path, results: int) -> None:
    files = sorted((face_data / "images").iterdir())
    step = len(files) // results

    def face(number: int) -> bytes:
        return files[number * step].read_bytes()

    detector = FaceDetector(threads=1)
    report = scrape(web, tmp_path / "d", results, face, detector.detect)
    assert sum(report.refused.values()) + report.kept == results
    # Real files may be copies of one another, small or blurred: nearly all are kept.
    assert report.kept > 0.8 * expected(results)["kept"]
    check_what_was_kept(tmp_path / "d", detector.detect)
