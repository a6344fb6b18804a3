"""Enquiries for tests: a stand-in for intake, the agencies at the other end, and somebody at a desk."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import sqlalchemy as sa
from enquiry.domain.enquiry import Asked, Enquiry, Request
from enquiry.events.handlers import HANDLERS
from enquiry.usecases.answering import take_message
from fastapi import FastAPI, Response
from mash.contracts import Event
from mash.contracts.boundary import AgencyMessage, FromHub, InformationRequest
from mash.contracts.screening import ContactDecided
from mash.db.tables import audit, outbox, timer
from mash.hub import Hub
from mash.ids import new_id
from mash.sealing import Keyring
from support.tokens import AGENCIES, Tokens

# A Wednesday morning.
DECIDED_AT = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
NARRATIVE = "Officers attended on 3 November; Robin Testcase was at home."
REASON = "The record is part of a live investigation."


def create_decided(contact_id: UUID | None = None, **changes: Any) -> ContactDecided:
    """A manager's choice of an enquiry, rated Amber, that asks police and health about neglect."""
    return ContactDecided.model_validate(
        {
            **ContactDecided.example,
            "contact_id": contact_id or uuid4(),
            "agencies": ["police", "health"],
            "concerns": ["neglect"],
            "decided_at": DECIDED_AT,
            **changes,
        }
    )


def create_people(contact_id: UUID, **changes: Any) -> dict[str, Any]:
    """What intake answers of a contact: a child and her mother, and what is recorded of consent."""
    return {
        "contact_id": str(contact_id),
        "reference": "HAV-26-7K3M9QXT",
        "partnership": "havering",
        "version": 1,
        "received_at": "2026-11-18T09:00:00Z",
        "people": [
            {"role": "child", "given": "Wren", "family": "Example", "dob": "2019-02-03"},
            {"role": "adult", "given": "Robin", "family": "Testcase", "relationship": "Mother"},
        ],
        "concerns": ["neglect"],
        "lawful_basis": "Public task: safeguarding a child.",
        "family_told": "The family was told of the referral.",
        "family_agreed": "Whether the family agreed is not recorded.",
        **changes,
    }


def create_enquiry(**changes: Any) -> Enquiry:
    """An open Amber enquiry."""
    values: dict[str, Any] = {
        "id": uuid4(),
        "partnership": "havering",
        "contact_id": uuid4(),
        "reference": "HAV-26-7K3M9QXT",
        "contact_decided_at": DECIDED_AT,
        "fast_track_alongside": False,
        "concerns": ("neglect",),
        "first_rating": "amber",
        "rating": "amber",
        "opened_at": DECIDED_AT,
        "due_at": datetime(2026, 11, 19, 10, 0, tzinfo=UTC),
        "state": "open",
        "ready": None,
        "ready_at": None,
        "closed_at": None,
        "contact_changed_at": None,
        "version": 1,
    }
    return Enquiry(**{**values, **changes})


def create_request(agency: str = "police", **changes: Any) -> Request:
    """A request that nobody has answered."""
    values: dict[str, Any] = {
        "id": uuid4(),
        "enquiry_id": uuid4(),
        "partnership": "havering",
        "agency": agency,
        "version": 1,
        "questions": (Asked(f"{agency}.known", "What is known?"), Asked(f"{agency}.more", "What else?")),
        "requested_at": DECIDED_AT,
        "due_at": datetime(2026, 11, 19, 10, 0, tzinfo=UTC),
    }
    return Request(**{**values, **changes})


def create_item(**changes: Any) -> dict[str, Any]:
    return {
        "id": new_id(),
        "text": NARRATIVE,
        "recorded_on": date(2026, 11, 3),
        "source": "Records of incidents",
        "lawful_basis": "Public task",
        "caveat": "professionals_only",
        **changes,
    }


def create_searched(**changes: Any) -> dict[str, Any]:
    return {
        "systems": ["Records of incidents"],
        "identifiers": ["name and date of birth"],
        "period_from": date(2024, 11, 18),
        "period_to": date(2026, 11, 18),
        "source_fresh_on": date(2026, 11, 17),
        **changes,
    }


class IntakeStandIn:
    """Answers what the enquiry asks of intake, and grants it a token as the issuer would."""

    def __init__(self) -> None:
        self.people: dict[str, dict[str, Any]] = {}
        self.is_away = False
        self.app = FastAPI()
        self.app.post("/token")(self._grant)
        self.app.get("/v1/contacts/by-id/{contact_id}/people")(self._answer)
        self.app.post("/v1/contacts/headers")(self._answer_headers)
        # By contact id, as `named` put them there.
        self.headers: dict[str, dict[str, Any]] = {}

    async def _grant(self) -> dict[str, Any]:
        return {"access_token": "a-token", "expires_in": 3600}

    async def _answer(self, contact_id: str) -> Response:
        if self.is_away or contact_id not in self.people:
            return Response(status_code=503 if self.is_away else 404)
        return Response(json.dumps(self.people[contact_id]), media_type="application/json")

    async def _answer_headers(self, asked: dict[str, list[str]]) -> Response:
        if self.is_away:
            return Response(status_code=503)
        found = [self.headers[one] for one in asked["contact_ids"] if one in self.headers]
        return Response(json.dumps(found), media_type="application/json")

    def named(self, contact_id: UUID | str, **changes: Any) -> None:
        """Let intake name this case to the pages."""
        self.headers[str(contact_id)] = {
            "contact_id": str(contact_id),
            "reference": "HAV-26-7K3M9QXT",
            "partnership": "havering",
            "version": 1,
            "received_at": "2026-11-18T09:00:00Z",
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
        """Let intake answer of this contact, with these changes."""
        self.people[str(contact_id)] = create_people(contact_id, **changes)


class Desk:
    """The people of a hub at the enquiry service, and each agency's researcher with the agency's own keys."""

    def __init__(
        self, app: FastAPI, client: httpx.AsyncClient, tokens: Tokens, intake: IntakeStandIn, keys: Path
    ) -> None:
        self.app = app
        self.hub: Hub = app.state.hub
        self.client = client
        self.tokens = tokens
        self.intake = intake
        self.keyrings = {agency: Keyring.load(keys, agency) for agency in AGENCIES}

    async def hand(self, event: Event) -> None:
        """Let the service handle an event, as its consumer does."""
        (handler,) = (one for one in HANDLERS if isinstance(event, one.event))
        prepared = [await handler.prepare(self.hub, event)] if handler.prepare else []
        async with self.hub.transaction() as tx:
            await handler.apply(tx, event, *prepared)

    async def open(self, *agencies: str, **changes: Any) -> UUID:
        """A manager has chosen an enquiry, decided now; return the enquiry's id."""
        changes = {"agencies": list(agencies or ("police", "health")), **changes}
        event = create_decided(**{"decided_at": self.hub.clock(), **changes})
        self.intake.knows(event.contact_id, partnership=event.partnership)
        await self.hand(event)
        (found,) = (await self.get(contact_id=event.contact_id)).json()["items"]
        return UUID(found["enquiry_id"])

    async def get(self, path: str = "", role: str = "manager", **wanted: Any) -> httpx.Response:
        """Ask for ``/v1/enquiries`` and what is under it."""
        headers = self.tokens.issue(role, partnerships=wanted.pop("partnerships", ("havering",)))
        # A social worker says what a look at a case that is closed is for.
        headers["x-purpose"] = "duty_cover"
        return await self.client.get(f"/v1/enquiries{path}", headers=headers, params=wanted)

    async def enquiry(self, id: UUID | str) -> dict[str, Any]:
        """One enquiry as a manager reads it."""
        answer = await self.get(f"/{id}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def request(self, id: UUID | str, agency: str = "police") -> dict[str, Any]:
        """An agency's newest request as a manager reads it."""
        return next(one for one in reversed((await self.enquiry(id))["requests"]) if one["agency"] == agency)

    async def change(
        self,
        id: UUID,
        what: str,
        body: dict[str, Any],
        *,
        role: str = "manager",
        version: int | None = None,
        partnerships: Sequence[str] = ("havering",),
    ) -> httpx.Response:
        """Change an enquiry, by default at the version that it has now."""
        if version is None:
            version = (await self.enquiry(id))["version"]
        headers = {**self.tokens.issue(role, partnerships=partnerships), "If-Match": f'"{version}"'}
        return await self.client.post(f"/v1/enquiries/{id}/{what}", json=body, headers=headers)

    async def rate(self, id: UUID, rating: str) -> None:
        """Change the rating, which must succeed."""
        answer = await self.change(id, "rating", {"rating": rating, "rationale": "The picture has changed."})
        assert answer.status_code == 200, answer.text

    async def decide(self, id: UUID, **changes: Any) -> httpx.Response:
        """Decide an enquiry, by default for Early Help."""
        body = {
            "final_rating": "green",
            "level": 2,
            "outcome": "early_help",
            "rationale": "Needs are met with targeted help.",
            **changes,
        }
        return await self.change(id, "decision", body)

    def message(self, request: dict[str, Any], enquiry: dict[str, Any], **changes: Any) -> AgencyMessage:
        """What an agency says about a request; a nil return where nothing else is said."""
        kind = changes.get("kind", "return")
        says_nil = kind in ("return", "correction")
        return AgencyMessage.model_validate(
            {
                "message_id": uuid4(),
                "partnership": enquiry["partnership"],
                "enquiry_id": enquiry["enquiry_id"],
                "request_id": request["request_id"],
                "kind": kind,
                "version": 1,
                "answer": "nil" if says_nil else None,
                "searched": create_searched() if says_nil else None,
                "sent_at": self.hub.clock(),
                "sent_by": "researcher-police",
                **changes,
            }
        )

    async def says(self, id: UUID, agency: str = "police", **changes: Any) -> AgencyMessage:
        """An agency says something about its request."""
        message = self.message(await self.request(id, agency), await self.enquiry(id), **changes)
        await self.take(agency, message)
        return message

    async def informs(self, id: UUID, agency: str = "police", **changes: Any) -> AgencyMessage:
        """An agency returns one item of information."""
        return await self.says(id, agency, **{"answer": "information", "items": [create_item()], **changes})

    async def take(self, sender: str, message: AgencyMessage) -> None:
        """Let the service take a message from an agency, as its consumer does."""
        async with self.hub.transaction() as tx:
            await take_message(tx, sender, message)

    async def posted(self, agency: str) -> list[InformationRequest]:
        """What was sent to an agency about its requests, opened with its own key, in order."""
        return [one for one in await self.all_posted(agency) if isinstance(one, InformationRequest)]

    async def all_posted(self, agency: str) -> list[Any]:
        """Whatever was sent to an agency, opened with its own key, in order."""
        chosen = sa.select(outbox.c.payload).where(outbox.c.subject.like(f"enq.{agency}.%"))
        async with self.hub.engine.connect() as connection:
            sealed = (await connection.execute(chosen.order_by(outbox.c.seq))).scalars().all()
        opened = [self.keyrings[agency].open(one) for one in sealed]
        return [FromHub.model_validate_json(one).root for one in opened]

    async def events(self, kind: type[Event]) -> list[dict[str, Any]]:
        """What the service has told the hub of this kind, in order."""
        return [one["data"] for one in await self._envelopes() if one["type"] == kind.event_type()]

    async def kinds(self) -> list[str]:
        """The types of all that the service has told the hub, in order."""
        return [
            one["type"].removeprefix("uk.openmash.").removesuffix(".v1") for one in await self._envelopes()
        ]

    async def raw_events(self) -> str:
        """All that the service has told the hub, as text."""
        return json.dumps(await self._envelopes())

    async def _envelopes(self) -> list[dict[str, Any]]:
        chosen = sa.select(outbox.c.payload).where(outbox.c.subject.like("mash.%"))
        async with self.hub.engine.connect() as connection:
            rows = (await connection.execute(chosen.order_by(outbox.c.seq))).scalars().all()
        return [json.loads(payload) for payload in rows]

    async def audited(self) -> list[tuple[str, str]]:
        """Who did what, in order."""
        chosen = sa.select(audit.c.action, audit.c.subject).order_by(audit.c.id)
        async with self.hub.engine.connect() as connection:
            return [(row.action, row.subject) for row in await connection.execute(chosen)]

    async def count(self, table: sa.Table) -> int:
        async with self.hub.engine.connect() as connection:
            return int(await connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0)

    async def fire_timers(self) -> int:
        """Fire the timers that are due by the test's clock; the service's own loop may be first."""
        fired: int = await self.app.state.timers.fire_due()
        due = sa.select(timer.c.id).where(timer.c.fired_at.is_(None), timer.c.due_at <= self.hub.clock())
        async with asyncio.timeout(10), self.hub.engine.connect() as connection:
            while (await connection.execute(due)).first():
                await connection.rollback()
                fired += await self.app.state.timers.fire_due()
                await asyncio.sleep(0.01)
        return fired
