"""A daily meeting for tests: contacts that the hub tells of, and somebody who takes the record."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
from factories.enquiry import Desk, create_decided
from mash.contracts.intake import AccessChanged, ContactReceived, Named
from mash.contracts.screening import ContactRated

SAID = "Robin Testcase was seen by the ward; Wren is with her aunt."
HOUR = timedelta(hours=1)


class Meetings:
    """The people of a hub at the daily meeting."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    @property
    def now(self) -> datetime:
        return self.desk.hub.clock()

    async def receives(self, kind: str = "merlin", **changes: Any) -> UUID:
        """A contact came in just now; return its id."""
        event = ContactReceived.model_validate(
            {
                **ContactReceived.example,
                "contact_id": uuid4(),
                "reference": f"HAV-26-{uuid4().hex[:8].upper()}",
                "kind": kind,
                "received_at": self.now,
                **changes,
            }
        )
        await self.desk.hand(event)
        return event.contact_id

    async def rates(self, contact_id: UUID, rating: str) -> None:
        """A manager rates a contact in screening."""
        event = {**ContactRated.example, "contact_id": contact_id, "rating": rating, "rated_at": self.now}
        await self.desk.hand(ContactRated.model_validate(event))

    async def enquires(self, contact_id: UUID, rating: str = "amber") -> UUID:
        """A manager opens an enquiry on a contact; return the enquiry's id."""
        await self.decides(contact_id, "enquiry", rating=rating, agencies=["police"])
        (found,) = (await self.desk.get(contact_id=contact_id)).json()["items"]
        return UUID(found["enquiry_id"])

    async def decides(self, contact_id: UUID, pathway: str, **changes: Any) -> None:
        """A manager decides a contact in screening."""
        self.desk.intake.knows(contact_id)
        changes = {"decided_at": self.now, "pathway": pathway, "agencies": [], **changes}
        await self.desk.hand(create_decided(contact_id, **changes))

    async def restricts(self, contact_id: UUID, *named: str) -> None:
        """Only these people may know of a contact from now on."""
        await self.desk.hand(
            AccessChanged(
                partnership="havering",
                contact_id=contact_id,
                restricted=True,
                named=[Named(subject=one) for one in named],
                own=[],
                changed_at=self.now,
            )
        )

    async def get(self, path: str = "/v1/meetings", role: str = "worker", **wanted: Any) -> httpx.Response:
        headers = self._headers(role, wanted)
        return await self.desk.client.get(path, headers=headers, params=wanted)

    async def post(
        self, path: str, body: dict[str, Any] | None = None, role: str = "manager", **known: Any
    ) -> httpx.Response:
        version = known.pop("version", None)
        headers = self._headers(role, known)
        if version is not None:
            headers["if-match"] = f'"{version}"'
        return await self.desk.client.post(path, json=body, headers=headers)

    async def next(self, **wanted: Any) -> dict[str, Any]:
        """The first meeting to come or to close."""
        return dict((await self.get(**wanted)).json()["coming"][0])

    async def coming(self) -> list[str]:
        """The ids of the meetings to come or to close, the first first."""
        return [one["meeting_id"] for one in (await self.get()).json()["coming"]]

    async def read(self, meeting_id: str, role: str = "worker", **wanted: Any) -> dict[str, Any]:
        answer = await self.get(f"/v1/meetings/{meeting_id}", role, **wanted)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def opened(self) -> dict[str, Any]:
        """Today's meeting, whose time has come; one is called where none was planned."""
        await self.desk.fire_timers()
        held_on = str(self.now.date())
        for one in (await self.get()).json()["coming"]:
            if (one["held_on"], one["state"]) == (held_on, "open"):
                return await self.read(one["meeting_id"])
        answer = await self.post("/v1/meetings", {"partnership": "havering", "held_on": held_on})
        assert answer.status_code == 201, answer.text
        return await self.read(answer.json()["meeting_id"])

    async def on_item(
        self, meeting: dict[str, Any], item: dict[str, Any], what: str, body: dict[str, Any], **known: Any
    ) -> httpx.Response:
        path = f"/v1/meetings/{meeting['meeting_id']}/items/{item['agenda_item_id']}/{what}"
        return await self.post(path, body, **{"version": item["version"], **known})

    async def close(self, meeting: dict[str, Any], **known: Any) -> httpx.Response:
        current = await self.read(meeting["meeting_id"])
        path = f"/v1/meetings/{meeting['meeting_id']}/closing"
        return await self.post(path, **{"version": current["version"], **known})

    async def acts(self, meeting: dict[str, Any], **changes: Any) -> httpx.Response:
        """Agree an action in a meeting."""
        due = str((self.now + 24 * HOUR).date())
        body = {"agency": "housing", "what": "Say whether Robin Testcase holds the tenancy.", "due_on": due}
        return await self.post(f"/v1/meetings/{meeting['meeting_id']}/actions", {**body, **changes})

    def _headers(self, role: str, known: dict[str, Any]) -> dict[str, str]:
        return self.desk.tokens.issue(
            role,
            partnerships=known.pop("partnerships", ("havering",)),
            subject=known.pop("subject", None),
        )


def items_of(meeting: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What is on an agenda, by the contact's id."""
    return {one["contact_id"]: one for section in meeting["sections"] for one in section["cases"]}


def on_agenda(meeting: dict[str, Any]) -> dict[str, list[str]]:
    """The contacts' ids in each section of an agenda."""
    return {
        section["section"]: [one["contact_id"] for one in section["cases"]] for section in meeting["sections"]
    }
