"""What agencies send back is kept as it came, and never taken for another agency's."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from enquiry.store.tables import returned
from factories.enquiry import NARRATIVE, REASON, Desk, create_item, create_searched
from mash.contracts.enquiry import (
    EnquiryReady,
    EnquiryResumed,
    RequestReceived,
    ReturnRaised,
    ReturnReceived,
    ReturnWithdrawn,
)
from mash.db.tables import outbox
from mash.messaging.handlers import Unreadable
from support.clock import FakeClock


class TestReceipt:
    async def test_shows_that_the_request_lies_in_the_agencys_queue(self, desk: Desk) -> None:
        id = await desk.open("police", "health")
        await desk.says(id, "police", kind="receipt")
        states = {one["agency"]: one["state"] for one in (await desk.enquiry(id))["requests"]}
        assert states == {"police": "in_queue", "health": "waiting"}
        assert [one["agency"] for one in await desk.events(RequestReceived)] == ["police"]

    async def test_a_second_one_tells_nothing_new(self, desk: Desk) -> None:
        id = await desk.open("police")
        await desk.says(id, kind="receipt")
        await desk.says(id, kind="receipt")
        assert len(await desk.events(RequestReceived)) == 1

    async def test_is_no_answer_and_no_new_version(self, desk: Desk) -> None:
        id = await desk.open("police")
        await desk.says(id, kind="receipt")
        found = await desk.enquiry(id)
        assert found["version"] == 1
        assert found["requests"][0]["answer"] is None


class TestReturn:
    @pytest.mark.requirement("RET-07")
    @pytest.mark.parametrize(
        ("changes", "answer"),
        [
            ({"answer": "information", "items": [create_item()]}, "information"),
            ({"answer": "nil"}, "nil"),
            ({"answer": "not_covered", "searched": None}, "not_covered"),
            ({"answer": "refused", "reason": REASON, "searched": None}, "refused"),
        ],
    )
    async def test_is_one_of_four_kinds(self, desk: Desk, changes: dict[str, Any], answer: str) -> None:
        id = await desk.open("police")
        await desk.says(id, **changes)
        (request,) = (await desk.enquiry(id))["requests"]
        assert (request["state"], request["answer"]) == ("answered", answer)
        assert request["returns"][0]["reason"] == changes.get("reason", "")

    @pytest.mark.requirement("RET-07")
    async def test_says_what_was_searched_and_how_fresh_it_was(self, desk: Desk) -> None:
        id = await desk.open("police")
        await desk.says(id)
        searched = (await desk.request(id))["returns"][0]["searched"]
        assert searched["systems"] == ["Records of incidents"]
        assert searched["identifiers"] == ["name and date of birth"]
        assert (searched["period_from"], searched["source_fresh_on"]) == ("2024-11-18", "2026-11-17")

    @pytest.mark.requirement("RET-07")
    async def test_no_answer_is_never_shown_as_nil(self, desk: Desk, clock: FakeClock) -> None:
        id = await desk.open("police", "health")
        await desk.says(id, "health")
        for hours in (0, 20, 20):
            clock.advance(hours=hours)
            police = await desk.request(id, "police")
            assert (police["answer"], police["returns"]) == (None, [])
        assert police["state"] == "late"

    @pytest.mark.requirement("ENQ-05")
    async def test_each_item_has_its_owner_date_basis_and_caveat(self, desk: Desk) -> None:
        id = await desk.open("police")
        await desk.informs(id)
        answer = (await desk.request(id))["returns"][0]
        (item,) = answer["items"]
        assert (answer["owner"], item["source"], item["recorded_on"]) == (
            "Police",
            "Records of incidents",
            "2026-11-03",
        )
        assert (item["text"], item["caveat"]) == (NARRATIVE, "professionals_only")
        assert item["lawful_basis"] == "Public task"

    async def test_the_hub_is_told_the_kind_and_not_the_words(self, desk: Desk) -> None:
        id = await desk.open("police")
        await desk.informs(id)
        (told,) = await desk.events(ReturnReceived)
        assert (told["answer"], told["in_time"], told["answer_version"]) == ("information", True, 1)
        assert NARRATIVE not in await desk.raw_events()

    async def test_the_hub_is_told_how_many_items_lack_something(self, desk: Desk) -> None:
        id = await desk.open("police")
        whole = create_item(rationale="The school has to know.")
        await desk.informs(id, items=[whole, create_item(rationale="Also.", lawful_basis="")])
        (told,) = await desk.events(ReturnReceived)
        assert (told["item_count"], told["lacking_item_count"]) == (2, 1)

    async def test_is_in_time_if_it_was_sent_in_time(self, desk: Desk, clock: FakeClock) -> None:
        id = await desk.open("police", rating="red")
        sent_at = clock.now + timedelta(hours=3, minutes=59)
        clock.advance(hours=6)
        await desk.says(id, sent_at=sent_at)
        assert (await desk.events(ReturnReceived))[0]["in_time"] is True

    @pytest.mark.parametrize("hours", [-1, 48])
    async def test_a_clock_that_cannot_be_right_is_not_believed(
        self, desk: Desk, clock: FakeClock, hours: int
    ) -> None:
        id = await desk.open("police", rating="red")
        impossible = clock.now + timedelta(hours=hours)
        clock.advance(hours=6)
        await desk.says(id, sent_at=impossible)
        (told,) = await desk.events(ReturnReceived)
        assert told["in_time"] is False

    async def test_the_last_one_brings_the_enquiry_back(self, desk: Desk) -> None:
        id = await desk.open("police", "health")
        await desk.says(id, "police")
        assert (await desk.enquiry(id))["state"] == "open"
        await desk.says(id, "health")
        found = await desk.enquiry(id)
        assert (found["state"], found["ready"]) == ("ready", "all_in")
        assert [one["reason"] for one in await desk.events(EnquiryReady)] == ["all_in"]

    async def test_a_repeat_under_another_id_changes_nothing(self, desk: Desk) -> None:
        id = await desk.open("police")
        first = await desk.says(id)
        await desk.take("police", first.model_copy(update={"message_id": uuid4()}))
        assert await desk.count(returned) == 1
        assert len(await desk.events(ReturnReceived)) == 1

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"answer": None}, "what kind"),
            ({"answer": "information"}, "gives none"),
            ({"answer": "nil", "items": [create_item()]}, "says that none is given"),
            ({"answer": "nil", "searched": None}, "what was searched"),
            ({"answer": "nil", "searched": create_searched(systems=[])}, "what was searched"),
            ({"answer": "refused"}, "says why"),
        ],
    )
    async def test_one_without_its_meaning_is_set_aside(
        self, desk: Desk, changes: dict[str, Any], why: str
    ) -> None:
        id = await desk.open("police")
        with pytest.raises(Unreadable, match=why):
            await desk.says(id, **changes)
        assert (await desk.request(id))["state"] == "waiting"

    async def test_another_one_of_the_same_version_is_set_aside(self, desk: Desk) -> None:
        id = await desk.open("police")
        await desk.informs(id)
        with pytest.raises(Unreadable, match="held already"):
            await desk.says(id)
        assert (await desk.request(id))["answer"] == "information"


class TestWhoseRequestItIs:
    async def test_an_agency_cannot_answer_for_another(self, desk: Desk) -> None:
        id = await desk.open("police", "health")
        message = desk.message(await desk.request(id, "health"), await desk.enquiry(id))
        with pytest.raises(Unreadable, match="another agency's"):
            await desk.take("police", message)
        assert (await desk.request(id, "health"))["state"] == "waiting"

    @pytest.mark.parametrize("changes", [{"enquiry_id": uuid4()}, {"partnership": "elsewhere"}])
    async def test_nor_say_that_it_is_of_another_enquiry(self, desk: Desk, changes: dict[str, Any]) -> None:
        id = await desk.open("police")
        with pytest.raises(Unreadable, match="another enquiry"):
            await desk.says(id, **changes)

    @pytest.mark.parametrize("kind", ["receipt", "return", "correction", "withdrawal"])
    async def test_nor_answer_what_was_never_asked(self, desk: Desk, kind: str) -> None:
        id = await desk.open("police")
        with pytest.raises(Unreadable, match="no such request"):
            await desk.says(id, kind=kind, request_id=uuid4())


class TestCorrection:
    @pytest.mark.requirement("RET-06")
    async def test_is_shown_beside_the_first_which_is_kept(self, desk: Desk) -> None:
        id = await desk.open("police")
        await desk.informs(id)
        await desk.says(id, kind="correction", version=2, reason="It was another family.")
        request = await desk.request(id)
        first, second = request["returns"]
        assert (request["answer"], first["standing"], second["standing"]) == ("nil", "corrected", "current")
        assert first["items"][0]["text"] == NARRATIVE
        assert second["reason"] == "It was another family."

    async def test_does_not_make_an_answer_in_time_late(self, desk: Desk, clock: FakeClock) -> None:
        id = await desk.open("police", "health", rating="red")
        await desk.informs(id)
        clock.advance(hours=6)
        await desk.informs(id, kind="correction", version=2)
        request = await desk.request(id)
        assert (request["is_late"], request["seconds_elapsed"]) == (False, 0)
        assert [one["in_time"] for one in await desk.events(ReturnReceived)] == [True, True]

    async def test_may_come_before_what_it_corrects(self, desk: Desk) -> None:
        id = await desk.open("police")
        await desk.says(id, kind="correction", version=2)
        await desk.informs(id)
        request = await desk.request(id)
        assert (request["answer"], [one["standing"] for one in request["returns"]]) == (
            "nil",
            ["corrected", "current"],
        )

    async def test_is_what_the_manager_must_have_seen(self, desk: Desk) -> None:
        id = await desk.open("police")
        await desk.informs(id)
        seen = (await desk.enquiry(id))["version"]
        await desk.says(id, kind="correction", version=2)
        refused = await desk.change(
            id,
            "decision",
            {"final_rating": None, "level": 2, "outcome": "early_help", "rationale": "Enough is known."},
            version=seen,
        )
        assert refused.status_code == 412
        assert refused.json()["changed"] == ["returns.police"]


class TestWithdrawal:
    @pytest.mark.requirement("RET-06")
    async def test_is_shown_and_what_was_returned_is_kept(self, desk: Desk) -> None:
        id = await desk.open("police")
        await desk.informs(id)
        await desk.says(id, kind="withdrawal", version=2, reason="Sent in error.")
        request = await desk.request(id)
        assert (request["state"], request["answer"]) == ("answer_withdrawn", None)
        assert [one["standing"] for one in request["returns"]] == ["withdrawn", "withdrawal"]
        assert request["returns"][0]["items"][0]["text"] == NARRATIVE
        assert len(await desk.events(ReturnWithdrawn)) == 1

    async def test_opens_what_was_all_in(self, desk: Desk) -> None:
        id = await desk.open("police")
        await desk.informs(id)
        await desk.says(id, kind="withdrawal", version=2)
        found = await desk.enquiry(id)
        assert (found["state"], found["ready"]) == ("open", None)
        assert len(await desk.events(EnquiryResumed)) == 1

    async def test_lets_the_agency_answer_again(self, desk: Desk) -> None:
        id = await desk.open("police")
        await desk.informs(id)
        await desk.says(id, kind="withdrawal", version=2)
        await desk.says(id, kind="correction", version=3)
        request = await desk.request(id)
        assert (request["state"], request["answer"]) == ("answered", "nil")

    async def test_told_twice_is_kept_once(self, desk: Desk) -> None:
        id = await desk.open("police")
        await desk.informs(id)
        first = await desk.says(id, kind="withdrawal", version=2)
        await desk.take("police", first)
        assert len(await desk.events(ReturnWithdrawn)) == 1


class TestAfterTheEnd:
    @pytest.mark.parametrize(
        ("kind", "version", "reason"),
        [("return", 1, "returned"), ("correction", 2, "corrected"), ("withdrawal", 2, "withdrawn")],
    )
    async def test_news_is_kept_flagged_and_raised(
        self, desk: Desk, kind: str, version: int, reason: str
    ) -> None:
        id = await desk.open("police")
        if kind != "return":
            await desk.informs(id)
        await desk.decide(id, silent_rationale="The child cannot wait.")
        await desk.says(id, kind=kind, version=version)
        found = await desk.enquiry(id)
        assert found["has_news"] is True
        assert found["requests"][0]["returns"][-1]["after_closing"] is True
        assert [one["reason"] for one in await desk.events(ReturnRaised)] == [reason]

    async def test_the_enquiry_stays_decided_and_no_timer_is_set(self, desk: Desk, clock: FakeClock) -> None:
        id = await desk.open("police")
        await desk.informs(id)
        await desk.decide(id)
        await desk.says(id, kind="withdrawal", version=2)
        clock.advance(days=30)
        assert await desk.fire_timers() == 0
        assert (await desk.enquiry(id))["state"] == "decided"


@pytest.mark.requirement("RET-06", "ENQ-10")
async def test_any_order_of_answers_and_decision_keeps_what_was_and_what_was_known(desk: Desk) -> None:
    said: dict[str, dict[str, Any]] = {
        "return": {"version": 1, "answer": "information", "items": [create_item()]},
        "correction": {"version": 2},
        "withdrawal": {"version": 3},
    }
    known = {(): None, ("return",): 1, ("correction",): 2, ("correction", "return"): 2}
    for order in permutations([*said, "decision"]):
        id = await desk.open("police")
        for step in order:
            if step == "decision":
                await desk.decide(id, silent_rationale="The child cannot wait.")
                frozen = (await desk.get(f"/{id}/snapshot")).json()
            else:
                await desk.says(id, kind=step, **said[step])
        before = tuple(sorted(order[: order.index("decision")]))
        request = await desk.request(id)
        assert (await desk.get(f"/{id}/snapshot")).json() == frozen
        assert frozen["agencies"][0]["answer_version"] == known.get(before)
        assert (request["answer"], len(request["returns"])) == (None, 3)
        assert (await desk.enquiry(id))["has_news"] is (order[-1] != "decision")


async def test_what_was_returned_is_never_altered(desk: Desk) -> None:
    await desk.informs(await desk.open("police"))
    async with desk.hub.engine.connect() as connection:
        with pytest.raises(sa.exc.DBAPIError, match="never altered"):
            await connection.execute(sa.update(returned).values(answer="nil"))


async def test_returned_words_are_in_one_column_and_nowhere_else(desk: Desk) -> None:
    id = await desk.open("police")
    await desk.informs(id)
    await desk.decide(id)
    texts = sa.text(
        "SELECT t::text FROM (SELECT * FROM enquiry) t UNION ALL SELECT t::text FROM request t "
        "UNION ALL SELECT t::text FROM history t UNION ALL SELECT t::text FROM decision t "
        "UNION ALL SELECT t::text FROM audit t UNION ALL SELECT t::text FROM notice t"
    )
    async with desk.hub.engine.connect() as connection:
        rows = (await connection.execute(texts)).scalars().all()
        sealed = (await connection.execute(sa.select(outbox.c.payload))).scalars().all()
    assert not [row for row in rows if "Officers attended" in row]
    assert not [one for one in sealed if b"Officers attended" in one]
