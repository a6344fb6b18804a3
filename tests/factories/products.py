"""Information products for tests, made at the enquiry's desk out of what agencies returned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
from enquiry.events.handlers import take
from factories.enquiry import Desk, create_item
from mash.contracts.boundary import ProductReceipt, Release, ReleaseAsked

WHOLE = "Officers attended twice. Robin Testcase was arrested. The school was told."
CUT = "Officers attended twice."


def create_product(**receiver: Any) -> dict[str, Any]:
    """A product for a school's safeguarding lead, unless the receiver is another."""
    return {
        "receiver": {"kind": "school", "name": "Safeguarding lead, Sample Primary", **receiver},
        "purpose": "The school keeps an eye on Wren in the mornings.",
        "lawful_basis": "Children Act 2004, section 10",
        "necessity": "The school sees the child every day and cannot help without it.",
    }


@dataclass
class ProductDesk:
    """One enquiry's product, and what a test does to it."""

    desk: Desk
    enquiry_id: UUID
    product_id: str = ""

    async def send(
        self,
        what: str,
        body: dict[str, Any] | None = None,
        *,
        role: str = "manager",
        version: int | None = None,
    ) -> httpx.Response:
        """Change the product, by default at the version that it has now."""
        if version is None:
            version = (await self.read())["version"]
        headers = {**self.desk.tokens.issue(role), "If-Match": f'"{version}"'}
        path = f"/v1/enquiries/{self.enquiry_id}/products/{self.product_id}/{what}"
        return await self.desk.client.post(path, json=body, headers=headers)

    async def get(self, what: str = "", role: str = "manager", **wanted: Any) -> httpx.Response:
        path = f"/{self.enquiry_id}/products/{self.product_id}{what}"
        return await self.desk.get(path, role, **wanted)

    async def read(self) -> dict[str, Any]:
        """The product as a manager reads it."""
        answer = await self.get()
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def states(self) -> list[str]:
        return [item["state"] for item in (await self.read())["items"]]

    async def make(self, role: str = "manager", **receiver: Any) -> None:
        """Begin the product."""
        answer = await self.desk.client.post(
            f"/v1/enquiries/{self.enquiry_id}/products",
            json=create_product(**receiver),
            headers=self.desk.tokens.issue(role),
        )
        assert answer.status_code == 201, answer.text
        self.product_id = answer.json()["product_id"]

    async def chosen(self, agency: str = "police", **changes: Any) -> dict[str, Any]:
        """The form that chooses the newest item of an agency."""
        request = await self.desk.request(self.enquiry_id, agency)
        newest = request["returns"][-1]
        return {
            "request_id": request["request_id"],
            "item_id": newest["items"][0]["id"],
            "answer_version": newest["version"],
            **changes,
        }

    async def choose(
        self, agency: str = "police", *, role: str = "manager", **changes: Any
    ) -> httpx.Response:
        """Put the newest item of an agency into the product."""
        return await self.send("items", await self.chosen(agency, **changes), role=role)

    async def ask(self, agency: str = "police") -> ReleaseAsked:
        """Ask the owners; give what the last agency was asked."""
        answer = await self.send("releases")
        assert answer.status_code == 200, answer.text
        return await self.asked(agency)

    async def asked(self, agency: str = "police") -> ReleaseAsked:
        """The last that an agency was asked to release."""
        posted = await self.desk.all_posted(agency)
        return [one for one in posted if isinstance(one, ReleaseAsked)][-1]

    def release(self, asked: ReleaseAsked, decision: str = "released", **changes: Any) -> Release:
        """An owner's answer to what it was asked, the same for every item."""
        because = {"refused_because": "more_detrimental"} if decision == "refused" else {}
        return Release.model_validate(
            {
                **asked.model_dump(include={"partnership", "enquiry_id", "product_id"}),
                "message_id": uuid4(),
                "asked_in": asked.message_id,
                "version": 1,
                "items": [{"id": item.id, "decision": decision, **because} for item in asked.items],
                "sent_at": self.desk.hub.clock(),
                "sent_by": "researcher-police",
                **changes,
            }
        )

    async def take(self, sender: str, message: Release | ProductReceipt) -> None:
        """Let the service take an agency's message, as its consumer does."""
        async with self.desk.hub.transaction() as tx:
            await take(tx, sender, message)

    async def released(self, *agencies: str, decision: str = "released") -> None:
        """Ask the owners, and let these answer."""
        await self.ask(agencies[0])
        for agency in agencies:
            await self.take(agency, self.release(await self.asked(agency), decision))


async def with_items(
    desk: Desk, *agencies: str, caveat: str = "professionals_only", **receiver: Any
) -> ProductDesk:
    """A product with nothing in it, of an enquiry to which these agencies have each returned an item."""
    id = await desk.open(*agencies)
    for agency in agencies:
        await desk.informs(id, agency, items=[create_item(text=WHOLE, caveat=caveat)])
    made = ProductDesk(desk, id)
    await made.make(**receiver)
    return made
