"""Plots come out the same however many are drawn at once, and say where their axes lie."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from faceapp.gui.train.drawing import Line, Look, Panel, draw

LOOK = Look("#ffffff", "#222222", "#666666", "#dddddd", 10.0)


def panels(number: int) -> list[Panel]:
    x = [0.0, 1.0, 2.0, 3.0]
    line = Line(f"run {number}", x, [value * (number + 1) for value in x], "#0072B2")
    other = Line("validation", x, [3.0 - value for value in x], "#D55E00", "--")
    return [
        Panel(f"Loss {number}", "epoch", (line, other)),
        Panel("Balanced accuracy", "epoch", (other,), x_range=(0.0, 4.0), y_range=(0.0, 4.0)),
    ]


def test_threads_draw_what_one_alone_would() -> None:
    alone = [draw(panels(n), 400, 200, 1.0, LOOK) for n in range(4)]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda n: draw(panels(n), 400, 200, 1.0, LOOK), range(4)))
    assert together == alone
    assert len({each.pixels for each in alone}) == 4


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_a_point_finds_its_place(ratio: float) -> None:
    drawn = draw(panels(0), 400, 200, ratio, LOOK)
    assert (drawn.width, drawn.height) == (400 * ratio, 200 * ratio)
    frame = drawn.frames[1]
    assert frame.x_range == (0.0, 4.0)
    middle = frame.place(2.0, 2.0)
    assert middle is not None
    assert middle[0] == pytest.approx(frame.left + frame.width / 2)
    assert middle[1] == pytest.approx(frame.top + frame.height / 2)
    assert frame.place(4.1, 2.0) is None
