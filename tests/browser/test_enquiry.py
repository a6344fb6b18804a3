"""The manager and the social worker at work in an enquiry."""

from __future__ import annotations

import pytest
from openmash_local.demo import agencies
from playwright.sync_api import expect
from support.browser import Person, SignIn
from support.enquiries import OpenEnquiry, await_answers, open_enquiry
from support.journeys import Played

# Starting the hub, and each stop, takes a while on a machine that is busy.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(480)]


@pytest.fixture(scope="module")
def half_answered(played: Played) -> OpenEnquiry:
    """An enquiry that police and health have answered, and housing has not."""
    one = open_enquiry(played, "police", "health", "housing")
    for agency in ("police", "health"):
        agencies.research(played.client, agency, one.enquiry_id)
    await_answers(played, one, "police", "health")
    return one


def follow(person: Person, name: str) -> None:
    # A link that looks like a button has that role as well.
    main = person.page.locator("main")
    link = main.get_by_role("link", name=name, exact=True)
    link.or_(main.get_by_role("button", name=name, exact=True)).click()


def press(person: Person, name: str) -> None:
    person.page.get_by_role("button", name=name, exact=True).click()


def stops_refused(person: Person, name: str) -> None:
    """The page has come back with what is wrong; the browser says only with which status."""
    expect(person.page.get_by_text("There is a problem")).to_be_visible()
    assert all("status of 422" in fault for fault in person.faults), person.faults
    person.faults.clear()
    person.stops_at(name)


def test_the_manager_changes_what_is_asked(sign_in: SignIn, half_answered: OpenEnquiry) -> None:
    manager = sign_in("manager")
    manager.opens("enquiry", "/enquiries")
    manager.stops_at("enquiries")
    manager.page.locator(f'a[href="/enquiries/{half_answered.enquiry_id}"]').click()
    expect(manager.page.get_by_text("Awaited: Housing")).to_be_visible()
    manager.stops_at("enquiry-half-answered")

    follow(manager, "Change the rating")
    press(manager, "Change the rating")
    stops_refused(manager, "enquiry-rating-errors")
    manager.page.get_by_label("Red", exact=True).check()
    manager.page.get_by_label("Why is the rating changed?").fill("The baby was seen with a second mark.")
    press(manager, "Change the rating")

    follow(manager, "Ask another agency")
    manager.stops_at("enquiry-ask")
    manager.page.get_by_label("Probation", exact=True).check()
    press(manager, "Choose what to ask")
    manager.stops_at("enquiry-ask-agency")
    manager.page.get_by_label("Why does it need to be asked?").fill("The father is known to them.")
    press(manager, "Ask it now")

    manager.page.get_by_role("link", name="Cancel the request to Probation").click()
    manager.stops_at("enquiry-cancel-request")
    manager.page.get_by_label("Why is no answer wanted any more?").fill("It is not known there after all.")
    press(manager, "Cancel the request")
    expect(manager.page.get_by_text("Cancelled, no answer wanted").first).to_be_visible()
    follow(manager, "Proof of who was told what")
    manager.stops_at("enquiry-proof")


def test_the_worker_asks_for_a_discussion_and_makes_a_product(
    sign_in: SignIn, half_answered: OpenEnquiry
) -> None:
    worker = sign_in("worker")
    worker.opens("enquiry", f"/enquiries/{half_answered.enquiry_id}?purpose=enquiry")
    expect(worker.page.get_by_role("button", name="Decide", exact=True)).to_have_count(0)
    follow(worker, "Strategy discussion")
    worker.stops_at("discussions-none")
    follow(worker, "Ask for a strategy discussion")
    worker.stops_at("discussion-new")
    worker.page.get_by_label("Why is it needed?").fill("A mark on a baby who does not move about yet.")
    press(worker, "Ask for it")
    worker.stops_at("discussions-asked")
    follow(worker, "Back to the enquiry")

    follow(worker, "Information products")
    worker.stops_at("products-none")
    follow(worker, "Make a product")
    worker.stops_at("product-new")
    worker.page.get_by_label("A school", exact=True).check()
    worker.page.get_by_label("Which role or organisation?").fill("Safeguarding lead, Sample Primary")
    worker.page.get_by_label("What is it for?").fill("The school keeps an eye on Wren.")
    worker.page.get_by_label("What is the lawful basis?").fill("Children Act 2004, section 10")
    worker.page.get_by_label("Why is it necessary").fill("The school sees the child every day.")
    press(worker, "Begin the product")
    worker.stops_at("product-empty")
    follow(worker, "Choose items")
    worker.stops_at("product-choose")
    press(worker, "Put item 1 in")
    press(worker, "Ask the owners to release")
    expect(worker.page.get_by_text("It waits for")).to_be_visible()
    worker.stops_at("product-asked")


def test_the_manager_decides_without_the_silent(sign_in: SignIn, half_answered: OpenEnquiry) -> None:
    manager = sign_in("manager")
    manager.opens("enquiry", f"/enquiries/{half_answered.enquiry_id}")
    follow(manager, "Decide")
    manager.stops_at("enquiry-decision")
    press(manager, "Decide")
    stops_refused(manager, "enquiry-decision-errors")
    manager.page.get_by_role("group", name="Final rating").get_by_label("Red", exact=True).check()
    manager.page.get_by_label("Level 3", exact=False).first.check()
    manager.page.get_by_role("group", name="Outcome").get_by_role("radio").nth(4).check()
    manager.page.get_by_label("Why? What did you weigh up?").fill("Two marks on a baby who does not move.")
    manager.page.get_by_label("Why is it right to go ahead").fill("Housing will not change the outcome.")
    press(manager, "Decide")
    expect(manager.page.get_by_role("heading", level=1)).to_have_text("What the decision rested on")
    manager.stops_at("enquiry-snapshot")
    follow(manager, "Back to the enquiry")
    manager.stops_at("enquiry-decided")


def test_the_manager_records_what_came_of_a_discussion(sign_in: SignIn, played: Played) -> None:
    one = open_enquiry(played, "police", rating="red")
    manager = sign_in("manager")
    manager.opens("enquiry", f"/enquiries/{one.enquiry_id}/discussions/new")
    manager.page.get_by_label("Why is it needed?").fill("A mark on a baby who does not move about yet.")
    press(manager, "Ask for it")
    follow(manager, "Record what came of it")
    manager.stops_at("discussion-result")
    press(manager, "Add another action")
    expect(manager.page.get_by_role("group", name="Action 4")).to_be_visible()
    press(manager, "Record it")
    stops_refused(manager, "discussion-result-errors")


def test_a_contact_without_an_enquiry_says_why(sign_in: SignIn, played: Played) -> None:
    officer = sign_in("officer")
    contact_id = played.story.contacts["ambulance"]["contact_id"]
    officer.opens("enquiry", f"/contacts/{contact_id}/enquiry")
    expect(officer.page.get_by_role("heading", level=1)).to_have_text("There is no enquiry yet")
    officer.stops_at("enquiry-none")


def test_an_enquiry_is_decided_without_scripts_on_a_phone(sign_in: SignIn, played: Played) -> None:
    one = open_enquiry(played, "police")
    manager = sign_in("manager", scripts=False, phone=True)
    manager.opens("enquiry", f"/contacts/{one.contact_id}/enquiry")
    manager.stops_at("enquiry-without-scripts")
    follow(manager, "Decide")
    manager.page.get_by_role("group", name="Final rating").get_by_label("Green", exact=True).check()
    manager.page.get_by_label("Level 1", exact=False).first.check()
    manager.page.get_by_role("group", name="Outcome").get_by_role("radio").first.check()
    manager.page.get_by_label("Why? What did you weigh up?").fill("The mark was paint.")
    press(manager, "Decide")
    stops_refused(manager, "enquiry-decision-without-scripts-errors")
    expect(manager.page.get_by_label("Why? What did you weigh up?")).to_have_value("The mark was paint.")
    manager.page.get_by_label("Why is it right to go ahead").fill("Nothing is left to ask.")
    press(manager, "Decide")
    expect(manager.page.get_by_role("heading", level=1)).to_have_text("What the decision rested on")
    manager.stops_at("enquiry-snapshot-without-scripts")
