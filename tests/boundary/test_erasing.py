"""What is left of a case once its time is over: searched for in every file that the hub has written."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import nats
import pytest
from intake.store.tables import contact
from intake.usecases.erasing import Night, work_through_the_night
from mash.contracts.screening import ContactDecided
from mash.hub import Hub
from mash.messaging.certificates import tls_options
from mash.vault import WordsGone
from openmash_local.beside import PROGRAM
from openmash_local.credentials import Credentials, load_credentials
from openmash_local.demo.client import Client, Refused
from openmash_local.layout import HOST, Layout
from openmash_local.parts import SERVICES, STORES, environment, roles
from support.journeys import RunningHub, open_hub
from support.services import create_application
from support.written_words import WrittenWords

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("erasing"),
    pytest.mark.timeout(400),
    pytest.mark.requirement("SEAL-06"),
]

AGENCIES = ("police", "health")
# Nothing else in the hub says any of these: not its own data, and not an agency's own records.
WORDS = (
    "Quillfeather",
    "Linnetta",
    "Ottolinora",
    "marmosets in the larder",
    "hides behind the mangle",
    "Fernsbyhurst",
    "seen twice at the aqueduct",
    "missed the dropsy clinic",
    "Weighing the aqueduct",
    "Both pieces of the mangle",
    "99 Vexillology Row",
    "9990000077",
)
BESIDE = "Bartholomeah"
INTAKE = next(part for part in SERVICES if part.name == "intake")


def form(given: str, family: str, **more: Any) -> dict[str, Any]:
    child = {"given": given, "family": family, "dob": "2018-04-05", "sex": "female", **more}
    return {
        "partnership": "havering",
        "referrer": {
            "name": "Ottolinora Marker",
            "role": "Teacher",
            "agency": "Paper Lane Primary",
            "kind": "school",
            "email": "o.marker@fernsbyhurst.example",
        },
        "children": [child],
        "address": "99 Vexillology Row, Romford, RM99 1AB",
        "concern": {
            "narrative": "She says that there are marmosets in the larder.",
            "worries": "She hides behind the mangle.",
            "types": ["neglect"],
        },
        "consent": {"told": "informed", "agreed": "yes", "lawful_basis": ["child_in_need"]},
    }


def email() -> bytes:
    message = EmailMessage()
    message["From"] = "Fernsbyhurst School <office@fernsbyhurst.example>"
    message["To"], message["Subject"] = "mash@havering.example", "Safeguarding referral"
    message["Message-ID"] = f"<{uuid4().hex}@fernsbyhurst.example>"
    message.set_content(
        "I am worried about a child.\n\nChild's name: Linnetta Quillfeather\nDate of birth: 05/04/2018\n"
        "Address: 99 Vexillology Row, Romford, RM99 1AB\nNHS number: 999 000 0077\n\n"
        "She told us again of marmosets in the larder and was hungry and bruised.\n\n"
        "Ottolinora Marker, Fernsbyhurst School"
    )
    message.add_attachment(
        b"She hides behind the mangle.", maintype="text", subtype="plain", filename="note.txt"
    )
    return message.as_bytes()


class Case:
    """A contact that was enquired into, an e-mail that followed it, and another child's contact beside it."""

    def __init__(self, hub: RunningHub) -> None:
        self.hub, self.client = hub, hub.client
        self.beside = self.client.post("referrer-school", "intake", "/v1/contacts", form(BESIDE, "Sample"))
        sent = form("Linnetta", "Quillfeather", nhs_number="9990000077")
        self.contact = self.client.post("referrer-school", "intake", "/v1/contacts", sent)
        self.enquiry_id = self._enquire()
        self.email = self._follow_by_email()
        asyncio.run(self._set_aside())

    @property
    def ids(self) -> tuple[str, str]:
        return self.contact["contact_id"], self.email["id"]

    def _screen(self, contact_id: str, decision: dict[str, Any]) -> None:
        def row() -> Any:
            rows = self.client.get("manager", "screening", "/v1/screenings?limit=200")["items"]
            return next((one for one in rows if one["contact_id"] == contact_id), None)

        version = self.client.until("the contact in the queue", row)["version"]
        path = f"/v1/screenings/{contact_id}"
        findings = {"indicators": ["hav.abuse_neglect.2.02"], "concerns": ["neglect"], "facts": {}}
        version = self.client.put("worker", "screening", f"{path}/findings", findings, version)["version"]
        rating = {"rating": "amber", "rationale": "Weighing the aqueduct against the rest."}
        version = self.client.post("manager", "screening", f"{path}/rating", rating, version)["version"]
        self.client.post("manager", "screening", f"{path}/pathway", decision, version)

    def _enquire(self) -> str:
        contact_id = self.contact["contact_id"]
        rationale = "Weighing the aqueduct against the rest."
        decision = {"pathway": "enquiry", "level": 3, "agencies": list(AGENCIES), "rationale": rationale}
        self._screen(contact_id, decision)
        path = f"/v1/enquiries?contact_id={contact_id}"
        found = self.client.until("the enquiry", lambda: self.client.get("manager", "enquiry", path)["items"])
        enquiry_id = str(found[0]["enquiry_id"])
        self._answer("police", enquiry_id, "Linnetta Quillfeather was seen twice at the aqueduct.")
        self._answer("health", enquiry_id, "Linnetta Quillfeather missed the dropsy clinic.")
        path = f"/v1/enquiries/{enquiry_id}"

        def ready() -> Any:
            enquiry = self.client.get("manager", "enquiry", path)
            return enquiry if enquiry["ready"] else None

        outcome = {"final_rating": "amber", "level": 3, "outcome": "section_17_assessment"}
        outcome["rationale"] = "Both pieces of the mangle belong together."
        self.client.post(
            "manager", "enquiry", f"{path}/decision", outcome, self.client.until("answers", ready)["version"]
        )
        return enquiry_id

    def _answer(self, agency: str, enquiry_id: str, words: str) -> None:
        persona, gateway = f"researcher-{agency}", f"gateway-{agency}"
        today = datetime.now(UTC).date()

        def asked() -> Any:
            queue = self.client.get(persona, gateway, "/v1/requests")["items"]
            return next((line for line in queue if line["enquiry_id"] == enquiry_id), None)

        request_id = self.client.until("the request", asked)["request_id"]
        item = {
            "text": words,
            "recorded_on": str(today),
            "source": "Own records",
            "about": "Linnetta Quillfeather",
            "lawful_basis": "safeguarding_of_children",
            "rationale": f"It bears on her safety: {words}",
            "caveat": "professionals_only",
        }
        searched = {
            "systems": ["Own records"],
            "identifiers": ["name"],
            "period_from": str(today - timedelta(days=365)),
            "period_to": str(today),
            "source_fresh_on": str(today),
        }
        body = {"answer": "information", "items": [item], "searched": searched}
        path = f"/v1/requests/{request_id}"
        version = self.client.get(persona, gateway, path)["version"]
        self.client.post(persona, gateway, f"{path}/return", body, version)

    def _follow_by_email(self) -> dict[str, Any]:
        headers = {"Content-Type": "message/rfc822"}
        path = "/v1/emails?partnership=havering"
        taken = self.client.send("POST", "mailbox", "intake", path, content=email(), headers=headers).json()
        if not taken["contacts"]:
            path = f"/v1/messages/{taken['message_id']}/take-in"
            taken = self.client.post("officer", "intake", path, {"reason": "It is about a child."})
        (contact,) = taken["contacts"]
        rationale = "Weighing the aqueduct against the rest."
        decision = {"pathway": "early_help", "level": 2, "rationale": rationale, "advice": "As before."}
        self._screen(contact["id"], decision)
        found: dict[str, Any] = contact
        return found

    def ask_what_is_held(self) -> dict[str, Any]:
        """Ask on the child's behalf, and look at what every service holds."""
        who = {"given": "Linnetta", "family": "Quillfeather", "dob": "2018-04-05"}
        asked = {"partnership": "havering", "person": who}
        request = self.client.post("dpo", "intake", "/v1/subject-access", asked)
        found: dict[str, Any] = self.client.get("dpo", "intake", f"/v1/subject-access/{request['id']}")
        return found

    async def _set_aside(self) -> None:
        """Have a message about the case set aside, as one that no service can read."""
        await self._publish({"contact_id": self.contact["contact_id"]})

    async def tell_late(self) -> None:
        """Tell of the case once more, long after."""
        late = {**ContactDecided.example, "contact_id": self.contact["contact_id"]}
        await self._publish({**late, "pathway": "early_help", "agencies": []})

    async def _publish(self, data: Mapping[str, Any]) -> None:
        layout = self.hub.layout
        client = await nats.connect(
            layout.nats_url,
            nkeys_seed=str(layout.nats_keys / "screening.nk"),
            **tls_options(layout.certificates / "screening"),
        )
        event = {
            "specversion": "1.0",
            "id": str(uuid4()),
            "source": "openmash/screening",
            "type": ContactDecided.event_type(),
            "time": "2026-03-03T13:00:00Z",
            "data": dict(data),
        }
        await client.publish("mash.havering.contact.decided.v1", json.dumps(event).encode())
        await client.flush()
        await client.close()


@asynccontextmanager
async def intake_at(layout: Layout, credentials: Credentials, now: datetime) -> AsyncIterator[Hub]:
    """Intake on the running service's store, at another time; nothing happens in it by itself."""
    told = {name.lower(): value for name, value in environment(INTAKE, layout, credentials).items()}
    hub: Hub = create_application("intake", lambda: now, told).state.hub
    try:
        yield hub
    finally:
        await hub.engine.dispose()


def after_years(layout: Layout, credentials: Credentials, years: int = 60) -> Night:
    """Do a night's work as it will be so many years from now, beside the service that runs."""
    later = datetime.now(UTC) + timedelta(days=365 * years)

    async def work() -> Night:
        async with intake_at(layout, credentials, later) as hub:
            return await work_through_the_night(hub)

    return asyncio.run(work())


SEARCH = WrittenWords(WORDS)
NEEDLES = SEARCH.needles
found_in = SEARCH.found_in


def found_in_files(*places: Path) -> list[str]:
    """Which of the words are in which files below some places."""
    return sorted(SEARCH.found_in_files(*places))


async def run_everywhere(layout: Layout, credentials: Credentials, statement: str) -> None:
    """Run a statement on every database as the server's owner."""
    for part in STORES:
        for database in part.store.databases if part.store else ():
            connection = await connect(layout, credentials, database)
            await connection.execute(statement)
            await connection.close()


async def connect(layout: Layout, credentials: Credentials, database: str) -> asyncpg.Connection:
    return await asyncpg.connect(
        host=HOST,
        port=layout.port("postgres"),
        user="postgres",
        password=credentials.superuser,
        database=database,
    )


async def every_row(layout: Layout, credentials: Credentials) -> bytes:
    """Every row of every table of every database, as text."""
    rows: list[str] = []
    for part in STORES:
        for database in part.store.databases if part.store else ():
            connection = await connect(layout, credentials, database)
            tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            for (table,) in tables:
                found = await connection.fetch(f'SELECT row_to_json(one)::text FROM "{table}" AS one')
                rows += [f"{database}.{table} {row[0]}" for row in found]
            await connection.close()
    return "\n".join(rows).encode()


@dataclass(frozen=True)
class Erased:
    """A case that has been through the hub, and whose time was over long ago.

    ``old`` is a row as it was, ``held`` what was shown of it to the data protection officer before.
    """

    case: Case
    credentials: Credentials
    old: Mapping[str, Any]
    held: Mapping[str, Any]

    @property
    def layout(self) -> Layout:
        return self.case.hub.layout

    def fetch(self, database: str, statement: str) -> list[Any]:
        async def ask() -> list[Any]:
            connection = await connect(self.layout, self.credentials, database)
            try:
                return list(await connection.fetch(statement))
            finally:
                await connection.close()

        return asyncio.run(ask())

    def open_old_row(self) -> Any:
        """Read the row as it was, as a service on a restored database would."""
        return asyncio.run(open_row(self.layout, self.credentials, self.old))


async def open_row(layout: Layout, credentials: Credentials, row: Mapping[str, Any]) -> Any:
    async with intake_at(layout, credentials, datetime.now(UTC)) as hub, hub.transaction() as tx:
        (opened,) = await tx.opened(contact, [row])
        return opened.document


async def read_row(layout: Layout, credentials: Credentials, contact_id: str) -> dict[str, Any]:
    connection = await connect(layout, credentials, "intake")
    row = await connection.fetchrow("SELECT * FROM contact WHERE id = $1", UUID(contact_id))
    await connection.close()
    return dict(row)


@pytest.fixture(scope="module")
def erased() -> Iterator[Erased]:
    with open_hub() as hub:
        case = Case(hub)
        credentials = load_credentials(hub.layout.secrets_file, roles())
        old = asyncio.run(read_row(hub.layout, credentials, case.contact["contact_id"]))
        found = Erased(case, credentials, old, case.ask_what_is_held())
        assert found.open_old_row()["children"][0]["family"] == "Quillfeather"
        case.client.until("a message set aside", lambda: found.fetch("enquiry", "TABLE dead_letter"))
        night = after_years(hub.layout, credentials)
        assert (night.contacts, night.failed) == (2, 0)
        wait_until_erased_everywhere(case)
        yield found


def wait_until_erased_everywhere(case: Case) -> None:
    client = case.client
    paths = [("manager", "screening", f"/v1/screenings/{one}") for one in case.ids]
    paths.append(("manager", "enquiry", f"/v1/enquiries/{case.enquiry_id}"))
    for persona, service, path in paths:
        client.until(f"{path} gone", partial(is_refused, client, persona, service, path))
    for agency in AGENCIES:
        client.until(f"{agency}'s request gone", partial(has_no_request, case, agency))


def has_no_request(case: Case, agency: str) -> bool:
    queue = case.client.get(f"researcher-{agency}", f"gateway-{agency}", "/v1/requests?limit=200")
    return all(one["enquiry_id"] != case.enquiry_id for one in queue["items"])


def is_refused(client: Client, persona: str, service: str, path: str) -> bool:
    try:
        client.get(persona, service, path)
    except Refused as refusal:
        return ": 404 " in str(refusal)
    return False


def test_the_search_finds_a_word_however_it_is_written(tmp_path: Path) -> None:
    for number, needle in enumerate(NEEDLES):
        (tmp_path / str(number)).write_bytes(b"\0x" + needle + b"x\n")
        assert found_in(b"x" + needle) == {NEEDLES[needle]}
    found = {line.partition(":")[0] for line in found_in_files(tmp_path)}
    assert found == {str(tmp_path / str(number)) for number in range(len(NEEDLES))}


class TestWhatWasHeld:
    def test_was_shown_from_every_service_in_its_own_words(self, erased: Erased) -> None:
        items = erased.held["items"]
        by_service = {
            service: json.dumps([one for one in items if one["item"].startswith(f"{service}/")])
            for service in ("intake", "screening", "enquiry", "notifications")
        }
        assert "marmosets in the larder" in by_service["intake"]
        assert "Weighing the aqueduct" in by_service["screening"]
        assert "seen twice at the aqueduct" in by_service["enquiry"]
        assert "Both pieces of the mangle" in by_service["enquiry"]
        assert erased.case.contact["reference"] in by_service["notifications"]

    def test_was_shown_with_whose_words_it_was(self, erased: Erased) -> None:
        told = [
            one for one in erased.held["items"] if "missed the dropsy clinic" in json.dumps(one["content"])
        ]
        assert {one["whose"] for one in told} == {"the agency health"}
        assert {one["decision"] for one in told} == {None}


class TestNothingIsLeft:
    def test_in_any_row_of_any_database(self, erased: Erased) -> None:
        assert found_in(asyncio.run(every_row(erased.layout, erased.credentials))) == set()

    def test_in_any_file_that_the_hub_has_written(self, erased: Erased) -> None:
        # What was mailed has left the hub.
        written = [path for path in erased.layout.state.iterdir() if path != erased.layout.mail]
        assert {folder.name for folder in written} >= {"postgres", "nats", "logs"}
        assert found_in_files(*(path.resolve() for path in written)) == []

    def test_in_any_database_file_after_it_was_written_anew(self, erased: Erased) -> None:
        for statement in ("VACUUM FULL", "CHECKPOINT"):
            asyncio.run(run_everywhere(erased.layout, erased.credentials, statement))
        assert found_in_files((erased.layout.state / "postgres").resolve()) == []

    def test_among_the_messages_set_aside(self, erased: Erased) -> None:
        for part in STORES:
            assert erased.fetch(str(part.database), "TABLE dead_letter") == []

    @pytest.mark.parametrize("database", ["intake", "screening", "enquiry", "notifications"])
    def test_among_the_keys(self, erased: Erased, database: str) -> None:
        of_case = ", ".join(f"'{one}'" for one in erased.case.ids)
        keys = f"SELECT key_id FROM case_key WHERE case_id IN ({of_case})"

        def destroyed() -> bool:
            return not erased.fetch(database, f"{keys} AND destroyed_at IS NULL")

        erased.case.client.until("the keys destroyed", destroyed)
        ids = ", ".join(f"'{row['key_id']}'" for row in erased.fetch(database, keys)) or "NULL"
        assert erased.fetch(f"{database}_keys", f"SELECT 1 FROM data_key WHERE key_id IN ({ids})") == []

    def test_in_a_copy_of_the_database_from_before(self, erased: Erased) -> None:
        with pytest.raises(WordsGone):
            erased.open_old_row()


class TestWhatStays:
    def test_another_childs_contact_beside_it(self, erased: Erased) -> None:
        case = erased.case
        view = case.client.get("officer", "intake", f"/v1/contacts/{case.beside['reference']}")
        assert view["document"]["children"][0]["given"] == BESIDE

    def test_nobody_finds_the_case(self, erased: Erased) -> None:
        case = erased.case
        for reference in (case.contact["reference"], case.email["reference"]):
            path = f"/v1/contacts/{reference}"
            assert is_refused(case.client, "officer", "intake", path)
            assert is_refused(case.client, "referrer-school", "intake", f"{path}/status")

    @pytest.mark.parametrize("agency", AGENCIES)
    def test_an_agency_still_knows_what_it_disclosed_and_why(self, erased: Erased, agency: str) -> None:
        path = f"/v1/ledger?enquiry_id={erased.case.enquiry_id}"
        (line,) = erased.case.client.get(f"lead-{agency}", f"gateway-{agency}", path)["items"]
        assert line["lawful_basis"]
        assert (line["kind"], line["text"], line["about"]) == ("item", None, None)

    def test_every_service_has_a_line_of_it_in_its_audit(self, erased: Erased) -> None:
        for part in STORES:
            if part.agency not in (None, *AGENCIES):
                continue
            lines = erased.fetch(str(part.database), "SELECT 1 FROM audit WHERE action = 'case.erased'")
            assert lines, part.name

    def test_the_audit_of_every_part_verifies(self, erased: Erased) -> None:
        layout = erased.layout
        told = {"OPENMASH_BASE_PORT": str(layout.base_port), "OPENMASH_STATE": str(layout.state)}
        checked = subprocess.run(
            [PROGRAM, "audit"], env=os.environ | told, capture_output=True, text=True, check=False
        )
        assert (checked.returncode, checked.stdout.split()[:2]) == (0, ["0", "faults"]), checked.stdout

    def test_late_news_brings_nothing_back(self, erased: Erased) -> None:
        asyncio.run(erased.case.tell_late())
        of_case = f"contact_id = '{erased.case.contact['contact_id']}'"
        last = erased.case.client.post("referrer-school", "intake", "/v1/contacts", form("Wren", "Sample"))
        path = f"/v1/screenings/{last['contact_id']}"
        erased.case.client.until(
            "what came later", lambda: not is_refused(erased.case.client, "manager", "screening", path)
        )
        assert erased.fetch("notifications", f"SELECT 1 FROM notification WHERE {of_case}") == []
        assert erased.fetch("notifications", "TABLE dead_letter") == []
