"""A social worker finds out who is who and what came before; a manager, what no contact shows alone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect
from support.browser import Person, SignIn
from support.journeys import Played

pytestmark = [pytest.mark.slow, pytest.mark.requirement("IDN-01", "IDN-07")]

TANSY = {"given": "Tansy", "dob": "2014-07-08", "address": "5 Specimen Mews, Romford, RM99 7AB"}
OONA = {"given": "Oona", "dob": "2011-09-10", "address": "6 Another Mews, Romford, RM99 8AB"}


def contact_on(played: Played, who: dict[str, str], family: str) -> str:
    """A school's contact on a child whose family name is spelt so."""
    child = {**who, "family": family}
    form: dict[str, Any] = {
        "partnership": "havering",
        "referrer": {"kind": "school", "agency": "Sample Primary School"},
        "children": [child],
        "concern": {"narrative": "The child was very tired again.", "types": ["neglect"]},
    }
    return str(played.client.post("referrer-school", "intake", "/v1/contacts", form)["contact_id"])


def compared(played: Played, contact_id: str) -> None:
    """Wait until somebody may be the same as the child on a contact."""
    path = f"/v1/contacts/{contact_id}/people"

    def found() -> bool:
        people = played.client.get("manager", "intake", path)["people"]
        return any(person["matches"] for person in people)

    played.client.until(path, found)


def save(person: Person) -> None:
    person.page.get_by_role("button", name="Save", exact=True).click()


def test_the_social_worker_settles_a_match_and_undoes_it(sign_in: SignIn, played: Played) -> None:
    contact_on(played, TANSY, "Specimen")
    here = contact_on(played, TANSY, "Spesimen")
    compared(played, here)
    worker = sign_in("worker")
    worker.opens("intake", f"/contacts/{here}/people")
    main = worker.page.get_by_role("main")
    expect(main).to_contain_text("1 possible match")
    expect(main).to_contain_text("Nobody has settled that yet")
    worker.stops_at("people-with-a-possible-match")

    worker.page.get_by_role("link", name="Say whether Tansy Spesimen").click()
    worker.stops_at("match-to-settle")
    save(worker)
    expect(main).to_contain_text("Write why, so that a colleague can follow it")
    worker.stops_at("match-without-an-answer")
    worker.page.get_by_label("Yes, this is the same person").check()
    worker.page.get_by_label("Why", exact=True).fill("The school knows her by both names.")
    save(worker)
    expect(main).to_contain_text("Confirmed to be Tansy Specimen")
    worker.stops_at("people-with-a-confirmed-match")

    worker.page.get_by_role("link", name="See why, or undo").click()
    expect(main).to_contain_text("The school knows her by both names.")
    worker.stops_at("match-to-undo")
    worker.page.get_by_label("Why", exact=True).fill("They are cousins.")
    save(worker)
    expect(main).to_contain_text("1 possible match")


def test_the_history_is_read_by_keyboard_on_a_phone_without_scripts(sign_in: SignIn, played: Played) -> None:
    here = played.story.contacts["school"]["contact_id"]
    compared(played, str(here))
    worker = sign_in("manager", phone=True, scripts=False)
    worker.opens("intake", f"/contacts/{here}/people")
    expect(worker.page.get_by_role("main")).to_contain_text("Known to the hub")
    worker.stops_at("people-without-scripts")
    worker.page.get_by_label("Show contacts on").select_option(index=1)
    worker.page.get_by_role("button", name="Show", exact=True).focus()
    worker.page.keyboard.press("Enter")
    expect(worker.page.get_by_role("main")).to_contain_text("is on it as a child there")
    worker.stops_at("people-history-of-one")


@pytest.mark.requirement("IDN-04")
def test_the_manager_looks_for_what_no_contact_shows_alone(sign_in: SignIn, played: Played) -> None:
    for _ in range(3):
        last = contact_on(played, OONA, "Repeater")
    compared(played, last)
    manager = sign_in("manager")

    def found() -> bool:
        research = played.client.get("manager", "intake", "/v1/research")
        return any(one["called"] == "Oona Repeater" for one in research["repeat_victims"])

    played.client.until("the three contacts on one child", found)
    manager.opens("intake", "/research")
    expect(manager.page.get_by_role("main")).to_contain_text("Oona Repeater")
    manager.page.get_by_text("The contacts behind this: Oona Repeater").click()
    manager.stops_at("research")
