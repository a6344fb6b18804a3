"""A restricted case, from the side of everybody who is not named: it is as if it were not there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import factories.enquiry
import factories.notifications
import factories.screening
import httpx
import pytest
import pytest_asyncio
from asgi_lifespan import LifespanManager
from factories.intake import create_form
from fastapi import FastAPI
from mash.contracts.intake import AccessChanged, Named
from mash.contracts.shared import AccessRaised
from mash.sealing import make_keys
from support.clock import START, FakeClock
from support.services import Services
from support.smtp import Mailbox
from support.tokens import AGENCIES, Tokens
from support.wrong_side import told, tries

pytestmark = pytest.mark.requirement("SEAL-07")

NAMED = "manager-named"
# Everybody who may come to a door of the hub, and is not named.
UNNAMED = ("manager", "contact_officer", "social_worker", "analyst", "ops", "referrer-school", "mailbox")
Serve = Callable[[Any], Awaitable[str]]


def strangers(tokens: Tokens) -> list[tuple[str, dict[str, str]]]:
    """Headers of each who is not named, and of a manager of that very name at another partnership."""
    there = tokens.issue("manager", subject=NAMED, partnerships=["medway"])
    return [(role, tokens.issue(role, subject="unnamed")) for role in UNNAMED] + [("elsewhere", there)]


def create_access(contact_id: UUID, *named: Named, **changes: Any) -> AccessChanged:
    values = {"restricted": True, "named": list(named), "own": [], "changed_at": START, **changes}
    return AccessChanged(partnership="havering", contact_id=contact_id, **values)


async def assert_absent(
    app: FastAPI,
    client: httpx.AsyncClient,
    tokens: Tokens,
    id: str,
    absent: str,
    *parameters: str,
    apart_from: tuple[str, ...] = (),
) -> None:
    """Each route tells each stranger the same of the case as of none."""
    found = [one for one in tries(app, *parameters) if one.path not in apart_from]
    assert found
    for one in found:
        for who, headers in strangers(tokens):
            closed, nothing = [await one.by(client, headers, case) for case in (id, absent)]
            assert told(closed) == told(nothing), f"{one} tells {who} of it"
            assert closed.status_code in (403, 404, 422), f"{one} for {who}: {closed.status_code}"
            assert one.method != "GET" or closed.status_code in (403, 404), f"{one} for {who}"


@pytest_asyncio.fixture
async def intake(service: Services) -> AsyncIterator[tuple[FastAPI, httpx.AsyncClient]]:
    app = await service.create("intake")
    async with (
        LifespanManager(app, startup_timeout=30),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://intake.test") as client,
    ):
        yield app, client


class TestIntake:
    @pytest_asyncio.fixture
    async def reference(self, intake: tuple[FastAPI, httpx.AsyncClient], tokens: Tokens) -> str:
        """The reference of a contact that one manager alone is named for."""
        _, client = intake
        sender = tokens.issue("referrer-school", subject="sender")
        sent = (await client.post("/v1/contacts", json=create_form(), headers=sender)).json()
        wish = {"restricted": True, "why": "staff_family", "reason": "A colleague.", "managers": [NAMED]}
        path = f"/v1/contacts/{sent['reference']}/restriction"
        dpo = tokens.issue("data_protection_officer")
        assert (await client.put(path, json=wish, headers=dpo)).status_code == 200
        return str(sent["reference"])

    async def test_no_route_tells_of_it(
        self, intake: tuple[FastAPI, httpx.AsyncClient], tokens: Tokens, reference: str
    ) -> None:
        opening = "/v1/contacts/{reference}/emergency-opening"
        await assert_absent(*intake, tokens, reference, "HAV-26-00000000", "reference", apart_from=(opening,))

    async def test_the_data_protection_officer_reads_no_word_of_it(
        self, intake: tuple[FastAPI, httpx.AsyncClient], tokens: Tokens, reference: str
    ) -> None:
        app, client = intake
        dpo = tokens.issue("data_protection_officer")
        words = ("Robin", "Testcase", "hungry", "Sample Close", "A colleague.", "Lynn")
        for one in tries(app, "reference"):
            if one.method == "GET":
                answer = await one.by(client, dpo, reference)
                assert [word for word in words if word in answer.text] == [], one

    async def test_no_list_grows_by_it(
        self, intake: tuple[FastAPI, httpx.AsyncClient], tokens: Tokens, reference: str
    ) -> None:
        _, client = intake
        for role, named in (("manager", 1), ("contact_officer", 0), ("social_worker", 0)):
            headers = tokens.issue(role, subject=NAMED if named else "unnamed")
            assert len((await client.get("/v1/contacts", headers=headers)).json()["items"]) == named


class TestScreening:
    @pytest_asyncio.fixture
    async def desk(
        self, service: Services, serve: Serve, tokens: Tokens
    ) -> AsyncIterator[factories.screening.Desk]:
        stand_in = factories.screening.IntakeStandIn()
        url = await serve(stand_in.app)
        app = await service.create("screening", intake_url=url, token_url=f"{url}/token")
        async with (
            LifespanManager(app, startup_timeout=30),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://screening.test") as client,
        ):
            yield factories.screening.Desk(app, client, tokens, stand_in)

    async def test_no_route_tells_of_it_from_its_first_moment(self, desk: factories.screening.Desk) -> None:
        id = await desk.receive(restricted=True)
        await assert_absent(desk.app, desk.client, desk.tokens, str(id), str(uuid4()), "contact_id")

    async def test_no_figure_moves_by_it(self, desk: factories.screening.Desk) -> None:
        before = (await desk.get()).json()
        await desk.receive(restricted=True, immediate_danger=True)
        after = (await desk.get()).json()
        assert after == before

    async def test_is_there_for_who_is_named_until_their_time_is_over(
        self, desk: factories.screening.Desk, clock: FakeClock
    ) -> None:
        id = await desk.receive(restricted=True)
        until = clock() + timedelta(hours=8)
        named = (Named(subject=NAMED), Named(subject="worker-9", until=until))
        await desk.hand(create_access(id, *named, changed_at=clock()))

        async def status(role: str, subject: str) -> int:
            headers = desk.tokens.issue(role, subject=subject)
            return (await desk.client.get(f"/v1/screenings/{id}", headers=headers)).status_code

        assert [await status("manager", NAMED), await status("social_worker", "worker-9")] == [200, 200]
        clock.advance(timedelta(hours=8))
        assert [await status("manager", NAMED), await status("social_worker", "worker-9")] == [200, 404]

    async def test_nobody_unnamed_challenges_it(self, desk: factories.screening.Desk) -> None:
        await desk.receive(restricted=True, reference="HAV-26-7K3M9QXT")
        headers = desk.tokens.issue("social_worker")
        answers = [
            await desk.client.post(
                f"/v1/contacts/{reference}/disagreements",
                json={"about": "delay", "reason": "It takes long."},
                headers=headers,
            )
            for reference in ("HAV-26-7K3M9QXT", "HAV-26-00000000")
        ]
        assert told(answers[0]) == told(answers[1])
        assert answers[0].status_code == 404


class TestEnquiry:
    @pytest_asyncio.fixture
    async def desk(
        self, service: Services, serve: Serve, tokens: Tokens, tmp_path: Path
    ) -> AsyncIterator[factories.enquiry.Desk]:
        make_keys(tmp_path, ["hub", *AGENCIES])
        stand_in = factories.enquiry.IntakeStandIn()
        url = await serve(stand_in.app)
        app = await service.create(
            "enquiry", intake_url=url, token_url=f"{url}/token", sealing_keys_dir=str(tmp_path)
        )
        async with (
            LifespanManager(app, startup_timeout=30),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://enquiry.test") as client,
        ):
            yield factories.enquiry.Desk(app, client, tokens, stand_in, tmp_path)

    async def test_no_route_and_no_list_tells_of_it(self, desk: factories.enquiry.Desk) -> None:
        contact_id = uuid4()
        id = await desk.open(contact_id=contact_id)
        await desk.hand(create_access(contact_id, Named(subject=NAMED), changed_at=desk.hub.clock()))
        await assert_absent(desk.app, desk.client, desk.tokens, str(id), str(uuid4()), "id")
        named = desk.tokens.issue("manager", subject=NAMED)
        seen = [
            len((await desk.client.get("/v1/enquiries", headers=headers)).json()["items"])
            for headers in (named, desk.tokens.issue("manager"))
        ]
        assert seen == [1, 0]

    async def test_is_closed_from_the_decision_on(self, desk: factories.enquiry.Desk) -> None:
        decided = factories.enquiry.create_decided(restricted=True, decided_at=desk.hub.clock())
        desk.intake.knows(decided.contact_id)
        await desk.hand(decided)
        found = await desk.get(contact_id=decided.contact_id)
        assert found.json()["items"] == []


class TestNotifications:
    @pytest_asyncio.fixture
    async def desk(
        self, service: Services, serve: Serve, tokens: Tokens, smtp: Mailbox
    ) -> AsyncIterator[factories.notifications.Desk]:
        stand_in = factories.notifications.IntakeStandIn()
        url = await serve(stand_in.app)
        app = await service.create(
            "notifications",
            intake_url=url,
            token_url=f"{url}/token",
            smtp_host=smtp.host,
            smtp_port=str(smtp.port),
        )
        desk = factories.notifications.Desk(app, tokens, stand_in)
        yield desk
        await desk.client.aclose()
        await desk.hub.http.aclose()
        await desk.hub.engine.dispose()

    async def test_no_route_and_no_list_tells_of_it(self, desk: factories.notifications.Desk) -> None:
        contact_id = await desk.receive(kind="lado")
        (notification,) = await desk.notifications(contact_id)
        (task,) = await desk.tasks(contact_id=str(contact_id))
        assert task["kind"] == "forward_to_lado"
        await desk.hand(create_access(contact_id, Named(subject=NAMED), changed_at=desk.hub.clock()))
        for id, parameter in ((notification["id"], "notification_id"), (task["id"], "task_id")):
            await assert_absent(desk.app, desk.client, desk.tokens, id, str(uuid4()), parameter)
        assert await desk.tasks() == []
        assert await desk.notifications(contact_id) == []

    async def test_tells_the_data_protection_officer_who_opened_it_and_nobody_else(
        self, desk: factories.notifications.Desk
    ) -> None:
        contact_id = await desk.receive(restricted=True)
        raised = AccessRaised(
            partnership="havering",
            contact_id=contact_id,
            service="intake",
            kind="emergency_opening",
            by="worker-9",
            at=desk.hub.clock(),
        )
        await desk.hand(raised)
        (task,) = await desk.tasks(role="data_protection_officer")
        assert (task["kind"], task["subject"], task["contact_id"]) == (
            "emergency_opening",
            "worker-9",
            str(contact_id),
        )
        assert [await desk.tasks(role=role) for role in ("manager", "worker", "officer")] == [[], [], []]

    @pytest.mark.requirement("SEAL-08")
    async def test_tells_of_a_look_once_a_person_a_case_and_a_day(
        self, desk: factories.notifications.Desk, clock: FakeClock
    ) -> None:
        contact_id = await desk.receive()

        async def look(by: str) -> None:
            raised = {"partnership": "havering", "contact_id": contact_id, "service": "screening"}
            await desk.hand(AccessRaised(**raised, kind="own_case", by=by, at=clock()))

        await look("worker-1")
        (task,) = await desk.tasks(role="data_protection_officer")
        path = f"/v1/tasks/{task['id']}/done"
        done = await desk.post(path, {"how": "dealt_with"}, role="data_protection_officer", version=1)
        assert done.status_code == 200
        await look("worker-1")
        assert await desk.tasks(role="data_protection_officer") == []
        await look("worker-2")
        clock.advance(timedelta(days=1))
        await look("worker-1")
        assert len(await desk.tasks(role="data_protection_officer")) == 2

    async def test_asks_for_a_name_where_nobody_may_open_it(self, desk: factories.notifications.Desk) -> None:
        contact_id = await desk.receive(restricted=True)
        await desk.hand(create_access(contact_id))
        (task,) = await desk.tasks(role="data_protection_officer")
        assert task["kind"] == "name_somebody"
        await desk.hand(create_access(contact_id, Named(subject=NAMED)))
        assert await desk.tasks(role="data_protection_officer") == []
