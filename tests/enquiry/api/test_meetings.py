"""The daily meeting: its agenda makes itself, what is recorded in it, and what becomes of what is left."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from factories.enquiry import Desk
from factories.meetings import SAID, Meetings, items_of, on_agenda
from mash.contracts.enquiry import AgendaItemRated, EnquiryRatingChanged
from mash.contracts.intake import ContactErased
from support.clock import FakeClock

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ATTENDANCE = {
    "attendance": [
        {"agency": "police", "who": "PC Alder Testcase", "present": True},
        {"agency": "health", "who": "Named nurse", "present": False},
    ]
}


@pytest.fixture
def meetings(desk: Desk) -> Meetings:
    return Meetings(desk)


@pytest.mark.requirement("MTG-01")
class TestAgenda:
    async def test_makes_itself_of_what_came_in_and_what_is_urgent(
        self, meetings: Meetings, clock: FakeClock
    ) -> None:
        amber, red, green = [await meetings.receives("form") for _ in range(3)]
        await meetings.rates(amber, "amber")
        await meetings.rates(green, "green")
        clock.advance(22 * HOUR)
        new = [await meetings.receives(kind) for kind in ("merlin", "edt", "hospital")]
        late = await meetings.receives("form", out_of_hours=True)
        await meetings.receives("form")
        await meetings.rates(red, "red")
        before = await meetings.next()
        assert before["state"] == "planned"
        clock.advance(HOUR)
        await meetings.desk.fire_timers()
        opened = await meetings.read(before["meeting_id"])
        assert opened["state"] == "open"
        assert on_agenda(opened) == {
            "merlin": [str(new[0])],
            "edt": [str(new[1])],
            "hospital": [str(new[2])],
            "out_of_hours": [str(late)],
            "still_open": [str(red)],
            "rated": [str(amber)],
        }

    async def test_can_be_read_so_far_before_it_closes(self, meetings: Meetings, clock: FakeClock) -> None:
        merlin = await meetings.receives("merlin")
        planned = await meetings.read((await meetings.next())["meeting_id"])
        assert on_agenda(planned) == {"merlin": [str(merlin)]}
        assert items_of(planned)[str(merlin)]["agenda_item_id"] is None

    async def test_takes_what_comes_after_it_closed_to_the_next(
        self, meetings: Meetings, clock: FakeClock
    ) -> None:
        await meetings.receives("merlin")
        clock.advance(23 * HOUR)
        await meetings.desk.fire_timers()
        clock.advance(HOUR)
        later = await meetings.receives("merlin")
        first, second = (await meetings.get()).json()["coming"]
        assert [first["state"], second["state"]] == ["open", "planned"]
        assert str(later) not in items_of(await meetings.read(first["meeting_id"]))
        assert on_agenda(await meetings.read(second["meeting_id"])) == {"merlin": [str(later)]}

    async def test_misses_nothing_that_it_hears_of_late(self, meetings: Meetings, clock: FakeClock) -> None:
        received_at = meetings.now
        clock.advance(minutes=1)
        await meetings.opened()
        clock.advance(minutes=1)
        contact = await meetings.receives("merlin", received_at=received_at)
        assert list(items_of(await meetings.read((await meetings.coming())[1]))) == [str(contact)]

    async def test_has_enquiries_that_are_due_today(self, meetings: Meetings, clock: FakeClock) -> None:
        contact = await meetings.receives("form")
        enquiry = await meetings.enquires(contact, "green")
        opened = await meetings.opened()
        assert str(contact) not in items_of(opened)
        # Three working days on: a Monday.
        clock.advance(5 * DAY)
        item = items_of(await meetings.opened())[str(contact)]
        assert (item["because"], item["enquiry_id"]) == (["due"], str(enquiry))

    async def test_has_an_amber_case_until_it_is_discussed_as_amber(
        self, meetings: Meetings, clock: FakeClock
    ) -> None:
        contact = await meetings.receives("merlin")
        opened = await meetings.opened()
        await meetings.on_item(opened, items_of(opened)[str(contact)], "discussion", {"said": SAID})
        # It was discussed when nobody had rated it.
        await meetings.rates(contact, "amber")
        clock.advance(DAY)
        opened = await meetings.opened()
        item = items_of(opened)[str(contact)]
        assert item["because"] == ["rated"]
        await meetings.on_item(opened, item, "discussion", {"said": SAID})
        clock.advance(DAY)
        assert items_of(await meetings.opened()) == {}

    async def test_has_a_reopened_case_again_and_a_decided_one_no_more(
        self, meetings: Meetings, clock: FakeClock
    ) -> None:
        contact = await meetings.receives("form")
        await meetings.rates(contact, "red")
        clock.advance(HOUR)
        await meetings.decides(contact, "fast_track", rating="red")
        assert items_of(await meetings.opened()) == {}

    async def test_does_not_mind_the_order_in_which_it_hears(self, meetings: Meetings) -> None:
        contact = uuid4()
        await meetings.rates(contact, "amber")
        assert await meetings.receives("form", contact_id=contact) == contact
        assert list(items_of(await meetings.opened())) == [str(contact)]

    async def test_outstanding_actions_come_first(self, meetings: Meetings, clock: FakeClock) -> None:
        opened = await meetings.opened()
        await meetings.acts(opened)
        clock.advance(2 * DAY)
        (outstanding,) = (await meetings.opened())["outstanding"]
        assert outstanding["agency"] == "housing"
        assert outstanding["overdue"]

    async def test_takes_what_is_added_by_hand(self, meetings: Meetings, clock: FakeClock) -> None:
        contact = await meetings.receives("form", reference="HAV-26-BYHAND01")
        enquiry = await meetings.enquires(await meetings.receives("form"), "green")
        meeting = (await meetings.opened())["meeting_id"]
        path = f"/v1/meetings/{meeting}/items"
        for body in ({"reference": "HAV-26-BYHAND01"}, {"id": str(enquiry)}, {"id": str(contact)}):
            assert (await meetings.post(path, body, "worker")).status_code == 201
        (added,) = on_agenda(await meetings.read(meeting)).values()
        assert len(added) == 2

    @pytest.mark.parametrize("body", [{}, {"reference": "X", "id": str(uuid4())}])
    async def test_asks_which_one(self, meetings: Meetings, body: dict[str, Any]) -> None:
        meeting = (await meetings.opened())["meeting_id"]
        assert (await meetings.post(f"/v1/meetings/{meeting}/items", body)).status_code == 422

    async def test_adds_nothing_that_is_not_known(self, meetings: Meetings) -> None:
        meeting = (await meetings.opened())["meeting_id"]
        for body in ({"reference": "HAV-26-NOBODY00"}, {"id": str(uuid4())}):
            assert (await meetings.post(f"/v1/meetings/{meeting}/items", body)).status_code == 404


class TestWhoMayKnow:
    async def test_a_restricted_case_is_there_for_those_named_alone(self, meetings: Meetings) -> None:
        contact = await meetings.receives("merlin", restricted=True, reference="HAV-26-SECRET01")
        await meetings.restricts(contact, "manager-named")
        planned = (await meetings.next())["meeting_id"]
        assert items_of(await meetings.read(planned, "manager")) == {}
        assert items_of(await meetings.read(planned, "manager", subject="manager-named"))
        opened = (await meetings.opened())["meeting_id"]
        assert items_of(await meetings.read(opened, "manager")) == {}
        assert items_of(await meetings.read(opened, "manager", subject="manager-named"))
        body = {"reference": "HAV-26-SECRET01"}
        assert (await meetings.post(f"/v1/meetings/{planned}/items", body)).status_code == 404

    async def test_nor_can_others_record_or_act_on_it(self, meetings: Meetings) -> None:
        contact = await meetings.receives("merlin", restricted=True)
        await meetings.restricts(contact, "manager-named")
        opened = await meetings.opened()
        named = await meetings.read(opened["meeting_id"], "manager", subject="manager-named")
        item = items_of(named)[str(contact)]
        known: dict[str, Any] = {"role": "manager", "subject": "manager-named"}
        what = {"agenda_item_id": item["agenda_item_id"], "agency": "police"}
        due = {"what": "Visit.", "due_on": "2026-11-19"}
        path = f"/v1/meetings/{opened['meeting_id']}/actions"
        assert (await meetings.post(path, {**what, **due})).status_code == 404
        assert (await meetings.post(path, {**what, **due}, **known)).status_code == 201
        assert (await meetings.on_item(opened, item, "discussion", {"said": SAID})).status_code == 404
        assert (await meetings.get("/v1/meeting-actions")).json() == []
        (action,) = (await meetings.get("/v1/meeting-actions", **known)).json()
        done = f"/v1/meeting-actions/{action['meeting_action_id']}/done"
        assert (await meetings.post(done, {}, version=1)).status_code == 404

    async def test_it_goes_to_the_next_meeting_whoever_closes_this_one(
        self, meetings: Meetings, clock: FakeClock
    ) -> None:
        contact = await meetings.receives("merlin", restricted=True)
        await meetings.restricts(contact, "manager-named")
        opened = await meetings.opened()
        assert (await meetings.close(opened)).status_code == 200
        following = (await meetings.next())["meeting_id"]
        carried = items_of(await meetings.read(following, "manager", subject="manager-named"))
        assert carried[str(contact)]["because"] == ["carried"]

    async def test_another_partnership_finds_nothing(self, meetings: Meetings) -> None:
        await meetings.receives("merlin")
        opened = await meetings.opened()
        others: dict[str, Any] = {"partnerships": ("redbridge",)}
        assert (await meetings.get(**others)).json() == {"coming": [], "held": [], "more": False}
        assert (await meetings.get(f"/v1/meetings/{opened['meeting_id']}", **others)).status_code == 404
        path = f"/v1/meetings/{opened['meeting_id']}"
        for what, body in (("attendance", ATTENDANCE), ("learning", {}), ("closing", None)):
            assert (await meetings.post(f"{path}/{what}", body, version=2, **others)).status_code == 404
        called = {"partnership": "havering", "held_on": "2026-11-20"}
        assert (await meetings.post("/v1/meetings", called, **others)).status_code == 404

    @pytest.mark.parametrize("role", ["referrer-school", "analyst", "dpo", "ops"])
    async def test_nobody_but_the_hubs_people_may_look(self, meetings: Meetings, role: str) -> None:
        for path in ("/v1/meetings", f"/v1/meetings/{uuid4()}", "/v1/meeting-actions"):
            assert (await meetings.get(path, role)).status_code == 403

    async def test_calling_rating_and_closing_are_a_managers(self, meetings: Meetings) -> None:
        contact = await meetings.receives("merlin")
        opened = await meetings.opened()
        item = items_of(opened)[str(contact)]
        rating = {"rating": "red", "rationale": "He has hit her."}
        called = {"partnership": "havering", "held_on": "2026-11-20"}
        assert (await meetings.post("/v1/meetings", called, "worker")).status_code == 403
        assert (await meetings.on_item(opened, item, "rating", rating, role="worker")).status_code == 403
        assert (await meetings.close(opened, role="worker")).status_code == 403

    async def test_every_look_names_the_cases_that_were_seen(self, meetings: Meetings) -> None:
        await meetings.receives("merlin")
        opened = await meetings.opened()
        before = len(await meetings.desk.audited())
        await meetings.read(opened["meeting_id"], "worker")
        assert (await meetings.desk.audited())[before:] == [("meeting.viewed", "worker")]


@pytest.mark.requirement("MTG-02")
class TestRecording:
    async def test_keeps_who_came_and_what_was_learnt(self, meetings: Meetings) -> None:
        opened = await meetings.opened()
        path = f"/v1/meetings/{opened['meeting_id']}"
        learnt = {"good_practice": "Health had read all of it.", "learning": "Ask the school sooner."}
        first = await meetings.post(f"{path}/attendance", ATTENDANCE, "worker", version=opened["version"])
        assert first.status_code == 200, first.text
        version = first.json()["version"]
        assert (await meetings.post(f"{path}/learning", learnt, "worker", version=version)).status_code == 200
        kept = await meetings.read(opened["meeting_id"])
        assert kept["attendance"] == ATTENDANCE["attendance"]
        assert {name: kept[name] for name in learnt} == learnt

    async def test_refuses_an_agency_that_the_partnership_has_not(self, meetings: Meetings) -> None:
        opened = await meetings.opened()
        path = f"/v1/meetings/{opened['meeting_id']}/attendance"
        body = {"attendance": [{"agency": "navy", "who": "An admiral", "present": True}]}
        assert (await meetings.post(path, body, version=opened["version"])).status_code == 422
        assert (await meetings.acts(opened, agency="navy")).status_code == 422

    async def test_keeps_what_was_said_of_a_case(self, meetings: Meetings) -> None:
        contact = await meetings.receives("merlin")
        opened = await meetings.opened()
        item = items_of(opened)[str(contact)]
        words = {"said": SAID, "good_practice": "Quick.", "learning": "None."}
        answer = await meetings.on_item(opened, item, "discussion", words, role="worker")
        assert answer.json()["state"] == "discussed"
        kept = items_of(await meetings.read(opened["meeting_id"]))[str(contact)]
        assert {name: kept[name] for name in words} == words

    async def test_wants_something_to_be_said(self, meetings: Meetings) -> None:
        contact = await meetings.receives("merlin")
        opened = await meetings.opened()
        answer = await meetings.on_item(opened, items_of(opened)[str(contact)], "discussion", {})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "said")

    async def test_never_overwrites_what_somebody_else_wrote(self, meetings: Meetings) -> None:
        contact = await meetings.receives("merlin")
        opened = await meetings.opened()
        item = items_of(opened)[str(contact)]
        await meetings.on_item(opened, item, "discussion", {"said": SAID})
        for what, body in (
            ("discussion", {"said": "Other."}),
            ("deferral", {"reason": "No time."}),
            ("rating", {"rating": "red", "rationale": "Worse."}),
        ):
            assert (await meetings.on_item(opened, item, what, body)).status_code == 412
        path = f"/v1/meetings/{opened['meeting_id']}/attendance"
        await meetings.post(path, ATTENDANCE, version=opened["version"])
        assert (await meetings.post(path, {"attendance": []}, version=opened["version"])).status_code == 412
        assert (await meetings.post(path, {"attendance": []})).status_code == 428

    async def test_an_action_has_an_owner_a_day_and_an_end(self, meetings: Meetings) -> None:
        opened = await meetings.opened()
        action = (await meetings.acts(opened)).json()["meeting_action_id"]
        (found,) = (await meetings.get("/v1/meeting-actions")).json()
        assert (found["agency"], found["due_on"], found["overdue"]) == ("housing", "2026-11-19", False)
        path = f"/v1/meeting-actions/{action}/done"
        assert (await meetings.post(path, {"note": "He does."}, "worker", version=2)).status_code == 412
        assert (await meetings.post(path, {"note": "He does."}, "worker", version=1)).status_code == 200
        assert (await meetings.post(path, {}, "worker", version=2)).status_code == 409
        assert (await meetings.get("/v1/meeting-actions")).json() == []
        (done,) = (await meetings.read(opened["meeting_id"]))["actions"]
        assert (done["done"], done["done_by"]) == ("He does.", "worker")

    async def test_an_action_can_be_done_after_the_meeting_and_is_overdue_until_then(
        self, meetings: Meetings, clock: FakeClock
    ) -> None:
        opened = await meetings.opened()
        action = (await meetings.acts(opened)).json()["meeting_action_id"]
        await meetings.close(opened)
        assert (await meetings.get("/v1/meeting-actions", overdue=True)).json() == []
        clock.advance(2 * DAY)
        (late,) = (await meetings.get("/v1/meeting-actions", overdue=True)).json()
        assert late["overdue"]
        path = f"/v1/meeting-actions/{action}/done"
        assert (await meetings.post(path, {}, version=1)).status_code == 200

    async def test_sending_an_action_twice_makes_one(self, meetings: Meetings) -> None:
        opened = await meetings.opened()
        path = f"/v1/meetings/{opened['meeting_id']}/actions"
        headers = {**meetings.desk.tokens.issue("worker"), "idempotency-key": "once"}
        body = {"agency": "health", "what": "Ring the ward.", "due_on": "2026-11-19"}
        answers = [await meetings.desk.client.post(path, json=body, headers=headers) for _ in range(2)]
        assert answers[0].json() == answers[1].json()
        assert len((await meetings.get("/v1/meeting-actions")).json()) == 1


@pytest.mark.requirement("MTG-03")
class TestRating:
    async def test_an_open_enquiry_takes_it_on(self, meetings: Meetings) -> None:
        contact = await meetings.receives("merlin")
        enquiry = await meetings.enquires(contact, "amber")
        opened = await meetings.opened()
        item = items_of(opened)[str(contact)]
        body = {"rating": "red", "rationale": SAID, "enquiry_version": item["enquiry_version"]}
        answer = await meetings.on_item(opened, item, "rating", body)
        assert answer.status_code == 200, answer.text
        kept = items_of(await meetings.read(opened["meeting_id"]))[str(contact)]
        assert (kept["rating_before"], kept["rating_after"], kept["applied"]) == ("amber", "red", True)
        assert (await meetings.desk.enquiry(enquiry))["rating"] == "red"
        assert len(await meetings.desk.events(EnquiryRatingChanged)) == 1
        (event,) = await meetings.desk.events(AgendaItemRated)
        assert (event["first_rating"], event["final_rating"]) == ("amber", "red")

    async def test_a_rating_that_stays_is_kept_and_changes_no_enquiry(self, meetings: Meetings) -> None:
        contact = await meetings.receives("merlin")
        enquiry = await meetings.enquires(contact, "amber")
        opened = await meetings.opened()
        body = {"rating": "amber", "rationale": "As it was."}
        answer = await meetings.on_item(opened, items_of(opened)[str(contact)], "rating", body)
        assert answer.json()["applied"]
        assert (await meetings.desk.enquiry(enquiry))["version"] == 1

    async def test_an_enquiry_that_has_moved_on_is_not_overruled(self, meetings: Meetings) -> None:
        contact = await meetings.receives("merlin")
        enquiry = await meetings.enquires(contact, "amber")
        opened = await meetings.opened()
        item = items_of(opened)[str(contact)]
        await meetings.desk.says(enquiry)
        body = {"rating": "red", "rationale": "Worse."}
        missing = await meetings.on_item(opened, item, "rating", body)
        assert missing.status_code == 422
        assert missing.json()["errors"][0]["field"] == "enquiry_version"
        stale = await meetings.on_item(opened, item, "rating", {**body, "enquiry_version": 1})
        assert stale.status_code == 412
        assert items_of(await meetings.read(opened["meeting_id"]))[str(contact)]["rating_after"] is None

    async def test_without_an_enquiry_it_is_the_meetings_view(self, meetings: Meetings) -> None:
        contact = await meetings.receives("merlin")
        opened = await meetings.opened()
        body = {"rating": "green", "rationale": "Early help is there already."}
        answer = await meetings.on_item(opened, items_of(opened)[str(contact)], "rating", body)
        assert (answer.json()["rating_after"], answer.json()["applied"]) == ("green", False)
        (event,) = await meetings.desk.events(AgendaItemRated)
        assert event["first_rating"] is None


class TestEnding:
    @pytest.mark.requirement("MTG-02")
    async def test_what_was_not_discussed_goes_to_the_next_one(
        self, meetings: Meetings, clock: FakeClock
    ) -> None:
        said, left, put = [await meetings.receives("merlin") for _ in range(3)]
        await meetings.rates(left, "green")
        opened = await meetings.opened()
        items = items_of(opened)
        await meetings.on_item(opened, items[str(said)], "discussion", {"said": SAID})
        await meetings.on_item(opened, items[str(put)], "deferral", {"reason": "Health was not there."})
        await meetings.rates(left, "red")
        assert (await meetings.close(opened)).json()["state"] == "held"
        following = await meetings.next()
        carried = items_of(await meetings.read(following["meeting_id"]))
        assert set(carried) == {str(left), str(put)}
        # It came onto an agenda as Green, and that is what it moves from.
        assert carried[str(left)]["rating_before"] == "green"
        clock.advance(DAY)
        await meetings.desk.fire_timers()
        opened = items_of(await meetings.read(following["meeting_id"]))
        assert opened[str(left)]["because"] == ["carried", "still_open"]

    async def test_closing_twice_does_nothing(self, meetings: Meetings) -> None:
        await meetings.receives("merlin")
        opened = await meetings.opened()
        first = await meetings.close(opened)
        again = await meetings.close(opened, version=1)
        assert (first.status_code, again.status_code) == (200, 200)
        assert first.json() == again.json()
        following = await meetings.read((await meetings.next())["meeting_id"])
        assert len(items_of(following)) == 1

    async def test_what_was_recorded_is_not_altered_afterwards(self, meetings: Meetings) -> None:
        contact = await meetings.receives("merlin")
        opened = await meetings.opened()
        closed = (await meetings.close(opened)).json()
        path = f"/v1/meetings/{opened['meeting_id']}"
        item = items_of(opened)[str(contact)]
        answers = [
            await meetings.post(f"{path}/attendance", ATTENDANCE, version=closed["version"]),
            await meetings.post(f"{path}/learning", {}, version=closed["version"]),
            await meetings.post(f"{path}/items", {"id": str(contact)}),
            await meetings.acts(opened),
            *[
                await meetings.on_item(opened, item, what, body)
                for what, body in (
                    ("discussion", {"said": SAID}),
                    ("deferral", {"reason": "No time."}),
                    ("rating", {"rating": "red", "rationale": "Worse."}),
                )
            ],
        ]
        assert [answer.status_code for answer in answers] == [409] * len(answers)

    async def test_nothing_is_recorded_before_it_is_opened(self, meetings: Meetings) -> None:
        await meetings.receives("merlin")
        planned = await meetings.next()
        path = f"/v1/meetings/{planned['meeting_id']}"
        for what, body in (("attendance", ATTENDANCE), ("closing", None), ("opening", None)):
            assert (await meetings.post(f"{path}/{what}", body, version=1)).status_code == 409

    async def test_can_be_opened_early_on_its_day(self, meetings: Meetings, clock: FakeClock) -> None:
        await meetings.receives("merlin")
        planned = await meetings.next()
        clock.advance(22 * HOUR)
        answer = await meetings.post(
            f"/v1/meetings/{planned['meeting_id']}/opening", None, "worker", version=1
        )
        assert answer.json()["state"] == "open"
        clock.advance(HOUR)
        await meetings.desk.fire_timers()
        assert (await meetings.read(planned["meeting_id"]))["version"] == 2
        assert (await meetings.close(answer.json())).status_code == 200
        assert (await meetings.next())["held_on"] == "2026-11-20"

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ({"partnership": "havering", "held_on": "2026-11-17"}, 422),
            ({"partnership": "redbridge", "held_on": "2026-11-21"}, 422),
            ({"partnership": "havering", "held_on": "2026-11-21"}, 201),
        ],
    )
    async def test_is_called_for_a_day_to_come(
        self, meetings: Meetings, body: dict[str, Any], status: int
    ) -> None:
        both: dict[str, Any] = {"partnerships": ("havering", "redbridge")}
        assert (await meetings.post("/v1/meetings", body, **both)).status_code == status

    async def test_there_is_one_a_day(self, meetings: Meetings) -> None:
        await meetings.opened()
        body = {"partnership": "havering", "held_on": "2026-11-18"}
        assert (await meetings.post("/v1/meetings", body)).status_code == 409


async def test_erasing_a_case_takes_what_was_said_of_it(meetings: Meetings) -> None:
    gone, stays = [await meetings.receives("merlin") for _ in range(2)]
    opened = await meetings.opened()
    for contact in (gone, stays):
        item = items_of(opened)[str(contact)]
        await meetings.on_item(opened, item, "discussion", {"said": SAID})
        await meetings.acts(opened, agenda_item_id=item["agenda_item_id"])
    event = {**ContactErased.example, "contact_id": gone, "erased_at": meetings.now}
    await meetings.desk.hand(ContactErased.model_validate(event))
    kept = await meetings.read(opened["meeting_id"])
    assert list(items_of(kept)) == [str(stays)]
    assert [one["contact_id"] for one in kept["actions"]] == [str(stays)]
