"""For whom a contact is open, as managers and the data protection officer say it on pages."""

from __future__ import annotations

import httpx
import pytest
import pytest_asyncio
from support.intake import Store
from support.pages import Page, visit
from support.tokens import Tokens

Headers = dict[str, str]
REASON = "The mother works on this team."
NAME = "Name these people"
CHANGE = {"why": "staff_family", "reason": REASON}


@pytest.fixture
def manager(tokens: Tokens) -> Headers:
    return tokens.issue("manager", subject="manager-1")


@pytest.fixture
def dpo(tokens: Tokens) -> Headers:
    return tokens.issue("dpo")


@pytest_asyncio.fixture
async def contact_id(intake: httpx.AsyncClient, sent: str, officer: Headers) -> str:
    found: str = (await intake.get(f"/v1/contacts/{sent}", headers=officer)).json()["id"]
    return found


async def restrict(client: httpx.AsyncClient, headers: Headers, contact_id: str, **more: str) -> Page:
    page = await visit(client, f"/contacts/{contact_id}/restriction", headers)
    return await page.submit({**CHANGE, **more}, button="Restrict it to these people")


class TestRestriction:
    @pytest.mark.requirement("SEAL-07")
    async def test_leaves_a_contact_to_who_is_named(
        self, intake: httpx.AsyncClient, manager: Headers, officer: Headers, contact_id: str
    ) -> None:
        page = await restrict(intake, manager, contact_id, others="worker-7\nworker-8")
        assert page.texts("tbody th") == ["manager-1", "worker-7", "worker-8"]
        assert (await visit(intake, f"/contacts/{contact_id}", officer)).status == 404

    async def test_is_lifted_with_a_reason(
        self, intake: httpx.AsyncClient, manager: Headers, officer: Headers, contact_id: str
    ) -> None:
        page = await restrict(intake, manager, contact_id)
        again = "Open it to all of the hub again"
        refused = await page.submit({"reason": ""}, button=again)
        assert (refused.status, refused.errors) == (422, ["Say why"])
        lifted = await refused.submit({"reason": "She has left."}, button=again)
        assert "Everybody at the hub may open it" in lifted.text
        assert (await visit(intake, f"/contacts/{contact_id}", officer)).status == 200

    @pytest.mark.parametrize(
        ("wrong", "told"),
        [
            ({"why": ""}, "Choose why it is restricted"),
            ({"others": "zoë"}, "Each is the name that somebody signs in with, one a line"),
        ],
    )
    async def test_comes_back_with_what_was_typed(
        self, intake: httpx.AsyncClient, manager: Headers, contact_id: str, wrong: dict[str, str], told: str
    ) -> None:
        page = await restrict(intake, manager, contact_id, **wrong)
        assert (page.status, page.errors) == (422, [told])
        assert page.fields("Restrict it to these people")["reason"] == [REASON]

    async def test_by_the_data_protection_officer_names_a_manager(
        self, intake: httpx.AsyncClient, dpo: Headers, contact_id: str
    ) -> None:
        page = await restrict(intake, dpo, contact_id)
        assert (page.status, page.html.css_first("#managers-error") is not None) == (422, True)

    async def test_shows_the_data_protection_officer_no_word(
        self, intake: httpx.AsyncClient, manager: Headers, dpo: Headers, contact_id: str
    ) -> None:
        await restrict(intake, manager, contact_id)
        page = await visit(intake, f"/contacts/{contact_id}/restriction", dpo)
        assert page.status == 200
        assert "Robin" not in page.text
        assert REASON not in page.text
        listed = await visit(intake, "/restrictions", dpo)
        assert f"/contacts/{contact_id}/restriction" in listed.links().values()

    async def test_tells_who_named_others_meanwhile_and_keeps_both(
        self, intake: httpx.AsyncClient, manager: Headers, dpo: Headers, contact_id: str
    ) -> None:
        mine = await restrict(intake, manager, contact_id, others="worker-7")
        theirs = await visit(intake, f"/contacts/{contact_id}/restriction", dpo)
        await theirs.submit({"others": "worker-8", "reason": "They cover."}, button=NAME)
        late = await mine.submit({"others": "worker-7\nworker-9", "reason": REASON}, button=NAME)
        assert (late.status, late.texts("tbody th")) == (412, ["manager-1", "worker-8"])
        assert late.fields(NAME)["others"] == ["worker-7\nworker-9"]
        settled = await late.submit({"others": "worker-8\nworker-9"}, button=NAME)
        assert settled.texts("tbody th") == ["manager-1", "worker-8", "worker-9"]

    async def test_is_closed_to_others(
        self, intake: httpx.AsyncClient, manager: Headers, officer: Headers, contact_id: str, tokens: Tokens
    ) -> None:
        await restrict(intake, manager, contact_id)
        path = f"/contacts/{contact_id}/restriction"
        assert (await visit(intake, path, officer)).status == 403
        assert (await visit(intake, path, tokens.issue("manager", subject="manager-2"))).status == 404
        assert (await visit(intake, path, tokens.issue("dpo", partnerships=["medway"]))).status == 404
        assert (await visit(intake, "/restrictions", manager)).status == 403


class TestEmergency:
    @pytest.mark.requirement("SEAL-07")
    async def test_opens_a_restricted_contact_and_has_it_told(
        self,
        intake: httpx.AsyncClient,
        manager: Headers,
        contact_id: str,
        sent: str,
        tokens: Tokens,
        store: Store,
    ) -> None:
        await restrict(intake, manager, contact_id)
        worker = tokens.issue("social_worker", subject="worker-9")
        page = await visit(intake, "/restrictions/opening", worker)
        page = await page.submit({"reference": sent.lower(), "reason": "The mother has rung from A&E."})
        assert page.path == f"/contacts/{contact_id}"
        (told,) = await store.events("access.raised")
        assert (told["kind"], told["by"]) == ("emergency_opening", "worker-9")

    @pytest.mark.requirement("SEAL-07")
    async def test_never_becomes_lasting_by_itself(
        self, intake: httpx.AsyncClient, manager: Headers, contact_id: str, sent: str, tokens: Tokens
    ) -> None:
        await restrict(intake, manager, contact_id, others="worker-7")
        worker = tokens.issue("social_worker", subject="worker-9")
        opening = await visit(intake, "/restrictions/opening", worker)
        await opening.submit({"reference": sent, "reason": "The mother has rung from A&E."})
        page = await visit(intake, f"/contacts/{contact_id}/restriction", manager)
        assert page.texts("tbody th") == ["manager-1", "worker-7", "worker-9"]
        assert page.fields(NAME)["others"] == ["worker-7"]
        named = await page.submit({"reason": REASON}, button=NAME)
        assert named.texts("tbody th") == ["manager-1", "worker-7"]

    async def test_opens_nothing_that_is_not_restricted_or_not_there(
        self, intake: httpx.AsyncClient, officer: Headers, sent: str, tokens: Tokens
    ) -> None:
        page = await visit(intake, "/restrictions/opening", officer)
        for reference in (sent, "HAV-26-00000000"):
            refused = await page.submit({"reference": reference, "reason": "A child cannot wait."})
            assert refused.status == 422
            assert refused.fields()["reason"] == ["A child cannot wait."]
        other = tokens.issue("contact_officer", partnerships=["medway"])
        theirs = await (await visit(intake, "/restrictions/opening", other)).submit(
            {"reference": sent, "reason": "A child cannot wait."}
        )
        assert theirs.errors == refused.errors


class TestHold:
    async def test_keeps_a_contact_until_it_is_let_go(
        self, intake: httpx.AsyncClient, dpo: Headers, contact_id: str
    ) -> None:
        page = await visit(intake, f"/contacts/{contact_id}/restriction", dpo)
        refused = await page.submit(button="Keep it")
        assert (refused.status, refused.errors) == (422, ["Say what it is kept for"])
        held = await page.submit({"hold": "The family court asks for it."}, button="Keep it")
        assert "The family court asks for it." in held.text
        assert "The family court asks for it." in (await visit(intake, "/restrictions", dpo)).text
        let_go = await held.submit(button="Let it go when its time is over")
        assert "The family court asks for it." not in let_go.text

    @pytest.mark.requirement("SEAL-07")
    async def test_that_lacks_its_reason_leaves_who_may_open_it(
        self, intake: httpx.AsyncClient, manager: Headers, dpo: Headers, contact_id: str
    ) -> None:
        await restrict(intake, manager, contact_id, others="worker-7")
        page = await visit(intake, f"/contacts/{contact_id}/restriction", dpo)
        back = await page.submit(button="Keep it")
        fields = back.fields(NAME)
        assert (back.status, fields["managers"], fields["others"]) == (422, ["manager-1"], ["worker-7"])
        named = await back.submit({"reason": REASON}, button=NAME)
        assert named.texts("tbody th") == ["manager-1", "worker-7"]

    async def test_is_for_the_data_protection_officer(
        self, intake: httpx.AsyncClient, manager: Headers, contact_id: str
    ) -> None:
        page = await visit(intake, f"/contacts/{contact_id}/restriction", manager)
        assert "Keep it whatever its time" not in page.text
        sent = await intake.post(f"/contacts/{contact_id}/hold", data={"hold": "x"}, headers=manager)
        assert sent.status_code == 403
