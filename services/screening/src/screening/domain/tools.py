"""The special tools of a partnership as they are used on a contact: what may be noted, and what is kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from mash.errors import Invalid, NotFound
from mash.partnerships import Facts, Partnership, Thresholds, holds
from mash.partnerships.assessment import Assessment, Found, answers_of, assess
from mash.partnerships.rules import Value
from mash.partnerships.tools import VALUES, Tool, ToolQuestion

from screening.domain.findings import Findings, views
from screening.domain.screening import Screening
from screening.domain.tool_results import ToolResult


class UnknownTool(NotFound):
    """The partnership has no such tool."""


class UnknownToTool(Invalid):
    """The tool has no such evidence, question or band."""


class WrongAnswer(Invalid):
    """An answer is not of the kind that the question asks for."""


class AnswerNeeded(Invalid):
    """The tool cannot be used without this answer."""


class JudgementRefused(Invalid):
    """Professional judgement cannot set this band, or its reasons are wanting."""


def tool_of(partnership: Partnership, name: str) -> Tool:
    """A tool of the partnership by its name. Raises :class:`UnknownTool`."""
    if name not in partnership.tools:
        raise UnknownTool(f"{partnership.title} has no tool called {name}.")
    return partnership.tools[name]


def facts_beside(screening: Screening, thresholds: Thresholds) -> Facts:
    """What is known of the contact for a tool to take up.

    Of several children it is not known whose age the tool is about, so that it asks.
    """
    facts = views(screening.findings, screening.facts, thresholds)[0]
    if screening.child_count == 1:
        return facts
    return replace(facts, values={name: value for name, value in facts.values.items() if name != "age_years"})


def use(
    tool: Tool,
    found: Found,
    facts: Facts,
    partnership: Partnership,
    *,
    child: str | None,
    by: str,
    at: datetime,
) -> ToolResult:
    """What the tool makes of what was found. Refuses, by its name, what the tool does not have."""
    check_found(tool, found, facts)
    assessment = assess(tool, found, facts)
    return ToolResult(
        tool=tool.name,
        child=child,
        title=tool.title,
        version=tool.version,
        source=tool.source,
        band_title=tool.bands[assessment.band].title if assessment.band else None,
        assessment=assessment,
        told={alert.id: partnership.alerts[alert.id].told for alert in assessment.alerts},
        feeds=_fed(tool, assessment),
        by=by,
        at=at,
    )


def _fed(tool: Tool, assessment: Assessment) -> Mapping[str, Value]:
    return {
        question.fact: assessment.answers[name]
        for name, question in tool.questions.items()
        if question.feeds and question.fact and name in assessment.answers
    }


def with_result(results: Sequence[ToolResult], new: ToolResult) -> tuple[ToolResult, ...]:
    """The results that count after a new one, which takes the place of the same tool's on the same child."""
    return (*(one for one in results if (one.tool, one.child) != (new.tool, new.child)), new)


def with_fed_facts(findings: Findings, results: Iterable[ToolResult]) -> Findings:
    """What was recorded, with the answers that tools feed to the criteria; of two numbers the higher."""
    values = dict(findings.values)
    for result in results:
        for name, value in result.feeds.items():
            values[name] = max(values.get(name, value), value)
    return replace(findings, values=values)


def cautions_of(
    results: Iterable[ToolResult], chosen: Collection[str | None], decided: bool, partnership: Partnership
) -> tuple[str, ...]:
    """What tools require, and whether it was chosen when the contact was decided."""
    wanting = {
        (result.title, outcome.decision): None
        for result in results
        for outcome in result.assessment.outcomes
        if outcome.required and outcome.decision and outcome.decision not in chosen
    }
    ending = "It was not chosen in the decision." if decided else "Choose it with the decision."
    return tuple(
        f"{title} requires this outcome: {partnership.outcomes[decision].title}. {ending}"
        for title, decision in wanting
    )


def check_found(tool: Tool, found: Found, facts: Facts) -> None:
    """Refuse what the tool does not have, an answer of another kind, and the want of one that is needed."""
    _known("evidence", found.evidence, tool.evidence, tool, "evidence")
    _known("answers", found.answers, tool.questions, tool, "question")
    for name, value in found.answers.items():
        _check_answer(name, value, tool.questions[name])
    _check_judgement(tool, found, facts)
    answered = replace(facts, answers=answers_of(tool, found, facts))
    for name, question in tool.questions.items():
        when = question.required_when
        needed = question.required or (when is not None and holds(when, answered))
        if needed and name not in answered.answers:
            raise AnswerNeeded(f"{tool.title} needs an answer: {question.text}", field=f"answers.{name}")


def _known(field: str, names: Iterable[str], known: Collection[str], tool: Tool, kind: str) -> None:
    if unknown := sorted(set(names) - set(known)):
        words = f"The tool {tool.title} has no {kind} called {', '.join(unknown)}."
        raise UnknownToTool(words, field=field, unknown=unknown)


def _check_answer(name: str, value: Value, question: ToolQuestion) -> None:
    limits = (question.at_least, question.at_most)
    if type(value) is not VALUES[question.kind]:
        asked = _ASKED[question.kind]
    elif question.choices and value not in question.choices:
        asked = f"choose one of {', '.join(question.choices)}"
    elif isinstance(value, int) and not _within(value, *limits):
        asked = f"give a whole number from {limits[0]} to {limits[1]}"
    else:
        return
    raise WrongAnswer(f"{question.text} For this, {asked}.", field=f"answers.{name}")


_ASKED = {
    "flag": "answer true or false",
    "number": "give a whole number",
    "choice": "give one of the choices",
    "words": "write words",
}


def _within(value: int, at_least: int | None, at_most: int | None) -> bool:
    return (at_least is None or value >= at_least) and (at_most is None or value <= at_most)


def _check_judgement(tool: Tool, found: Found, facts: Facts) -> None:
    if found.band is None:
        if found.judgement:
            raise JudgementRefused("Name the band that judgement raises the child to.", field="band")
        return
    _known("band", [found.band], tool.bands, tool, "band")
    if not tool.judgement:
        raise JudgementRefused(f"The band of {tool.title} follows from the answers alone.", field="band")
    if not found.judgement:
        raise JudgementRefused("Write why professional judgement raises the band.", field="judgement")
    points_to = assess(tool, replace(found, band=None), facts).band
    if tool.higher(points_to, found.band) == points_to:
        words = "Judgement may raise a band here. A manager who finds less says so in the decision."
        raise JudgementRefused(words, field="band")
