"""Charts, read as the XML that they are."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reporting.domain.tables import Chart, Column, Table
from reporting.pages.charts import MOST_SERIES, WIDTH, draw, nice_top, short

SVG = "{http://www.w3.org/2000/svg}"
DRAWN = {"svg", "title", "desc", "defs", "pattern", "rect", "path", "circle", "text"}
names = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=60)
numbers = st.one_of(st.none(), st.integers(0, 5000), st.integers(0, 10_000).map(lambda part: part / 10_000))


def create_table(kind: Any, *rows: list[Any], columns: int = 1, title: str = "How many") -> Table:
    series = [Column(f"series_{place}", f"Series {place}") for place in range(columns)]
    drawn = Chart(kind, [one.name for one in series])
    return Table("how_many", title, [Column("place", "Place", "text"), *series], rows, chart=drawn)


def parse(table: Table) -> ElementTree.Element:
    return ElementTree.fromstring(draw(table))


def bars(root: ElementTree.Element) -> list[float]:
    return [float(one.get("width", 0)) for one in root.iter(f"{SVG}rect") if one.get("stroke")]


@st.composite
def tables(draw_one: st.DrawFn) -> Table:
    kind = draw_one(st.sampled_from(["bars", "stacked", "lines"]))
    columns = draw_one(st.integers(1, MOST_SERIES + 2))
    row = st.tuples(names, *[numbers] * columns).map(list)
    return create_table(kind, *draw_one(st.lists(row, min_size=1, max_size=24)), columns=columns)


@given(tables())
def test_every_chart_is_told_in_words_and_has_no_style_or_script(table: Table) -> None:
    drawn = draw(table)
    if not drawn:
        return
    root = ElementTree.fromstring(drawn)
    ids = [one.get("id") for one in root.iter() if one.get("id")]
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "how_many-title how_many-desc"
    assert len(ids) == len(set(ids))
    assert {one.tag.removeprefix(SVG) for one in root.iter()} <= DRAWN
    assert {name for one in root.iter() for name in one.attrib if name in ("style", "href")} == set()
    assert [one.tag for one in root][:2] == [f"{SVG}title", f"{SVG}desc"]


@given(tables())
def test_nothing_is_drawn_outside_the_frame(table: Table) -> None:
    drawn = draw(table)
    if not drawn:
        return
    root = ElementTree.fromstring(drawn)
    _, _, width, height = map(float, root.get("viewBox", "").split())
    assert width == WIDTH
    for one in root.iter(f"{SVG}rect"):
        assert float(one.get("x", 0)) + float(one.get("width", 0)) <= width
        assert float(one.get("y", 0)) + float(one.get("height", 0)) <= height


@given(st.floats(0, 1e6, allow_nan=False))
def test_an_axis_ends_at_or_above_the_most_in_whole_steps(most: float) -> None:
    top = nice_top(most)
    assert top >= most
    assert top % 4 == 0


def test_bars_are_as_long_as_their_numbers() -> None:
    short_one, long_one = bars(parse(create_table("bars", ["A", 10], ["B", 20], ["C", 0])))
    assert short_one == pytest.approx(long_one / 2, abs=0.02)


def test_parts_stand_one_after_the_other_each_with_its_own_pattern() -> None:
    root = parse(create_table("stacked", ["A", 10, 30], columns=2))
    parts = [one for one in root.iter(f"{SVG}rect") if one.get("stroke")][2:]
    assert float(parts[1].get("x", 0)) == pytest.approx(
        float(parts[0].get("x", 0)) + float(parts[0].get("width", 0)), abs=0.02
    )
    assert len({one.get("fill") for one in parts}) == 2


def test_a_line_has_a_gap_where_nothing_can_be_said() -> None:
    root = parse(create_table("lines", ["Jan", 1], ["Feb", None], ["Mar", 3], ["Apr", 4]))
    (line,) = (one.get("d", "") for one in root.iter(f"{SVG}path") if one.get("stroke-width") == "2.5")
    assert [part[0] for part in line.split() if part[0] in "ML"] == ["M", "M", "L"]


def test_the_description_says_the_least_and_the_most() -> None:
    said = parse(create_table("bars", ["March 2026", 3], ["April 2026", 12])).find(f"{SVG}desc")
    assert said is not None
    assert said.text == "Series 0: least 3 (March 2026), most 12 (April 2026)."


def test_words_are_words_and_never_markup() -> None:
    drawn = draw(create_table("bars", ["<script>alert(1)</script>", 3], title='"><b>'))
    assert "<script" not in drawn
    assert "<b>" not in drawn


def test_what_is_named_after_a_rating_has_its_colour_and_a_pattern() -> None:
    columns = [Column("place", "Place", "text"), Column("red", "Red"), Column("green", "Green")]
    table = Table("moved", "Moved", columns, [["A", 1, 2]], chart=Chart("stacked", ["red", "green"]))
    patterns = [list(one) for one in parse(table).iter(f"{SVG}pattern")]
    assert [one[0].get("fill") for one in patterns] == ["#ca3535", "#0f7a52"]
    assert len(patterns[0]) != len(patterns[1])


@pytest.mark.parametrize("rows", [[], [["A", 0]], [["A", None]]])
def test_nothing_is_drawn_of_nothing(rows: list[list[Any]]) -> None:
    assert draw(create_table("bars", *rows)) == ""


def test_months_are_short_beside_their_bars() -> None:
    assert [short(one) for one in ("March 2026", "January to March 2026", "Police")] == [
        "Mar 26",
        "Jan–Mar 26",
        "Police",
    ]
