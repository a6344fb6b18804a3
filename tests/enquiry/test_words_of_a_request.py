"""What a request says of the family is what is recorded: nobody at the hub can make it say anything else."""

from __future__ import annotations

from typing import Any, get_args
from uuid import UUID

import pytest
from factories.enquiry import Desk, create_decided
from intake.api.form_parts import Told
from intake.domain.consent import words_of_agreement, words_of_lawful_basis, words_of_telling

pytestmark = pytest.mark.requirement("CON-05")

RECORDED = [
    *({"told": told, "agreed": "no"} for told in get_args(Told)),
    {"told": "informed", "agreed": "yes", "lawful_basis": ["child_protection"]},
    {"told": "informed", "agreed": "not_asked"},
    {"agreed": "not_asked", "lawful_basis": ["public_task"]},
    {},
]
FALSE = {
    "lawful_basis": "The mother agreed.",
    "family_told": "The family has been told.",
    "family_agreed": "The family agreed to the sharing of information.",
}


def words(consent: dict[str, Any]) -> dict[str, str]:
    """The three sentences, as intake answers them."""
    return {
        "lawful_basis": words_of_lawful_basis(consent),
        "family_told": words_of_telling(consent),
        "family_agreed": words_of_agreement(consent),
    }


async def open_with(desk: Desk, consent: dict[str, Any]) -> tuple[UUID, UUID]:
    event = create_decided(agencies=["police"], decided_at=desk.hub.clock())
    desk.intake.knows(event.contact_id, **words(consent))
    await desk.hand(event)
    (found,) = (await desk.get(contact_id=event.contact_id)).json()["items"]
    return UUID(found["enquiry_id"]), event.contact_id


@pytest.mark.parametrize("consent", RECORDED)
async def test_a_request_says_what_is_recorded_word_for_word(desk: Desk, consent: dict[str, Any]) -> None:
    await open_with(desk, consent)
    (asked,) = await desk.posted("police")
    said = asked.model_dump(include={"lawful_basis", "family_told", "family_agreed"})
    assert said == words(consent)
    assert asked.family_agreed.startswith("The family agreed") is (consent.get("agreed") == "yes")
    assert ("has been told of" in asked.family_told) is (consent.get("told") == "informed")


@pytest.mark.parametrize("member", FALSE)
@pytest.mark.parametrize("what", ["requests", "requests/{request}/reissue", "rating"])
async def test_no_form_takes_another_sentence(desk: Desk, what: str, member: str) -> None:
    id, _ = await open_with(desk, {"told": "not_informed_further_risk", "agreed": "no"})
    form: dict[str, Any] = {
        "requests": {"agency": "health", "rationale": "They may know more."},
        "rating": {"rating": "red", "rationale": "The picture has changed."},
    }.get(what, {"rationale": "It was not answered."})
    path = what.format(request=(await desk.request(id))["request_id"])
    refused = await desk.change(id, path, {**form, member: FALSE[member]})
    assert refused.status_code == 422
    assert len(await desk.posted("police")) == 1
    assert (await desk.change(id, path, form)).status_code < 300
    newest = (await desk.posted("police") + await desk.posted("health"))[-1]
    assert FALSE[member] not in newest.model_dump_json()


async def test_a_request_sent_again_says_what_is_recorded_by_then(desk: Desk) -> None:
    id, contact_id = await open_with(desk, {"told": "informed", "agreed": "not_asked"})
    since = {"told": "informed", "agreed": "no", "agreed_by": "the mother"}
    desk.intake.knows(contact_id, **words(since))
    request = (await desk.request(id))["request_id"]
    await desk.change(id, f"requests/{request}/reissue", {"rationale": "They were asked since."})
    first, again = await desk.posted("police")
    assert first.family_agreed == words({"agreed": "not_asked"})["family_agreed"]
    assert again.family_agreed == words(since)["family_agreed"]
