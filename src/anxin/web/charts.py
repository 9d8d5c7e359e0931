"""Geometry of small charts that the server draws as SVG; the table with the figures stands beside each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 220
# Room beside the lines: for the percentages at the left, for the months below.
LEFT, RIGHT, TOP, BOTTOM = 44, 16, 14, 34


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chart: the points to draw, and the stretches between neighboring ones (`x,y x,y …`)."""

    points: tuple[tuple[float, float], ...]
    stretches: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trend:
    """Lines of percentages over months, on a ground of `width` × `height`."""

    lines: tuple[Line, ...]
    width: int = WIDTH
    height: int = HEIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM
    middle: int = (TOP + HEIGHT - BOTTOM) // 2
    left: int = LEFT
    right: int = WIDTH - RIGHT
    text: int = LEFT - 8

    @property
    def has_points(self) -> bool:
        """Whether there is anything to draw."""
        return any(line.points for line in self.lines)


def trend(*series: Sequence[float | None]) -> Trend:
    """Percentages (0 to 100) of consecutive months as lines; a month without a figure leaves a gap."""
    return Trend(tuple(_line(values) for values in series))


def _line(values: Sequence[float | None]) -> Line:
    step = (WIDTH - LEFT - RIGHT) / max(len(values) - 1, 1)
    runs: list[list[tuple[float, float]]] = [[]]
    for position, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            height = (HEIGHT - TOP - BOTTOM) * value / 100
            runs[-1].append((round(LEFT + position * step, 1), round(HEIGHT - BOTTOM - height, 1)))
    stretches = tuple(" ".join(f"{x},{y}" for x, y in run) for run in runs if len(run) > 1)
    return Line(tuple(point for run in runs for point in run), stretches)
