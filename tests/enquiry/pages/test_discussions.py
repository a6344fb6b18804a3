"""Strategy discussions on their pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from factories.enquiry import Desk
from mash.contracts.boundary import Discussion
from support.pages import Page, visit

REASON = "A mark on a baby who does not move about yet."
NEW = "/new"
RESULT: dict[str, Any] = {
    "held-day": "18",
    "held-month": "11",
    "held-year": "2026",
    "held-time": "10:00",
    "attended": ["0"],
    "others": "Team manager, assessment team\nHead teacher",
    "outcome": "section_47",
    "conduct": "joint",
    "rationale": "Significant harm is likely.",
    "what-0": "See the child today.",
    "who-0": "Social worker, assessment team",
    "due-0-day": "18",
    "due-0-month": "11",
    "due-0-year": "2026",
}


async def discussions(
    desk: Desk, id: UUID, path: str = "", role: str = "manager", partnerships: tuple[str, ...] = ("havering",)
) -> Page:
    return await visit(
        desk.client, f"/enquiries/{id}/discussions{path}", desk.tokens.issue(role, partnerships=partnerships)
    )


async def ask(desk: Desk, id: UUID, **changes: Any) -> Page:
    form = await discussions(desk, id, NEW, "worker")
    return await form.submit({"reason": REASON, "attend": ["police"], **changes})


async def step(desk: Desk, id: UUID, what: str) -> Page:
    """The page that a link of the list leads to."""
    page = await discussions(desk, id)
    return await visit(desk.client, page.links()[what], page.headers)


class TestAsk:
    @pytest.mark.requirement("ENQ-08")
    async def test_asks_those_who_must_attend(self, desk: Desk) -> None:
        id = await desk.open()
        page = await ask(
            desk,
            id,
            **{
                "role-police": "Detective sergeant",
                "others": "Head teacher",
                "meets-day": "19",
                "meets-month": "11",
                "meets-year": "2026",
                "meets-time": "9.30",
            },
        )
        assert page.path == f"/enquiries/{id}/discussions"
        assert "Detective sergeant, Police; Head teacher" in page.text
        assert "19 November 2026 at 9.30am" in page.text
        (told,) = [one for one in await desk.all_posted("police") if isinstance(one, Discussion)]
        assert (told.reason, told.state) == (REASON, "asked")

    async def test_chooses_police_and_health_until_somebody_says_otherwise(self, desk: Desk) -> None:
        page = await discussions(desk, await desk.open(), NEW)
        assert page.fields()["attend"] == ["police", "health"]

    async def test_counts_once_however_often_it_is_sent(self, desk: Desk) -> None:
        id = await desk.open()
        form = await discussions(desk, id, NEW)
        await form.submit({"reason": REASON})
        await form.submit({"reason": REASON})
        assert len((await desk.get(f"/{id}/discussions")).json()) == 1

    async def test_comes_back_with_what_was_typed(self, desk: Desk) -> None:
        id = await desk.open()
        page = await ask(desk, id, attend=[], **{"meets-day": "31", "meets-month": "2", "meets-year": "2027"})
        assert page.status == 422
        assert "Choose who must attend" in page.errors
        assert "When it meets must be a real date" in page.errors
        assert page.fields()["reason"] == [REASON]
        assert page.fields()["meets-day"] == ["31"]

    async def test_does_not_meet_in_the_past(self, desk: Desk) -> None:
        dated = {"meets-day": "17", "meets-month": "11", "meets-year": "2026", "meets-time": "14:30"}
        page = await ask(desk, await desk.open(), **dated)
        assert page.errors == ["It meets later than now. Leave the time empty where none is set."]
        assert page.texts("#meets-error, #meets-date-error")

    async def test_says_at_its_own_field_which_role_is_too_long(self, desk: Desk) -> None:
        page = await ask(desk, await desk.open(), **{"role-police": "a" * 201})
        assert page.errors == ["Who from the agency is too long: 200 characters at most"]
        assert page.texts("#role-police-error")

    async def test_needs_a_time_with_its_day(self, desk: Desk) -> None:
        dated = {"meets-day": "19", "meets-month": "11", "meets-year": "2026", "meets-time": "soon"}
        page = await ask(desk, await desk.open(), **dated)
        assert page.errors == ["When it meets needs a time of day, such as 14:30"]

    @pytest.mark.parametrize("path", ["", NEW])
    async def test_is_for_social_workers_and_managers(self, desk: Desk, path: str) -> None:
        id = await desk.open()
        assert (await discussions(desk, id, path, "officer")).status == 403
        assert (await discussions(desk, id, path, partnerships=("medway",))).status == 404


class TestRecord:
    @pytest.mark.requirement("ENQ-08")
    async def test_keeps_who_attended_what_was_decided_and_agreed(self, desk: Desk) -> None:
        id = await desk.open()
        await ask(desk, id)
        page = await (await step(desk, id, "Record what came of it")).submit(RESULT, button="Record it")
        assert page.path == f"/enquiries/{id}/discussions"
        assert "Section 47 enquiry, made jointly" in page.text
        assert "Police; Team manager, assessment team; Head teacher" in page.text
        assert "See the child today." in " ".join(page.texts("tbody tr"))

    async def test_gives_another_row_and_keeps_what_was_typed(self, desk: Desk) -> None:
        id = await desk.open()
        await ask(desk, id)
        form = await step(desk, id, "Record what came of it")
        page = await form.submit({"what-0": "See the child today."}, button="Add another action")
        assert (page.status, page.errors) == (200, [])
        typed = page.fields()
        assert typed["what-0"] == ["See the child today."]
        assert "what-3" in typed

    async def test_comes_back_with_what_was_typed(self, desk: Desk) -> None:
        id = await desk.open()
        await ask(desk, id)
        form = await step(desk, id, "Record what came of it")
        wrong = {**RESULT, "outcome": "no_section_47", "who-0": ""}
        page = await form.submit(wrong, button="Record it")
        assert page.status == 422
        assert page.errors == ["Write who is to do it"]
        page = await page.submit({"who-0": "Social worker"}, button="Record it")
        assert page.errors == [
            "Say whether the section 47 enquiry is joint or by one agency, and only where there is one."
        ]
        assert page.fields()["rationale"] == [RESULT["rationale"]]

    async def test_keeps_the_words_where_somebody_was_faster(self, desk: Desk) -> None:
        id = await desk.open()
        await ask(desk, id)
        form = await step(desk, id, "Record what came of it")
        await (await step(desk, id, "Call it off")).submit({"reason": "The child is safe."})
        page = await form.submit(RESULT, button="Record it")
        assert page.status == 412
        assert page.fields()["rationale"] == [RESULT["rationale"]]

    async def test_says_at_its_own_field_what_is_wrong(self, desk: Desk) -> None:
        id = await desk.open()
        await ask(desk, id)
        form = await step(desk, id, "Record what came of it")
        long = {"others": "Head teacher\n" + "a" * 201, "what-0": "", "who-0": "", "due-0-day": ""}
        long |= {"due-0-month": "", "due-0-year": "", "what-1": "See her.", "who-1": "b" * 201}
        page = await form.submit({**RESULT, **long}, button="Record it")
        assert page.errors == [
            "One of the other roles is too long: 200 characters at most",
            "Action 2: who is too long: 200 characters at most",
        ]
        assert page.texts("#others-error, #who-1-error")
        page = await form.submit({**RESULT, "held-year": "2027"}, button="Record it")
        assert page.errors == ["It was held after it was asked for, and not later than now."]
        assert page.texts("#held-error, #held-date-error")

    async def test_a_form_with_a_fault_stays_on_what_was_seen(self, desk: Desk) -> None:
        id = await desk.open()
        await ask(desk, id)
        form, other = await step(desk, id, "Record what came of it"), await step(desk, id, "Call it off")
        await other.submit({"reason": "The child is safe."})
        page = await form.submit({**RESULT, "rationale": ""}, button="Record it")
        assert page.errors == ["Write why it was decided so"]
        assert (await page.submit({"rationale": "Harm."}, button="Record it")).status == 412

    async def test_calls_off_with_a_reason(self, desk: Desk) -> None:
        id = await desk.open()
        await ask(desk, id)
        form = await step(desk, id, "Call it off")
        assert (await form.submit({"reason": ""})).errors == ["Write why"]
        page = await form.submit({"reason": "The child is safe."})
        assert "The child is safe." in page.text
        assert "Call it off" not in page.links()

    @pytest.mark.parametrize("what", ["result", "calling-off"])
    async def test_is_for_a_manager(self, desk: Desk, what: str) -> None:
        id = await desk.open()
        await ask(desk, id)
        (found,) = (await desk.get(f"/{id}/discussions")).json()
        path = f"/{found['discussion_id']}/{what}"
        assert (await discussions(desk, id, path, "worker")).status == 403
        assert (await discussions(desk, id, f"/{uuid4()}/{what}")).status == 404
