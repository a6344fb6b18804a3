"""The daily meeting and an audit in a real browser, as the manager and a social worker work in them."""

from __future__ import annotations

import pytest
from mash.calendar import in_london
from mash.ids import utc_now
from playwright.sync_api import expect
from support.browser import Person, SignIn
from support.journeys import Played

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(480),
    pytest.mark.requirement("MTG-01", "MTG-02", "MTG-03", "MTG-04"),
]


def fill_day(person: Person, legend: str, day: tuple[int, int, int]) -> None:
    group = person.page.get_by_role("group", name=legend)
    for label, number in zip(("Day", "Month", "Year"), day, strict=True):
        group.get_by_label(label, exact=True).fill(str(number))


def today() -> tuple[int, int, int]:
    now = in_london(utc_now())
    return now.day, now.month, now.year


def opens_todays_meeting(person: Person) -> None:
    """Go to the meeting of today, which a manager calls and opens where nobody has."""
    day, _, year = today()
    held_on = f"{day} {in_london(utc_now()):%B} {year}"
    person.opens("enquiry", "/meetings")
    listed = person.page.get_by_role("heading", name=held_on).get_by_role("link")
    if listed.count():
        listed.first.click()
    else:
        fill_day(person, "Which day?", today())
        person.page.get_by_role("button", name="Call a meeting").click()
    opening = person.page.get_by_role("button", name="Open the meeting now")
    if opening.count():
        opening.click()


def adds(person: Person, reference: str) -> None:
    """Put a case on the agenda, and open it."""
    person.page.get_by_label("Add a case by its reference").fill(reference)
    person.page.get_by_role("button", name="Add to the agenda").click()
    row = person.page.get_by_role("row").filter(has_text=reference)
    row.get_by_role("link").first.click()


def test_the_manager_holds_the_meeting(sign_in: SignIn, played: Played) -> None:
    manager = sign_in("manager")
    manager.opens("enquiry", "/meetings")
    manager.stops_at("meetings")
    opens_todays_meeting(manager)
    manager.stops_at("meeting-agenda")

    manager.page.get_by_role("link", name="Record attendance").click()
    manager.stops_at("meeting-attendance")
    manager.page.get_by_label("Who of Police").fill("Detective sergeant")
    manager.page.get_by_role("group", name="Did they come (Police)?").get_by_label("Came").check()
    manager.page.get_by_role("button", name="Save attendance").click()
    manager.reads("Detective sergeant, came")

    adds(manager, played.story.contacts["school"]["reference"])
    manager.stops_at("meeting-case")
    manager.page.get_by_role("button", name="Agree the action").click()
    # The browser says only with which status the page came back.
    manager.stops_at("meeting-case-with-errors")
    manager.page.get_by_label("What was said and decided").fill("The school sees the children each day.")
    manager.page.get_by_role("button", name="Save what was said").click()
    manager.page.get_by_label("Amber").check()
    manager.page.get_by_label("Why", exact=True).fill("The home is calmer, and the school is watching.")
    manager.page.get_by_role("button", name="Save the rating").click()
    manager.page.get_by_label("What is to be done").fill("Visit the family.")
    manager.page.get_by_label("Whose action it is").select_option("housing")
    fill_day(manager, "By when?", today())
    manager.page.get_by_role("button", name="Agree the action").click()
    manager.stops_at("meeting-case-discussed")

    manager.page.get_by_role("link", name="The agenda of").click()
    manager.page.get_by_role("link", name="Record good practice and learning").click()
    manager.stops_at("meeting-learning")
    manager.page.get_by_label("What is to be learnt").fill("Ask the school sooner.")
    manager.page.get_by_role("button", name="Save good practice and learning").click()
    # It looks like a button, and has that role.
    manager.page.get_by_role("button", name="Close the meeting").click()
    manager.stops_at("meeting-closing")


def test_a_social_worker_prints_the_record_and_does_what_was_agreed(sign_in: SignIn, played: Played) -> None:
    opens_todays_meeting(sign_in("manager"))
    worker = sign_in("worker", scripts=False, phone=True)
    opens_todays_meeting(worker)
    worker.page.get_by_role("link", name="Agree an action of no one case").click()
    worker.stops_at("meeting-new-action")
    worker.page.get_by_label("What is to be done").fill("Ask housing for the list of moves.")
    worker.page.get_by_label("Whose action it is").select_option("housing")
    fill_day(worker, "By when?", today())
    worker.page.get_by_role("button", name="Agree the action").click()
    worker.page.get_by_role("link", name="Print view").click()
    worker.stops_at("meeting-print")
    worker.page.emulate_media(media="print")
    assert not worker.page.get_by_text("Back to the meeting").is_visible()
    worker.page.emulate_media(media="screen")

    worker.opens("enquiry", "/meetings/actions")
    worker.stops_at("meeting-actions")
    row = worker.page.get_by_role("row").filter(has_text="Ask housing for the list of moves.")
    row.get_by_role("link", name="Say that it is done").first.click()
    worker.stops_at("meeting-action")
    worker.page.get_by_role("button", name="Mark as done").click()
    expect(worker.page.get_by_role("row").filter(has_text="list of moves")).to_have_count(0)


def test_the_manager_draws_cases_and_records_what_was_found(sign_in: SignIn, played: Played) -> None:
    manager = sign_in("manager")
    manager.opens("enquiry", "/audits")
    manager.stops_at("audits")
    manager.page.get_by_label("Partnership").select_option("havering")
    manager.page.get_by_label("How many cases").fill("3")
    fill_day(manager, "Decided from", (1, 1, 2020))
    fill_day(manager, "Decided up to", today())
    manager.page.get_by_role("button", name="Draw cases").click()
    expect(manager.page.get_by_role("heading", name="How the cases were drawn")).to_be_visible()
    manager.stops_at("audit")
    manager.page.get_by_role("link", name="Record what agencies found").click()
    manager.stops_at("audit-case")
    manager.page.get_by_label("Agency").select_option("health")
    manager.page.get_by_role("button", name="Record what it found").click()
    manager.page.get_by_label("Good", exact=True).check()
    manager.stops_at("audit-finding")
    manager.page.get_by_role("button", name="Save what was found").click()
    expect(manager.page.get_by_role("heading", name="Health: Good")).to_be_visible()
