"""Events, letters and referrers for tests of notifications, a stand-in for intake, and somebody at a desk."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import sqlalchemy as sa
from fastapi import FastAPI, Response
from mash.contracts import Envelope, Event
from mash.contracts.enquiry import EnquiryDecided
from mash.contracts.intake import ContactReceived, WrittenFormOverdue
from mash.contracts.screening import ContactDecided, ScreeningReopened
from mash.db.tables import audit, outbox
from mash.hub import Hub
from mash.messaging.decode import hub_decoder
from notifications.domain.letter import Addressee
from notifications.domain.notification import Notification
from notifications.events.handlers import HANDLERS
from support.clock import START
from support.tokens import Tokens

REFERENCE = "HAV-26-7K3M9QXT"
EMAIL = "lmarker@paperlane.sch.example"
TELEPHONE = "020 7946 0144"
LATER = timedelta(hours=3)

# What the case is about. Not one word of it may ever be in a message.
SECRETS = (
    "Robin",
    "Testcase",
    "Marian",
    "Sample Close",
    "RM99 1AB",
    "9990000018",
    "2019",
    "hungry",
    "Lynn",
    "Marker",
    "Paper Lane",
    "paperlane",
    "0144",
    "red",
    "amber",
    "green",
    "police",
    "health",
    "housing",
    "probation",
)


def create_received(contact_id: UUID | None = None, **changes: Any) -> ContactReceived:
    return ContactReceived.model_validate(
        {
            **ContactReceived.example,
            "contact_id": contact_id or uuid4(),
            "reference": REFERENCE,
            "received_at": START,
            **changes,
        }
    )


def create_form_overdue(contact_id: UUID, **changes: Any) -> WrittenFormOverdue:
    example = {**WrittenFormOverdue.example, "received_at": START - timedelta(days=1), "due_at": START}
    return WrittenFormOverdue.model_validate({**example, "contact_id": contact_id, **changes})


def create_decided(contact_id: UUID, **changes: Any) -> ContactDecided:
    example = {**ContactDecided.example, "pathway": "early_help", "decided_at": START}
    return ContactDecided.model_validate({**example, "contact_id": contact_id, **changes})


def create_enquiry_decided(contact_id: UUID, **changes: Any) -> EnquiryDecided:
    example = {**EnquiryDecided.example, "decided_at": START}
    return EnquiryDecided.model_validate({**example, "contact_id": contact_id, **changes})


def create_reopened(contact_id: UUID, **changes: Any) -> ScreeningReopened:
    example = {**ScreeningReopened.example, "because": "manager", "reopened_at": START}
    return ScreeningReopened.model_validate({**example, "contact_id": contact_id, **changes})


def create_notification(**changes: Any) -> Notification:
    values: dict[str, Any] = {
        "id": UUID(int=5),
        "partnership": "havering",
        "contact_id": UUID(int=1),
        "purpose": "acknowledgement",
        "cause": "received",
        "decision_kind": None,
        "decision": None,
        "services": [],
        "about_at": START,
        "due_at": START + timedelta(hours=1),
        "created_at": START,
        "state": "waiting",
        "reason": None,
        "trying_since": START,
        "tries": 0,
        "queued_at": None,
        "sent_at": None,
        "told_how": None,
        "subject": None,
        "text": None,
    }
    return Notification(**{**values, **changes})


def create_addressee(**changes: Any) -> Addressee:
    values: dict[str, Any] = {
        "reference": REFERENCE,
        "received_at": datetime(2026, 11, 18, 9, 30, 12, tzinfo=UTC),
        "is_professional": True,
        "immediate_danger": False,
        "missing": (),
    }
    return Addressee(**{**values, **changes})


class IntakeStandIn:
    """Answers whom to write to, and grants a token as the issuer would."""

    def __init__(self) -> None:
        self.referrers: dict[str, dict[str, Any]] = {}
        self.is_away = False
        self.app = FastAPI()
        self.app.post("/token")(self._grant)
        self.app.get("/v1/contacts/by-id/{contact_id}/referrer")(self._answer)
        self.app.post("/v1/contacts/headers")(self._answer_headers)
        # By contact id, as `named` put them there.
        self.headers: dict[str, dict[str, Any]] = {}

    async def _grant(self) -> dict[str, Any]:
        return {"access_token": "a-token", "expires_in": 3600}

    async def _answer(self, contact_id: str) -> Response:
        if self.is_away or contact_id not in self.referrers:
            return Response(status_code=503 if self.is_away else 404)
        return Response(json.dumps(self.referrers[contact_id]), media_type="application/json")

    async def _answer_headers(self, asked: dict[str, list[str]]) -> Response:
        if self.is_away:
            return Response(status_code=503)
        found = [self.headers[one] for one in asked["contact_ids"] if one in self.headers]
        return Response(json.dumps(found), media_type="application/json")

    def named(self, contact_id: UUID, **changes: Any) -> None:
        """Let intake name this case to the pages."""
        self.headers[str(contact_id)] = {
            "contact_id": str(contact_id),
            "reference": REFERENCE,
            "partnership": "havering",
            "version": 1,
            "received_at": START.isoformat(),
            "kind": "form",
            "channel": "portal",
            "source_code": "2A",
            "referrer_kind": "school",
            "children": [{"name": "Wren Example", "age_years": 7}],
            "repeat_count_6_months": 0,
            "immediate_danger": False,
            "needs_person": False,
            "out_of_hours": False,
            "restricted": False,
            **changes,
        }

    def knows(self, contact_id: UUID, **changes: Any) -> None:
        """Let intake answer a school's safeguarding lead as the referrer, but for these changes."""
        self.referrers[str(contact_id)] = {
            "contact_id": str(contact_id),
            "reference": REFERENCE,
            "partnership": "havering",
            "version": 1,
            "received_at": START.isoformat(),
            "name": "Lynn Marker",
            "email": EMAIL,
            "telephone": TELEPHONE,
            "organisation": "Paper Lane Primary",
            "kind": "school",
            "is_professional": True,
            "may_write": True,
            "out_of_hours": False,
            "immediate_danger": False,
            "missing": [],
            **changes,
        }


class Desk:
    """The service with its database, a mail relay and intake beside it. Only ``deliver`` fires its timers."""

    def __init__(self, app: FastAPI, tokens: Tokens, intake: IntakeStandIn) -> None:
        self.app = app
        self.hub: Hub = app.state.hub
        self.tokens = tokens
        self.intake = intake
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://notifications.test"
        )
        self._decode = hub_decoder(HANDLERS)

    async def hand(self, event: Event, id: UUID | None = None) -> None:
        """Let the service handle an event, as its consumer does; ``id`` makes it one that came before."""
        envelope = Envelope.wrap(event, id=id or uuid4(), at=self.hub.clock())
        delivery = self._decode(envelope.model_dump_json().encode(), event.subject())
        assert delivery is not None
        async with self.hub.transaction() as tx:
            await delivery.apply(tx, None)

    async def deliver(self) -> None:
        """Send all that is due."""
        while await self.app.state.timers.fire_due():
            pass

    async def receive(self, *, referrer: dict[str, Any] | None = None, **changes: Any) -> UUID:
        """A contact has come in, and has been acknowledged if it may be; return its id."""
        received = create_received(**changes)
        self.intake.knows(received.contact_id, **(referrer or {}))
        await self.hand(received)
        await self.deliver()
        return received.contact_id

    async def get(self, path: str, role: str = "officer", **wanted: Any) -> httpx.Response:
        headers = self.tokens.issue(role, partnerships=wanted.pop("partnerships", ("havering",)))
        return await self.client.get(path, headers=headers, params=wanted)

    async def post(
        self, path: str, body: Any = None, role: str = "officer", version: int | None = None, **scope: Any
    ) -> httpx.Response:
        headers = self.tokens.issue(role, **scope)
        if version is not None:
            headers["if-match"] = f'"{version}"'
        return await self.client.post(path, headers=headers, json=body)

    async def notifications(self, contact_id: UUID) -> list[dict[str, Any]]:
        """All of one contact's notifications, each with its words and tries."""
        answer = await self.get("/v1/notifications", contact_id=str(contact_id))
        assert answer.status_code == 200, answer.text
        ids = [one["id"] for one in answer.json()["items"]]
        return [(await self.get(f"/v1/notifications/{id}")).json() for id in ids]

    async def notification(self, contact_id: UUID, purpose: str) -> dict[str, Any]:
        """The newest notification of a purpose."""
        return [one for one in await self.notifications(contact_id) if one["purpose"] == purpose][-1]

    async def tasks(self, **wanted: Any) -> list[dict[str, Any]]:
        answer = await self.get("/v1/tasks", **wanted)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def told(self) -> list[dict[str, Any]]:
        """What the service has told the hub became of messages, in order, each with its ``event``."""
        return [one for one in await self.emitted() if one["event"] != "notification.queued.v1"]

    async def emitted(self) -> list[dict[str, Any]]:
        """The events that the service has emitted, in order."""
        statement = sa.select(outbox.c.payload).order_by(outbox.c.seq)
        async with self.hub.engine.connect() as connection:
            payloads = (await connection.execute(statement)).scalars().all()
        envelopes = [Envelope.model_validate_json(payload) for payload in payloads]
        return [{"event": one.type.removeprefix("uk.openmash."), **one.data} for one in envelopes]

    async def audited(self) -> list[tuple[str, str]]:
        """Who did what, in order."""
        statement = sa.select(audit.c.subject, audit.c.action).order_by(audit.c.id)
        async with self.hub.engine.connect() as connection:
            return [(row.subject, row.action) for row in await connection.execute(statement)]
