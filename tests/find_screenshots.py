"""Pictures of "Find images" on drawn faces, for tests/screenshots.py."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from faceapp.app import Program
from faceapp.dataset import Dataset
from faceapp.gui.scrape.dialog import ScrapeDialog
from faceapp.scraping.phrases import shipped_phrases
from fake_web import fake_web
from image_sites import ImageSites

Wait = Callable[[Program, Callable[[], bool]], None]
LANGUAGES = ("en", "es", "fr", "de")
A_QUERY = 5
GOAL = 12
SIZE = (1120, 760)


@contextmanager
def drawn_sites(faces: Path) -> Iterator[ImageSites]:
    """Yahoo with drawn faces for every phrase in some languages."""
    files: defaultdict[str, list[str]] = defaultdict(list)
    with (faces / "labels.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            files[row["expression"]].append(row["image"])
    coming = {name: iter(found) for name, found in files.items()}
    with fake_web() as web:
        sites = ImageSites(web)
        for number, phrase in enumerate(shipped_phrases()):
            if phrase.language in LANGUAGES and phrase.class_name in coming:
                names = list(islice(coming[phrase.class_name], A_QUERY))
                images = [(faces / name).read_bytes() for name in names]
                junk = [*images[:1], b"<html></html>"]
                urls = sites.put_images(f"host{number % 7}.test", images + junk, f"{number}")
                sites.answer("yahoo", phrase.text, urls)
        yield sites


def draw_find(program: Program, out: Path, faces: Path, mode: str, wait: Wait) -> None:
    """The dialog as it is set up, and as it was after a search, into a dataset of its own."""
    window = program.window
    folder = faces.parent / f"found-{mode}"
    Dataset.create(folder).close()
    window.opening.open(folder)
    pages = window.pages
    assert pages is not None
    with drawn_sites(faces) as sites:
        dialog = ScrapeDialog(pages.session, pages.jobs, sites.scraper().work(), window)
        dialog.show_task("expression")
        dialog.resize(*SIZE)
        dialog.show()
        wait(program, lambda: dialog.idle)
        set_up = dialog.set_up
        set_up.languages.tick(LANGUAGES)
        set_up.goal.setValue(GOAL)
        _draw(program, dialog, out / f"find-set-up-{mode}.png", wait)
        set_up.start.click()
        wait(program, lambda: dialog.run is not None and not dialog.run.running)
        _draw(program, dialog, out / f"find-tray-{mode}.png", wait)
        dialog.close()
        dialog.deleteLater()


def _draw(program: Program, dialog: ScrapeDialog, file: Path, wait: Wait) -> None:
    wait(program, lambda: dialog.idle)
    dialog.grab().save(str(file))
    print(file)
