"""Prints the figures. Of what is held back it names ids only, so that nobody tunes on the words."""

from collections.abc import Sequence

from benchmarks.evaluation.figures import Figures, Reading

HEADINGS = (
    "",
    "number",
    "right",
    "within 1",
    "top found",
    "low as top",
    "low raised",
    "flags",
    "p50 ms",
    "p99 ms",
)


def lines(half: str, readings: Sequence[Reading]) -> list[str]:
    """The table of one set, a line a partnership, and below it what went wrong."""
    names = sorted({one.narrative.partnership for one in readings})
    each = [(name, [one for one in readings if one.narrative.partnership == name]) for name in names]
    figures = Figures(readings)
    return [
        half.replace("_", " ").capitalize(),
        _line(*HEADINGS),
        *(_line(*_row(name, Figures(own))) for name, own in each),
        _line(*_row("all", figures)),
        *_steps(figures),
        *_wrong(half, figures),
        "",
    ]


def _row(name: str, figures: Figures) -> list[str]:
    shares = (
        figures.right,
        figures.within_one,
        figures.top,
        figures.false_alarm,
        figures.raised,
        figures.flags,
    )
    times = (f"{figures.median_ms:.1f}", f"{figures.p99_ms:.1f}")
    return [name, str(len(figures.readings)), *map(_percent, shares), *times]


def _steps(figures: Figures) -> list[str]:
    counts = figures.by_step
    read_as = range(1, 5)
    rows = ("  ".join(f"{counts[right, found]:3}" for found in read_as) for right in read_as)
    return [
        "   right step down, read as across (1 to 4; 4 is level 4, in Medway a red 3)",
        *(f"   {right}   {row}" for right, row in zip(read_as, rows, strict=True)),
    ]


def _wrong(half: str, figures: Figures) -> list[str]:
    ids = ", ".join(one.narrative.id for one in figures.missed) or "none"
    alarms = ", ".join(one.narrative.id for one in figures.alarms) or "none"
    found = [f"   top needs missed: {ids}", f"   levels 1 and 2 read as top: {alarms}"]
    if half == "held_back":
        return found
    others = [one for one in figures.readings if one.step != one.narrative.step]
    return [
        *found,
        *(f"   {one.narrative.id}: right {one.narrative.step}, read {one.step}" for one in others),
        *(
            f"   {one.narrative.id}: not flagged {one.missing_flags}"
            for one in figures.readings
            if one.missing_flags
        ),
    ]


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"


def _line(name: str, *cells: str) -> str:
    return f"   {name:16}" + "".join(f"{cell:>12}" for cell in cells)
