"""Allegations about somebody in a position of trust."""

from __future__ import annotations

from typing import Annotated, Any, Self

from fastapi import APIRouter, Response
from mash.access import Contributor
from mash.web import HubDep, IdempotencyKey, Strict, fingerprint, once
from pydantic import AfterValidator, BaseModel, Field, StringConstraints, model_validator

from intake.api.form_parts import Child, Referrer, Words
from intake.api.forms import PartnershipName
from intake.api.receipts import ContactReceipt
from intake.api.scope import partnership_for
from intake.domain.allegation import initials_of
from intake.usecases.alleging import Allegation, take_allegation

router = APIRouter(tags=["contacts"])

Told = Annotated[Words, StringConstraints(min_length=1, strip_whitespace=True)]
Short = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]


class AccusedAdult(Strict):
    """The adult by initials, what they do and where; nothing that names them."""

    initials: Annotated[str, StringConstraints(max_length=40), AfterValidator(initials_of)] = Field(
        description="1 to 4 letters, such as JS. The full name is not recorded here."
    )
    role: Short = Field(description="What the adult does with children, such as teaching assistant.")
    setting: Short = Field(description="Where: the employer, school, club or place of worship.")


class AllegationForm(Strict):
    """An allegation, told in two parts: what is said of the adult names no child, and the other way round."""

    partnership: PartnershipName
    referrer: Referrer = Referrer()
    adult: AccusedAdult
    alleged: Told = Field(description="What is alleged of the adult, without the child's name.")
    child: Child | None = None
    told_of_child: Told | None = Field(
        default=None, description="What is told of the child, without the adult's initials or setting."
    )
    immediate_danger: bool = False

    @model_validator(mode="after")
    def _tells_of_the_child(self) -> Self:
        if (self.child is None) != (self.told_of_child is None):
            raise ValueError("a child and what is told of them come together")
        return self

    def allegation(self) -> Allegation:
        """Return what was said, as the use case takes it."""
        child = self.child.model_dump(mode="json", exclude_none=True) if self.child else None
        return Allegation(
            referrer=self.referrer.model_dump(mode="json", exclude_none=True),
            initials=self.adult.initials,
            role=self.adult.role,
            setting=self.adult.setting,
            alleged=self.alleged,
            child=child,
            told=self.told_of_child,
            danger=self.immediate_danger,
        )


class AllegationReceipt(BaseModel):
    """Each of the two contacts has a reference of its own."""

    adult: ContactReceipt
    child: ContactReceipt | None


@router.post("/v1/allegations", status_code=201, response_model=AllegationReceipt)
async def post_allegation(
    form: AllegationForm, hub: HubDep, caller: Contributor, response: Response, key: IdempotencyKey = None
) -> dict[str, Any]:
    """Report an allegation about somebody in a position of trust. Only people named for it may open it."""
    partnership = partnership_for(hub, caller, form.partnership)
    async with hub.transaction(caller) as tx:
        receipt, is_repeat = await once(
            tx,
            caller,
            key,
            fingerprint(form),
            lambda: take_allegation(tx, caller, partnership, form.allegation()),
        )
    response.status_code = 200 if is_repeat else 201
    return receipt
