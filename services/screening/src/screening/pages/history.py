"""What happened in a screening, the newest first: decisions, notes, pauses, and what people recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from mash.partnerships import Partnership
from mash.web.pages.words import plain

from screening.pages.opened import Record
from screening.usecases.looking import Whole

# What a change is called by its fields; rating, pathway, note and clock are shown as what they are.
CHANGED: Final[Mapping[str, str]] = {
    "contact": "Something was added to the contact, or completed in it",
    "findings": "Findings recorded",
    "tools": "A tool was used",
    "analysis": "Analysis written",
}
TITLES: Final[Mapping[str, str]] = {
    "confirmed": "The decision stands",
    "reopened": "Reopened",
    "enquiry_decided": "The enquiry was decided",
}
SERVICE = "service:"


@dataclass(frozen=True)
class Happened:
    """One entry. ``lines`` are facts of it, pairs of what and how; ``words`` are somebody's own."""

    title: str
    at: datetime
    by: str | None
    lines: Sequence[tuple[str, str]] = ()
    words: str | None = None


def history_of(whole: Whole, partnership: Partnership) -> list[Happened]:
    """Everything that happened, the newest first."""
    found = [
        *(_decision(one, partnership) for one in whole.decisions),
        *(_note(one, partnership) for one in whole.notes),
        *(entry for one in whole.pauses for entry in _pause(one)),
        *(_change(one) for one in whole.changes if set(one["fields"]) & CHANGED.keys()),
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)


def person(by: str) -> str | None:
    """Who did something; nobody where the hub did it of itself."""
    return None if by.startswith(SERVICE) else by


def _decision(one: Record, partnership: Partnership) -> Happened:
    lines = [(name, words) for name, words in _decided(one, partnership) if words]
    return Happened(_title(one, partnership), one["at"], person(one["by"]), lines, one["rationale"])


def _title(one: Record, partnership: Partnership) -> str:
    if one["kind"] == "rating":
        return f"Rated {plain(one['rating'])}"
    if one["kind"] == "pathway":
        return f"Decided: {pathway_title(partnership, one['pathway'])}"
    return TITLES[one["kind"]]


def _decided(one: Record, partnership: Partnership) -> Iterator[tuple[str, str]]:
    if one["kind"] == "pathway":
        yield "Level", str(one["level"])
        yield "Agencies asked", _titles(one["agencies"], partnership.agencies)
        yield "Beside it", "Fast track, at once" if one["fast_track_alongside"] else ""
        yield "Worker", one["worker"] or ""
        yield "Signposted to", _titles(one["services"], partnership.services)
        yield "Also decided", _titles(one["outcomes"], partnership.outcomes)
        yield "Advice", one["advice"] or ""
        yield "Insight", one["insight"] or ""
    if one["kind"] == "enquiry_decided":
        yield "Level", str(one["level"])
        yield "Final rating", plain(one["rating"]) if one["rating"] else "No rating"
    if one["differs"]:
        yield "Differs from", _recommended(one, partnership)


def _recommended(one: Record, partnership: Partnership) -> str:
    if one["kind"] == "rating":
        return f"the indicators, which point to {plain(one['recommended_rating'] or 'no rating')}"
    pathway = pathway_title(partnership, one["recommended_pathway"])
    return f"the indicators, which point to {pathway} at level {one['recommended_level']}"


def _note(one: Record, partnership: Partnership) -> Happened:
    spoke = "The parents say" if one["spoke_to_parents"] else "The parents were not spoken to"
    lines = [
        (spoke, one["parents"]),
        ("Recommends", f"{pathway_title(partnership, one['pathway'])} at level {one['level']}"),
    ]
    return Happened("Social worker's note", one["at"], one["by"], lines, one["analysis"])


def _pause(one: Record) -> Iterator[Happened]:
    yield Happened("Clock stopped", one["from_at"], one["paused_by"], words=one["reason"])
    if one["until_at"] is not None:
        yield Happened("Clock started again", one["until_at"], one["resumed_by"])


def _change(one: Record) -> Happened:
    titles = [CHANGED[name] for name in one["fields"] if name in CHANGED]
    return Happened("; ".join(titles), one["at"], person(one["by"]))


def pathway_title(partnership: Partnership, name: str | None) -> str:
    """A pathway in the partnership's own words; one that it no longer has by its name."""
    known = partnership.pathways.get(name or "")
    return known.title if known else plain(name or "nothing")


def _titles(names: Sequence[str], known: Mapping[str, Any]) -> str:
    return ", ".join(known[name].title if name in known else plain(name) for name in names)
