"""What each pathway asks of the manager, and what is sent with the decision."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import pytest
from factories.screening import Desk
from mash import partnerships
from mash.contracts.screening import ContactDecided
from mash.partnerships import loader

WORKER = {"pathway": "allocated_worker", "level": 3, "rationale": "The case is open."}


@pytest.fixture
def needs_insight(monkeypatch: pytest.MonkeyPatch) -> None:
    """Havering, if it asked for an insight with every enquiry."""
    havering = partnerships.get("havering")
    enquiry = havering.pathways["enquiry"].model_copy(update={"needs_insight": True})
    changed = havering.model_copy(update={"pathways": {**havering.pathways, "enquiry": enquiry}})
    loaded = MappingProxyType({**loader.load(), "havering": changed})
    monkeypatch.setattr(loader, "load", lambda: loaded)


async def test_an_open_case_goes_to_the_worker_who_is_named(desk: Desk) -> None:
    contact_id = await desk.receive()

    unnamed = await desk.change(contact_id, "pathway", WORKER)
    given = await desk.change(contact_id, "pathway", {**WORKER, "worker": "worker-wren"})

    assert (unnamed.status_code, unnamed.json()["errors"][0]["field"]) == (422, "worker")
    assert (given.json()["state"], given.json()["worker"]) == ("decided", "worker-wren")
    (event,) = await desk.events(ContactDecided)
    assert (event["pathway"], event["agencies"]) == ("allocated_worker", [])


async def test_an_unknown_pathway_is_refused(desk: Desk) -> None:
    contact_id = await desk.receive()
    refused = await desk.change(contact_id, "pathway", {"pathway": "a_wish", "level": 2})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "pathway")


@pytest.mark.requirement("ENQ-13")
async def test_the_family_is_signposted_to_services_of_the_directory(desk: Desk) -> None:
    contact_id = await desk.receive()
    body: dict[str, Any] = {"pathway": "early_help", "level": 2, "rationale": "Agreed with the family."}

    unknown = await desk.change(contact_id, "pathway", {**body, "services": ["moon_landing"]})
    given = await desk.change(contact_id, "pathway", {**body, "services": ["early_help"]})

    assert unknown.status_code == 422
    assert "moon_landing" in unknown.json()["detail"]
    assert given.json()["decisions"][-1]["services"] == ["early_help"]
    (event,) = await desk.events(ContactDecided)
    assert event["services"] == ["early_help"]


@pytest.mark.requirement("ENQ-13")
async def test_the_directory_says_how_a_service_is_reached(desk: Desk) -> None:
    headers = desk.tokens.issue("contact_officer", partnerships=("havering",))

    listed = await desk.client.get("/v1/directory/havering", headers=headers, params={"level": 2})
    elsewhere = await desk.client.get("/v1/directory/medway", headers=headers)

    services = partnerships.get("havering").services
    assert {one["id"] for one in listed.json()} == {id for id, one in services.items() if 2 in one.levels}
    assert all(one["reached"] and one["agreement"] in ("needed", "not_needed") for one in listed.json())
    assert elsewhere.status_code == 404


@pytest.mark.requirement("SCR-12")
@pytest.mark.usefixtures("needs_insight")
async def test_an_enquiry_carries_the_managers_insight_where_the_partnership_asks_for_it(desk: Desk) -> None:
    contact_id = await desk.receive()
    await desk.change(contact_id, "rating", {"rating": "amber"})
    body: dict[str, Any] = {"pathway": "enquiry", "level": 3, "rationale": "Unclear.", "agencies": ["police"]}

    without = await desk.change(contact_id, "pathway", body)
    given = await desk.change(contact_id, "pathway", {**body, "insight": "The pattern worries me."})

    assert (without.status_code, without.json()["errors"][0]["field"]) == (422, "insight")
    assert given.json()["decisions"][-1]["insight"] == "The pattern worries me."


@pytest.mark.requirement("SCR-17")
async def test_an_analysis_under_a_question_that_is_not_asked_is_refused(desk: Desk) -> None:
    contact_id = await desk.receive()
    analysis = {"children": [{"child": "Child 1", "framework": {"favourite_colour": "Blue."}}]}

    refused = await desk.change(contact_id, "analysis", analysis, role="social_worker")

    assert refused.status_code == 422
    assert "favourite_colour" in refused.json()["detail"]


@pytest.mark.requirement("SCR-17")
async def test_an_analysis_is_written_under_the_partnerships_own_questions_for_each_child(desk: Desk) -> None:
    contact_id = await desk.receive(partnership="medway")
    framework = partnerships.get("medway").practice_framework
    assert framework is not None
    written = {question.id: f"Of {question.id}." for question in framework.questions}
    analysis = {"framework": written, "children": [{"child": "Child 1", "framework": written}]}

    kept = await desk.change(
        contact_id, "analysis", analysis, role="social_worker", version=1, partnerships=("medway",)
    )

    assert kept.status_code == 200, kept.text
    assert kept.json()["analysis"]["children"][0]["framework"] == written
