"""Contacts, screenings and findings for tests of screening, a stand-in for intake, and somebody at a desk."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import sqlalchemy as sa
from fastapi import FastAPI, Request, Response
from mash.contracts import Event
from mash.contracts.enquiry import EnquiryOpened
from mash.contracts.intake import ContactReceived
from mash.db.tables import audit, outbox
from mash.hub import Hub
from screening.domain.findings import Findings, KnownFacts
from screening.domain.screening import Screening
from screening.events.handlers import HANDLERS
from support.pages import Page, visit
from support.tokens import Tokens

# A Wednesday morning.
RECEIVED_AT = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
DUE_AT = datetime(2026, 11, 19, 10, 0, tzinfo=UTC)

# Indicators of Havering's continuum, by the level they are of.
LEVEL_1 = "hav.health.1.01"
LEVEL_2 = "hav.health.2.02"
LEVEL_3 = "hav.health.3.01"
LEVEL_4 = "hav.health.4.01"


def create_received(contact_id: UUID | None = None, **changes: Any) -> ContactReceived:
    """A contact from a school about one child, received on a Wednesday morning."""
    return ContactReceived.model_validate(
        {
            **ContactReceived.example,
            "contact_id": contact_id or uuid4(),
            "channel": "portal",
            "kind": "form",
            "source_code": "2A",
            "referrer_kind": "school",
            "received_at": RECEIVED_AT,
            "child_count": 1,
            "repeat_count": 0,
            "missing": [],
            **changes,
        }
    )


def create_opened(contact_id: UUID, **changes: Any) -> EnquiryOpened:
    return EnquiryOpened.model_validate({**EnquiryOpened.example, "contact_id": contact_id, **changes})


def create_findings(*indicators: str, **changes: Any) -> Findings:
    return Findings(indicators=frozenset(indicators), **changes)


def create_known(*ages: int, **changes: Any) -> KnownFacts:
    values = {"referrer_kind": "school", "source_code": "2A", "repeat_contacts_6_months": 1, "unborn": False}
    return KnownFacts(**{"ages": ages, "values": {**values, **changes.pop("values", {})}, **changes})


def create_screening(**changes: Any) -> Screening:
    """A screening as it is once opened, with nothing recorded."""
    received = create_received().model_dump(include=set(Screening.__dataclass_fields__))
    opened: dict[str, Any] = {
        **received,
        "missing": (),
        "threshold_version": "2023-06",
        "opened_at": RECEIVED_AT,
        "due_at": DUE_AT,
        "due_soon_at": DUE_AT - timedelta(hours=6),
    }
    return Screening(**{**opened, **changes})


class IntakeStandIn:
    """Answers what screening asks of intake, and grants it a token as the issuer would."""

    def __init__(self) -> None:
        self.facts: dict[str, dict[str, Any]] = {}
        self.sent_by = "referrer-school"
        self.words = ""
        self.is_away = False
        self.asked: list[str] = []
        self.app = FastAPI()
        self.app.post("/token")(self._grant)
        self.app.get("/v1/contacts/by-id/{contact_id}/facts")(self._answer)
        self.app.get("/v1/contacts/by-id/{contact_id}/sender")(self._answer_sender)
        self.app.get("/v1/contacts/by-id/{contact_id}/words")(self._answer_words)

        self.app.post("/v1/contacts/headers")(self._answer_headers)
        self.app.get("/v1/contacts/{reference}")(self._answer_contact)
        # What is in the contact beside its words, by section, and what was added to it later.
        self.document: dict[str, dict[str, Any]] = {}
        self.additions: list[dict[str, Any]] = []
        # Every look at a contact as a person of the hub: its reference and the purpose that was said.
        self.looks: list[tuple[str, str | None]] = []
        # By contact id, as `named` put them there.
        self.headers: dict[str, dict[str, Any]] = {}

    def named(self, contact_id: UUID, **changes: Any) -> None:
        """Let intake name this case to the pages."""
        self.headers[str(contact_id)] = {
            "contact_id": str(contact_id),
            "reference": "HAV-26-AAAAAAAA",
            "partnership": "havering",
            "version": 1,
            "received_at": "2026-11-18T10:00:00Z",
            "kind": "form",
            "channel": "portal",
            "source_code": "2A",
            "referrer_kind": "school",
            "children": [{"name": "Zoe Testcase", "age_years": 7}],
            "repeat_count_6_months": 0,
            "immediate_danger": False,
            "needs_person": False,
            "out_of_hours": False,
            "restricted": False,
            **changes,
        }

    async def _answer_headers(self, asked: dict[str, list[str]]) -> Response:
        if self.is_away:
            return Response(status_code=503)
        found = [self.headers[one] for one in asked["contact_ids"] if one in self.headers]
        return Response(json.dumps(found), media_type="application/json")

    async def _grant(self) -> dict[str, Any]:
        return {"access_token": "a-token", "expires_in": 3600}

    async def _answer(self, contact_id: str) -> Response:
        self.asked.append(contact_id)
        if self.is_away or contact_id not in self.facts:
            return Response(status_code=503 if self.is_away else 404)
        return Response(json.dumps(self.facts[contact_id]), media_type="application/json")

    async def _answer_sender(self, contact_id: str) -> Response:
        answer = await self._answer(contact_id)
        if answer.status_code == 200:
            told = {**self.facts[contact_id], "sent_by": self.sent_by}
            return Response(json.dumps(told), media_type="application/json")
        return answer

    async def _answer_words(self, contact_id: str) -> Response:
        answer = await self._answer(contact_id)
        if answer.status_code == 200:
            told = {**self.facts[contact_id], "text": self.words}
            return Response(json.dumps(told), media_type="application/json")
        return answer

    async def _answer_contact(self, reference: str, request: Request) -> Response:
        self.looks.append((reference, request.headers.get("x-purpose")))
        if self.is_away or reference not in {one["reference"] for one in self.facts.values()}:
            return Response(status_code=503 if self.is_away else 404, content='{"detail": "Not here."}')
        concern = {"narrative": self.words} if self.words else {}
        told = {"document": {"concern": concern, **self.document}, "additions": self.additions}
        return Response(json.dumps(told), media_type="application/json")

    def knows(self, received: ContactReceived, **changes: Any) -> None:
        """Let intake answer what it told of this contact, with these changes."""
        told = received.model_dump(mode="json")
        self.facts[str(received.contact_id)] = {
            **told,
            "version": 1,
            "is_professional": True,
            "repeat_count_6_months": received.repeat_count,
            "repeat_count_ever": received.repeat_count,
            "has_lawful_basis": True,
            "ages": [],
            "concern_tags": [],
            **changes,
        }


class Desk:
    """The people of a hub at the screening service: each request is signed in as ``role``."""

    def __init__(
        self, app: FastAPI, client: httpx.AsyncClient, tokens: Tokens, intake: IntakeStandIn
    ) -> None:
        self.app = app
        self.hub: Hub = app.state.hub
        self.client = client
        self.tokens = tokens
        self.intake = intake

    async def hand(self, event: Event) -> None:
        """Let the service handle an event, as its consumer does."""
        (handler,) = (one for one in HANDLERS if isinstance(event, one.event))
        async with self.hub.transaction() as tx:
            await handler.apply(tx, event)

    async def receive(self, **changes: Any) -> UUID:
        """A contact has come in, of which intake knows as much as it told; return its id."""
        received = create_received(**changes)
        self.intake.knows(received)
        await self.hand(received)
        return received.contact_id

    async def get(self, path: str = "", role: str = "manager", **wanted: Any) -> httpx.Response:
        """Ask for ``/v1/screenings`` and what is under it."""
        headers = self.tokens.issue(role, partnerships=wanted.pop("partnerships", ("havering",)))
        return await self.client.get(f"/v1/screenings{path}", headers=headers, params=wanted)

    async def page(self, path: str, role: str = "manager", **who: Any) -> Page:
        """Open a page, as somebody of ``role`` (or another ``subject`` or ``partnerships`` of it)."""
        return await visit(self.client, path, self.tokens.issue(role, **who))

    async def screening(self, contact_id: UUID) -> dict[str, Any]:
        """One screening as a manager reads it."""
        answer = await self.get(f"/{contact_id}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def change(
        self,
        contact_id: UUID,
        what: str,
        body: dict[str, Any] | None = None,
        *,
        role: str = "manager",
        version: int | None = None,
        partnerships: Sequence[str] = ("havering",),
        method: str | None = None,
    ) -> httpx.Response:
        """Change a screening, by default at the version that it has now."""
        if version is None:
            version = (await self.screening(contact_id))["version"]
        return await self.client.request(
            method or ("PUT" if what in ("findings", "analysis") else "POST"),
            f"/v1/screenings/{contact_id}/{what}",
            content=None if body is None else json.dumps(body),
            headers={
                **self.tokens.issue(role, partnerships=partnerships),
                "content-type": "application/json",
                "If-Match": f'"{version}"',
            },
        )

    async def decide(
        self, contact_id: UUID, pathway: str = "early_help", level: int = 2, **body: Any
    ) -> None:
        """Decide a contact, which must succeed."""
        answer = await self.change(contact_id, "pathway", {"pathway": pathway, "level": level, **body})
        assert answer.status_code == 200, answer.text

    async def open_enquiry(self, contact_id: UUID) -> UUID:
        """Decide for an enquiry, which the enquiry service then opens; return the enquiry's id."""
        rated = await self.change(contact_id, "rating", {"rating": "amber"})
        assert rated.status_code == 200, rated.text
        await self.decide(contact_id, "enquiry", 3, agencies=["police"])
        opened = create_opened(contact_id, enquiry_id=uuid4())
        await self.hand(opened)
        return opened.enquiry_id

    async def events(self, kind: type[Event]) -> list[dict[str, Any]]:
        """What the service has told the hub of this kind, in order."""
        chosen = sa.select(outbox.c.payload).order_by(outbox.c.seq)
        async with self.hub.engine.connect() as connection:
            envelopes = [json.loads(payload) for payload in (await connection.execute(chosen)).scalars()]
        return [one["data"] for one in envelopes if one["type"] == kind.event_type()]

    async def audited(self, contact_id: UUID | None = None) -> list[tuple[str, str]]:
        """Who did what with a contact, in order."""
        chosen = sa.select(audit.c.action, audit.c.subject).where(
            audit.c.case_id.is_not_distinct_from(contact_id)
        )
        async with self.hub.engine.connect() as connection:
            return [
                (row.action, row.subject) for row in await connection.execute(chosen.order_by(audit.c.id))
            ]

    async def fire_timers(self) -> int:
        """Fire the timers that are due by the test's clock."""
        fired: int = await self.app.state.timers.fire_due()
        return fired
