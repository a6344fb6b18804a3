"""Cases are drawn for a multi-agency audit by nobody's choice, and each agency records what it found."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from enquiry.domain.sampling import digest_of, draw
from factories.enquiry import Desk
from factories.meetings import Meetings
from mash.contracts.enquiry import CaseAudited
from mash.contracts.intake import ContactErased

pytestmark = pytest.mark.requirement("MTG-04")
MONTH = {"partnership": "havering", "from_on": "2026-11-01", "to_on": "2026-11-30"}
FOUND = {"agency": "health", "grade": "good", "went_well": "Quick.", "to_learn": "Ask the ward, too."}


@pytest.fixture
def meetings(desk: Desk) -> Meetings:
    return Meetings(desk)


async def decided(meetings: Meetings, **changes: Any) -> UUID:
    enquiry = await meetings.desk.open("police")
    changes = {"silent_rationale": "The child cannot wait.", **changes}
    assert (await meetings.desk.decide(enquiry, **changes)).status_code == 200
    return enquiry


async def drawn(meetings: Meetings, count: int, **changes: Any) -> dict[str, Any]:
    answer = await meetings.post("/v1/case-audits", {**MONTH, "count": count, **changes})
    assert answer.status_code == 201, answer.text
    return await read(meetings, answer.json()["case_audit_id"])


async def read(meetings: Meetings, id: str, **known: Any) -> dict[str, Any]:
    answer = await meetings.get(f"/v1/case-audits/{id}", **known)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def findings(audit: dict[str, Any], place: int = 0) -> str:
    of = audit["audit"]["case_audit_id"]
    return f"/v1/case-audits/{of}/cases/{audit['cases'][place]['audited_case_id']}/findings"


class TestDrawing:
    async def test_can_be_made_again_from_the_seed_that_is_kept(self, meetings: Meetings) -> None:
        pool = [await decided(meetings) for _ in range(6)]
        found = await drawn(meetings, 3)
        kept = found["audit"]
        assert [UUID(one["enquiry_id"]) for one in found["cases"]] == draw(pool, int(kept["seed"]), 3)
        assert (kept["pool_count"], kept["digest"]) == (6, digest_of(pool))

    async def test_is_of_what_was_decided_so(self, meetings: Meetings) -> None:
        await meetings.desk.open("police")
        early = await decided(meetings)
        statutory = await decided(meetings, outcome="section_17_assessment", final_rating="amber", level=3)
        everything = await drawn(meetings, 10)
        assert {one["enquiry_id"] for one in everything["cases"]} == {str(early), str(statutory)}
        for changes in ({"outcome": "section_17_assessment"}, {"final_rating": "amber"}):
            (only,) = (await drawn(meetings, 10, **changes))["cases"]
            assert only["enquiry_id"] == str(statutory)

    @pytest.mark.parametrize(
        "changes",
        [
            {"from_on": "2026-12-01", "to_on": "2026-12-31"},
            {"from_on": "2026-11-30", "to_on": "2026-11-01"},
            {"outcome": "marac"},
            {"count": 0},
        ],
    )
    async def test_refuses_what_nothing_can_be_drawn_from(
        self, meetings: Meetings, changes: dict[str, Any]
    ) -> None:
        await decided(meetings)
        answer = await meetings.post("/v1/case-audits", {**MONTH, "count": 3, **changes})
        assert answer.status_code == 422

    async def test_leaves_out_what_the_manager_may_not_know_of(self, meetings: Meetings) -> None:
        enquiry = await decided(meetings)
        contact = UUID((await meetings.desk.enquiry(enquiry))["contact_id"])
        other = await decided(meetings)
        before = await drawn(meetings, 5)
        await meetings.restricts(contact, "manager-named")
        assert [one["enquiry_id"] for one in (await drawn(meetings, 5))["cases"]] == [str(other)]
        again = await read(meetings, before["audit"]["case_audit_id"])
        assert [one["enquiry_id"] for one in again["cases"]] == [str(other)]

    async def test_sending_it_twice_draws_once(self, meetings: Meetings) -> None:
        await decided(meetings)
        headers = {**meetings.desk.tokens.issue("manager"), "idempotency-key": "once"}
        body = {**MONTH, "count": 1}
        for _ in range(2):
            await meetings.desk.client.post("/v1/case-audits", json=body, headers=headers)
        assert len((await meetings.get("/v1/case-audits")).json()) == 1


class TestFindings:
    async def test_each_agency_has_its_own_and_they_are_summed_up(self, meetings: Meetings) -> None:
        await decided(meetings)
        audit = await drawn(meetings, 1)
        path = findings(audit)
        others = {**FOUND, "agency": "police", "grade": "inadequate"}
        assert (await meetings.post(path, FOUND, "worker", version=0)).status_code == 200
        assert (await meetings.post(path, others, "worker", version=0)).status_code == 200
        kept = await read(meetings, audit["audit"]["case_audit_id"])
        assert [one["agency"] for one in kept["cases"][0]["findings"]] == ["health", "police"]
        assert kept["cases"][0]["findings"][0]["to_learn"] == FOUND["to_learn"]
        assert kept["grades"]["health"]["good"] == 1
        assert kept["grades"]["police"]["inadequate"] == 1

    async def test_the_hub_is_told_the_grade_and_not_the_words(self, meetings: Meetings) -> None:
        await decided(meetings)
        path = findings(await drawn(meetings, 1))
        assert (await meetings.post(path, FOUND, version=0)).status_code == 200
        assert (await meetings.post(path, FOUND, version=0)).status_code == 412
        (told,) = await meetings.desk.events(CaseAudited)
        assert (told["agency"], told["grade"]) == (FOUND["agency"], FOUND["grade"])
        assert FOUND["to_learn"] not in await meetings.desk.raw_events()

    async def test_never_overwrites_what_somebody_else_wrote(self, meetings: Meetings) -> None:
        await decided(meetings)
        path = findings(await drawn(meetings, 1))
        first = await meetings.post(path, FOUND, version=0)
        assert (await meetings.post(path, {**FOUND, "grade": "outstanding"}, version=0)).status_code == 412
        changed = await meetings.post(path, {**FOUND, "grade": "outstanding"}, version=1)
        assert (first.json()["version"], changed.json()["version"]) == (1, 2)

    @pytest.mark.parametrize("changes", [{"agency": "navy"}, {"grade": "splendid"}])
    async def test_refuses_what_is_no_agency_and_no_grade(
        self, meetings: Meetings, changes: dict[str, str]
    ) -> None:
        await decided(meetings)
        path = findings(await drawn(meetings, 1))
        assert (await meetings.post(path, {**FOUND, **changes}, version=0)).status_code == 422

    async def test_go_with_the_case_when_it_is_erased(self, meetings: Meetings) -> None:
        enquiry = await decided(meetings)
        await decided(meetings)
        audit = await drawn(meetings, 2)
        for place in (0, 1):
            await meetings.post(findings(audit, place), FOUND, version=0)
        contact = (await meetings.desk.enquiry(enquiry))["contact_id"]
        event = {**ContactErased.example, "contact_id": contact, "erased_at": meetings.now}
        await meetings.desk.hand(ContactErased.model_validate(event))
        left = await read(meetings, audit["audit"]["case_audit_id"])
        assert len(left["cases"]) == 1
        assert left["grades"]["health"]["good"] == 1


class TestWhoMay:
    async def test_draw_is_a_manager(self, meetings: Meetings) -> None:
        await decided(meetings)
        for role in ("worker", "officer", "analyst"):
            answer = await meetings.post("/v1/case-audits", {**MONTH, "count": 1}, role)
            assert answer.status_code == 403
        others: dict[str, Any] = {"partnerships": ("redbridge",)}
        answer = await meetings.post("/v1/case-audits", {**MONTH, "count": 1}, **others)
        assert answer.status_code == 404

    async def test_another_partnership_finds_nothing(self, meetings: Meetings) -> None:
        await decided(meetings)
        audit = await drawn(meetings, 1)
        others: dict[str, Any] = {"partnerships": ("redbridge",)}
        assert (await meetings.get("/v1/case-audits", **others)).json() == []
        of = audit["audit"]["case_audit_id"]
        assert (await meetings.get(f"/v1/case-audits/{of}", **others)).status_code == 404
        assert (await meetings.post(findings(audit), FOUND, version=0, **others)).status_code == 404
        missing = f"/v1/case-audits/{of}/cases/{uuid4()}/findings"
        assert (await meetings.post(missing, FOUND, version=0)).status_code == 404

    async def test_every_look_is_recorded(self, meetings: Meetings) -> None:
        await decided(meetings)
        audit = await drawn(meetings, 1)
        before = len(await meetings.desk.audited())
        await meetings.get("/v1/case-audits")
        await read(meetings, audit["audit"]["case_audit_id"])
        looks = [action for action, _ in (await meetings.desk.audited())[before:]]
        assert looks == ["case_audit.listed", "case_audit.viewed"]
