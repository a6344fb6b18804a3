"""Logs, metrics, traces, exports and answers to faulty requests hold nothing of the cases (SEAL-04, SEAL-09).

The words looked for are those of the story that the hub has just lived through, and some that this test
sends in the wrong places itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

import httpx
import pytest
from openmash_local.parts import PARTS
from support.journeys import Played
from support.outsiders import Badges, Route, routes_of

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("journeys")]

WORDS = ("Testcase", "Mockford", "Placeholme", "Sample Street", "hides under the bed")
SERVICES = [part.name for part in PARTS if part.database]
# Sent where it does not belong, and looked for in what comes back and in what is kept of it.
STRAY = "Strayword-Testcase"


def found_in(text: str, words: Iterable[str] = WORDS) -> list[str]:
    return [word for word in words if word in text]


@pytest.mark.requirement("SEAL-04", "SEAL-09")
class TestTheStoryIsNotIn:
    def test_any_log(self, played: Played) -> None:
        logs = "".join(path.read_text(errors="replace") for path in played.layout.logs.iterdir())
        assert '"request"' in logs
        assert found_in(logs) == []

    def test_any_metric(self, played: Played) -> None:
        metrics = "".join(played.client.knock(name, "/metrics", None).text for name in SERVICES)
        assert "mash_enquiries_decided_total" in metrics
        assert found_in(metrics) == []

    def test_any_trace(self, played: Played) -> None:
        def traced() -> bytes:
            spans = b"".join(played.traces.received)
            return spans if all(name.encode() in spans for name in ("intake", "enquiry", "handle")) else b""

        spans = played.client.until("the traces", traced)
        assert found_in(spans.decode("utf-8", "replace")) == []

    def test_the_months_report(self, played: Played) -> None:
        path = f"/v1/reports/monthly?partnership=havering&month={played.story.figures['month']}"
        exports = [
            played.client.send("GET", "analyst", "reporting", f"{path}&format={form}").text
            for form in ("json", "csv")
        ]
        assert "havering" in exports[0].lower()
        assert found_in("".join(exports)) == []


@pytest.mark.requirement("SEAL-09")
@pytest.mark.parametrize("service", SERVICES)
def test_a_faulty_request_is_answered_and_logged_without_its_words(played: Played, service: str) -> None:
    """Each route is sent words in its address, its query and its body, by everybody whom it lets in."""
    answers = _send_stray_words(played, service)
    assert len(answers) > 10
    assert [answer for answer in answers if STRAY in answer] == []
    log = (played.layout.logs / f"{service}.log").read_text(errors="replace")
    assert '"status"' in log
    assert STRAY not in log
    assert STRAY not in played.client.knock(service, "/metrics", None).text
    assert STRAY.encode() not in b"".join(played.traces.received)


def _send_stray_words(played: Played, service: str) -> list[str]:
    badges, url = Badges(played.layout), played.layout.url(service)
    tokens = [badges.token(client, service, "havering") for client in badges.people(service)]
    with httpx.Client(timeout=30) as http:
        return [
            answer.text + str(answer.headers)
            for route in routes_of(service, url)
            if route.path.startswith("/v1/")
            for token in tokens
            for answer in _send(http, url, route, token)
        ]


def _send(http: httpx.Client, url: str, route: Route, token: str) -> list[httpx.Response]:
    path, _ = route.at(dict.fromkeys(route.in_path, STRAY))
    body = {**route.body, "stray": STRAY} if isinstance(route.body, dict) else [STRAY]
    wrong = {name: {"stray": [STRAY]} for name in body}
    headers = {
        "authorization": f"Bearer {token}",
        "if-match": f'"{STRAY}"',
        "content-type": "application/json",
    }
    answers = [http.request(route.method, url + path, params={"stray": STRAY}, headers=headers)]
    if answers[0].status_code not in (401, 403):
        for content in (json.dumps(body), json.dumps(wrong), f'{{"stray": "{STRAY}" '):
            answers.append(http.request(route.method, url + path, headers=headers, content=content))
    return answers
