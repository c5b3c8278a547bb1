"""Pictures made in the background: the test holds the lock and decides when a thread goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator
from typing import Any

import pytest

from faceapp.gui.itemmodels import pictures as module
from faceapp.gui.itemmodels.pictures import Pictures

pytestmark = pytest.mark.gui


class Bench:
    """Pictures that are plain numbers; each is made when the test lets it."""

    def __init__(self, qtbot: Any, limit: int = 100, waiting: int = 512) -> None:
        self.qtbot = qtbot
        self.made: list[Hashable] = []
        self.arrived: list[Hashable] = []
        self.gate = threading.Semaphore(0)
        self.pictures: Pictures[int] = Pictures(
            self.arrived.extend, lambda cost: cost, limit=limit, threads=1, waiting=waiting
        )

    def wish(self, key: str, cost: int = 1) -> int | None:
        return self.pictures.get(key, self.maker(key, cost))

    def maker(self, key: str, cost: int) -> Callable[[], int]:
        def make() -> int:
            self.gate.acquire()
            self.made.append(key)
            return cost

        return make

    def let(self, number: int) -> None:
        """Let so many be made, and wait until they have come."""
        expected = len(self.arrived) + number
        self.gate.release(number)
        self.qtbot.waitUntil(lambda: len(self.arrived) >= expected)


@pytest.fixture
def bench(qtbot: Any) -> Iterator[Bench]:
    made = Bench(qtbot)
    yield made
    made.pictures.close()
    made.gate.release(1000)


def test_a_missing_picture_is_made_and_told_of(bench: Bench) -> None:
    assert bench.wish("a", 7) is None
    bench.let(1)
    assert bench.arrived == ["a"]
    assert bench.wish("a") == 7
    assert bench.made == ["a"]


def test_the_newest_screen_comes_first_and_in_its_own_order(bench: Bench) -> None:
    bench.wish("first")  # is being made when the rest is wished for
    bench.qtbot.waitUntil(lambda: "first" in bench.pictures._working)
    bench.wish("old")
    bench.pictures.new_screen()
    for key in ("new 1", "new 2", "new 3"):
        bench.wish(key)
    bench.let(5)
    assert bench.made == ["first", "new 1", "new 2", "new 3", "old"]


def test_what_is_wished_for_again_joins_the_new_screen(bench: Bench) -> None:
    bench.wish("first")
    bench.qtbot.waitUntil(lambda: "first" in bench.pictures._working)
    bench.wish("old")
    bench.wish("older")
    bench.pictures.new_screen()
    bench.wish("older")
    bench.let(3)
    assert bench.made == ["first", "older", "old"]


def test_nothing_is_made_twice_at_once(bench: Bench) -> None:
    bench.wish("a")
    bench.qtbot.waitUntil(lambda: "a" in bench.pictures._working)
    bench.wish("a")
    bench.let(1)
    assert bench.pictures.idle
    assert bench.made == ["a"]


def test_memory_is_bounded_and_the_least_used_goes_first(bench: Bench) -> None:
    for key in ("a", "b", "c"):
        bench.wish(key, 40)
        bench.let(1)
        bench.pictures.peek("a")
    assert bench.pictures.bytes == 80
    assert bench.pictures.peek("b") is None
    assert bench.pictures.peek("a") == bench.pictures.peek("c") == 40


def test_one_picture_beyond_the_limit_is_still_shown(bench: Bench) -> None:
    bench.wish("huge", 5000)
    bench.let(1)
    assert bench.wish("huge") == 5000


def test_old_wishes_are_forgotten(qtbot: Any) -> None:
    bench = Bench(qtbot, waiting=3)
    bench.wish("first")
    qtbot.waitUntil(lambda: "first" in bench.pictures._working)
    for number in range(10):
        bench.wish(f"{number}")
    bench.let(4)
    assert bench.pictures.idle
    assert bench.made == ["first", "7", "8", "9"]


def test_after_closing_nothing_is_made_nor_told(bench: Bench) -> None:
    bench.wish("a")
    bench.qtbot.waitUntil(lambda: "a" in bench.pictures._working)
    bench.wish("b")
    bench.pictures.close()
    bench.gate.release(2)
    bench.qtbot.waitUntil(lambda: not pictures_threads())
    assert bench.made == ["a"]
    assert bench.arrived == []
    assert bench.wish("c") is None


def test_threads_linger_for_the_next_wish_and_then_end(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.wish("a")
    bench.let(1)
    (first,) = pictures_threads()
    bench.wish("b")
    bench.let(1)
    assert pictures_threads() == [first]
    monkeypatch.setattr(module, "_LINGER_SECONDS", 0.01)
    bench.wish("c")
    bench.let(1)
    bench.qtbot.waitUntil(lambda: not pictures_threads())
    bench.wish("d")
    bench.let(1)


def test_closing_ends_a_lingering_thread_at_once(bench: Bench) -> None:
    bench.wish("a")
    bench.let(1)
    (thread,) = pictures_threads()
    bench.pictures.close()
    thread.join(timeout=1.0)
    assert not thread.is_alive()


def pictures_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "pictures"]
