"""What the night erases, and what keeps a case all the same."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
import sqlalchemy as sa
from factories.intake import create_child, create_email, create_form
from intake.domain.retention import next_night
from intake.store.tables import metadata
from intake.usecases import erasing
from intake.usecases.erasing import NIGHT, set_first_night, work_through_the_night
from intake.usecases.retention import hear_challenge, hear_decided, hear_open_again
from mash.contracts.screening import (
    ContactDecided,
    DisagreementClosed,
    DisagreementRaised,
    ScreeningReopened,
)
from mash.db.tables import case_key, erased_case, outbox, timer
from mash.hub import Hub
from mash.retention import erase_shared
from support.clock import FakeClock
from support.services import Services
from support.tokens import Tokens

pytestmark = pytest.mark.requirement("SEAL-06")


class Intake:
    """The service at rest: nothing happens in it but what the test does."""

    def __init__(self, hub: Hub, client: httpx.AsyncClient, tokens: Tokens, clock: FakeClock) -> None:
        self.hub = hub
        self._client = client
        self._tokens = tokens
        self._clock = clock

    async def ask(self, role: str, method: str, path: str, **sent: Any) -> httpx.Response:
        return await self._client.request(method, path, headers=self._tokens.issue(role), **sent)

    async def send(self, **changes: Any) -> UUID:
        answer = await self.ask("referrer-school", "POST", "/v1/contacts", json=create_form(**changes))
        return UUID(answer.json()["contact_id"])

    async def reference(self, contact_id: UUID) -> str:
        return str(await self.value(f"SELECT reference FROM contact WHERE id = '{contact_id}'"))

    async def close(self, contact_id: UUID, pathway: str = "close_with_advice") -> None:
        given = {"contact_id": str(contact_id), "pathway": pathway, "decided_at": self._clock().isoformat()}
        async with self.hub.transaction() as tx:
            await hear_decided(tx, ContactDecided.model_validate({**ContactDecided.example, **given}))

    async def reopen(self, contact_id: UUID) -> None:
        given = {"contact_id": str(contact_id), "reopened_at": self._clock().isoformat()}
        async with self.hub.transaction() as tx:
            await hear_open_again(
                tx, ScreeningReopened.model_validate({**ScreeningReopened.example, **given})
            )

    async def years_pass(self, years: int) -> erasing.Night:
        self._clock.set(self._clock().replace(year=self._clock().year + years))
        self._clock.advance(days=1)
        return await work_through_the_night(self.hub)

    async def value(self, statement: str) -> Any:
        async with self.hub.engine.connect() as connection:
            return await connection.scalar(sa.text(statement))

    async def there(self, contact_id: UUID) -> bool:
        return bool(await self.value(f"SELECT 1 FROM contact WHERE id = '{contact_id}'"))


@pytest_asyncio.fixture
async def intake(service: Services, tokens: Tokens, clock: FakeClock) -> AsyncIterator[Intake]:
    app = await service.create("intake", partnerships=["havering"])
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://intake.test") as client:
        yield Intake(app.state.hub, client, tokens, clock)
    await app.state.hub.engine.dispose()


class TestNight:
    async def test_erases_every_row_of_a_contact_whose_time_is_over(self, intake: Intake) -> None:
        contact_id = await intake.send()
        await intake.ask(
            "referrer-school",
            "POST",
            f"/v1/contacts/{await intake.reference(contact_id)}/additions",
            json={"text": "Robin was hungry again."},
        )
        await intake.close(contact_id)
        assert (await intake.years_pass(6)).contacts == 1
        left = {
            table.name: await intake.value(f'SELECT count(*) FROM "{table.name}"')
            for table in metadata.sorted_tables
        }
        spared = {"audit", "audit_head", "audit_signature", "case_key", "erased_case", "outbox", "timer"}
        assert {name for name, count in left.items() if count} <= spared

    async def test_tells_the_hub_and_leaves_nothing_else_to_be_sent(self, intake: Intake) -> None:
        contact_id = await intake.send()
        await intake.close(contact_id)
        await intake.years_pass(6)
        async with intake.hub.engine.connect() as connection:
            told = (await connection.execute(sa.select(outbox.c.subject, outbox.c.case_id))).all()
        assert told == [("mash.havering.contact.erased.v1", contact_id)]

    async def test_destroys_the_data_key(self, intake: Intake) -> None:
        contact_id = await intake.send()
        await intake.close(contact_id)
        await intake.years_pass(6)
        assert await intake.value(f"SELECT destroyed_at FROM case_key WHERE case_id = '{contact_id}'")

    async def test_keeps_a_contact_to_the_last_day_of_its_time(
        self, intake: Intake, clock: FakeClock
    ) -> None:
        contact_id = await intake.send()
        await intake.close(contact_id)
        clock.set(clock().replace(year=clock().year + 6))
        await work_through_the_night(intake.hub)
        assert await intake.there(contact_id)

    async def test_never_erases_what_was_not_decided(self, intake: Intake) -> None:
        contact_id = await intake.send()
        await intake.years_pass(60)
        assert await intake.there(contact_id)

    async def test_never_erases_what_awaits_a_decision_again(self, intake: Intake, clock: FakeClock) -> None:
        contact_id = await intake.send()
        await intake.close(contact_id)
        clock.advance(days=1)
        await intake.reopen(contact_id)
        await intake.years_pass(60)
        assert await intake.there(contact_id)

    async def test_goes_by_the_newest_news_in_whatever_order_it_comes(
        self, intake: Intake, clock: FakeClock
    ) -> None:
        contact_id, first = await intake.send(), clock()
        clock.advance(days=1)
        await intake.reopen(contact_id)
        clock.set(first)
        await intake.close(contact_id)
        await intake.years_pass(60)
        assert await intake.there(contact_id)

    async def test_leaves_another_childs_contact_alone(self, intake: Intake) -> None:
        gone = await intake.send()
        beside = await intake.send(
            children=[create_child(given="Wren", family="Sample", nhs_number=None, dob="2020-05-05")],
            household=[],
        )
        await intake.close(gone)
        await intake.years_pass(6)
        assert not await intake.there(gone)
        view = await intake.ask("manager", "GET", f"/v1/contacts/{await intake.reference(beside)}")
        assert view.json()["document"]["children"][0]["given"] == "Wren"


class TestKeptAllTheSame:
    async def test_a_younger_contact_of_the_child_keeps_the_older(
        self, intake: Intake, clock: FakeClock
    ) -> None:
        older = await intake.send()
        await intake.close(older)
        clock.set(clock().replace(year=clock().year + 3))
        younger = await intake.send()
        await intake.close(younger)
        await intake.years_pass(3)
        assert await intake.there(older)
        assert (await intake.years_pass(3)).contacts == 2
        assert not await intake.there(younger)

    async def test_a_hold_keeps_it_until_it_is_lifted(self, intake: Intake) -> None:
        contact_id = await intake.send()
        path = f"/v1/contacts/{await intake.reference(contact_id)}/hold"
        officer = "data_protection_officer"
        held = await intake.ask(officer, "PUT", path, json={"reason": "An inquiry asks for it."})
        assert held.status_code == 204
        await intake.close(contact_id)
        await intake.years_pass(60)
        assert await intake.there(contact_id)
        (listed,) = (await intake.ask(officer, "GET", "/v1/holds")).json()
        assert listed["reason"] == "An inquiry asks for it."
        await intake.ask(officer, "DELETE", path)
        await work_through_the_night(intake.hub)
        assert not await intake.there(contact_id)

    async def test_an_open_challenge_keeps_it(self, intake: Intake) -> None:
        contact_id, challenge = await intake.send(), uuid4()
        await intake.close(contact_id)
        named = {"contact_id": str(contact_id), "disagreement_id": str(challenge)}
        raised = DisagreementRaised.model_validate({**DisagreementRaised.example, **named})
        async with intake.hub.transaction() as tx:
            await hear_challenge(tx, raised)
        await intake.years_pass(6)
        assert await intake.there(contact_id)
        closed = DisagreementClosed.model_validate({**DisagreementClosed.example, **named})
        async with intake.hub.transaction() as tx:
            await hear_challenge(tx, closed)
        await work_through_the_night(intake.hub)
        assert not await intake.there(contact_id)

    @pytest.mark.parametrize("role", ["manager", "contact_officer", "referrer-school", "ops"])
    async def test_nobody_but_the_data_protection_officer_may_hold(self, intake: Intake, role: str) -> None:
        path = f"/v1/contacts/{await intake.reference(await intake.send())}/hold"
        assert (await intake.ask(role, "PUT", path, json={"reason": "Mine."})).status_code == 403
        assert (await intake.ask(role, "GET", "/v1/retention")).status_code == 403


class TestMessages:
    async def take_in(self, intake: Intake, raw: bytes) -> dict[str, Any]:
        headers = {**intake._tokens.issue("mailbox"), "content-type": "message/rfc822"}
        answer = await intake._client.post("/v1/emails", content=raw, headers=headers)
        found: dict[str, Any] = answer.json()
        return found

    async def test_one_goes_with_the_last_contact_that_it_became(self, intake: Intake) -> None:
        receipt = await self.take_in(intake, create_email())
        for one in receipt["contacts"]:
            assert await intake.value("SELECT count(*) FROM message") == 1
            await intake.close(UUID(one["id"]))
        await intake.years_pass(6)
        assert await intake.value("SELECT count(*) FROM message") == 0
        assert await intake.value(
            f"SELECT destroyed_at FROM case_key WHERE case_id = '{receipt['message_id']}'"
        )

    async def test_one_that_was_put_aside_goes_after_its_own_time(self, intake: Intake) -> None:
        raw = create_email(
            subject="Staff newsletter", sender="News <news@havering.example>", body="The canteen is shut."
        )
        receipt = await self.take_in(intake, raw)
        assert receipt["outcome"] == "set_aside"
        assert (await intake.years_pass(0)).messages == 0
        assert (await intake.years_pass(1)).messages == 1
        assert await intake.value("SELECT count(*) FROM message") == 0


class TestEndedHalfWay:
    async def test_a_key_left_behind_goes_in_the_next_night(
        self, intake: Intake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        contact_id = await intake.send()
        await intake.close(contact_id)

        async def die(_hub: Hub) -> int:
            raise KeyboardInterrupt

        monkeypatch.setattr(erasing, "destroy_keys", die)
        with pytest.raises(KeyboardInterrupt):
            await intake.years_pass(6)
        monkeypatch.undo()
        left = sa.select(case_key.c.destroyed_at).where(case_key.c.case_id == contact_id)
        async with intake.hub.engine.connect() as connection:
            assert (await connection.execute(left)).scalar_one() is None
        await work_through_the_night(intake.hub)
        async with intake.hub.engine.connect() as connection:
            assert (await connection.execute(left)).scalar_one() is not None

    async def test_a_case_that_cannot_be_erased_is_whole_and_keeps_no_other(
        self, intake: Intake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bad = await intake.send()
        good = await intake.send(
            children=[create_child(given="Wren", family="Sample", nhs_number=None, dob="2020-05-05")],
            household=[],
        )
        for contact_id in (bad, good):
            await intake.close(contact_id)

        async def fail(tx: Any, case: UUID, **more: Any) -> None:
            await erase_shared(tx, case, **more)
            if case == bad:
                raise RuntimeError("told to fail")

        monkeypatch.setattr("intake.usecases.erasing.erase_shared", fail)
        night = await intake.years_pass(6)
        assert (night.contacts, night.failed) == (1, 1)
        assert await intake.there(bad)
        assert not await intake.there(good)
        async with intake.hub.engine.connect() as connection:
            assert (await connection.execute(sa.select(erased_case.c.contact_id))).scalars().all() == [good]


class TestTimer:
    async def test_one_waits_for_the_next_night_and_no_other_beside_it(
        self, intake: Intake, clock: FakeClock
    ) -> None:
        await set_first_night(intake.hub)
        await set_first_night(intake.hub)
        waiting = sa.select(timer.c.due_at).where(timer.c.kind == NIGHT)
        async with intake.hub.engine.connect() as connection:
            assert (await connection.execute(waiting)).scalars().all() == [next_night(clock())]


class TestOfficersView:
    async def test_shows_what_is_coming_and_what_went_without_a_word(
        self, intake: Intake, clock: FakeClock
    ) -> None:
        contact_id = await intake.send()
        reference = await intake.reference(contact_id)
        await intake.close(contact_id)
        clock.set(clock().replace(year=clock().year + 6))
        clock.advance(days=-10)
        await work_through_the_night(intake.hub)
        shown = await intake.ask("data_protection_officer", "GET", "/v1/retention")
        (coming,) = shown.json()["coming"]
        assert (coming["reference"], coming["rule"], coming["held"]) == (
            reference,
            "no_further_action",
            False,
        )
        assert "Robin" not in shown.text
        clock.advance(days=12)
        await work_through_the_night(intake.hub)
        shown = await intake.ask("data_protection_officer", "GET", "/v1/retention")
        assert [one["id"] for one in shown.json()["erased"]] == [str(contact_id)]
        assert shown.json()["coming"] == []
