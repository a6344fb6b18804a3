"""The public's form, one thing a page and without an account: what was begun is found by a cookie alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final, Literal
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from mash.access import Caller
from mash.errors import Invalid, NotPermitted
from mash.hub import Hub
from mash.partnerships import Partnership, get
from mash.web import HubDep, Public
from mash.web.pages import Form, page_router, render, see_other

from intake.api.public import NOBODY, PublicForm, sender_of
from intake.pages import portal_pages
from intake.pages.portal_fields import Document
from intake.pages.portal_pages import CHECK, Journey, Opened, blocks, gone, open_draft, whom_to_ring
from intake.pages.public_cookie import keep_in, kept_in, take_away
from intake.pages.public_steps import NO_WORRY, STAGES, in_order
from intake.settings import Settings
from intake.usecases import drafts
from intake.usecases.drafts import Keeping, NoSuchDraft
from intake.usecases.public_drafts import send_public, start_public
from intake.usecases.submit_public import Limits, TooManyConcerns

router = page_router()

Then = Literal["check"] | None
HOME: Final = "/report"
LAYOUT: Final = "report/page.html"
JOURNEY: Final = Journey(
    layout=LAYOUT,
    home=HOME,
    stages=STAGES,
    whole=in_order,
    last=(CHECK,),
    begin_again="Begin again",
    if_sent="If you have sent it, it is with us: keep the reference, and ring us if you want to add to it.",
)
SENT_IS_SHOWN_FOR: Final = timedelta(hours=1)
SAVED: Final = 303


class FromElsewhere(NotPermitted):
    """Another site had the browser send this."""


def _settings(hub: Hub) -> Settings:
    assert isinstance(hub.settings, Settings)
    return hub.settings


def _nobody(hub: Hub) -> Caller:
    """All who have not signed in, who may write to every partnership that is served here."""
    return Caller(NOBODY.subject, NOBODY.roles, frozenset(hub.settings.partnerships))


def _limits(hub: Hub) -> Limits:
    settings = _settings(hub)
    return Limits(settings.public_per_hour_and_address, settings.public_per_hour)


def _refuse_other_sites(request: Request) -> None:
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise FromElsewhere("This was not asked for from a page of this service.")


@router.get("/report")
async def get_report(request: Request, _: Public, hub: HubDep) -> Response:
    """Say whom to ring before anything else, and begin."""
    return _begin(request, hub, Form())


@router.post("/report")
async def post_report(request: Request, _: Public, hub: HubDep) -> Response:
    """Begin a form; who says that there is danger is told whom to ring first."""
    _refuse_other_sites(request)
    form = await Form.read(request)
    areas = _areas(hub)
    area = next((one for one in areas if len(areas) == 1 or one.name == form.text("partnership")), None)
    if form.text("danger") not in ("yes", "no"):
        form.fail("danger", "Say whether a child is in immediate danger")
    if area is None:
        form.fail("partnership", "Choose the area the child lives in")
    if area is None or form.errors:
        return _begin(request, hub, form)
    in_danger = form.text("danger") == "yes"
    if not await _marked(request, hub, area, in_danger):
        await _start(request, hub, area, in_danger)
    return see_other("/report/ring" if in_danger else "/report/worry")


async def _marked(request: Request, hub: Hub, area: Partnership, in_danger: bool) -> bool:
    """Write the danger in what the browser has begun for that area already; whether there is such."""
    begun = kept_in(request, hub).get("draft")
    if begun is None:
        return False
    keeping, caller = Keeping.of_public(_settings(hub)), _nobody(hub)
    try:
        async with hub.transaction(caller) as tx:
            shown = await drafts.view(tx, caller, keeping, UUID(begun))
            if shown["partnership"] != area.name:
                return False
            mark = {"immediate_danger": in_danger}
            await drafts.change(tx, caller, keeping, UUID(begun), lambda document: document | mark)
    except NoSuchDraft:
        return False
    keep_in(request, hub, {"draft": begun}, keeping.lasts)
    return True


async def _start(request: Request, hub: Hub, area: Partnership, in_danger: bool) -> None:
    keeping, caller = Keeping.of_public(_settings(hub)), _nobody(hub)
    begun = kept_in(request, hub).get("draft")
    async with hub.transaction(caller) as tx:
        draft_id = await start_public(
            tx,
            caller,
            keeping,
            area,
            {"immediate_danger": in_danger},
            instead_of=UUID(begun) if begun else None,
            sender=sender_of(request),
            limits=_limits(hub),
        )
    keep_in(request, hub, {"draft": str(draft_id)}, keeping.lasts)


def _begin(request: Request, hub: Hub, form: Form) -> Response:
    areas = _areas(hub)
    return render(
        request,
        "report/start.html",
        422 if form.errors else 200,
        form=form,
        lines=[whom_to_ring(hub, one) for one in areas],
        areas=[(one.name, one.title) for one in areas],
        has_begun="draft" in kept_in(request, hub),
    )


def _areas(hub: Hub) -> list[Partnership]:
    return [get(name) for name in sorted(hub.settings.partnerships)]


async def _open(request: Request, hub: Hub, then: Then = None) -> Opened:
    """Open what the browser has begun. Raises ``NoSuchDraft``."""
    begun = kept_in(request, hub).get("draft")
    if begun is None:
        raise NoSuchDraft
    keeping, caller = Keeping.of_public(_settings(hub)), _nobody(hub)
    return await open_draft(JOURNEY, request, hub, caller, keeping, UUID(begun), HOME, then)


async def _show(request: Request, hub: Hub, then: Then, work: Callable[[Opened], Response]) -> Response:
    """Show a page of what is begun; a browser that has begun nothing is led to the beginning."""
    try:
        return work(await _open(request, hub, then))
    except NoSuchDraft:
        return see_other(HOME)


async def _take(
    request: Request, hub: Hub, then: Then, work: Callable[[Opened, Form], Awaitable[Response]]
) -> Response:
    """Take what somebody wrote; it is given back to them where the draft is not there any more."""
    _refuse_other_sites(request)
    form = await Form.read(request)
    try:
        draft = await _open(request, hub, then)
        answer = await work(draft, form)
    except NoSuchDraft:
        return gone(request, JOURNEY, form)
    if answer.status_code == SAVED:
        keep_in(request, hub, {"draft": str(draft.id)}, draft.keeping.lasts)
    return answer


@router.get("/report/ring")
async def get_ring(request: Request, _: Public, hub: HubDep) -> Response:
    """Say whom to ring now."""

    def show(draft: Opened) -> Response:
        lines = [whom_to_ring(hub, draft.partnership)]
        return draft.page("portal/danger.html", lines=lines, onward="/report/worry")

    return await _show(request, hub, None, show)


@router.get("/report/later")
async def get_later(request: Request, _: Public, hub: HubDep, then: Then = None) -> Response:
    """Say until when what is begun is kept, and where."""
    where = "You can come back in this browser, on this device. Anybody else who uses it could open it too."

    def show(draft: Opened) -> Response:
        return draft.page(
            "portal/later.html", where=where, home="/report/delete", home_title="Delete what I wrote"
        )

    return await _show(request, hub, then, show)


@router.get("/report/delete")
async def get_delete(request: Request, _: Public, hub: HubDep) -> Response:
    """Ask whether what is begun is to go."""
    return await _show(request, hub, None, lambda draft: draft.page("report/delete.html"))


@router.post("/report/delete")
async def post_delete(request: Request, _: Public, hub: HubDep) -> Response:
    """Delete what is begun, or leave alone what was sent; the cookie goes either way."""
    _refuse_other_sites(request)
    kept = kept_in(request, hub)
    begun = kept.get("draft")
    take_away(request, hub)
    if begun is not None:
        try:
            async with hub.transaction(_nobody(hub)) as tx:
                keeping = Keeping.of_public(_settings(hub))
                await drafts.discard(tx, _nobody(hub), keeping, UUID(begun))
        except NoSuchDraft:
            pass
    return see_other("/report/removed" if "sent" in kept else "/report/deleted")


@router.get("/report/deleted")
async def get_deleted(request: Request, _: Public) -> Response:
    """Say that nothing is kept."""
    return render(request, "report/deleted.html")


@router.get("/report/removed")
async def get_removed(request: Request, _: Public) -> Response:
    """Say that the browser shows nothing any more of what was sent."""
    return render(request, "report/removed.html")


@router.get("/report/check")
async def get_check(request: Request, _: Public, hub: HubDep) -> Response:
    """Show all that was said before it is sent."""
    return await _show(request, hub, None, lambda draft: _check(draft, Form()))


def _check(draft: Opened, form: Form, status: int = 422) -> Response:
    return draft.page(
        "report/check.html",
        status if form.errors else 200,
        form=form,
        blocks=list(blocks(JOURNEY, draft.partnership, draft.document, HOME)),
        in_danger=bool(draft.document.get("immediate_danger")),
        back=draft.before(CHECK),
    )


@router.post("/report/send")
async def post_send(request: Request, _: Public, hub: HubDep) -> Response:
    """Send it, once. Where too many come at once it is kept, and the page says whom to ring."""
    _refuse_other_sites(request)
    kept = kept_in(request, hub)
    if "draft" not in kept:
        return see_other("/report/sent" if "sent" in kept else HOME)
    form, status, caller = Form(), 422, _nobody(hub)
    try:
        async with hub.transaction(caller) as tx:
            receipt = await send_public(
                tx,
                caller,
                UUID(kept["draft"]),
                whole,
                sender=sender_of(request),
                limits=_limits(hub),
            )
        sent = {"sent": receipt["reference"], "partnership": receipt["partnership"]}
        keep_in(request, hub, sent, SENT_IS_SHOWN_FOR)
        return see_other("/report/sent")
    except NoSuchDraft:
        return gone(request, JOURNEY, form)
    except Invalid as refusal:
        form.fail("", refusal.message)
    except TooManyConcerns as refusal:
        form.fail("", _too_many(refusal))
        status = 429
    return await _show(request, hub, None, lambda draft: _check(draft, form, status))


def _too_many(refusal: TooManyConcerns) -> str:
    ring: Any = refusal.members["in_danger"]
    return (
        f"This cannot be taken just now, and has not been sent. It is still kept here. Please ring "
        f"{ring['answering_now']} and tell us of your worry; if a child is in danger now, ring "
        f"{ring['emergency']}. You can also send it again in an hour."
    )


def whole(partnership: str, document: Document) -> Document:
    """What the form of other systems would have sent. Raises ``Invalid`` where no worry was written."""
    if not document.get("worry"):
        raise Invalid(f"{NO_WORRY} before you send this.", field="worry")
    return PublicForm.model_validate({"partnership": partnership, **document}).document()


@router.get("/report/sent")
async def get_sent(request: Request, _: Public, hub: HubDep) -> Response:
    """Show the reference, what happens next, and whom to ring."""
    kept = kept_in(request, hub)
    if "sent" not in kept:
        return see_other(HOME)
    partnership = get(kept["partnership"])
    return render(
        request,
        "report/sent.html",
        reference=kept["sent"],
        front=partnership.front_door,
        lines=[whom_to_ring(hub, partnership)],
    )


@router.get("/report/{stage}")
async def get_stage(request: Request, _: Public, stage: str, hub: HubDep, then: Then = None) -> Response:
    """Show a page of the form."""
    return await _show(request, hub, then, lambda draft: portal_pages.show_stage(draft, stage))


@router.post("/report/{stage}")
async def post_stage(request: Request, _: Public, stage: str, hub: HubDep, then: Then = None) -> Response:
    """Save a page of the form, and go on."""

    async def save(draft: Opened, form: Form) -> Response:
        return await portal_pages.save_stage(draft, stage, form)

    return await _take(request, hub, then, save)


@router.get("/report/{stage}/{number}/remove")
async def get_remove(
    request: Request, _: Public, stage: str, number: int, hub: HubDep, then: Then = None
) -> Response:
    """Ask whether one of several is to go."""
    return await _show(request, hub, then, lambda draft: portal_pages.ask_removal(draft, stage, number))


@router.post("/report/{stage}/{number}/remove")
async def post_remove(
    request: Request, _: Public, stage: str, number: int, hub: HubDep, then: Then = None
) -> Response:
    """Take one of several away."""

    async def remove(draft: Opened, form: Form) -> Response:
        return await portal_pages.remove(draft, stage, number, form)

    return await _take(request, hub, then, remove)


@router.get("/report/{stage}/{number}/{step}")
async def get_entry(
    request: Request, _: Public, stage: str, number: int, step: str, hub: HubDep, then: Then = None
) -> Response:
    """Show a page about one of several."""
    return await _show(request, hub, then, lambda draft: portal_pages.show_entry(draft, stage, number, step))


@router.post("/report/{stage}/{number}/{step}")
async def post_entry(
    request: Request, _: Public, stage: str, number: int, step: str, hub: HubDep, then: Then = None
) -> Response:
    """Save a page about one of several."""

    async def save(draft: Opened, form: Form) -> Response:
        return await portal_pages.save_entry(draft, stage, number, step, form)

    return await _take(request, hub, then, save)
