"""Charts of tables as SVG: pure text, without scripts and without styles of their own.

Every series is told by a pattern or a shape and by its name as well as by its colour. A chart is narrow, so
that its words can still be read on a telephone, and the table beneath it says the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil
from typing import Final

from reporting.domain.tables import Cell, Column, Table

WIDTH: Final = 440
TEXT: Final = 14
INK: Final = "#0b0c0c"
GREY: Final = "#505a5f"
LINE: Final = "#b1b4b6"
COLOURS: Final = ("#1d70b8", "#f47738", "#00703c", "#912b88", "#28a197", "#d4351c")
# What is named after a rating has the rating's colour.
RATINGS: Final = {"red": "#ca3535", "amber": "#f47738", "green": "#0f7a52"}
MOST_SERIES: Final = len(COLOURS)

ROW: Final = 44
LOW_ROW: Final = 26
BAR: Final = 18
BESIDE: Final = 104
SHORTEST: Final = 12
LEGEND_ROW: Final = 24
SAMPLE: Final = 26
LONGEST_LABEL: Final = 44
PLOT_HEIGHT: Final = 200
LEFT, RIGHT, FOOT = 48, 12, 30
MOST_MARKS_ON_AXIS: Final = 5
STEPS: Final = 4

# What is laid over each series' colour: in a square of eight by eight.
_PATTERNS: Final = (
    "",
    '<path d="M0 8 L8 0" stroke="#ffffff" stroke-width="2"/>',
    '<circle cx="4" cy="4" r="2" fill="#ffffff"/>',
    '<path d="M0 4 H8" stroke="#ffffff" stroke-width="2"/>',
    '<path d="M0 0 L8 8 M0 8 L8 0" stroke="#ffffff" stroke-width="1.5"/>',
    '<path d="M4 0 V8" stroke="#ffffff" stroke-width="3"/>',
)
_DASHES: Final = ("", "8 4", "2 4", "10 4 2 4", "14 6", "4 4")


@dataclass(frozen=True)
class Series:
    """One column to draw: a number a place, or none where there is nothing to say."""

    title: str
    values: Sequence[float | None]
    colour: str


def draw(table: Table) -> str:
    """Return the chart of a table, or nothing where it has none or there is nothing to draw."""
    if table.chart is None or not table.rows:
        return ""
    places = [str(one) for one in table.column(table.columns[0].name)]
    series = [
        Series(column.title, [_number(cell) for cell in table.column(column.name)], colour)
        for column, colour in _coloured(table)
    ]
    if not any(value for one in series for value in one.values):
        return ""
    share = any(column.kind == "share" for column in table.columns if column.name in table.chart.columns)
    kinds: dict[str, Callable[[str, list[str], list[Series], bool], tuple[str, float]]] = {
        "bars": _bars,
        "stacked": _bars,
        "lines": _lines,
    }
    body, height = kinds[table.chart.kind](table.name, places, series, share)
    return _svg(table, describe(places, series, share), _defs(table.name, series) + body, height)


def _coloured(table: Table) -> list[tuple[Column, str]]:
    """Return the columns to draw, no more than there are patterns for, each with its colour."""
    drawn = table.chart.columns if table.chart else ()
    columns = [column for column in table.columns if column.name in drawn]
    return [
        (column, RATINGS.get(column.name, colour)) for column, colour in zip(columns, COLOURS, strict=False)
    ]


def describe(places: Sequence[str], series: Sequence[Series], share: bool) -> str:
    """Say in words what the chart shows: the least and the most of each series, and where."""
    return " ".join(sentence for one in series if (sentence := _extremes(places, one, share)))


def _extremes(places: Sequence[str], series: Series, share: bool) -> str:
    known = [(value, place) for value, place in zip(series.values, places, strict=True) if value is not None]
    if not known:
        return ""
    most, least = max(known, key=lambda one: one[0]), min(known, key=lambda one: one[0])
    if most[0] == least[0]:
        return f"{series.title}: {figure(most[0], share)} throughout."
    return (
        f"{series.title}: least {figure(least[0], share)} ({least[1]}), "
        f"most {figure(most[0], share)} ({most[1]})."
    )


def figure(value: float, share: bool) -> str:
    """Return a number as it is written on a chart."""
    return f"{value * 100:.0f}%" if share else f"{value:,.4g}" if value < 10_000 else f"{value:,.0f}"


def short(place: str) -> str:
    """Return a month or quarter in few letters: March 2026 as Mar 26; anything else as it is, cut if long."""
    words = place.split()
    if words and len(words[-1]) == 4 and words[-1].isdigit():
        ends = [word for word in words[:-1] if word != "to" and not word.isdigit()]
        return f"{'–'.join(word[:3] for word in ends)} {words[-1][2:]}"
    return place if len(place) <= LONGEST_LABEL else f"{place[: LONGEST_LABEL - 1].rstrip()}…"


def nice_top(most: float) -> float:
    """Return a number, not below ``most``, to end an axis with whose steps are whole numbers."""
    unit = STEPS * 10 ** max(len(str(int(most))) - 2, 0)
    return float(unit * max(ceil(most / unit), 1))


def _number(cell: Cell) -> float | None:
    return None if cell is None or isinstance(cell, str) else float(cell)


def _svg(table: Table, said: str, body: str, height: float) -> str:
    name = table.name
    return (
        f'<svg class="hub-chart" viewBox="0 0 {WIDTH} {height:g}" role="img" focusable="false" '
        f'aria-labelledby="{name}-title {name}-desc" xmlns="http://www.w3.org/2000/svg">'
        f'<title id="{name}-title">{escape(table.title)}</title><desc id="{name}-desc">{escape(said)}</desc>'
        f"{body}</svg>"
    )


def _defs(name: str, series: Sequence[Series]) -> str:
    patterns = "".join(
        f'<pattern id="{name}-fill-{place}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<rect width="8" height="8" fill="{one.colour}"/>{over}</pattern>'
        for place, (one, over) in enumerate(zip(series, _PATTERNS, strict=False))
    )
    return f"<defs>{patterns}</defs>"


def _text(x: float, y: float, words: str, *, anchor: str = "start", fill: str = INK, size: int = TEXT) -> str:
    where = f'x="{x:g}" y="{y:g}" font-size="{size}" fill="{fill}" text-anchor="{anchor}"'
    return f"<text {where}>{escape(words)}</text>"


def _bars(name: str, places: list[str], series: list[Series], share: bool) -> tuple[str, float]:
    """Draw a bar a place, its parts one after the other; long names go above their bars."""
    labels = [short(place) for place in places]
    beside = max(map(len, labels)) <= SHORTEST
    start, row = (BESIDE, LOW_ROW) if beside else (0, ROW)
    sums = [sum(one.values[place] or 0 for one in series) for place in range(len(places))]
    scale = (WIDTH - LEFT - RIGHT - start) / (max(sums) or 1)

    def filled(x: float, y: float, width: float, number: int) -> str:
        where = f'x="{x:.2f}" y="{y:g}" width="{width:.2f}" height="{BAR}"'
        return f'<rect {where} fill="url(#{name}-fill-{number})" stroke="{INK}"/>'

    def sample(x: float, y: float, number: int) -> str:
        return filled(x + 1, y + 1, SAMPLE, number)

    legend, top = _legend(series, sample)
    drawn = [legend]
    for place, label in enumerate(labels):
        x, y = float(start), top + place * row + (0 if beside else LOW_ROW - 6)
        drawn.append(_text(0, y + TEXT if beside else y - 6, label))
        for number, one in enumerate(series):
            width = (one.values[place] or 0) * scale
            if width:
                drawn.append(filled(x, y, width, number))
                x += width
        drawn.append(_text(x + 6, y + TEXT, figure(sums[place], share)))
    return "".join(drawn), top + len(places) * row


def _legend(series: Sequence[Series], sample: Callable[[float, float, int], str]) -> tuple[str, float]:
    """Draw a sample of each of several series with its name; return how far down that goes."""
    if len(series) == 1:
        return "", 0.0
    drawn, x, y = [], 0.0, 0.0
    for number, one in enumerate(series):
        words = short(one.title)
        needed = SAMPLE + 24 + len(words) * TEXT * 0.55
        if x and x + needed > WIDTH:
            x, y = 0.0, y + LEGEND_ROW
        drawn.append(sample(x, y, number) + _text(x + SAMPLE + 9, y + TEXT + 1, words))
        x += needed
    return "".join(drawn), y + LEGEND_ROW + 6


def _lines(_name: str, places: list[str], series: list[Series], share: bool) -> tuple[str, float]:
    """Draw a line a series over the places; where a series has nothing to say, its line has a gap."""
    most = 1.0 if share else nice_top(max(value or 0 for one in series for value in one.values))

    def sample(x: float, y: float, number: int) -> str:
        return "".join(_line([(x + 6, y + 10), (x + SAMPLE, y + 10)], series[number].colour, number))

    legend, top = _legend(series, sample)
    top += TEXT / 2
    step = (WIDTH - LEFT - RIGHT) / max(len(places) - 1, 1)

    def at(place: int, value: float) -> tuple[float, float]:
        return LEFT + place * step, top + PLOT_HEIGHT * (1 - value / most)

    drawn = [legend, *_grid(top, most, share), *_marks(places, top, step)]
    for number, one in enumerate(series):
        points = [None if value is None else at(place, value) for place, value in enumerate(one.values)]
        drawn.extend(_line(points, one.colour, number))
    return "".join(drawn), top + PLOT_HEIGHT + FOOT


def _grid(top: float, most: float, share: bool) -> Iterator[str]:
    for number in range(STEPS + 1):
        y = top + PLOT_HEIGHT * (1 - number / STEPS)
        yield f'<path d="M{LEFT} {y:g} H{WIDTH - RIGHT}" stroke="{LINE}"/>'
        yield _text(LEFT - 6, y + 5, figure(most * number / STEPS, share), anchor="end", fill=GREY)


def _marks(places: Sequence[str], top: float, step: float) -> Iterator[str]:
    every = -(-len(places) // MOST_MARKS_ON_AXIS)
    last = len(places) - 1
    for place in range(0, len(places), every):
        anchor = "start" if place == 0 else "end" if place == last else "middle"
        y = top + PLOT_HEIGHT + TEXT + 8
        yield _text(LEFT + place * step, y, short(places[place]), anchor=anchor, fill=GREY, size=12)


def _line(points: Sequence[tuple[float, float] | None], colour: str, number: int) -> Iterator[str]:
    moves, pen_is_down = [], False
    for point in points:
        if point is not None:
            moves.append(f"{'L' if pen_is_down else 'M'}{point[0]:.1f} {point[1]:.1f}")
        pen_is_down = point is not None
    dashes = f' stroke-dasharray="{_DASHES[number]}"' if _DASHES[number] else ""
    yield f'<path d="{" ".join(moves)}" fill="none" stroke="{colour}" stroke-width="2.5"{dashes}/>'
    for point in points:
        if point is not None:
            yield _marker(*point, colour, number)


def _marker(x: float, y: float, colour: str, number: int) -> str:
    """Draw one of six shapes about a point."""
    shapes = (
        f"M{x - 4:.1f} {y:.1f} a4 4 0 1 0 8 0 a4 4 0 1 0 -8 0 Z",
        f"M{x - 4:.1f} {y - 4:.1f} h8 v8 h-8 Z",
        f"M{x:.1f} {y - 5:.1f} l5 9 h-10 Z",
        f"M{x:.1f} {y - 6:.1f} l5 6 l-5 6 l-5 -6 Z",
        f"M{x:.1f} {y + 5:.1f} l5 -9 h-10 Z",
        f"M{x - 6:.1f} {y - 2:.1f} h12 v4 h-12 Z",
    )
    return f'<path d="{shapes[number]}" fill="{colour}" stroke="{INK}"/>'
