"""A school's safeguarding lead on a phone without scripts, and a neighbour, tell the hub of a child."""

from __future__ import annotations

import re

import pytest
from support.browser import Person, SignIn
from support.journeys import Played

pytestmark = pytest.mark.slow

GO_ON = "Save and go on"
REFERENCE = re.compile(r"HAV-\d{2}-[0-9A-Z]{8}")


def press(person: Person, name: str) -> None:
    person.page.get_by_role("button", name=name, exact=True).click()


def follow(person: Person, name: str) -> None:
    """Go on by a link, which may look and be told as a button."""
    # What only a screen reader hears of a link has spaces of its own around it.
    said = re.compile(r"\s*".join(map(re.escape, re.split(r"\s+|(?=:)", name))) + "$")
    links = person.page.get_by_role("link", name=said)
    links.or_(person.page.get_by_role("button", name=said)).last.click()


def write(person: Person, **said: str) -> None:
    for label, words in said.items():
        person.page.locator(f"[name={label}]").fill(words)


def heading(person: Person) -> str:
    return person.page.get_by_role("heading", level=1).inner_text()


def reference_of(person: Person) -> str:
    found = REFERENCE.search(person.page.locator(".govuk-panel").inner_text())
    assert found, heading(person)
    return found[0]


def answer_first(person: Person, danger: str) -> None:
    """Say for which area it is, and whether there is danger."""
    person.page.locator("[name=partnership][value=havering]").check()
    person.page.get_by_label(danger, exact=True).check()
    press(person, "Go on")


def begin(lead: Person, danger: str = "No") -> None:
    lead.opens("intake", "/portal")
    follow(lead, "Tell us of a child")
    answer_first(lead, danger)


@pytest.mark.timeout(480)
@pytest.mark.requirement("INT-01", "INT-22")
def test_a_school_s_lead_sends_the_form_from_a_phone_without_scripts(sign_in: SignIn) -> None:
    lead = sign_in("referrer-school", phone=True, scripts=False)
    lead.opens("intake", "/portal")
    lead.stops_at("portal-start")
    follow(lead, "Tell us of a child")
    lead.stops_at("portal-danger-first")
    press(lead, "Go on")
    assert "Error:" in lead.page.title()
    # The browser tells its console of each answer that is an error.
    lead.faults.clear()
    lead.stops_at("portal-danger-not-answered")

    answer_first(lead, "Yes, or it may be so")
    assert heading(lead) == "Ring before you write"
    lead.stops_at("portal-ring-now")
    follow(lead, "I have rung: go on")
    assert heading(lead) == "What are you asking for?"
    lead.stops_at("portal-request")
    lead.page.locator("[name=request]").first.check()
    press(lead, GO_ON)

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
        follow(lead, "Add a child" if number == 1 else "Add another child")
        write(lead, given=given, family="Sampleton")
        if number == 1:
            lead.stops_at("portal-child-name")
        press(lead, GO_ON)
        lead.page.locator("[name=dob-day]").fill("4")
        lead.page.locator("[name=dob-month]").fill("5")
        lead.page.locator("[name=dob-year]").fill(year)
        press(lead, GO_ON)
        if number == 2:
            assert "A date of birth cannot be in the future." in lead.page.locator("main").inner_text()
            assert lead.page.locator("[name=dob-year]").input_value() == year
            lead.faults.clear()
            lead.stops_at("portal-child-born-in-the-future")
            lead.page.locator("[name=dob-year]").fill("2020")
            press(lead, GO_ON)
        if number == 1:
            lead.stops_at("portal-child-about")
        press(lead, GO_ON)
        if number == 1:
            lead.stops_at("portal-child-places")
        press(lead, GO_ON)
    lead.stops_at("portal-two-children")
    follow(lead, "Remove Fern Sampleton")
    lead.stops_at("portal-remove-child")
    press(lead, "Remove")
    follow(lead, "Go on")


def home(lead: Person) -> None:
    write(lead, address="21 Example Road, Romford, RM99 9ZZ")
    lead.stops_at("portal-home")
    press(lead, GO_ON)
    follow(lead, "Add a person")
    write(lead, given="Dale", family="Sampleton", relationship="Father")
    lead.stops_at("portal-person")
    press(lead, GO_ON)
    for name in ("portal-household", "portal-adults", "portal-other-addresses"):
        lead.stops_at(name)
        follow(lead, "Go on")


def concern(lead: Person) -> None:
    assert heading(lead) == "What has happened?"
    write(lead, narrative="Wren says that nobody was at home for two nights.")
    lead.stops_at("portal-what-has-happened")
    press(lead, GO_ON)
    lead.page.get_by_label("Neglect", exact=True).check()
    lead.stops_at("portal-kinds-of-worry")
    press(lead, GO_ON)
    for name in ("portal-strengths", "portal-views", "portal-tried"):
        lead.stops_at(name)
        press(lead, GO_ON)


def consent(lead: Person) -> None:
    lead.page.locator("[name=told][value=not_informed_further_risk]").check()
    write(lead, rationale="He has said that he would send them away.", decided_by="Lynn Marker")
    lead.stops_at("portal-telling-the-family")
    press(lead, GO_ON)
    for name in ("portal-agreement", "portal-lawful-basis"):
        lead.stops_at(name)
        press(lead, GO_ON)
    lead.stops_at("portal-professionals")
    follow(lead, "Go on")


def who(lead: Person) -> None:
    write(lead, name="Lynn Marker", role="Designated safeguarding lead", agency="Paper Lane Primary")
    lead.page.locator("[name=kind]").select_option("school")
    lead.stops_at("portal-who-are-you")
    press(lead, "Save and come back later")
    lead.stops_at("portal-saved-for-later")
    follow(lead, "Your referrals")
    assert "About Wren Sampleton" in lead.page.locator("main").inner_text()
    lead.stops_at("portal-start-with-a-draft")
    follow(lead, "Go on with it: About Wren Sampleton")
    follow(lead, "Change: How may we reach you?")
    write(lead, email="lmarker@paperlane.sch.example")
    lead.page.get_by_label("Yes", exact=True).check()
    lead.stops_at("portal-how-to-reach-you")
    press(lead, GO_ON)


def files(lead: Person) -> None:
    follow(lead, "Change: Files")
    lead.stops_at("portal-no-files")
    for content, name in ((b"MZ\x90\x00", "program.pdf"), (b"%PDF-1.7\n1 0 obj\n", "body map.pdf")):
        chosen = {"name": name, "mimeType": "application/pdf", "buffer": content}
        lead.page.locator("[name=content]").set_input_files(chosen)  # type: ignore[arg-type]
        press(lead, "Add the file")
    lead.faults.clear()
    assert "body map.pdf" in lead.page.locator("main").inner_text()
    lead.stops_at("portal-one-file")
    follow(lead, "Go on")


def send(lead: Person) -> None:
    assert "You can send this as it is." in lead.page.locator("main").inner_text()
    lead.stops_at("portal-check-your-answers")
    press(lead, "Send to Havering MASH")
    reference = reference_of(lead)
    lead.stops_at("portal-sent")
    follow(lead, "See how it stands, or add to it")
    lead.stops_at("portal-contact")
    follow(lead, "Add information")
    lead.stops_at("portal-add")
    write(lead, text="Wren has now told the school nurse as well.")
    press(lead, "Add this")
    assert "Wren has now told the school nurse as well." in lead.page.locator("main").inner_text()
    lead.stops_at("portal-contact-with-an-addition")
    follow(lead, "Your referrals")
    assert reference in lead.page.locator("main").inner_text()
    lead.stops_at("portal-start-with-one-sent")


@pytest.mark.requirement("FBK-06")
def test_a_school_s_lead_challenges_what_was_decided(sign_in: SignIn, played: Played) -> None:
    lead = sign_in("referrer-school")
    reference = played.story.contacts["school"]["reference"]
    lead.opens("intake", f"/portal/contacts/{reference}")
    lead.stops_at("portal-contact-that-was-decided")
    follow(lead, "Challenge the outcome")
    lead.stops_at("portal-challenge")
    lead.page.get_by_label("What was decided").check()
    write(lead, reason="The plan does not say who sees the children this week.")
    press(lead, "Send the challenge")
    assert "is to answer by" in lead.page.locator("main").inner_text()
    lead.stops_at("portal-challenge-is-open")


def test_a_draft_is_deleted_only_when_that_is_said_twice(sign_in: SignIn) -> None:
    lead = sign_in("referrer-school", phone=True)
    begin(lead)
    lead.opens("intake", "/portal")
    lead.page.get_by_role("link", name="Delete it").first.click()
    assert heading(lead) == "Delete what you have begun?"
    lead.stops_at("portal-delete")
    press(lead, "Delete it")
    assert heading(lead) == "Your referrals"


@pytest.mark.requirement("INT-01")
def test_a_neighbour_tells_of_a_worry_without_an_account(sign_in: SignIn) -> None:
    neighbour = sign_in(None, phone=True, scripts=False)
    neighbour.opens("intake", "/report")
    assert "ring 999 now" in neighbour.page.locator("main").inner_text()
    neighbour.stops_at("report-start")
    answer_first(neighbour, "No")
    press(neighbour, GO_ON)
    neighbour.faults.clear()
    neighbour.stops_at("report-no-worry-written")
    write(neighbour, worry="The boy next door is out alone at midnight.", when="Most nights")
    press(neighbour, GO_ON)
    neighbour.stops_at("report-no-children-yet")
    follow(neighbour, "Add a child")
    write(neighbour, given="Jay", estimated_age_years="8")
    neighbour.stops_at("report-child")
    press(neighbour, GO_ON)
    neighbour.stops_at("report-one-child")
    follow(neighbour, "Go on")
    write(neighbour, address="The flat above the bakery in Sample Close")
    neighbour.stops_at("report-home")
    press(neighbour, GO_ON)
    neighbour.stops_at("report-who-are-you")
    press(neighbour, GO_ON)
    neighbour.stops_at("report-how-to-reach-you")
    press(neighbour, "Save and come back later")
    neighbour.stops_at("report-saved-for-later")
    neighbour.opens("intake", "/report")
    neighbour.stops_at("report-start-with-a-draft")
    follow(neighbour, "Go on with it")
    neighbour.stops_at("report-check")
    press(neighbour, "Send to Havering MASH")
    assert reference_of(neighbour)
    neighbour.stops_at("report-sent")


def test_a_neighbour_deletes_what_they_wrote(sign_in: SignIn) -> None:
    neighbour = sign_in(None, phone=True)
    neighbour.opens("intake", "/report")
    answer_first(neighbour, "Yes, or it may be so")
    neighbour.stops_at("report-ring-now")
    follow(neighbour, "Delete what I wrote")
    neighbour.stops_at("report-delete")
    press(neighbour, "Delete it")
    assert heading(neighbour) == "It is deleted"
    neighbour.stops_at("report-deleted")
    neighbour.opens("intake", "/report/check")
    assert heading(neighbour) == "Are you worried about a child?"
