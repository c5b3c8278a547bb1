"""Tasks and their classes: made, renamed, merged and removed without touching a label."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from faceapp.dataset.changes import Changes
from faceapp.dataset.core import Core
from faceapp.dataset.database import Database
from faceapp.dataset.errors import BadName, UnknownClass, UnknownTask
from faceapp.dataset.history import now
from faceapp.dataset.model import Task, TaskClass
from faceapp.dataset.vocabulary import default_classes, is_unsure, normal_word
from faceapp.words import Words

_COLOUR = re.compile(r"#[0-9a-f]{6}")
_RESERVED_KEYS = frozenset("uq/?")


def all_tasks(db: Database) -> tuple[Task, ...]:
    """Every task, in the order of their making."""
    classes: dict[int, list[TaskClass]] = {}
    for task, *fields in db.rows(
        "SELECT task, name, colour, key FROM classes WHERE NOT removed ORDER BY position, id"
    ):
        classes.setdefault(task, []).append(TaskClass(*fields))
    return tuple(
        Task(id=task, name=name, classes=tuple(classes.get(task, ())))
        for task, name in db.rows("SELECT id, name FROM tasks ORDER BY id")
    )


def find_task(db: Database, name: str) -> Task:
    """The task of that name, whatever the case; raises `UnknownTask` naming those that exist."""
    tasks = all_tasks(db)
    for task in tasks:
        if normal_word(task.name) == normal_word(name):
            return task
    known = ", ".join(task.name for task in tasks) or "none yet"
    raise UnknownTask(
        Words("There is no task {name!r}. Tasks of this dataset: {known}.", name=name, known=known)
    )


def class_ids(db: Database, task: Task) -> dict[str | None, int | None]:
    """Ids of the task's present classes by name; None ("unsure") is None."""
    rows = db.rows("SELECT name, id FROM classes WHERE task = ? AND NOT removed", task.id)
    return {**dict(rows), None: None}


def class_id(db: Database, task: Task, name: str | None) -> int | None:
    """Id of the class of that very name; raises `UnknownClass` naming those that exist."""
    ids = class_ids(db, task)
    if name not in ids:
        raise unknown_class(task, name)
    return ids[name]


def unknown_class(task: Task, name: str | None) -> UnknownClass:
    """The error for a class that the task does not have."""
    return UnknownClass(
        Words(
            "Task {task!r} has no class {name!r}. It has: {names}.",
            task=task.name,
            name=name,
            names=", ".join(task.names),
        )
    )


class Tasks(Core):
    """The tasks of a dataset."""

    def tasks(self) -> tuple[Task, ...]:
        """Every task, in the order of their making."""
        return all_tasks(self._db)

    def task(self, name: str) -> Task:
        """The task of that name, whatever the case; raises `UnknownTask` naming the known ones."""
        return find_task(self._db, name)

    def add_task(self, name: str, classes: Sequence[str] | Sequence[TaskClass]) -> Changes:
        """Add a task; classes given by name get colours and keys that no other task uses.

        Raises:
            BadName: the name is empty or taken, or a class cannot be as given.

        """
        title = name.strip()
        taken = {normal_word(task.name) for task in self.tasks()}
        if not normal_word(title) or normal_word(title) in taken:
            raise BadName(
                Words("A task cannot be called {name!r}: the name is empty or taken.", name=name)
            )
        complete = self._complete(classes)
        with self._write(Words("Add task {task}", task=title)) as write:
            task = self._db.insert("INSERT INTO tasks (name, time) VALUES (?, ?)", title, now())
            assert task is not None
            self._insert_classes(task, enumerate(complete))
        return write.changes

    def set_classes(self, task: str, classes: Sequence[TaskClass]) -> Changes:
        """Reorder, recolour and re-key the task's classes, and add those of new names.

        Every present class must be among them: use `remove_class` or `merge_classes` to lose one.
        """
        found = self.task(task)
        wanted = {each.name for each in classes}
        if missing := [name for name in found.names if name not in wanted]:
            raise BadName(
                Words(
                    "Class {missing!r} is missing. Remove it or merge it first.", missing=missing[0]
                )
            )
        _check(classes)
        if tuple(classes) == found.classes:
            return Changes()
        ids = class_ids(self._db, found)
        with self._write(Words("Arrange the classes of {task}", task=found.name)) as write:
            self._db.run_many(
                "UPDATE classes SET colour = ?, key = ?, position = ? WHERE id = ?",
                (
                    (each.colour, each.key, place, ids[each.name])
                    for place, each in enumerate(classes)
                    if each.name in ids
                ),
            )
            fresh = [(place, each) for place, each in enumerate(classes) if each.name not in ids]
            self._insert_classes(found.id, fresh)
        return write.changes

    def rename_class(self, task: str, old: str, new: str) -> Changes:
        """Give a class another name; its labels follow."""
        found = self.task(task)
        renamed = [replace(each, name=new.strip()) if each.name == old else each
                   for each in found.classes]  # fmt: skip
        row = class_id(self._db, found, old)
        _check(renamed)
        with self._write(Words("Rename class {old} to {new}", old=old, new=new.strip())) as write:
            self._db.run("UPDATE classes SET name = ? WHERE id = ?", new.strip(), row)
        return write.changes

    def merge_classes(self, task: str, names: Sequence[str], into: str) -> Changes:
        """Let every label of the classes `names` count as `into`; their own names go."""
        found = self.task(task)
        target = class_id(self._db, found, into)
        merged = [class_id(self._db, found, name) for name in names if name != into]
        with self._write(
            Words("Merge {classes} into {into}", classes=", ".join(names), into=into)
        ) as write:
            for row in merged:
                self._db.run(
                    "UPDATE classes SET merged_into = ?1, removed = 1 "
                    "WHERE id = ?2 OR merged_into = ?2",
                    target,
                    row,
                )
        return write.changes

    def remove_class(self, task: str, name: str) -> Changes:
        """Take a class away: samples that it is the answer for wait for a person again.

        Its labels stay in the history, and undo brings everything back.
        """
        found = self.task(task)
        row = class_id(self._db, found, name)
        with self._write(
            Words("Remove class {name} from {task}", name=name, task=found.name)
        ) as write:
            self._db.run("UPDATE classes SET removed = 1 WHERE id = ?", row)
        return write.changes

    def _complete(self, classes: Sequence[str] | Sequence[TaskClass]) -> tuple[TaskClass, ...]:
        """The classes with a free colour and key where only the name was given, checked."""
        others = [each for task in self.tasks() for each in task.classes]
        taken = [each.key for each in others if each.key]
        worn = [each.colour for each in others]
        names = [each.strip() if isinstance(each, str) else each.name for each in classes]
        given = {each.name: each for each in classes if isinstance(each, TaskClass)}
        complete = tuple(given.get(each.name, each) for each in default_classes(names, taken, worn))
        _check(complete)
        return complete

    def _insert_classes(self, task: int, placed: Iterable[tuple[int, TaskClass]]) -> None:
        self._db.run_many(
            "INSERT INTO classes (task, name, colour, key, position) VALUES (?, ?, ?, ?, ?)",
            ((task, each.name, each.colour, each.key, place) for place, each in placed),
        )


def _check(classes: Sequence[TaskClass]) -> None:
    """Raise `BadName` unless the classes can stand side by side in one task."""
    names = [normal_word(each.name) for each in classes]
    keys = [each.key.casefold() for each in classes if each.key]
    for each in classes:
        if not normal_word(each.name) or is_unsure(each.name):
            raise BadName(
                Words("A class cannot be called {each!r}. Choose another name.", each=each.name)
            )
        if names.count(normal_word(each.name)) > 1:
            raise BadName(
                Words("Two classes are called {each!r}. Rename one of them.", each=each.name)
            )
        if not _COLOUR.fullmatch(each.colour):
            raise BadName(
                Words(
                    "{colour!r} of class {each!r} is no colour like #e69f00.",
                    colour=each.colour,
                    each=each.name,
                )
            )
        if len(each.key) > 1 or each.key.casefold() in _RESERVED_KEYS:
            raise BadName(
                Words(
                    "Class {each!r} cannot have the key {key!r}. Choose another.",
                    each=each.name,
                    key=each.key,
                )
            )
        if each.key and keys.count(each.key.casefold()) > 1:
            raise BadName(
                Words("Two classes have the key {key!r}. Choose another for one.", key=each.key)
            )
