"""Writes down the answer to somebody who asked what is held about them."""

from __future__ import annotations

from uuid import UUID

from mash.access import Caller
from mash.calendar import in_london
from mash.hub import Transaction
from mash.partnerships import get

from intake.domain.access_export import Given, Letter, counts, make_zip
from intake.usecases.subject_access import Answer, Others, Shown, export


async def write_answer(tx: Transaction, caller: Caller, request_id: UUID, others: Others) -> bytes:
    """Return the answer as a zip, with nothing in it that is kept back or waits for a decision."""
    answer = await export(tx, caller, request_id, others)
    withheld, undecided = counts((one.decision, one.exemption) for one in answer.items)
    letter = Letter(
        hub=get(answer.request.partnership).front_door.name,
        made_on=in_london(tx.now).date(),
        items=[_given(answer, one) for one in answer.items if one.decision in ("give", "give_cut")],
        withheld=withheld,
        undecided=undecided,
    )
    return make_zip(letter)


def _given(answer: Answer, one: Shown) -> Given:
    is_cut = one.decision == "give_cut"
    file = None if is_cut else answer.files.get(one.item.id)
    content = one.cut if is_cut else one.item.content
    return Given(one.reference, one.item.part, one.item.whose, content, is_cut, file)
