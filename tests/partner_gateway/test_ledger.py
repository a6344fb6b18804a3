"""The agency's own ledger: what left, what did not, to whom, why, and how it was used."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from factories.partner_gateway import Gateway, create_answer, create_item, create_message, follow_up
from mash.contracts.boundary import InformationRequest
from mash.db.tables import audit
from support.tokens import Tokens

Headers = dict[str, str]


async def answer(
    gateway: Gateway,
    asked: InformationRequest,
    headers: Headers,
    body: dict[str, Any],
    what: str = "return",
    version: int = 1,
) -> None:
    path = f"/v1/requests/{asked.request_id}/{what}"
    done = await gateway.client.post(path, headers=headers | {"if-match": f'"{version}"'}, json=body)
    assert done.status_code == 201, done.text


async def lines(gateway: Gateway, headers: Headers, **query: Any) -> list[dict[str, Any]]:
    page = await gateway.client.get("/v1/ledger", headers=headers, params=query)
    assert page.status_code == 200, page.text
    items: list[dict[str, Any]] = page.json()["items"]
    return items


class TestGetLedger:
    @pytest.mark.requirement("RET-04", "CON-04")
    async def test_says_what_left_to_whom_for_which_enquiry_and_why(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        asked = await gateway.hear(create_message())
        await answer(gateway, asked, researcher, create_answer())
        [line] = await lines(gateway, researcher)
        assert (line["kind"], line["to"], line["enquiry_id"]) == ("item", "havering", str(asked.enquiry_id))
        assert line["lawful_basis"] == "Children Act 1989, section 47"
        assert line["rationale"] == "It bears on whether the child is safe at home tonight."
        assert (line["by"], line["at"]) == ("researcher-police", "2026-11-18T10:00:00Z")
        [sent] = await gateway.answers()
        assert (line["id"], line["text"]) == (str(sent.items[0].id), sent.items[0].text)

    @pytest.mark.requirement("RET-04")
    async def test_says_how_it_was_used_once_the_hub_has_said(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        asked = await gateway.hear(create_message())
        await answer(gateway, asked, researcher, create_answer())
        [before] = await lines(gateway, researcher)
        await gateway.hear(follow_up(asked, "decided", outcome="section_17_assessment"))
        [after] = await lines(gateway, researcher)
        assert (before["outcome"], after["outcome"]) == (None, "section_17_assessment")

    @pytest.mark.requirement("RET-04", "RET-07")
    @pytest.mark.parametrize("kind", ["nil", "not_covered", "refused"])
    async def test_has_a_line_for_an_answer_without_information(
        self, gateway: Gateway, researcher: Headers, kind: str
    ) -> None:
        asked = await gateway.hear(create_message())
        await answer(gateway, asked, researcher, create_answer(kind))
        assert [line["kind"] for line in await lines(gateway, researcher)] == [kind]

    @pytest.mark.requirement("RET-06", "RET-04")
    async def test_keeps_the_first_answer_marked_as_corrected(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        asked = await gateway.hear(create_message())
        await answer(gateway, asked, researcher, create_answer())
        corrected = create_answer(items=[create_item(text="On one night only.")])
        await answer(
            gateway, asked, researcher, {**corrected, "correction_reason": "Miscounted."}, "correction", 2
        )
        newest, first = await lines(gateway, researcher)
        assert (newest["text"], newest["corrected_at"]) == ("On one night only.", None)
        assert first["text"].startswith("Officers came")
        assert first["corrected_at"] is not None

    @pytest.mark.requirement("RET-06", "CON-06")
    async def test_marks_what_was_withdrawn_but_not_what_was_kept_back(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        asked = await gateway.hear(create_message())
        body = create_answer(withheld=[{"reason": "not_relevant"}])
        await answer(gateway, asked, researcher, body)
        await answer(gateway, asked, researcher, {"reason": "Another family."}, "withdrawal", 2)
        marks = {line["kind"]: line["withdrawn_at"] for line in await lines(gateway, researcher)}
        assert marks == {"item": "2026-11-18T10:00:00Z", "withheld": None}

    async def test_gives_only_what_the_filters_ask_for(self, gateway: Gateway, researcher: Headers) -> None:
        first, second = create_message(), create_message()
        await gateway.hear(first, second)
        await answer(gateway, first, researcher, create_answer(withheld=[{"reason": "privileged"}]))
        await answer(gateway, second, researcher, create_answer("nil"))
        assert len(await lines(gateway, researcher)) == 3
        wanted = await lines(gateway, researcher, enquiry_id=first.enquiry_id, kind="withheld")
        assert [line["reason"] for line in wanted] == ["privileged"]
        assert await lines(gateway, researcher, request_id=uuid4()) == []
        assert len(await lines(gateway, researcher, by="researcher-police")) == 3
        assert await lines(gateway, researcher, since="2026-11-18T10:00:01Z") == []
        assert await lines(gateway, researcher, until="2026-11-18T10:00:00Z") == []

    async def test_goes_on_where_the_page_before_ended(self, gateway: Gateway, researcher: Headers) -> None:
        asked = await gateway.hear(create_message())
        await answer(gateway, asked, researcher, create_answer(items=[create_item() for _ in range(5)]))
        first = (await gateway.client.get("/v1/ledger", headers=researcher, params={"limit": 3})).json()
        rest = await lines(gateway, researcher, limit=3, cursor=first["next"])
        assert len({line["id"] for line in [*first["items"], *rest]}) == 5

    async def test_every_enquiry_that_was_looked_at_is_in_the_audit(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        asked = await gateway.hear(create_message())
        await answer(gateway, asked, researcher, create_answer(items=[create_item(), create_item()]))
        await lines(gateway, researcher)
        looks = [one["case_id"] for one in await gateway.rows(audit) if one["action"] == "ledger.viewed"]
        assert looks == [asked.enquiry_id]

    async def test_holds_nothing_of_another_partnership(
        self, gateway: Gateway, researcher: Headers, tokens: Tokens
    ) -> None:
        asked = await gateway.hear(create_message())
        await answer(gateway, asked, researcher, create_answer())
        other = tokens.issue("agency_lead", agency="police", partnerships=["redbridge"])
        assert len(await lines(gateway, researcher)) == 1
        assert await lines(gateway, other) == []
