"""Texts that remember what they were made of."""

from __future__ import annotations

import ast
import copy
import json
import pickle
from collections.abc import Iterable
from pathlib import Path

import pytest

import faceapp
from faceapp.errors import ProgramError, WorldError
from faceapp.words import Words, again, counted, made_of

STEP = Words("Label {number:,} samples {answer}", number=1234, answer=Words("unsure"))


def parts(text: object) -> tuple[str, dict[str, object]]:
    assert isinstance(text, Words)
    return text.template, dict(text.values)


def test_it_is_the_plain_english_text() -> None:
    assert STEP == "Label 1,234 samples unsure"
    assert json.dumps({"what": STEP}) == '{"what": "Label 1,234 samples unsure"}'
    assert f"{STEP}!" == "Label 1,234 samples unsure!"


def test_without_values_nothing_is_filled_in() -> None:
    template = Words("{number} of {total}")
    assert template == "{number} of {total}"
    assert template.filled(number=1, total=2) == "1 of 2"


@pytest.mark.parametrize(
    "kept",
    [
        pickle.loads(pickle.dumps(STEP)),
        copy.deepcopy(STEP),
        again(str(STEP), made_of(STEP)),
    ],
    ids=["pickled", "copied", "kept"],
)
def test_it_outlives(kept: str) -> None:
    assert kept == STEP
    assert parts(kept) == parts(STEP)


def test_words_inside_outlive_as_words() -> None:
    kept = again(str(STEP), made_of(STEP))
    assert isinstance(parts(kept)[1]["answer"], Words)


@pytest.mark.parametrize(
    "damaged",
    [
        *("", "{", "[]", '["{a}", {}]', '["other", {}]', "[1, 2]", "3", "[" * 100_000),
        '["Label {a:>3} samples", {"a": 3}]',
        '["Label {a:9999999999} samples", {"a": 3}]',
        '["Label {a.real} samples", {"a": 3}]',
        '["Label {a[0]} samples", {"a": "3"}]',
    ],
)
def test_what_does_not_belong_to_a_text_is_passed_over(damaged: str) -> None:
    assert type(again("Label 3 samples", damaged)) is str


def test_a_path_is_kept_as_its_name() -> None:
    words = Words("Import {folder}", folder=Path("holiday"))
    assert again(str(words), made_of(words)) == "Import holiday"


def test_one_and_many() -> None:
    one, many = Words("{number} image"), Words("{number:,} images")
    assert [counted(n, one, many) for n in (0, 1, 2000)] == ["0 images", "1 image", "2,000 images"]


def test_an_error_gives_its_words_back_also_across_a_pipe() -> None:
    error = WorldError(Words("{file} is damaged.", file="a.csv"))
    for each in (error, pickle.loads(pickle.dumps(error))):
        assert parts(str(each)) == ("{file} is damaged.", {"file": "a.csv"})


def test_an_error_of_ours_names_its_log() -> None:
    error = ProgramError(Words("It broke."), Path("log.txt"))
    assert str(error) == "It broke. The log is in log.txt."
    assert parts(str(error))[1]["message"] == "It broke."


def test_an_error_inside_does_not_travel_along() -> None:
    words = Words("{file}: {error}", file="a", error=WorldError(Words("It is {what}.", what="so")))
    assert words == "a: It is so."
    assert parts(words.values["error"]) == ("It is {what}.", {"what": "so"})


# Which of its arguments a person reads, where that is not the first.
_READ = {"ImageRefused": 2, "FetchRefused": 1}
# Commands alone say these, and commands speak English.
_COMMANDS = ("cli", "selftest", "dataset/naming.py", "demo.py", "app.py", "__main__.py")


def errors(trees: Iterable[ast.Module]) -> set[str]:
    """Names of all classes of errors that are ours."""
    bases = {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    found = {"FaceAppError"}
    while more := {name for name, of in bases.items() if of & found} - found:
        found |= more
    return found


def test_errors_that_the_window_may_show_are_words() -> None:
    package = Path(faceapp.__file__).parent
    trees = {
        path.relative_to(package).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in package.rglob("*.py")
    }
    ours = errors(trees.values())
    bare = []
    for where, tree in trees.items():
        if where.startswith(_COMMANDS):
            continue
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            name = call.func.id if isinstance(call.func, ast.Name) else ""
            said = call.args[_READ.get(name, 0) :][:1]
            if name in ours and said and isinstance(said[0], ast.Constant | ast.JoinedStr):
                bare.append(f"{where}:{call.lineno}")
    assert not bare
