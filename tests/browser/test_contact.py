"""A contact officer at work: completes what was read, takes a call, looks at what was set aside."""

from __future__ import annotations

import pytest
from factories.intake import create_email
from openmash_local.demo import arrivals
from playwright.sync_api import expect
from support.browser import Person, SignIn
from support.enquiries import receive
from support.journeys import Played

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

# The police's own date of birth cannot be right, so that a person has to look.
IN_DOUBT = """OFFICIAL - SENSITIVE

CHILD COMING TO NOTICE - PRE-ASSESSMENT CHECKLIST

Report Number:      26PAC10{number}

SUBJECT
Surname:            SPECIMEN
Forename(s):        TILLY
DOB:                03/02/2046
Sex:                Female
Home Address:       22 PATTERN ROAD, ROMFORD, RM99 2AB

CIRCUMSTANCES OF INCIDENT
Officers were called by a neighbour who heard shouting. The child was in the kitchen and was frightened.
"""
NEWSLETTER = create_email(
    subject="Partnership newsletter, November",
    sender="Safeguarding Partnership <news@partnership.example>",
    body="Welcome to our newsletter. Training dates are below. To unsubscribe, follow the link.",
    headers={"List-Unsubscribe": "<https://news.partnership.example/out>", "Precedence": "bulk"},
    message_id="<browser-1@partnership.example>",
)


def mail(played: Played, raw: bytes) -> dict[str, object]:
    headers = {"Content-Type": "message/rfc822"}
    path = "/v1/emails?partnership=havering"
    taken = played.client.send("POST", "mailbox", "intake", path, content=raw, headers=headers)
    found: dict[str, object] = taken.json()
    return found


def merlin(played: Played, number: int) -> str:
    body, id = IN_DOUBT.format(number=number), f"<26PAC10{number}@met.police.example>"
    contacts = mail(played, create_email(body=body, message_id=id))["contacts"]
    assert isinstance(contacts, list)
    return str(contacts[0]["id"])


def button(person: Person, name: str) -> None:
    person.page.get_by_role("button", name=name, exact=True).click()


def is_told(person: Person) -> None:
    """The page has come back with what is wrong; its status is no error of the page."""
    expect(person.page.locator(".govuk-error-summary")).to_be_visible()


def test_the_officer_completes_a_report_that_needs_a_person(sign_in: SignIn, played: Played) -> None:
    contact_id = merlin(played, 5001)
    officer = sign_in("officer")
    officer.opens("intake", f"/contacts/{contact_id}")
    expect(officer.page.get_by_role("main")).to_contain_text("a date of birth that cannot be right")
    officer.stops_at("contact-to-complete")

    officer.page.get_by_role("link", name="Correct Children").click()
    officer.stops_at("contact-correct-children")
    officer.page.get_by_label("Day").first.fill("31")
    officer.page.get_by_label("Month").first.fill("2")
    officer.page.get_by_label("Year").first.fill("2016")
    button(officer, "Save")
    is_told(officer)
    officer.stops_at("contact-correct-children-wrong-date")
    officer.page.get_by_role("link", name="Date of birth must be a real date").click()
    officer.page.keyboard.type("3")
    expect(officer.page.get_by_label("Day").first).to_be_focused()
    officer.page.get_by_label("Day").first.fill("3")
    button(officer, "Add another child")
    expect(officer.page.get_by_role("group", name="Child 2")).to_be_visible()
    button(officer, "Take away child 2")
    button(officer, "Save")

    button(officer, "I have gone through it: it is complete")
    expect(officer.page.get_by_role("main")).to_contain_text("A person went through this contact")
    officer.stops_at("contact-completed")


def test_the_second_officer_is_told_what_the_first_changed(sign_in: SignIn, played: Played) -> None:
    contact_id = merlin(played, 5002)
    first, second = sign_in("officer"), sign_in("manager")
    for person in (first, second):
        person.opens("intake", f"/contacts/{contact_id}/correct/home")
    first.page.get_by_label("Telephone number of the family").fill("07700 900112")
    button(first, "Save")
    second.page.get_by_label("Language spoken at home").fill("Polish")
    button(second, "Save")
    expect(second.page.get_by_role("main")).to_contain_text("07700 900112")
    expect(second.page.get_by_label("Language spoken at home")).to_have_value("Polish")
    is_told(second)
    second.stops_at("contact-correct-changed-meanwhile")


def test_the_officer_takes_a_call_on_a_phone(sign_in: SignIn) -> None:
    officer = sign_in("officer", phone=True)
    officer.opens("intake", "/calls/new")
    officer.stops_at("call-for-which-partnership")
    officer.page.get_by_role("link", name="Havering").click()
    officer.stops_at("call-new")
    button(officer, "Log it")
    is_told(officer)
    officer.stops_at("call-new-says-nothing")
    page = officer.page
    page.get_by_label("What they are worried about").fill("A boy sleeps in the stairwell of Pattern House.")
    page.get_by_label("A child needs protection now").check()
    page.get_by_label("Who they are", exact=True).select_option("school")
    button(officer, "Log it")
    expect(page.get_by_role("main")).to_contain_text("They have to send the written form by")
    officer.stops_at("call-logged")


def test_the_officer_reads_what_was_set_aside(sign_in: SignIn, played: Played) -> None:
    message_id = mail(played, NEWSLETTER)["message_id"]
    officer = sign_in("officer")
    officer.opens("intake", "/messages")
    officer.stops_at("messages")
    officer.page.locator(f'a[href*="{message_id}"]').click()
    officer.stops_at("message")
    officer.page.get_by_label("Why you take it in, or leave it aside").fill("A newsletter, and of no child.")
    button(officer, "Leave it aside")
    expect(officer.page.get_by_role("main")).to_contain_text("left it aside")


def test_a_contact_is_corrected_and_added_to_without_scripts(sign_in: SignIn, played: Played) -> None:
    contact_id = played.story.contacts["school"]["contact_id"]
    officer = sign_in("officer", scripts=False, phone=True)
    officer.opens("intake", f"/contacts/{contact_id}")
    officer.stops_at("contact-without-scripts")
    officer.page.get_by_label("Add what you have heard since").fill("The aunt rang and will take them home.")
    button(officer, "Add")
    expect(officer.page.get_by_role("main")).to_contain_text("The aunt rang")
    officer.page.get_by_role("link", name="Correct Children").click()
    before = len(arrivals.school_form()["children"])
    button(officer, "Add another child")
    expect(officer.page.get_by_role("group", name=f"Child {before + 1}")).to_be_visible()
    button(officer, "Save")
    expect(officer.page.get_by_role("heading", level=1)).to_have_text("What arrived, and what was understood")


def test_a_contact_is_restricted_and_opened_in_an_emergency(sign_in: SignIn, played: Played) -> None:
    contact_id = merlin(played, 5003)
    reference = played.client.post(
        "officer", "intake", "/v1/contacts/headers", {"contact_ids": [contact_id]}
    )[0]["reference"]
    manager = sign_in("manager")
    manager.opens("intake", f"/contacts/{contact_id}/restriction")
    manager.stops_at("restriction-open-to-all")
    manager.page.get_by_label("It is about the family of somebody who works here").check()
    manager.page.get_by_label("Why you do this now").fill("The aunt works on this team.")
    button(manager, "Restrict it to these people")
    manager.stops_at("restriction-restricted")

    officer = sign_in("officer", phone=True)
    officer.opens("intake", "/restrictions/opening")
    officer.stops_at("emergency-opening")
    officer.page.get_by_label("Reference of the contact").fill(reference)
    officer.page.get_by_label("Why it cannot wait").fill("The child has rung, and is alone with him now.")
    button(officer, "Open it, and have it told")
    expect(officer.page.get_by_text("Restricted", exact=True)).to_be_visible()

    dpo = sign_in("dpo")
    dpo.opens("intake", "/restrictions")
    dpo.stops_at("restrictions")
    dpo.page.get_by_role("link", name=reference).click()
    dpo.page.get_by_label("What it is kept for").fill("The family court asks for it.")
    button(dpo, "Keep it")
    dpo.stops_at("restriction-held")
    button(dpo, "Let it go when its time is over")


def test_the_officer_of_data_protection_asks_who_looked(sign_in: SignIn, played: Played) -> None:
    contact = receive(played)
    dpo = sign_in("dpo")
    dpo.opens("intake", "/audit")
    dpo.stops_at("who-looked")
    dpo.page.get_by_label("Reference of a contact").fill(contact["reference"])
    button(dpo, "Find the contacts")
    if dpo.page.get_by_role("heading", name="Contacts of the child").count():
        dpo.stops_at("who-looked-contacts-of-the-child")
        dpo.page.get_by_role("link", name=contact["reference"]).click()
    expect(dpo.page.get_by_role("main")).to_contain_text("The contact came in")
    dpo.stops_at("who-looked-at-a-case")

    dpo.opens("intake", "/audit")
    dpo.page.get_by_label("The name that they sign in with").fill("manager")
    button(dpo, "Show what they looked at")
    expect(dpo.page.get_by_role("heading", level=1)).to_have_text("What manager looked at")
    expect(dpo.page.get_by_role("row").nth(1)).to_contain_text("HAV-26-")
    dpo.stops_at("who-looked-by-a-person")


def test_the_officer_of_data_protection_answers_who_asks(sign_in: SignIn) -> None:
    child = arrivals.school_form()["children"][0]
    year, month, day = child["dob"].split("-")
    dpo = sign_in("dpo")
    dpo.opens("intake", "/subject-access")
    dpo.stops_at("subject-access")
    page = dpo.page
    if page.get_by_label("Which partnership is asked").count():
        page.get_by_label("Which partnership is asked").select_option("havering")
    page.get_by_label("First name").fill(child["given"])
    page.get_by_label("Last name").fill(child["family"])
    for name, value in (("Day", day), ("Month", month), ("Year", year)):
        page.get_by_role("group", name="Date of birth").get_by_label(name).fill(value)
    button(dpo, "Take it in")
    expect(page.get_by_role("heading", name="What is held")).to_be_visible()
    dpo.stops_at("subject-access-request")
    page.locator("main > details > summary").first.click()
    page.locator(".hub-card summary").nth(1).click()
    page.get_by_label("Leave it out, for the reason chosen below").nth(1).check()
    page.get_by_role("button", name="Decide").first.click()
    is_told(dpo)
    dpo.stops_at("subject-access-request-without-exemption")
