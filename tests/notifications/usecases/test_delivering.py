"""A message is sent until it is taken, every try is on record, and what is not taken is a person's task."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from factories.notifications import EMAIL, Desk, create_decided
from mash.hub import Hub, Transaction
from mash.timers import Timer, TimerHandler, Timers
from notifications.events.handlers import TIMERS
from notifications.usecases.noting import DELIVER
from support.clock import FakeClock
from support.smtp import Mailbox

UNSAFE = {"may_write": False}
BY_TELEPHONE = {"email": None, "may_write": False}
UNREACHABLE = {"email": None, "telephone": None, "may_write": False, "is_professional": False}
ANONYMOUS = {"kind": "anonymous", "is_professional": False}


async def wait_and_deliver(desk: Desk, clock: FakeClock, total: timedelta, step: timedelta) -> None:
    until = clock() + total
    while clock() < until:
        clock.advance(step)
        await desk.deliver()


@pytest.mark.requirement("FBK-04")
class TestMailServerAway:
    async def test_a_message_goes_when_it_is_back(self, desk: Desk, smtp: Mailbox, clock: FakeClock) -> None:
        smtp.go_away()
        contact_id = await desk.receive()
        await smtp.come_back()
        assert (await desk.notification(contact_id, "acknowledgement"))["state"] == "waiting"
        clock.advance(seconds=30)
        await desk.deliver()
        sent = await desk.notification(contact_id, "acknowledgement")
        assert sent["state"] == "sent"
        assert [(one["result"], one["code"]) for one in sent["attempts"]] == [
            ("try_later", None),
            ("sent", 250),
        ]
        assert len(smtp.messages) == 1

    async def test_the_pauses_grow(self, desk: Desk, smtp: Mailbox, clock: FakeClock) -> None:
        smtp.answer = "451 Try again later"
        contact_id = await desk.receive()
        await wait_and_deliver(desk, clock, timedelta(minutes=4), timedelta(seconds=30))
        tried = (await desk.notification(contact_id, "acknowledgement"))["attempts"]
        seconds = [one["at"][14:19] for one in tried]
        assert seconds == ["00:00", "00:30", "01:30", "03:30"]
        assert {one["code"] for one in tried} == {451}

    async def test_a_person_is_asked_before_it_is_late_and_no_longer_once_it_went(
        self, desk: Desk, smtp: Mailbox, clock: FakeClock
    ) -> None:
        smtp.answer = "451 Try again later"
        await desk.receive()
        await wait_and_deliver(desk, clock, timedelta(minutes=40), timedelta(minutes=1))
        assert [task["kind"] for task in await desk.tasks()] == ["not_delivered"]
        smtp.answer = "250 Message accepted"
        await wait_and_deliver(desk, clock, timedelta(hours=1), timedelta(minutes=10))
        assert len(smtp.messages) == 1
        assert await desk.tasks() == []

    async def test_it_is_given_up_after_a_day_and_stays_a_person_s_task(
        self, desk: Desk, smtp: Mailbox, clock: FakeClock
    ) -> None:
        smtp.answer = "451 Try again later"
        contact_id = await desk.receive()
        await wait_and_deliver(desk, clock, timedelta(hours=25), timedelta(hours=1))
        failed = await desk.notification(contact_id, "acknowledgement")
        assert (failed["state"], failed["reason"]) == ("failed", "mail_server_did_not_take_it")
        assert [task["kind"] for task in await desk.tasks()] == ["not_delivered"]
        assert [one["event"] for one in await desk.told()] == ["notification.failed.v1"]


@pytest.mark.requirement("FBK-04")
class TestRefused:
    async def test_is_not_tried_again_and_is_a_person_s_task(
        self, desk: Desk, smtp: Mailbox, clock: FakeClock
    ) -> None:
        smtp.refused = {EMAIL}
        contact_id = await desk.receive()
        clock.advance(hours=2)
        await desk.deliver()
        failed = await desk.notification(contact_id, "acknowledgement")
        assert (failed["state"], failed["tries"], failed["in_time"]) == ("failed", 1, False)
        assert [(one["result"], one["code"]) for one in failed["attempts"]] == [("refused", 550)]
        [task] = await desk.tasks()
        assert (task["kind"], task["role"]) == ("not_delivered", "contact_officer")
        assert task["notification_id"] == failed["id"]
        assert [one["event"] for one in await desk.told()] == ["notification.failed.v1"]

    @pytest.mark.parametrize(
        "address",
        [
            "a@x.example, b@x.example",
            "a@x.example\r\nBcc: all@x.example",
            "Robin <a@x.example>",
            "nobody",
            "@",
            "a b@x.example",
        ],
    )
    async def test_what_is_no_one_address_is_never_sent_to(
        self, desk: Desk, smtp: Mailbox, address: str
    ) -> None:
        contact_id = await desk.receive(referrer={"email": address})
        failed = await desk.notification(contact_id, "acknowledgement")
        assert (failed["state"], failed["reason"]) == ("failed", "not_an_address")
        assert smtp.messages == []


class TestRetry:
    async def test_sends_what_had_failed(self, desk: Desk, smtp: Mailbox) -> None:
        smtp.refused = {EMAIL}
        failed = await desk.notification(await desk.receive(), "acknowledgement")
        smtp.refused = set()
        answer = await desk.post(f"/v1/notifications/{failed['id']}/retry")
        assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
        await desk.deliver()
        assert len(smtp.messages) == 1
        assert await desk.tasks() == []

    async def test_does_not_send_twice(self, desk: Desk, smtp: Mailbox) -> None:
        sent = await desk.notification(await desk.receive(), "acknowledgement")
        answer = await desk.post(f"/v1/notifications/{sent['id']}/retry")
        assert (answer.status_code, answer.json()["state"]) == (409, "sent")
        await desk.deliver()
        assert len(smtp.messages) == 1

    async def test_never_writes_to_whom_writing_is_unsafe(self, desk: Desk, smtp: Mailbox) -> None:
        contact_id = await desk.receive(referrer=UNSAFE)
        unwritten = await desk.notification(contact_id, "acknowledgement")
        answer = await desk.post(f"/v1/notifications/{unwritten['id']}/retry")
        assert answer.status_code == 202
        await desk.deliver()
        assert (await desk.notification(contact_id, "acknowledgement"))["state"] == "not_written"
        assert smtp.messages == []


@pytest.mark.requirement("FBK-04")
class TestNotWritten:
    @pytest.mark.parametrize(
        ("referrer", "reason", "tasks"),
        [
            (UNSAFE, "unsafe_to_write", ["tell_in_person"]),
            (BY_TELEPHONE, "no_address", ["tell_in_person"]),
            (UNREACHABLE, "no_address", []),
            (ANONYMOUS, "anonymous", []),
        ],
        ids=["unsafe", "telephone only", "no way at all", "anonymous"],
    )
    async def test_nobody_is_mailed_who_may_not_be(
        self, desk: Desk, smtp: Mailbox, referrer: dict[str, Any], reason: str, tasks: list[str]
    ) -> None:
        contact_id = await desk.receive(referrer=referrer)
        await desk.hand(create_decided(contact_id))
        await desk.deliver()
        assert smtp.messages == []
        for one in await desk.notifications(contact_id):
            assert (one["state"], one["reason"]) == ("not_written", reason)
        assert [task["kind"] for task in await desk.tasks()] == tasks

    async def test_a_person_has_the_words_to_tell(self, desk: Desk) -> None:
        contact_id = await desk.receive(referrer=BY_TELEPHONE)
        await desk.hand(create_decided(contact_id))
        await desk.deliver()
        feedback = await desk.notification(contact_id, "feedback")
        assert "It has been passed to Early Help" in feedback["text"]

    async def test_nobody_is_asked_to_tell_what_went_by_mail_after_all(
        self, desk: Desk, smtp: Mailbox
    ) -> None:
        contact_id = await desk.receive(referrer=BY_TELEPHONE)
        await desk.hand(create_decided(contact_id))
        await desk.deliver()
        assert [task["kind"] for task in await desk.tasks()] == ["tell_in_person"]
        desk.intake.knows(contact_id)
        unwritten = await desk.notification(contact_id, "feedback")
        await desk.post(f"/v1/notifications/{unwritten['id']}/retry")
        await desk.deliver()
        assert len(smtp.messages) == 1
        assert await desk.tasks() == []

    async def test_a_contact_that_intake_no_longer_knows_is_left_to_a_person(
        self, desk: Desk, smtp: Mailbox
    ) -> None:
        contact_id = await desk.receive()
        del desk.intake.referrers[str(contact_id)]
        await desk.hand(create_decided(contact_id))
        await desk.deliver()
        assert (await desk.notification(contact_id, "feedback"))["reason"] == "contact_gone"
        assert [task["kind"] for task in await desk.tasks()] == ["tell_in_person"]
        assert len(smtp.messages) == 1


class TestPlanned:
    async def test_is_told_to_the_hub_before_it_is_sent(self, desk: Desk, smtp: Mailbox) -> None:
        smtp.answer = "451 Try again later"
        contact_id = await desk.receive()
        await desk.hand(create_decided(contact_id))
        await desk.deliver()
        planned = await desk.emitted()
        assert [(one["event"], one["purpose"]) for one in planned] == [
            ("notification.queued.v1", "acknowledgement"),
            ("notification.queued.v1", "feedback"),
        ]
        assert [one["since_at"] for one in planned] == ["2026-11-18T10:00:00Z"] * 2

    @pytest.mark.parametrize(("referrer", "count"), [(BY_TELEPHONE, 1), (ANONYMOUS, 0)])
    async def test_counts_only_where_somebody_is_to_be_told(
        self, desk: Desk, referrer: dict[str, Any], count: int
    ) -> None:
        await desk.hand(create_decided(await desk.receive(referrer=referrer)))
        await desk.deliver()
        assert len(await desk.emitted()) == count

    async def test_counts_once_a_referrer_turns_out_to_have_an_address(self, desk: Desk) -> None:
        contact_id = await desk.receive(referrer=UNREACHABLE)
        assert await desk.emitted() == []
        desk.intake.knows(contact_id)
        unwritten = await desk.notification(contact_id, "acknowledgement")
        await desk.post(f"/v1/notifications/{unwritten['id']}/retry")
        await desk.deliver()
        assert [one["event"] for one in await desk.emitted()] == [
            "notification.queued.v1",
            "notification.sent.v1",
        ]

    async def test_is_taken_back_once_it_is_unsafe_to_write(self, desk: Desk, smtp: Mailbox) -> None:
        smtp.refused = {EMAIL}
        contact_id = await desk.receive()
        failed = await desk.notification(contact_id, "acknowledgement")
        desk.intake.knows(contact_id, **UNSAFE)
        await desk.post(f"/v1/notifications/{failed['id']}/retry")
        await desk.deliver()
        assert [one["event"] for one in await desk.emitted()] == [
            "notification.queued.v1",
            "notification.failed.v1",
            "notification.dropped.v1",
        ]


class TestCrash:
    async def test_between_sending_and_recording_sends_the_same_message_again(
        self, desk: Desk, smtp: Mailbox, clock: FakeClock
    ) -> None:
        dying = Timers(desk.hub, [TimerHandler(DELIVER, die, prepare=TIMERS[0].prepare)])
        desk.app.state.timers, living = dying, desk.app.state.timers
        contact_id = await desk.receive()
        assert (await desk.notification(contact_id, "acknowledgement"))["state"] == "waiting"
        desk.app.state.timers = living
        clock.advance(minutes=2)
        await desk.deliver()
        assert (await desk.notification(contact_id, "acknowledgement"))["state"] == "sent"
        assert len(smtp.messages) == 2
        assert len({mail["Message-ID"] for mail in smtp.messages}) == 1

    async def test_a_message_taken_back_while_it_was_sent_is_on_record_as_sent(
        self, desk: Desk, smtp: Mailbox
    ) -> None:
        contact_id = await desk.receive()
        decided = create_decided(contact_id)
        await desk.hand(decided)

        await create_overtaken(desk).fire_due()
        assert (await desk.notification(contact_id, "feedback"))["state"] == "sent"
        assert len(smtp.messages) == 2

    @pytest.mark.parametrize("answer", ["451 Try again later", "550 No"])
    async def test_a_message_taken_back_while_it_was_refused_is_let_be(
        self, desk: Desk, smtp: Mailbox, answer: str
    ) -> None:
        contact_id = await desk.receive()
        smtp.answer = answer
        await desk.hand(create_decided(contact_id))
        await create_overtaken(desk).fire_due()
        assert (await desk.notification(contact_id, "feedback"))["state"] == "superseded"
        assert await desk.tasks() == []
        assert [one["purpose"] for one in await desk.emitted()] == ["acknowledgement"] * 2


def create_overtaken(desk: Desk) -> Timers:
    """Timers that find each message taken back when they come to record that they tried to send it."""

    async def overtaken(hub: Hub, timer: Timer) -> Any:
        assert TIMERS[0].prepare is not None
        tried = await TIMERS[0].prepare(hub, timer)
        await supersede(hub, UUID(timer.key))
        return tried

    return Timers(desk.hub, [TimerHandler(DELIVER, TIMERS[0].apply, prepare=overtaken)])


async def die(tx: Transaction, timer: Timer, tried: Any) -> None:
    raise RuntimeError("the power went")


async def supersede(hub: Hub, id: UUID) -> None:
    from notifications.store.notifications import find_notification, save

    async with hub.transaction() as tx:
        found = await find_notification(tx, id)
        assert found is not None
        await save(tx, found, state="superseded")
