"""What a professional sent: the receipt, how it stands, what they add, and what they challenge."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from mash.access import Referrer
from mash.contracts.screening import Challenged
from mash.errors import NotFound, Refusal
from mash.http import Unavailable
from mash.partnerships import get
from mash.web import HubDep, Strict, fingerprint, once
from mash.web.pages import Asker, Asks, Form, page_router, render, see_other
from pydantic import AwareDatetime, BaseModel

from intake.api.documents import MEDIA_TYPE
from intake.api.files import attachment
from intake.api.form_parts import Words
from intake.api.forms import AdditionForm, Reference
from intake.pages.portal import JOURNEY
from intake.pages.portal_fields import filled, read
from intake.pages.portal_pages import blocks
from intake.pages.portal_steps import ADDITION
from intake.usecases.add_information import add_information
from intake.usecases.attachments import open_sent_file
from intake.usecases.look_at_sent import list_challenges, view_receipt
from intake.usecases.view_contact import view_status

router = page_router()

ABOUT: Final = (
    ("decision", "What was decided"),
    ("rating", "How urgent it was taken to be"),
    ("delay", "That it takes too long"),
    ("no_feedback", "That I was told nothing"),
)
STAGES: Final = {
    "received": ("Received", "It was received and waits for a contact officer."),
    "gone_through": ("Gone through by the hub", "A contact officer has gone through it."),
    "with_worker": ("With a social worker", "A social worker of the hub looks at it."),
    "looked_into": ("Looked into further", "The hub looks into it further before it decides."),
    "decided": (
        "Decided",
        "It was decided on. You are told of it if you can be written to safely; if not, ring and ask.",
    ),
}
_LABELS: Final = {"about": "What you challenge", "reason": "Why, and what should happen"}
_RESULTS: Final = {
    "upheld": "The decision stands",
    "changed": "The decision is changed",
    "partly": "Partly changed",
}
_ENDED: Final = {
    "accepted": "You accepted the answer.",
    "not_taken_further": "Nobody took it further in time.",
    "final_answer": "The last stage has answered.",
    "withdrawn": "You took it back.",
}


class ChallengeForm(Strict):
    """A challenge as screening takes it."""

    reference: Reference
    about: Challenged
    reason: Words


class Raised(BaseModel):
    """A challenge that screening took in."""

    id: UUID


class Stage(BaseModel):
    """A stage that a challenge has come to."""

    number: int
    title: str
    owner: str
    began_at: AwareDatetime
    due_at: AwareDatetime
    answered_at: AwareDatetime | None
    result: str | None
    response: str | None


class Challenge(BaseModel):
    """A challenge as screening shows it to whoever raised it."""

    id: UUID
    reference: str
    about: str
    state: str
    owner: str
    raised_at: AwareDatetime
    due_at: AwareDatetime
    closed_because: str | None
    reason: str
    stages: list[Stage]


@router.get("/portal/contacts/{reference}/sent")
async def get_sent(request: Request, reference: Reference, caller: Referrer, hub: HubDep) -> Response:
    """Show the reference, what happens next and by when, and whom to ring."""
    async with hub.transaction(caller) as tx:
        receipt = await view_receipt(tx, caller, reference)
    front = get(receipt["partnership"]).front_door
    return render(request, "portal/sent.html", receipt=receipt, front=front)


@router.get("/portal/contacts/{reference}")
async def get_contact(
    request: Request, reference: Reference, caller: Referrer, hub: HubDep, asker: Asker
) -> Response:
    """Show how it stands, what was sent, what was added and what is challenged."""
    async with hub.transaction(caller) as tx:
        status = await view_status(tx, caller, reference)
        ids = await list_challenges(tx, caller, reference)
    challenges, is_away = await _challenges(asker, ids)
    partnership = get(status["partnership"])
    return render(
        request,
        "portal/contact.html",
        status_now=status,
        partnership=partnership,
        blocks=[
            one for one in blocks(JOURNEY, partnership, status["sent"], None) if one["rows"] or one["entries"]
        ],
        challenges=challenges,
        is_away=is_away,
        about=dict(ABOUT),
        ended=_ENDED,
        stages=STAGES,
    )


async def _challenges(asker: Asks, ids: Any) -> tuple[list[Challenge], bool]:
    """Those that the caller raised; and whether screening, which knows, did not answer."""
    found = []
    for id in ids:
        try:
            found.append(await asker.get("screening", f"/v1/disagreements/{id}", schema=Challenge))
        except NotFound:
            continue
        except Unavailable:
            return found, True
    return found, False


@router.get("/portal/contacts/{reference}/files/{attachment_id}")
async def get_file(reference: Reference, attachment_id: UUID, caller: Referrer, hub: HubDep) -> Response:
    """Download a file that was sent."""
    async with hub.transaction(caller) as tx:
        file = await open_sent_file(tx, caller, reference, attachment_id)
    return attachment(file.content, file.name, MEDIA_TYPE)


@router.get("/portal/contacts/{reference}/add")
async def get_add(request: Request, reference: Reference, caller: Referrer, hub: HubDep) -> Response:
    """Ask what is to be added."""
    async with hub.transaction(caller) as tx:
        status = await view_status(tx, caller, reference)
    return _add(request, status, filled(ADDITION, {}))


def _add(request: Request, status: dict[str, Any], form: Form) -> Response:
    partnership = get(status["partnership"])
    fields = [(one, one.choices(partnership, {})) for one in ADDITION.fields]
    code = 422 if form.errors else 200
    context = {"reference": status["reference"], "partnership": partnership, "fields": fields}
    return render(request, "portal/add.html", code, form=form, step=ADDITION, **context)


@router.post("/portal/contacts/{reference}/add")
async def post_add(request: Request, reference: Reference, caller: Referrer, hub: HubDep) -> Response:
    """Add to what was sent, once."""
    form = await Form.read(request)
    said = read(ADDITION, form)
    labels = {one.name: one.label for one in ADDITION.fields}
    body = None if form.errors else form.body(AdditionForm, said, labels=labels)
    if body is not None:
        try:
            async with hub.transaction(caller) as tx:
                await once(
                    tx,
                    caller,
                    form.once(),
                    fingerprint(reference.encode() + fingerprint(body).encode()),
                    lambda: add_information(
                        tx,
                        caller,
                        reference,
                        body.text,
                        immediate_danger=body.immediate_danger,
                        types=body.types,
                    ),
                )
            return see_other(f"/portal/contacts/{reference}")
        except NotFound:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
    async with hub.transaction(caller) as tx:
        status = await view_status(tx, caller, reference)
    return _add(request, status, form)


@router.get("/portal/contacts/{reference}/challenge")
async def get_challenge(request: Request, reference: Reference, caller: Referrer, hub: HubDep) -> Response:
    """Ask what is challenged, and why."""
    async with hub.transaction(caller) as tx:
        await view_receipt(tx, caller, reference)
    return _ask_challenge(request, reference, Form())


def _ask_challenge(request: Request, reference: str, form: Form) -> Response:
    code = 422 if form.errors else 200
    return render(request, "portal/challenge.html", code, form=form, reference=reference, about=ABOUT)


@router.post("/portal/contacts/{reference}/challenge")
async def post_challenge(
    request: Request, reference: Reference, caller: Referrer, hub: HubDep, asker: Asker
) -> Response:
    """Have screening take the challenge in, as from whoever signed in."""
    form = await Form.read(request)
    async with hub.transaction(caller) as tx:
        await view_receipt(tx, caller, reference)
    if not form.text("about"):
        form.fail("about", "Choose what you challenge")
    if not form.text("reason"):
        form.fail("reason", "Say why")
    said = {"reference": reference, "about": form.text("about"), "reason": form.text("reason")}
    body = None if form.errors else form.body(ChallengeForm, said, labels=_LABELS)
    if body is None:
        return _ask_challenge(request, reference, form)
    try:
        raised = await asker.post("screening", "/v1/disagreements", body, schema=Raised, once=form.once())
    except (Refusal, Unavailable) as refusal:
        # What stood under its key may be what was refused.
        form.values.pop("once", None)
        form.fail("", _refused(refusal))
        return _ask_challenge(request, reference, form)
    return see_other(f"/portal/contacts/{reference}/challenges/{raised.id}")


def _refused(refusal: Exception) -> str:
    if isinstance(refusal, NotFound):
        return "This cannot be challenged yet: the hub has not begun to look at it. Ring and ask."
    if isinstance(refusal, Refusal):
        return refusal.message
    return "A part of the hub does not answer. Nothing was sent. Try again in a few minutes."


@router.get("/portal/contacts/{reference}/challenges/{disagreement_id}")
async def get_one_challenge(
    request: Request,
    reference: Reference,
    disagreement_id: UUID,
    caller: Referrer,
    hub: HubDep,
    asker: Asker,
) -> Response:
    """Show how a challenge stands: who has to answer by when, and what was answered."""
    async with hub.transaction(caller) as tx:
        await view_receipt(tx, caller, reference)
    found = await asker.get("screening", f"/v1/disagreements/{disagreement_id}", schema=Challenge)
    return render(
        request,
        "portal/challenged.html",
        challenge=found,
        about=dict(ABOUT),
        results=_RESULTS,
        ended=_ENDED,
    )
