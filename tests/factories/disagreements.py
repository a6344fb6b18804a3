"""Disagreements for tests of screening, and the people who raise, answer and look at them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
from factories.screening import Desk, create_received
from mash.partnerships import Partnership
from screening.domain.disagreement import Disagreement, first_stage

# A Wednesday morning. Havering and Medway give each stage five working days.
RAISED_AT = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
FIRST_DUE_AT = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)
SECOND_DUE_AT = datetime(2026, 12, 2, 17, 0, tzinfo=UTC)
REASON = "Robin Testcase was hurt again, and early help is not enough."
RESPONSE = "We looked at Robin's history once more."
HERS = {"result": "upheld", "response": RESPONSE}


def create_disagreement(partnership: Partnership, **changes: Any) -> Disagreement:
    """A disagreement of the referrer's as it is once raised."""
    stage = first_stage(partnership, RAISED_AT)
    raised = Disagreement(
        id=uuid4(),
        partnership=partnership.name,
        contact_id=uuid4(),
        reference=f"{partnership.code}-26-7K3M9QXT",
        about="decision",
        challenger_kind="referrer",
        raised_by="referrer-school",
        on_behalf=False,
        agency=None,
        reason=REASON,
        raised_at=RAISED_AT,
        stages=(stage,),
        due_at=stage.due_at,
    )
    return replace(raised, **changes)


class Challengers:
    """Whoever has to do with disagreements; each request is signed in as ``role``."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def receive(self, *, decided: bool = True, **changes: Any) -> tuple[UUID, str]:
        """A contact has come in and, unless told otherwise, been decided; return its id and reference."""
        reference = f"HAV-26-{create_received().contact_id.hex[:8].upper()}"
        contact_id = await self.desk.receive(reference=reference, **changes)
        if decided:
            await self.desk.decide(contact_id, rationale="The family asked for help.")
        return contact_id, reference

    async def send(
        self,
        path: str = "",
        body: Any = None,
        *,
        role: str = "referrer-school",
        version: int | None = None,
        key: str | None = None,
        **who: Any,
    ) -> httpx.Response:
        """POST to ``/v1/disagreements`` and what is under it."""
        headers = self._headers(role, **who)
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        if key is not None:
            headers["Idempotency-Key"] = key
        return await self.desk.client.post(f"/v1/disagreements{path}", json=body, headers=headers)

    async def get(self, path: str = "", *, role: str = "manager", **wanted: Any) -> httpx.Response:
        who = {name: wanted.pop(name) for name in ("partnerships", "subject", "agency") if name in wanted}
        headers = self._headers(role, **who)
        return await self.desk.client.get(f"/v1/disagreements{path}", headers=headers, params=wanted)

    async def challenge(self, reference: str, *, role: str = "referrer-school", **body: Any) -> str:
        """Challenge a decision, which must succeed; return the disagreement's id."""
        answer = await self.send(
            body={"reference": reference, "about": "decision", "reason": REASON, **body}, role=role
        )
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def do(
        self, id: str, what: str, body: Any = None, *, role: str = "referrer-school", **who: Any
    ) -> httpx.Response:
        """Do something with a disagreement at the version that it has now."""
        found = await self.get(f"/{id}", partnerships=("havering", "medway"))
        return await self.send(f"/{id}/{what}", body, role=role, version=found.json()["version"], **who)

    async def read(self, id: str) -> dict[str, Any]:
        """One disagreement as a manager reads it."""
        answer = await self.get(f"/{id}", partnerships=("havering", "medway"))
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def wait_until(self, moment: datetime) -> None:
        """Let time pass, with the timers that fire in it."""
        self.desk.hub.clock.set(moment)  # type: ignore[attr-defined]
        while await self.desk.fire_timers():
            pass

    def _headers(self, role: str, *, agency: str | None = None, **who: Any) -> dict[str, str]:
        return self.desk.tokens.issue(role, agency=agency, at_hub=True, **who)
