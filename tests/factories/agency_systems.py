"""An agency's own systems, as small servers that note what they are asked. All people are made up."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from fastapi import FastAPI, Request, Response

Serve = Callable[[Any], Awaitable[str]]
NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"


class AgencySystem:
    """A server whose answers, by the path asked, a test puts in ``answers``: JSON, text or a status."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.pause_seconds = 0.0
        self.urls: list[str] = []
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.app = FastAPI()
        self.app.add_api_route("/{path:path}", self._answer, methods=["GET", "POST"])

    def forms(self) -> list[dict[str, str]]:
        return [dict(parse_qsl(body.decode())) for body in self.bodies]

    async def _answer(self, path: str, request: Request) -> Response:
        self.urls.append(str(request.url))
        self.headers.append(dict(request.headers))
        self.bodies.append(await request.body())
        await asyncio.sleep(self.pause_seconds)
        answer = self.answers.get(path, 404)
        if isinstance(answer, Response):
            return answer
        if isinstance(answer, int):
            return Response(status_code=answer, content="Robin Testcase")
        text = answer if isinstance(answer, str) else json.dumps(answer)
        return Response(text, media_type="application/json")


def create_rest_record(**changes: Any) -> dict[str, Any]:
    return {
        "record_id": "77",
        "person": 0,
        "family": "Testcase",
        "given": "Robin",
        "dob": "2017-05-14",
        "recorded_on": "2026-10-02",
        "source": "Sample housing system",
        "text": "Complaint about noise at night.",
        "sensitive": False,
        **changes,
    }


def create_bundle(*resources: dict[str, Any], next: str | None = None) -> dict[str, Any]:
    links = [{"relation": "next", "url": next}] if next else []
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "entry": [{"resource": one} for one in resources],
        "link": [{"relation": "self", "url": "https://fhir.example/self"}, *links],
    }


def create_patient(**changes: Any) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": "p1",
        "identifier": [{"system": NHS_NUMBER, "value": "9990000018"}],
        "name": [{"use": "official", "family": "Testcase", "given": ["Robin"]}],
        "birthDate": "2017-05-14",
        **changes,
    }


def create_condition(**changes: Any) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": "123",
        "subject": {"reference": "Patient/p1"},
        "code": {"text": "Fracture of the left arm"},
        "clinicalStatus": {"coding": [{"code": "resolved"}]},
        "recordedDate": "2026-06-30T23:30:00+00:00",
        **changes,
    }


def create_encounter(**changes: Any) -> dict[str, Any]:
    return {
        "resourceType": "Encounter",
        "id": "e1",
        "status": "finished",
        "class": {"code": "EMER"},
        "subject": {"reference": "Patient/p1"},
        "type": [{"coding": [{"display": "Emergency attendance"}]}],
        "reasonCode": [{"text": "Fall at home"}],
        "period": {"start": "2026-06-29"},
        **changes,
    }


def create_flag(**changes: Any) -> dict[str, Any]:
    return {
        "resourceType": "Flag",
        "id": "f1",
        "status": "active",
        "subject": {"reference": "Patient/p1"},
        "code": {"text": "Child protection plan elsewhere"},
        "period": {"start": "2026"},
        **changes,
    }


def restricted(code: str) -> dict[str, Any]:
    """The ``meta`` of a resource with this confidentiality."""
    return {"security": [{"system": CONFIDENTIALITY, "code": code}]}
