"""Tampering with the audit, with the rights of whoever owns its tables, and with the service's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest
import pytest_asyncio
import sqlalchemy as sa
from mash.audit import done_from
from mash.audit.chains import linked
from mash.audit.lines import Line, digest_of
from mash.audit.signatures import Checker, Signer
from mash.audit.signing import sign_moved
from mash.audit.verifying import Kept, Result, Witnesses, verify
from mash.contracts import Envelope
from mash.contracts.shared import AuditSigned
from mash.db.tables import audit, outbox
from mash.hub import Hub
from mash.sealing import rotate
from notifications.store.cases import CASES
from notifications.store.tables import contact
from support.clock import FakeClock
from support.keys import KeyFiles
from support.postgres import as_owner, auditor_url
from support.services import Services

SERVICE = "notifications"
INTERVAL = timedelta(minutes=10)
CASE, OTHER = uuid4(), uuid4()


@dataclass
class Audited:
    """A service's audit of two cases, six lines in each, that was signed after the fourth and the sixth."""

    url: str
    hub: Hub
    clock: FakeClock
    keys: Path

    async def write(self, case: UUID, times: int = 1) -> None:
        for number in range(times):
            with done_from("192.0.2.7", "screening"):
                async with self.hub.transaction() as tx:
                    tx.audit(action="contact.viewed", case=case, detail={"version": number})
            self.clock.advance(timedelta(minutes=1))

    async def sign(self) -> int:
        return await sign_moved(self.hub, Signer(self.keys, SERVICE), CASES)

    async def tamper(self, *statements: str) -> None:
        async with as_owner(self.url) as owner, owner.transaction():
            await owner.execute("ALTER TABLE audit DISABLE TRIGGER audit_append_only")
            for statement in statements:
                await owner.execute(statement.format(case=CASE, other=OTHER))

    async def verify(self, witnesses: Witnesses | None = None) -> Result:
        kept = dict(witnesses or {})
        return await verify(SERVICE, auditor_url(self.url), Checker(self.keys), kept, interval=INTERVAL)

    async def faults(self, witnesses: Witnesses | None = None) -> list[str]:
        found = (await self.verify(witnesses)).faults
        assert all(fault.service == SERVICE for fault in found)
        return [fault.words for fault in found if fault.chain == CASE]

    async def told(self) -> Witnesses:
        """What was told of the heads that were signed, as a witness keeps it."""
        witnesses: Witnesses = {}
        async with self.hub.engine.connect() as connection:
            for (payload,) in (await connection.execute(sa.select(outbox.c.payload))).all():
                signed = AuditSigned.model_validate(Envelope.model_validate_json(payload).data)
                key = (signed.service, signed.contact_id)
                kept = Kept("reporting", signed.seq, bytes.fromhex(signed.hash), signed.jws)
                witnesses.setdefault(key, []).append(kept)
        return witnesses


@pytest_asyncio.fixture
async def audited(
    make_database: Callable[[str], Awaitable[str]], service: Services, key_files: KeyFiles, clock: FakeClock
) -> AsyncIterator[Audited]:
    url = await make_database(SERVICE)
    application = await service.create(
        SERVICE, database_url=url, intake_url="http://intake.example", smtp_host="mail.example"
    )
    hub: Hub = application.state.hub
    made = Audited(url, hub, clock, Path(key_files.settings(SERVICE)["audit_keys_dir"]))
    async with hub.engine.begin() as connection:
        rows = [{"contact_id": case, "partnership": "havering"} for case in (CASE, OTHER)]
        await connection.execute(sa.insert(contact), rows)
    for times in (4, 2):
        for case in (CASE, OTHER):
            await made.write(case, times)
        await made.sign()
    yield made
    await hub.engine.dispose()


OF = "WHERE chain = '{case}'"
ALTERATIONS = {
    "id": "gen_random_uuid()",
    "at": "at - interval '1 day'",
    "subject": "'somebody-else'",
    "action": "'contact.listed'",
    "case_id": "'{other}'",
    "purpose": "'complaint'",
    "origin": "'192.0.2.8'",
    "detail": "'{{}}'",
    "hash": "sha256('forged')",
}


@pytest.mark.requirement("SEAL-05")
class TestWhatTheOwnerOfTheTablesDoes:
    """Who owns the tables, or has a copy of the disk, can write anything; it is seen."""

    async def test_nothing_is_found_where_nothing_was_done(self, audited: Audited) -> None:
        result = await audited.verify(await audited.told())
        assert result.faults == []
        assert (result.lines, result.chains, result.signatures, result.unsigned) == (12, 2, 4, 0)

    @pytest.mark.parametrize("field", ALTERATIONS)
    @pytest.mark.parametrize("line", [1, 3, 6])
    async def test_any_field_altered_is_found_at_its_line(
        self, audited: Audited, field: str, line: int
    ) -> None:
        await audited.tamper(f"UPDATE audit SET {field} = {ALTERATIONS[field]} {OF} AND seq = {line}")
        faults = await audited.faults()
        assert any(fault.startswith(f"line {line} ") and "altered" in fault for fault in faults), faults
        assert not [fault for fault in faults if "altered" in fault and not fault.startswith(f"line {line} ")]

    @pytest.mark.parametrize(
        ("statements", "words"),
        [
            ([f"DELETE FROM audit {OF} AND seq = 3"], "line 3 was removed"),
            ([f"DELETE FROM audit {OF} AND seq = 1"], "line 1 was removed"),
            (
                [
                    f"DELETE FROM audit {OF} AND seq = 3",
                    f"UPDATE audit SET seq = seq - 1 {OF} AND seq > 3",
                    f"UPDATE audit_head SET seq = 5 {OF}",
                ],
                "line 6 was signed",
            ),
            (
                [
                    f"UPDATE audit SET seq = -seq {OF} AND seq IN (2, 3)",
                    f"UPDATE audit SET seq = 5 + seq {OF} AND seq < 0",
                ],
                "it belongs at 2",
            ),
            (
                [
                    f"UPDATE audit SET seq = -seq {OF} AND seq IN (2, 5)",
                    f"UPDATE audit SET seq = 7 + seq {OF} AND seq < 0",
                ],
                "it belongs at 2",
            ),
            ([f"DELETE FROM audit {OF} AND seq > 4"], "lines 5 to 6 were cut off at the end"),
            (
                [
                    f"DELETE FROM audit {OF} AND seq > 4",
                    f"UPDATE audit_head SET seq = 4, hash = (SELECT hash FROM audit {OF} AND seq = 4) {OF}",
                ],
                "lines 5 to 6 were cut off at the end: line 6 was signed",
            ),
            ([f"DELETE FROM audit {OF}"], "the whole chain is gone"),
            (
                [f"DELETE FROM audit {OF}", f"DELETE FROM audit_head {OF}"],
                "only its signatures are left",
            ),
            ([f"DELETE FROM audit_head {OF}"], "the head was removed"),
            (
                [f"UPDATE audit_head SET hash = sha256('forged') {OF}"],
                "the head does not match the last line",
            ),
            (
                [
                    f"UPDATE audit SET seq = -seq - 1 {OF} AND seq > 2",
                    f"UPDATE audit SET seq = -seq {OF} AND seq < 0",
                    "INSERT INTO audit SELECT chain, 3, gen_random_uuid(), at, 'nobody', action, case_id, "
                    f"purpose, origin, detail, sha256('x') FROM audit {OF} AND seq = 2",
                    f"UPDATE audit_head SET seq = 7 {OF}",
                ],
                "was put in",
            ),
            (
                [
                    "INSERT INTO audit SELECT chain, 7, gen_random_uuid(), at, 'nobody', action, case_id, "
                    f"purpose, origin, detail, sha256('x') FROM audit {OF} AND seq = 6",
                ],
                "put in after the head",
            ),
            ([f"DELETE FROM audit_signature {OF} AND seq = 4"], "a signature before the one at line 6"),
            (
                [f"UPDATE audit_signature SET jws = jws || 'A' {OF} AND seq = 6"],
                "the signature at line 6 is not one that notifications made",
            ),
            (
                [
                    "UPDATE audit_signature AS own SET jws = other.jws FROM audit_signature AS other "
                    "WHERE own.chain = '{case}' AND other.chain = '{other}' AND own.seq = other.seq"
                ],
                "was made for another place",
            ),
        ],
    )
    async def test_what_was_done_is_named(self, audited: Audited, statements: list[str], words: str) -> None:
        await audited.tamper(*statements)
        faults = await audited.faults()
        assert [fault for fault in faults if words in fault], faults

    async def test_a_chain_written_anew_with_right_hashes_is_not_what_was_signed(
        self, audited: Audited
    ) -> None:
        await _write_anew(audited)
        faults = await audited.faults()
        assert [fault for fault in faults if "line 4 is not what was signed" in fault]
        assert [fault for fault in faults if "line 6 is not what was signed" in fault]
        assert not [fault for fault in faults if "altered" in fault]

    async def test_a_signature_that_was_taken_out_last_is_missed(self, audited: Audited) -> None:
        await audited.tamper(f"DELETE FROM audit_signature {OF} AND seq = 6")
        told = await audited.told()
        assert [one for one in await audited.faults(told) if "line 6 was removed: reporting keeps it" in one]
        audited.clock.advance(3 * INTERVAL)
        await audited.write(OTHER)
        await _sign_all_but(audited)
        assert [one for one in await audited.faults() if "was there when all was last signed" in one]

    async def test_what_is_gone_without_a_trace_is_known_to_whoever_keeps_signed_heads(
        self, audited: Audited
    ) -> None:
        told = await audited.told()
        await audited.tamper(
            *(f"DELETE FROM {name} {OF}" for name in ("audit", "audit_head", "audit_signature"))
        )
        assert await audited.faults() == []
        (fault,) = await audited.faults(told)
        assert fault == "the whole chain is gone: reporting kept 6 lines as signed"

    async def test_a_tail_cut_off_with_its_signature_is_known_to_whoever_keeps_it(
        self, audited: Audited
    ) -> None:
        told = await audited.told()
        await audited.tamper(
            f"DELETE FROM audit {OF} AND seq > 4",
            f"DELETE FROM audit_signature {OF} AND seq > 4",
            f"UPDATE audit_head SET seq = 4, hash = (SELECT hash FROM audit {OF} AND seq = 4) {OF}",
        )
        assert await audited.faults() == []
        assert [one for one in await audited.faults(told) if "lines 5 to 6 were cut off" in one]

    async def test_a_case_whose_words_are_erased_still_verifies(self, audited: Audited) -> None:
        told = await audited.told()
        async with audited.hub.engine.begin() as connection:
            await connection.execute(sa.delete(contact).where(contact.c.contact_id == CASE))
        await audited.write(CASE)
        await audited.sign()
        assert (await audited.verify(told)).faults == []
        assert [kept.seq for kept in (await audited.told())[SERVICE, CASE]] == [4, 6, 7]

    async def test_signatures_by_a_key_that_was_changed_since_still_count(
        self, audited: Audited, tmp_path: Path
    ) -> None:
        for file in audited.keys.iterdir():
            (tmp_path / file.name).write_bytes(file.read_bytes())
        audited.keys = tmp_path
        for _ in range(3):
            rotate(tmp_path, f"audit-{SERVICE}")
            await audited.write(CASE)
            await audited.sign()
        assert (await audited.verify()).faults == []


async def _write_anew(audited: Audited) -> None:
    """Write the whole chain as it would be had somebody else looked, with hashes that are right."""
    async with as_owner(audited.url) as owner:
        rows = await owner.fetch("SELECT * FROM audit WHERE chain = $1 ORDER BY seq", CASE)
    before, statements = b"", []
    for row in rows:
        line = Line(
            row["id"],
            row["at"],
            "nobody",
            row["action"],
            CASE,
            row["purpose"],
            row["origin"],
            {"version": (row["seq"] - 1) % 4},
        )
        before = linked(before, row["seq"], digest_of(line))
        detail = f"jsonb_build_object('version', {line.detail['version']})"
        statements.append(
            f"UPDATE audit SET subject = 'nobody', detail = {detail}, hash = '\\x{before.hex()}' "
            f"{OF} AND seq = {row['seq']}"
        )
    await audited.tamper(*statements, f"UPDATE audit_head SET hash = '\\x{before.hex()}' {OF}")


async def _sign_all_but(audited: Audited) -> None:
    """Sign, as if the case's own signature of this round had been taken out as well."""
    await audited.sign()
    await audited.tamper(f"DELETE FROM audit_signature {OF} AND seq = 6")


@pytest.mark.requirement("SEAL-05")
class TestWhatTheServiceItselfMayDo:
    @pytest.mark.parametrize(
        "statement",
        [
            "INSERT INTO audit SELECT * FROM audit LIMIT 1",
            "UPDATE audit SET subject = 'nobody'",
            "DELETE FROM audit",
            "TRUNCATE audit",
            "UPDATE audit_head SET seq = 1",
            "DELETE FROM audit_head",
            "UPDATE audit_signature SET jws = ''",
            "DELETE FROM audit_signature",
            "DELETE FROM witness",
            "UPDATE witness SET hash = ''",
            "ALTER TABLE audit DISABLE TRIGGER audit_append_only",
            "DROP FUNCTION append_audit(jsonb)",
        ],
    )
    async def test_is_to_add_lines_and_nothing_else(self, audited: Audited, statement: str) -> None:
        connection = await asyncpg.connect(audited.url.replace("+asyncpg", "", 1))
        try:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
        finally:
            await connection.close()

    async def test_fifty_at_once_leave_one_chain_that_is_whole(self, audited: Audited) -> None:
        async def look(number: int) -> None:
            async with audited.hub.transaction() as tx:
                # In either order, as two transactions that want the same two heads would.
                for case in (CASE, OTHER) if number % 2 else (OTHER, CASE):
                    tx.audit(action="contact.viewed", case=case, detail={"number": number})

        await asyncio.gather(*(look(number) for number in range(50)))
        async with audited.hub.engine.connect() as connection:
            seqs = (
                await connection.scalars(
                    sa.select(audit.c.seq).where(audit.c.chain == CASE).order_by(audit.c.seq)
                )
            ).all()
        assert list(seqs) == list(range(1, 57))
        result = await audited.verify()
        assert (result.faults, result.unsigned) == ([], 100)


@pytest.mark.requirement("SEAL-05")
async def test_only_what_has_moved_is_signed_again(audited: Audited) -> None:
    assert await audited.sign() == 0
    await audited.write(CASE)
    assert await audited.sign() == 1
