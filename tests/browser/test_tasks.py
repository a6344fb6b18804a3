"""The officer and the data protection officer at their tasks, and at what did not reach a referrer."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect
from support.browser import SignIn
from support.enquiries import decide, open_enquiry, receive
from support.journeys import Played

# Starting the hub, and each stop, takes a while on a machine that is busy.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(480)]


@pytest.fixture(scope="module")
def to_be_told(played: Played) -> str:
    """A decided contact whose referrer has to be told by a person."""
    contact_id = str(receive(played, email=None)["contact_id"])
    decide(played, contact_id, "green", pathway="early_help", level=2, advice="Help with sleep.")

    def raised() -> list[Any] | None:
        path = f"/v1/tasks?contact_id={contact_id}&kind=tell_in_person"
        return played.client.get("officer", "notifications", path)["items"] or None

    played.client.until("the task", raised)
    return contact_id


def test_the_officer_reads_what_was_not_delivered_and_tells_the_referrer(
    sign_in: SignIn, to_be_told: str
) -> None:
    officer = sign_in("officer")
    officer.opens("notifications", "/undelivered")
    officer.stops_at("undelivered")
    officer.opens("notifications", f"/tasks?contact_id={to_be_told}")
    officer.stops_at("tasks")
    officer.page.locator("tbody th a").first.click()
    officer.stops_at("task")
    officer.page.get_by_role("link", name="Read the message and what was tried").click()
    officer.stops_at("undelivered-message")
    officer.page.get_by_role("link", name="All that this referrer was told").click()
    officer.stops_at("feedback-proof")

    officer.opens("notifications", f"/tasks?contact_id={to_be_told}")
    officer.page.locator("tbody th a").first.click()
    officer.presses("Record it")
    expect(officer.page.get_by_text("There is a problem")).to_be_visible()
    officer.stops_at("task-errors")
    officer.page.get_by_label("By telephone").check()
    officer.page.get_by_label("Note").fill("The office took the message.")
    officer.presses("Record it")
    officer.opens("notifications", f"/tasks?whose=done&contact_id={to_be_told}")
    expect(officer.page.get_by_text("The office took the message.")).to_be_visible()
    officer.stops_at("tasks-done")


def test_the_manager_comes_from_a_task_to_the_enquiry_without_scripts(
    sign_in: SignIn, played: Played
) -> None:
    one = open_enquiry(played, "housing")
    manager = sign_in("manager", scripts=False, phone=True)
    manager.opens("notifications", f"/tasks?contact_id={one.contact_id}")
    manager.page.get_by_label("Show").select_option("all")
    manager.presses("Show")
    manager.stops_at("tasks-of-the-team-without-scripts")
    assert one.contact_id in manager.page.url


def test_the_protection_officer_has_tasks_of_their_own(sign_in: SignIn, played: Played) -> None:
    dpo = sign_in("dpo")
    dpo.opens("notifications", "/tasks")
    expect(dpo.page.get_by_role("heading", level=1)).to_have_text("Tasks")
    dpo.stops_at("tasks-of-the-protection-officer")
