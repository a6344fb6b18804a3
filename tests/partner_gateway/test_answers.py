"""Answers, corrections and withdrawals: what they must hold, what leaves, and what stays."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from factories.partner_gateway import (
    Gateway,
    create_answer,
    create_file,
    create_item,
    create_message,
    create_row,
    create_searched,
    follow_up,
)
from mash.contracts.boundary import InformationRequest
from partner_gateway.store.tables import answer as answer_table
from support.clock import FakeClock
from support.tokens import Tokens

Headers = dict[str, str]


async def post(
    gateway: Gateway,
    asked: InformationRequest,
    headers: Headers,
    body: dict[str, Any],
    *,
    what: str = "return",
    version: int = 1,
    key: str | None = None,
) -> httpx.Response:
    return await gateway.client.post(
        f"/v1/requests/{asked.request_id}/{what}",
        headers={**headers, "if-match": f'"{version}"'} | ({"idempotency-key": key} if key else {}),
        json=body,
    )


async def put_record(gateway: Gateway, headers: Headers, **changes: str) -> None:
    answer = await gateway.client.post(
        "/v1/records/import",
        headers={**headers, "content-type": "text/csv"},
        content=create_file(create_row(**changes)),
    )
    assert answer.json()["taken"] == 1, answer.text


def rule(answer: httpx.Response) -> str:
    [error] = answer.json()["errors"]
    field: str = error["field"]
    return field


class TestReturn:
    @pytest.mark.requirement("RET-03", "RET-07", "CON-04")
    async def test_sends_each_item_with_its_basis_caveat_date_and_source(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        asked = await gateway.hear(create_message())
        answer = await post(gateway, asked, researcher, create_answer())
        assert answer.status_code == 201, answer.text
        [sent] = await gateway.answers()
        [item] = sent.items
        assert (sent.kind, sent.answer, sent.version) == ("return", "information", 1)
        assert item.lawful_basis == "Children Act 1989, section 47"
        assert item.rationale == "It bears on whether the child is safe at home tonight."
        assert (item.caveat, str(item.recorded_on)) == ("professionals_only", "2026-10-02")
        assert item.source == "Sample crime system"
        assert sent.searched is not None
        assert sent.searched.identifiers == ["name", "date of birth"]
        assert str(sent.searched.source_fresh_on) == "2026-11-17"
        assert sent.sent_by == "researcher-police"

    @pytest.mark.requirement("RET-02")
    async def test_takes_from_a_record_only_what_was_chosen(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        await put_record(gateway, researcher, record_id="CR-1", text="Loud argument reported.")
        await put_record(gateway, researcher, record_id="CR-2", text="Nothing to do with it.")
        asked = await gateway.hear(create_message())
        chosen = create_item(record_id="CR-1", text=None, source=None, recorded_on=None, about=None)
        await post(gateway, asked, researcher, create_answer(items=[chosen]))
        [sent] = await gateway.answers()
        [item] = sent.items
        assert (item.text, item.about) == ("Loud argument reported.", "Sage Testcase")
        assert "Nothing to do with it." not in sent.model_dump_json()

    @pytest.mark.requirement("RET-02")
    async def test_sends_the_text_as_the_researcher_edited_it(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        await put_record(gateway, researcher, record_id="CR-1", text="Argument. Neighbour named.")
        asked = await gateway.hear(create_message())
        await post(
            gateway,
            asked,
            researcher,
            create_answer(items=[create_item(record_id="CR-1", text="Argument.")]),
        )
        [sent] = await gateway.answers()
        assert [item.text for item in sent.items] == ["Argument."]

    @pytest.mark.requirement("RET-03", "RET-07")
    @pytest.mark.parametrize("kind", ["nil", "not_covered", "refused"])
    async def test_takes_an_answer_without_information(
        self, gateway: Gateway, researcher: Headers, kind: str
    ) -> None:
        asked = await gateway.hear(create_message())
        answer = await post(gateway, asked, researcher, create_answer(kind))
        assert answer.status_code == 201, answer.text
        [sent] = await gateway.answers()
        assert (sent.answer, sent.items) == (kind, [])

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            pytest.param(create_answer(items=[]), "items", id="information without items"),
            pytest.param(create_answer("nil", items=[create_item()]), "items", id="nil with items"),
            pytest.param(create_answer("refused", items=[create_item()]), "items", id="refused with items"),
            pytest.param(create_answer(searched=None), "searched", id="information without a search"),
            pytest.param(create_answer("nil", searched=None), "searched", id="nil without a search"),
            pytest.param(
                create_answer("refused", refused_because=None, reason="We would rather not."),
                "refused_because",
                id="refused without one of the law's reasons",
            ),
            pytest.param(
                create_answer("refused", refused_because="other", reason="For a reason of our own."),
                "refused_explanation",
                id="refused for another reason that is not said",
            ),
            pytest.param(
                create_answer("nil", refused_because="privileged"), "refused_because", id="nil but refused"
            ),
            pytest.param(create_answer("not_covered", reason=" "), "reason", id="not covered, no reason"),
            pytest.param(
                create_answer("nil", withheld=[{"reason": "privileged"}]), "withheld", id="nil but withheld"
            ),
            pytest.param(
                create_answer(withheld=[{"reason": "other"}]),
                "withheld.0.explanation",
                id="withheld for another reason that is not said",
            ),
            pytest.param(
                create_answer(items=[create_item(rationale="")]),
                "items.0.rationale",
                id="without agreement and without rationale",
            ),
            pytest.param(create_answer(items=[create_item(text="")]), "items.0.text", id="no text"),
            pytest.param(create_answer(items=[create_item(source="")]), "items.0.source", id="no source"),
            pytest.param(
                create_answer(items=[create_item(recorded_on=None)]), "items.0.recorded_on", id="no date"
            ),
            pytest.param(
                create_answer(items=[create_item(), {**create_item(), "caveat": None}]),
                "items.1.caveat",
                id="no caveat",
            ),
            pytest.param(
                create_answer(items=[create_item(record_id="CR-9")]), "items.0.record_id", id="no such record"
            ),
            pytest.param(
                create_answer(withheld=[{"reason": "privileged", "record_id": "CR-9"}]),
                "withheld.0.record_id",
                id="no such record withheld",
            ),
            pytest.param(
                create_answer(
                    items=[create_item(record_id="rest:1")],
                    withheld=[{"reason": "privileged", "record_id": "rest:1"}],
                ),
                "withheld.0.record_id",
                id="the same record given and withheld",
            ),
            pytest.param(
                create_answer(items=[create_item(recorded_on="2026-11-19")]),
                "items.0.recorded_on",
                id="recorded tomorrow",
            ),
            pytest.param(
                create_answer(searched=create_searched(period_from="2026-11-18", period_to="2026-11-17")),
                "searched.period_to",
                id="period backwards",
            ),
            pytest.param(
                create_answer(searched=create_searched(period_to="2026-11-19")),
                "searched.period_to",
                id="period in the future",
            ),
            pytest.param(
                create_answer(searched=create_searched(source_fresh_on="2026-11-19")),
                "searched.source_fresh_on",
                id="fresher than today",
            ),
            pytest.param(
                create_answer(searched=create_searched(systems=[])), "searched.systems", id="no system"
            ),
            pytest.param(
                create_answer(items=[create_item(lawful_basis="because")]),
                "items.0.lawful_basis",
                id="a basis that is none",
            ),
        ],
    )
    @pytest.mark.requirement("RET-02", "RET-03", "RET-07", "CON-04", "CON-06")
    async def test_refuses_what_has_no_meaning_and_sends_nothing(
        self, gateway: Gateway, researcher: Headers, body: dict[str, Any], field: str
    ) -> None:
        asked = await gateway.hear(create_message())
        refused = await post(gateway, asked, researcher, body)
        assert (refused.status_code, rule(refused)) == (422, field)
        assert await gateway.answers() == []
        assert (await post(gateway, asked, researcher, create_answer())).status_code == 201

    async def test_agreement_needs_no_rationale(self, gateway: Gateway, researcher: Headers) -> None:
        asked = await gateway.hear(create_message())
        agreed = create_item(lawful_basis="agreement", rationale="")
        assert (await post(gateway, asked, researcher, create_answer(items=[agreed]))).status_code == 201

    @pytest.mark.requirement("CON-06")
    async def test_what_is_kept_back_is_recorded_and_not_sent(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        await put_record(gateway, researcher, record_id="CR-1", text="Names the person who called.")
        asked = await gateway.hear(create_message())
        withheld = {
            "record_id": "CR-1",
            "reason": "more_detrimental",
            "explanation": "The caller would be known.",
        }
        await post(gateway, asked, researcher, create_answer(withheld=[withheld]))
        [sent] = await gateway.answers()
        assert "caller" not in sent.model_dump_json()
        page = await gateway.client.get(
            "/v1/ledger", headers=researcher, params={"kind": "withheld", "request_id": str(asked.request_id)}
        )
        [line] = page.json()["items"]
        assert (line["reason"], line["record_id"], line["by"]) == (
            "more_detrimental",
            "CR-1",
            "researcher-police",
        )

    @pytest.mark.requirement("CON-04", "RET-03")
    async def test_names_the_item_that_lacks_something_in_plain_words(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        asked = await gateway.hear(create_message())
        for lacks, says in (("rationale", "shared without agreement"), ("source", "the system or record")):
            items = [create_item(), create_item(**{lacks: ""})]
            refused = await post(gateway, asked, researcher, create_answer(items=items))
            assert "Item 2" in refused.text
            assert says in refused.text

    @pytest.mark.requirement("CON-06")
    async def test_a_refusal_tells_the_hub_its_kind_and_keeps_what_lies_behind_it(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        asked = await gateway.hear(create_message())
        body = create_answer("refused", refused_explanation="Her father reads the file.")
        await post(gateway, asked, researcher, body)
        [sent] = await gateway.answers()
        assert (sent.refused_because, sent.reason) == (
            "more_detrimental",
            "Disclosing it would be more detrimental to the child than not disclosing it.",
        )
        assert "father" not in sent.model_dump_json()
        page = await gateway.client.get("/v1/ledger", headers=researcher, params={"kind": "refused"})
        [line] = page.json()["items"]
        assert (line["reason"], line["by"], line["at"]) == (
            "more_detrimental",
            "researcher-police",
            "2026-11-18T10:00:00Z",
        )
        assert "Her father reads the file." in line["explanation"]

    async def test_refuses_a_second_return(self, gateway: Gateway, researcher: Headers) -> None:
        asked = await gateway.hear(create_message())
        await post(gateway, asked, researcher, create_answer("nil"))
        again = await post(gateway, asked, researcher, create_answer(), version=2)
        assert again.status_code == 409
        assert "correction" in again.json()["detail"]
        assert len(await gateway.answers()) == 1

    @pytest.mark.parametrize("kind", ["cancelled", "withdrawn"])
    @pytest.mark.requirement("ENQ-09")
    async def test_refuses_a_return_after_the_hub_said_stop(
        self, gateway: Gateway, researcher: Headers, kind: str
    ) -> None:
        asked = await gateway.hear(create_message())
        await gateway.hear(follow_up(asked, kind))
        late = await post(gateway, asked, researcher, create_answer(), version=2)
        assert late.status_code == 409
        assert await gateway.answers() == []

    async def test_an_enquiry_decided_without_us_still_hears_what_we_know(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        asked = await gateway.hear(create_message())
        await gateway.hear(follow_up(asked, "decided", outcome="early_help"))
        assert (await post(gateway, asked, researcher, create_answer(), version=2)).status_code == 201

    async def test_refuses_an_answer_to_what_is_no_longer_asked(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        asked = await gateway.hear(create_message())
        await gateway.hear(follow_up(asked, "changed", rating="red"))
        stale = await post(gateway, asked, researcher, create_answer())
        assert stale.status_code == 412
        assert "rating" in stale.json()["changed"]
        assert (await post(gateway, asked, researcher, create_answer(), version=2)).status_code == 201

    async def test_a_reminder_does_not_make_an_answer_stale(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        asked = await gateway.hear(create_message())
        await gateway.hear(follow_up(asked, "reminder"))
        assert (await post(gateway, asked, researcher, create_answer())).status_code == 201

    async def test_two_answers_at_once_are_one_answer(self, gateway: Gateway, researcher: Headers) -> None:
        asked = await gateway.hear(create_message())
        both = await asyncio.gather(
            *(post(gateway, asked, researcher, create_answer(kind)) for kind in ("nil", "not_covered"))
        )
        assert sorted(one.status_code for one in both) == [201, 412]
        assert len(await gateway.answers()) == 1

    async def test_needs_the_version_that_was_read(self, gateway: Gateway, researcher: Headers) -> None:
        asked = await gateway.hear(create_message())
        path = f"/v1/requests/{asked.request_id}/return"
        bare = await gateway.client.post(path, headers=researcher, json=create_answer())
        assert bare.status_code == 428

    async def test_the_same_answer_sent_twice_leaves_once(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        asked = await gateway.hear(create_message())
        first = await post(gateway, asked, researcher, create_answer(), key="desk-1")
        again = await post(gateway, asked, researcher, create_answer(), key="desk-1")
        assert first.json() == again.json()
        assert len(await gateway.answers()) == 1

    async def test_one_key_does_not_answer_two_requests(self, gateway: Gateway, researcher: Headers) -> None:
        first, second = create_message(), create_message()
        await gateway.hear(first, second)
        await post(gateway, first, researcher, create_answer("nil"), key="desk-1")
        assert (
            await post(gateway, second, researcher, create_answer("nil"), key="desk-1")
        ).status_code == 409

    async def test_says_which_rule_an_answer_too_long_breaks(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        asked = await gateway.hear(create_message())
        long = [create_item(text="word " * 3900) for _ in range(7)]
        refused = await post(gateway, asked, researcher, create_answer(items=long))
        assert (refused.status_code, rule(refused)) == (422, "items")
        assert await gateway.answers() == []
        fits = await post(gateway, asked, researcher, create_answer(items=long[:5]))
        assert fits.status_code == 201, fits.text

    @pytest.mark.requirement("RET-07")
    async def test_a_request_without_answer_is_never_shown_as_nil(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        asked = await gateway.hear(create_message())
        page = await gateway.client.get("/v1/requests", headers=researcher)
        [line] = page.json()["items"]
        assert (line["state"], line["answer"]) == ("open", None)
        await post(gateway, asked, researcher, create_answer("nil"))
        page = await gateway.client.get("/v1/requests", headers=researcher, params={"which": "all"})
        [line] = page.json()["items"]
        assert (line["state"], line["answer"]) == ("answered", "nil")


class TestCorrection:
    @pytest.mark.requirement("RET-06")
    async def test_sends_a_higher_version_and_keeps_the_first(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        asked = await gateway.hear(create_message())
        await post(gateway, asked, researcher, create_answer("nil"))
        body = {**create_answer(), "correction_reason": "A record was filed under another spelling."}
        answer = await post(gateway, asked, researcher, body, what="correction", version=2)
        assert answer.status_code == 201, answer.text
        first, second = await gateway.answers()
        assert (first.version, first.answer) == (1, "nil")
        assert (second.kind, second.version, second.answer) == ("correction", 2, "information")
        assert "another spelling" in second.reason
        kept = await gateway.rows(answer_table)
        assert sorted((row["version"], row["answer"]) for row in kept) == [(1, "nil"), (2, "information")]

    async def test_is_refused_where_nothing_was_returned(self, gateway: Gateway, researcher: Headers) -> None:
        asked = await gateway.hear(create_message())
        body = {**create_answer(), "correction_reason": "A slip."}
        early = await post(gateway, asked, researcher, body, what="correction")
        assert early.status_code == 409
        await post(gateway, asked, researcher, create_answer())
        later = await post(gateway, asked, researcher, body, what="correction", version=2)
        assert later.status_code == 201

    @pytest.mark.requirement("RET-06", "ENQ-09")
    async def test_what_was_returned_can_be_corrected_after_the_hub_said_stop(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        asked = await gateway.hear(create_message())
        await post(gateway, asked, researcher, create_answer())
        await gateway.hear(follow_up(asked, "withdrawn"))
        body = {**create_answer("nil"), "correction_reason": "It was another family."}
        answer = await post(gateway, asked, researcher, body, what="correction", version=3)
        assert (answer.status_code, answer.json()["state"]) == (201, "withdrawn")

    async def test_answers_a_change_that_came_after_the_answer(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        asked = await gateway.hear(create_message())
        await post(gateway, asked, researcher, create_answer())
        await gateway.hear(follow_up(asked, "changed"))
        [line] = (await gateway.client.get("/v1/requests", headers=researcher)).json()["items"]
        assert (line["state"], line["waiting"]) == ("answered", True)
        body = {**create_answer(), "correction_reason": "The hub asked for more."}
        await post(gateway, asked, researcher, body, what="correction", version=line["version"])
        assert (await gateway.client.get("/v1/requests", headers=researcher)).json()["items"] == []


class TestWithdrawal:
    @pytest.mark.requirement("RET-06", "RET-07")
    async def test_is_sent_and_leaves_no_answer_standing(self, gateway: Gateway, researcher: Headers) -> None:
        asked = await gateway.hear(create_message())
        await post(gateway, asked, researcher, create_answer())
        body = {"reason": "It was about another family."}
        answer = await post(gateway, asked, researcher, body, what="withdrawal", version=2)
        assert (answer.json()["state"], answer.json()["answer"]) == ("answer_withdrawn", None)
        sent = (await gateway.answers())[-1]
        assert (sent.kind, sent.version, sent.answer) == ("withdrawal", 2, None)
        assert sent.reason == "It was about another family."

    async def test_is_refused_where_no_answer_stands(self, gateway: Gateway, researcher: Headers) -> None:
        asked = await gateway.hear(create_message())
        body = {"reason": "It was about another family."}
        assert (await post(gateway, asked, researcher, body, what="withdrawal")).status_code == 409
        await post(gateway, asked, researcher, create_answer())
        first = await post(gateway, asked, researcher, body, what="withdrawal", version=2)
        again = await post(gateway, asked, researcher, body, what="withdrawal", version=3)
        assert (first.status_code, again.status_code) == (201, 409)

    async def test_can_be_followed_by_a_new_answer(self, gateway: Gateway, researcher: Headers) -> None:
        asked = await gateway.hear(create_message())
        await post(gateway, asked, researcher, create_answer())
        await post(gateway, asked, researcher, {"reason": "A slip."}, what="withdrawal", version=2)
        body = {**create_answer("nil"), "correction_reason": "The right family is not known to us."}
        answer = await post(gateway, asked, researcher, body, what="correction", version=3)
        assert (answer.json()["answer"], answer.json()["answer_version"]) == ("nil", 3)


async def test_the_clock_stops_at_the_first_answer(
    gateway: Gateway, tokens: Tokens, clock: FakeClock
) -> None:
    asked = await gateway.hear(create_message())
    clock.advance(hours=23)
    headers = tokens.issue("researcher", agency="police")
    await post(gateway, asked, headers, create_answer())
    clock.advance(hours=20)
    headers = tokens.issue("researcher", agency="police")
    body = {**create_answer("nil"), "correction_reason": "A slip."}
    await post(gateway, asked, headers, body, what="correction", version=2)
    page = await gateway.client.get("/v1/requests", headers=headers, params={"which": "all"})
    [line] = page.json()["items"]
    assert (line["late"], line["seconds_left"]) == (False, 3600)
