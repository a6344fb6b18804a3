"""``make evaluate``: reads every narrative as a contact's text and prints how well. It fails on missed needs.

``python -m benchmarks.evaluation havering medway`` reads those partnerships alone.
"""

from __future__ import annotations

import sys
from time import perf_counter

from mash.partnerships import get
from screening.domain.findings import KnownFacts
from screening.suggesting import Suggested, suggest

from benchmarks.evaluation.figures import REQUIRED_RECALL, Figures, Reading, good_enough
from benchmarks.evaluation.narratives import SETS, Narrative, read
from benchmarks.evaluation.table import lines

# What a partnership's words are prepared from is kept after its first text; it is not a narrative's own time.
WARMING = "A contact came in."


def main() -> int:
    """Return 1 when too many of the held back top needs were not found."""
    narratives = read(sys.argv[1:])
    for name in sorted({one.partnership for one in narratives}):
        _suggested(name, WARMING)
    readings = [_reading(one) for one in narratives]
    sets = {name: [one for one in readings if one.narrative.half == name] for name in SETS}
    for name, own in sets.items():
        print("\n".join(lines(name, own)))
    good = good_enough(Figures(sets["held_back"]))
    print(f"Held back top needs found: {'enough' if good else 'too few'} (at least {REQUIRED_RECALL:.0%})")
    return 0 if good else 1


def _reading(narrative: Narrative) -> Reading:
    started = perf_counter()
    found = _suggested(narrative.partnership, narrative.text).recommendation
    return Reading(
        narrative=narrative,
        level=found.level,
        rating=found.rating,
        flags=frozenset(flag.id for flag in found.flags),
        milliseconds=(perf_counter() - started) * 1000,
    )


def _suggested(partnership: str, text: str) -> Suggested:
    """Read ``text`` with nothing known beside it, as the command line does."""
    own = get(partnership)
    return suggest(text, own, own.thresholds(), KnownFacts())


if __name__ == "__main__":
    sys.exit(main())
