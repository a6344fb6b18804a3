"""The public's door: a concern about a child, sent without signing in."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from mash.access import Caller
from mash.web import HubDep, IdempotencyKey, Public, Strict, fingerprint, once
from pydantic import BaseModel, Field, StringConstraints

from intake.api.form_parts import Day, Line, Name, Sex, Words
from intake.api.forms import PartnershipName
from intake.api.receipts import InDanger
from intake.settings import Settings
from intake.usecases.submit_public import Limits, partnership_of, submit_public

router = APIRouter(prefix="/v1/public", tags=["public"])

# All who have not signed in.
NOBODY = Caller("public", frozenset(), frozenset())
# A household has a network of these to itself, and may come from any address of it.
IPV6_NETWORK_BITS = 64


class PublicReferrer(Strict):
    """Whoever tells us. Nobody need say who they are."""

    kind: Literal["family_member", "acquaintance", "self", "public", "anonymous"] = Field(
        default="anonymous", description="How they know the child."
    )
    name: Name | None = None
    email: Name | None = None
    telephone: Name | None = None
    safe_to_write: bool = Field(default=True, description="False: never write to this person.")


class PublicChild(Strict):
    """A child as a neighbour or a relative may know it."""

    given: Name | None = None
    family: Name | None = None
    dob: Day | None = None
    estimated_age_years: Annotated[int, Field(ge=0, le=25)] | None = None
    sex: Sex | None = None
    school: Name | None = None
    address: Line | None = None


class PublicForm(Strict):
    """What a member of the public tells: as much of it as they know."""

    partnership: PartnershipName
    about_you: PublicReferrer = PublicReferrer()
    children: list[PublicChild] = Field(default=[], max_length=20)
    address: Line | None = Field(default=None, description="Where the family lives.")
    worry: Annotated[Words, StringConstraints(min_length=1)] = Field(description="What the worry is.")
    when: Line | None = None
    immediate_danger: bool = False

    def document(self) -> dict[str, Any]:
        """Return what was said in the form's own sections, as JSON holds it."""
        said = self.model_dump(mode="json", exclude_none=True, exclude={"partnership"})
        concern = {"narrative": said["worry"], "immediate_danger": said["immediate_danger"]}
        return {
            "referrer": said["about_you"] | {"is_professional": False},
            "children": said["children"],
            "concern": concern | ({"when": said["when"]} if "when" in said else {}),
        } | ({"address": said["address"]} if "address" in said else {})


class PublicReceipt(BaseModel):
    """A concern was taken in. Nothing is told of what is known already."""

    reference: str
    in_danger: InDanger


@router.post("/contacts", status_code=201, response_model=PublicReceipt)
async def post_public_contact(
    form: PublicForm,
    request: Request,
    hub: HubDep,
    _: Public,
    response: Response,
    key: IdempotencyKey = None,
) -> dict[str, Any]:
    """Tell the hub of a worry about a child. Where too many come at once, the answer says whom to ring.

    A page makes a random key for each form that it shows, so that one sent twice is one contact. Whoever
    guessed another's key would need their words as well.
    """
    settings = hub.settings
    assert isinstance(settings, Settings)
    partnership = partnership_of(form.partnership, settings.partnerships)
    limits = Limits(settings.public_per_hour_and_address, settings.public_per_hour)
    async with hub.transaction() as tx:
        receipt, is_repeat = await once(
            tx,
            NOBODY,
            key,
            fingerprint(form),
            lambda: submit_public(tx, partnership, form.document(), sender=sender_of(request), limits=limits),
        )
    response.status_code = 200 if is_repeat else 201
    return receipt


def sender_of(request: Request) -> str:
    """Return what is counted as one sender: an address or, of the newer kind, its network."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        return str(ip_network((address, IPV6_NETWORK_BITS), strict=False))
    return str(address)
