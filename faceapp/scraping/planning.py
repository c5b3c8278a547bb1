"""From what a person wants to the searches that a scrape consists of, written into the dataset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from faceapp.dataset import Dataset, Query, Task, UnknownTask
from faceapp.dataset.searches import NewSearch, Scrape
from faceapp.dataset.vocabulary import canonical_word, classes_for_task, match_class, normal_word
from faceapp.errors import WorldError
from faceapp.scraping.engines import Ended, Engine, Licence, find_engine
from faceapp.scraping.judging import Rules
from faceapp.scraping.phrases import Phrase, languages_of, phrases_for
from faceapp.words import Words

# Endings after which a later try may succeed.
_UNFINISHED: frozenset[Ended | str] = frozenset({"", "cancelled", "blocked", "error"})


class ScrapeRefused(WorldError):
    """Nothing can be searched for as asked; the message says what to change."""


@dataclass(frozen=True)
class Wish:
    """What is wanted.

    Attributes:
        task: which the images are for; made where it is new.
        classes: of the task; none means all.
        languages: of the phrases; none means all that the table has.
        queries: searched for instead of the table's phrases.
        engines: names of those that are asked.
        per_class: every class is brought to that many images.
        licence: "reuse" for images that may be used again.
        host_limit: images of one host that are kept, at most; None is any number.
        rules: what an image must be like.

    """

    task: str
    classes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    queries: tuple[str, ...] = ()
    engines: tuple[str, ...] = ("yahoo",)
    per_class: int = 100
    licence: Licence = "any"
    host_limit: int | None = None
    rules: Rules = field(default_factory=Rules)


def start_scrape(dataset: Dataset, wish: Wish, phrases: Sequence[Phrase]) -> Scrape:
    """Write down what will be searched for: the class with the fewest images first.

    Raises:
        ScrapeRefused: an unknown language, a class without phrases, an engine that cannot.
        WorldError: an unknown engine or class.

    """
    engines = [_able(find_engine(name), wish) for name in dict.fromkeys(wish.engines)]
    if not wish.queries:
        _check_languages(wish.languages, languages_of(phrases))
        if unfit := [each.name for each in engines if not each.home]:
            raise ScrapeRefused(
                Words(
                    "The engine {unfit} has no use for phrases: name addresses with --query.",
                    unfit=unfit[0],
                )
            )
    classes = _classes_asked(dataset, wish)
    texts = _own_queries(wish, classes, phrases) if wish.queries else None
    if texts is None:
        texts = [text for name in classes for text in _phrase_queries(name, wish, phrases)]
    task = _task_for(dataset, wish, classes)
    have = images_by_class(dataset, task.name)
    order = sorted(range(len(texts)), key=lambda at: have.get(texts[at].class_name, 0))
    searches = [
        NewSearch(engine.name, texts[at].query, texts[at].language, texts[at].class_name)
        for at in order
        for engine in engines
    ]
    targets = {
        each.class_name: max(0, wish.per_class - have.get(each.class_name, 0)) for each in searches
    }
    options = {
        "licence": wish.licence,
        "host_limit": wish.host_limit,
        "targets": targets,
        "rules": asdict(wish.rules),
    }
    return dataset.start_scrape(task.name, options, searches)


def unfinished_scrape(dataset: Dataset, task: str) -> Scrape | None:
    """The last scrape for a task, if a later try may bring more; nothing is changed."""
    scrape = dataset.latest_scrape(task)
    if scrape is None:
        return None
    searches = dataset.searches(scrape.id)
    return scrape if any(each.ended in _UNFINISHED for each in searches) else None


def resume_scrape(dataset: Dataset, task: str) -> Scrape | None:
    """The last scrape for a task, its interrupted searches opened again; None if it is finished."""
    scrape = unfinished_scrape(dataset, task)
    if scrape is not None:
        for search in dataset.searches(scrape.id):
            if search.ended and search.ended in _UNFINISHED:
                dataset.end_search(search.id, "")
    return scrape


def images_by_class(dataset: Dataset, task: str) -> dict[str, int]:
    """How many samples answer with each class, or wait for review with it out of a search."""
    counts = dict(dataset.class_counts(task).counts)
    waiting = dataset.sample_ids(Query(task=task, unlabelled=True, proposed=True))
    for each in dataset.proposals(task, ids=waiting):
        if each.origin == "query":
            counts[each.answer] = counts.get(each.answer, 0) + 1
    return counts


def rules_of(options: Mapping[str, Any]) -> Rules:
    """The rules that a scrape was started with."""
    return Rules(**options["rules"])


def _able(engine: Engine, wish: Wish) -> Engine:
    if wish.licence == "reuse" and not engine.licensed:
        raise ScrapeRefused(
            Words(
                "{engine} cannot be asked for images that may be used again: "
                "choose bing, openverse or commons.",
                engine=engine.title,
            )
        )
    return engine


def _check_languages(languages: Sequence[str], known: Sequence[str]) -> None:
    if unknown := [each for each in languages if each not in known]:
        raise ScrapeRefused(
            Words(
                "There are no phrases in the language {unknown!r}. There are some in: {known}.",
                unknown=unknown[0],
                known=", ".join(known),
            )
        )


def _known_task(dataset: Dataset, name: str) -> Task | None:
    try:
        return dataset.task(name)
    except UnknownTask:
        return None


def _classes_asked(dataset: Dataset, wish: Wish) -> tuple[str, ...]:
    """The classes that are wanted, under the names that the task gives them."""
    task = _known_task(dataset, wish.task)
    known = task.names if task else classes_for_task(wish.task, wish.classes)
    if not wish.classes:
        if not known:
            raise ScrapeRefused(
                Words("Say with --class what classes the task {task!r} has.", task=wish.task)
            )
        return known
    matched = {word: match_class(word, known) for word in wish.classes}
    if missing := [word for word, found in matched.items() if found is None]:
        raise ScrapeRefused(
            Words(
                "{task} has no class {missing!r}. Its classes are: {known}.",
                task=wish.task,
                missing=missing[0],
                known=", ".join(known),
            )
        )
    return tuple(dict.fromkeys(found for found in matched.values() if found is not None))


def _task_for(dataset: Dataset, wish: Wish, classes: Sequence[str]) -> Task:
    known = _known_task(dataset, wish.task)
    if known is None:
        dataset.add_task(wish.task, classes_for_task(wish.task, classes))
    return known or dataset.task(wish.task)


def _phrase_queries(class_name: str, wish: Wish, phrases: Sequence[Phrase]) -> list[NewSearch]:
    found = phrases_for(phrases, class_name, wish.languages)
    if not found:
        raise ScrapeRefused(
            Words(
                "There are no phrases for {class_name}. Say with --query what to search for.",
                class_name=class_name,
            )
        )
    return [NewSearch("", each.text, each.language, class_name) for each in found]


def _own_queries(wish: Wish, classes: Sequence[str], phrases: Sequence[Phrase]) -> list[NewSearch]:
    """The person's own queries, each with the one class that it can only be meant for."""
    known = {each.text: each for each in phrases}
    language = wish.languages[0] if len(wish.languages) == 1 else ""
    queries = []
    for text in dict.fromkeys(wish.queries):
        told = known.get(text)
        queries.append(
            NewSearch(
                "",
                text,
                language or (told.language if told else ""),
                classes[0] if len(classes) == 1 else _class_meant(text, told, classes),
            )
        )
    return queries


def _class_meant(text: str, told: Phrase | None, classes: Sequence[str]) -> str:
    """The class that a query speaks of: by the table, or by a word in it; "" if not certain."""
    names = {canonical_word(name): name for name in classes}
    if told is not None:
        return names.get(canonical_word(told.class_name), "")
    words = {canonical_word(word) for word in normal_word(text).split()}
    meant = [name for word, name in names.items() if word in words]
    return meant[0] if len(meant) == 1 else ""
