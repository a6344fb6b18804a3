"""The professional's form: what they have begun and sent, and the form itself, one thing a page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, Literal
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from mash.access import Caller, Referrer
from mash.errors import Conflict, Invalid
from mash.hub import Hub
from mash.partnerships import Partnership, get
from mash.web import HubDep, fingerprint, once
from mash.web.pages import Form, page_router, render, see_other

from intake.api.documents import MEDIA_TYPE
from intake.api.drafts import DraftChange, keeping_of, whole
from intake.api.files import attachment
from intake.domain.attachments import TAKEN
from intake.domain.people import full_name
from intake.pages import portal_pages
from intake.pages.portal_fields import Document
from intake.pages.portal_pages import Journey, Opened, blocks, gone, missing_links, open_draft, whom_to_ring
from intake.pages.portal_steps import STAGES
from intake.usecases import attachments, drafts
from intake.usecases.drafts import NoSuchDraft
from intake.usecases.list_sent import list_sent

router = page_router()

Then = Literal["check"] | None
HOME: Final = "/portal"
LAYOUT: Final = "portal/page.html"
MOST_NAMED: Final = 3


def in_order(document: Document) -> Document:
    """A document with what was said put in order, and nothing that was not."""
    checked = DraftChange.model_validate(document)
    return checked.model_dump(mode="json", exclude_none=True, exclude_unset=True)


JOURNEY: Final = Journey(
    layout=LAYOUT,
    home=HOME,
    stages=STAGES,
    whole=in_order,
    last=("files", portal_pages.CHECK),
    begin_again="See what you have sent and begun, or begin again",
    if_sent="If it was sent, you can add to it there.",
)


@router.get("/portal")
async def get_portal(request: Request, caller: Referrer, hub: HubDep) -> Response:
    """Show somebody what they have begun and what they have sent."""
    settings, keeping = keeping_of(hub)
    async with hub.transaction(caller) as tx:
        begun = await drafts.list_own(tx, caller, keeping)
        sent = await list_sent(tx, caller)
    titled = [one | {"title": title_of(one["document"])} for one in begun]
    return render(request, "portal/start.html", drafts=titled, sent=sent, days=settings.draft_days)


def title_of(document: Mapping[str, Any]) -> str:
    """What a draft is called in a list: the children, as far as they are named."""
    names = [full_name(child) or "a child without a name" for child in document.get("children", ())]
    if not names:
        return "About a child who is not named yet"
    rest = len(names) - MOST_NAMED
    return "About " + ", ".join(names[:MOST_NAMED]) + (f" and {rest} more" if rest > 0 else "")


@router.get("/portal/new")
async def get_new(request: Request, caller: Referrer, hub: HubDep) -> Response:
    """Ask about danger, before anything else."""
    return _new(request, hub, caller, Form())


@router.post("/portal/new")
async def post_new(request: Request, caller: Referrer, hub: HubDep) -> Response:
    """Begin a form; who says that there is danger is told whom to ring first."""
    form = await Form.read(request)
    areas = _areas(hub, caller)
    area = next((one for one in areas if len(areas) == 1 or one.name == form.text("partnership")), None)
    if form.text("danger") not in ("yes", "no"):
        form.fail("danger", "Say whether a child is in immediate danger")
    if area is None:
        form.fail("partnership", "Choose the area the child lives in")
    if area is None or form.errors:
        return _new(request, hub, caller, form)
    in_danger = form.text("danger") == "yes"
    try:
        draft_id = await _begin(hub, caller, area, in_danger, form)
    except Conflict as refusal:
        form.refuse(refusal)
        return _new(request, hub, caller, form)
    return see_other(f"/portal/drafts/{draft_id}/{'ring' if in_danger else 'request'}")


async def _begin(hub: Hub, caller: Caller, area: Partnership, in_danger: bool, form: Form) -> str:
    _, keeping = keeping_of(hub)
    document = {"concern": {"immediate_danger": in_danger}}

    async def begin() -> dict[str, Any]:
        return {"draft": str(await drafts.start(tx, caller, keeping, area, document))}

    async with hub.transaction(caller) as tx:
        said = fingerprint(f"{area.name} {in_danger}".encode())
        begun, _ = await once(tx, caller, form.once(), said, begin)
    return str(begun["draft"])


def _new(request: Request, hub: Hub, caller: Caller, form: Form) -> Response:
    areas = _areas(hub, caller)
    return render(
        request,
        "portal/new.html",
        422 if form.errors else 200,
        layout=LAYOUT,
        form=form,
        lines=[whom_to_ring(hub, one) for one in areas],
        areas=[(one.name, one.title) for one in areas],
        action="/portal/new",
        back=HOME,
    )


def _areas(hub: Hub, caller: Caller) -> list[Partnership]:
    return [get(name) for name in sorted(caller.partnerships & set(hub.settings.partnerships))]


async def _open(request: Request, hub: Hub, caller: Caller, draft_id: UUID, then: Then = None) -> Opened:
    base = f"/portal/drafts/{draft_id}"
    _, keeping = keeping_of(hub)
    return await open_draft(JOURNEY, request, hub, caller, keeping, draft_id, base, then)


async def _take(
    request: Request,
    hub: Hub,
    caller: Caller,
    draft_id: UUID,
    then: Then,
    work: Callable[[Opened, Form], Awaitable[Response]],
) -> Response:
    """Take what somebody wrote; it is given back to them where the draft is not there any more."""
    form = await Form.read(request)
    try:
        return await work(await _open(request, hub, caller, draft_id, then), form)
    except NoSuchDraft:
        return gone(request, JOURNEY, form)


@router.get("/portal/drafts/{draft_id}/ring")
async def get_ring(request: Request, draft_id: UUID, caller: Referrer, hub: HubDep) -> Response:
    """Say whom to ring now."""
    draft = await _open(request, hub, caller, draft_id)
    lines = [whom_to_ring(hub, draft.partnership)]
    return draft.page("portal/danger.html", lines=lines, onward=draft.after("danger"))


@router.get("/portal/drafts/{draft_id}/later")
async def get_later(
    request: Request, draft_id: UUID, caller: Referrer, hub: HubDep, then: Then = None
) -> Response:
    """Say until when what is begun is kept."""
    draft = await _open(request, hub, caller, draft_id, then)
    where = "You can come back on this or another device: sign in and it is in your list."
    return draft.page("portal/later.html", where=where, home=HOME, home_title="Your referrals")


@router.get("/portal/drafts/{draft_id}/delete")
async def get_delete(request: Request, draft_id: UUID, caller: Referrer, hub: HubDep) -> Response:
    """Ask whether a draft is to go."""
    draft = await _open(request, hub, caller, draft_id)
    return draft.page("portal/delete.html", title=title_of(draft.document))


@router.post("/portal/drafts/{draft_id}/delete")
async def post_delete(draft_id: UUID, caller: Referrer, hub: HubDep) -> Response:
    """Delete a draft."""
    async with hub.transaction(caller) as tx:
        await drafts.discard(tx, caller, keeping_of(hub)[1], draft_id)
    return see_other(HOME)


@router.get("/portal/drafts/{draft_id}/check")
async def get_check(request: Request, draft_id: UUID, caller: Referrer, hub: HubDep) -> Response:
    """Show all that was said, with what is missing, before it is sent."""
    return _check(await _open(request, hub, caller, draft_id), Form())


def _check(draft: Opened, form: Form) -> Response:
    return draft.page(
        "portal/check.html",
        422 if form.errors else 200,
        form=form,
        blocks=list(blocks(draft.journey, draft.partnership, draft.document, draft.base)),
        missing=missing_links(draft),
        back=draft.before(portal_pages.CHECK),
    )


@router.post("/portal/drafts/{draft_id}/send")
async def post_send(request: Request, draft_id: UUID, caller: Referrer, hub: HubDep) -> Response:
    """Send it, once."""
    form = Form()
    try:
        async with hub.transaction(caller) as tx:
            receipt, _ = await drafts.send(tx, caller, keeping_of(hub)[1], draft_id, whole)
    except NoSuchDraft:
        return gone(request, JOURNEY, form)
    except Invalid as refusal:
        form.fail("", refusal.message)
        return _check(await _open(request, hub, caller, draft_id), form)
    return see_other(f"/portal/contacts/{receipt['reference']}/sent")


@router.get("/portal/drafts/{draft_id}/files")
async def get_files(
    request: Request, draft_id: UUID, caller: Referrer, hub: HubDep, then: Then = None
) -> Response:
    """Show the files with a draft, and take more."""
    return _files(await _open(request, hub, caller, draft_id, then), Form())


def _files(draft: Opened, form: Form) -> Response:
    settings, _ = keeping_of(draft.hub)
    return draft.page(
        "portal/files.html",
        422 if form.errors else 200,
        form=form,
        taken=TAKEN,
        most_megabytes=settings.max_attachment_bytes // 1_048_576,
        most_files=settings.most_attachments,
        suffix=f"?then={draft.then}" if draft.then else "",
        onward=draft.after("files"),
        back=draft.before("files"),
    )


@router.post("/portal/drafts/{draft_id}/files")
async def post_file(
    request: Request, draft_id: UUID, caller: Referrer, hub: HubDep, then: Then = None
) -> Response:
    """Put a file with a draft."""
    return await _take(request, hub, caller, draft_id, then, _add_file)


async def _add_file(draft: Opened, form: Form) -> Response:
    sent = form.files.get("content")
    if not sent:
        form.fail("content", "Choose a file")
        return _files(draft, form)
    settings, _ = keeping_of(draft.hub)
    try:
        async with draft.hub.transaction(draft.caller) as tx:
            name, content = sent[0].filename or "", await sent[0].read(settings.max_attachment_bytes + 1)
            said = fingerprint(f"{draft.id} {name} ".encode() + content)

            async def add() -> dict[str, Any]:
                file_id = await attachments.add_file(tx, draft.caller, settings, draft.id, name, content)
                return {"file": str(file_id)}

            await once(tx, draft.caller, form.once(), said, add)
    except (Conflict, Invalid) as refusal:
        form.refuse(refusal)
        return _files(draft, form)
    return see_other(draft.at("files"))


@router.get("/portal/drafts/{draft_id}/files/{attachment_id}")
async def get_file(draft_id: UUID, attachment_id: UUID, caller: Referrer, hub: HubDep) -> Response:
    """Download a file of a draft."""
    async with hub.transaction(caller) as tx:
        file = await attachments.open_file(tx, caller, draft_id, attachment_id)
    return attachment(file.content, file.name, MEDIA_TYPE)


@router.post("/portal/drafts/{draft_id}/files/{attachment_id}/remove")
async def post_remove_file(
    draft_id: UUID, attachment_id: UUID, caller: Referrer, hub: HubDep, then: Then = None
) -> Response:
    """Take a file off a draft."""
    async with hub.transaction(caller) as tx:
        await attachments.remove_file(tx, caller, keeping_of(hub)[0], draft_id, attachment_id)
    return see_other(f"/portal/drafts/{draft_id}/files" + (f"?then={then}" if then else ""))


@router.get("/portal/drafts/{draft_id}/{stage}")
async def get_stage(
    request: Request, draft_id: UUID, stage: str, caller: Referrer, hub: HubDep, then: Then = None
) -> Response:
    """Show a page of the form."""
    return portal_pages.show_stage(await _open(request, hub, caller, draft_id, then), stage)


@router.post("/portal/drafts/{draft_id}/{stage}")
async def post_stage(
    request: Request, draft_id: UUID, stage: str, caller: Referrer, hub: HubDep, then: Then = None
) -> Response:
    """Save a page of the form, and go on."""

    async def save(draft: Opened, form: Form) -> Response:
        return await portal_pages.save_stage(draft, stage, form)

    return await _take(request, hub, caller, draft_id, then, save)


@router.get("/portal/drafts/{draft_id}/{stage}/{number}/remove")
async def get_remove(
    request: Request,
    draft_id: UUID,
    stage: str,
    number: int,
    caller: Referrer,
    hub: HubDep,
    then: Then = None,
) -> Response:
    """Ask whether one of several is to go."""
    return portal_pages.ask_removal(await _open(request, hub, caller, draft_id, then), stage, number)


@router.post("/portal/drafts/{draft_id}/{stage}/{number}/remove")
async def post_remove(
    request: Request,
    draft_id: UUID,
    stage: str,
    number: int,
    caller: Referrer,
    hub: HubDep,
    then: Then = None,
) -> Response:
    """Take one of several away."""

    async def remove(draft: Opened, form: Form) -> Response:
        return await portal_pages.remove(draft, stage, number, form)

    return await _take(request, hub, caller, draft_id, then, remove)


@router.get("/portal/drafts/{draft_id}/{stage}/{number}/{step}")
async def get_entry(
    request: Request,
    draft_id: UUID,
    stage: str,
    number: int,
    step: str,
    caller: Referrer,
    hub: HubDep,
    then: Then = None,
) -> Response:
    """Show a page about one of several."""
    draft = await _open(request, hub, caller, draft_id, then)
    return portal_pages.show_entry(draft, stage, number, step)


@router.post("/portal/drafts/{draft_id}/{stage}/{number}/{step}")
async def post_entry(
    request: Request,
    draft_id: UUID,
    stage: str,
    number: int,
    step: str,
    caller: Referrer,
    hub: HubDep,
    then: Then = None,
) -> Response:
    """Save a page about one of several."""

    async def save(draft: Opened, form: Form) -> Response:
        return await portal_pages.save_entry(draft, stage, number, step, form)

    return await _take(request, hub, caller, draft_id, then, save)
