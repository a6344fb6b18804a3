"""The agency's own records: taken in whole or in part, and found by those who may."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from factories.partner_gateway import ROBIN, SAGE, Gateway, create_file, create_message, create_row
from mash.contracts.boundary import Person
from mash.db.tables import audit
from partner_gateway.store.tables import record
from support.tokens import Tokens

Headers = dict[str, str]


async def take(gateway: Gateway, headers: Headers, content: bytes, **query: str) -> httpx.Response:
    return await gateway.client.post(
        "/v1/records/import", headers={**headers, "content-type": "text/csv"}, content=content, params=query
    )


async def look(gateway: Gateway, headers: Headers, **body: Any) -> dict[str, Any]:
    answer = await gateway.client.post("/v1/records/search", headers=headers, json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def ids(gateway: Gateway, headers: Headers, **body: Any) -> list[str]:
    return [item["record_id"] for item in (await look(gateway, headers, **body))["items"]]


class TestImport:
    @pytest.mark.requirement("RET-02")
    async def test_takes_every_good_line_and_names_each_bad_one(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        rows = [
            create_row(record_id="CR-1"),
            create_row(record_id="CR-2", dob="1990-02-30"),
            create_row(record_id="CR-3", nhs_number="999 000 0019"),
            "CR-4,too,few",
            create_row(record_id="CR-5"),
            create_row(record_id="CR-5"),
            create_row(record_id="CR-6", text=""),
            create_row(record_id="CR-7", family="", given=""),
            create_row(record_id="CR-8"),
        ]
        report = (await take(gateway, researcher, create_file(*rows))).json()
        assert (report["taken"], report["replaced"], report["refused"]) == (3, 0, 6)
        assert [(one["line"], one["field"]) for one in report["refusals"]] == [
            (3, "dob"),
            (4, "nhs_number"),
            (5, "line"),
            (7, "record_id"),
            (8, "text"),
            (9, "line"),
        ]
        assert sorted(row["record_id"] for row in await gateway.rows(record)) == ["CR-1", "CR-5", "CR-8"]

    async def test_never_repeats_what_a_bad_line_held(self, gateway: Gateway, researcher: Headers) -> None:
        rows = [create_row(dob="Robin"), create_row(record_id="CR-2", nhs_number="Wren"), "Sage,Testcase"]
        answer = await take(gateway, researcher, create_file(*rows))
        assert answer.json()["refused"] == 3
        assert not [name for name in ("Robin", "Wren", "Sage", "Testcase") if name in answer.text]

    async def test_a_record_with_the_same_id_takes_the_place_of_the_first(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        await take(gateway, researcher, create_file(create_row(text="First."), create_row(record_id="CR-2")))
        file = create_file(create_row(text="Second."), create_row(record_id="CR-3"))
        report = (await take(gateway, researcher, file)).json()
        assert (report["taken"], report["replaced"]) == (1, 1)
        texts = {row["record_id"]: row["content"]["text"] for row in await gateway.rows(record)}
        assert texts["CR-1"] == "Second."
        assert len(texts) == 3

    async def test_a_renamed_person_is_no_longer_found_by_the_old_name(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        await take(gateway, researcher, create_file(create_row()))
        await take(gateway, researcher, create_file(create_row(family="Example")))
        assert await ids(gateway, researcher, family="Testcase", given="Sage") == []
        assert await ids(gateway, researcher, family="Example", given="Sage") == ["CR-1"]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
    async def test_reads_the_letters_that_systems_write(
        self, gateway: Gateway, researcher: Headers, encoding: str
    ) -> None:
        content = create_file(create_row(family="Tëstcase", text="Café, 5 – 6 people")).decode()
        await take(gateway, researcher, content.encode(encoding))
        [row] = await gateway.rows(record)
        assert row["content"]["family"] == "Tëstcase"
        assert row["content"]["text"] == "Café, 5 – 6 people"

    @pytest.mark.parametrize(
        "content",
        [
            pytest.param(b"", id="empty"),
            pytest.param(create_row().encode(), id="no header"),
            pytest.param(create_file(create_row()).replace(b",", b";"), id="semicolons"),
            pytest.param(create_file(create_row()).replace(b"family", b"surname"), id="unknown column"),
            pytest.param(create_file(create_row()).replace(b"family", b"given"), id="a column twice"),
            pytest.param(create_file(create_row()).replace(b",text,", b",words,"), id="a column missing"),
            pytest.param(create_file(create_row()).decode().encode("utf-16"), id="UTF-16"),
            pytest.param(create_file(create_row(text="\x81")).decode().encode("latin-1"), id="no letters"),
        ],
    )
    async def test_refuses_a_file_it_cannot_read_as_a_whole(
        self, gateway: Gateway, researcher: Headers, content: bytes
    ) -> None:
        refused = await take(gateway, researcher, content)
        assert refused.status_code == 422
        assert "Sage" not in refused.text
        assert await gateway.rows(record) == []

    async def test_keeps_a_cell_that_looks_like_a_formula_as_text(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        formula = '=HYPERLINK("http://phish.example","open")'
        await take(gateway, researcher, create_file(create_row(text=formula)))
        [item] = (await look(gateway, researcher, family="Testcase", given="Sage"))["items"]
        assert item["text"] == formula

    async def test_reads_text_over_several_lines(self, gateway: Gateway, researcher: Headers) -> None:
        rows = [create_row(text="First line.\r\nSecond line."), create_row(record_id="CR-2", dob="x")]
        report = (await take(gateway, researcher, create_file(*rows))).json()
        assert (report["taken"], [one["line"] for one in report["refusals"]]) == (1, [4])

    async def test_a_quotation_mark_left_open_costs_its_own_line_only(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        bad = create_row(record_id="CR-2").replace("Loud", '"Loud')
        rows = [create_row(record_id="CR-1"), bad, create_row(record_id="CR-3"), create_row(record_id="CR-4")]
        report = (await take(gateway, researcher, create_file(*rows))).json()
        assert (report["taken"], [one["line"] for one in report["refusals"]]) == (3, [3])

    async def test_reads_dates_as_spreadsheets_here_write_them(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        await take(gateway, researcher, create_file(create_row(dob="20/1/1990", recorded_on="02/10/2026")))
        [row] = await gateway.rows(record)
        assert (str(row["content"]["dob"]), str(row["recorded_on"])) == ("1990-01-20", "2026-10-02")

    async def test_takes_only_csv(self, gateway: Gateway, researcher: Headers) -> None:
        answer = await gateway.client.post(
            "/v1/records/import",
            headers={**researcher, "content-type": "application/json"},
            content=create_file(create_row()),
        )
        assert answer.status_code == 415

    async def test_refuses_a_file_that_is_too_large(self, gateway: Gateway, researcher: Headers) -> None:
        limit = gateway.hub.settings.max_import_bytes  # type: ignore[attr-defined]
        assert (await take(gateway, researcher, b"x" * (limit + 1))).status_code == 413

    async def test_takes_a_large_file_at_once(self, gateway: Gateway, researcher: Headers) -> None:
        rows = [create_row(record_id=f"CR-{number}", text="word " * 100) for number in range(12_000)]
        report = (await take(gateway, researcher, create_file(*rows))).json()
        assert report["taken"] == 12_000

    async def test_asks_whose_records_they_are_where_it_is_unclear(
        self, gateway: Gateway, tokens: Tokens
    ) -> None:
        nobodys = tokens.issue("researcher", agency="police", partnerships=["redbridge"])
        assert (await take(gateway, nobodys, create_file(create_row()))).status_code == 404
        assert (
            await take(gateway, nobodys, create_file(create_row()), partnership="havering")
        ).status_code == 404
        assert await gateway.rows(record) == []

    async def test_is_in_the_audit_by_its_counts(self, gateway: Gateway, researcher: Headers) -> None:
        await take(gateway, researcher, create_file(create_row(), "bad"))
        [line] = [one for one in await gateway.rows(audit) if one["action"] == "records.imported"]
        assert line["detail"] == {"partnership": "havering", "taken": 1, "replaced": 0, "refused": 1}


class TestSearch:
    @pytest.mark.requirement("RET-02")
    @pytest.mark.parametrize(
        ("sought", "reasons"),
        [
            ({"nhs_number": "999 000 0018"}, ["nhs_number"]),
            (
                {"family": "TEST-CASE", "given": "robín", "dob": "2017-05-14"},
                ["name_and_dob", "family_and_dob", "name"],
            ),
            ({"family": "Testcase", "given": "Rob", "dob": "2017-05-14"}, ["family_and_dob"]),
            ({"family": "Testcase", "given": "Robin Lee"}, ["name"]),
            ({"family": "Testcase", "given": "Robin", "dob": "2016-05-14"}, ["name"]),
            ({"address": "1 Sample St", "postcode": "rm19zz"}, ["address"]),
            ({"address": "Flat 3, 1 Sample Street, RM1 9ZZ"}, ["address"]),
        ],
    )
    async def test_says_why_each_record_matches(
        self, gateway: Gateway, researcher: Headers, sought: dict[str, str], reasons: list[str]
    ) -> None:
        robin = create_row(
            given="Robin",
            dob="2017-05-14",
            nhs_number="9990000018",
            address="1 Sample Street",
            postcode="RM1 9ZZ",
        )
        stranger = create_row(
            record_id="CR-2", family="Example", dob="2017-05-14", address="2 Sample Street RM1 9ZZ"
        )
        await take(gateway, researcher, create_file(robin, stranger))
        found = await look(gateway, researcher, **sought)
        assert [item["record_id"] for item in found["items"]] == ["CR-1"]
        assert found["items"][0]["matches"] == [{"person": 0, "reasons": reasons}]

    async def test_puts_the_strongest_match_first_even_where_the_list_is_cut(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        named = [create_row(record_id=f"A-{number}", given="Robin", dob="1980-01-01") for number in range(20)]
        exact = create_row(record_id="Z", given="Robin", dob="2017-05-14", recorded_on="2001-01-01")
        await take(gateway, researcher, create_file(*named, exact))
        found = await look(gateway, researcher, family="Testcase", given="Robin", dob="2017-05-14", limit=3)
        assert found["items"][0]["record_id"] == "Z"
        assert (len(found["items"]), found["more"]) == (3, True)

    async def test_finds_whoever_is_also_known_by_the_name(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        await take(gateway, researcher, create_file(create_row(also_known_as="Willow Sample")))
        assert await ids(gateway, researcher, family="Sample", given="Willow") == ["CR-1"]

    @pytest.mark.requirement("RET-02")
    async def test_searches_for_all_the_people_of_a_request(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        unborn = Person(role="child", edd=None, family="Testcase")
        asked = await gateway.hear(create_message(people=[ROBIN, SAGE, unborn]))
        rows = [
            create_row(record_id="ROBIN", given="R", dob="2017-05-14"),
            create_row(record_id="SAGE"),
            create_row(record_id="OTHER", family="Example"),
        ]
        await take(gateway, researcher, create_file(*rows))
        found = await look(gateway, researcher, request_id=str(asked.request_id))
        assert {item["record_id"]: item["matches"][0]["person"] for item in found["items"]} == {
            "SAGE": 1,
            "ROBIN": 0,
        }
        # That nobody could be looked for is said, and is not the same as nothing found.
        assert [one["searched"] for one in found["people"]] == [True, True, False]

    @pytest.mark.parametrize(
        "sought", [{}, {"family": "Testcase"}, {"dob": "2017-05-14"}, {"postcode": "RM1 9ZZ"}]
    )
    async def test_refuses_a_search_that_would_find_strangers(
        self, gateway: Gateway, researcher: Headers, sought: dict[str, str]
    ) -> None:
        answer = await gateway.client.post("/v1/records/search", headers=researcher, json=sought)
        assert answer.status_code == 422

    async def test_the_audit_holds_by_what_was_sought_and_not_whom(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        await look(gateway, researcher, family="Testcase", given="Sage", dob="1990-01-20")
        [line] = [one for one in await gateway.rows(audit) if one["action"] == "records.searched"]
        assert line["detail"] == {
            "connectors": ["records"],
            "identifiers": ["name", "date_of_birth"],
            "found": 0,
        }

    async def test_a_search_for_a_request_is_in_the_audit_under_its_enquiry(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        asked = await gateway.hear(create_message())
        await look(gateway, researcher, request_id=str(asked.request_id))
        [line] = [one for one in await gateway.rows(audit) if one["action"] == "records.searched"]
        assert line["case_id"] == asked.enquiry_id

    async def test_finds_nothing_outside_the_callers_partnerships(
        self, gateway: Gateway, researcher: Headers, tokens: Tokens
    ) -> None:
        await take(gateway, researcher, create_file(create_row()))
        other = tokens.issue("researcher", agency="police", partnerships=["redbridge"])
        assert await ids(gateway, researcher, family="Testcase", given="Sage") == ["CR-1"]
        assert await ids(gateway, other, family="Testcase", given="Sage") == []

    @pytest.mark.requirement("RET-02")
    async def test_sends_nothing_of_what_it_finds(self, gateway: Gateway, researcher: Headers) -> None:
        asked = await gateway.hear(create_message())
        await take(gateway, researcher, create_file(create_row()))
        assert (await look(gateway, researcher, request_id=str(asked.request_id)))["items"]
        assert await gateway.answers() == []
