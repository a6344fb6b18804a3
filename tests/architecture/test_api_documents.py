"""The OpenAPI documents are what the services are, and say how to sign in and what is refused how."""

from typing import Any

import pytest
from support.api_documents import REFUSAL, document, documents, kept
from support.architecture import ALL_SERVICES

METHODS = {"get", "post", "put", "patch", "delete"}


def operations(service: str) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    made = document(service)
    return [
        (f"{method} {path}", operation, made)
        for path, item in made["paths"].items()
        for method, operation in item.items()
        if method in METHODS and path.startswith("/v1/")
    ]


def test_the_documents_are_as_the_services_are() -> None:
    assert kept() == documents(), (
        "docs/api is not what the routes say. Run `make contracts`, look at the difference and commit it."
    )


# What is open to everybody, and says so by naming nothing to sign in with.
PUBLIC_FORM = "post /v1/public/contacts"


@pytest.mark.parametrize("service", ALL_SERVICES)
class TestEveryDocument:
    def test_says_how_to_sign_in_at_every_door(self, service: str) -> None:
        for name, operation, made in operations(service):
            if name == PUBLIC_FORM:
                assert "security" not in operation
                continue
            schemes = {scheme for one in operation.get("security", []) for scheme in one}
            assert schemes, f"{service}: {name} names no security scheme."
            assert schemes <= set(made["components"]["securitySchemes"])

    def test_says_what_a_refusal_is(self, service: str) -> None:
        for name, operation, made in operations(service):
            assert operation["responses"]["4XX"] == operation["responses"]["5XX"] == REFUSAL, name
            assert "application/problem+json" in made["components"]["responses"]["Refused"]["content"]

    def test_says_what_each_door_is_for(self, service: str) -> None:
        silent = [name for name, operation, _ in operations(service) if not operation.get("description")]
        assert not silent, f"{service}: {silent} have no docstring, which is what a caller reads."


def test_a_change_says_that_it_names_a_version() -> None:
    [change] = [one for name, one, _ in operations("partner-gateway") if name.endswith("{request_id}/return")]
    assert "If-Match" in {one["name"] for one in change["parameters"]}
