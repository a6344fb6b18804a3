"""Every route of every service, asked for every object by everybody who may not have it (SEAL-01, SEAL-09).

The hub runs as it does in production and the story has been played on it, so each object is there to be
found. What an outsider is answered about an object has to be what they are answered about nothing: the same
status, body, length and headers, with no words of the case in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from time import perf_counter

import httpx
import pytest
from mash.access.personas import Client
from support.journeys import Played
from support.objects import NO_SECRET, OBJECTS, UNMADE, find_objects
from support.outsiders import Badges, Route, absent, ask, routes_of, seen

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("journeys")]

HUB = ("intake", "screening", "enquiry", "notifications", "reporting")
# Every gateway runs the same program; two of them show that neither knows the other.
GATEWAYS = ("gateway-police", "gateway-health")
HERE, ELSEWHERE = "havering", "medway"
TELLTALES = ("testcase", "mockford", "placeholme", "sample street", "hides under")
TRIES = 15
SLOWER = 3.0
# What a service that holds nothing of a case says to the one that gathers for whoever asks.
NOTHING = '{"items":[]}'


@dataclass(frozen=True)
class Ground:
    """The running hub with all its routes, and an object for every parameter that they take."""

    played: Played
    badges: Badges
    http: httpx.Client
    routes: Mapping[str, list[Route]]
    ids: Mapping[str, Mapping[str, str]]

    def ask(self, route: Route, ids: Mapping[str, str], token: str | None) -> httpx.Response:
        return ask(self.http, self.played.layout.url(route.service), route, ids, token)

    def about_an_object(self, service: str) -> list[Route]:
        return [one for one in self.routes[service] if one.names(OBJECTS) - NO_SECRET]

    def everybody(self, service: str, partnership: str) -> Iterator[tuple[Client, str]]:
        """Each person and service that can sign in, with a token for this service."""
        for client in self.badges.people(service):
            yield client, self.badges.token(client, service, partnership)


@pytest.fixture(scope="module")
def ground(played: Played) -> Iterator[Ground]:
    routes = {name: routes_of(name, played.layout.url(name)) for name in (*HUB, *GATEWAYS)}
    ids = {}
    for service, known in routes.items():
        unknown = {name for route in known for name in route.in_path} - OBJECTS.keys()
        assert not unknown, f"{service}: say in support/objects.py what {sorted(unknown)} is, to be tried."
        wanted = {name for route in known for name in route.names(OBJECTS)}
        ids[service] = find_objects(played, service, wanted)
    with httpx.Client(timeout=30) as http:
        yield Ground(played, Badges(played.layout), http, routes, ids)


@pytest.mark.requirement("SEAL-01", "SEAL-09")
@pytest.mark.parametrize("service", [*HUB, *GATEWAYS])
class TestEveryRouteOf:
    def test_answers_a_stranger_with_nothing(self, ground: Ground, service: str) -> None:
        ids = ground.ids[service]
        opened = [
            f"{route}: {answer.status_code}"
            for route in ground.about_an_object(service)
            for token in (None, "not.a.token")
            if (answer := ground.ask(route, ids, token)).status_code != 401
        ]
        assert opened == []

    def test_answers_an_outsider_as_if_nothing_were_there(self, ground: Ground, service: str) -> None:
        ids, leaks = ground.ids[service], []
        # A page's form is read before what it is about is looked for; with what is in it nobody gets further.
        unreached = {
            str(route)
            for route in ground.about_an_object(service)
            if route.in_path and (route.method == "GET" or not route.is_page)
        }
        for client, token in ground.everybody(service, ELSEWHERE):
            for route in ground.about_an_object(service):
                nothing = absent(ids)
                there = ground.ask(route, ids, token)
                if there.status_code == 404 or there.text == NOTHING:
                    unreached.discard(str(route))
                told = seen(there, ids)
                found = there.is_success and route.in_path and there.text != NOTHING
                if found or told != seen(ground.ask(route, nothing, token), nothing):
                    leaks.append(f"{client.client_id} at {route}: {there.status_code} {there.text[:200]}")
                if _has_words(there):
                    leaks.append(f"{client.client_id} at {route} reads words of the case")
        assert leaks == []
        # Past every other check, so that the answer was that of the scope.
        assert unreached == set()

    def test_lists_nothing_of_another_partnership(self, ground: Ground, service: str) -> None:
        known = ground.ids[service]
        secret = {known[name] for name in known if name.endswith(("_id", "reference"))}
        leaks = []
        for client, token in ground.everybody(service, ELSEWHERE):
            for route in ground.routes[service]:
                if route.method == "GET" and not route.in_path:
                    answer = ground.ask(route, {}, token)
                    if _has_words(answer) or any(value in answer.text for value in secret):
                        leaks.append(f"{client.client_id} at {route}")
        assert leaks == []

    def test_opens_to_somebody(self, ground: Ground, service: str) -> None:
        """The control: what outsiders asked for is there, and whoever may have it gets it."""
        shut = []
        for route in ground.about_an_object(service):
            if route.method == "GET" and not any((service, name) in UNMADE for name in route.in_path):
                answers = [
                    ground.ask(route, ground.ids[service], token).status_code
                    for _, token in ground.everybody(service, HERE)
                ]
                if all(status in (401, 403, 404) for status in answers):
                    shut.append(f"{route}: {sorted(set(answers))}")
        assert shut == []

    def test_takes_no_longer_over_what_is_there(self, ground: Ground, service: str) -> None:
        """The quickest of many tries, so that only a difference in the work itself shows."""
        ids, slower = ground.ids[service], []
        outsiders = list(ground.everybody(service, ELSEWHERE))
        for route in ground.about_an_object(service):
            if route.method != "GET":
                continue
            for _, token in outsiders:
                if ground.ask(route, ids, token).status_code != 404:
                    continue
                there, nothing = _quickest(ground, route, ids, token)
                if not 1 / SLOWER < there / nothing < SLOWER:
                    slower.append(f"{route}: {there * 1000:.1f} ms, and {nothing * 1000:.1f} ms for nothing")
                break
        assert slower == []


def _quickest(ground: Ground, route: Route, ids: Mapping[str, str], token: str) -> tuple[float, float]:
    times: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(TRIES):
        for there in (True, False):
            asked = ids if there else absent(ids)
            started = perf_counter()
            ground.ask(route, asked, token)
            times[there].append(perf_counter() - started)
    return min(times[True]), min(times[False])


def _has_words(answer: httpx.Response) -> bool:
    return any(word in answer.text.lower() for word in TELLTALES)
