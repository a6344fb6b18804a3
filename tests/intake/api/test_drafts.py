"""A form that is begun, put aside, come back to and sent: INT-22, as other systems do it."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import httpx
import pytest
from docx import Document
from factories.intake import create_child, create_form
from intake.domain.attachments import FileNotTaken, media_type_of, plain_name
from support.clock import FakeClock
from support.intake import Store
from support.services import Services
from support.tokens import Tokens

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"
WORDS = "Robin came to school hungry three days running."


def word_file() -> bytes:
    file = BytesIO()
    Document().save(file)
    return file.getvalue()


def with_macros() -> bytes:
    file = BytesIO(word_file())
    with ZipFile(file, "a") as parts:
        parts.writestr("word/vbaProject.bin", b"macro")
    return file.getvalue()


class Drafts:
    """The drafts of one person."""

    def __init__(self, client: httpx.AsyncClient, headers: dict[str, str]) -> None:
        self.client = client
        self.headers = headers

    async def ask(self, method: str, path: str = "", version: int | None = None, **sent: Any) -> Any:
        headers = self.headers | ({"If-Match": f'"{version}"'} if version else {})
        return await self.client.request(method, f"/v1/drafts{path}", headers=headers, **sent)

    async def begin(self, **changes: Any) -> dict[str, Any]:
        answer = await self.ask("POST", json={"concern": {"narrative": WORDS}, **changes})
        assert answer.status_code == 201, answer.text
        draft: dict[str, Any] = answer.json()
        return draft

    async def add(self, draft: dict[str, Any], content: bytes, name: str = "letter.pdf") -> httpx.Response:
        sent = {"name": name, "content": b64encode(content).decode()}
        answer: httpx.Response = await self.ask("POST", f"/{draft['id']}/attachments", json=sent)
        return answer


@pytest.fixture
def mine(intake: httpx.AsyncClient, referrer: dict[str, str]) -> Drafts:
    return Drafts(intake, referrer)


@pytest.fixture
def somebody_else(intake: httpx.AsyncClient, tokens: Tokens) -> Drafts:
    return Drafts(intake, tokens.issue("referrer", subject="another-school"))


@pytest.mark.requirement("INT-22")
class TestDraft:
    async def test_is_come_back_to_on_another_device(self, mine: Drafts, tokens: Tokens) -> None:
        draft = await mine.begin()
        elsewhere = Drafts(mine.client, tokens.issue("referrer-school"))
        found = (await elsewhere.ask("GET", f"/{draft['id']}")).json()
        assert found["document"]["concern"]["narrative"] == WORDS
        assert [one["id"] for one in (await elsewhere.ask("GET")).json()] == [draft["id"]]

    async def test_names_what_is_missing_and_takes_it_all_the_same(self, mine: Drafts) -> None:
        draft = await mine.begin()
        assert "child_name" in [item["id"] for item in draft["missing"]]
        whole = {name: part for name, part in create_form().items() if name != "partnership"}
        saved = await mine.ask("PUT", f"/{draft['id']}", draft["version"], json=whole)
        assert (saved.status_code, saved.json()["missing"]) == (200, [])

    async def test_several_are_kept_at_once_the_last_changed_first(
        self, mine: Drafts, clock: FakeClock
    ) -> None:
        first, second = await mine.begin(), await mine.begin()
        clock.advance(minutes=5)
        await mine.ask("PUT", f"/{first['id']}", 1, json={"concern": {"worries": "More."}})
        listed = (await mine.ask("GET")).json()
        assert [one["id"] for one in listed] == [first["id"], second["id"]]

    async def test_that_was_changed_meanwhile_is_not_written_over(self, mine: Drafts) -> None:
        draft = await mine.begin()
        await mine.ask("PUT", f"/{draft['id']}", 1, json={"concern": {"narrative": "On the telephone."}})
        late = await mine.ask("PUT", f"/{draft['id']}", 1, json={"concern": {"narrative": "At the desk."}})
        assert (late.status_code, late.json()["changed"]) == (412, ["concern"])
        found = (await mine.ask("GET", f"/{draft['id']}")).json()
        assert found["document"]["concern"]["narrative"] == "On the telephone."

    async def test_does_not_exist_for_anybody_else(
        self, mine: Drafts, somebody_else: Drafts, officer: dict[str, str], tokens: Tokens
    ) -> None:
        draft = await mine.begin()
        file = (await mine.add(draft, PDF)).json()["id"]
        own = f"/{draft['id']}"
        for method, path in [
            ("GET", own),
            ("PUT", own),
            ("DELETE", own),
            ("POST", f"{own}/send"),
            ("GET", f"{own}/attachments/{file}"),
            ("DELETE", f"{own}/attachments/{file}"),
        ]:
            sent: dict[str, Any] = {"json": {}} if method == "PUT" else {}
            answer = await somebody_else.ask(method, path, 2, **sent)
            assert answer.status_code == 404, (method, path)
        assert (await somebody_else.add(draft, PDF)).status_code == 404
        assert (await somebody_else.ask("GET")).json() == []
        assert (await Drafts(mine.client, officer).ask("GET", own)).status_code == 403
        moved = Drafts(mine.client, tokens.issue("referrer-school", partnerships=["medway"]))
        assert (await moved.ask("GET", own)).status_code == 404

    async def test_is_deleted_with_its_files_and_its_key(self, mine: Drafts, store: Store) -> None:
        draft = await mine.begin()
        await mine.add(draft, PDF)
        assert (await mine.ask("DELETE", f"/{draft['id']}")).status_code == 204
        assert (await mine.ask("GET", f"/{draft['id']}")).status_code == 404
        assert [await store.count(table) for table in ("draft", "draft_file", "contact")] == [0, 0, 0]
        assert await store.count("erased_case") == 1
        assert await store.timers() == []

    async def test_is_kept_in_words_that_the_store_cannot_read(self, mine: Drafts, store: Store) -> None:
        draft = await mine.begin(children=[create_child()])
        await mine.add(draft, b"Robin's own words", "Robin Testcase.txt")
        kept = str(await store.rows("draft")) + str(await store.rows("draft_file"))
        assert not [words for words in ("hungry", "Testcase", "own words") if words in kept]
        assert "Testcase" not in str(await store.audit())

    async def test_holds_no_date_that_nobody_can_have(self, mine: Drafts) -> None:
        answer = await mine.ask("POST", json={"children": [{"dob": "2031-01-01"}]})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "children.0.dob"

    async def test_is_one_of_so_many(self, service: Services, tokens: Tokens) -> None:
        async with service("intake", most_drafts=2) as client:
            mine = Drafts(client, tokens.issue("referrer-school"))
            await mine.begin()
            await mine.begin()
            refused = await mine.ask("POST", json={})
            assert (refused.status_code, refused.headers["content-type"]) == (409, "application/problem+json")


@pytest.mark.requirement("INT-22")
class TestKeeping:
    async def test_ends_28_days_after_the_last_change(
        self, service: Services, database_url: str, tokens: Tokens, clock: FakeClock, store: Store
    ) -> None:
        async with service("intake", database_url=database_url) as client:
            mine = Drafts(client, tokens.issue("referrer-school"))
            draft = await mine.begin()
            clock.advance(days=27)
            mine.headers = tokens.issue("referrer-school")
            assert (await mine.ask("PUT", f"/{draft['id']}", 1, json={})).status_code == 200
            (timer,) = await store.timers()
            assert timer["due_at"] == clock() + timedelta(days=28)
            clock.advance(days=27, hours=23)
            await asyncio.sleep(1.5)
            assert await store.count("draft") == 1
            clock.advance(hours=2)
            await store.wait_for_audit("draft.erased")
            assert (await store.count("draft"), await store.count("erased_case")) == (0, 1)


@pytest.mark.requirement("INT-22", "INT-20")
class TestSend:
    async def test_makes_a_draft_one_contact_however_often(self, mine: Drafts, store: Store) -> None:
        draft = await mine.begin(children=[create_child()])
        sending = [mine.ask("POST", f"/{draft['id']}/send") for _ in range(3)]
        answers = [*await asyncio.gather(*sending), await mine.ask("POST", f"/{draft['id']}/send")]
        assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
        assert len({answer.json()["reference"] for answer in answers}) == 1
        assert (await store.count("contact"), await store.count("draft")) == (1, 0)
        assert len(await store.events("contact.received")) == 1

    async def test_gives_the_receipt_that_the_form_itself_gets(
        self, mine: Drafts, officer: dict[str, str]
    ) -> None:
        whole = create_form()
        draft = await mine.begin(**{name: part for name, part in whole.items() if name != "partnership"})
        receipt = (await mine.ask("POST", f"/{draft['id']}/send")).json()
        straight = await mine.client.post("/v1/contacts", json=whole, headers=mine.headers)
        assert receipt.keys() == straight.json().keys()
        assert receipt["missing"] == straight.json()["missing"] == []
        seen = await mine.client.get(f"/v1/contacts/{receipt['reference']}", headers=officer)
        assert seen.json()["document"]["concern"]["narrative"] == WORDS

    async def test_refuses_what_says_nothing_and_keeps_it(self, mine: Drafts, store: Store) -> None:
        draft = await mine.begin(concern={})
        assert (await mine.ask("POST", f"/{draft['id']}/send")).status_code == 422
        assert (await store.count("contact"), await store.count("draft")) == (0, 1)
        await mine.ask("PUT", f"/{draft['id']}", 1, json={"concern": {"narrative": WORDS}})
        assert (await mine.ask("POST", f"/{draft['id']}/send")).status_code == 201

    async def test_ends_the_chase_of_the_call_that_it_follows(
        self, mine: Drafts, officer: dict[str, str], store: Store
    ) -> None:
        call = {**create_form(), "channel": "telephone", "immediate_child_protection": True}
        reference = (await mine.client.post("/v1/calls", json=call, headers=officer)).json()["reference"]
        draft = await mine.begin(follows_call=reference)
        await mine.ask("POST", f"/{draft['id']}/send")
        assert "written_form" not in [timer["kind"] for timer in await store.timers()]

    async def test_lists_it_among_what_was_sent(self, mine: Drafts, somebody_else: Drafts) -> None:
        draft = await mine.begin()
        reference = (await mine.ask("POST", f"/{draft['id']}/send")).json()["reference"]
        for who, references in ((mine, [reference]), (somebody_else, [])):
            sent = await who.client.get("/v1/sent", headers=who.headers)
            assert [one["reference"] for one in sent.json()] == references


class TestAttachments:
    @pytest.mark.requirement("INT-22")
    async def test_become_documents_of_the_contact(
        self, mine: Drafts, somebody_else: Drafts, officer: dict[str, str], store: Store
    ) -> None:
        draft = await mine.begin()
        for content, name in ((PDF, "C:\\letters\\a letter.pdf"), (word_file(), "notes.docx")):
            assert (await mine.add(draft, content, name)).status_code == 201
        reference = (await mine.ask("POST", f"/{draft['id']}/send")).json()["reference"]
        where = f"/v1/contacts/{reference}/documents"
        listed = (await mine.client.get(where, headers=officer)).json()
        assert [one["name"] for one in listed] == ["a letter.pdf", "notes.docx"]
        got = await mine.client.get(f"{where}/{listed[0]['id']}", headers=officer)
        assert got.content == PDF
        assert got.headers["content-type"] == "application/octet-stream"
        assert got.headers["content-disposition"].startswith("attachment")
        assert got.headers["x-content-type-options"] == "nosniff"
        status = await mine.client.get(f"/v1/contacts/{reference}/status", headers=mine.headers)
        assert [one["name"] for one in status.json()["documents"]] == ["a letter.pdf", "notes.docx"]
        assert (await store.count("draft_file"), await store.count("attachment")) == (0, 2)
        assert "letter" not in str(await store.rows("attachment"))

    async def test_are_given_back_as_downloads_and_taken_off(self, mine: Drafts) -> None:
        draft = await mine.begin()
        file = (await mine.add(draft, PDF)).json()["id"]
        where = f"/{draft['id']}/attachments/{file}"
        got = await mine.ask("GET", where)
        assert (got.content, got.headers["content-type"]) == (PDF, "application/octet-stream")
        assert (await mine.ask("DELETE", where)).status_code == 204
        assert (await mine.ask("GET", where)).status_code == 404

    @pytest.mark.parametrize(
        ("content", "name"),
        [
            (b"MZ\x90\x00\x03" + b"\x00" * 60, "letter.pdf"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 60, "old.doc"),
            (b"PK\x03\x04 not a zip", "letter.docx"),
            (with_macros(), "letter.docx"),
            (b"   \n", "empty.txt"),
            (b"a\x00b", "text.txt"),
            (b"\xff\xfe\xff", "text.txt"),
        ],
    )
    async def test_of_other_kinds_are_refused_and_nothing_else_is_lost(
        self, mine: Drafts, content: bytes, name: str
    ) -> None:
        draft = await mine.begin()
        await mine.add(draft, PDF)
        refused = await mine.add(draft, content, name)
        assert refused.status_code == 422
        assert name not in refused.text
        found = (await mine.ask("GET", f"/{draft['id']}")).json()
        assert found["document"]["concern"]["narrative"] == WORDS
        assert len(found["attachments"]) == 1

    async def test_are_taken_up_to_a_size_and_a_number(self, service: Services, tokens: Tokens) -> None:
        async with service("intake", max_attachment_bytes=2048, most_attachments=2) as client:
            mine = Drafts(client, tokens.issue("referrer-school"))
            draft = await mine.begin()
            assert (await mine.add(draft, PDF + b"x" * 2048)).status_code == 422
            assert (await mine.add(draft, (PDF + b"x" * 2048)[:2048])).status_code == 201
            assert (await mine.add(draft, PDF)).status_code == 201
            assert (await mine.add(draft, PDF)).status_code == 422

    async def test_larger_than_other_bodies_are_taken(self, mine: Drafts) -> None:
        draft = await mine.begin()
        assert (await mine.add(draft, PDF + b"x" * 3_000_000)).status_code == 201


def test_a_file_is_what_its_bytes_say() -> None:
    assert media_type_of(b"\xff\xd8\xff\xe0\x00\x10JFIF") == "image/jpeg"
    assert media_type_of(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00") == "image/heic"
    assert media_type_of("\N{ZERO WIDTH NO-BREAK SPACE}Café\r\n".encode()) == "text/plain"
    with pytest.raises(FileNotTaken):
        media_type_of(b"RIFF\x00\x00\x00\x00AVI ")


def test_a_name_is_shown_without_its_folders_and_odd_letters() -> None:
    assert plain_name("../../etc/passwd") == "passwd"
    assert plain_name("a\u202efdp.exe\r\n") == "afdp.exe"
    assert plain_name("/") == "attachment"
