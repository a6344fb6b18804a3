"""Each special tool as a form of its own, and what it made of a case."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from factories.screening import Desk
from mash import partnerships
from support.pages import Page

USE = "Use the tool"


async def tool(desk: Desk, contact_id: UUID, name: str, role: str = "worker", **who: object) -> Page:
    return await desk.page(f"/screenings/{contact_id}/tools/{name}", role, **who)


@pytest.mark.parametrize("name", sorted(partnerships.get("havering").tools))
async def test_every_tool_has_all_that_its_data_asks(desk: Desk, name: str) -> None:
    page = await tool(desk, await desk.receive(), name)

    known = partnerships.get("havering").tools[name]
    assert page.heading == known.title
    boxes = {one.attributes["value"] for one in page.html.css("input[name=evidence]")}
    assert boxes == set(known.evidence)
    for question in known.questions:
        assert page.html.css(f"[name=answer-{question}]"), question
    assert bool(page.html.css("[name=band]")) is known.judgement


@pytest.mark.requirement("TOO-01")
async def test_shows_the_band_with_why_and_what_follows_and_keeps_it(desk: Desk) -> None:
    contact_id = await desk.receive()
    page = await tool(desk, contact_id, "cse")

    page = await page.submit({"evidence": ["cse.medium.02"], "answer-age_years": "14"}, button=USE)

    assert (page.status, page.heading) == (200, "Child sexual exploitation")
    assert "Result Medium risk" in page.text
    assert "The specialist safeguarding service: " in page.text
    assert "Who is told" in page.texts("h3")
    assert page.fields(USE)["evidence"] == ["cse.medium.02"]
    assert page.fields(USE)["answer-age_years"] == ["14"]
    page = await desk.page(f"/screenings/{contact_id}")
    assert "Medium risk by worker" in page.text
    assert "Child sexual exploitation: Medium risk" in page.text


async def test_every_use_is_shown_and_the_newest_counts(desk: Desk) -> None:
    contact_id = await desk.receive()
    page = await tool(desk, contact_id, "cse")
    page = await page.submit({"evidence": ["cse.low.02"], "answer-age_years": "14"}, button=USE)
    page = await page.submit({"evidence": ["cse.medium.02"]}, button=USE)

    assert page.texts(".hub-card h2") == ["What the tool made of it"]
    assert "Result Medium risk" in page.texts(".hub-card")[-1]
    assert page.texts("details summary")[0].startswith("Used before: Low risk")


@pytest.mark.parametrize(
    ("typed", "error", "field"),
    [
        ({}, "needs an answer: How old is the child", "answer-age_years"),
        ({"answer-age_years": "young"}, "Give a whole number", "answer-age_years"),
        ({"answer-age_years": "40"}, "give a whole number from 0 to 17", "answer-age_years"),
        ({"answer-age_years": "14", "band": "high"}, "Write why professional judgement", "judgement"),
        ({"answer-age_years": "14", "judgement": "I know."}, "Name the band", "band"),
        ({"answer-age_years": "14", "evidence": ["cce.emerging.01"]}, "has no evidence called", "evidence"),
    ],
)
async def test_says_at_the_field_what_is_wrong_and_keeps_the_ticks(
    desk: Desk, typed: dict[str, object], error: str, field: str
) -> None:
    contact_id = await desk.receive()
    page = await tool(desk, contact_id, "cse")

    page = await page.submit({"evidence": ["cse.low.02"], **typed}, button=USE)

    assert (page.status, error in page.errors[0]) == (422, True)
    assert page.html.css(".govuk-error-summary__list a")[0].attributes["href"] == f"#{field}"
    assert page.html.css(f"[id='{field}']")
    assert page.fields(USE).get("evidence") == (["cse.low.02"] if "evidence" not in typed else None)
    assert (await desk.screening(contact_id))["version"] == 1


@pytest.mark.requirement("TOO-04")
async def test_an_answer_is_yes_no_or_not_known(desk: Desk) -> None:
    contact_id = await desk.receive()
    page = await tool(desk, contact_id, "domestic_abuse")
    assert page.fields(USE)["answer-marac_by_judgement"] == [""]

    page = await page.submit({"answer-dash_score": "14", "answer-marac_by_judgement": "no"}, button=USE)

    assert "Result DASH of 14 or more" in page.text
    assert "Required" in page.texts(".govuk-tag")
    assert page.fields(USE)["answer-marac_by_judgement"] == ["no"]


async def test_asks_which_child_where_there_are_several(desk: Desk) -> None:
    contact_id = await desk.receive(child_count=2)
    desk.intake.named(contact_id, children=[{"name": "Max Testcase"}, {"name": "Zoe Testcase"}])
    page = await tool(desk, contact_id, "cse")
    assert "Max Testcase, Zoe Testcase" in page.text

    page = await page.submit(
        {"child": "Zoe Testcase", "evidence": ["cse.low.02"], "answer-age_years": "14"}, button=USE
    )

    assert page.texts(".hub-card h2") == ["What the tool made of it: Zoe Testcase"]


@pytest.mark.requirement("SCR-15")
async def test_an_older_version_keeps_the_ticks(desk: Desk) -> None:
    contact_id = await desk.receive()
    page = await tool(desk, contact_id, "cse")
    await desk.change(contact_id, "rating", {"rating": "green"})

    page = await page.submit({"evidence": ["cse.low.02"], "answer-age_years": "14"}, button=USE)

    assert page.status == 412
    assert page.fields(USE)["evidence"] == ["cse.low.02"]
    assert "the rating, by manager" in page.texts("#meanwhile li")[0]
    page = await page.submit({}, button=USE)
    assert "Result Low risk" in page.text


async def test_is_not_used_once_it_is_decided_and_shows_what_was_sent(desk: Desk) -> None:
    contact_id = await desk.receive()
    page = await tool(desk, contact_id, "cse", "manager")
    await desk.decide(contact_id, rationale="The family asked.")
    page = await page.submit({"evidence": ["cse.low.02"], "answer-age_years": "14"}, button=USE)
    assert (page.status, "cse.low.02" in page.text) == (412, True)


async def test_another_partnerships_case_and_an_unknown_tool_are_not_found(desk: Desk) -> None:
    contact_id = await desk.receive()
    elsewhere = await tool(desk, contact_id, "cse", partnerships=["medway"])
    nothing = await tool(desk, uuid4(), "cse", partnerships=["medway"])
    unknown = await tool(desk, contact_id, "wand")
    assert (elsewhere.status, elsewhere.text) == (404, nothing.text)
    assert unknown.status == 404
