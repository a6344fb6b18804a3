"""What a text suggests, and what was found in it and set aside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mash.partnerships.rules import Value

from screening.domain.recommendation import Recommendation


@dataclass(frozen=True)
class Words:
    """Exact words of the text, and where they stand in it."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Suggestion:
    """An indicator that the text points to. It counts for nothing until somebody accepts it."""

    id: str
    level: int
    domain: str
    text: str
    evidence: tuple[Words, ...]
    why: str


@dataclass(frozen=True)
class SetAside:
    """Words that were found and not taken for a sign, and why not."""

    sign: str
    text: str
    evidence: Words
    why: str


@dataclass(frozen=True)
class Suggested:
    """What was read in one text. ``recommendation`` is what acceptance of all of it would lead to.

    ``cautions`` say how far the reading is to be trusted.
    """

    suggestions: tuple[Suggestion, ...]
    concerns: frozenset[str]
    facts: Mapping[str, Value]
    fact_evidence: Mapping[str, Words]
    ages: tuple[int, ...]
    set_aside: tuple[SetAside, ...]
    recommendation: Recommendation
    cautions: tuple[str, ...]


def as_json(found: Suggested) -> dict[str, Any]:
    """The answer of `screening suggest`."""
    recommended = found.recommendation
    return {
        "suggestions": [
            {
                "id": one.id,
                "level": one.level,
                "domain": one.domain,
                "text": one.text,
                "evidence": [_words(words) for words in one.evidence],
                "why": one.why,
            }
            for one in found.suggestions
        ],
        "recommended_level": recommended.level,
        "rating": recommended.rating,
        "pathway": recommended.pathway,
        "criteria": [{"id": met.id, "text": met.text, "why": met.why} for met in recommended.criteria_met],
        "flags": sorted(flag.id for flag in recommended.flags),
        "cautions": list(found.cautions),
        "facts": {**found.facts, **({"ages": list(found.ages)} if found.ages else {})},
        "set_aside": [
            {"sign": one.sign, "text": one.text, "evidence": [_words(one.evidence)], "why": one.why}
            for one in found.set_aside
        ],
    }


def _words(words: Words) -> dict[str, Any]:
    return {"text": words.text, "start": words.start, "end": words.end}
