"""A contact on its way to a decision: an officer, a social worker and a manager at the screening pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from openmash_local.demo import arrivals
from playwright.sync_api import expect
from support.browser import Person, SignIn
from support.journeys import Played

pytestmark = pytest.mark.slow

NARRATIVE = (
    "Hazel told her teacher that her father hits her with a belt. She has bruises on both arms and comes "
    "to school hungry."
)
MOST_TABS = 400
# In milliseconds; the board asks every ten seconds.
RENEWED_WITHIN = 20_000


@dataclass(frozen=True)
class Concern:
    """A contact that a school has sent and that screening has taken up."""

    played: Played
    contact_id: str
    reference: str

    @property
    def path(self) -> str:
        return f"/screenings/{self.contact_id}"

    def change(self, persona: str, what: str, body: Any) -> None:
        """Somebody else changes the screening meanwhile."""
        version = self.played.client.get(persona, "screening", f"/v1{self.path}")["version"]
        self.played.client.post(persona, "screening", f"/v1{self.path}/{what}", body, version)

    def add(self, words: str) -> None:
        """The school adds something, and screening has heard of it."""
        path = f"/v1/contacts/{self.reference}/additions"
        self.played.client.post("referrer-school", "intake", path, {"text": words})
        self.played.client.until(
            "the addition at screening",
            lambda: self.played.client.get("manager", "screening", f"/v1{self.path}")["new_information"],
        )


def concern(played: Played, family: str) -> Concern:
    form = arrivals.school_form()
    child = {"given": "Hazel", "family": family, "dob": "2016-03-09", "sex": "female"}
    parent = {"given": "Rowan", "family": family, "dob": "1987-02-11", "relationship": "father"}
    told = {**form["concern"], "narrative": NARRATIVE}
    sent = {**form, "children": [child], "household": [parent], "concern": told}
    sent["address"] = f"14 {family} Close, Examplesford, RM1 9ZY"
    receipt = played.client.post("referrer-school", "intake", "/v1/contacts", sent)
    contact_id = str(receipt["contact_id"])

    def taken_up() -> bool:
        rows = played.client.get("manager", "screening", "/v1/screenings?limit=200")["items"]
        return any(row["contact_id"] == contact_id for row in rows)

    played.client.until("the contact in screening", lambda: taken_up() or None)
    return Concern(played, contact_id, receipt["reference"])


def tab_to(person: Person, selector: str) -> None:
    """Reach something as somebody without a mouse does."""
    for _ in range(MOST_TABS):
        person.page.keyboard.press("Tab")
        if person.page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"{selector} is not reached with the Tab key at {person.page.url}")


def choose(person: Person, name: str, value: str) -> None:
    """Choose one of a group of radio buttons by the arrow keys."""
    tab_to(person, f'input[name="{name}"]')
    person.page.keyboard.press("Space")
    for _ in range(20):
        if person.page.evaluate("() => document.activeElement.value") == value:
            return
        person.page.keyboard.press("ArrowDown")
    raise AssertionError(f"{name} has no choice {value}")


def test_the_officer_reads_accepts_and_records(sign_in: SignIn, played: Played) -> None:
    one = concern(played, "Oakexample")
    officer = sign_in("officer")
    officer.opens("screening", one.path)
    officer.reads("Only a manager rates it")
    expect(officer.page.locator(".hub-said mark").first).to_be_visible()
    officer.stops_at("screening-undecided-officer")

    officer.presses("Keep your answers")
    officer.is_refused_at("screening-suggestions-unanswered")
    belt = officer.page.get_by_role("group", name="Level 4: Carer did significant physical harm")
    belt.get_by_label("Accept").check()
    officer.presses("Keep your answers")
    officer.reads("Accepted by officer")

    officer.follows("Record what you found")
    officer.stops_at("screening-findings")
    officer.page.get_by_label("Show only those with these words").fill("injur")
    officer.page.keyboard.press("Enter")
    officer.reads("indicators have these words")
    officer.page.locator("details[open] input[name=indicators]").first.check()
    officer.stops_at("screening-findings-found")
    officer.presses("Keep what you found")
    expect(officer.page.get_by_role("heading", level=1)).to_have_text("Screening")


def test_the_officer_uses_a_special_tool(sign_in: SignIn, played: Played) -> None:
    one = concern(played, "Hollyexample")
    officer = sign_in("officer")
    officer.opens("screening", one.path)
    officer.follows("Child sexual exploitation")
    officer.stops_at("screening-tool")
    officer.page.get_by_label("Absent from school").check()
    officer.page.get_by_label("How old is the child, in years?").fill("10")
    officer.presses("Use the tool")
    officer.reads("What the tool made of it")
    officer.stops_at("screening-tool-used")


def test_the_manager_rates_and_decides_with_the_keyboard_alone(sign_in: SignIn, played: Played) -> None:
    one = concern(played, "Ashexample")
    manager = sign_in("manager")
    manager.opens("screening", one.path)
    manager.stops_at("screening-undecided-manager")
    manager.page.reload()
    choose(manager, "rating", "amber")
    tab_to(manager, "#rationale")
    manager.page.keyboard.type("Marks that nobody has explained.")
    tab_to(manager, 'form[action*="/rating"] button')
    manager.page.keyboard.press("Enter")
    expect(manager.page.locator(".moj-timeline")).to_contain_text("Rated Amber")

    tab_to(manager, 'a[href*="/decision"]')
    manager.page.keyboard.press("Enter")
    expect(manager.page.get_by_role("heading", level=1)).to_have_text("Decide what happens next")
    manager.stops_at("screening-decision")
    manager.page.reload()
    choose(manager, "pathway", "enquiry")
    choose(manager, "level", "3")
    tab_to(manager, 'form[action*="/decision"] button')
    manager.page.keyboard.press("Enter")
    manager.is_refused_at("screening-decision-agencies-wanting")

    manager.page.get_by_role("link", name="Choose at least one agency to ask.").focus()
    manager.page.keyboard.press("Enter")
    expect(manager.page.locator('input[name="agencies"][value="police"]')).to_be_focused()
    manager.page.keyboard.press("Space")
    tab_to(manager, "#rationale")
    manager.page.keyboard.type("The police may know of the home.")
    tab_to(manager, 'form[action*="/decision"] button')
    manager.page.keyboard.press("Enter")
    manager.reads("Agencies are being asked.")
    manager.stops_at("screening-enquiry-asked-for")


def test_a_social_worker_advises_and_the_manager_decides(sign_in: SignIn, played: Played) -> None:
    one = concern(played, "Elmexample")
    given = {"pathway": "social_worker_screening", "level": 3, "worker": "worker", "rationale": "Unclear."}
    one.change("manager", "pathway", given)
    worker = sign_in("worker")
    worker.opens("screening", one.path)
    worker.reads("then write your note")
    worker.stops_at("screening-with-social-worker")

    worker.follows("Write the analysis")
    worker.stops_at("screening-analysis")
    worker.page.get_by_label("What is working well?").first.fill("An aunt comes on Sundays.")
    worker.presses("Keep the analysis")
    worker.reads("An aunt comes on Sundays.")
    worker.follows("Write a social worker's note")
    worker.presses("Give it back to the manager")
    worker.is_refused_at("screening-note-wanting")
    worker.page.get_by_label("Yes").check()
    worker.page.get_by_label("What they said").fill("They ask for help with the mornings.")
    worker.page.get_by_label("What you found").fill("The family is isolated, and wants help.")
    worker.page.get_by_label("Level 2, Vulnerable").check()
    worker.page.get_by_label("Early Help", exact=True).check()
    worker.presses("Give it back to the manager")
    worker.reads("Social worker's note")

    one.change("manager", "pathway", {"pathway": "early_help", "level": 2, "rationale": "They agree."})
    one.add("The school nurse saw Hazel again today.")
    manager = sign_in("manager")
    manager.opens("screening", one.path)
    manager.reads("Something was added after the decision.")
    manager.stops_at("screening-something-new-after-decision")
    manager.follows("The decision stands although something was added")
    manager.page.get_by_label("Why does the decision stand?").fill("The nurse says the same.")
    manager.presses("Confirm the decision")
    manager.reads("It is decided.")
    manager.stops_at("screening-decided")


def test_the_second_of_two_is_told_what_the_first_changed(sign_in: SignIn, played: Played) -> None:
    one = concern(played, "Yewexample")
    manager = sign_in("manager")
    manager.opens("screening", one.path)
    manager.page.get_by_label("Red").check()
    manager.page.get_by_label("Why, in your own words").fill("Hurt with an implement.")
    found = {"indicators": ["hav.abuse_neglect.4.09"]}
    version = played.client.get("officer", "screening", f"/v1{one.path}")["version"]
    played.client.put("officer", "screening", f"/v1{one.path}/findings", found, version)
    manager.presses("Rate")

    manager.reads("what was found, by officer")
    manager.is_refused_at("screening-changed-meanwhile")
    expect(manager.page.get_by_label("Why, in your own words")).to_have_value("Hurt with an implement.")
    manager.presses("Rate")
    expect(manager.page.locator(".moj-timeline")).to_contain_text("Rated Red")


def test_the_clock_is_stopped_and_a_disagreement_settled_without_scripts(
    sign_in: SignIn, played: Played
) -> None:
    one = concern(played, "Limeexample")
    manager = sign_in("manager", scripts=False, phone=True)
    manager.opens("screening", one.path)
    manager.follows("Stop the clock")
    manager.presses("Stop the clock")
    manager.stops_at("screening-pause-wanting")
    manager.page.get_by_label("Why does the clock stop?").fill("The court has the file.")
    manager.presses("Stop the clock")
    manager.reads("The clock is stopped.")
    manager.stops_at("screening-paused")

    officer = sign_in("officer", scripts=False)
    officer.opens("screening", one.path)
    officer.follows("Raise a disagreement")
    officer.stops_at("disagreement-to-raise")
    officer.page.get_by_label("The delay").check()
    officer.page.get_by_label("Why do you disagree?").fill("The mother waits for an answer.")
    officer.presses("Raise it")
    officer.reads("Only a manager writes the answer down.")
    id = officer.page.url.rpartition("/")[2]
    manager.opens("screening", f"/disagreements/{id}")
    manager.stops_at("disagreement-to-answer")
    manager.page.get_by_label("Changed in part").check()
    manager.page.get_by_label("The answer", exact=True).fill("The clock starts again tomorrow.")
    manager.presses("Give the answer")
    officer.page.reload()
    officer.stops_at("disagreement-answered")
    officer.presses("Accept the answer")
    officer.reads("It has ended.")

    officer.opens("screening", "/disagreements?state=closed")
    officer.stops_at("disagreements-closed")


def test_a_board_that_is_no_longer_renewed_says_so(sign_in: SignIn, played: Played) -> None:
    manager = sign_in("manager")
    manager.opens("screening", "/board")
    warning = manager.page.get_by_text("This list is no longer renewed")
    expect(warning).to_be_hidden()
    manager.page.route("**/board/renewed*", lambda route: route.abort())
    expect(warning).to_be_visible(timeout=RENEWED_WITHIN)
    manager.page.unroute("**/board/renewed*")
    expect(warning).to_be_hidden(timeout=RENEWED_WITHIN)
