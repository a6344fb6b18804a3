"""What every page owes, on the pages that every service has."""

from __future__ import annotations

import pytest
from support.browser import SignIn

pytestmark = pytest.mark.slow


def test_the_manager_comes_to_the_board_and_goes_on_to_other_rooms(sign_in: SignIn) -> None:
    manager = sign_in("manager")
    manager.opens("screening", "/")
    manager.is_at("Board")
    manager.stops_at("board")

    manager.opens("screening", "/accessibility")
    manager.stops_at("accessibility")
    manager.opens("screening", "/cookies")
    manager.stops_at("cookies")
    manager.opens("screening", "/nothing-here")
    manager.stops_at("not-found")


def test_ops_see_what_is_set_aside_at_each_service(sign_in: SignIn) -> None:
    ops = sign_in("ops")
    ops.opens("screening", "/faults")
    ops.stops_at("faults")
    ops.page.get_by_role("link", name="Enquiry").click()
    assert ops.page.url == ops.layout.url("enquiry") + "/faults"


def test_signing_out_ends_it_at_every_service(sign_in: SignIn) -> None:
    manager = sign_in("manager")
    manager.opens("screening", "/board")
    manager.opens("enquiry", "/")
    manager.opens("screening", "/board")
    manager.page.get_by_role("link", name="Sign out").click()
    manager.stops_at("sign-out")
    manager.page.get_by_role("button", name="Sign out").click()
    manager.stops_at("signed-out")

    manager.name = None
    manager.opens("enquiry", "/")
    assert manager.page.url.startswith(manager.layout.url("companion"))


def test_the_board_works_without_scripts(sign_in: SignIn) -> None:
    manager = sign_in("manager", scripts=False, phone=True)
    manager.opens("screening", "/board")
    manager.page.get_by_label("Rating").select_option("red")
    manager.page.get_by_role("button", name="Show").click()
    manager.stops_at("board-of-red-without-scripts")
