"""The scrape itself: page by page, image by image, each written down before the next is judged.

Every result and its outcome lie in the dataset, so a scrape that was killed goes on where it was.
Images are fetched and decoded ahead by a few threads, but judged one after the other in the order
of the results: what is kept never depends on which answer came first.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from urllib.parse import urlsplit

from faceapp.dataset import Dataset, Query
from faceapp.dataset.importing.storing import prepare_incoming
from faceapp.dataset.searches import KEPT, NewResult, Outcome, Scrape, Search, SearchResult
from faceapp.errors import Cancelled, WorldError
from faceapp.jobs import Progress
from faceapp.scraping.addresses import url_key
from faceapp.scraping.control import Control
from faceapp.scraping.downloader import Downloader, FetchRefused
from faceapp.scraping.engines import (
    Blocked,
    Ended,
    Engine,
    Found,
    LayoutUnknown,
    NoResults,
    Reply,
    SearchRefused,
    Wanted,
    find_engine,
)
from faceapp.scraping.judging import FindFaces, Hashes, Loaded, NotWanted, Pixels, judge, load
from faceapp.scraping.keeping import Keeper
from faceapp.scraping.planning import rules_of
from faceapp.scraping.report import ScrapeReport, report_on
from faceapp.words import Words

_AHEAD = 8  # results whose images are fetched before their turn
_THREADS = _AHEAD  # one that waits for its host's turn keeps none from asking another
_MOST_PAGES = 50
_BLOCKED_IN_A_ROW = 3
_FOR_THE_MOMENT = frozenset({"http_error", "timeout"})


@dataclass(frozen=True)
class Judged:
    """What became of a result; `pixels` is its image where it could be decoded."""

    search: Search
    result: SearchResult
    outcome: Outcome
    samples: tuple[int, ...] = ()
    pixels: Pixels | None = None


@dataclass(frozen=True)
class Tools:
    """What a scrape works with.

    Attributes:
        downloader: asks hosts; closed when the scrape is over.
        control: clock, cancel, pause.
        find_faces: the faces of an image, largest first.
        detector: the name that goes with these faces.
        homes: engines that are asked elsewhere than at their own address.
        tell: is told of every result as it is judged.
        turn: is told of every search whose turn it is, before it goes on.

    """

    downloader: Downloader
    control: Control
    find_faces: FindFaces
    detector: str
    homes: Mapping[str, str] = field(default_factory=dict)
    tell: Callable[[Judged], None] = field(default=lambda _judged: None)
    turn: Callable[[Search], None] = field(default=lambda _search: None)


def collect(dataset: Dataset, scrape: Scrape, tools: Tools) -> ScrapeReport:
    """Search, fetch, judge and keep, until every class has enough or every search is over.

    All that is kept is one step to undo; what is refused is remembered for ever.

    Raises:
        Cancelled: the person stopped it; what was kept stays, and the scrape can be resumed.
        DatasetError: the dataset cannot be written.

    """
    with (
        dataset.action(Words("Find images")) as action,
        ThreadPoolExecutor(_THREADS, thread_name_prefix="scrape") as pool,
    ):
        try:
            _Collection(dataset, scrape, tools, pool).run()
        except Cancelled:
            for search in dataset.searches(scrape.id):
                if not search.ended:
                    dataset.end_search(search.id, "cancelled")
            raise
        finally:
            # The pool waits for its threads: none may go on reading.
            tools.downloader.close()
            pool.shutdown(wait=True, cancel_futures=True)
            report = report_on(dataset, scrape)
            dataset.rename_action(action, Words("Find {number:,} images", number=report.kept))
    return report


class _Collection:
    """One scrape under way."""

    def __init__(
        self, dataset: Dataset, scrape: Scrape, tools: Tools, pool: ThreadPoolExecutor
    ) -> None:
        self._dataset = dataset
        self._scrape = scrape
        self._tools = tools
        self._control = tools.control
        self._pool = pool
        self._rules = rules_of(scrape.options)
        self._targets: dict[str, int] = scrape.options["targets"]
        self._host_limit: int | None = scrape.options["host_limit"]
        self._hosts = Counter(dataset.kept_by_host(scrape.id))
        self._blocked = Counter[str]()
        incoming = dataset.cache / "incoming"
        prepare_incoming(incoming)
        self._keeper = Keeper(dataset, scrape.task, incoming, tools.detector)
        samples = dataset.samples(Query(quarantined=None))
        self._hashes = Hashes([(each.phash, each.id) for each in samples])
        self._kept = Counter[str]()
        for asked, brought in dataset.yields(scrape.id).items():
            self._kept[asked.class_name] += brought.kept

    def run(self) -> None:
        searches = self._dataset.searches(self._scrape.id)
        for class_name in dict.fromkeys(each.class_name for each in searches):
            while search := self._next_search(class_name):
                self._control.gate()
                self._tools.turn(search)
                self._go_on(search)

    def _next_search(self, class_name: str) -> Search | None:
        """The search to go on with: the one that has had the fewest pages; None when all is done.

        Taking turns by the page mixes languages and engines in what is kept.
        """
        running = [
            each
            for each in self._dataset.searches(self._scrape.id)
            if each.class_name == class_name and not each.ended
        ]
        if self._enough(class_name):
            for each in running:
                self._dataset.end_search(each.id, "enough")
            return None
        unfinished = (each for each in running if self._open_results(each))
        return next(unfinished, None) or min(
            running, key=lambda each: (each.pages, each.id), default=None
        )

    def _enough(self, class_name: str) -> bool:
        return self._kept[class_name] >= self._targets[class_name]

    def _open_results(self, search: Search) -> list[SearchResult]:
        return self._dataset.results(search.id, only_open=True) if search.pages else []

    def _go_on(self, search: Search) -> None:
        """Judge the results that are open, or else read the next page."""
        if results := self._open_results(search):
            self._judge_all(search, results)
        elif search.following is None or search.pages >= _MOST_PAGES:
            self._end(search, "exhausted")
        else:
            self._read_page(search, find_engine(search.engine), search.following)

    # Pages of results

    def _read_page(self, search: Search, engine: Engine, start: int) -> None:
        try:
            if self._blocked[engine.name] >= _BLOCKED_IN_A_ROW:
                raise Blocked(
                    Words("{engine} has refused to answer several times.", engine=engine.title)
                )
            reply = self._page(search, engine, start)
            self._add(search, engine, reply, start)
        except NoResults as refused:
            self._end(search, "exhausted" if search.pages else "no_results", str(refused))
        except SearchRefused as refused:
            self._blocked[engine.name] += isinstance(refused, Blocked)
            self._end(search, refused.ended, str(refused))
        except FetchRefused as refused:
            ended: Ended = "blocked" if refused.reason == "robots" else "error"
            self._end(search, ended, f"{engine.title}: {refused}")

    def _page(self, search: Search, engine: Engine, start: int) -> Reply:
        licence = self._scrape.options["licence"]
        wanted = Wanted(search.query, search.language, licence)
        home = self._tools.homes.get(engine.name)
        try:
            request = engine.build(engine.home if home is None else home, wanted, start)
        except WorldError as error:
            raise SearchRefused(str(error)) from error
        if request is None:
            return Reply("", search.query.encode("utf-8", errors="replace"))
        gap = engine.gap if home is None else 0.0
        page = self._tools.downloader.page
        future = self._pool.submit(page, request, crawled=engine.crawled, gap=gap)
        return self._control.result(future, self._tools.downloader.tick)

    def _add(self, search: Search, engine: Engine, reply: Reply, start: int) -> None:
        """Write a page's results down, unless it brings nothing new."""
        try:
            page = engine.read(reply, start)
        except LayoutUnknown as unknown:
            kept = self._keeper.raw_page(engine.name, reply.body)
            raise LayoutUnknown(
                Words("{unknown} The page is kept in {kept}.", unknown=unknown, kept=kept)
            ) from unknown
        self._blocked[engine.name] = 0
        results = [_new_result(found) for found in page.results]
        known = self._dataset.addresses_of(search.id)
        if results and known.issuperset(each.address for each in results):
            self._end(search, "exhausted", "The page brought nothing new.")
        else:
            self._dataset.add_results(search.id, results, page.following)

    def _end(self, search: Search, ended: Ended, note: str = "") -> None:
        self._dataset.end_search(search.id, ended, note)

    # Images

    def _judge_all(self, search: Search, results: Sequence[SearchResult]) -> None:
        total = sum(self._targets.values())
        for result, future in self._fetched_ahead(results):
            self._control.gate()
            judged = self._judge(search, result, future)
            self._tools.tell(judged)
            what = Words("Finding {class_name}", class_name=search.class_name or Words("images"))
            self._control.job.report(Progress(what, sum(self._kept.values()), total))
            if self._enough(search.class_name):
                return

    def _fetched_ahead(
        self, results: Sequence[SearchResult]
    ) -> Iterator[tuple[SearchResult, Future[Loaded] | None]]:
        """The results in order, the next few of them already under way, no address twice."""
        waiting: deque[tuple[SearchResult, Future[Loaded] | None]] = deque()
        coming = iter(results)
        try:
            while True:
                for result in coming:
                    under_way = any(each.address == result.address for each, _ in waiting)
                    waiting.append((result, None if under_way else self._fetch(result)))
                    if len(waiting) == _AHEAD:
                        break
                if not waiting:
                    return
                yield waiting.popleft()
        finally:
            for _, future in waiting:
                if future is not None:
                    future.cancel()

    def _fetch(self, result: SearchResult) -> Future[Loaded] | None:
        """Begin to fetch an image; None where it is refused unseen."""
        if self._refused_unseen(result) is not None:
            return None
        return self._submit(result)

    def _submit(self, result: SearchResult) -> Future[Loaded]:
        return self._pool.submit(self._load, result.facts["image_url"])

    def _load(self, url: str) -> Loaded:
        return load(self._tools.downloader.image(url), self._rules)

    def _judge(self, search: Search, result: SearchResult, future: Future[Loaded] | None) -> Judged:
        # What is known may have grown since the image was asked for.
        outcome = self._refused_unseen(result)
        pixels: Pixels | None = None
        samples: tuple[int, ...] = ()
        if outcome is None:
            try:
                awaited = future or self._submit(result)
                loaded = self._control.result(awaited, self._tools.downloader.tick)
            except FetchRefused as refused:
                outcome = Outcome(refused.reason, str(refused), refused.final)
            except NotWanted as refused:
                outcome = Outcome(refused.reason, str(refused), final=True)
            else:
                pixels = loaded.image.pixels
                outcome, samples = self._look(search, result, loaded)
        if outcome.word != KEPT:
            self._dataset.settle(result.id, outcome)
        return Judged(search, result, outcome, samples, pixels)

    def _refused_unseen(self, result: SearchResult) -> Outcome | None:
        """The outcome of a result that need not be fetched; None where it must."""
        known = self._dataset.known_address(result)
        for each in known:
            if each.sample is not None:
                return Outcome("duplicate_url", face=True, sample=each.sample)
        for each in known:
            failed = each.outcome in _FOR_THE_MOMENT and each.scrape == self._scrape.id
            if each.final or failed:
                return Outcome("refused_before", each.outcome)
        if self._host_limit is not None and self._hosts[result.host] >= self._host_limit:
            return Outcome("host_limit", f"{self._host_limit} images of {result.host}")
        return None

    def _look(
        self, search: Search, result: SearchResult, loaded: Loaded
    ) -> tuple[Outcome, tuple[int, ...]]:
        """What becomes of an image, and the samples that it becomes."""
        for each in self._dataset.known_bytes(loaded.sha256):
            if each.sample is not None:
                return Outcome("duplicate_bytes", face=True, sample=each.sample), ()
            if each.final:
                return Outcome("refused_before", each.outcome), ()
        try:
            portraits = judge(loaded, self._tools.find_faces, self._rules)
        except NotWanted as no:
            return Outcome(no.reason, str(no), True, no.face, loaded.sha256), ()
        near = [self._hashes.nearest(each.loaded, self._rules.near) for each in portraits]
        new = [each for each, other in zip(portraits, near, strict=True) if other is None]
        if not new:
            return Outcome("near_duplicate", face=True, sample=near[0]), ()
        outcome = Outcome(KEPT, face=True, sha256=loaded.sha256)
        samples = self._keeper.keep(search, result, outcome, new)
        for sample, portrait in zip(samples, new, strict=True):
            self._hashes.add(portrait.loaded.phash, sample)
        self._kept[search.class_name] += 1
        self._hosts[result.host] += 1
        return outcome, tuple(samples)


def _new_result(found: Found) -> NewResult:
    facts = {name: _storable(value) for name, value in asdict(found).items() if value}
    url = str(facts["image_url"])
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        host = ""
    return NewResult(url_key(url), host, facts)


def _storable(value: str | int) -> str | int:
    """The value without halves of surrogate pairs, which JSON may hold and no file can."""
    return value.encode("utf-8", errors="replace").decode() if isinstance(value, str) else value
