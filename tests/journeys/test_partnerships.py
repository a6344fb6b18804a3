"""One contact through each partnership on the whole hub: its own levels, clock, feedback and escalation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from mash.calendar import due
from mash.partnerships import DueRule, Partnership, get
from support.journeys import RunningHub

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("journeys")]


@dataclass(frozen=True)
class Journey:
    """What a referrer sends, what the screener finds, and what must come of it."""

    partnership: str
    narrative: str
    findings: dict[str, Any]
    level: int
    rating: str | None
    pathway: str
    decision: dict[str, Any]
    flags: frozenset[str] = frozenset()
    request: str | None = None
    agreed: str = "yes"


JOURNEYS = [
    Journey(
        "havering",
        "Wren came in with a black eye and says her stepdad punched her because she broke a plate.",
        {"indicators": ["hav.abuse_neglect.4.01"]},
        level=4,
        rating="red",
        pathway="fast_track",
        flags=frozenset({"strategy_discussion"}),
        decision={"rationale": "A child has been hurt."},
    ),
    Journey(
        "haringey",
        "The parents have separated and the boy is unsettled. We would like a family support worker.",
        {"facts": {"attendance_percent": 88}},
        level=2,
        rating="green",
        pathway="returned_to_referrer",
        request="early_help",
        agreed="no",
        decision={"rationale": "The family has not been asked, and nothing says that a child is unsafe."},
    ),
    Journey(
        "redbridge",
        "Mum has no recourse to public funds and asks for help with benefits. The children are well.",
        {"indicators": []},
        level=1,
        rating=None,
        pathway="service_request",
        request="service",
        decision={"rationale": "The family asks for a service, and needs nothing else."},
    ),
    Journey(
        "bracknell_forest",
        "A three-month-old has a bruise on her cheek and nobody can say how it came.",
        {"facts": {"not_mobile": True, "suspicious_injury": True}, "concerns": ["physical_abuse"]},
        level=4,
        rating="red",
        pathway="fast_track",
        flags=frozenset({"strategy_discussion"}),
        decision={"rationale": "A baby who cannot move has an injury that nobody explains."},
    ),
    Journey(
        "medway",
        "He has been late and tired since the summer, and the social worker stopped coming in October.",
        {"facts": {"weeks_since_social_worker": 6}, "indicators": ["med.child_development.2.01"]},
        level=2,
        rating="green",
        pathway="allocated_worker",
        decision={"worker": "worker", "rationale": "The worker of last month takes the family up again."},
    ),
]


@pytest.fixture(scope="module", params=JOURNEYS, ids=lambda journey: journey.partnership)
def walked(request: pytest.FixtureRequest, hub: RunningHub) -> Walked:
    return walk(request.param, hub)


@dataclass(frozen=True)
class Walked:
    """A journey with all that the hub said on the way."""

    journey: Journey
    partnership: Partnership
    hub: RunningHub
    receipt: dict[str, Any]
    screening: dict[str, Any]
    suggestions: dict[str, Any]
    recommended: dict[str, Any]
    decided: dict[str, Any]


def walk(journey: Journey, hub: RunningHub) -> Walked:
    """Send the contact, screen it and decide it as recommended."""
    client = hub.client
    partnership = get(journey.partnership)
    receipt = client.post("referrer-school", "intake", "/v1/contacts", form(journey))
    path = f"/v1/screenings/{receipt['contact_id']}"

    def opened() -> dict[str, Any] | None:
        wanted = f"/v1/screenings?limit=200&partnership={journey.partnership}"
        rows = client.get("manager", "screening", wanted)["items"]
        return next((row for row in rows if row["contact_id"] == receipt["contact_id"]), None)

    screening = client.until("the contact in the queue", opened)
    suggestions = client.get("worker", "screening", f"{path}/suggestions")
    found = client.put("worker", "screening", f"{path}/findings", journey.findings, screening["version"])
    recommended = client.get("manager", "screening", f"{path}/recommendation")
    version = found["version"]
    if recommended["rating"]:
        rating = {"rating": recommended["rating"]}
        version = client.post("manager", "screening", f"{path}/rating", rating, version)["version"]
    choice = {"pathway": recommended["pathway"], "level": recommended["level"], **journey.decision}
    decided = client.post("manager", "screening", f"{path}/pathway", choice, version)
    return Walked(journey, partnership, hub, receipt, screening, suggestions, recommended, decided)


def form(journey: Journey) -> dict[str, Any]:
    told: dict[str, Any] = {
        "partnership": journey.partnership,
        "referrer": {
            "name": "Ash Sample",
            "agency": "Sample Primary School",
            "kind": "school",
            "email": mailbox(journey),
        },
        "children": [{"given": "Finch", "family": f"Placeholme-{journey.partnership}", "dob": "2018-02-11"}],
        "concern": {"narrative": journey.narrative},
        "consent": {"told": "informed", "agreed": journey.agreed},
    }
    return told | ({"request": journey.request} if journey.request else {})


def mailbox(journey: Journey) -> str:
    return f"office-{journey.partnership.replace('_', '-')}@sample-school.example"


def moment(words: str) -> datetime:
    return datetime.fromisoformat(words)


def due_by(walked: Walked, rule: str, since: str) -> datetime:
    known: DueRule = walked.partnership.due_rules[rule]
    return due(moment(since), known, walked.partnership.hours).due_at


@pytest.mark.requirement("INT-08")
def test_the_referrer_is_told_the_partnerships_own_numbers(walked: Walked) -> None:
    away = walked.partnership.out_of_hours
    told = walked.receipt["in_danger"]["words"]
    assert walked.partnership.front_door.immediate_danger in told
    assert (away.told in told) is walked.screening["out_of_hours"]


@pytest.mark.requirement("SCR-02", "SCR-12", "INT-10", "INT-18", "INT-19")
def test_the_recommendation_is_by_the_partnerships_own_levels_and_pathways(walked: Walked) -> None:
    found, journey = walked.recommended, walked.journey
    assert (found["level"], found["rating"], found["pathway"]) == (
        journey.level,
        journey.rating,
        journey.pathway,
    )
    assert journey.flags <= {flag["id"] for flag in found["flags"]}
    assert found["version"] == walked.partnership.current_thresholds


@pytest.mark.requirement("SCR-13")
def test_what_is_suggested_is_of_the_partnerships_own_document(walked: Walked) -> None:
    known = walked.partnership.thresholds().indicators
    assert {one["id"] for one in walked.suggestions["suggestions"]} <= known.keys()
    for one in walked.suggestions["suggestions"]:
        for words in one["evidence"]:
            assert walked.journey.narrative[words["start"] : words["end"]] == words["text"]


@pytest.mark.requirement("SCR-10")
def test_the_decision_is_due_by_the_partnerships_own_clock(walked: Walked) -> None:
    asked_for = due_by(walked, "screening.decision", walked.screening["received_at"])
    assert moment(walked.screening["due_at"]) == asked_for
    assert walked.decided["state"] == "decided"


@pytest.mark.requirement("FBK-01", "FBK-02", "FBK-03", "INT-07")
def test_the_referrer_hears_in_the_partnerships_own_words_and_time(walked: Walked) -> None:
    client, contact_id = walked.hub.client, walked.receipt["contact_id"]

    def fed_back() -> list[dict[str, Any]] | None:
        path = f"/v1/notifications?contact_id={contact_id}"
        rows: list[dict[str, Any]] = client.get("officer", "notifications", path)["items"]
        return rows if len([row for row in rows if row["sent_at"]]) == 2 else None

    sent = {row["purpose"]: row for row in client.until("the feedback", fed_back)}
    assert moment(sent["feedback"]["due_at"]) == due_by(walked, "feedback", walked.decided["decided_at"])
    assert moment(sent["acknowledgement"]["due_at"]) == due_by(
        walked, "acknowledgement", walked.receipt["received_at"]
    )
    text = " ".join(client.mail_to(mailbox(walked.journey))[0]["text"].split())
    told = walked.partnership.pathways[walked.journey.pathway].tells_professional
    for words in (told, walked.partnership.feedback.opens_professional, walked.receipt["reference"]):
        assert " ".join(words.split()) in text


@pytest.mark.requirement("ESC-01", "ESC-02", "ESC-03", "FBK-06")
def test_a_challenge_climbs_the_partnerships_own_stages(walked: Walked) -> None:
    client = walked.hub.client
    stages = list(walked.partnership.escalation.items())
    challenge = {
        "reference": walked.receipt["reference"],
        "about": "decision",
        "reason": "We see more than was heard.",
    }
    raised = client.post("referrer-school", "screening", "/v1/disagreements", challenge)
    path = f"/v1/disagreements/{raised['id']}"
    for number, (key, stage) in enumerate(stages, start=1):
        found = client.get("referrer-school", "screening", path)
        current = found["stages"][-1]
        assert (current["stage"], current["owner"], current["number"]) == (key, stage.owner, number)
        assert moment(current["due_at"]) == due_by(walked, stage.due, current["began_at"])
        answer = {"result": "upheld", "response": "The decision stands."}
        found = client.post("manager", "screening", f"{path}/response", answer, found["version"])
        if number < len(stages):
            reason = {"reason": "This does not content us."}
            client.post("referrer-school", "screening", f"{path}/escalate", reason, found["version"])
    assert client.get("referrer-school", "screening", path)["closed_at"]


@pytest.mark.requirement("ENQ-02", "SCR-12")
@pytest.mark.parametrize(("rating", "target"), [("red", "4h"), ("amber", "24h"), ("green", "24h")])
def test_an_enquiry_in_medway_carries_an_insight_and_medways_times(
    hub: RunningHub, rating: str, target: str
) -> None:
    client, medway = hub.client, get("medway")
    journey = next(one for one in JOURNEYS if one.partnership == "medway")
    receipt = client.post("referrer-school", "intake", "/v1/contacts", form(journey))
    path = f"/v1/screenings/{receipt['contact_id']}"

    def version() -> int | None:
        rows = client.get("manager", "screening", "/v1/screenings?limit=200&partnership=medway")["items"]
        return next((row["version"] for row in rows if row["contact_id"] == receipt["contact_id"]), None)

    given = {"rating": rating, "rationale": "To see what partners hold."}
    rated = client.post(
        "manager", "screening", f"{path}/rating", given, client.until("the contact in the queue", version)
    )
    choice = {
        "pathway": "enquiry",
        "level": 3,
        "agencies": ["police", "health"],
        "rationale": "More has to be known.",
        "insight": "Three schools in two years, and nobody has seen the father.",
    }
    client.post("manager", "screening", f"{path}/pathway", choice, rated["version"])

    def enquiry() -> dict[str, Any] | None:
        found = client.get("manager", "enquiry", f"/v1/enquiries?contact_id={receipt['contact_id']}")["items"]
        return found[0] if found else None

    opened = client.until("the enquiry", enquiry)
    rule = medway.due_rules[f"enquiry.{rating}"]
    assert rule.target == target
    assert moment(opened["due_at"]) == due(moment(opened["opened_at"]), rule, medway.hours).due_at
