"""A school's safeguarding lead on a phone without scripts, and a neighbour, tell the hub of a child."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from support.browser import Person, SignIn
from support.enquiries import decide, receive
from support.journeys import Played

pytestmark = pytest.mark.slow

GO_ON = "Save and go on"
REFERENCE = re.compile(r"HAV-\d{2}-[0-9A-Z]{8}")


def reference_of(person: Person) -> str:
    found = REFERENCE.search(person.page.locator(".govuk-panel").inner_text())
    assert found, person.heading
    return found[0]


def answer_first(person: Person, danger: str) -> None:
    """Say for which area it is, and whether there is danger."""
    person.page.locator("[name=partnership][value=havering]").check()
    person.page.get_by_label(danger, exact=True).check()
    person.presses("Go on")


def begin(lead: Person, danger: str = "No") -> None:
    lead.opens("intake", "/portal")
    lead.follows("Tell us of a child")
    answer_first(lead, danger)


@pytest.mark.timeout(480)
@pytest.mark.requirement("INT-01", "INT-22")
def test_a_school_s_lead_sends_the_form_from_a_phone_without_scripts(sign_in: SignIn) -> None:
    lead = sign_in("referrer-school", phone=True, scripts=False)
    lead.opens("intake", "/portal")
    lead.stops_at("portal-start")
    lead.follows("Tell us of a child")
    lead.stops_at("portal-danger-first")
    lead.presses("Go on")
    expect(lead.page).to_have_title(re.compile("^Error:"))
    lead.stops_at("portal-danger-not-answered")

    answer_first(lead, "Yes, or it may be so")
    lead.is_at("Ring before you write")
    lead.stops_at("portal-ring-now")
    lead.follows("I have rung: go on")
    lead.is_at("What are you asking for?")
    lead.stops_at("portal-request")
    lead.page.locator("[name=request]").first.check()
    lead.presses(GO_ON)

    children(lead)
    home(lead)
    concern(lead)
    consent(lead)
    who(lead)
    files(lead)
    send(lead)


def children(lead: Person) -> None:
    lead.stops_at("portal-no-children-yet")
    for number, (given, year) in enumerate((("Wren", "2017"), ("Fern", "2031")), 1):
        lead.follows("Add a child" if number == 1 else "Add another child")
        lead.writes(given=given, family="Sampleton")
        if number == 1:
            lead.stops_at("portal-child-name")
        lead.presses(GO_ON)
        lead.page.locator("[name=dob-day]").fill("4")
        lead.page.locator("[name=dob-month]").fill("5")
        lead.page.locator("[name=dob-year]").fill(year)
        lead.presses(GO_ON)
        if number == 2:
            lead.reads("A date of birth cannot be in the future.")
            assert lead.page.locator("[name=dob-year]").input_value() == year
            lead.stops_at("portal-child-born-in-the-future")
            lead.page.locator("[name=dob-year]").fill("2020")
            lead.presses(GO_ON)
        if number == 1:
            lead.stops_at("portal-child-about")
        lead.presses(GO_ON)
        if number == 1:
            lead.stops_at("portal-child-places")
        lead.presses(GO_ON)
    lead.stops_at("portal-two-children")
    lead.follows("Remove Fern Sampleton")
    lead.stops_at("portal-remove-child")
    lead.presses("Remove")
    lead.follows("Go on")


def home(lead: Person) -> None:
    lead.writes(address="21 Example Road, Romford, RM99 9ZZ")
    lead.stops_at("portal-home")
    lead.presses(GO_ON)
    lead.follows("Add a person")
    lead.writes(given="Dale", family="Sampleton", relationship="Father")
    lead.stops_at("portal-person")
    lead.presses(GO_ON)
    for name in ("portal-household", "portal-adults", "portal-other-addresses"):
        lead.stops_at(name)
        lead.follows("Go on")


def concern(lead: Person) -> None:
    lead.is_at("What has happened?")
    lead.writes(narrative="Wren says that nobody was at home for two nights.")
    lead.stops_at("portal-what-has-happened")
    lead.presses(GO_ON)
    lead.page.get_by_label("Neglect", exact=True).check()
    lead.stops_at("portal-kinds-of-worry")
    lead.presses(GO_ON)
    for name in ("portal-strengths", "portal-views", "portal-tried"):
        lead.stops_at(name)
        lead.presses(GO_ON)


def consent(lead: Person) -> None:
    lead.page.locator("[name=told][value=not_informed_further_risk]").check()
    lead.writes(rationale="He has said that he would send them away.", decided_by="Lynn Marker")
    lead.stops_at("portal-telling-the-family")
    lead.presses(GO_ON)
    for name in ("portal-agreement", "portal-lawful-basis"):
        lead.stops_at(name)
        lead.presses(GO_ON)
    lead.stops_at("portal-professionals")
    lead.follows("Go on")


def who(lead: Person) -> None:
    lead.writes(name="Lynn Marker", role="Designated safeguarding lead", agency="Paper Lane Primary")
    lead.page.locator("[name=kind]").select_option("school")
    lead.stops_at("portal-who-are-you")
    lead.presses("Save and come back later")
    lead.stops_at("portal-saved-for-later")
    lead.follows("Your referrals")
    lead.reads("About Wren Sampleton")
    lead.stops_at("portal-start-with-a-draft")
    lead.follows("Go on with it: About Wren Sampleton")
    lead.follows("Change: How may we reach you?")
    lead.writes(email="lmarker@paperlane.sch.example")
    lead.page.get_by_label("Yes", exact=True).check()
    lead.stops_at("portal-how-to-reach-you")
    lead.presses(GO_ON)


def files(lead: Person) -> None:
    lead.follows("Change: Files")
    lead.stops_at("portal-no-files")
    for content, name in ((b"MZ\x90\x00", "program.pdf"), (b"%PDF-1.7\n1 0 obj\n", "body map.pdf")):
        chosen = {"name": name, "mimeType": "application/pdf", "buffer": content}
        lead.page.locator("[name=content]").set_input_files(chosen)  # type: ignore[arg-type]
        lead.presses("Add the file")
    lead.reads("body map.pdf")
    lead.stops_at("portal-one-file")
    lead.follows("Go on")


def send(lead: Person) -> None:
    lead.reads("You can send this as it is.")
    lead.stops_at("portal-check-your-answers")
    lead.presses("Send to Havering MASH")
    reference = reference_of(lead)
    lead.stops_at("portal-sent")
    lead.follows("See how it stands, or add to it")
    lead.stops_at("portal-contact")
    lead.follows("Add information")
    lead.stops_at("portal-add")
    lead.writes(text="Wren has now told the school nurse as well.")
    lead.presses("Add this")
    lead.reads("Wren has now told the school nurse as well.")
    lead.stops_at("portal-contact-with-an-addition")
    lead.follows("Your referrals")
    lead.reads(reference)
    lead.stops_at("portal-start-with-one-sent")


@pytest.mark.requirement("FBK-06")
def test_a_school_s_lead_challenges_what_was_decided(sign_in: SignIn, played: Played) -> None:
    lead = sign_in("referrer-school")
    sent = receive(played)
    decide(played, sent["contact_id"], "green", pathway="early_help", level=2, advice="Help at breakfast.")
    reference = sent["reference"]
    path = f"/v1/contacts/{reference}/status"
    client = played.client
    client.until(
        "the decision at intake",
        lambda: client.get("referrer-school", "intake", path)["stage"] == "decided" or None,
    )
    lead.opens("intake", f"/portal/contacts/{reference}")
    lead.stops_at("portal-contact-that-was-decided")
    lead.follows("Challenge the outcome")
    lead.stops_at("portal-challenge")
    lead.page.get_by_label("What was decided").check()
    lead.writes(reason="The plan does not say who sees the children this week.")
    lead.presses("Send the challenge")
    lead.reads("is to answer by")
    lead.stops_at("portal-challenge-is-open")


def test_a_draft_is_deleted_only_when_that_is_said_twice(sign_in: SignIn) -> None:
    lead = sign_in("referrer-school", phone=True)
    begin(lead)
    lead.opens("intake", "/portal")
    lead.page.get_by_role("link", name="Delete it").first.click()
    lead.is_at("Delete what you have begun?")
    lead.stops_at("portal-delete")
    lead.presses("Delete it")
    lead.is_at("Your referrals")


@pytest.mark.requirement("INT-01")
def test_a_neighbour_tells_of_a_worry_without_an_account(sign_in: SignIn) -> None:
    neighbour = sign_in(None, phone=True, scripts=False)
    neighbour.opens("intake", "/report")
    neighbour.reads("ring 999 now")
    neighbour.stops_at("report-start")
    answer_first(neighbour, "No")
    neighbour.presses(GO_ON)
    neighbour.stops_at("report-no-worry-written")
    neighbour.writes(worry="The boy next door is out alone at midnight.", when="Most nights")
    neighbour.presses(GO_ON)
    neighbour.stops_at("report-no-children-yet")
    neighbour.follows("Add a child")
    neighbour.writes(given="Jay", estimated_age_years="8")
    neighbour.stops_at("report-child")
    neighbour.presses(GO_ON)
    neighbour.stops_at("report-one-child")
    neighbour.follows("Go on")
    neighbour.writes(address="The flat above the bakery in Sample Close")
    neighbour.stops_at("report-home")
    neighbour.presses(GO_ON)
    neighbour.stops_at("report-who-are-you")
    neighbour.presses(GO_ON)
    neighbour.stops_at("report-how-to-reach-you")
    neighbour.presses("Save and come back later")
    neighbour.stops_at("report-saved-for-later")
    neighbour.opens("intake", "/report")
    neighbour.stops_at("report-start-with-a-draft")
    neighbour.follows("Go on with it")
    neighbour.stops_at("report-check")
    neighbour.presses("Send to Havering MASH")
    assert reference_of(neighbour)
    neighbour.stops_at("report-sent")


def test_a_neighbour_deletes_what_they_wrote(sign_in: SignIn) -> None:
    neighbour = sign_in(None, phone=True)
    neighbour.opens("intake", "/report")
    answer_first(neighbour, "Yes, or it may be so")
    neighbour.stops_at("report-ring-now")
    neighbour.follows("Delete what I wrote")
    neighbour.stops_at("report-delete")
    neighbour.presses("Delete it")
    neighbour.is_at("It is deleted")
    neighbour.stops_at("report-deleted")
    neighbour.opens("intake", "/report/check")
    neighbour.is_at("Are you worried about a child?")
