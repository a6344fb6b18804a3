"""A request answered on the desk: searched, chosen, checked, sent, corrected and withdrawn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from factories.agency_systems import AgencySystem, create_rest_record
from factories.partner_gateway import (
    Gateway,
    create_answer,
    create_file,
    create_message,
    create_row,
    follow_up,
    running_gateway,
)
from factories.webhooks import Serve
from mash.contracts.boundary import InformationRequest
from partner_gateway.store.tables import draft, ledger
from support.clock import FakeClock
from support.pages import Page, visit
from support.services import Services
from support.tokens import Tokens

Headers = dict[str, str]
RATIONALE = "It bears on whether the child is safe at home tonight."
SEARCHED = {
    "systems": "Sample crime system",
    "identifiers": ["name", "date_of_birth"],
    **{f"period_from-{part}": value for part, value in (("day", 18), ("month", 11), ("year", 2021))},
    **{f"period_to-{part}": value for part, value in (("day", 18), ("month", 11), ("year", 2026))},
    **{f"source_fresh_on-{part}": value for part, value in (("day", 17), ("month", 11), ("year", 2026))},
}
ITEM = {
    "item-0-lawful_basis": "section_47",
    "item-0-rationale": RATIONALE,
    "item-0-caveat": "professionals_only",
}


def here(asked: InformationRequest) -> str:
    return f"/desk/requests/{asked.request_id}"


async def page(gateway: Gateway, headers: Headers, path: str) -> Page:
    return await visit(gateway.client, path, headers)


async def asked_with_record(gateway: Gateway, headers: Headers) -> InformationRequest:
    """A request about Robin and Sage, and a record of Sage's."""
    asked = await gateway.hear(create_message())
    taken = await gateway.client.post(
        "/v1/records/import",
        headers={**headers, "content-type": "text/csv"},
        content=create_file(create_row()),
    )
    assert taken.status_code == 201, taken.text
    return asked


async def chosen(gateway: Gateway, headers: Headers, asked: InformationRequest) -> Page:
    """The answer that is being written, with the one record that was found in it."""
    search = await page(gateway, headers, f"{here(asked)}/search")
    found = await search.submit(button="Search for all 2 people")
    return await found.submit({"chosen": "0"}, button="Add what I ticked to the answer")


async def nil_checked(gateway: Gateway, headers: Headers, asked: InformationRequest) -> Page:
    writing = await page(gateway, headers, f"{here(asked)}/answer?kind=nil")
    return await writing.submit(SEARCHED, button="Check before sending")


class TestSearch:
    async def test_finds_for_everyone_in_the_request(self, gateway: Gateway, researcher: Headers) -> None:
        asked = await asked_with_record(gateway, researcher)
        search = await page(gateway, researcher, f"{here(asked)}/search")
        assert search.fields("Search for this person")["given"] == ["Robin"]

        found = await search.submit(button="Search for all 2 people")

        assert found.texts("section h3") == ["Sage Testcase: Sample crime system, 2 October 2026"]
        assert (
            "May be Sage Testcase: same name and date of birth, same family name and date of birth"
            in found.text
        )
        assert found.path == f"{here(asked)}/search", "whom one looks for is in no address"

    async def test_goes_by_what_was_typed_instead(self, gateway: Gateway, researcher: Headers) -> None:
        asked = await asked_with_record(gateway, researcher)
        search = await page(gateway, researcher, f"{here(asked)}/search?person=1")
        found = await search.submit({"family": "Example"}, button="Search for this person")
        assert "0 found" in found.text
        assert found.fields("Search for this person")["family"] == ["Example"]

    async def test_goes_by_what_was_typed_where_enter_is_pressed(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        asked = await asked_with_record(gateway, researcher)
        search = await page(gateway, researcher, f"{here(asked)}/search")
        enter = search.form("Search for this person").css("button")[0]
        assert (enter.attributes["name"], enter.attributes["value"]) == ("do", "one")

    async def test_says_what_is_missing_and_keeps_the_words(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        asked = await gateway.hear(create_message())
        search = await page(gateway, researcher, f"{here(asked)}/search")
        empty = dict.fromkeys(("family", "nhs_number", "address", "dob-day", "dob-month", "dob-year"), "")
        refused = await search.submit(empty, button="Search for this person")
        assert refused.status == 422
        assert refused.errors[0].startswith("Give an NHS number, or a family name")
        assert refused.fields("Search for this person")["given"] == ["Robin"]

    async def test_tells_an_outage_apart_from_nothing_found(
        self, service: Services, keys: Path, serve: Serve, researcher: Headers
    ) -> None:
        system = AgencySystem()
        system.answers["search"] = 500
        settings = {"connector": "rest", "connector_url": await serve(system.app) + "/search"}
        async with running_gateway(service, keys, **settings) as gateway:
            asked = await gateway.hear(create_message())
            search = await page(gateway, researcher, f"{here(asked)}/search")
            found = await search.submit({"given": "Robyn"}, button="Search for this person")
            assert "Our own system was not searched for Robyn Testcase" in found.text
            assert "That is no nil" in found.text
            assert found.fields("Search for this person")["given"] == ["Robyn"]
            assert "Answer nil" not in found.texts("button")

    @pytest.mark.requirement("RET-07")
    async def test_tells_records_that_nobody_could_read_apart_from_nothing_found(
        self, service: Services, keys: Path, serve: Serve, researcher: Headers
    ) -> None:
        system = AgencySystem()
        system.answers["search"] = {"records": [create_rest_record(text="")]}
        settings = {"connector": "rest", "connector_url": await serve(system.app) + "/search"}
        async with running_gateway(service, keys, **settings) as gateway:
            asked = await asked_with_record(gateway, researcher)
            search = await page(gateway, researcher, f"{here(asked)}/search")
            found = await search.submit(button="Search for all 2 people")
            assert found.fields("Add what I ticked to the answer")["systems"] == [
                "Our records in the gateway"
            ]
            found = await found.submit({"family": "Example"}, button="Search for this person")
        assert "0 found" in found.text
        assert "That is no nil" in found.text
        assert "Answer nil" not in found.texts("button")

    async def test_for_one_person_says_that_a_nil_speaks_for_all(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        asked = await gateway.hear(create_message())
        search = await page(gateway, researcher, f"{here(asked)}/search")
        found = await search.submit(button="Search for this person")
        assert "for Robin Testcase alone: a nil speaks for all 2 people" in found.text
        found = await found.submit(button="Search for all 2 people")
        assert "alone" not in found.text

    @pytest.mark.parametrize("button", ["Add what I ticked to the answer", "Note what I ticked as kept back"])
    @pytest.mark.parametrize("search_for", ["Search for all 2 people", "Search for this person"])
    async def test_shows_the_same_again_where_nothing_was_ticked(
        self, gateway: Gateway, researcher: Headers, search_for: str, button: str
    ) -> None:
        asked = await asked_with_record(gateway, researcher)
        search = await page(gateway, researcher, f"{here(asked)}/search?person=1")
        found = await search.submit({"given": "Sage"}, button=search_for)
        told = await found.submit(button=button)
        assert (told.status, told.errors) == (422, ["Tick a record first"])
        assert told.texts("section h3") == found.texts("section h3")
        assert told.html.css("#choose-0")
        writing = await told.submit({"chosen": "0"}, button=button)
        assert "CR-1" in writing.answer.text

    async def test_says_the_day_of_london_on_which_it_was_searched(
        self, gateway: Gateway, tokens: Tokens, clock: FakeClock
    ) -> None:
        clock.set(datetime(2027, 7, 1, 23, 30, tzinfo=UTC))
        researcher = tokens.issue("researcher", agency="police")
        asked = await gateway.hear(create_message())
        search = await page(gateway, researcher, f"{here(asked)}/search")
        found = await search.submit(button="Search for all 2 people")
        writing = await found.submit(button="Answer nil")
        assert writing.fields("Check before sending")["period_to-day"] == ["2"]

    async def test_brings_a_record_of_another_system_into_the_answer(
        self, service: Services, keys: Path, serve: Serve, researcher: Headers
    ) -> None:
        system = AgencySystem()
        system.answers["search"] = {"records": [create_rest_record()]}
        settings = {"connector": "rest", "connector_url": await serve(system.app) + "/search"}
        async with running_gateway(service, keys, **settings) as gateway:
            asked = await gateway.hear(create_message())
            writing = await chosen(gateway, researcher, asked)
        fields = writing.fields("Check before sending")
        assert fields["item-0-text"] == ["Complaint about noise at night."]
        assert fields["item-0-recorded_on-year"] == ["2026"]
        assert "asked by REST" in fields["systems"][0]

    async def test_takes_as_many_long_records_as_it_has_shown(
        self, service: Services, keys: Path, serve: Serve, researcher: Headers
    ) -> None:
        system = AgencySystem()
        records = [create_rest_record(record_id=str(number), text="/" * 20_000) for number in range(50)]
        system.answers["search"] = {"records": records}
        settings = {"connector": "rest", "connector_url": await serve(system.app) + "/search"}
        async with running_gateway(service, keys, **settings) as gateway:
            asked = await gateway.hear(create_message())
            search = await page(gateway, researcher, f"{here(asked)}/search")
            found = await search.submit(button="Search for all 2 people")
            every = [str(number) for number in range(50)]
            writing = await found.submit({"chosen": every}, button="Add what I ticked to the answer")
            assert len(writing.fields("Check before sending")["items"]) == 50
            kept = await writing.submit(button="Keep it for later")
        assert kept.status == 200

    async def test_that_finds_nothing_leads_on_to_a_nil(self, gateway: Gateway, researcher: Headers) -> None:
        asked = await gateway.hear(create_message())
        search = await page(gateway, researcher, f"{here(asked)}/search")
        found = await search.submit(button="Search for all 2 people")
        writing = await found.submit(button="Answer nil")
        assert writing.heading == "Nothing held (nil)"
        fields = writing.fields("Check before sending")
        assert fields["systems"] == ["Our records in the gateway"]
        assert set(fields["identifiers"]) == {"nhs_number", "name", "date_of_birth", "address"}


class TestAnswer:
    @pytest.mark.requirement("RET-02", "RET-03")
    async def test_shows_exactly_what_leaves_before_it_is_sent(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        asked = await asked_with_record(gateway, researcher)
        writing = await chosen(gateway, researcher, asked)
        assert writing.fields("Check before sending")["item-0-text"] == [
            "Loud argument reported by a neighbour."
        ]

        check = await writing.submit({**ITEM, **SEARCHED}, button="Check before sending")
        assert check.heading == "Check before sending"
        assert check.texts("blockquote") == ["Loud argument reported by a neighbour."]
        assert "Children Act 1989, section 47" in check.text
        assert await gateway.answers() == []

        done = await check.submit(button="Send to the hub")
        assert done.heading == "Sent to the hub"
        [sent] = await gateway.answers()
        [item] = sent.items
        assert (sent.answer, item.text, item.caveat) == (
            "information",
            "Loud argument reported by a neighbour.",
            "professionals_only",
        )
        assert await gateway.rows(draft) == []

    async def test_names_each_thing_that_is_missing_at_its_field(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        asked = await asked_with_record(gateway, researcher)
        writing = await chosen(gateway, researcher, asked)
        short = await writing.submit(
            {"item-0-text": "Cut.", "period_from-day": "31"}, button="Check before sending"
        )
        assert short.status == 422
        assert short.errors == [
            "The first day must have a month and a year",
            "Choose the lawful basis for item 1",
            "Choose the caveat on item 1",
            "Enter the day on which the source was last up to date",
        ]
        assert short.fields("Check before sending")["item-0-text"] == ["Cut."]
        assert {one.attributes["href"] for one in short.html.css(".govuk-error-summary__list a")} <= {
            f"#{one.attributes['id']}" for one in short.html.css("[id]")
        }

    async def test_says_of_each_thing_that_is_too_long_that_it_is(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        asked = await asked_with_record(gateway, researcher)
        writing = await chosen(gateway, researcher, asked)
        writing = await writing.submit(button="Note something that is kept back")
        long = {
            "item-0-rationale": "a" * 2001,
            "item-0-source": "a" * 201,
            "systems": f"Sample crime system\n{'a' * 201}",
            "held-0-reason": "not_relevant",
            "held-0-explanation": "a" * 2001,
        }
        told = await writing.submit({**ITEM, **SEARCHED, **long}, button="Check before sending")
        assert told.errors == [
            "Where item 1 comes from is too long: 200 characters at most",
            "Why it is necessary to share item 1 is too long: 2000 characters at most",
            "The name of a system that was searched is too long: 200 characters at most",
            "What lies behind kept back 1 is too long: 2000 characters at most",
        ]
        assert {one.attributes["href"] for one in told.html.css(".govuk-error-summary__list a")} <= {
            f"#{one.attributes['id']}" for one in told.html.css("[id]")
        }

    async def test_does_not_fill_in_what_somebody_has_emptied(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        asked = await asked_with_record(gateway, researcher)
        writing = await chosen(gateway, researcher, asked)
        short = await writing.submit({**ITEM, **SEARCHED, "item-0-text": " "}, button="Check before sending")
        assert short.errors == ["Write what is to be shared in item 1"]

    async def test_needs_no_rationale_where_whom_it_is_about_agreed(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        asked = await asked_with_record(gateway, researcher)
        writing = await chosen(gateway, researcher, asked)
        typed = {**ITEM, **SEARCHED, "item-0-rationale": ""}
        short = await writing.submit(typed, button="Check before sending")
        assert "write why that is necessary, proportionate and relevant" in short.errors[0]
        check = await short.submit({"item-0-lawful_basis": "agreement"}, button="Check before sending")
        assert check.heading == "Check before sending"

    async def test_takes_items_in_and_out_and_keeps_the_rest(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        asked = await asked_with_record(gateway, researcher)
        writing = await chosen(gateway, researcher, asked)
        writing = await writing.submit({"item-0-rationale": RATIONALE}, button="Type in another item")
        writing = await writing.submit({"item-1-text": "Typed in."}, button="Type in another item")
        writing = await writing.submit(button="Take item 1 away")
        fields = writing.fields("Check before sending")
        assert (fields["items"], fields["item-1-text"]) == (["1", "2"], ["Typed in."])
        assert "item-0-text" not in fields

    @pytest.mark.requirement("RET-04")
    async def test_keeps_back_what_stays_in_our_own_ledger(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        asked = await asked_with_record(gateway, researcher)
        search = await page(gateway, researcher, f"{here(asked)}/search")
        found = await search.submit(button="Search for all 2 people")
        writing = await found.submit({"chosen": "0"}, button="Note what I ticked as kept back")
        writing = await writing.submit({"held-0-reason": "not_relevant"}, button="Type in another item")
        typed = {
            "item-0-text": "Known to us since 2024.",
            "item-0-source": "Sample crime system",
            **{
                f"item-0-recorded_on-{part}": value
                for part, value in (("day", 1), ("month", 2), ("year", 2024))
            },
        }
        both = {**typed, **ITEM, **SEARCHED, "item-0-record_id": "CR-1"}
        told = await writing.submit(both, button="Check before sending")
        assert told.errors[0].startswith("This record is shared as an item too.")
        assert told.html.css(".govuk-error-summary a")[0].attributes["href"] == "#held-0-record_id"
        check = await told.submit({"item-0-record_id": ""}, button="Check before sending")
        assert "Record CR-1: It is not relevant" in check.text
        await check.submit(button="Send to the hub")
        [sent] = await gateway.answers()
        assert "CR-1" not in sent.model_dump_json()
        assert sorted(row["kind"] for row in await gateway.rows(ledger)) == ["item", "withheld"]

    @pytest.mark.parametrize(
        ("kind", "typed", "told"),
        [
            ("nil", SEARCHED, ""),
            ("not_covered", {"reason": "They live in Medway."}, "They live in Medway."),
            (
                "refused",
                {"refused_because": "privileged"},
                "It is protected by legal professional privilege.",
            ),
        ],
    )
    @pytest.mark.requirement("RET-07")
    async def test_has_a_page_for_each_other_way(
        self, gateway: Gateway, researcher: Headers, kind: str, typed: dict[str, Any], told: str
    ) -> None:
        asked = await gateway.hear(create_message())
        ways = await page(gateway, researcher, f"{here(asked)}/answer")
        assert len([link for link in ways.links().values() if "kind=" in link]) == 4
        writing = await page(gateway, researcher, f"{here(asked)}/answer?kind={kind}")
        check = await writing.submit(typed, button="Check before sending")
        await check.submit(button="Send to the hub")
        [sent] = await gateway.answers()
        assert (sent.answer, sent.reason) == (kind, told)

    @pytest.mark.parametrize(
        ("kind", "missing"),
        [
            ("not_covered", "Write why."),
            ("refused", "Say which of the reasons there is to refuse."),
        ],
    )
    async def test_says_what_each_way_needs(
        self, gateway: Gateway, researcher: Headers, kind: str, missing: str
    ) -> None:
        asked = await gateway.hear(create_message())
        writing = await page(gateway, researcher, f"{here(asked)}/answer?kind={kind}")
        short = await writing.submit(button="Check before sending")
        assert (short.status, short.errors) == (422, [missing])

    async def test_is_sent_once_however_often_the_button_is_pressed(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        asked = await gateway.hear(create_message())
        check = await nil_checked(gateway, researcher, asked)
        first, second = await check.submit(), await check.submit()
        assert (first.heading, second.heading) == ("Sent to the hub", "Sent to the hub")
        assert len(await gateway.answers()) == 1


class TestWordsAreKept:
    async def test_for_whoever_wrote_them_and_nobody_else(
        self, gateway: Gateway, tokens: Tokens, researcher: Headers
    ) -> None:
        asked = await gateway.hear(create_message())
        writing = await page(gateway, researcher, f"{here(asked)}/answer?kind=nil")
        await writing.submit({"systems": "Sample crime system"}, button="Keep it for later")

        again = await page(gateway, researcher, f"{here(asked)}/answer")
        assert again.fields("Check before sending")["systems"] == ["Sample crime system"]
        colleague = tokens.issue("researcher", agency="police", subject="colleague")
        assert (await page(gateway, colleague, f"{here(asked)}/answer")).heading.startswith("Answer about")

    async def test_when_the_sign_in_has_ended_they_are_sent_again_by_reloading(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        asked = await gateway.hear(create_message())
        writing = await page(gateway, researcher, f"{here(asked)}/answer?kind=nil")
        writing.headers = {}
        refused = await writing.submit(SEARCHED, button="Check before sending")
        assert refused.status == 401
        assert "what you typed is sent again" in refused.text

    async def test_when_a_colleague_answers_meanwhile(
        self, gateway: Gateway, tokens: Tokens, researcher: Headers
    ) -> None:
        asked = await gateway.hear(create_message())
        check = await nil_checked(gateway, researcher, asked)
        colleague = tokens.issue("researcher", agency="police", subject="colleague")
        done = await gateway.client.post(
            f"/v1/requests/{asked.request_id}/return",
            headers={**colleague, "if-match": '"1"'},
            json=create_answer("not_covered"),
        )
        assert done.status_code == 201, done.text

        told = await check.submit(button="Send to the hub")

        assert told.status == 412
        assert "colleague sent: we answered." in told.text
        assert told.fields("Check before sending")["systems"] == ["Sample crime system"]
        again = await told.submit({"correction_reason": "They do live here."}, button="Check before sending")
        assert "a correction, in the place of our answer before" in again.text
        assert (await again.submit(button="Send to the hub")).heading == "Sent to the hub"
        assert [(one.kind, one.answer) for one in await gateway.answers()] == [
            ("return", "not_covered"),
            ("correction", "nil"),
        ]

    async def test_when_the_hub_changes_what_it_asks(self, gateway: Gateway, researcher: Headers) -> None:
        asked = await gateway.hear(create_message())
        check = await nil_checked(gateway, researcher, asked)
        await gateway.hear(follow_up(asked, "changed", rating="red"))
        told = await check.submit(button="Send to the hub")
        assert (told.status, told.heading) == (412, "Check before sending")
        assert "The hub changed what it asks: look at the request again." in told.text
        assert (await told.submit(button="Send to the hub")).heading == "Sent to the hub"

    async def test_when_the_hub_takes_the_request_back(self, gateway: Gateway, researcher: Headers) -> None:
        asked = await gateway.hear(create_message())
        check = await nil_checked(gateway, researcher, asked)
        await gateway.hear(follow_up(asked, "cancelled"))
        told = await check.submit(button="Send to the hub")
        assert told.status == 412
        assert told.fields("Check before sending")["systems"] == ["Sample crime system"]
        assert await gateway.answers() == []

    async def test_when_they_were_changed_in_another_tab(
        self, gateway: Gateway, researcher: Headers, clock: FakeClock
    ) -> None:
        asked = await gateway.hear(create_message())
        check = await nil_checked(gateway, researcher, asked)
        clock.advance(timedelta(minutes=1))
        other = await page(gateway, researcher, f"{here(asked)}/answer")
        await other.submit({"systems": "Another system"}, button="Keep it for later")
        told = await check.submit(button="Send to the hub")
        assert (told.status, await gateway.answers()) == (409, [])
        assert "Another system" in told.text


class TestAfterwards:
    @pytest.mark.requirement("RET-06")
    async def test_an_answer_is_corrected_beside_the_one_before(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        asked = await gateway.hear(create_message())
        await (await nil_checked(gateway, researcher, asked)).submit(button="Send to the hub")
        writing = await page(gateway, researcher, f"{here(asked)}/answer?kind=not_covered")
        assert writing.heading == "Not ours to answer, as a correction"
        short = await writing.submit({"reason": "Medway's."}, button="Check before sending")
        assert short.errors[0].startswith("We have answered already, so this corrects it")
        long = await short.submit({"correction_reason": "a" * 20_001}, button="Check before sending")
        assert long.errors == ["What was wrong is too long: 2000 characters at most"]
        check = await long.submit({"correction_reason": "Wrong area."}, button="Check before sending")
        await check.submit(button="Send to the hub")
        history = await page(gateway, researcher, here(asked))
        assert history.texts(".moj-timeline__title")[:2] == [
            "We corrected our answer: Not ours to answer",
            "We answered: Nothing held (nil)",
        ]

    async def test_an_answer_is_withdrawn_with_its_reason(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        asked = await gateway.hear(create_message())
        await (await nil_checked(gateway, researcher, asked)).submit(button="Send to the hub")
        ask = await page(gateway, researcher, f"{here(asked)}/withdraw")
        short = await ask.submit(button="Withdraw our answer")
        assert short.errors == ["Say why the answer is taken back, for the hub to read"]
        done = await short.submit({"reason": "Another family."}, button="Withdraw our answer")
        assert done.heading == "The answer is withdrawn"
        assert [one.kind for one in await gateway.answers()] == ["return", "withdrawal"]

    @pytest.mark.requirement("RET-07")
    async def test_a_request_is_on_the_desk_again_once_its_answer_is_withdrawn(
        self, gateway: Gateway, researcher: Headers, clock: FakeClock
    ) -> None:
        asked = await gateway.hear(create_message())
        await (await nil_checked(gateway, researcher, asked)).submit(button="Send to the hub")
        ask = await page(gateway, researcher, f"{here(asked)}/withdraw")
        await ask.submit({"reason": "Another family."}, button="Withdraw our answer")
        clock.advance(hours=1)
        desk = await page(gateway, researcher, "/desk")
        assert "1 Wait for us" in desk.texts(".hub-counts__one")
        assert desk.texts("tbody td:nth-child(3)")[0].startswith("23 h 0 min left")
        assert desk.texts("tbody td:nth-child(4)") == ["Our answer was withdrawn"]
        assert "the hub waits for another" in (await page(gateway, researcher, here(asked))).text

    async def test_a_stale_withdrawal_keeps_its_reason(self, gateway: Gateway, researcher: Headers) -> None:
        asked = await gateway.hear(create_message())
        await (await nil_checked(gateway, researcher, asked)).submit(button="Send to the hub")
        ask = await page(gateway, researcher, f"{here(asked)}/withdraw")
        await gateway.hear(follow_up(asked, "changed", rating="red"))
        told = await ask.submit({"reason": "Another family."}, button="Withdraw our answer")
        assert told.status == 412
        assert told.fields("Withdraw our answer")["reason"] == ["Another family."]


class TestFromOutside:
    @pytest.mark.parametrize("path", ["", "/search", "/answer", "/check", "/withdraw", "/sent"])
    async def test_an_unknown_request_is_not_found(
        self, gateway: Gateway, researcher: Headers, path: str
    ) -> None:
        found = await page(gateway, researcher, f"/desk/requests/{uuid4()}{path}")
        assert (found.status, found.heading) == (404, "Page not found")

    async def test_a_request_of_another_partnership_is_not_found(
        self, gateway: Gateway, tokens: Tokens
    ) -> None:
        asked = await gateway.hear(create_message())
        other = tokens.issue("researcher", agency="police", partnerships=["medway"])
        assert (await page(gateway, other, here(asked))).status == 404

    @pytest.mark.parametrize("path", ["", "/search", "/answer", "/check", "/withdraw", "/sent"])
    async def test_other_agencies_and_the_hub_are_kept_out(
        self, gateway: Gateway, tokens: Tokens, path: str
    ) -> None:
        asked = await gateway.hear(create_message())
        for headers in strangers(tokens):
            assert (await page(gateway, headers, here(asked) + path)).status in (401, 403)

    @pytest.mark.parametrize(
        "path", ["taking", "search", "choose", "answer?kind=nil", "draft/drop", "send", "withdraw"]
    )
    async def test_they_change_nothing_either(self, gateway: Gateway, tokens: Tokens, path: str) -> None:
        asked = await gateway.hear(create_message())
        for headers in strangers(tokens):
            answer = await gateway.client.post(
                f"{here(asked)}/{path}", headers={**headers, "accept": "text/html"}, data={"version": "1"}
            )
            assert answer.status_code in (401, 403)
        assert await gateway.rows(draft) == []


def strangers(tokens: Tokens) -> list[Headers]:
    return [tokens.issue("researcher", agency="health"), tokens.issue("manager"), tokens.issue("ops")]
