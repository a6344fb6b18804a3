"""The other rooms of the desk: ledger, releases, discussions, records, systems, witness."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
import sqlalchemy as sa
from factories.partner_gateway import (
    ROBIN,
    Gateway,
    create_answer,
    create_file,
    create_item,
    create_message,
    create_row,
    follow_up,
    running_gateway,
)
from factories.webhooks import NEARBY, OwnSystem, Serve, send_all
from mash.contracts.boundary import (
    CaseErased,
    Discussion,
    Product,
    Receiver,
    Release,
    ReleaseAsked,
    ReleaseOutcome,
)
from mash.db.tables import witness
from mash.retention import SetAside
from partner_gateway.usecases.discussing import take_discussion
from partner_gateway.usecases.erasing import erase
from partner_gateway.usecases.outward import outward
from partner_gateway.usecases.releasing import AboutProduct, take_about_product
from support.clock import START, FakeClock
from support.pages import Page, visit
from support.services import Services
from support.tokens import Tokens

Headers = dict[str, str]
WORDS = "Officers came to the address."
FORMULA = '=HYPERLINK("http://phish.example","open")'


@pytest.fixture
def lead(tokens: Tokens) -> Headers:
    return tokens.issue("agency_lead", agency="police")


async def answered(gateway: Gateway, headers: Headers, **item: Any) -> Any:
    """A request that was answered with one item."""
    asked = await gateway.hear(create_message())
    done = await gateway.client.post(
        f"/v1/requests/{asked.request_id}/return",
        headers={**headers, "if-match": '"1"'},
        json=create_answer(items=[create_item(**item)]),
    )
    assert done.status_code == 201, done.text
    return asked


async def room(gateway: Gateway, headers: Headers, path: str) -> Page:
    return await visit(gateway.client, f"/desk/{path}", headers)


class TestLedger:
    @pytest.mark.requirement("RET-04")
    async def test_says_what_left_and_how_it_was_used(self, gateway: Gateway, researcher: Headers) -> None:
        asked = await answered(gateway, researcher)
        assert "Not heard yet" in (await room(gateway, researcher, "ledger")).text
        await gateway.hear(follow_up(asked, "decided", outcome="section_17_assessment"))
        page = await room(gateway, researcher, "ledger")
        for words in (
            "Disclosed",
            "The hub of Havering",
            "Children Act 1989, section 47",
            "It bears on whether the child is safe at home tonight.",
            "researcher-police",
            "Section 17 assessment",
        ):
            assert words in page.text

    async def test_filters_by_kind_person_and_day(
        self, gateway: Gateway, researcher: Headers, lead: Headers
    ) -> None:
        await answered(gateway, researcher)
        page = await room(gateway, researcher, "ledger")
        assert "No line is as you asked for" in (await page.submit({"kind": "nil"}, button="Show")).text
        assert len((await page.submit({"whose": "mine"}, button="Show")).texts("tbody tr")) == 1
        theirs = await (await room(gateway, lead, "ledger")).submit({"whose": "mine"}, button="Show")
        assert theirs.texts("tbody tr") == []
        same_day = {"since": "2026-11-18", "until": "2026-11-18"}
        assert len((await page.submit(same_day, button="Show")).texts("tbody tr")) == 1
        assert (await page.submit({"until": "2026-11-17"}, button="Show")).texts("tbody tr") == []

    @pytest.mark.parametrize("days", ["until=9999-12-31", "since=0001-01-01", "since=9999-12-31"])
    async def test_takes_any_day_of_the_calendar(
        self, gateway: Gateway, researcher: Headers, days: str
    ) -> None:
        await answered(gateway, researcher)
        page = await room(gateway, researcher, f"ledger?{days}")
        assert len(page.texts("tbody tr")) == (0 if days == "since=9999-12-31" else 1)

    @pytest.mark.requirement("RET-04")
    async def test_leads_to_no_request_that_is_erased(self, gateway: Gateway, researcher: Headers) -> None:
        asked = await answered(gateway, researcher)
        path = f"ledger?request_id={asked.request_id}"
        assert "Open the request" in (await room(gateway, researcher, path)).links()
        erased = CaseErased(
            message_id=uuid4(),
            partnership="havering",
            enquiry_id=asked.enquiry_id,
            agency="police",
            rule="no_further_action",
            erased_at=START,
        )
        async with gateway.hub.transaction() as tx:
            await erase(tx, erased, SetAside([]))
        page = await room(gateway, researcher, path)
        assert not [link for link in page.links().values() if "/desk/requests/" in link]
        assert page.texts("tbody td")[-1] == "The case is erased"

    async def test_names_its_file_by_the_day_in_london(
        self, gateway: Gateway, tokens: Tokens, clock: FakeClock
    ) -> None:
        clock.set(datetime(2027, 7, 1, 23, 30, tzinfo=UTC))
        researcher = tokens.issue("researcher", agency="police")
        answer = await gateway.client.get("/desk/ledger/file", headers=researcher)
        assert "ledger-2027-07-02.csv" in answer.headers["content-disposition"]

    @pytest.mark.parametrize("words", [FORMULA, "+1", "-1", "@SUM(A1)"])
    async def test_gives_a_file_in_which_no_cell_runs(
        self, gateway: Gateway, researcher: Headers, words: str
    ) -> None:
        await answered(gateway, researcher, text=words)
        answer = await gateway.client.get("/desk/ledger/file?kind=item", headers=researcher)
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        [line] = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
        assert line["text"] == f"'{words}"
        assert (line["kind"], line["at"]) == ("item", "18 November 2026 at 10am")

    async def test_shows_nothing_of_another_partnership(
        self, gateway: Gateway, researcher: Headers, tokens: Tokens
    ) -> None:
        await answered(gateway, researcher)
        other = tokens.issue("researcher", agency="police", partnerships=["medway"])
        assert (await room(gateway, other, "ledger")).texts("tbody tr") == []
        file = await gateway.client.get("/desk/ledger/file", headers=other)
        assert len(file.text.splitlines()) == 1


class Asked:
    """The hub asks to let the one item go that the police returned."""

    def __init__(self, gateway: Gateway, request: Any, item_id: UUID) -> None:
        self.gateway, self.request, self.item_id = gateway, request, item_id
        self.product_id, self.in_product = uuid4(), uuid4()

    def about(self) -> dict[str, Any]:
        return {
            "message_id": uuid4(),
            "partnership": "havering",
            "enquiry_id": self.request.enquiry_id,
            "product_id": self.product_id,
            "agency": "police",
        }

    async def hear(self, message: AboutProduct) -> UUID:
        async with self.gateway.hub.transaction() as tx:
            await take_about_product(tx, message, outward(self.gateway.hub))
        return message.message_id

    async def ask(self, version: int = 3, *, after: Sequence[UUID] = ()) -> UUID:
        """The hub asks about the item, and ``after`` others of the same."""
        item = {
            "id": self.in_product,
            "text": WORDS,
            "recorded_on": "2026-10-02",
            "caveat": "professionals_only",
            "item_id": self.item_id,
            "request_id": self.request.request_id,
            "answer_version": 1,
        }
        return await self.hear(
            ReleaseAsked.model_validate(
                {
                    **self.about(),
                    "reference": "HAV-26-7K3M9QXT",
                    "receiver": {"kind": "school", "name": "Safeguarding lead, Sample Primary"},
                    "purpose": "The school keeps an eye on Robin.",
                    "lawful_basis": "Children Act 2004, section 10",
                    "necessity": "The school sees the child every day.",
                    "version": version,
                    "items": [*({**item, "id": id} for id in after), item],
                    "asked_at": START,
                    "asked_by": "MASH, 01632 960100",
                }
            )
        )

    async def settle(self, became: str, item: UUID | None = None) -> None:
        made = {"became": became, "items": [item or self.in_product], "at": START}
        await self.hear(ReleaseOutcome.model_validate({**self.about(), **made}))

    async def releases(self) -> list[Release]:
        return [one for one in await self.gateway.all_sent() if isinstance(one, Release)]


@pytest.fixture
async def asked(gateway: Gateway, researcher: Headers) -> Asked:
    request = await answered(gateway, researcher)
    [sent] = await gateway.answers()
    return Asked(gateway, request, sent.items[0].id)


class TestReleases:
    async def test_are_decided_on_in_the_very_words_that_would_go(
        self, gateway: Gateway, asked: Asked, lead: Headers
    ) -> None:
        id = await asked.ask()
        waiting = await room(gateway, lead, "releases")
        assert waiting.links()["HAV-26-7K3M9QXT, Safeguarding lead, Sample Primary"] == f"/desk/releases/{id}"
        page = await room(gateway, lead, f"releases/{id}")
        assert page.texts("blockquote") == [WORDS]

        decided = {f"{asked.in_product}-decision": "released", "explanation": "The school would act on it."}
        done = await page.submit(decided)
        assert "Let go by lead-police" in done.text
        [sent] = await asked.releases()
        assert [(one.id, one.decision) for one in sent.items] == [(asked.in_product, "released")]
        await asked.settle("sent")
        assert "It has gone to its receiver" in (await room(gateway, lead, f"releases/{id}")).text
        assert "Went to its receiver" in (await room(gateway, lead, "ledger")).text

    async def test_are_refused_with_a_reason(self, gateway: Gateway, asked: Asked, lead: Headers) -> None:
        page = await room(gateway, lead, f"releases/{await asked.ask()}")
        name = str(asked.in_product)
        short = await page.submit({f"{name}-decision": "refused", f"{name}-explanation": "It says too much."})
        assert (short.status, short.errors) == (422, ["Choose which of the reasons there is to refuse"])
        assert short.fields()[f"{name}-explanation"] == ["It says too much."]
        await short.submit({f"{name}-because": "more_detrimental"})
        [sent] = await asked.releases()
        assert sent.items[0].refused_because == "more_detrimental"
        assert "It says too much." not in sent.model_dump_json()

    async def test_need_a_decision_and_why(self, gateway: Gateway, asked: Asked, lead: Headers) -> None:
        page = await room(gateway, lead, f"releases/{await asked.ask()}")
        assert (await page.submit()).errors == ["Decide on an item"]
        short = await page.submit({f"{asked.in_product}-decision": "released"})
        assert short.errors == ["Say why, here or for all items"]
        assert await asked.releases() == []

    async def test_name_the_item_that_is_wrong_as_the_page_does(
        self, gateway: Gateway, asked: Asked, lead: Headers, researcher: Headers
    ) -> None:
        # Items stand in the order of their ids.
        settled, radios = UUID(int=1), f"{asked.in_product}-decision"
        id = await asked.ask(after=[settled])
        await asked.settle("not_sent", settled)
        page = await room(gateway, lead, f"releases/{id}")
        told = await page.submit()
        assert told.errors == ["Decide on an item"]
        assert told.html.css(".govuk-error-summary a")[0].attributes["href"] == f"#{radios}"
        assert told.html.css(f"[id='{radios}']")

        done = await gateway.client.post(
            f"/v1/requests/{asked.request.request_id}/correction",
            headers={**researcher, "if-match": '"2"'},
            json={**create_answer("nil"), "correction_reason": "It was another family."},
        )
        assert done.status_code == 201, done.text
        told = await page.submit({radios: "released", "explanation": "The school would act on it."})
        assert told.errors == ["Item 2 was corrected or withdrawn since, and cannot be released."]
        assert told.html.css(".govuk-error-summary a")[0].attributes["href"] == f"#{radios}"

    async def test_keep_the_words_where_the_hub_asked_anew_meanwhile(
        self, gateway: Gateway, asked: Asked, lead: Headers
    ) -> None:
        page = await room(gateway, lead, f"releases/{await asked.ask()}")
        await asked.settle("not_sent")
        decided = {f"{asked.in_product}-decision": "released", "explanation": "The school would act on it."}
        told = await page.submit(decided)
        assert told.status == 412
        assert "It will not go" in told.text
        assert await asked.releases() == []

    async def test_of_another_partnership_are_not_found(
        self, gateway: Gateway, asked: Asked, tokens: Tokens
    ) -> None:
        id = await asked.ask()
        other = tokens.issue("agency_lead", agency="police", partnerships=["medway"])
        assert (await room(gateway, other, f"releases/{id}")).status == 404

    async def test_are_not_for_a_researcher_to_decide(
        self, gateway: Gateway, asked: Asked, researcher: Headers
    ) -> None:
        answer = await gateway.client.post(
            f"/desk/releases/{await asked.ask()}",
            headers={**researcher, "accept": "text/html"},
            data={"x": "y"},
        )
        assert answer.status_code == 403


class TestProducts:
    async def test_show_what_the_hub_shared(
        self, gateway: Gateway, asked: Asked, researcher: Headers
    ) -> None:
        assert "nothing with us yet" in (await room(gateway, researcher, "products")).text
        shared = Product(
            **asked.about(),
            reference="HAV-26-7K3M9QXT",
            receiver=Receiver(kind="agency", name="Police", agency="police"),
            purpose="Police look after Robin on the way to school.",
            lawful_basis="Children Act 2004, section 10",
            necessity="Nobody else can.",
            people=[ROBIN],
            family_told="They know.",
            family_agreed="They agreed.",
            items=[{"id": uuid4(), "text": "Robin walks alone.", "owner": "health"}],
            sent_at=START,
            sent_by="manager",
        )
        await asked.hear(shared)
        page = await room(gateway, researcher, "products")
        whole = await visit(gateway.client, page.links()["HAV-26-7K3M9QXT"], researcher)
        assert whole.texts("blockquote") == ["Robin walks alone."]
        assert "14 May 2017" in whole.text

    async def test_unknown_ones_are_not_found(self, gateway: Gateway, researcher: Headers) -> None:
        assert (await room(gateway, researcher, f"products/{uuid4()}")).status == 404


class TestDiscussions:
    @pytest.mark.requirement("ENQ-08")
    async def test_say_who_of_us_must_attend_when(self, gateway: Gateway, researcher: Headers) -> None:
        assert "no strategy discussion yet" in (await room(gateway, researcher, "discussions")).text
        message = Discussion.model_validate(
            {
                "message_id": uuid4(),
                "partnership": "havering",
                "enquiry_id": uuid4(),
                "discussion_id": uuid4(),
                "agency": "police",
                "version": 1,
                "state": "asked",
                "reference": "HAV-26-7K3M9QXT",
                "reason": "Robin may be at risk of significant harm.",
                "meets_at": START + timedelta(hours=3),
                "attend": [
                    {"role": "Detective sergeant", "agency": "police"},
                    {"role": "Paediatrician", "agency": "health"},
                ],
                "asked_at": START,
                "asked_by": "MASH, 01632 960100",
            }
        )
        async with gateway.hub.transaction() as tx:
            await take_discussion(tx, message, outward(gateway.hub))
        page = await room(gateway, researcher, "discussions")
        assert page.texts("h2")[1] == "18 November 2026 at 1pm, HAV-26-7K3M9QXT"
        assert page.texts("dd")[1:3] == ["Detective sergeant", "Paediatrician"]
        assert "1 is to come" in page.text


class TestRecords:
    async def test_takes_every_good_line_and_names_each_bad_one(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        page = await room(gateway, researcher, "records")
        assert "Never yet" in page.text
        file = create_file(create_row(), create_row(record_id="CR-2", dob="1990-02-30"), "CR-3,too,few")
        done = await page.submit(files=[("file", ("records.csv", file, "text/csv"))])
        assert "1 new, 0 in the place of older ones, 2 lines not taken in" in done.text
        assert done.texts("tbody tr") == [
            "3Dobdob must be a real date, as YYYY-MM-DD or DD/MM/YYYY",
            "4The whole lineThe line has 3 values where the header has 13",
        ]
        assert "by researcher-police" in done.text

    @pytest.mark.parametrize(
        ("content", "error"),
        [
            (b"", "The first line has to name the columns"),
            ("räd".encode("utf-16"), "The first line has to name the columns"),
        ],
    )
    async def test_says_why_a_whole_file_cannot_be_read(
        self, gateway: Gateway, researcher: Headers, content: bytes, error: str
    ) -> None:
        page = await room(gateway, researcher, "records")
        refused = await page.submit(files=[("file", ("records.csv", content, "text/csv"))])
        assert refused.status == 422
        assert refused.errors[0].startswith(error)

    async def test_needs_a_file(self, gateway: Gateway, researcher: Headers) -> None:
        page = await room(gateway, researcher, "records")
        empty = await page.submit(files=[("other", ("x.csv", b"x", "text/csv"))])
        assert (empty.status, empty.errors) == (422, ["Choose a CSV file."])


class TestSystems:
    @pytest.fixture
    def system(self) -> OwnSystem:
        return OwnSystem()

    @pytest_asyncio.fixture
    async def gateway(self, service: Services, keys: Path) -> AsyncIterator[Gateway]:
        async with running_gateway(service, keys, **NEARBY) as running:
            yield running

    async def made(self, gateway: Gateway, lead: Headers, serve: Serve, system: OwnSystem) -> Page:
        """The page of a system that is told, once its secret was shown."""
        page = await room(gateway, lead, "systems")
        address = await serve(system.app) + "/hooks"
        shown = await page.submit({"address": address}, button="Have it told")
        assert shown.answer.headers["cache-control"] == "no-store"
        [secret] = shown.texts("#secret")
        assert secret.startswith("whsec_")
        shown = await visit(gateway.client, shown.links()["I have copied it"], lead)
        assert secret not in shown.answer.text
        return shown

    async def test_are_told_tried_paused_and_ended(
        self, gateway: Gateway, lead: Headers, serve: Serve, system: OwnSystem
    ) -> None:
        page = await self.made(gateway, lead, serve, system)
        page = await page.submit(button="Send a test")
        await send_all(gateway)
        page = await visit(gateway.client, page.path, lead)
        assert page.texts("tbody td")[:2] == ["A test", "Arrived"]
        page = await page.submit(button="Pause")
        assert "It is paused" in page.text
        page = await page.submit(button="Go on")
        page = await page.submit(button="End it")
        assert "It has ended" in page.text

    async def test_are_not_told_twice_at_one_address(
        self, gateway: Gateway, lead: Headers, serve: Serve, system: OwnSystem
    ) -> None:
        page = await room(gateway, lead, "systems")
        sent = {"address": await serve(system.app) + "/hooks"}
        pressed = await asyncio.gather(*(page.submit(sent, button="Have it told") for _ in range(2)))
        assert sorted(one.status for one in pressed) == [200, 409]
        again = await page.submit(sent, button="Have it told")
        assert again.errors == ["This system is told already. Change what it is told of, or end it first."]
        assert len(again.texts("tbody tr")) == 1
        ending = await visit(gateway.client, again.links()[sent["address"]], lead)
        await ending.submit(button="End it")
        assert (await page.submit(sent, button="Have it told")).status == 200

    async def test_show_why_nothing_arrives_and_send_it_again(
        self, gateway: Gateway, lead: Headers, serve: Serve, system: OwnSystem
    ) -> None:
        page = await self.made(gateway, lead, serve, system)
        system.status = 500
        page = await page.submit(button="Send a test")
        await send_all(gateway)
        page = await visit(gateway.client, page.path, lead)
        assert "it failed (500)" in page.text
        system.status = 204
        page = await page.submit(button="End it")
        assert "Given up" in page.text

    async def test_get_a_new_secret_that_is_shown_once(
        self, gateway: Gateway, lead: Headers, serve: Serve, system: OwnSystem
    ) -> None:
        page = await self.made(gateway, lead, serve, system)
        wrong = await page.submit({"overlap_hours": "many"}, button="Make a new secret")
        assert (wrong.status, wrong.errors) == (422, ["Enter 0 to 168 hours"])
        shown = await page.submit({"overlap_hours": "2"}, button="Make a new secret")
        assert "Until 18 November 2026 at midday" in shown.text

    async def test_say_what_is_wrong_and_keep_the_words(self, gateway: Gateway, lead: Headers) -> None:
        page = await room(gateway, lead, "systems")
        refused = await page.submit({"address": "http://169.254.169.254/x"}, button="Have it told")
        assert refused.status == 422
        assert refused.errors[0].startswith("The address cannot be used.")
        assert refused.fields("Have it told")["address"] == ["http://169.254.169.254/x"]

    async def test_changed_by_somebody_else_meanwhile_keep_the_words(
        self, gateway: Gateway, lead: Headers, serve: Serve, system: OwnSystem
    ) -> None:
        page = await self.made(gateway, lead, serve, system)
        await page.submit(button="Pause")
        told = await page.submit({"events": ["request.received"]}, button="Save the change")
        assert told.status == 412
        assert told.fields("Save the change")["events"] == ["request.received"]

    async def test_unknown_ones_are_not_found(self, gateway: Gateway, lead: Headers) -> None:
        assert (await room(gateway, lead, f"systems/{uuid4()}")).status == 404


class TestWitness:
    async def test_lists_what_the_hub_has_signed(
        self, gateway: Gateway, lead: Headers, clock: FakeClock
    ) -> None:
        assert "The hub has signed nothing for us yet" in (await room(gateway, lead, "witness")).text
        case = uuid4()
        async with gateway.hub.transaction() as tx:
            await tx.execute(
                sa.insert(witness).values(
                    partnership="havering",
                    chain=case,
                    service="intake",
                    seq=7,
                    hash=bytes(32),
                    jws="a.b.c",
                    signed_at=clock.now,
                    heard_at=clock.now,
                )
            )
        page = await room(gateway, lead, "witness")
        assert page.texts("tbody th") == [str(case)]
        assert page.texts("tbody td")[:3] == ["Intake", "7", "18 November 2026 at 10am"]
