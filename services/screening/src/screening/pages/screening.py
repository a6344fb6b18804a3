"""The screening of one contact: what was told, what it points to, and what a manager makes of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from mash.access import Caller, HubStaff, Manager, Screener
from mash.contracts.queries import ContactWords
from mash.http import RemoteNotFound, Unavailable
from mash.hub import Hub
from mash.web import HubDep
from mash.web.pages import Asker, Asks, Form, page_router, see_other

from screening.api.bodies import RatingBody
from screening.api.suggestions import SuggestionsBody
from screening.domain.biases import BIASES
from screening.domain.disagreement import Disagreement, DisagreementFilters
from screening.domain.findings import KnownFacts
from screening.domain.recommendation import GUIDANCE, Recommendation
from screening.domain.screening import Screening
from screening.pages.history import history_of
from screening.pages.next_step import next_step
from screening.pages.opened import Opened, changed_since, gathered, kept_in, show
from screening.pages.words_told import ContactTold, Told, told_of
from screening.suggesting.suggestions import Suggestion
from screening.usecases.asking import ask_intake
from screening.usecases.deciding import rate_contact
from screening.usecases.disagreeing import look_at_disagreements
from screening.usecases.looking import Whole, look_at_screening
from screening.usecases.recommending import show_recommendation
from screening.usecases.suggesting import (
    Looked,
    answer_suggestions,
    ask_for_words,
    read_words,
    show_suggestions,
)

router = page_router()
MOST_CHALLENGES = 20
# The name of a suggestion's field is this before its id.
ANSWER = "answer-"


@dataclass(frozen=True)
class Asked:
    """What intake answered, each part on its own: a part that did not come is none."""

    told: ContactTold | None
    known: KnownFacts | None
    words: ContactWords | None


@router.get("/screenings/{contact_id}")
async def get_screening_page(
    contact_id: UUID, request: Request, caller: HubStaff, hub: HubDep, asker: Asker
) -> Response:
    """Show a screening with all that bears on its decision."""
    return await _page(request, caller, hub, asker, contact_id)


@router.post("/screenings/{contact_id}/suggestions")
async def post_answers(
    contact_id: UUID, request: Request, caller: Screener, hub: HubDep, asker: Asker
) -> Response:
    """Accept and refuse what was suggested."""
    form = await Form.read(request)
    version = form.version()
    said = {name.removeprefix(ANSWER): form.text(name) for name in form.values if name.startswith(ANSWER)}
    answers = {
        verdict: [id for id, answer in said.items() if answer == verdict]
        for verdict in ("accepted", "refused")
    }
    body = form.body(SuggestionsBody, answers, {"": "suggestions: Accept or refuse at least one suggestion"})
    if body is not None:
        with kept_in(form, {"accepted": "suggestions", "refused": "suggestions"}):
            async with hub.transaction(caller) as tx:
                await answer_suggestions(tx, caller, contact_id, version, body.accepted, body.refused)
            return see_other(f"/screenings/{contact_id}")
    return await _page(request, caller, hub, asker, contact_id, form)


@router.post("/screenings/{contact_id}/rating")
async def post_rating_form(
    contact_id: UUID, request: Request, caller: Manager, hub: HubDep, asker: Asker
) -> Response:
    """Rate a contact, or change its rating."""
    form = await Form.read(request)
    version = form.version()
    given = {"rating": form.text("rating"), "rationale": form.text("rationale")}
    body = form.body(RatingBody, given, {"rating": "rating: Choose a rating"})
    if body is not None:
        with kept_in(form):
            async with hub.transaction(caller) as tx:
                await rate_contact(tx, caller, contact_id, version, body.rating, body.rationale)
            return see_other(f"/screenings/{contact_id}")
    return await _page(request, caller, hub, asker, contact_id, form)


async def _page(
    request: Request, caller: Caller, hub: Hub, asker: Asks, contact_id: UUID, form: Form | None = None
) -> Response:
    async with hub.transaction(caller) as tx:
        whole = await look_at_screening(tx, caller, contact_id)
        filters = DisagreementFilters("open", contact_id=contact_id)
        challenges = await look_at_disagreements(tx, caller, filters, None, MOST_CHALLENGES)
    headers, asked = await gathered(asker.headers([contact_id]), _ask(hub, asker, whole.screening))
    recommended, looked = await _consider(hub, caller, whole.screening, asked)
    opened = Opened(whole, headers.get(contact_id), changed_since(whole, form), tx.now)
    answered = looked is None or not _waiting(looked)
    return show(
        request,
        "screening.html",
        opened,
        form,
        next=next_step(whole.screening, caller, answered=answered),
        told=_told(asked, looked),
        looked=looked,
        suggested=_by_domain(looked),
        waiting=_waiting(looked) if looked else 0,
        recommended=recommended,
        biases=BIASES,
        guidance=GUIDANCE,
        history=history_of(whole, opened.partnership),
        challenges=challenges.disagreements,
        **_found(whole, opened, challenges.disagreements),
    )


async def _ask(hub: Hub, asker: Asks, screening: Screening) -> Asked:
    """Ask intake for everything at once; a decided contact is not read for suggestions any more."""
    told, known, words = await gathered(
        _contact(asker, screening),
        ask_intake(hub, screening.contact_id),
        _words(hub, screening),
    )
    return Asked(told, known, words)


async def _contact(asker: Asks, screening: Screening) -> ContactTold | None:
    try:
        return await asker.get("intake", f"/v1/contacts/{screening.reference}", schema=ContactTold)
    except Unavailable:
        return None


async def _words(hub: Hub, screening: Screening) -> ContactWords | None:
    if screening.is_decided:
        return None
    try:
        return await ask_for_words(hub, screening.contact_id)
    except (Unavailable, RemoteNotFound):
        return None


async def _consider(
    hub: Hub, caller: Caller, screening: Screening, asked: Asked
) -> tuple[Recommendation, Looked | None]:
    """The recommendation and the suggestions, both kept as looked at."""
    found = await read_words(screening, asked.words) if asked.words else None
    async with hub.transaction(caller) as tx:
        _, recommended = await show_recommendation(tx, caller, screening.contact_id, asked.known)
        if asked.words is None or found is None:
            return recommended, None
        return recommended, await show_suggestions(tx, caller, screening.contact_id, asked.words, found)


def _told(asked: Asked, looked: Looked | None) -> Sequence[Told] | None:
    """What was told; none where intake does not answer."""
    if asked.told is None:
        return None
    if looked is None or asked.words is None:
        return told_of(asked.told, "", [])
    places = [(words.start, words.end) for one in looked.suggested.suggestions for words in one.evidence]
    return told_of(asked.told, asked.words.text, places)


def _waiting(looked: Looked) -> int:
    return sum(one.id not in looked.answers for one in looked.suggested.suggestions)


def _by_domain(looked: Looked | None) -> Mapping[str, Sequence[Suggestion]]:
    """The suggestions by domain, the gravest first in each and among the domains."""
    found: dict[str, list[Suggestion]] = defaultdict(list)
    for one in sorted(looked.suggested.suggestions if looked else (), key=lambda one: (-one.level, one.id)):
        found[one.domain].append(one)
    return found


def _found(whole: Whole, opened: Opened, challenges: Sequence[Disagreement]) -> dict[str, Any]:
    """What was recorded, in words, and by whom a decision was challenged."""
    findings, known = whole.screening.findings, opened.thresholds
    indicators = [known.indicators[id] for id in findings.indicators if id in known.indicators]
    return {
        "indicators": sorted(indicators, key=lambda one: (-one.level, one.id)),
        "criteria": [one for one in opened.partnership.criteria if one.id in findings.criteria],
        "domain_titles": {id: domain.title for id, domain in known.domains.items()},
        "late_challenges": sum(one.is_late(opened.now) for one in challenges),
    }
