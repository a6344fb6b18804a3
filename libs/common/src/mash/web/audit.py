"""Who looked at a case: for the data protection officer, who opens none but asks after every look at one."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request
from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from mash.access import Caller, DataProtectionOfficer
from mash.audit.cases import Cases
from mash.db.tables import audit
from mash.errors import NotFound
from mash.hub import Hub, Transaction
from mash.web.models import Strict
from mash.web.paging import Cursor, Page, decode_cursor, encode_cursor
from mash.web.request import HubDep

router = APIRouter(prefix="/v1/audit", tags=["audit"])

Limit = Annotated[int, Query(ge=1, le=1000)]


class NoSuchCase(NotFound):
    """The service has no lines about such a case, or none that this caller may ask for."""


class Look(BaseModel):
    """One line of the audit: who did what, when, what for and from where."""

    at: AwareDatetime
    id: UUID
    service: str
    subject: str = Field(description="The subject id at the sign-in, or a service.")
    action: str
    purpose: str | None
    origin: str = Field(description="The client's address, or the message or timer that it was done for.")
    in_a_list: bool = Field(description="Whether the case was only one of a list that was shown.")
    detail: dict[str, Any]


class LookAtCase(Look):
    """One line of somebody's, and the case that it is about."""

    contact_id: UUID


class PersonAsked(Strict):
    """Whose looks are asked for, and from when until when."""

    subject: Annotated[str, StringConstraints(min_length=1, max_length=200)] = Field(
        description="The subject id at the sign-in."
    )
    since: AwareDatetime
    until: AwareDatetime


@router.get("/cases/{contact_id}")
async def list_looks(
    contact_id: UUID,
    request: Request,
    officer: DataProtectionOfficer,
    hub: HubDep,
    cursor: Cursor = None,
    limit: Limit = 200,
) -> Page[Look]:
    """List every change of a case and every look at it here, the newest first."""
    return await looks_at(hub, officer, request.app.state.cases, contact_id, cursor, limit)


@router.post("/people")
async def find_looks(
    asked: PersonAsked,
    request: Request,
    officer: DataProtectionOfficer,
    hub: HubDep,
    cursor: Cursor = None,
    limit: Limit = 200,
) -> Page[LookAtCase]:
    """List what somebody did with cases of your partnerships here, the newest first.

    A case that was only one of a list that they were shown is not in it: ask after the case itself.
    """
    return await looks_by(hub, officer, request.app.state.cases, asked, cursor, limit)


async def looks_by(
    hub: Hub, officer: Caller, cases: Cases, asked: PersonAsked, cursor: str | None, limit: int
) -> Page[LookAtCase]:
    """The same, for a page of the service's own."""
    found = (
        sa.select(audit)
        .where(
            audit.c.subject == asked.subject,
            audit.c.at >= asked.since,
            audit.c.at < asked.until,
            audit.c.case_id.is_not(None),
        )
        .order_by(audit.c.at.desc(), audit.c.id.desc())
        .limit(limit)
    )
    after = decode_cursor(cursor)
    if after is not None:
        found = found.where(sa.tuple_(audit.c.at, audit.c.id) < sa.tuple_(*map(sa.literal, after)))
    async with hub.transaction(officer) as tx:
        rows = (await tx.execute(found)).all()
        whose = await cases.partnerships_of(tx, {row.case_id for row in rows})
        seen = [row for row in rows if officer.may_see(whose.get(row.case_id, ""))]
        tx.audit(action="audit.person_viewed", detail={"subject": asked.subject})
    looks = [
        LookAtCase(**dict(_look(row, hub.settings.service, row.case_id)), contact_id=row.case_id)
        for row in seen
    ]
    more = encode_cursor(rows[-1].at, rows[-1].id) if len(rows) == limit else None
    return Page(items=looks, next=more)


async def looks_at(
    hub: Hub, officer: Caller, cases: Cases, contact_id: UUID, cursor: str | None, limit: int
) -> Page[Look]:
    """What ``list_looks`` answers, for a page of the service's own."""
    after = decode_cursor(cursor)
    async with hub.transaction(officer) as tx:
        await _require_known(tx, officer, cases, contact_id)
        place = sa.tuple_(audit.c.at, audit.c.id)
        found = sa.select(audit).where(_about(contact_id)).limit(limit)
        found = found.order_by(audit.c.at.desc(), audit.c.id.desc())
        if after is not None:
            found = found.where(place < sa.tuple_(*map(sa.literal, after)))
        rows = (await tx.execute(found)).all()
        tx.audit(action="audit.viewed", case=contact_id)
    looks = [_look(row, hub.settings.service, contact_id) for row in rows]
    more = encode_cursor(looks[-1].at, looks[-1].id) if len(looks) == limit else None
    return Page(items=looks, next=more)


async def _require_known(tx: Transaction, officer: Caller, cases: Cases, contact_id: UUID) -> None:
    partnership = (await cases.partnerships_of(tx, [contact_id])).get(contact_id)
    if partnership is None or not officer.may_see(partnership):
        raise NoSuchCase("There is no such case here, or none that you may ask after.")


def _about(contact_id: UUID) -> sa.ColumnElement[bool]:
    in_a_list = sa.text(
        "(jsonb_exists(detail, 'contacts') AND (detail -> 'contacts') @> to_jsonb(CAST(:contact AS text)))"
    ).bindparams(contact=str(contact_id))
    return sa.or_(audit.c.case_id == contact_id, in_a_list)


def _look(row: Any, service: str, contact_id: UUID) -> Look:
    listed = row.case_id != contact_id
    return Look(
        at=row.at,
        id=row.id,
        service=service,
        subject=row.subject,
        action=row.action,
        purpose=row.purpose,
        origin=row.origin,
        in_a_list=listed,
        # The others in the list are no business of whoever asks after this one.
        detail={"contacts": len(row.detail["contacts"])} if listed else row.detail,
    )
