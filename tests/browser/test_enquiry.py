"""The manager and the social worker at work in an enquiry."""

from __future__ import annotations

import pytest
from openmash_local.demo import agencies
from playwright.sync_api import expect
from support.browser import SignIn
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


def test_the_manager_changes_what_is_asked(sign_in: SignIn, half_answered: OpenEnquiry) -> None:
    manager = sign_in("manager")
    manager.opens("enquiry", "/enquiries")
    manager.stops_at("enquiries")
    manager.page.locator(f'a[href="/enquiries/{half_answered.enquiry_id}"]').click()
    expect(manager.page.get_by_text("Awaited: Housing")).to_be_visible()
    manager.stops_at("enquiry-half-answered")

    manager.follows("Change the rating")
    manager.presses("Change the rating")
    manager.is_refused_at("enquiry-rating-errors")
    manager.page.get_by_label("Red", exact=True).check()
    manager.page.get_by_label("Why is the rating changed?").fill("The baby was seen with a second mark.")
    manager.presses("Change the rating")

    manager.follows("Ask another agency")
    manager.stops_at("enquiry-ask")
    manager.page.get_by_label("Probation", exact=True).check()
    manager.presses("Choose what to ask")
    manager.stops_at("enquiry-ask-agency")
    manager.page.get_by_label("Why does it need to be asked?").fill("The father is known to them.")
    manager.presses("Ask it now")

    manager.page.get_by_role("link", name="Cancel the request to Probation").click()
    manager.stops_at("enquiry-cancel-request")
    manager.page.get_by_label("Why is no answer wanted any more?").fill("It is not known there after all.")
    manager.presses("Cancel the request")
    expect(manager.page.get_by_text("Cancelled, no answer wanted").first).to_be_visible()
    manager.follows("Proof of who was told what")
    manager.stops_at("enquiry-proof")


def test_the_worker_asks_for_a_discussion_and_makes_a_product(
    sign_in: SignIn, half_answered: OpenEnquiry
) -> None:
    worker = sign_in("worker")
    worker.opens("enquiry", f"/enquiries/{half_answered.enquiry_id}?purpose=enquiry")
    expect(worker.page.get_by_role("button", name="Decide", exact=True)).to_have_count(0)
    worker.follows("Strategy discussion")
    worker.stops_at("discussions-none")
    worker.follows("Ask for a strategy discussion")
    worker.stops_at("discussion-new")
    worker.page.get_by_label("Why is it needed?").fill("A mark on a baby who does not move about yet.")
    worker.presses("Ask for it")
    worker.stops_at("discussions-asked")
    worker.follows("Back to the enquiry")

    worker.follows("Information products")
    worker.stops_at("products-none")
    worker.follows("Make a product")
    worker.stops_at("product-new")
    worker.page.get_by_label("A school", exact=True).check()
    worker.page.get_by_label("Which role or organisation?").fill("Safeguarding lead, Sample Primary")
    worker.page.get_by_label("What is it for?").fill("The school keeps an eye on Wren.")
    worker.page.get_by_label("What is the lawful basis?").fill("Children Act 2004, section 10")
    worker.page.get_by_label("Why is it necessary").fill("The school sees the child every day.")
    worker.presses("Begin the product")
    worker.stops_at("product-empty")
    worker.follows("Choose items")
    worker.stops_at("product-choose")
    worker.presses("Put item 1 in")
    worker.presses("Ask the owners to release")
    expect(worker.page.get_by_text("It waits for")).to_be_visible()
    worker.stops_at("product-asked")


def test_the_manager_decides_without_the_silent(sign_in: SignIn, half_answered: OpenEnquiry) -> None:
    manager = sign_in("manager")
    manager.opens("enquiry", f"/enquiries/{half_answered.enquiry_id}")
    manager.follows("Decide")
    manager.stops_at("enquiry-decision")
    manager.presses("Decide")
    manager.is_refused_at("enquiry-decision-errors")
    manager.page.get_by_role("group", name="Final rating").get_by_label("Red", exact=True).check()
    manager.page.get_by_label("Level 3", exact=False).first.check()
    manager.page.get_by_role("group", name="Outcome").get_by_role("radio").nth(4).check()
    manager.page.get_by_label("Why? What did you weigh up?").fill("Two marks on a baby who does not move.")
    manager.page.get_by_label("Why is it right to go ahead").fill("Housing will not change the outcome.")
    manager.presses("Decide")
    expect(manager.page.get_by_role("heading", level=1)).to_have_text("What the decision rested on")
    manager.stops_at("enquiry-snapshot")
    manager.follows("Back to the enquiry")
    manager.stops_at("enquiry-decided")


def test_the_manager_records_what_came_of_a_discussion(sign_in: SignIn, played: Played) -> None:
    one = open_enquiry(played, "police", rating="red")
    manager = sign_in("manager")
    manager.opens("enquiry", f"/enquiries/{one.enquiry_id}/discussions/new")
    manager.page.get_by_label("Why is it needed?").fill("A mark on a baby who does not move about yet.")
    manager.presses("Ask for it")
    manager.follows("Record what came of it")
    manager.stops_at("discussion-result")
    manager.presses("Add another action")
    expect(manager.page.get_by_role("group", name="Action 4")).to_be_visible()
    manager.presses("Record it")
    manager.is_refused_at("discussion-result-errors")


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
    manager.follows("Decide")
    manager.page.get_by_role("group", name="Final rating").get_by_label("Green", exact=True).check()
    manager.page.get_by_label("Level 1", exact=False).first.check()
    manager.page.get_by_role("group", name="Outcome").get_by_role("radio").first.check()
    manager.page.get_by_label("Why? What did you weigh up?").fill("The mark was paint.")
    manager.presses("Decide")
    manager.is_refused_at("enquiry-decision-without-scripts-errors")
    expect(manager.page.get_by_label("Why? What did you weigh up?")).to_have_value("The mark was paint.")
    manager.page.get_by_label("Why is it right to go ahead").fill("Nothing is left to ask.")
    manager.presses("Decide")
    expect(manager.page.get_by_role("heading", level=1)).to_have_text("What the decision rested on")
    manager.stops_at("enquiry-snapshot-without-scripts")
