"""The pages of multi-agency audits: cases drawn, what each agency found, and how to check the draw."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from mash import partnerships
from mash.access import Caller, HubStaff, Manager
from mash.hub import Hub
from mash.web import HubDep, fingerprint, once
from mash.web.pages import Asker, Asks, Form, page_router, render, see_other

from enquiry.api import case_audits as views
from enquiry.api.case_audits import DrawForm, FindingForm
from enquiry.domain.meeting import agencies_of
from enquiry.domain.sampling import GRADES
from enquiry.pages.enquiry_shown import kept
from enquiry.usecases import case_auditing
from enquiry.usecases.case_auditing import Wanted

router = page_router()
SAYS = {
    "partnership": "partnership: Choose the partnership",
    "count": "count: Say how many cases, from 1 to 100",
    "from_on": "from_on: Give the first day",
    "to_on": "to_on: Give the last day",
}


@router.get("/audits")
async def get_audits(request: Request, caller: HubStaff, hub: HubDep) -> Response:
    """Show the audits, and to a manager the form for another."""
    return await _list(request, caller, hub, Form())


@router.post("/audits")
async def post_audits(request: Request, manager: Manager, hub: HubDep) -> Response:
    """Draw cases."""
    form = await Form.read(request)
    data = {
        "partnership": form.text("partnership"),
        "count": form.whole_number("count", "The number of cases must be a number"),
        "from_on": form.day("from_on", "The first day"),
        "to_on": form.day("to_on", "The last day"),
        "outcome": form.optional("outcome"),
        "final_rating": form.optional("final_rating"),
    }
    sent = form.body(DrawForm, data, says=SAYS) if not form.errors else None
    if sent is not None:
        async with kept(form), hub.transaction(manager) as tx:

            async def draw() -> dict[str, str]:
                made = await case_auditing.draw_cases(tx, manager, Wanted(**sent.model_dump()))
                return {"case_audit_id": str(made.id)}

            answer, _ = await once(tx, manager, form.once(), fingerprint(sent), draw)
            return see_other(f"/audits/{answer['case_audit_id']}")
    return await _list(request, manager, hub, form)


async def _list(request: Request, caller: Caller, hub: Hub, form: Form) -> Response:
    async with hub.transaction(caller) as tx:
        found = await case_auditing.list_audits(tx, caller)
    names = sorted(caller.partnerships)
    outcomes = {name: one.title for own in names for name, one in partnerships.get(own).outcomes.items()}
    return render(
        request,
        "audits/list.html",
        status=422 if form.errors else 200,
        form=form,
        audits=found,
        partnership_names=[(name, partnerships.get(name).title) for name in names],
        outcomes=list(outcomes.items()),
    )


@router.get("/audits/{case_audit_id}")
async def get_audit(
    request: Request, case_audit_id: UUID, caller: HubStaff, hub: HubDep, asker: Asker
) -> Response:
    """Show an audit: its cases, what each agency found, and the sum of it."""
    return await _audit(request, caller, hub, asker, case_audit_id)


@router.get("/audits/{case_audit_id}/cases/{audited_case_id}")
async def get_case(
    request: Request,
    case_audit_id: UUID,
    audited_case_id: UUID,
    caller: HubStaff,
    hub: HubDep,
    asker: Asker,
    agency: str | None = None,
) -> Response:
    """Show a case of an audit; with an agency, the form for what it found."""
    form = Form.of({"agency": agency or ""})
    return await _audit(request, caller, hub, asker, case_audit_id, audited_case_id, form)


@router.post("/audits/{case_audit_id}/cases/{audited_case_id}")
async def post_finding(
    request: Request,
    case_audit_id: UUID,
    audited_case_id: UUID,
    caller: HubStaff,
    hub: HubDep,
    asker: Asker,
) -> Response:
    """Keep what an agency found."""
    form = await Form.read(request)
    data = {name: form.text(name) for name in ("agency", "grade", "went_well", "to_learn")}
    if sent := form.body(FindingForm, data, says={"grade": "grade: Choose a grade"}):
        async with kept(form), hub.transaction(caller) as tx:
            await case_auditing.record_finding(
                tx,
                caller,
                case_audit_id,
                audited_case_id,
                form.version(),
                agency=sent.agency,
                grade=sent.grade,
                words={"went_well": sent.went_well, "to_learn": sent.to_learn},
            )
    if form.errors:
        return await _audit(request, caller, hub, asker, case_audit_id, audited_case_id, form)
    return see_other(f"/audits/{case_audit_id}/cases/{audited_case_id}")


async def _audit(
    request: Request,
    caller: Caller,
    hub: Hub,
    asker: Asks,
    id: UUID,
    case_id: UUID | None = None,
    form: Form | None = None,
) -> Response:
    async with hub.transaction(caller) as tx:
        found = await case_auditing.look_at_audit(tx, caller, id)
    detail, profile = views.detail(found), partnerships.get(found.audit.partnership)
    form = form or Form()
    case = None
    if case_id is not None:
        found.require_case(case_id)
        case = next(one for one in detail.cases if one.audited_case_id == case_id)
        there = [one for one in case.findings if one.agency == form.text("agency")]
        if there and not form.errors:
            form = Form.of(there[0].model_dump(include={"agency", "grade", "went_well", "to_learn"}))
    return render(
        request,
        "audits/case.html" if case else "audits/audit.html",
        status=(412 if form.stale else 422) if form.errors else 200,
        form=form,
        audit=detail.audit,
        cases=detail.cases,
        case=case,
        grades=detail.grades,
        grade_names=GRADES,
        agencies=agencies_of(profile),
        outcomes={name: one.title for name, one in profile.outcomes.items()},
        headers=await asker.headers(one.contact_id for one in detail.cases),
    )
