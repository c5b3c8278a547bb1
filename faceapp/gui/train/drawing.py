"""Plots by matplotlib without any window: drawn in a job's thread, shown as an image."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_DPI = 96
# matplotlib promises nothing to several threads; and beside two the window waits twice as long.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Line:
    """Points joined by a line: `style` as matplotlib's "-" or "--"; `faint` for what is noisy."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    colour: str
    style: str = "-"
    faint: bool = False


@dataclass(frozen=True)
class Panel:
    """One pair of axes. `y_range` None follows the lines; `mark` is a place on x worth a line."""

    title: str
    x_name: str
    lines: tuple[Line, ...]
    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None
    mark: float | None = None
    diagonal: bool = False


@dataclass(frozen=True)
class Look:
    """Colours and size of text of the window that the plot stands in."""

    ground: str
    text: str
    dim: str
    line: str
    points: float


@dataclass(frozen=True)
class Frame:
    """Where the axes of a panel lie in the image (px, from top left), and what they span."""

    left: float
    top: float
    width: float
    height: float
    x_range: tuple[float, float]
    y_range: tuple[float, float]

    def place(self, x: float, y: float) -> tuple[float, float] | None:
        """Where a point lies in the image; None outside the axes."""
        (x0, x1), (y0, y1) = self.x_range, self.y_range
        if x1 <= x0 or y1 <= y0 or not (x0 <= x <= x1 and y0 <= y <= y1):
            return None
        across, up = (x - x0) / (x1 - x0), (y - y0) / (y1 - y0)
        return self.left + across * self.width, self.top + (1 - up) * self.height


@dataclass(frozen=True)
class Drawn:
    """An image of RGBA bytes, and where its axes are."""

    pixels: bytes
    width: int
    height: int
    frames: tuple[Frame, ...]


def draw(panels: Sequence[Panel], width: int, height: int, ratio: float, look: Look) -> Drawn:
    """Draw panels beside one another in `width` x `height` px of a screen with that pixel ratio."""
    with _one_at_a_time:
        return _draw(panels, width, height, ratio, look)


def _draw(panels: Sequence[Panel], width: int, height: int, ratio: float, look: Look) -> Drawn:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    dpi = _DPI * ratio
    size = (max(width, 1) * ratio / dpi, max(height, 1) * ratio / dpi)
    figure = Figure(figsize=size, dpi=dpi, layout="constrained", facecolor=look.ground)
    canvas = FigureCanvasAgg(figure)
    many = figure.subplots(1, len(panels), squeeze=False)[0]
    for axes, panel in zip(many, panels, strict=True):
        _fill(axes, panel, look)
    canvas.draw()  # type: ignore[no-untyped-call]
    wide, high = canvas.get_width_height(physical=True)
    pixels = bytes(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    frames = tuple(_frame(axes, high, ratio) for axes in many)
    return Drawn(pixels, wide, high, frames)


def _fill(axes: Axes, panel: Panel, look: Look) -> None:
    small = look.points * 0.85
    axes.set_facecolor(look.ground)
    axes.set_title(panel.title, loc="left", fontsize=look.points, color=look.text)
    axes.set_xlabel(panel.x_name, fontsize=small, color=look.dim)
    axes.tick_params(labelsize=small, colors=look.dim, length=0)
    axes.grid(color=look.line, linewidth=0.6)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(look.line)
    axes.locator_params(axis="x", nbins=6, integer=not panel.diagonal)
    if panel.diagonal:
        axes.plot([0, 1], [0, 1], color=look.dim, linewidth=0.8, linestyle=":")
    for line in panel.lines:
        marker = "o" if len(line.x) == 1 or panel.diagonal else None
        axes.plot(
            line.x,
            line.y,
            color=line.colour,
            linestyle=line.style,
            linewidth=0.8 if line.faint else 1.8,
            alpha=0.35 if line.faint else 1.0,
            marker=marker,
            markersize=4,
            label=line.name,
        )
    if panel.mark is not None:
        axes.axvline(panel.mark, color=look.dim, linewidth=0.8, linestyle=":")
    if panel.x_range is not None:
        axes.set_xlim(*panel.x_range)
    if panel.y_range is not None:
        axes.set_ylim(*panel.y_range)
    if len([line for line in panel.lines if line.name]) > 1:
        axes.legend(frameon=False, fontsize=small, labelcolor=look.text)


def _frame(axes: Axes, high: int, ratio: float) -> Frame:
    box = axes.get_window_extent()
    x0, x1 = axes.get_xlim()
    y0, y1 = axes.get_ylim()
    return Frame(
        left=box.x0 / ratio,
        top=(high - box.y1) / ratio,
        width=box.width / ratio,
        height=box.height / ratio,
        x_range=(float(x0), float(x1)),
        y_range=(float(y0), float(y1)),
    )
