"""One concern from a school's form to the school's own page on what came of it, by everybody's own hands.

Once as browsers are, once without scripts. Nothing but the browsers touches the hub.
"""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from mash.calendar import in_london
from mash.ids import utc_now
from playwright.sync_api import expect
from support.browser import Person, SignIn
from support.journeys import Played

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

REFERENCE = re.compile(r"HAV-\d{2}-[0-9A-Z]{8}")
LONGEST_WAIT_SECONDS = 30


@pytest.mark.requirement("INT-02", "SCR-10", "FBK-06")
@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_a_concern_from_the_school_s_form_to_what_came_of_it(
    sign_in: SignIn, played: Played, scripts: bool
) -> None:
    family = f"Journey{uuid4().hex[:6]}"
    mark = "" if scripts else "-without-scripts"
    school = sign_in("referrer-school", phone=not scripts, scripts=scripts)
    reference = refer(school, family)
    school.stops_at(f"journey-1-sent{mark}")

    manager = sign_in("manager", scripts=scripts)
    comes_to(manager, "screening", "/board", f"Hazel {family}")
    manager.stops_at(f"journey-2-board{mark}")
    manager.page.get_by_role("link", name=re.compile(f"Hazel {family}")).click()
    rate_and_ask(manager)
    manager.stops_at(f"journey-3-decided{mark}")

    for agency in ("police", "health"):
        researcher = sign_in(f"researcher-{agency}", scripts=scripts)
        comes_to(researcher, f"gateway-{agency}", "/desk", f"Hazel {family}")
        researcher.page.get_by_role("link", name=re.compile(f"Hazel {family}")).first.click()
        answer_nil(researcher)
        researcher.stops_at(f"journey-4-{agency}-answered{mark}")

    contact = manager.page.url.rstrip("/").rpartition("/")[2].partition("?")[0]
    comes_to(manager, "enquiry", f"/contacts/{contact}/enquiry", "Nothing held (nil return)", times=2)
    manager.stops_at(f"journey-5-answers-side-by-side{mark}")
    decide(manager)
    manager.stops_at(f"journey-6-snapshot{mark}")

    comes_to(school, "intake", f"/portal/contacts/{reference}", "It was decided on.")
    school.stops_at(f"journey-7-what-came-of-it{mark}")


def refer(school: Person, family: str) -> str:
    """Send the form with what has to be said, and go past what may be left out."""
    school.opens("intake", "/portal")
    school.follows("Tell us of a child")
    school.page.locator("[name=partnership][value=havering]").check()
    school.page.get_by_label("No", exact=True).check()
    school.presses("Go on")
    for _ in range(40):
        if school.heading.startswith("Check your answers"):
            break
        fill(school, family)
    school.presses("Send to Havering MASH")
    found = REFERENCE.search(school.page.get_by_role("main").inner_text())
    assert found, school.heading
    return found[0]


def fill(school: Person, family: str) -> None:
    """Answer the page at hand, where the journey needs its answer, and go on."""
    page, main = school.page, school.page.get_by_role("main")
    if page.locator("[name=given]").count() and not page.locator("[name=relationship]").count():
        school.writes(given="Hazel", family=family)
    elif page.locator("[name=dob-day]").count():
        for part, typed in (("day", "4"), ("month", "5"), ("year", "2016")):
            page.locator(f"[name=dob-{part}]").fill(typed)
    elif page.locator("[name=narrative]").count():
        school.writes(narrative=f"Hazel says that nobody was at home for two nights. {family}.")
    elif page.locator("[name=told][value=informed]").count():
        page.locator("[name=told][value=informed]").check()
    elif page.locator("[name=request]").count():
        page.locator("[name=request]").first.check()
    add = main.get_by_role("link", name="Add a child", exact=True)
    add = add.or_(main.get_by_role("button", name="Add a child", exact=True))
    if add.count() and family not in main.inner_text():
        add.first.click()
    elif page.get_by_role("button", name="Save and go on", exact=True).count():
        school.presses("Save and go on")
    else:
        school.follows("Go on")


def rate_and_ask(manager: Person) -> None:
    page = manager.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Screening")
    page.get_by_label("Amber").check()
    page.get_by_label("Why, in your own words").fill("Two nights alone; the agencies may know more.")
    manager.presses("Rate")
    manager.follows("Decide what happens next")
    page.locator("[name=pathway][value=enquiry]").check()
    page.locator("[name=level][value='3']").check()
    for agency in ("police", "health"):
        page.locator(f"[name=agencies][value={agency}]").check()
    page.locator("[name=rationale]").fill("Nobody can decide without what the police and health hold.")
    page.locator('form[action*="/decision"] button').first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Screening")


def answer_nil(researcher: Person) -> None:
    page, today = researcher.page, in_london(utc_now()).date()
    page.get_by_role("link", name="Our answer").click()
    page.get_by_role("link", name="Nothing held (nil)").first.click()
    page.get_by_label("Systems that were searched").fill("Sample records")
    page.get_by_label("Name", exact=True).check()
    days = {"period_from": today - timedelta(days=1000), "period_to": today, "source_fresh_on": today}
    for name, day in days.items():
        for part in ("day", "month", "year"):
            page.locator(f'[name="{name}-{part}"]').fill(str(getattr(day, part)))
    researcher.presses("Check before sending")
    researcher.presses("Send to the hub")
    researcher.is_at("Sent to the hub")


def decide(manager: Person) -> None:
    page = manager.page
    manager.follows("Decide")
    page.get_by_role("group", name="Final rating").get_by_label("Amber", exact=True).check()
    page.get_by_label("Level 3", exact=False).first.check()
    page.locator("[name=outcome][value=section_17_assessment]").check()
    page.get_by_label("Why? What did you weigh up?").fill(
        "Two agencies looked and hold nothing; a visit will tell."
    )
    manager.presses("Decide")
    expect(page.get_by_role("heading", level=1)).to_have_text("What the decision rested on")


def comes_to(person: Person, service: str, path: str, words: str, times: int = 1) -> None:
    """Look at a page again until it shows some words: what others did comes by the bus."""
    give_up_at = utc_now() + timedelta(seconds=LONGEST_WAIT_SECONDS)
    while True:
        person.opens(service, path)
        if person.page.get_by_role("main").inner_text().count(words) >= times:
            return
        assert utc_now() < give_up_at, f"{words} does not come to {path}"
        person.page.wait_for_timeout(500)
