"""The agencies' researchers and leads at their own desks, in a real browser."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from mash.calendar import in_london
from mash.ids import utc_now
from openmash_local.demo import agencies
from playwright.sync_api import Locator, expect
from support.browser import Person, SignIn
from support.enquiries import open_enquiry
from support.journeys import Played

pytestmark = pytest.mark.slow
MOST_STEPS = 200


@pytest.fixture(scope="module")
def enquiry_id(played: Played) -> str:
    """Another enquiry about the school's family, which police and health have not answered yet."""
    return open_enquiry(played, "police", "health", rating="red").enquiry_id


def request_of(played: Played, agency: str, enquiry_id: str) -> str:
    """The id of an agency's request, once it waits at its gateway."""

    def waiting() -> dict[str, Any] | None:
        queue = played.client.get(f"researcher-{agency}", f"gateway-{agency}", "/v1/requests?limit=200")
        return next((one for one in queue["items"] if one["enquiry_id"] == enquiry_id), None)

    return str(played.client.until(f"the request at {agency}", waiting)["request_id"])


def tabs_to(person: Person, there: Locator) -> None:
    """Go to something with the keyboard alone."""
    for _ in range(MOST_STEPS):
        if there.evaluate("element => element === document.activeElement"):
            return
        person.page.keyboard.press("Tab")
    raise AssertionError(f"{MOST_STEPS} steps of the Tab key do not lead to {there}")


def by_keyboard(person: Person, role: Any, name: str, key: str = "Enter") -> None:
    """Press a link, a button or a box with the keyboard alone."""
    # The tabs of a request come before what the page itself leads to.
    tabs_to(person, person.page.get_by_role(role, name=name, exact=True).first)
    if key == "Enter":
        with person.page.expect_navigation():
            person.page.keyboard.press(key)
    else:
        person.page.keyboard.press(key)


def types(person: Person, id: str, text: str) -> None:
    tabs_to(person, person.page.locator(f'[id="{id}"]'))
    person.page.keyboard.type(text)


def types_day(person: Person, name: str, day: Any) -> None:
    for part in ("day", "month", "year"):
        tabs_to(person, person.page.locator(f'[name="{name}-{part}"]'))
        person.page.keyboard.type(str(getattr(day, part)))


@pytest.mark.timeout(400)
@pytest.mark.requirement("RET-02", "RET-03")
def test_the_police_researcher_answers_by_keyboard_alone(
    sign_in: SignIn, played: Played, enquiry_id: str
) -> None:
    agencies.import_records(played.client, "police")
    request_id = request_of(played, "police", enquiry_id)
    today = in_london(utc_now()).date()
    police = sign_in("researcher-police")
    police.opens("gateway-police", "/desk")
    police.stops_at("desk")
    tabs_to(police, police.page.locator(f"#open-{request_id}"))
    with police.page.expect_navigation():
        police.page.keyboard.press("Enter")
    police.stops_at("desk-request")

    by_keyboard(police, "button", "Take this request")
    police.reads("You see to this request.")
    by_keyboard(police, "link", "Search our records")
    police.stops_at("desk-search")
    by_keyboard(police, "button", "Search for all 4 people")
    police.stops_at("desk-search-found")
    tabs_to(police, police.page.locator("#choose-0"))
    police.page.keyboard.press("Space")
    by_keyboard(police, "button", "Add what I ticked to the answer")
    police.is_at("Give information")
    police.stops_at("desk-answer")

    by_keyboard(police, "button", "Check before sending")
    police.is_refused_at("desk-answer-lacks-something")

    tabs_to(police, police.page.locator("#item-0-lawful_basis"))
    police.page.keyboard.press("ArrowDown")
    police.page.keyboard.press("ArrowDown")
    types(police, "item-0-rationale", "It bears on whether the children are safe tonight.")
    tabs_to(police, police.page.locator("#item-0-caveat"))
    police.page.keyboard.press("ArrowDown")
    types_day(police, "period_from", today - timedelta(days=1000))
    types_day(police, "source_fresh_on", today)
    by_keyboard(police, "button", "Check before sending")
    police.is_at("Check before sending")
    police.stops_at("desk-check")

    by_keyboard(police, "button", "Send to the hub")
    police.is_at("Sent to the hub")
    police.stops_at("desk-sent")
    by_keyboard(police, "link", "What was disclosed")
    police.stops_at("desk-ledger")

    police.opens("gateway-police", f"/desk/requests/{request_id}/withdraw")
    police.stops_at("desk-withdraw")
    police.opens("gateway-police", f"/desk/requests/{request_id}/answer")
    police.stops_at("desk-correct")


def test_the_health_researcher_answers_nil_on_a_phone_without_scripts(
    sign_in: SignIn, played: Played, enquiry_id: str
) -> None:
    request_id = request_of(played, "health", enquiry_id)
    today = in_london(utc_now()).date()
    health = sign_in("researcher-health", phone=True, scripts=False)
    health.opens("gateway-health", "/desk")
    health.stops_at("desk-without-scripts")
    page = health.page
    page.locator(f"#open-{request_id}").click()
    page.get_by_role("link", name="Our answer").click()
    health.stops_at("desk-ways-to-answer-without-scripts")
    page.get_by_role("link", name="Nothing held (nil)").first.click()
    page.get_by_label("Systems that were searched").fill("Sample health records")
    page.get_by_label("Name", exact=True).check()
    for name, day in (("period_from", today - timedelta(days=1000)), ("period_to", today)):
        for part in ("day", "month", "year"):
            page.locator(f'[name="{name}-{part}"]').fill(str(getattr(day, part)))
    page.get_by_role("button", name="Check before sending").click()
    assert "Enter the day on which the source was last up to date" in page.locator("main").inner_text()
    health.is_refused_at("desk-nil-lacks-something-without-scripts")
    for part in ("day", "month", "year"):
        page.locator(f'[name="source_fresh_on-{part}"]').fill(str(getattr(today, part)))
    page.get_by_role("button", name="Check before sending").click()
    health.stops_at("desk-check-without-scripts")
    page.get_by_role("button", name="Send to the hub").click()
    health.is_at("Sent to the hub")
    health.stops_at("desk-sent-without-scripts")


def ask_release(played: Played, agency: str) -> None:
    """The hub makes a product with an item of an agency's, and asks it to release it."""
    client, enquiry = played.client, played.story.enquiry
    path = f"/v1/enquiries/{enquiry['enquiry_id']}/products"
    request = next(one for one in enquiry["requests"] if one["agency"] == agency)
    answer = request["returns"][0]
    made = client.post(
        "manager",
        "enquiry",
        path,
        {
            "receiver": {"kind": "school", "name": "Safeguarding lead, Sample Primary School"},
            "purpose": "To keep the children safe at school.",
            "lawful_basis": "Public task: safeguarding children.",
            "necessity": "The school sees the children each day and has to know what to look for.",
        },
    )
    item = {
        "request_id": request["request_id"],
        "item_id": answer["items"][0]["id"],
        "answer_version": answer["version"],
    }
    here = f"{path}/{made['product_id']}"
    version = client.post("manager", "enquiry", f"{here}/items", item, made["version"])["version"]
    client.post("manager", "enquiry", f"{here}/releases", None, version)
    client.until(
        "the release at the gateway",
        lambda: client.get(f"lead-{agency}", f"gateway-{agency}", "/v1/releases")["items"],
    )


def test_the_lead_of_health_releases(sign_in: SignIn, played: Played) -> None:
    ask_release(played, "health")
    lead = sign_in("lead-health")
    lead.opens("gateway-health", "/desk/releases")
    lead.stops_at("desk-releases")
    lead.page.locator("tbody a").first.click()
    lead.stops_at("desk-release")
    lead.page.get_by_role("button", name="Send the decision to the hub").click()
    lead.is_refused_at("desk-release-lacks-something")
    lead.page.get_by_label("Yes, in these words").first.check()
    lead.page.get_by_label("Why, for all items").fill("The school would act on it.")
    lead.page.get_by_role("button", name="Send the decision to the hub").click()
    lead.reads("Let go by")
    lead.stops_at("desk-release-decided")


@pytest.mark.parametrize("room", ["discussions", "products", "records", "witness", "ledger"])
def test_the_lead_of_the_police_looks_round(sign_in: SignIn, room: str) -> None:
    lead = sign_in("lead-police")
    lead.opens("gateway-police", f"/desk/{room}")
    assert lead.page.locator("main .hub-next").count() == 1
    lead.stops_at(f"desk-lead-{room}")


def test_the_lead_of_the_police_has_a_system_told(sign_in: SignIn) -> None:
    lead = sign_in("lead-police")
    lead.opens("gateway-police", "/desk/systems")
    lead.page.get_by_role("button", name="Have it told").click()
    lead.is_refused_at("desk-systems-lacks-something")
    lead.page.get_by_label("Address").fill("http://127.0.0.1:9/case-management")
    if lead.page.get_by_label("For which partnership?").count():
        lead.page.get_by_label("For which partnership?").select_option("havering")
    lead.page.get_by_role("button", name="Have it told").click()
    expect(lead.page.locator("#secret")).to_contain_text("whsec_")
    lead.stops_at("desk-system-secret")
    lead.page.get_by_role("button", name="I have copied it").click()
    lead.page.get_by_role("button", name="Send a test").click()
    lead.stops_at("desk-system")
    lead.page.get_by_role("button", name="End it").click()
    lead.reads("It has ended")
