"""What stands behind "Find images": the scraper, watched by the window."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from faceapp.dataset import Dataset, Task
from faceapp.dataset.searches import KEPT, NewSearch, Scrape, Search, SearchResult, Yield
from faceapp.dataset.vocabulary import EXPRESSIONS, SEX, canonical_word, default_classes
from faceapp.gui.scrape.work import (
    EngineFacts,
    Judged,
    Outlook,
    PhraseRow,
    QueryState,
    ScrapeRequest,
    ScrapeWork,
    TaskOutlook,
    Unfinished,
    Watch,
)
from faceapp.jobs import Job

if TYPE_CHECKING:
    from faceapp.scraping.collecting import Judged as CoreJudged
    from faceapp.scraping.collecting import Tools
    from faceapp.scraping.judging import Pixels
    from faceapp.scraping.phrases import Phrase
    from faceapp.scraping.planning import Wish
    from faceapp.scraping.transport import Dialler

PICTURE_SIDE = 160  # px: refused images are kept for the dialog at this size only
_USUAL_TASKS = {"expression": EXPRESSIONS, "sex": SEX}
_REPORT_SECONDS = 0.4


def _public_dialler() -> Dialler:
    from faceapp.scraping.transport import Dialler

    return Dialler()


@dataclass(frozen=True)
class Scraper:
    """Scrapes for the window.

    Attributes:
        homes: engines that are asked elsewhere than at their own address: tests and mirrors.
        make_dialler: what opens connections.
        delay: seconds between two requests to a host, at least.

    """

    homes: Mapping[str, str] = field(default_factory=dict)
    make_dialler: Callable[[], Dialler] = _public_dialler
    delay: float = 1.0

    def work(self) -> ScrapeWork:
        """The callables for the window; loads nothing yet."""
        return ScrapeWork(self.look, save_phrases, agree, self.collect)

    def look(self, folder: Path, job: Job) -> Outlook:
        """What can be searched for in a dataset.

        Raises:
            PhrasesUnreadable: the person's own table makes no sense.

        """
        from faceapp.scraping.agreement import NOTICE, sites_to_agree_to
        from faceapp.scraping.engines import ENGINES
        from faceapp.scraping.phrases import all_phrases, own_table, read_phrases

        own = own_table()
        written = frozenset(read_phrases(own)) if own.is_file() else frozenset()
        phrases = all_phrases()
        with Dataset.open(folder) as dataset:
            brought = _brought(dataset)
            job.check()
            tasks = dataset.tasks() or [
                Task(0, name, default_classes(classes)) for name, classes in _USUAL_TASKS.items()
            ]
            outlooks = tuple(
                _task_outlook(dataset, task, phrases, written, brought) for task in tasks
            )
        facts = tuple(
            EngineFacts(each.name, each.title, bool(each.home), each.asks, each.licensed)
            for each in ENGINES.values()
        )
        unagreed = frozenset(n for n in ENGINES if sites_to_agree_to([n], self.homes))
        return Outlook(facts, outlooks, NOTICE, unagreed)

    def collect(self, folder: Path, asked: ScrapeRequest | str, watch: Watch, job: Job) -> None:
        """Scrape as asked, or go on with the last scrape of a task.

        Raises:
            Cancelled: the person stopped it; what was kept stays.
            WorldError: nothing can be searched for as asked.

        """
        from faceapp.scraping.collecting import collect
        from faceapp.scraping.phrases import all_phrases
        from faceapp.scraping.planning import resume_scrape, start_scrape

        with Dataset.open(folder) as dataset:
            if isinstance(asked, str):
                scrape = resume_scrape(dataset, asked)
                if scrape is None:  # finished elsewhere since it was offered
                    return
            else:
                ticked = [_phrase(asked.task, row) for row in asked.phrases]
                scrape = start_scrape(dataset, _wish(asked), ticked or all_phrases())
            watcher = _Watcher(dataset, scrape, watch)
            watcher.begin(again=isinstance(asked, str))
            try:
                collect(dataset, scrape, self._tools(watcher, job))
            finally:
                watcher.report()

    def _tools(self, watcher: _Watcher, job: Job) -> Tools:
        from faceapp.faces import FaceDetector
        from faceapp.scraping.collecting import Tools
        from faceapp.scraping.control import Control
        from faceapp.scraping.downloader import Downloader

        control = Control(job, paused=watcher.watch.paused)
        detector = FaceDetector()
        return Tools(
            Downloader(self.make_dialler(), control, self.delay),
            control,
            detector.detect,
            detector.name,
            self.homes,
            watcher.tell,
            watcher.turn,
        )


def agree() -> None:
    """Remember that the person agreed to ask search sites; raises `OSError`."""
    from faceapp.scraping.agreement import remember_agreement

    remember_agreement()


def save_phrases(task: str, rows: Sequence[PhraseRow]) -> None:
    """Put these rows in place of the person's own phrases of a task.

    Raises:
        PhrasesUnreadable: the table cannot be read or written.

    """
    from faceapp.scraping.phrases import own_table, read_phrases, write_phrases

    table = own_table()
    others = [each for each in read_phrases(table) if each.task != task] if table.is_file() else []
    write_phrases(table, [*others, *(_phrase(task, row) for row in rows)])


def _phrase(task: str, row: PhraseRow) -> Phrase:
    from faceapp.scraping.phrases import Phrase

    return Phrase(
        task, row.class_name, row.language, row.intensity, row.text, row.gloss, row.preset
    )


def _wish(asked: ScrapeRequest) -> Wish:
    from faceapp.scraping.judging import Rules
    from faceapp.scraping.planning import Wish

    rules = Rules(
        image_side=asked.rules.image_side,
        face_side=asked.rules.face_side,
        several=asked.rules.several,
    )
    return Wish(
        task=asked.task,
        classes=asked.classes,
        queries=asked.addresses,
        engines=asked.engines,
        per_class=asked.per_class,
        licence=asked.licence,
        host_limit=asked.host_limit,
        rules=rules if asked.rules.sharp else replace(rules, sharpness=0.0),
    )


def _task_outlook(
    dataset: Dataset,
    task: Task,
    phrases: Sequence[Phrase],
    written: frozenset[Phrase],
    brought: Mapping[tuple[str, str], Yield],
) -> TaskOutlook:
    from faceapp.scraping.phrases import phrases_for
    from faceapp.scraping.planning import images_by_class, unfinished_scrape

    stored = task.name in {each.name for each in dataset.tasks()}
    # A person's own phrases are of their task; words for a class may come of any.
    fitting = [each for each in phrases if each not in written or each.task == task.name]
    rows = tuple(
        PhraseRow(
            name, each.text, each.language, each.intensity, each.gloss, each.preset, each in written
        )
        for name in task.names
        for each in phrases_for(fitting, name)
    )
    left = unfinished_scrape(dataset, task.name) if stored else None
    return TaskOutlook(
        task.name,
        {each.name: each.colour for each in task.classes},
        images_by_class(dataset, task.name) if stored else dict.fromkeys(task.names, 0),
        rows,
        {
            (row.class_name, row.text): found
            for row in rows
            if (found := brought.get((canonical_word(row.class_name), row.text)))
        },
        None if left is None else _unfinished(dataset, left),
    )


def _brought(dataset: Dataset) -> dict[tuple[str, str], Yield]:
    """What every phrase brought, all engines and scrapes together."""
    summed: dict[tuple[str, str], Yield] = {}
    for search, found in dataset.yields().items():
        key = (canonical_word(search.class_name), search.query)
        before = summed.get(key, Yield())
        summed[key] = Yield(
            before.found + found.found,
            before.face + found.face,
            before.kept + found.kept,
            before.accepted + found.accepted,
        )
    return summed


def _unfinished(dataset: Dataset, scrape: Scrape) -> Unfinished:
    kept = sum(each.kept for each in dataset.yields(scrape.id).values())
    return Unfinished(scrape.time, kept, sum(scrape.options["targets"].values()))


class _Watcher:
    """Tells the window of one scrape, in the words of the dialog."""

    def __init__(self, dataset: Dataset, scrape: Scrape, watch: Watch) -> None:
        self.watch = watch
        self._dataset = dataset
        self._scrape = scrape
        self._now: int | None = None
        self._told = float("-inf")

    def begin(self, *, again: bool) -> None:
        """Tell what is wanted, and what an interrupted scrape brought before."""
        self.watch.begin(sum(self._scrape.options["targets"].values()))
        if again:
            for search in self._dataset.searches(self._scrape.id):
                for result in self._dataset.results(search.id):
                    if result.outcome:
                        self.watch.tell(_told_before(search, result))
        self.report()

    def tell(self, judged: CoreJudged) -> None:
        """A result was judged."""
        search, result = judged.search, judged.result
        refused = judged.outcome.word != KEPT
        self.watch.tell(
            Judged(
                result.id,
                search.class_name,
                search.query,
                judged.outcome.word,
                judged.outcome.detail,
                judged.samples,
                _small(judged.pixels) if refused and judged.pixels is not None else b"",
                str(result.facts["image_url"]),
            )
        )
        if time.monotonic() - self._told > _REPORT_SECONDS:
            self.report()

    def turn(self, search: Search) -> None:
        """A search goes on."""
        self._now = search.id
        self.report()

    def report(self) -> None:
        """Tell how far all queries are."""
        from faceapp.scraping.engines import find_engine

        self._told = time.monotonic()
        yields = self._dataset.yields(self._scrape.id)
        searches = self._dataset.searches(self._scrape.id)
        states = []
        for each in searches:
            asked = NewSearch(each.engine, each.query, each.language, each.class_name)
            found = yields.get(asked, Yield())
            states.append(
                QueryState(
                    each.engine,
                    find_engine(each.engine).title,
                    each.query,
                    each.language,
                    each.class_name,
                    found.found,
                    found.kept,
                    each.ended,
                    each.note,
                )
            )
        places = [n for n, each in enumerate(searches) if each.id == self._now and not each.ended]
        self.watch.report(states, places[0] if places else None)


def _told_before(search: Search, result: SearchResult) -> Judged:
    kept = result.outcome == KEPT and result.sample is not None
    return Judged(
        result.id,
        search.class_name,
        search.query,
        result.outcome,
        result.detail,
        (result.sample,) if kept and result.sample is not None else (),
        b"",
        str(result.facts["image_url"]),
    )


def _small(pixels: Pixels) -> bytes:
    from PIL import Image

    image = Image.fromarray(pixels)
    image.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
    file = io.BytesIO()
    image.save(file, "JPEG", quality=85)
    return file.getvalue()
