"""One partnership written out for people to check against its documents."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from mash.partnerships.clocks import DueRule
from mash.partnerships.models import Partnership
from mash.partnerships.thresholds import Thresholds
from mash.partnerships.tools import Tool

Section = tuple[str, Iterable[str]]


def describe(partnership: Partnership, *, with_indicators: bool = False) -> str:
    """Everything that the hub knows of a partnership; each indicator too, where asked for."""
    lines = [
        f"{partnership.title} ({partnership.code}): {partnership.front_door.name}",
        partnership.front_door.kind,
    ]
    for heading, content in _sections(partnership, with_indicators):
        if found := list(content):
            lines += ["", heading, *(f"  {line}" for line in found)]
    return "\n".join(lines)


def _sections(partnership: Partnership, with_indicators: bool) -> Iterator[Section]:
    door, away = partnership.front_door, partnership.out_of_hours
    yield (
        "Front door",
        (f"{door.duty_line}: {door.telephone or 'no number is printed'}", door.immediate_danger),
    )
    yield "Opening hours", (f"{day}: {_spells(spells)}" for day, spells in partnership.hours.days.items())
    yield "Out of hours", (f"{away.service}, {away.telephone}", away.route)
    yield "Channels", (f"{one.title}: {one.brings}" for one in partnership.channels.values())
    yield "What can be asked for", (f"{one.title}: {one.brings}" for one in partnership.requests.values())
    yield "Agencies asked", (f"{one.title} ({one.membership})" for one in partnership.agencies.values())
    yield "Also consulted", (f"{one.title}: {one.reached}" for one in partnership.also_consulted.values())
    yield "Levels", _levels(partnership)
    yield "Ratings", (f"{one.title}: {one.response}" for one in partnership.ratings.values())
    yield "Due times", _clocks(partnership.due_rules)
    yield "The family's agreement", _consent(partnership)
    yield "Open cases", (rule.text for rule in partnership.open_case_rules)
    yield "Several indicators together", (f"{rule.text} {rule.reading}" for rule in partnership.combinations)
    yield "Pathways", (f"{one.title}: {one.meaning}" for one in partnership.pathways.values())
    yield "Outcomes", (one.title for one in partnership.outcomes.values())
    if partnership.practice_framework:
        yield partnership.practice_framework.title, (q.text for q in partnership.practice_framework.questions)
    yield "A good contact holds", (one.label for one in partnership.completeness.values())
    yield "Disagreement", _stages(partnership)
    yield "Who is alerted", (f"{one.told}: {one.when}" for one in partnership.alerts.values())
    yield "How long it is kept", _kept_for(partnership)
    if meeting := partnership.daily_meeting:
        yield meeting.title, (f"{', '.join(meeting.days)} at {meeting.starts}. {meeting.reading}",)
    yield "Services", _services(partnership)
    yield "Criteria", (f"{one.id}  {one.text}" for one in partnership.criteria)
    for reference in partnership.references.values():
        yield f"{reference.title} ({reference.source})", reference.points
    yield "Tools", (_tool(tool) for tool in partnership.tools.values())
    yield from _thresholds(partnership, partnership.thresholds(), with_indicators)
    yield "Review", (f"Due on {partnership.review.due_on:%d %B %Y}. {partnership.review.reading}",)
    yield "Documents", (f"{key}: {one.title}, {one.dated}" for key, one in partnership.documents.items())


def _levels(partnership: Partnership) -> Iterator[str]:
    for level in partnership.levels.values():
        rating = partnership.ratings[level.rating].title if level.rating else "not rated"
        yield f"{level.title} ({rating}): {level.meaning}"
        for heading, points in level.details.items():
            yield f"  {heading}: {'; '.join(points)}"


def _clocks(rules: Mapping[str, DueRule]) -> Iterator[str]:
    for key, rule in rules.items():
        yield f"{key}: {rule.target} ({rule.clock}; {rule.source}). {rule.reading}"
        yield f"  Why: {rule.why}"
        yield f"  Otherwise: {rule.otherwise}"


def _consent(partnership: Partnership) -> Iterator[str]:
    for number, rule in partnership.consent_rules.items():
        yield f"{partnership.levels[number].title}: {rule.agreement.replace('_', ' ')}. {rule.meaning}"
    yield f"Early help without it: {partnership.early_help.without_agreement}"


def _stages(partnership: Partnership) -> Iterator[str]:
    for number, stage in enumerate(partnership.escalation.values(), start=1):
        yield f"{number}. {stage.title}: {stage.owner}, within {partnership.due_rules[stage.due].target}"


def _kept_for(partnership: Partnership) -> Iterator[str]:
    yield partnership.retention.reading
    for rule in partnership.kept_for.values():
        yield f"{rule.title}: {rule.years} years from {rule.counts_from} ({rule.source}). {rule.reading}"


def _services(partnership: Partnership) -> Iterator[str]:
    for service in partnership.services.values():
        agreement = "agreement needed" if service.agreement == "needed" else "no agreement needed"
        yield f"{service.title}: {service.offers} {service.reached} ({agreement})"


def _tool(tool: Tool) -> str:
    bands = ", ".join(
        band.title if band.level is None else f"{band.title} (level {band.level})"
        for band in tool.bands.values()
    )
    return f"Tool {tool.name}, {tool.title}: {len(tool.evidence)} pieces of evidence; {bands}"


def _thresholds(partnership: Partnership, thresholds: Thresholds, with_indicators: bool) -> Iterator[Section]:
    numbers = Counter((one.domain, one.level) for one in thresholds.indicators.values())
    yield (
        f"{thresholds.title}, version {thresholds.version}",
        (
            f"{domain.title}: "
            + ", ".join(f"{numbers[key, level]} at level {level}" for level in partnership.levels)
            for key, domain in thresholds.domains.items()
        ),
    )
    if with_indicators:
        for key, domain in thresholds.domains.items():
            own = [one for one in thresholds.indicators.values() if one.domain == key]
            yield domain.title, (f"{one.id}  {one.text}" for one in sorted(own, key=lambda one: one.level))


def _spells(spells: tuple[tuple[str, str], ...]) -> str:
    return ", ".join(f"{opens} to {closes}" for opens, closes in spells)
