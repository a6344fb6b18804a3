"""Puts together what a text suggests: the signs in it, the indicators they show, and what would follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from mash.partnerships import Partnership, Thresholds
from mash.partnerships.rules import Fact, Value, leaves

from screening.domain.findings import Findings, KnownFacts
from screening.domain.recommendation import Recommendation, recommend
from screening.suggesting.book import Book, book_of
from screening.suggesting.findings import Found, Read, combine, drop_loose, explain_away, read_signs
from screening.suggesting.likeness import understood
from screening.suggesting.measures import Measures, measure
from screening.suggesting.suggestions import Suggested, Suggestion, Words
from screening.suggesting.weighing import weigh

_MOST_EVIDENCE = 3
# Of a text in English most words are known; of one in another language next to none are.
_ENOUGH_UNDERSTOOD = 0.5
# A baby rolls and crawls from about this age on; below it no child gets about.
_MOBILE_FROM_MONTHS = 6


def suggest(
    text: str, partnership: Partnership, thresholds: Thresholds, known: KnownFacts | None = None
) -> Suggested:
    """Read ``text`` for the indicators of ``thresholds``, and say what acceptance of all would lead to.

    ``known`` is what intake knows already; what it states stands over what the text seems to say.
    """
    book = book_of(thresholds)
    measures = measure(text)
    read = read_signs(text, book)
    explain_away(read, book)
    drop_loose(read, book)
    weigh(read, text, book)
    facts = _facts(measures, read, book)
    combine(read, (name for name, value in facts.items() if value is True), book)
    facts |= _facts(measures, read, book)
    given = known or KnownFacts()
    suggestions = tuple(_suggestions(read, text, book))
    concerns = _concerns(read, book)
    findings = Findings(indicators=frozenset(one.id for one in suggestions))
    believed = replace(
        given,
        ages=given.ages or tuple(measures.ages),
        stated_concerns=given.stated_concerns | concerns,
        values={**facts, **given.values},
    )
    recommendation = recommend(findings, believed, partnership, thresholds)
    suggestions = (*suggestions, *_by_facts(recommendation, suggestions, measures, thresholds))
    return Suggested(
        suggestions=suggestions,
        concerns=concerns,
        facts=facts,
        fact_evidence=measures.evidence,
        ages=tuple(measures.ages),
        set_aside=tuple(dict.fromkeys(read.set_aside)),
        recommendation=recommendation,
        cautions=tuple(_cautions(suggestions, read)),
    )


def _by_facts(
    recommendation: Recommendation,
    suggested: Sequence[Suggestion],
    measures: Measures,
    thresholds: Thresholds,
) -> Iterable[Suggestion]:
    """The indicators that figures in the text show by themselves, such as an attendance or a score."""
    ids = {one.id for one in suggested}
    for reason in recommendation.reasons:
        indicator = thresholds.indicators.get(reason.id)
        if indicator is not None and indicator.condition is not None and reason.id not in ids:
            told = {leaf.fact for leaf in leaves(indicator.condition) if isinstance(leaf, Fact)}
            evidence = tuple(words for name, words in measures.evidence.items() if name in told)
            if evidence:
                yield Suggestion(reason.id, reason.level, indicator.domain, reason.text, evidence, reason.why)


def _cautions(suggestions: Sequence[Suggestion], read: Read) -> Iterable[str]:
    if not suggestions:
        yield "Nothing was found in these words. That is no finding that there is no need."
    if (
        read.units
        and understood({sentence.number: sentence for sentence, _ in read.units}.values())
        < _ENOUGH_UNDERSTOOD
    ):
        yield "Few of these words were understood. A person has to read them."


def _facts(measures: Measures, read: Read, book: Book) -> dict[str, Value]:
    facts: dict[str, Value] = dict(measures.values)
    for id, found in read.signs.items():
        if found:
            facts |= book.signs[id].facts
    if measures.age_months and min(measures.age_months) < _MOBILE_FROM_MONTHS:
        facts["not_mobile"] = True
    return facts


def _concerns(read: Read, book: Book) -> frozenset[str]:
    return frozenset(
        concern for id, found in read.signs.items() if found for concern in book.signs[id].concerns
    )


def _suggestions(read: Read, text: str, book: Book) -> Iterable[Suggestion]:
    evidence: dict[str, dict[Words, None]] = {}
    because: dict[str, dict[str, None]] = {}
    for id, found in read.signs.items():
        for indicator in book.shown_by.get(id, ()) if found else ():
            _add(indicator, found, f"Reads as: {book.signs[id].text}.", evidence, because)
    for indicator, found in read.indicators.items():
        _add(indicator, found, "In the words kept for this indicator.", evidence, because)
    known = book.thresholds.indicators
    for id in sorted(evidence, key=lambda id: (-known[id].level, id)):
        one = known[id]
        words = tuple(_merged(evidence[id], text))[:_MOST_EVIDENCE]
        yield Suggestion(id, one.level, one.domain, one.text, words, " ".join(because[id]))


def _merged(words: Iterable[Words], text: str) -> Iterator[Words]:
    """The evidence in the text's order, what overlaps put together."""
    start = end = -1
    for one in sorted(words, key=lambda one: one.start):
        if one.start < end:
            end = max(end, one.end)
            continue
        if end > start:
            yield Words(text[start:end], start, end)
        start, end = one.start, one.end
    if end > start:
        yield Words(text[start:end], start, end)


def _add(
    indicator: str,
    found: Iterable[Found],
    why: str,
    evidence: dict[str, dict[Words, None]],
    because: dict[str, dict[str, None]],
) -> None:
    for one in found:
        evidence.setdefault(indicator, {})[one.words] = None
    because.setdefault(indicator, {})[why] = None
