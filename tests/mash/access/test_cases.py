"""Who has to say what they open a case for, and how what is older never undoes what is newer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import pytest_asyncio
import sqlalchemy as sa
from mash.access import Caller, Role
from mash.access.cases import (
    Standing,
    keep_access,
    keep_restricted,
    keep_standing,
    may_know,
    needs_purpose,
)
from mash.contracts.intake import AccessChanged, Named
from mash.hub import Transaction
from sqlalchemy.ext.asyncio import create_async_engine

AT = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
CASE = UUID("01980000-0000-7000-8000-000000000001")
WORKER, OFFICER, MANAGER = Role.SOCIAL_WORKER, Role.CONTACT_OFFICER, Role.MANAGER


@pytest.mark.requirement("SEAL-01")
@pytest.mark.parametrize(
    ("roles", "standing", "needed"),
    [
        ({WORKER}, Standing(), False),
        ({WORKER}, Standing(worker="me"), False),
        ({WORKER}, Standing(worker="me", closed=True), False),
        ({WORKER}, Standing(worker="another"), True),
        ({WORKER}, Standing(worker="another", closed=True), True),
        ({WORKER}, Standing(closed=True), True),
        ({WORKER, OFFICER}, Standing(closed=True), False),
        ({OFFICER}, Standing(worker="another"), False),
        ({MANAGER}, Standing(closed=True), False),
        ({WORKER, MANAGER}, Standing(worker="another"), False),
    ],
)
def test_a_worker_says_what_a_case_off_their_desk_is_for(
    roles: set[Role], standing: Standing, needed: bool
) -> None:
    assert needs_purpose(roles, "me", standing) is needed


@pytest_asyncio.fixture
async def tx(make_database: Callable[[str], Awaitable[str]]) -> AsyncIterator[Transaction]:
    """A transaction whose time is ``AT``, and which is never committed."""
    engine = create_async_engine(await make_database("probe"))
    async with engine.connect() as connection:
        yield Transaction(connection, AT, "test", "probe", None)
    await engine.dispose()


def create_access(*subjects: str, **changes: object) -> AccessChanged:
    named = [Named(subject=subject) for subject in subjects]
    values = {"restricted": True, "named": named, "own": [], "changed_at": AT, **changes}
    return AccessChanged.model_validate({"partnership": "havering", "contact_id": CASE, **values})


async def knows(
    tx: Transaction, subject: str, role: Role = MANAGER, partnership: str = "havering", at: datetime = AT
) -> bool:
    caller = Caller(subject, frozenset({role}), frozenset({partnership}))
    of_havering = sa.select(sa.literal(CASE).label("id"), sa.literal("havering").label("partnership"))
    case = of_havering.subquery()
    found = await tx.execute(sa.select(case.c.id).where(may_know(caller, case.c.id, at)))
    return found.first() is not None


@pytest.mark.requirement("SEAL-07")
class TestMayKnow:
    async def test_an_ordinary_case_is_its_partnerships_own(self, tx: Transaction) -> None:
        assert await knows(tx, "anybody")
        assert not await knows(tx, "anybody", partnership="medway")

    async def test_a_restricted_case_is_there_for_who_is_named(self, tx: Transaction) -> None:
        await keep_access(tx, create_access("manager-1"))
        assert await knows(tx, "manager-1")
        assert not await knows(tx, "manager-2")
        assert not await knows(tx, "manager-1", partnership="medway")

    async def test_a_service_knows_of_it(self, tx: Transaction) -> None:
        await keep_access(tx, create_access())
        assert await knows(tx, "service-enquiry", role=Role.ENQUIRY_SERVICE)

    async def test_is_over_when_its_time_has_run_out(self, tx: Transaction) -> None:
        until = AT + timedelta(hours=8)
        await keep_access(tx, create_access(named=[Named(subject="worker-1", until=until)]))
        assert await knows(tx, "worker-1", at=until - timedelta(seconds=1))
        assert not await knows(tx, "worker-1", at=until)

    async def test_whose_own_case_it_is_opens_nothing(self, tx: Transaction) -> None:
        await keep_access(tx, create_access(own=["worker-1"]))
        assert not await knows(tx, "worker-1")


class TestOlderAndNewer:
    async def test_an_older_change_undoes_no_newer_one(self, tx: Transaction) -> None:
        await keep_access(tx, create_access("manager-1"))
        lifted = create_access(restricted=False, changed_at=AT - timedelta(minutes=1))
        await keep_access(tx, lifted)
        assert not await knows(tx, "manager-2")

    async def test_is_restricted_before_it_is_known_for_whom(self, tx: Transaction) -> None:
        await keep_restricted(tx, "havering", [CASE], AT)
        assert not await knows(tx, "manager-1")
        await keep_access(tx, create_access("manager-1"))
        assert await knows(tx, "manager-1")

    async def test_what_was_lifted_is_not_closed_by_a_late_message(self, tx: Transaction) -> None:
        await keep_access(tx, create_access(restricted=False))
        await keep_restricted(tx, "havering", [CASE], AT - timedelta(hours=1))
        assert await knows(tx, "manager-2")

    async def test_an_allocation_that_comes_first_leaves_it_closed(self, tx: Transaction) -> None:
        await keep_standing(tx, "havering", CASE, AT, worker="worker-1")
        await keep_restricted(tx, "havering", [CASE], AT - timedelta(hours=1))
        assert not await knows(tx, "manager-2")
