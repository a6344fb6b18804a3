"""What the hub asks, what an agency answers, and a gateway for both. All people are made up."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import sqlalchemy as sa
from asgi_lifespan import LifespanManager
from mash.contracts.boundary import AgencyMessage, FromAgency, InformationRequest, Person, Question
from mash.db.tables import outbox
from mash.hub import Hub
from mash.sealing import Keyring
from partner_gateway.usecases.outward import outward
from partner_gateway.usecases.take_message import take_message
from support.clock import START
from support.services import Services

ROBIN = Person(
    role="child",
    given="Robin",
    family="Testcase",
    dob=date(2017, 5, 14),
    nhs_number="9990000018",
    address="1 Sample Street, Examplesford, RM1 9ZZ",
)
SAGE = Person(role="adult", given="Sage", family="Testcase", dob=date(1990, 1, 20), relationship="mother")

HEADER = (
    "record_id,family,given,also_known_as,dob,nhs_number,address,postcode,recorded_on,source,category,text,"
    "sensitive"
)


def create_message(kind: str = "request", **changes: Any) -> InformationRequest:
    """A message of the hub; as from the hub, only a request names the people and says the basis."""
    said: dict[str, Any] = {
        "kind": kind,
        "message_id": uuid4(),
        "partnership": "havering",
        "enquiry_id": uuid4(),
        "request_id": uuid4(),
        "version": 1,
        "agency": "police",
        "reference": "HAV-26-7K3M9QXT",
        "rating": "amber",
        "questions": [Question(id="police.known", text="Are the people named known to you?")],
        "requested_at": START,
        "due_at": START + timedelta(hours=24),
    }
    if kind == "request":
        said |= {
            "people": [ROBIN, SAGE],
            "concerns": ["domestic_abuse"],
            "lawful_basis": "Children Act 1989, section 47",
            "family_told": "The family has been told of the referral.",
            "family_agreed": "They have not agreed.",
            "asked_by": "Duty MASH manager, 01632 960100",
        }
    return InformationRequest.model_validate(said | changes)


def follow_up(request: InformationRequest, kind: str, **changes: Any) -> InformationRequest:
    """The hub's next message about a request."""
    same = request.model_dump(include={"partnership", "enquiry_id", "request_id", "agency", "reference"})
    return create_message(kind, **{**same, "version": request.version + 1, **changes})


def create_searched(**changes: Any) -> dict[str, Any]:
    return {
        "systems": ["Sample crime system"],
        "identifiers": ["name", "date_of_birth"],
        "period_from": "2021-11-18",
        "period_to": "2026-11-18",
        "source_fresh_on": "2026-11-17",
        **changes,
    }


def create_item(**changes: Any) -> dict[str, Any]:
    return {
        "text": "Officers came to the address on two nights. Nobody was hurt.",
        "source": "Sample crime system",
        "recorded_on": "2026-10-02",
        "about": "Sage Testcase",
        "lawful_basis": "section_47",
        "rationale": "It bears on whether the child is safe at home tonight.",
        "caveat": "professionals_only",
        **changes,
    }


def create_answer(answer: str = "information", **changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = {"answer": answer}
    if answer == "information":
        body["items"] = [create_item()]
    if answer in ("information", "nil"):
        body["searched"] = create_searched()
    elif answer == "refused":
        body["refused_because"] = "more_detrimental"
    else:
        body["reason"] = "The family lives outside our area."
    return body | changes


def create_row(**changes: str) -> str:
    """One line of a file of records."""
    values = {
        "record_id": "CR-1",
        "family": "Testcase",
        "given": "Sage",
        "dob": "1990-01-20",
        "recorded_on": "2026-10-02",
        "source": "Sample crime system",
        "text": "Loud argument reported by a neighbour.",
        **changes,
    }
    return ",".join(_quoted(values.get(name, "")) for name in HEADER.split(","))


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"' if any(mark in value for mark in ',"\r\n') else value


def create_file(*rows: str) -> bytes:
    return "\r\n".join([HEADER, *rows, ""]).encode()


@dataclass(frozen=True)
class Gateway:
    """A running gateway, and what a test does to it from the hub's side."""

    client: httpx.AsyncClient
    hub: Hub
    keys: Path
    agency: str

    async def hear(self, *messages: InformationRequest) -> InformationRequest:
        """Take in messages as if they had come over the bus, one transaction each; return the first."""
        for message in messages:
            async with self.hub.transaction() as tx:
                await take_message(tx, message, outward(self.hub))
        return messages[0]

    async def sent(self) -> list[AgencyMessage]:
        """What the gateway has posted about its requests, as the hub reads it with its own keys."""
        return [one for one in await self.all_sent() if isinstance(one, AgencyMessage)]

    async def all_sent(self) -> list[Any]:
        """Whatever the gateway has posted, as the hub reads it with its own keys."""
        keyring = Keyring.load(self.keys)
        async with self.hub.engine.connect() as connection:
            rows = (await connection.execute(sa.select(outbox).order_by(outbox.c.seq))).mappings().all()
        assert {row["subject"] for row in rows} <= {f"ret.{self.agency}.in"}
        opened = [
            keyring.open(row["payload"], sender=self.agency, message_id=row["message_id"]) for row in rows
        ]
        return [FromAgency.model_validate_json(one).root for one in opened]

    async def answers(self) -> list[AgencyMessage]:
        """The same, without the receipts."""
        return [message for message in await self.sent() if message.kind != "receipt"]

    async def rows(self, table: sa.Table) -> list[dict[str, Any]]:
        """What a table holds, with its words opened."""
        async with self.hub.transaction() as tx:
            return [dict(row) for row in await tx.opened(table, (await tx.execute(sa.select(table))).all())]


@asynccontextmanager
async def running_gateway(
    service: Services, keys: Path, agency: str = "police", **settings: Any
) -> AsyncIterator[Gateway]:
    """A gateway with a store of its own and the agency's own keys."""
    application = await service.create(
        "partner-gateway", agency=agency, sealing_keys_dir=str(keys), **settings
    )
    async with (
        LifespanManager(application, startup_timeout=30) as manager,
        httpx.AsyncClient(
            transport=httpx.ASGITransport(manager.app), base_url=f"http://{agency}.test"
        ) as client,
    ):
        yield Gateway(client, application.state.hub, keys, agency)
