"""An allegation about somebody in a position of trust: the adult by initials, apart from the child."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from factories.intake import create_child
from support.intake import Store
from support.tokens import Tokens

LADO = "lado-officer"


def create_allegation(**changes: Any) -> dict[str, Any]:
    return {
        "partnership": "havering",
        "referrer": {"name": "Lynn Marker", "kind": "school", "email": "lmarker@paperlane.sch.example"},
        "adult": {"initials": "JS", "role": "Swimming coach", "setting": "Dolphin Lane Pool"},
        "alleged": "The adult is said to have shouted at a child and gripped the child's arm.",
        "child": create_child(),
        "told_of_child": "Robin told a teacher that an adult had hurt his arm on Tuesday.",
        **changes,
    }


@pytest.fixture
async def lado(intake: httpx.AsyncClient, tokens: Tokens) -> dict[str, str]:
    """Headers of the manager who is named for every allegation."""
    dpo = tokens.issue("data_protection_officer")
    await intake.put("/v1/lado-people/havering", json={"subjects": [LADO]}, headers=dpo)
    return tokens.issue("manager", subject=LADO)


@pytest.fixture
async def made(intake: httpx.AsyncClient, referrer: dict[str, str], lado: dict[str, str]) -> dict[str, str]:
    """The references of the two contacts of one allegation."""
    answer = await intake.post("/v1/allegations", json=create_allegation(), headers=referrer)
    assert answer.status_code == 201
    return {name: receipt["reference"] for name, receipt in answer.json().items()}


@pytest.mark.requirement("INT-11")
class TestMakeAllegation:
    async def test_keeps_the_child_off_the_adult_and_the_adult_off_the_child(
        self, intake: httpx.AsyncClient, lado: dict[str, str], made: dict[str, str]
    ) -> None:
        adult = (await intake.get(f"/v1/contacts/{made['adult']}", headers=lado)).json()
        child = (await intake.get(f"/v1/contacts/{made['child']}", headers=lado)).json()
        assert (adult["kind"], child["kind"]) == ("allegation", "form")
        for word in ("Robin", "Testcase", "2019-02-03", "9990000018", "Sample Close", "Paper Lane"):
            assert word not in str(adult["document"]), word
        for word in ("JS", "Dolphin", "Swimming", "gripped"):
            assert word not in str(child["document"]), word

    async def test_is_there_for_those_named_and_nobody_else(
        self, intake: httpx.AsyncClient, tokens: Tokens, lado: dict[str, str], made: dict[str, str]
    ) -> None:
        for reference in made.values():
            path = f"/v1/contacts/{reference}"
            named = await intake.get(path, headers=lado)
            other = await intake.get(path, headers=tokens.issue("manager", subject="manager-2"))
            assert (named.status_code, other.status_code) == (200, 404)

    async def test_links_the_two_for_who_may_open_both(
        self, intake: httpx.AsyncClient, tokens: Tokens, lado: dict[str, str], made: dict[str, str]
    ) -> None:
        path = f"/v1/contacts/{made['adult']}/restriction"
        named = await intake.get(path, headers=lado)
        dpo = await intake.get(path, headers=tokens.issue("data_protection_officer"))
        assert (named.json()["linked"], dpo.json()["linked"]) == (made["child"], None)

    async def test_tells_the_hub_that_both_are_restricted(self, made: dict[str, str], store: Store) -> None:
        received = await store.events("contact.received")
        assert [(one["kind"], one["restricted"], one["child_count"]) for one in received] == [
            ("allegation", True, 0),
            ("form", True, 1),
        ]
        named = [one["named"] for one in await store.events("access.changed")]
        assert named == [[{"subject": LADO, "until": None}]] * 2

    @pytest.mark.parametrize("initials", ["John Smith", "Smith", "JSMITH", "", "J2"])
    async def test_refuses_a_full_name(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], initials: str
    ) -> None:
        adult = {**create_allegation()["adult"], "initials": initials}
        answer = await intake.post("/v1/allegations", json=create_allegation(adult=adult), headers=referrer)
        (error,) = answer.json()["errors"]
        assert error["field"] == "adult.initials"
        assert "the full name is not recorded here" in error["rule"]

    @pytest.mark.parametrize(
        ("field", "changes"),
        [
            ("alleged", {"alleged": "The adult gripped ROBIN'S arm."}),
            ("alleged", {"alleged": "The adult gripped the Testcase child."}),
            ("adult.role", {"adult": {"initials": "JS", "role": "Coach of Robin", "setting": "A pool"}}),
            ("told_of_child", {"told_of_child": "Robin says that J.S. hurt his arm."}),
            ("told_of_child", {"told_of_child": "It happened at Dolphin Lane Pool."}),
        ],
    )
    async def test_refuses_words_about_the_one_that_name_the_other(
        self,
        intake: httpx.AsyncClient,
        referrer: dict[str, str],
        store: Store,
        field: str,
        changes: dict[str, Any],
    ) -> None:
        answer = await intake.post("/v1/allegations", json=create_allegation(**changes), headers=referrer)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
        assert await store.count("contact") == 0

    async def test_may_be_about_no_child_in_particular(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], lado: dict[str, str], store: Store
    ) -> None:
        said = create_allegation(child=None, told_of_child=None)
        answer = await intake.post("/v1/allegations", json=said, headers=referrer)
        assert (answer.status_code, answer.json()["child"]) == (201, None)
        assert answer.json()["adult"]["missing"] == []
        assert await store.count("contact") == 1


@pytest.mark.requirement("INT-11")
class TestStayApart:
    @pytest.mark.parametrize(
        ("sections", "field"),
        [
            ({"children": [create_child()]}, "children"),
            ({"adults": [{"given": "John", "family": "Smith"}]}, "adults.0"),
            ({"concern": {"narrative": "Robin was gripped."}}, "concern"),
        ],
    )
    async def test_refuses_a_correction_that_brings_them_together(
        self,
        intake: httpx.AsyncClient,
        lado: dict[str, str],
        made: dict[str, str],
        sections: dict[str, Any],
        field: str,
    ) -> None:
        headers = {**lado, "if-match": '"1"'}
        answer = await intake.patch(f"/v1/contacts/{made['adult']}", json=sections, headers=headers)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)

    async def test_refuses_an_addition_that_names_the_other(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], made: dict[str, str]
    ) -> None:
        path = f"/v1/contacts/{made['child']}/additions"
        refused = await intake.post(path, json={"text": "JS has been suspended."}, headers=referrer)
        taken = await intake.post(path, json={"text": "Robin is well today."}, headers=referrer)
        assert (refused.status_code, taken.status_code) == (422, 201)


@pytest.mark.requirement("SEAL-07")
async def test_an_email_of_the_designated_officer_is_restricted_with_its_raw_message(
    intake: httpx.AsyncClient, tokens: Tokens, lado: dict[str, str]
) -> None:
    raw = (
        b"From: LADO <lado@borough.example>\r\nTo: tmash@havering.example\r\n"
        b"Subject: LADO referral - allegation against a member of staff\r\n"
        b"Message-ID: <lado-1@borough.example>\r\n"
        b"Date: Wed, 18 Nov 2026 09:00:00 +0000\r\nContent-Type: text/plain\r\n\r\n"
        b"An allegation has been made against a teacher.\r\nChild: Robin Testcase, DOB 03/02/2019.\r\n"
        b"Address: 14 Sample Close, Romford, RM99 1AB.\r\nRobin says that he was hit at school.\r\n"
    )
    headers = {**tokens.issue("mailbox"), "content-type": "message/rfc822"}
    taken = (await intake.post("/v1/emails", content=raw, headers=headers)).json()
    assert taken["kind"] == "lado"
    paths = [f"/v1/messages/{taken['message_id']}", f"/v1/messages/{taken['message_id']}/raw"]
    paths += [f"/v1/contacts/{one['reference']}" for one in taken["contacts"]]
    other = tokens.issue("manager", subject="manager-2")
    for path in paths:
        named = await intake.get(path, headers=lado)
        closed = await intake.get(path, headers=other)
        assert (named.status_code, closed.status_code) == (200, 404), path
    assert (await intake.get("/v1/messages", headers=other)).json()["items"] == []
