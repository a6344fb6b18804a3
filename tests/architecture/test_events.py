"""Every event is published and heard, and every timer that is set has somebody to fire it."""

import ast
import importlib
from collections import Counter
from pathlib import Path

import pytest
from mash.contracts import EVENTS, Event
from mash.contracts.boundary import AgencyMessage, InformationRequest
from mash.messaging.topology import CONSUMING_SERVICES
from support.architecture import (
    ALL_SERVICES,
    boundary_handlers,
    calls,
    handlers,
    source,
    timer_handlers,
)
from support.deployment import ROOT

# Facts that no service of ours acts on. They stay on the bus for whoever counts them later; each with where
# people see the same thing today.
UNHEARD = {
    "DiscussionAsked": "the agencies that must attend are told across the boundary, and the enquiry shows it",
    "DiscussionEnded": "the agencies that must attend are told across the boundary, and the enquiry shows it",
    "MessageSetAside": "contact officers have the list of what was set aside",
    "ProductSent": "the enquiry keeps what was sent to whom, and each owner's ledger how its items were used",
    "RequestDueSoon": "the agency itself was reminded across the boundary, and the enquiry keeps the proof",
    "ScreeningPaused": "the screening shows it, and ScreeningResumed says when it is due from then on",
}


def _source(producer: str) -> Path:
    """A service's modules; what any of them may tell, `mash` tells for them."""
    return source(producer) if producer != "hub" else ROOT / "libs" / "common" / "src" / "mash"


def heard_by(event: type[Event]) -> list[str]:
    return [service for service in ALL_SERVICES for handler in handlers(service) if handler.event is event]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
class TestEveryEvent:
    def test_is_heard_or_is_on_the_list(self, event: type[Event]) -> None:
        assert heard_by(event) or event.__name__ in UNHEARD, (
            f"Nobody listens to {event.__name__}. Add a Handler for it to the table in a service's "
            "events/handlers.py, or say in UNHEARD above whom it is for."
        )

    def test_is_published_by_its_producer(self, event: type[Event]) -> None:
        made = list(calls(_source(event.producer), event.__name__))
        assert made, (
            f"{event.producer} never makes a {event.__name__}, so whoever waits for it waits for ever. "
            "Emit it where it happens, or take it out of the contracts."
        )

    def test_is_published_by_nobody_else(self, event: type[Event]) -> None:
        others = [
            service
            for service in ALL_SERVICES
            if not event.is_told_by(service) and list(calls(source(service), event.__name__))
        ]
        assert not others, f"{event.__name__} is {event.producer}'s to publish; {others} make it as well."


def test_the_list_of_the_unheard_is_no_longer_than_it_must_be() -> None:
    known = {event.__name__ for event in EVENTS if not heard_by(event)}
    assert set(UNHEARD) <= known, f"{sorted(set(UNHEARD) - known)} are heard, or are no events any more."


@pytest.mark.parametrize("service", ALL_SERVICES)
class TestEveryService:
    def test_has_one_handler_for_an_event(self, service: str) -> None:
        often = [
            event.__name__ for event, n in Counter(one.event for one in handlers(service)).items() if n > 1
        ]
        assert not often, f"{service} has two handlers for {often}; only the last would ever run."

    def test_listens_only_if_the_broker_lets_it(self, service: str) -> None:
        assert not handlers(service) or service in CONSUMING_SERVICES, (
            f"{service} has handlers and no durable consumer. Add it to CONSUMING_SERVICES in "
            "mash/messaging/topology.py."
        )

    def test_fires_every_timer_that_it_sets(self, service: str) -> None:
        fired = {handler.kind for handler in timer_handlers(service)}
        for path, call in calls(source(service), "schedule"):
            unfired = kinds(path, call) - fired
            assert not unfired, (
                f"{path.relative_to(ROOT)}:{call.lineno} sets the timer {unfired}, and no TimerHandler "
                f"of {service} fires it: what is due would never be chased."
            )

    def test_sets_every_timer_that_it_would_fire(self, service: str) -> None:
        set_here = {kind for path, call in calls(source(service), "schedule") for kind in kinds(path, call)}
        idle = {handler.kind for handler in timer_handlers(service)} - set_here
        assert not idle, f"{service} would fire {sorted(idle)}, and sets no such timer."


def kinds(path: Path, call: ast.Call) -> set[str]:
    """The kinds of timer that a call of `schedule` may set: its literal, its constant, or its function's."""
    kind = call.args[0]
    if isinstance(kind, ast.Constant):
        return {str(kind.value)}
    known = vars(importlib.import_module(_module(path)))
    if isinstance(known.get(ast.unparse(kind)), str):
        return {known[ast.unparse(kind)]}
    named = {node.id for node in ast.walk(_function_around(path, call)) if isinstance(node, ast.Name)}
    return {known[name] for name in named if name.isupper() and isinstance(known.get(name), str)}


def _function_around(path: Path, call: ast.Call) -> ast.AST:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    around = [one for one in functions if one.lineno <= call.lineno <= (one.end_lineno or 0)]
    return around[-1]


def _module(path: Path) -> str:
    (top,) = [parent for parent in path.parents if parent.name == "src"]
    return ".".join(path.relative_to(top).with_suffix("").parts)


def test_each_way_across_the_boundary_has_a_receiver() -> None:
    received = {handler.message for service in ALL_SERVICES for handler in boundary_handlers(service)}
    sent_back = list(calls(source("partner-gateway"), "AgencyMessage"))
    asked = list(calls(source("enquiry"), "InformationRequest"))
    assert sent_back
    assert asked
    assert received <= {AgencyMessage, InformationRequest}
