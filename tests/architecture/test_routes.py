"""Who may call is in the signature of every route, and nothing about a person is in an address."""

import re
from typing import get_args

import pytest
from fastapi.dependencies.models import Dependant
from mash.web import HubDep
from mash.web.pages.routing import say_purpose
from mash.web.request import refuse_unknown_queries, say_what_for
from support.architecture import ALL_SERVICES, callers, is_public, routes

# What anybody may ask, without signing in: whether the service lives, what it is, what it measures, and the
# way to sign in.
PUBLIC = {
    "/health/live",
    "/health/ready",
    "/health/startup",
    "/info",
    "/metrics",
    "/sign-in",
    "/sign-in/callback",
    "/sign-out",
    "/assets/{look}/{asset}",
    "/accessibility",
    "/cookies",
}
# A concern must never fail for want of an account.
PUBLIC_FORM = {
    "/v1/public/contacts",
    "/report",
    "/report/check",
    "/report/delete",
    "/report/deleted",
    "/report/later",
    "/report/removed",
    "/report/ring",
    "/report/send",
    "/report/sent",
    "/report/{stage}",
    "/report/{stage}/{number}/remove",
    "/report/{stage}/{number}/{step}",
}
# What is asked at the same address of every version.
WITHOUT_VERSION = {"/me"}
# What may stand before the caller: it tells a stranger nothing that the description does not.
BEFORE = (get_args(HubDep)[1].dependency, refuse_unknown_queries, say_what_for, say_purpose)
# Searches are sent as a body: an address is kept in every log and proxy on the way.
PERSONAL = re.compile(
    r"name|given|family|surname|dob|birth|address|postcode|nhs|phone|email|text|search|^q$|query"
)


def parameters(dependant: Dependant) -> set[str]:
    own = {parameter.alias for parameter in [*dependant.query_params, *dependant.path_params]}
    return own.union(*(parameters(inner) for inner in dependant.dependencies))


@pytest.mark.parametrize("service", ALL_SERVICES)
class TestEveryRoute:
    @pytest.mark.requirement("SEAL-01")
    def test_names_its_caller(self, service: str) -> None:
        unnamed = [route.path for route in routes(service) if not callers(route.dependant)]
        assert not unnamed, (
            f"{service}: {unnamed} do not say who may call. Add a parameter such as `manager: Manager` from "
            "mash.access to each; a route that anybody may call says so with `_: Public`."
        )

    @pytest.mark.requirement("SEAL-09")
    def test_finds_its_caller_before_it_asks_for_anything_else(self, service: str) -> None:
        for route in routes(service):
            first = [one for one in route.dependant.dependencies if one.call not in BEFORE]
            assert callers(first[0]), (
                f"{service}: {route.path} asks for something before it knows who calls. Put the caller "
                "before `version: IfMatch` and the like, so that a stranger learns nothing of what is needed."
            )

    @pytest.mark.requirement("SEAL-01")
    def test_is_closed_to_strangers_but_for_those_on_the_list(self, service: str) -> None:
        opened = {route.path for route in routes(service) if is_public(route)} - PUBLIC_FORM
        assert opened <= PUBLIC, (
            f"{service}: {sorted(opened - PUBLIC)} can be called without signing in. If that is meant, "
            "add it to PUBLIC above, where it will be seen in review."
        )

    @pytest.mark.requirement("SEAL-09")
    def test_has_nothing_about_a_person_in_its_address(self, service: str) -> None:
        for route in routes(service):
            personal = {name for name in parameters(route.dependant) if PERSONAL.search(name)}
            assert not personal, (
                f"{service}: {route.path} takes {sorted(personal)} in its address, which logs keep. "
                "Make it a POST that takes them in its body."
            )

    @pytest.mark.requirement("SEAL-05")
    def test_has_a_tag_that_says_what_it_is_for(self, service: str) -> None:
        untagged = [route.path for route in routes(service) if not route.tags]
        assert not untagged, (
            f"{service}: {untagged} have no tag, and the audit could not say what a look by them was for. "
            "Give the router `tags=[...]`."
        )

    def test_is_found_at_all(self, service: str) -> None:
        assert {route.path for route in routes(service)} >= PUBLIC | {"/", "/faults"}
        assert [
            route for route in routes(service) if route.path.startswith("/v1/") and route.methods != {"GET"}
        ]

    def test_has_an_address_and_a_method_of_its_own(self, service: str) -> None:
        seen = [(route.path, method) for route in routes(service) for method in sorted(route.methods)]
        assert len(seen) == len(set(seen)), (
            f"{service}: two routes answer the same request; one is never reached."
        )

    def test_belongs_to_a_version_or_to_operations(self, service: str) -> None:
        programs = [route for route in routes(service) if "pages" not in route.tags]
        strange = [route.path for route in programs if not route.path.startswith("/v1/")]
        assert set(strange) <= PUBLIC | WITHOUT_VERSION, (
            f"{service}: {strange} should be under /v1/, so that a /v2/ can be added."
        )
